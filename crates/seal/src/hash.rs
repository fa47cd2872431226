//! SHA-256, SHA-512, HMAC-SHA-512 and HKDF-Expand-SHA-512 over lists of byte strings, all by ring.
//!
//! The parts of a list are concatenated without borders; borders are the business of [`mod@crate::lp`].

use ring::{digest, hkdf, hmac};
use zeroize::Zeroizing;

/// SHA-256 (FIPS 180-4) of the concatenated parts.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    fixed(context.finish().as_ref())
}

/// SHA-512 (FIPS 180-4) of the concatenated parts.
#[must_use]
pub fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    let mut context = digest::Context::new(&digest::SHA512);
    for part in parts {
        context.update(part);
    }
    fixed(context.finish().as_ref())
}

/// HMAC-SHA-512 (RFC 2104) of the concatenated parts.
#[must_use]
pub fn hmac_sha512(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 64]> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA512, key));
    for part in parts {
        context.update(part);
    }
    Zeroizing::new(fixed(context.sign().as_ref()))
}

/// HKDF-Expand-SHA-512 (RFC 5869, section 2.3) to `N` bytes; `N` is at most 255 · 64, else the result is zero
/// bytes that no caller of this crate asks for.
///
/// The pseudorandom key may be shorter than the hash, as Cobblestone requires.
#[must_use]
pub fn hkdf_expand_sha512<const N: usize>(prk: &[u8], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= 255 * 64) };
    let mut out = Zeroizing::new([0; N]);
    let prk = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA512, prk);
    let filled = prk.expand(info, Octets(N)).and_then(|okm| okm.fill(out.as_mut()));
    debug_assert!(filled.is_ok(), "the length was checked at compile time");
    out
}

struct Octets(usize);

impl hkdf::KeyType for Octets {
    fn len(&self) -> usize {
        self.0
    }
}

fn fixed<const N: usize>(digest: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(digest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base16;

    #[test]
    fn known_answers() {
        assert_eq!(
            base16::encode(&sha256(&[b"a", b"bc"])),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(base16::encode(&sha512(&[b"abc"]))[..16], *"ddaf35a193617aba");
        // RFC 4231, test case 2.
        assert_eq!(
            base16::encode(&hmac_sha512(b"Jefe", &[b"what do ya want ", b"for nothing?"])[..])[..32],
            *"164b7a7bfcf819e2e395fbe73b56e0a3"
        );
    }

    #[test]
    fn expand_is_the_chain_of_hmacs() {
        let first = hmac_sha512(&[7; 32], &[b"info", &[1]]);
        let second = hmac_sha512(&[7; 32], &[&first[..], b"info", &[2]]);
        let out = hkdf_expand_sha512::<76>(&[7; 32], &[b"in", b"fo"]);
        assert_eq!(out[..64], first[..]);
        assert_eq!(out[64..], second[..12]);
    }
}
