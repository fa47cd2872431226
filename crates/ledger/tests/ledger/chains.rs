//! The chain: dense, forward in time, unchanged by a refusal.

use crate::fixture::{Log, START, answered, disclosed, enrolled, rng, stream, withdrawn};
use facts::{Canonical, Instant, Kind, Stream};
use ledger::chain::{Chain, Head};
use ledger::record::{erased_record, record_of};
use ledger::{LinkError, Payload, act, act_of};
use serde_json::{Map, json};

#[test]
fn records_made_and_records_read_agree() {
    let log = Log::of(10);
    for linked in &log.linked {
        assert_eq!(record_of(&linked.entry, &linked.payload).unwrap(), linked.record);
        assert_eq!(
            record_of(&linked.entry, &linked.payload.opened(&[])).unwrap(),
            linked.record
        );
        let stored = Payload::from_bytes(&linked.payload.to_bytes()).unwrap();
        assert_eq!(stored, linked.payload);
        assert_eq!(stored.commit(), linked.entry.commit);
    }
}

#[test]
fn the_act_comes_back_whole_and_verifies() {
    let log = Log::of(3);
    for linked in &log.linked {
        let act = act_of(&linked.entry, &linked.payload).unwrap().unwrap();
        act::verify(log.chain.origin(), &act).unwrap();
        assert_eq!(Some(act::digest(log.chain.origin(), &act)), linked.act_digest);
    }
    let mut log = Log::new();
    let linked = log.push(disclosed(&[1]), START);
    assert_eq!(act_of(&linked.entry, &linked.payload).unwrap(), None);
    assert_eq!(linked.act_digest, None);
}

#[test]
fn what_arrived_is_committed_and_recorded() {
    let mut log = Log::new();
    let linked = log.push(withdrawn(), START);
    assert_eq!(linked.record.arrived, Some(START.plus(5)));
    assert_eq!(linked.record.kind, Kind::BidWithdrawn);
}

#[test]
fn time_that_goes_back_is_refused_and_changes_nothing() {
    let mut log = Log::of(3);
    let before = log.chain.head();
    let at = Instant(before.ts.0 - 1);
    let refused = log.chain.extend(answered("x"), at, &mut rng(2)).unwrap_err();
    assert_eq!(refused, LinkError::Back { at, last: before.ts });
    assert_eq!(log.chain.head(), before);
    log.chain.extend(answered("x"), before.ts, &mut rng(2)).unwrap();
}

#[test]
fn times_without_a_canonical_form_are_refused() {
    let mut chain = Chain::resume(
        "o",
        Head {
            ts: Instant(-5),
            ..Head::default()
        },
    );
    assert_eq!(
        chain.extend(answered("x"), Instant(-1), &mut rng(2)).unwrap_err(),
        LinkError::Range
    );
    assert_eq!(
        chain
            .extend(answered("x"), Instant(1 << 53), &mut rng(2))
            .unwrap_err(),
        LinkError::Range
    );
    let mut draft = answered("x");
    draft.arrived = Some(Instant(-1));
    assert_eq!(
        chain.extend(draft, Instant(1), &mut rng(2)).unwrap_err(),
        LinkError::Range
    );
}

#[test]
fn the_ledgers_own_names_cannot_be_taken() {
    let mut chain = Chain::resume("o", Head::default());
    for name in ["@key", "@", ""] {
        let mut members = Map::new();
        members.insert(name.to_owned(), json!(1));
        let mut draft = disclosed(&[1]);
        draft.body = Canonical::new(members).unwrap();
        let refused = chain.extend(draft, START, &mut rng(2)).unwrap_err();
        assert_eq!(refused, LinkError::Reserved(name.to_owned()));
    }
    assert_eq!(chain.head(), Head::default());
}

#[test]
fn a_draft_is_the_fact_its_act_signed() {
    let mut chain = Chain::resume("o", Head::default());
    let mut other_stream = answered("x");
    other_stream.stream = Stream::Platform;
    let mut other_kind = answered("x");
    other_kind.kind = Kind::TenderAmended;
    let mut other_body = answered("x");
    other_body.body = answered("y").body;
    for (draft, what) in [
        (other_stream, "stream"),
        (other_kind, "kind"),
        (other_body, "body"),
    ] {
        assert_eq!(
            chain.extend(draft, START, &mut rng(2)).unwrap_err(),
            LinkError::Act(what)
        );
    }
}

#[test]
fn an_erased_public_fact_keeps_its_name_and_a_confidential_one_nothing() {
    let mut log = Log::new();
    let public = log.push(enrolled(), START).entry.clone();
    let hidden = log.push(withdrawn(), START).entry.clone();
    let record = erased_record(&public).unwrap();
    assert_eq!(
        (record.kind, record.body),
        (Kind::AccountEnrolled, Canonical::default())
    );
    assert_eq!(erased_record(&hidden), None);
    assert_ne!(stream(), Stream::Platform);
}
