//! How near sealing comes to its floor. Not a test of anything: run with
//! `cargo test --release -p kaibiao-seal --test speed -- --ignored --nocapture`.
#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "a stopwatch reads the machine's clock")]
#![expect(clippy::cast_precision_loss, reason = "figures for people")]

mod common;

use std::time::{Duration, Instant};

use common::{Vector, rng};
use kaibiao_seal::cob256::{Opener, SLOT, Sealer};
use kaibiao_seal::{
    BodyHasher, EnvelopeSealer, Label, Suite, Target, body_digest, partial_open, verify_partial,
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

const RUN: usize = 64 * SLOT;
const TOTAL: usize = 1 << 30;

fn time(name: &str, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    println!(
        "{name:46} {:8.3} s  {:6.2} GB/s",
        took.as_secs_f64(),
        TOTAL as f64 / 1e9 / took.as_secs_f64()
    );
    took
}

#[test]
#[ignore = "a measurement"]
fn one_gibibyte() {
    let mut run = vec![1_u8; RUN];
    let runs = TOTAL.div_ceil(64 * 16_384);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[1; 32]).unwrap());
    time("floor: ring AES-256-GCM, 16 KiB in place", || {
        for slot in (0..runs).flat_map(|_| 0..64) {
            let chunk = &mut run[slot * SLOT..][..16_384];
            let nonce = Nonce::assume_unique_for_key([0; 12]);
            let _ = key
                .seal_in_place_separate_tag(nonce, Aad::empty(), chunk)
                .unwrap();
        }
    });
    time("floor: ring SHA-256", || {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        (0..runs).for_each(|_| context.update(&run));
        let _ = context.finish();
    });
    time("tree digest", || {
        let mut hasher = BodyHasher::new(Suite::Tree64k);
        (0..runs).for_each(|_| hasher.update(&run));
        let _ = hasher.finish();
    });
    time("Sealer, slots in place", || {
        let (mut sealer, _) = Sealer::with_salt(&[1; 32], &[2; 24], b"label");
        (0..runs).for_each(|_| sealer.seal_slots(&mut run).unwrap());
    });
    let (plain, mut out) = (vec![1_u8; 64 * 16_384], Vec::with_capacity(2 * RUN));
    time("Sealer, update into a buffer", || {
        let (mut sealer, _) = Sealer::with_salt(&[1; 32], &[2; 24], b"label");
        for _ in 0..runs {
            out.clear();
            sealer.update(&plain, &mut out).unwrap();
        }
    });
    let vector = Vector::tree();
    let label = Label {
        blk: [0; 32],
        ..vector.label
    };
    time("EnvelopeSealer: cipher and digest, one thread", || {
        let mut rng = rng(1);
        let (mut sealer, _) =
            EnvelopeSealer::new(Suite::Tree64k, label.clone(), &vector.y, None, &mut rng).unwrap();
        (0..runs).for_each(|_| sealer.seal_slots(&mut run).unwrap());
        out.clear();
        sealer.finish(&mut out, &mut rng).unwrap();
    });
    // A body of one run, opened again and again from a copy.
    let (mut sealer, prefix) = Sealer::with_salt(&[1; 32], &[2; 24], b"label");
    sealer.seal_slots(&mut run).unwrap();
    let mut copy = run.clone();
    time("Opener, slots in place (with a copy)", || {
        for _ in 0..runs {
            copy.copy_from_slice(&run);
            Opener::new(&[1; 32], b"label", &prefix)
                .unwrap()
                .open_slots(&mut copy)
                .unwrap();
        }
    });
}

#[test]
#[ignore = "a measurement"]
fn proofs_per_second() {
    let vector = Vector::tree();
    let (label, digest) = (
        vector.label.digest(vector.suite),
        body_digest(vector.suite, &vector.body),
    );
    let target = Target {
        suite: vector.suite,
        y: &vector.y,
        label_digest: &label,
        body_digest: &digest,
        header: &vector.header,
    };
    let (index, share, y_i, _) = vector.custodians().remove(0);
    let partial = partial_open(&target, index, &share, &mut rng(1)).unwrap();
    let works: [(&str, &dyn Fn()); 3] = [
        ("verify a header", &|| {
            vector
                .header
                .verify(vector.suite, &label, &digest, &vector.y)
                .unwrap();
        }),
        ("partial opening, header check included", &|| {
            partial_open(&target, index, &share, &mut rng(1)).unwrap();
        }),
        ("verify a partial opening", &|| {
            verify_partial(&target, index, &y_i, &partial).unwrap();
        }),
    ];
    for (name, work) in works {
        let start = Instant::now();
        (0..2_000).for_each(|_| work());
        println!(
            "{name:46} {:8.0} per second",
            2_000.0 / start.elapsed().as_secs_f64()
        );
    }
}
