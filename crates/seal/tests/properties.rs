//! Round trips and refusals over arbitrary inputs.
#![cfg(test)]

mod common;

use common::rng;
use kaibiao_seal::cob256::{Opener, PREFIX, Sealer, body_len, plain_len};
use kaibiao_seal::dkg::{Answer, Certificate, Complaint, Round1, Round2};
use kaibiao_seal::keyfile::open_key;
use kaibiao_seal::{
    EnvelopeSealer, Header, Label, Opening, Partial, Point, PublicKey, Scalar, SecretScalar, Suite, blk,
    body_digest, combine, pad,
};
use proptest::prelude::*;

fn label() -> impl Strategy<Value = Label> {
    let names = (".{0,12}", ".{0,4}", "[a-z]{1,12}");
    let hashes = (
        any::<[u8; 16]>(),
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
        any::<[u8; 32]>(),
    );
    (names, hashes, any::<u64>()).prop_map(
        |((tender, lot, part), (submission, signer, key_id, rules), closes_at)| Label {
            tender,
            lot,
            part,
            submission,
            signer,
            key_id,
            closes_at,
            rules,
            blk: [0; 32],
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_envelope_opens_to_what_was_sealed(
        mut label in label(),
        plain in proptest::collection::vec(any::<u8>(), 0..70_000),
        pieces in 1_usize..40_000,
        beta in proptest::option::of(any::<[u8; 32]>()),
        plain_suite in any::<bool>(),
        seed in any::<u8>(),
    ) {
        let suite = if plain_suite { Suite::Plain } else { Suite::Tree64k };
        label.blk = beta.map_or([0; 32], |beta| blk(suite, &label.submission, &beta));
        let mut rng = rng(seed);
        let secret = SecretScalar::random(&mut rng);
        let y = secret.public();
        let (mut sealer, prefix) = EnvelopeSealer::new(suite, label.clone(), &y, beta.as_ref(), &mut rng).unwrap();
        let mut body = prefix.to_vec();
        for piece in plain.chunks(pieces) {
            sealer.update(piece, &mut body).unwrap();
        }
        let sealed = sealer.finish(&mut body, &mut rng).unwrap();
        prop_assert_eq!(body.len() as u64, body_len(plain.len() as u64));
        prop_assert_eq!(body_digest(suite, &body), sealed.body_digest);
        prop_assert_eq!(Header::parse(&sealed.header.to_bytes()).unwrap(), sealed.header);
        sealed.header.verify(suite, &label.digest(suite), &sealed.body_digest, &y).unwrap();
        let z = sealed.header.r.times(&secret);
        let opening = Opening { suite, label: &label, header: &sealed.header, y: &y, z: &z, beta: beta.as_ref() };
        prop_assert_eq!(opening.open(&body).unwrap(), plain);
    }

    #[test]
    fn a_changed_body_never_opens(
        plain in proptest::collection::vec(any::<u8>(), 0..40_000),
        at in any::<proptest::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (mut sealer, prefix) = Sealer::with_salt(&[1; 32], &[2; 24], b"label");
        let mut body = prefix.to_vec();
        sealer.update(&plain, &mut body).unwrap();
        sealer.finish(&mut body).unwrap();
        let at = at.index(body.len());
        body[at] ^= 1 << bit;
        let opened = body.split_first_chunk::<PREFIX>().map(|(prefix, chunks)| {
            let mut opener = Opener::new(&[1; 32], b"label", prefix)?;
            let mut out = Vec::new();
            opener.update(chunks, &mut out)?;
            opener.finish(&mut out)
        });
        prop_assert!(matches!(opened, Some(Err(_))));
    }

    #[test]
    fn lengths_and_frames(len in 0_u64..1 << 50, bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert_eq!(plain_len(body_len(len)), Some(len));
        prop_assert!(pad::padded_len(len).unwrap() >= len.saturating_add(8));
        prop_assert!(pad::padded_len(len.saturating_add(1)).unwrap() >= pad::padded_len(len).unwrap());
        prop_assert_eq!(pad::unpad(&pad::pad(&bytes).unwrap()).unwrap(), bytes);
    }

    #[test]
    fn parsers_are_total_and_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        if let Ok(header) = Header::parse(&bytes) { prop_assert_eq!(&header.to_bytes()[..], &bytes[..]); }
        if let Ok(partial) = Partial::parse(&bytes) { prop_assert_eq!(&partial.to_bytes()[..], &bytes[..]); }
        if let Ok(message) = Round1::parse(&bytes) { prop_assert_eq!(message.to_bytes(), bytes.clone()); }
        if let Ok(message) = Round2::parse(&bytes) { prop_assert_eq!(message.to_bytes(), bytes.clone()); }
        if let Ok(message) = Complaint::parse(&bytes) { prop_assert_eq!(message.to_bytes(), bytes.clone()); }
        if let Ok(message) = Answer::parse(&bytes) { prop_assert_eq!(message.to_bytes(), bytes.clone()); }
        prop_assert!(Certificate::parse(&bytes).is_err());
        prop_assert!(pad::unpad(&bytes).is_err());
        prop_assert!(open_key(&text, "worthless").is_err());
    }

    #[test]
    fn encodings_are_canonical(bytes in any::<[u8; 32]>()) {
        if let Ok(point) = Point::parse(&bytes) { prop_assert_eq!(point.to_bytes(), bytes); }
        if let Ok(scalar) = Scalar::parse(&bytes) { prop_assert_eq!(scalar.to_bytes(), bytes); }
        if let Ok(key) = PublicKey::parse(&bytes) { prop_assert_eq!(key.to_bytes(), bytes); }
    }

    #[test]
    fn every_quorum_combines_to_the_same_point(seed in any::<u8>(), chosen in Just(vec![1, 2, 3, 4, 5, 6, 7]).prop_shuffle()) {
        // A trusted dealer is enough here: s(x) = a + b·x + c·x², by repeated addition of points.
        let mut rng = rng(seed);
        let base = SecretScalar::random(&mut rng).public();
        let coefficients: Vec<SecretScalar> = (0..3).map(|_| SecretScalar::random(&mut rng)).collect();
        let value = |x: u16| {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&x.to_le_bytes());
            let x = SecretScalar::parse(&bytes).unwrap();
            // Horner in the exponent of `base`.
            let terms = [
                (1, base.times(&coefficients[0])),
                (2, base.times(&coefficients[1]).times(&x)),
                (3, base.times(&coefficients[2]).times(&x).times(&x)),
            ];
            sum(&terms)
        };
        let all: Vec<(u16, Point)> = chosen.iter().map(|x| (*x, value(*x))).collect();
        prop_assert_eq!(combine(3, &all).unwrap(), base.times(&coefficients[0]));
    }
}

/// Sum of points through the public API: decompress, add, compress.
fn sum(terms: &[(u16, Point)]) -> Point {
    use curve25519_dalek::ristretto::CompressedRistretto;
    let raw = terms
        .iter()
        .map(|(_, point)| CompressedRistretto(point.to_bytes()).decompress().unwrap());
    Point::parse(
        &raw.sum::<curve25519_dalek::RistrettoPoint>()
            .compress()
            .to_bytes(),
    )
    .unwrap()
}
