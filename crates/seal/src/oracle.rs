//! Hashing to scalars and to points (RFC 9380, as RFC 9497 uses it for ristretto255-SHA512), and the second
//! generator Ḡ whose discrete logarithm nobody knows.

use std::sync::OnceLock;

use crate::group::{Point, Scalar};
use crate::hash::sha512;
use crate::suite::{Domain, Suite};

/// `Hs(name, message)`: `expand_message_xmd(SHA-512, message, DST(name), 64)`, little-endian, modulo ℓ.
#[must_use]
pub fn hs(domain: impl Into<Domain>, name: &str, message: &[u8]) -> Scalar {
    Scalar::from_wide(&expand(message, &domain.into().dst(name)))
}

/// `Hg(name, message)`: `hash_to_ristretto255` with `DST(name)`.
#[must_use]
pub fn hg(domain: impl Into<Domain>, name: &str, message: &[u8]) -> Point {
    Point::from_uniform(&expand(message, &domain.into().dst(name)))
}

/// `Ḡ = Hg("gbar", "")` of the suite.
#[must_use]
pub fn gbar(suite: Suite) -> Point {
    static TREE: OnceLock<Point> = OnceLock::new();
    static PLAIN: OnceLock<Point> = OnceLock::new();
    let cell = match suite {
        Suite::Tree64k => &TREE,
        Suite::Plain => &PLAIN,
    };
    *cell.get_or_init(|| hg(suite, "gbar", b""))
}

/// `expand_message_xmd` with SHA-512 for 64 bytes of output (RFC 9380, section 5.3.1): one block beyond `b_0`.
fn expand(message: &[u8], dst: &[u8]) -> [u8; 64] {
    let hashed;
    let (dst, length) = if let Ok(length) = u8::try_from(dst.len()) {
        (dst, length)
    } else {
        hashed = sha512(&[b"H2C-OVERSIZE-DST-", dst]);
        (&hashed[..], 64)
    };
    let first = sha512(&[&[0; 128], message, &[0, 64], &[0], dst, &[length]]);
    sha512(&[&first, &[1], dst, &[length]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base16;

    #[test]
    fn gbar_of_both_suites_is_that_of_the_vectors() {
        assert_eq!(
            gbar(Suite::Tree64k).hex(),
            "86c3be04924c6dd2519e3a13ff438a55533ff68daa641b7480998562b5ba3032"
        );
        assert_eq!(
            gbar(Suite::Plain).hex(),
            "66c8fd58adecb9a6aa77c87369729ea164a85a3f1669bee80506addc87344e44"
        );
    }

    #[test]
    fn expand_message_xmd_of_rfc_9380() {
        // RFC 9380, K.3 covers SHA-512 with other lengths; RFC 9497 A.1.1 pins the whole construction.
        // DeriveKeyPair of OPRF(ristretto255, SHA-512), mode 0: sk = HashToScalar(seed ‖ I2OSP(len(info), 2) ‖
        // info ‖ 0, "DeriveKeyPair" ‖ contextString).
        let message = [&[0xa3; 32][..], &[0, 8], b"test key", &[0]].concat();
        let uniform = expand(&message, b"DeriveKeyPairOPRFV1-\x00-ristretto255-SHA512");
        assert_eq!(
            base16::encode(&Scalar::from_wide(&uniform).to_bytes()),
            "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e"
        );
    }
}
