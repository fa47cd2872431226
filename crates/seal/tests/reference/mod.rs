//! A second, slow and plain implementation of C2SP chunked-encryption over `RustCrypto`, written from the text alone.

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Aes256Gcm, Nonce};
use kaibiao_seal::hash::hmac_sha512;

/// The two instantiations that exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aes {
    Bits128,
    Bits256,
}

impl Aes {
    fn name(self) -> &'static str {
        match self {
            Self::Bits128 => "AEAD_AES_128_GCM",
            Self::Bits256 => "AEAD_AES_256_GCM",
        }
    }

    fn key_len(self) -> usize {
        match self {
            Self::Bits128 => 16,
            Self::Bits256 => 32,
        }
    }

    fn seal(self, key: &[u8], nonce: [u8; 12], plain: &[u8]) -> Vec<u8> {
        let nonce = Nonce::from(nonce);
        match self {
            Self::Bits128 => Aes128Gcm::new_from_slice(key)
                .unwrap()
                .encrypt(&nonce, plain)
                .unwrap(),
            Self::Bits256 => Aes256Gcm::new_from_slice(key)
                .unwrap()
                .encrypt(&nonce, plain)
                .unwrap(),
        }
    }

    fn open(self, key: &[u8], nonce: [u8; 12], sealed: &[u8]) -> Option<Vec<u8>> {
        let nonce = Nonce::from(nonce);
        match self {
            Self::Bits128 => Aes128Gcm::new_from_slice(key)
                .unwrap()
                .decrypt(&nonce, sealed)
                .ok(),
            Self::Bits256 => Aes256Gcm::new_from_slice(key)
                .unwrap()
                .decrypt(&nonce, sealed)
                .ok(),
        }
    }
}

/// HKDF-Expand by its definition.
fn expand(key: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let (mut out, mut block) = (Vec::new(), Vec::new());
    for counter in 1_u8.. {
        if out.len() >= length {
            break;
        }
        block = hmac_sha512(key, &[&block, info, &[counter]]).to_vec();
        out.extend_from_slice(&block);
    }
    out.truncate(length);
    out
}

struct Keys {
    key: Vec<u8>,
    nonce: Vec<u8>,
    commitment: Vec<u8>,
}

fn derive(aes: Aes, key: &[u8], salt: &[u8], context: &[u8]) -> Keys {
    let info = [
        b"c2sp.org/chunked-encryption@v1+",
        aes.name().as_bytes(),
        b"\0",
        salt,
        context,
    ]
    .concat();
    let mut out = expand(key, &info, aes.key_len().saturating_add(44));
    let commitment = out.split_off(aes.key_len().saturating_add(12));
    let nonce = out.split_off(aes.key_len());
    Keys {
        key: out,
        nonce,
        commitment,
    }
}

fn nonce(base: &[u8], number: usize) -> [u8; 12] {
    let mut counter = [0; 12];
    counter[7..].copy_from_slice(&number.to_be_bytes()[3..]);
    std::array::from_fn(|at| base[at] ^ counter[at])
}

pub(crate) fn seal(aes: Aes, key: &[u8], salt: &[u8; 24], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let keys = derive(aes, key, salt, context);
    let mut out = [&salt[..], &keys.commitment].concat();
    let mut chunks: Vec<&[u8]> = plain.chunks(16_384).collect();
    if plain.len().is_multiple_of(16_384) {
        chunks.push(&[]);
    }
    for (number, chunk) in chunks.into_iter().enumerate() {
        out.extend(aes.seal(&keys.key, nonce(&keys.nonce, number), chunk));
    }
    out
}

pub(crate) fn open(aes: Aes, key: &[u8], context: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    if key.len() != aes.key_len() || body.len() < 56 {
        return None;
    }
    let keys = derive(aes, key, &body[..24], context);
    if keys.commitment != body[24..56] {
        return None;
    }
    let (mut out, mut last) = (Vec::new(), 16_384);
    for (number, chunk) in body[56..].chunks(16_400).enumerate() {
        if last < 16_384 {
            return None;
        }
        let plain = aes.open(&keys.key, nonce(&keys.nonce, number), chunk)?;
        last = plain.len();
        out.extend(plain);
    }
    (last < 16_384).then_some(out)
}
