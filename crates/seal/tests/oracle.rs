//! The cross-stage decryption oracle of copied headers: it works against a custodian who multiplies whatever comes,
//! and is refused by ours.
#![cfg(test)]

mod common;

use common::{Vector, rng};
use kaibiao_seal::{
    EnvelopeSealer, Header, HeaderError, Label, Opening, PartialError, Point, Sealed, Target, combine,
    partial_open,
};

/// Mallory's technical envelope: her own label and body, Alice's R. The proof is her best effort.
struct Forgery {
    label: Label,
    body_digest: [u8; 32],
    header: Header,
}

fn forgeries(victim: &Vector) -> Vec<Forgery> {
    let label = Label {
        part: "technical".to_owned(),
        submission: [0x66; 16],
        signer: [0x67; 32],
        blk: [0; 32],
        ..victim.label.clone()
    };
    // An envelope of her own, honestly sealed, to take proof and body from.
    let mut rng = rng(66);
    let (mut sealer, prefix) =
        EnvelopeSealer::new(victim.suite, label.clone(), &victim.y, None, &mut rng).unwrap();
    let mut body = prefix.to_vec();
    sealer.update(b"technical file", &mut body).unwrap();
    let Sealed {
        header: own,
        body_digest,
        ..
    } = sealer.finish(&mut body, &mut rng).unwrap();
    let alice = victim.header;
    [
        // The header as it is, R alone with her proof, R and R̄ with her proof, R with her R̄ and Alice's proof.
        alice,
        Header { r: alice.r, ..own },
        Header {
            r: alice.r,
            rbar: alice.rbar,
            ..own
        },
        Header {
            r: alice.r,
            rbar: own.rbar,
            ..alice
        },
    ]
    .into_iter()
    .map(|header| Forgery {
        label: label.clone(),
        body_digest,
        header,
    })
    .collect()
}

#[test]
fn a_custodian_who_skips_the_check_opens_the_victim() {
    let victim = Vector::tree();
    // Both parts sealed to one key and the header not looked at: s·R is all that is asked for.
    let forged = forgeries(&victim);
    let answers: Vec<(u16, Point)> = victim
        .custodians()
        .iter()
        .take(3)
        .map(|(index, share, ..)| (*index, forged[0].header.r.times(share)))
        .collect();
    let z = combine(3, &answers).unwrap();
    let opening = Opening {
        suite: victim.suite,
        label: &victim.label,
        header: &victim.header,
        y: &victim.y,
        z: &z,
        beta: Some(&victim.beta),
    };
    assert_eq!(
        opening.open(&victim.body).unwrap(),
        victim.plain,
        "the price is out before its time"
    );
    // Even so the bidder lock holds: without β the stolen Z opens nothing.
    let locked = Opening {
        beta: None,
        ..opening
    };
    assert!(locked.open(&victim.body).is_err());
}

#[test]
fn our_custodian_refuses_every_forgery() {
    let victim = Vector::tree();
    for forged in forgeries(&victim) {
        let label = forged.label.digest(victim.suite);
        let target = Target {
            suite: victim.suite,
            y: &victim.y,
            label_digest: &label,
            body_digest: &forged.body_digest,
            header: &forged.header,
        };
        for (index, share, ..) in victim.custodians() {
            let refused = partial_open(&target, index, &share, &mut rng(7));
            assert_eq!(refused, Err(PartialError::Header(HeaderError::Proof)));
        }
    }
}
