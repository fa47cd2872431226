//! One rule of verification: keys that make verifiers disagree are refused, and so are their signatures.
#![cfg(test)]

mod common;

use common::{h, rng};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use kaibiao_seal::pop::{StaticKey, enrol, verify_enrol};
use kaibiao_seal::sign::{KeyError, SignatureError};
use kaibiao_seal::{CustodianSeed, PartialError, PublicKey, Signature, SigningKey};

#[test]
fn rfc_8032_test_2() {
    let key = SigningKey::from_seed(&h(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    ));
    let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert_eq!(key.public().hex(), public);
    let signature = key.sign(&[0x72]);
    assert!(signature.hex().starts_with("92a009a9f0d4cab8720e820b5f642540"));
    PublicKey::from_hex(public)
        .unwrap()
        .verify(&[0x72], &signature)
        .unwrap();
    assert_eq!(key.public().verify(&[0x73], &signature), Err(SignatureError));
    // S + ℓ is the same number to a careless verifier.
    let mut malleable = signature.0;
    let order: [u8; 32] = h("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0_u16;
    for (byte, add) in malleable[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = u8::try_from(carry & 0xff).unwrap();
        carry >>= 8;
    }
    assert_eq!(
        key.public().verify(&[0x72], &Signature(malleable)),
        Err(SignatureError)
    );
}

#[test]
fn crooked_public_keys_are_refused() {
    // The eight points of small order, canonical encodings.
    for small in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ] {
        assert_eq!(PublicKey::from_hex(small), Err(KeyError::SmallOrder), "{small}");
    }
    // y = 1 + p, and y = 1 with the sign bit: other spellings of the neutral element.
    for crooked in [
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000080",
    ] {
        assert_eq!(
            PublicKey::from_hex(crooked),
            Err(KeyError::NotCanonical),
            "{crooked}"
        );
    }
    // CCTV: an honest key plus a point of order eight ("mixed order").
    let mixed = (ED25519_BASEPOINT_POINT + EIGHT_TORSION[1]).compress().to_bytes();
    assert_eq!(PublicKey::parse(&mixed), Err(KeyError::Torsion));
    let not_a_point = "0200000000000000000000000000000000000000000000000000000000000000";
    assert_eq!(PublicKey::from_hex(not_a_point), Err(KeyError::NotAPoint));
    assert!(matches!(PublicKey::from_hex("00"), Err(KeyError::Hex(_))));
}

#[test]
fn enrolment_proves_possession_here_and_now() {
    let key = SigningKey::from_seed(&[1; 32]);
    let proof = enrol("https://kaibiao.example", "zhang", &key);
    let public = key.public();
    verify_enrol("https://kaibiao.example", "zhang", &public, &proof).unwrap();
    assert_eq!(
        verify_enrol("https://kaibiao.example", "li", &public, &proof),
        Err(SignatureError)
    );
    assert_eq!(
        verify_enrol("https://other.example", "zhang", &public, &proof),
        Err(SignatureError)
    );
    let thief = SigningKey::from_seed(&[2; 32]).public();
    assert_eq!(
        verify_enrol("https://kaibiao.example", "zhang", &thief, &proof),
        Err(SignatureError)
    );
}

#[test]
fn a_static_point_is_enrolled_by_who_knows_its_scalar() {
    let (seed, other) = (
        CustodianSeed::from_bytes(&[1; 32]),
        CustodianSeed::from_bytes(&[2; 32]),
    );
    let (signing, sealing) = (seed.signing_key().public(), seed.static_point());
    let here = StaticKey {
        origin: "kaibiao.example",
        account: "c1",
        signing: &signing,
        sealing: &sealing,
    };
    let proof = here.prove(&seed, &mut rng(1));
    here.verify(&proof).unwrap();
    assert_eq!(
        here.verify(&here.prove(&other, &mut rng(1))),
        Err(PartialError::Proof(0))
    );
    let moved = StaticKey {
        account: "c2",
        ..here
    };
    assert_eq!(moved.verify(&proof), Err(PartialError::Proof(0)));
    let stolen = other.static_point();
    assert_eq!(
        StaticKey {
            sealing: &stolen,
            ..here
        }
        .verify(&proof),
        Err(PartialError::Proof(0))
    );
}
