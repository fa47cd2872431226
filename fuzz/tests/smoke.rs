//! Damaged samples through every parser: short, so that it runs with every test; `cargo fuzz` goes on from here.
#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

use kaibiao_fuzz::TARGETS;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

/// Texts and bytes that some parser accepts, or nearly.
fn samples() -> Vec<Vec<u8>> {
    let texts = [
        "{}",
        "{\"a\":1,\"b\":[true,null,\"x\"]}",
        "{\"actor\":\"\",\"commit\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"kind\":\"confidential\",\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"seq\":0,\"sig\":\"\",\"subj\":\"\",\"ts\":1785000000000,\"v\":1}",
        "{\"slots\":[{\"leaf\":\"0000000000000000000000000000000000000000000000000000000000000000\"}]}",
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n",
        "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\nx\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
        "tile/entries/x001/234.p/5",
        "tile/3/x001/x234/067",
        "tender/T2026-001",
        "1234567.89",
        "origin = \"x\"\nlog_key = \"y\"\n[[registrar]]\naccount = \"a\"\nkey = \"00\"\n",
        "{\"files\":[],\"format\":\"kaibiao/dossier/v1\",\"origin\":\"x\",\"size\":1,\"tender\":\"T1\"}",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBAW71r9AdEXorbsbzIu\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN TENDER CUSTODIAN SEED-----\nMIGj\n-----END TENDER CUSTODIAN SEED-----\n",
    ];
    let mut samples: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    samples.push(seal::Point::generator().to_bytes().repeat(4));
    samples.push(seal::Point::generator().to_bytes().repeat(3));
    samples.push(seal::pad::pad(b"a file").unwrap());
    for length in [0, 1, 31, 32, 33, 56, 72, 96, 128, 300, 70_000] {
        samples.push(vec![0; length]);
        samples.push(vec![0xff; length]);
    }
    samples
}

fn damage(sample: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    let pick = |rng: &mut ChaCha20Rng, below: usize| usize::try_from(rng.next_u64()).unwrap() % below.max(1);
    for _ in 0..=pick(rng, 4) {
        let at = pick(rng, bytes.len());
        match rng.next_u32() % 6 {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << (rng.next_u32() % 8),
            1 if !bytes.is_empty() => bytes.truncate(at),
            2 => bytes.insert(at.min(bytes.len()), u8::try_from(rng.next_u32() % 256).unwrap()),
            3 if !bytes.is_empty() => {
                bytes.remove(at);
            }
            4 => {
                let tail = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(tail);
            }
            _ => bytes.extend_from_slice(&rng.next_u64().to_be_bytes()),
        }
    }
    bytes
}

#[test]
fn no_parser_panics_and_none_accepts_two_spellings() {
    let mut rng = ChaCha20Rng::seed_from_u64(20_261_122);
    let samples = samples();
    for (name, target) in TARGETS {
        for sample in &samples {
            target(sample);
            let rounds = if sample.len() > 10_000 { 5 } else { 400 };
            for _ in 0..rounds {
                let damaged = damage(sample, &mut rng);
                let outcome = std::panic::catch_unwind(|| target(&damaged));
                assert!(outcome.is_ok(), "{name} on {}", String::from_utf8_lossy(&damaged));
            }
        }
    }
}

#[test]
fn every_target_has_its_fuzzer() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/libfuzzer/fuzz_targets");
    let manifest =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/libfuzzer/Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let text = std::fs::read_to_string(format!("{folder}/{name}.rs")).unwrap_or_default();
        assert!(text.contains(&format!("\"{name}\"")), "{name} has no fuzzer");
        assert!(
            manifest.contains(&format!("name = \"{name}\"")),
            "{name} is not in the fuzzers' manifest"
        );
    }
}
