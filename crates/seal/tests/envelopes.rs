//! Envelopes that must be refused, each for its own reason.
#![cfg(test)]

mod common;

use common::{Vector, rng};
use kaibiao_seal::cob256::Cob256Error;
use kaibiao_seal::envelope::EnvelopeError;
use kaibiao_seal::group::GroupError;
use kaibiao_seal::{
    CombineError, EnvelopeSealer, Header, HeaderError, Label, OpenError, Opening, Partial, PartialError,
    Point, SecretScalar, Suite, Target, blk, body_digest, combine, envelope_hash, partial_open,
    verify_partial,
};

const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn labels_with_one_field_changed(label: &Label) -> Vec<Label> {
    let change = |change: &dyn Fn(&mut Label)| {
        let mut other = label.clone();
        change(&mut other);
        other
    };
    vec![
        change(&|label| label.tender.push('x')),
        change(&|label| label.lot = "2".to_owned()),
        change(&|label| label.part = "technical".to_owned()),
        change(&|label| label.submission[0] ^= 1),
        change(&|label| label.signer[31] ^= 1),
        change(&|label| label.key_id[0] ^= 1),
        change(&|label| label.closes_at = label.closes_at.saturating_add(1)),
        change(&|label| label.rules[5] ^= 1),
        change(&|label| label.blk[0] ^= 1),
    ]
}

#[test]
fn a_header_holds_for_its_label_body_and_key_only() {
    for vector in [Vector::tree(), Vector::plain()] {
        let suite = vector.suite;
        let digest = body_digest(suite, &vector.body);
        let label = vector.label.digest(suite);
        vector.header.verify(suite, &label, &digest, &vector.y).unwrap();
        let original = envelope_hash(suite, &vector.label, &vector.header, &digest);

        for other in labels_with_one_field_changed(&vector.label) {
            let changed = other.digest(suite);
            assert_eq!(
                vector.header.verify(suite, &changed, &digest, &vector.y),
                Err(HeaderError::Proof)
            );
            assert_ne!(envelope_hash(suite, &other, &vector.header, &digest), original);
        }
        let mut body = vector.body.clone();
        *body.last_mut().unwrap() ^= 1;
        let changed = body_digest(suite, &body);
        assert_eq!(
            vector.header.verify(suite, &label, &changed, &vector.y),
            Err(HeaderError::Proof)
        );
        let other_y = SecretScalar::random(&mut rng(1)).public();
        assert_eq!(
            vector.header.verify(suite, &label, &digest, &other_y),
            Err(HeaderError::Proof)
        );
        let other_suite = if suite == Suite::Plain {
            Suite::Tree64k
        } else {
            Suite::Plain
        };
        assert_eq!(
            vector.header.verify(other_suite, &label, &digest, &vector.y),
            Err(HeaderError::Proof)
        );
        let swapped = Header {
            rbar: vector.header.r,
            r: vector.header.rbar,
            ..vector.header
        };
        assert_eq!(
            swapped.verify(suite, &label, &digest, &vector.y),
            Err(HeaderError::Proof)
        );
        let foreign = Header {
            rbar: other_y,
            ..vector.header
        };
        assert_eq!(
            foreign.verify(suite, &label, &digest, &vector.y),
            Err(HeaderError::Proof)
        );
    }
}

#[test]
fn a_header_is_canonical() {
    let good = Vector::tree().header.to_bytes();
    assert_eq!(Header::parse(&good).unwrap(), Vector::tree().header);
    let with = |at: usize, piece: &[u8; 32]| {
        let mut bytes = good;
        bytes[at..at + 32].copy_from_slice(piece);
        Header::parse(&bytes)
    };
    assert_eq!(with(0, &[0; 32]), Err(HeaderError::R(GroupError::Identity)));
    assert_eq!(
        with(0, &[0xff; 32]),
        Err(HeaderError::R(GroupError::PointEncoding))
    );
    assert_eq!(with(32, &[0; 32]), Err(HeaderError::Rbar(GroupError::Identity)));
    let mut odd = [0; 32];
    odd[0] = 1;
    assert_eq!(with(32, &odd), Err(HeaderError::Rbar(GroupError::PointEncoding)));
    assert_eq!(with(64, &ORDER), Err(HeaderError::E(GroupError::ScalarRange)));
    assert_eq!(with(96, &ORDER), Err(HeaderError::F(GroupError::ScalarRange)));
    assert_eq!(
        with(96, &[0xff; 32]),
        Err(HeaderError::F(GroupError::ScalarRange))
    );
    assert_eq!(Header::parse(&good[..127]), Err(HeaderError::Length(127)));
    assert_eq!(
        Header::parse(&[&good[..], &[0]].concat()),
        Err(HeaderError::Length(129))
    );
}

#[test]
fn partials_hold_for_their_custodian_and_envelope_only() {
    let vector = Vector::tree();
    let suite = vector.suite;
    let (label, digest) = (vector.label.digest(suite), body_digest(suite, &vector.body));
    let target = Target {
        suite,
        y: &vector.y,
        label_digest: &label,
        body_digest: &digest,
        header: &vector.header,
    };
    let custodians = vector.custodians();
    let (_, share, y_1, one) = &custodians[0];
    let (_, _, y_2, two) = &custodians[1];
    verify_partial(&target, 1, y_1, one).unwrap();
    // Labelled as another's, under either public share.
    assert_eq!(verify_partial(&target, 2, y_2, one), Err(PartialError::Proof(2)));
    assert_eq!(verify_partial(&target, 2, y_1, one), Err(PartialError::Proof(2)));
    assert_eq!(verify_partial(&target, 1, y_2, two), Err(PartialError::Proof(1)));
    assert_eq!(verify_partial(&target, 0, y_1, one), Err(PartialError::Zero));
    assert_eq!(
        partial_open(&target, 0, share, &mut rng(1)),
        Err(PartialError::Zero)
    );
    let shifted = Partial { d: two.d, ..*one };
    assert_eq!(
        verify_partial(&target, 1, y_1, &shifted),
        Err(PartialError::Proof(1))
    );
    // The partial of another part.
    let other_part = Label {
        part: "technical".to_owned(),
        ..vector.label.clone()
    };
    let other_label = other_part.digest(suite);
    let elsewhere = Target {
        label_digest: &other_label,
        ..target
    };
    assert_eq!(
        verify_partial(&elsewhere, 1, y_1, one),
        Err(PartialError::Proof(1))
    );

    let bytes = one.to_bytes();
    assert_eq!(Partial::parse(&bytes), Ok(*one));
    assert_eq!(Partial::parse(&bytes[1..]), Err(PartialError::Length(95)));
    let with = |at: usize, piece: &[u8; 32]| {
        let mut bytes = bytes;
        bytes[at..at + 32].copy_from_slice(piece);
        Partial::parse(&bytes)
    };
    assert_eq!(with(0, &[0; 32]), Err(PartialError::D(GroupError::Identity)));
    assert_eq!(with(32, &ORDER), Err(PartialError::C(GroupError::ScalarRange)));
    assert_eq!(with(64, &ORDER), Err(PartialError::Z(GroupError::ScalarRange)));
}

#[test]
fn combination_needs_k_distinct_custodians() {
    let vector = Vector::tree();
    let d: Vec<(u16, Point)> = vector
        .custodians()
        .iter()
        .map(|(i, _, _, partial)| (*i, partial.d))
        .collect();
    assert_eq!(
        combine(3, &d[..2]),
        Err(CombineError::TooFew { need: 3, have: 2 })
    );
    assert_eq!(combine(3, &[d[0], d[1], d[0]]), Err(CombineError::Duplicate(1)));
    assert_eq!(combine(3, &[d[0], d[1], (0, d[2].1)]), Err(CombineError::Zero));
    assert_eq!(combine(0, &d), Err(CombineError::Threshold));
    let z = combine(3, &d).unwrap();
    // A false D gives another Z, and that Z opens nothing.
    let false_z = combine(3, &[d[0], d[1], (3, d[3].1)]).unwrap();
    assert_ne!(z, false_z);
    let opening = |z| Opening {
        suite: vector.suite,
        label: &vector.label,
        header: &vector.header,
        y: &vector.y,
        z,
        beta: Some(&vector.beta),
    };
    assert_eq!(
        opening(&false_z).open(&vector.body),
        Err(Cob256Error::Commitment.into())
    );
    assert_eq!(opening(&z).open(&vector.body).unwrap(), vector.plain);

    let other_y = Opening {
        y: &false_z,
        ..opening(&z)
    };
    assert_eq!(other_y.open(&vector.body), Err(Cob256Error::Commitment.into()));
    for beta in [None, Some(&[1; 32])] {
        let locked = Opening { beta, ..opening(&z) };
        assert_eq!(locked.open(&vector.body), Err(OpenError::Lock));
    }
    for label in &labels_with_one_field_changed(&vector.label) {
        let elsewhere = Opening { label, ..opening(&z) };
        let expected = if elsewhere.label.fits(vector.suite, Some(&vector.beta)) {
            OpenError::Body(Cob256Error::Commitment)
        } else {
            OpenError::Lock
        };
        assert_eq!(elsewhere.open(&vector.body), Err(expected));
    }
}

#[test]
fn sealing_checks_the_lock_and_opens_again() {
    let vector = Vector::tree();
    let (suite, mut rng) = (Suite::Tree64k, rng(9));
    let seal = |label: &Label, beta, rng: &mut _| {
        EnvelopeSealer::new(suite, label.clone(), &vector.y, beta, rng).map(|_| ())
    };
    assert_eq!(seal(&vector.label, None, &mut rng), Err(EnvelopeError::Lock));
    assert_eq!(
        seal(&vector.label, Some(&[8; 32]), &mut rng),
        Err(EnvelopeError::Lock)
    );
    let open = Label {
        blk: [0; 32],
        ..vector.label.clone()
    };
    assert_eq!(
        seal(&open, Some(&vector.beta), &mut rng),
        Err(EnvelopeError::Lock)
    );
    assert_ne!(
        blk(suite, &open.submission, &vector.beta),
        blk(Suite::Plain, &open.submission, &vector.beta)
    );

    let framed = kaibiao_seal::pad::pad(b"lot 1: 1,234,567.89 CNY").unwrap();
    let (mut envelope, prefix) = EnvelopeSealer::new(suite, open.clone(), &vector.y, None, &mut rng).unwrap();
    let mut body = prefix.to_vec();
    for piece in framed.chunks(10_000) {
        envelope.update(piece, &mut body).unwrap();
    }
    let sealed = envelope.finish(&mut body, &mut rng).unwrap();
    assert_eq!(
        body.len() as u64,
        kaibiao_seal::cob256::body_len(framed.len() as u64)
    );
    assert_eq!(sealed.body_digest, body_digest(suite, &body));
    assert_eq!(
        sealed.envelope_hash,
        envelope_hash(suite, &open, &sealed.header, &sealed.body_digest)
    );

    let label = open.digest(suite);
    let target = Target {
        suite,
        y: &vector.y,
        label_digest: &label,
        body_digest: &sealed.body_digest,
        header: &sealed.header,
    };
    let mut given = Vec::new();
    for (index, share, y_i, _) in vector.custodians().into_iter().skip(2) {
        let partial = partial_open(&target, index, &share, &mut rng).unwrap();
        verify_partial(&target, index, &y_i, &partial).unwrap();
        given.push((index, partial.d));
    }
    let z = combine(3, &given).unwrap();
    let opening = Opening {
        suite,
        label: &open,
        header: &sealed.header,
        y: &vector.y,
        z: &z,
        beta: None,
    };
    let plain = kaibiao_seal::pad::unpad(&opening.open(&body).unwrap()).unwrap();
    assert_eq!(plain, b"lot 1: 1,234,567.89 CNY");
}
