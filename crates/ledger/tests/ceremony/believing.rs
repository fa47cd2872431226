//! What is not believed: facts without proof, impostors, certificates that do not follow from round 1.

use crate::ledger::ceremony::{
    End, Fault, NotProven, NotWitnessed, Proven, Witnessed, commitments, context, signed_certificate,
    to_round1,
};
use crate::log::{Log, ORIGIN, called, caller, ceremony, seeds, stream};
use crate::making::committed;
use crate::runner::{run, step};
use facts::body::ceremony::CeremonyComplained;
use facts::{Hex, Kind};
use seal::dkg::{self, Round1Error};

#[test]
fn an_invented_complaint_is_not_believed_and_opens_nothing() {
    let (mut log, seeds, _) = committed();
    for seed in &seeds {
        step(&mut log, seed, "K1");
    }
    // The platform wants f_1(3) and complains in the name of the third, with a key of its own.
    let complaint = CeremonyComplained {
        against: 1,
        ceremony: ceremony("K1"),
        index: 3,
        slot: 0,
    };
    let seq = log.say(stream("K1"), &complaint, &caller());
    let refused = Witnessed::new(&ceremony("K1"), &log.proven());
    assert_eq!(
        refused,
        Err(NotWitnessed::Impostor {
            seq,
            kind: Kind::CeremonyComplained,
            index: 3
        })
    );
}

#[test]
fn facts_without_place_content_or_author_are_not_proven() {
    let (mut log, seeds, _) = committed();
    let seq = 1;
    let (entry, payload) = log.rows[1].clone();
    let (checkpoint, proof) = (log.checkpoint(), log.tree.fresh_proof(seq).unwrap());
    let prove = |seq, entry: &[u8], payload, proof: &[_]| {
        Proven::new(ORIGIN, &checkpoint, seq, entry, payload, proof)
    };
    prove(seq, &entry, &payload, &proof).unwrap();

    let other = log.tree.fresh_proof(2).unwrap();
    assert!(matches!(
        prove(seq, &entry, &payload, &other),
        Err(NotProven::Inclusion { seq: 1, .. })
    ));
    assert_eq!(
        prove(2, &entry, &payload, &proof),
        Err(NotProven::Position { wanted: 2, found: 1 })
    );
    let foreign = log.rows[2].1.clone();
    assert!(matches!(
        prove(seq, &entry, &foreign, &proof),
        Err(NotProven::Payload { seq: 1, .. })
    ));
    let hidden = payload.withholding(&["slots"]);
    assert!(matches!(
        prove(seq, &entry, &hidden, &proof),
        Err(NotProven::Signature { seq: 1, .. })
    ));
    let other = "another.example/log";
    let elsewhere = Proven::new(other, &checkpoint, seq, &entry, &payload, &proof);
    assert_eq!(elsewhere, Err(NotProven::Origin(ORIGIN.to_owned())));
    // Acts are signed for one log and cannot be carried into another.
    let carried = crate::ledger::Checkpoint {
        origin: other.to_owned(),
        ..checkpoint.clone()
    };
    let elsewhere = Proven::new(other, &carried, seq, &entry, &payload, &proof);
    assert!(matches!(elsewhere, Err(NotProven::Signature { seq: 1, .. })));

    // A custodian's fact without a custodian.
    let body = (*log.witnessed(&ceremony("K1")).view().committed[&1]).clone();
    let seq = log.platform(stream("K1"), &body);
    let (entry, payload) = log.rows.last().unwrap().clone();
    let proof = log.tree.fresh_proof(seq).unwrap();
    let refused = Proven::new(ORIGIN, &log.checkpoint(), seq, &entry, &payload, &proof);
    assert_eq!(
        refused,
        Err(NotProven::Author {
            seq,
            kind: Kind::CeremonyCommitted
        })
    );
    drop(seeds);
}

#[test]
fn certificates_of_another_round_one_are_noticed() {
    let (mut log, seeds) = (Log::new(6), seeds(3));
    let made = run(&mut log, &seeds, "K1", 2, 1, 1);
    let mut view = made.view().clone();
    let other = called("K1", &seeds, 2, 1, 2);
    let message = dkg::round1(&seeds[1], &context(&other, 0).unwrap()).unwrap();
    let mut body = (*view.committed[&2]).clone();
    body.slots = vec![to_round1(&message)];
    view.committed.insert(2, body.into());
    let refused = commitments(&view, 0).map(|_| ());
    assert_eq!(
        refused,
        Err(Fault::Round1 {
            slot: 0,
            why: Round1Error::Signature(2)
        })
    );

    let mut view = made.view().clone();
    let mut certified = (*view.certified[&3]).clone();
    certified.slots[0].key_id = Hex([0; 32]);
    view.certified.insert(3, certified.into());
    assert_eq!(
        signed_certificate(&view, 0).map(|_| ()),
        Err(Fault::KeyId { slot: 0 })
    );

    let mut view = made.view().clone();
    if let Some(End::Completed(completed)) = &view.end {
        let mut crooked = (**completed).clone();
        crooked.keys[0].public = crooked.keys[0].shares[0];
        view.end = Some(End::Completed(crooked.into()));
    }
    assert_eq!(
        signed_certificate(&view, 0).map(|_| ()),
        Err(Fault::Completion { slot: 0 })
    );
}
