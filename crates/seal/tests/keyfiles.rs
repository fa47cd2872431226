//! Key files: ours read by us and by OpenSSL, OpenSSL's read by us, and everything else refused for its reason.
//! Passphrases and keys here are worthless.
#![cfg(test)]

mod common;

use std::path::Path;
use std::process::Command;

use common::rng;
use kaibiao_seal::keyfile::{
    KeyFileCost, KeyFileError, open_key, open_key_expecting, open_seed, seal_key, seal_key_at, seal_seed_at,
};
use kaibiao_seal::{CustodianSeed, PublicKey, Signature, SigningKey};

const PASS: &str = "worthless passphrase 密码";

fn cheap() -> KeyFileCost {
    KeyFileCost::rounds(1_000).unwrap()
}

#[test]
fn a_key_comes_back_with_its_passphrase_only() {
    let key = SigningKey::from_seed(&[7; 32]);
    let pem = seal_key_at(cheap(), &key, PASS, &mut rng(1)).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    assert_eq!(open_key(&pem, PASS).unwrap().public(), key.public());
    assert_eq!(
        open_key_expecting(&pem, PASS, &key.public().fingerprint())
            .unwrap()
            .public(),
        key.public()
    );
    assert_eq!(
        open_key_expecting(&pem, PASS, &[0; 32]).err(),
        Some(KeyFileError::OtherKey)
    );
    for wrong in ["", "worthless passphrase", "worthless passphrase 密碼"] {
        let refused = open_key(&pem, wrong).err().unwrap();
        assert!(
            matches!(refused, KeyFileError::Passphrase | KeyFileError::Inner),
            "{refused:?}"
        );
    }
    assert!(
        format!("{key:?}").starts_with("SigningKey(of "),
        "a key is not printed"
    );
    assert!(!format!("{key:?}").contains("0707"));
}

#[test]
fn the_standard_cost_is_six_hundred_thousand_rounds() {
    let key = SigningKey::from_seed(&[8; 32]);
    let pem = seal_key(&key, PASS, &mut rng(2)).unwrap();
    assert_eq!(open_key(&pem, PASS).unwrap().public(), key.public());
    // 600000 as DER INTEGER.
    let der = der(&pem);
    assert!(der.windows(5).any(|five| five == [2, 3, 0x09, 0x27, 0xc0]));
}

#[test]
fn a_seed_comes_back_and_is_not_a_key() {
    let seed = CustodianSeed::from_bytes(&[9; 32]);
    let pem = seal_seed_at(cheap(), &seed, PASS, &mut rng(3)).unwrap();
    assert!(pem.starts_with("-----BEGIN TENDER CUSTODIAN SEED-----\n"));
    assert_eq!(open_seed(&pem, PASS).unwrap().as_bytes(), seed.as_bytes());
    assert!(matches!(
        open_seed(&pem, "x"),
        Err(KeyFileError::Passphrase | KeyFileError::Inner)
    ));
    assert_eq!(
        open_key(&pem, PASS).err(),
        Some(KeyFileError::Label("ENCRYPTED PRIVATE KEY"))
    );
    // Under the other label the structure is the same and the inner check speaks.
    let relabelled = pem.replace("TENDER CUSTODIAN SEED", "ENCRYPTED PRIVATE KEY");
    assert_eq!(open_key(&relabelled, PASS).err(), Some(KeyFileError::Inner));
    let key = seal_key_at(cheap(), &SigningKey::from_seed(&[7; 32]), PASS, &mut rng(1)).unwrap();
    let relabelled = key.replace("ENCRYPTED PRIVATE KEY", "TENDER CUSTODIAN SEED");
    assert_eq!(open_seed(&relabelled, PASS).err(), Some(KeyFileError::Inner));
}

#[test]
fn a_flipped_bit_of_the_vector_is_noticed() {
    let seed = CustodianSeed::from_bytes(&[9; 32]);
    let pem = seal_seed_at(cheap(), &seed, PASS, &mut rng(3)).unwrap();
    let mut bytes = der(&pem);
    // The IV follows the AES-256-CBC identifier; CBC turns its flip into a flip of the seed.
    let at = bytes
        .windows(11)
        .position(|window| window == [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a, 4, 0x10])
        .unwrap();
    bytes[at + 11] ^= 1;
    assert_eq!(
        open_seed(&pem_of("TENDER CUSTODIAN SEED", &bytes), PASS).err(),
        Some(KeyFileError::Inner)
    );
}

#[test]
fn hostile_files_cost_nothing() {
    let key = SigningKey::from_seed(&[7; 32]);
    let pem = seal_key_at(KeyFileCost::rounds(0x0004_0001).unwrap(), &key, PASS, &mut rng(1)).unwrap();
    let mut bytes = der(&pem);
    let at = bytes.windows(5).position(|five| five == [2, 3, 4, 0, 1]).unwrap();
    bytes[at + 2] = 0x7f;
    let refused = open_key(&pem_of("ENCRYPTED PRIVATE KEY", &bytes), PASS).err();
    assert_eq!(refused, Some(KeyFileError::Cost(0x007f_0001)));
    assert_eq!(
        open_key(&"x".repeat(5_000), PASS).err(),
        Some(KeyFileError::TooLong(5_000))
    );
    assert_eq!(open_key("not a key", PASS).err(), Some(KeyFileError::Pem));
    assert_eq!(
        open_key(&pem_of("ENCRYPTED PRIVATE KEY", &[0x30, 0]), PASS).err(),
        Some(KeyFileError::Structure)
    );
    assert_eq!(KeyFileCost::rounds(0), None);
    assert_eq!(KeyFileCost::rounds(u32::MAX), None);
}

#[test]
fn openssl_reads_ours_and_we_read_openssls() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let Some(()) = openssl(dir.path(), &["version"]) else {
        println!("skipped: there is no openssl program here");
        return;
    };

    // Theirs: generated, wrapped, opened by us; a signature of ours verifies under their public key.
    openssl(
        dir.path(),
        &["genpkey", "-algorithm", "ed25519", "-out", "plain.pem"],
    )
    .unwrap();
    for (name, scheme, expected) in [
        (
            "good.pem",
            ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"],
            None,
        ),
        (
            "sha512.pem",
            ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
            Some(KeyFileError::Scheme),
        ),
        (
            "aes128.pem",
            ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA256"],
            Some(KeyFileError::Scheme),
        ),
    ] {
        let mut wrap = vec![
            "pkcs8",
            "-topk8",
            "-in",
            "plain.pem",
            "-out",
            name,
            "-passout",
            "pass:worthless",
        ];
        wrap.extend(scheme);
        openssl(dir.path(), &wrap).unwrap();
        let opened = open_key(&std::fs::read_to_string(at(name)).unwrap(), "worthless");
        assert_eq!(opened.as_ref().err(), expected.as_ref(), "{name}");
        if let Ok(key) = opened {
            std::fs::write(at("message"), b"evidence").unwrap();
            std::fs::write(at("signature"), key.sign(b"evidence").0).unwrap();
            openssl(
                dir.path(),
                &["pkey", "-in", "plain.pem", "-pubout", "-out", "public.pem"],
            )
            .unwrap();
            let verify = [
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "public.pem",
                "-rawin",
                "-in",
                "message",
            ];
            openssl(dir.path(), &[&verify[..], &["-sigfile", "signature"]].concat()).unwrap();
        }
    }

    // Ours: opened by them, their signature verifies under our rule.
    let key = SigningKey::from_seed(&[0x42; 32]);
    std::fs::write(
        at("ours.pem"),
        seal_key_at(cheap(), &key, "worthless", &mut rng(5)).unwrap(),
    )
    .unwrap();
    let sign = [
        "pkeyutl",
        "-sign",
        "-inkey",
        "ours.pem",
        "-passin",
        "pass:worthless",
        "-rawin",
        "-in",
        "message",
    ];
    openssl(dir.path(), &[&sign[..], &["-out", "theirs"]].concat()).unwrap();
    let signature = Signature(std::fs::read(at("theirs")).unwrap().try_into().unwrap());
    key.public().verify(b"evidence", &signature).unwrap();
    assert!(PublicKey::parse(&key.public().to_bytes()).is_ok());
}

fn openssl(dir: &Path, arguments: &[&str]) -> Option<()> {
    let run = Command::new("openssl")
        .args(arguments)
        .current_dir(dir)
        .output()
        .ok()?;
    assert!(
        run.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    Some(())
}

fn der(pem: &str) -> Vec<u8> {
    pkcs8::der::pem::decode_vec(pem.as_bytes()).unwrap().1
}

fn pem_of(label: &'static str, der: &[u8]) -> String {
    pkcs8::der::pem::encode_string(label, pkcs8::der::pem::LineEnding::LF, der).unwrap()
}
