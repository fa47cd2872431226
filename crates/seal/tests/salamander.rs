//! One AES-256-GCM ciphertext that is authentic under two keys must open under neither.
#![cfg(test)]

mod common;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use common::h;
use kaibiao_seal::cob256::{Cob256Error, Opener, PREFIX};

#[test]
fn no_key_fits_the_commitment() {
    let text = include_str!("../../../tests/vectors/aes-gcm-two-openings.json");
    let vector: serde_json::Value = serde_json::from_str(text).unwrap();
    let field = |name: &str| vector[name].as_str().unwrap();
    let sealed = hex::decode(field("ciphertext_and_tag")).unwrap();
    let nonce = Nonce::from(h::<12>(field("nonce")));

    for (key, says) in [
        ("key_a", "contains_under_key_a"),
        ("key_b", "contains_under_key_b"),
    ] {
        let key: [u8; 32] = h(field(key));
        // Plain AES-GCM is deceived: both keys give an authentic bid.
        let plain = Aes256Gcm::new(&key.into()).decrypt(&nonce, &sealed[..]).unwrap();
        assert!(String::from_utf8_lossy(&plain).contains(field(says)));

        // Ours refuses before it decrypts: whatever prefix a cheat puts before the chunk, the 32 bytes of commitment
        // would have to fit two keys at once.
        for fill in [0, 7, 0xff] {
            let refused = Opener::new(&key, b"label", &[fill; PREFIX]).unwrap_err();
            assert_eq!(refused, Cob256Error::Commitment);
        }
    }
}

#[test]
fn a_prefix_that_fits_one_key_refuses_the_other() {
    let (a, b) = ([0xaa; 32], [0xbb; 32]);
    let (_, prefix) = kaibiao_seal::cob256::Sealer::with_salt(&a, &[1; 24], b"label");
    assert!(Opener::new(&a, b"label", &prefix).is_ok());
    assert_eq!(
        Opener::new(&b, b"label", &prefix).unwrap_err(),
        Cob256Error::Commitment
    );
}
