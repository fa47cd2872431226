//! The key ceremony from the first message to an opened envelope, with nothing kept but seeds.
#![cfg(test)]

mod common;

use common::ceremony::{Table, roster, seed};
use common::rng;
use kaibiao_seal::dkg::{
    Certificate, CertificateError, Commitments, DkgError, Member, Roster, RosterError, Round1, Round2,
    finish, open_share, recover_share, round1, round2,
};
use kaibiao_seal::hash::hkdf_expand_sha512;
use kaibiao_seal::heartbeat::Beat;
use kaibiao_seal::lp;
use rand_core::{RngCore, SeedableRng};

use kaibiao_seal::{
    EnvelopeSealer, Label, Opening, PartialError, Suite, Target, combine, partial_open, verify_partial,
};

#[test]
fn a_ceremony_gives_a_key_that_a_quorum_opens() {
    let table = Table::new(3, 5, 1);
    let commitments = table.commitments();
    let finished: Vec<_> = (1..=5)
        .map(|j| {
            finish(
                table.seed(j),
                &table.ceremony,
                &commitments,
                &table.round2_to(j),
                b"rules",
            )
            .unwrap()
        })
        .collect();
    let certificate = &finished[0].certificate;
    for one in &finished {
        assert_eq!(&one.certificate, certificate, "all compute the same certificate");
        assert_eq!(certificate.share(one.index), Some(&one.share.public()));
    }
    let signatures: Vec<_> = (1..=5)
        .map(|j| (j, certificate.sign(&table.seed(j).signing_key())))
        .collect();

    // An outsider has the bytes and the signatures.
    let outside = Certificate::parse(&certificate.to_bytes()).unwrap();
    assert_eq!(&outside, certificate);
    outside.verify_signatures(&signatures, 5).unwrap();
    assert_eq!(outside.ext(), b"rules");
    assert_eq!(outside.roster().k(), 3);

    let (suite, mut rng) = (Suite::default(), rng(1));
    let label = Label {
        tender: "T-2026-0001".to_owned(),
        lot: "1".to_owned(),
        part: "price".to_owned(),
        submission: [9; 16],
        signer: [8; 32],
        key_id: outside.key_id(),
        closes_at: 1_785_000_000,
        rules: [7; 32],
        blk: [0; 32],
    };
    let (mut envelope, prefix) =
        EnvelopeSealer::new(suite, label.clone(), outside.y(), None, &mut rng).unwrap();
    let mut body = prefix.to_vec();
    envelope.update(b"42", &mut body).unwrap();
    let sealed = envelope.finish(&mut body, &mut rng).unwrap();

    let digest = label.digest(suite);
    let target = Target {
        suite,
        y: outside.y(),
        label_digest: &digest,
        body_digest: &sealed.body_digest,
        header: &sealed.header,
    };
    let mut given = Vec::new();
    for j in [5, 2, 4] {
        let share = recover_share(table.seed(j), &table.ceremony, &commitments, &table.round2_to(j)).unwrap();
        let partial = partial_open(&target, j, &share, &mut rng).unwrap();
        verify_partial(&target, j, outside.share(j).unwrap(), &partial).unwrap();
        given.push((j, partial.d));
    }
    let z = combine(3, &given).unwrap();
    let opening = Opening {
        suite,
        label: &label,
        header: &sealed.header,
        y: outside.y(),
        z: &z,
        beta: None,
    };
    assert_eq!(opening.open(&body).unwrap(), b"42");
}

#[test]
fn everything_is_derived_again_from_the_seed() {
    let table = Table::new(2, 3, 4);
    assert_eq!(table.round1(), table.round1());
    assert_eq!(table.round2(), table.round2());
    let other = Table::new(2, 3, 5);
    assert_ne!(
        table.round1()[0].commitments,
        other.round1()[0].commitments,
        "another session, other secrets"
    );
    let slot = table.ceremony.at_slot(1);
    assert_ne!(
        round1(&seed(1), &slot).unwrap().commitments,
        table.round1()[0].commitments
    );
    assert_eq!(format!("{:?}", seed(1)), "CustodianSeed(not shown)");
}

#[test]
fn the_polynomial_is_the_one_the_specification_derives() {
    let table = Table::new(3, 5, 1);
    let info = lp(&[b"tender-custodian/v1", b"round1", table.ceremony.context()]);
    let key = hkdf_expand_sha512::<32>(table.seed(2).as_bytes(), &[&info]);
    let mut stream = rand_chacha::ChaCha20Rng::from_seed(*key);
    let mut next = || {
        let mut wide = [0; 64];
        stream.fill_bytes(&mut wide);
        curve25519_dalek::Scalar::from_bytes_mod_order_wide(&wide)
    };
    let coefficients = [next(), next(), next()];
    let message = &table.round1()[1];
    for (commitment, a) in message.commitments.iter().zip(&coefficients) {
        let point = curve25519_dalek::RistrettoPoint::mul_base(a)
            .compress()
            .to_bytes();
        assert_eq!(commitment.to_bytes(), point);
    }
    // The nonce of the proof comes next: R = k·G opens the proof.
    let nonce = curve25519_dalek::RistrettoPoint::mul_base(&next())
        .compress()
        .to_bytes();
    assert_eq!(message.pop[..32], nonce);
    // What custodian 5 receives from custodian 2 is f_2(5).
    let five = curve25519_dalek::Scalar::from(5_u8);
    let [a, b, c] = coefficients;
    let expected = a + five * (b + five * c);
    let sent = table
        .round2_to(5)
        .into_iter()
        .find(|share| share.from == 2)
        .unwrap();
    let share = open_share(table.seed(5), &table.ceremony, &table.commitments(), &sent).unwrap();
    assert_eq!(*share.to_bytes(), expected.to_bytes());
}

#[test]
fn a_session_makes_a_stock_of_keys() {
    let table = Table::new(2, 2, 4);
    let mut keys = Vec::new();
    for slot in 0..4 {
        let ceremony = table.ceremony.at_slot(slot);
        let messages = table
            .seeds
            .iter()
            .map(|seed| round1(seed, &ceremony).unwrap())
            .collect();
        let commitments = Commitments::check(&ceremony, messages).unwrap();
        let shares = round2(table.seed(1), &ceremony, &commitments).unwrap();
        let finished = finish(table.seed(2), &ceremony, &commitments, &shares, b"").unwrap();
        keys.push(finished.certificate.key_id());
        // A share of one slot is no share of another.
        let next = ceremony.at_slot(slot + 1);
        let messages = table
            .seeds
            .iter()
            .map(|seed| round1(seed, &next).unwrap())
            .collect();
        let elsewhere = Commitments::check(&next, messages).unwrap();
        assert!(matches!(
            recover_share(table.seed(2), &next, &elsewhere, &shares),
            Err(DkgError::Share(_))
        ));
    }
    keys.dedup();
    assert_eq!(keys.len(), 4);
}

#[test]
fn messages_survive_the_wire() {
    let table = Table::new(2, 3, 1);
    for message in table.round1() {
        assert_eq!(Round1::parse(&message.to_bytes()).unwrap(), message);
        assert!(Round1::parse(&message.to_bytes()[1..]).is_err());
    }
    for message in table.round2() {
        let bytes = message.to_bytes();
        assert_eq!(bytes.len(), 300);
        assert_eq!(Round2::parse(&bytes).unwrap(), message);
        assert!(Round2::parse(&[&bytes[..], &[0]].concat()).is_err());
        let mut identity = bytes;
        identity[4..36].fill(0);
        assert!(
            Round2::parse(&identity)
                .unwrap_err()
                .to_string()
                .contains("identity")
        );
    }
    assert!(Round1::parse(&[0, 1]).is_err());
    assert!(Round1::parse(&[0xff; 200]).is_err());
}

#[test]
fn a_roster_excludes_two_quorums_and_shared_keys() {
    let members = |numbers: &[u16]| -> Vec<Member> {
        (1_u16..)
            .zip(numbers)
            .map(|(index, number)| Member::of(index, &seed(*number)))
            .collect()
    };
    assert_eq!(
        Roster::new(2, members(&[1, 2, 3, 4])),
        Err(RosterError::Threshold { k: 2, n: 4 })
    );
    assert_eq!(
        Roster::new(4, members(&[1, 2, 3])),
        Err(RosterError::Threshold { k: 4, n: 3 })
    );
    assert_eq!(Roster::new(1, members(&[1])), Err(RosterError::Size(1)));
    assert_eq!(
        Roster::new(2, members(&[1, 2, 1])),
        Err(RosterError::SharedKey(1, 3))
    );
    let mut crooked = members(&[1, 2, 3]);
    crooked[2].index = 4;
    assert_eq!(
        Roster::new(2, crooked),
        Err(RosterError::Index { place: 3, found: 4 })
    );
    assert_eq!(roster(3, &[1, 2, 3, 4, 5]).n(), 5);
}

#[test]
fn a_certificate_is_refused_for_each_thing_that_is_wrong_with_it() {
    let table = Table::new(2, 3, 1);
    let commitments = table.commitments();
    let certificate = Certificate::new(&table.ceremony, &commitments, b"ext");
    let bytes = certificate.to_bytes();
    let fields = {
        let mut reader = kaibiao_seal::lp::Reader::new(&bytes);
        (0..15)
            .map(|_| reader.next_field().unwrap().to_vec())
            .collect::<Vec<_>>()
    };
    let with = |at: usize, change: &dyn Fn(&mut Vec<u8>)| {
        let mut fields = fields.clone();
        change(&mut fields[at]);
        let slices: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        Certificate::parse(&kaibiao_seal::lp(&slices)).unwrap_err()
    };
    let other = Table::new(2, 3, 2);
    let (other_y, other_shares) = (*other.commitments().y(), other.commitments().shares().to_vec());
    assert_eq!(with(0, &|tag| tag.push(b'x')), CertificateError::Version);
    for (at, name) in [
        (1, "context"),
        (2, "tender"),
        (3, "part"),
        (4, "session"),
        (5, "slot"),
    ] {
        assert_eq!(
            with(at, &|field| field[0] ^= 1),
            CertificateError::Context,
            "{name}"
        );
    }
    assert!(matches!(with(7, &|k| k[1] = 3), CertificateError::Size("C")));
    assert!(matches!(with(6, &|n| n[1] = 4), CertificateError::Size("E")));
    assert!(matches!(
        with(8, &|e| e[..32].fill(0)),
        CertificateError::Point { field: "E", .. }
    ));
    assert!(matches!(with(9, &|a| a[..32].fill(0)), CertificateError::Key(_)));
    assert!(matches!(
        with(10, &|c| c.rotate_left(32)),
        CertificateError::Round1(_)
    ));
    assert!(matches!(
        with(11, &|pop| pop[40] ^= 1),
        CertificateError::Round1(_)
    ));
    assert_eq!(
        with(12, &|y| y.copy_from_slice(other_y.as_bytes())),
        CertificateError::Y
    );
    let share = other_shares[1].to_bytes();
    assert_eq!(
        with(13, &|all| all[32..64].copy_from_slice(&share)),
        CertificateError::Share(2)
    );
    assert!(matches!(
        Certificate::parse(&bytes[..100]),
        Err(CertificateError::Shape(_))
    ));
    assert!(matches!(
        Certificate::parse(&[&bytes[..], &[0]].concat()),
        Err(CertificateError::Shape(_))
    ));
    // The extension is free, but the name follows it.
    let renamed = Certificate::new(&table.ceremony, &commitments, b"other");
    assert_ne!(renamed.key_id(), certificate.key_id());

    let sign = |j: u16| (j, certificate.sign(&table.seed(j).signing_key()));
    certificate.verify_signatures(&[sign(1), sign(3)], 2).unwrap();
    let few = certificate.verify_signatures(&[sign(1), sign(3)], 3);
    assert_eq!(few, Err(CertificateError::Signatures { need: 3, have: 2 }));
    let twice = certificate.verify_signatures(&[sign(1), sign(1)], 2);
    assert_eq!(twice, Err(CertificateError::Signature(1)));
    let swapped = certificate.verify_signatures(&[(2, sign(1).1)], 1);
    assert_eq!(swapped, Err(CertificateError::Signature(2)));
    let stranger = certificate.verify_signatures(&[(4, sign(1).1)], 1);
    assert_eq!(stranger, Err(CertificateError::Signature(4)));
    let about_another = (1, renamed.sign(&table.seed(1).signing_key()));
    assert_eq!(
        certificate.verify_signatures(&[about_another], 1),
        Err(CertificateError::Signature(1))
    );
}

#[test]
fn a_heartbeat_shows_the_share_and_is_good_for_its_day() {
    let table = Table::new(2, 3, 1);
    let commitments = table.commitments();
    let key_id = Certificate::new(&table.ceremony, &commitments, b"").key_id();
    let share = recover_share(table.seed(2), &table.ceremony, &commitments, &table.round2_to(2)).unwrap();
    let beat = Beat {
        suite: Suite::default(),
        key_id: &key_id,
        date: "2026-07-24",
        index: 2,
    };
    let shown = beat.prove(&share, &mut rng(1));
    let shares = commitments.shares();
    beat.verify(&shares[1], &shown).unwrap();
    assert_eq!(beat.verify(&shares[0], &shown), Err(PartialError::Proof(2)));
    let tomorrow = Beat {
        date: "2026-07-25",
        ..beat
    };
    assert_eq!(tomorrow.verify(&shares[1], &shown), Err(PartialError::Proof(2)));
    let other_key = Beat {
        key_id: &[0; 32],
        ..beat
    };
    assert_eq!(other_key.verify(&shares[1], &shown), Err(PartialError::Proof(2)));
}
