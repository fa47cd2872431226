//! Whole files through the streaming sealer and opener: the same bytes as in memory, and every fault named.
#![cfg(test)]

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use seal::stream::{StreamError, open_stream, seal_stream};
use seal::{Label, Opening, Suite, body_digest};

use kaibiao_seal as seal;

struct Case {
    label: Label,
    secret: seal::SecretScalar,
    y: seal::Point,
}

fn case() -> Case {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let secret = seal::SecretScalar::random(&mut rng);
    let y = secret.public();
    let label = Label {
        tender: "T-1".into(),
        lot: "1".into(),
        part: "technical".into(),
        submission: [1; 16],
        signer: [2; 32],
        key_id: [3; 32],
        closes_at: 1_785_000_000_000,
        rules: [4; 32],
        blk: seal::label::NO_LOCK,
    };
    Case { label, secret, y }
}

fn plain(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

fn sealed(case: &Case, file: &[u8]) -> (seal::Sealed, Vec<u8>) {
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let mut body = Vec::new();
    let len = file.len() as u64;
    let head = seal_stream(
        Suite::Tree64k,
        case.label.clone(),
        &case.y,
        None,
        len,
        &mut &*file,
        &mut body,
        &mut rng,
        &mut |_| {},
    )
    .unwrap();
    (head, body)
}

fn opened(case: &Case, head: &seal::Sealed, body: &[u8]) -> Result<Vec<u8>, StreamError> {
    let z = head.header.r.times(&case.secret);
    let opening = Opening {
        suite: Suite::Tree64k,
        label: &case.label,
        header: &head.header,
        y: &case.y,
        z: &z,
        beta: None,
    };
    let mut out = Vec::new();
    let found = open_stream(&opening, &head.body_digest, &mut &*body, &mut out, &mut |_| {})?;
    assert_eq!(found.length, out.len() as u64);
    assert_eq!(found.sha256, seal::hash::sha256(&[&out]));
    Ok(out)
}

#[test]
fn files_of_every_kind_of_length_come_back() {
    let case = case();
    for len in [
        0,
        1,
        65_527,
        65_528,
        65_529,
        16_384 * 64 - 8,
        16_384 * 64,
        16_384 * 64 + 1,
        5_000_000,
    ] {
        let file = plain(len);
        let (head, body) = sealed(&case, &file);
        assert_eq!(body_digest(Suite::Tree64k, &body), head.body_digest, "{len}");
        let digest = case.label.digest(Suite::Tree64k);
        head.header
            .verify(Suite::Tree64k, &digest, &head.body_digest, &case.y)
            .unwrap();
        assert_eq!(opened(&case, &head, &body).unwrap(), file, "{len}");
    }
}

#[test]
fn a_body_that_is_cut_or_changed_is_refused() {
    let case = case();
    let (head, body) = sealed(&case, &plain(3_000_000));
    for cut in [0, 55, 56, 70, body.len() / 2, body.len() - 1] {
        assert!(opened(&case, &head, &body[..cut]).is_err(), "{cut}");
    }
    let mut longer = body.clone();
    longer.push(0);
    assert!(opened(&case, &head, &longer).is_err());
    for at in [0, 30, 60, body.len() / 2, body.len() - 1] {
        let mut changed = body.clone();
        changed[at] ^= 1;
        assert!(opened(&case, &head, &changed).is_err(), "{at}");
    }
    let mut other = head.clone();
    other.body_digest[0] ^= 1;
    assert!(matches!(opened(&case, &other, &body), Err(StreamError::Digest)));
}

#[test]
fn a_file_that_is_not_as_long_as_announced_is_refused() {
    let case = case();
    for (announced, real) in [(10_u64, 9_usize), (10, 11), (2_000_000, 1_999_999)] {
        let mut rng = ChaCha20Rng::seed_from_u64(9);
        let file = plain(real);
        let refused = seal_stream(
            Suite::Tree64k,
            case.label.clone(),
            &case.y,
            None,
            announced,
            &mut &*file,
            &mut Vec::new(),
            &mut rng,
            &mut |_| {},
        );
        assert!(
            matches!(refused, Err(StreamError::Length { .. })),
            "{announced} {real}"
        );
    }
}
