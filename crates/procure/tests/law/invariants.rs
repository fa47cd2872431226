//! What must hold of the log of any tender, read from the log alone.

use crate::support::Layout;
use facts::body::bid::BidSubmitted;
use facts::body::contract::DepositsReturned;
use facts::body::opening::{
    ListFrozen, ListSettled, OpeningRecorded, ShareFaulted, ShareGiven, TenderClosed,
};
use facts::body::platform::FactsDisclosed;
use facts::id::StageId;
use facts::{Kind, Record};
use kaibiao_procure::limits::GRACE;
use std::collections::BTreeSet;

/// What must hold of any log, however it came about; read from the log alone.
pub(crate) fn check(log: &[Record], layout: &Layout) {
    let over = log.iter().position(|record| {
        matches!(
            record.kind,
            Kind::TenderFailed | Kind::TenderTerminated | Kind::AwardMade
        )
    });
    if let Some(over) = over {
        let veiled: BTreeSet<u64> = log
            .iter()
            .filter(|record| {
                record
                    .of::<OpeningRecorded>()
                    .is_some_and(|body| body.panel.is_some())
            })
            .map(|record| record.seq)
            .collect();
        let after: Vec<_> = log[over + 1..]
            .iter()
            .filter(|record| {
                !matches!(
                    record.kind,
                    Kind::ContractSigned | Kind::DepositsReceived | Kind::DepositsReturned
                )
            })
            .map(|record| record.of::<FactsDisclosed>().expect("a disclosure").seqs)
            .collect();
        // The award shows the files that the panel read under codes, and nothing else follows an end.
        if log[over].kind == Kind::AwardMade && !veiled.is_empty() {
            assert_eq!(
                after,
                [Vec::from_iter(veiled)],
                "the award shows the panel's files"
            );
        } else {
            assert!(after.is_empty(), "nothing follows the end");
        }
    }
    deposits_once_and_shown(log);
    in_order(log);
    closed_in_time(log, layout);
    read_by_a_quorum(log);
    named_with_the_prices(log);
}

/// No deposit is settled twice, none is named of a bid that the log has not shown before, and a contract follows its
/// award.
fn deposits_once_and_shown(log: &[Record]) {
    let mut named = BTreeSet::new();
    let mut whole = 0;
    for (place, record) in log.iter().enumerate() {
        let before = || log[..place].iter();
        if let Some(body) = record.of::<DepositsReturned>() {
            whole += usize::from(body.returned.is_empty());
            for one in body.returned {
                let disclosed = before()
                    .filter_map(Record::of::<FactsDisclosed>)
                    .flat_map(|one| one.seqs);
                let shown: BTreeSet<u64> = disclosed.collect();
                let own = before().filter_map(|record| Some((record.seq, record.of::<BidSubmitted>()?)));
                let mut own = own.filter(|(_, submitted)| submitted.bid == one.bid);
                assert!(
                    own.any(|(seq, _)| shown.contains(&seq)),
                    "{} is not shown",
                    one.bid
                );
                assert!(named.insert(one.bid), "returned twice");
            }
        }
        if record.kind == Kind::DepositsReceived {
            let opened = before().any(|record| record.kind == Kind::OpeningRecorded);
            let signed = before().any(|record| record.kind == Kind::ContractSigned);
            assert!(
                opened && !signed,
                "deposits listed before the opening or after the contract"
            );
        }
        if record.kind == Kind::ContractSigned {
            assert!(before().any(|record| record.kind == Kind::AwardMade), "no award");
        }
    }
    assert!(whole <= 1 && (whole == 0 || named.is_empty()));
}

/// Nothing happens while suspended, nothing of a bid after the deadline, nothing of the opening before it.
fn in_order(log: &[Record]) {
    let closing = log.iter().find(|record| record.kind == Kind::TenderClosed);
    let mut suspended: BTreeSet<String> = BTreeSet::new();
    for record in log {
        match record.kind {
            Kind::TenderSuspended => {
                suspended.insert(record.body.members()["order"].to_string());
            }
            Kind::TenderResumed => {
                suspended.remove(&record.body.members()["order"].to_string());
            }
            // Whatever stands still, deposits come in and go back.
            Kind::DepositsReceived | Kind::DepositsReturned => {}
            _ => assert!(suspended.is_empty(), "{} while suspended", record.kind),
        }
        let early = closing.is_none_or(|closing| record.seq < closing.seq);
        match record.kind {
            Kind::ListFrozen
            | Kind::ListSettled
            | Kind::ShareGiven
            | Kind::OpeningRecorded
            | Kind::FactsDisclosed => {
                assert!(!early, "{} before the deadline", record.kind);
            }
            Kind::BidEntered
            | Kind::BidSubmitted
            | Kind::BidConfirmed
            | Kind::BidWithdrawn
            | Kind::TenderAmended => {
                assert!(early, "{} after the deadline", record.kind);
            }
            _ => {}
        }
    }
}

/// What counts arrived in time, and too few bids were never listed.
fn closed_in_time(log: &[Record], layout: &Layout) {
    let closing = log.iter().find(|record| record.kind == Kind::TenderClosed);
    if let Some(closing) = closing {
        let closed: TenderClosed = closing.of().unwrap();
        assert!(closing.at >= closed.closes_at.plus(GRACE));
        assert!(
            log.iter()
                .filter(|r| r.kind == Kind::BidSubmitted)
                .all(|r| r.arrived.unwrap() < closed.closes_at)
        );
    }
    if let Some(frozen) = log.iter().find_map(Record::of::<ListFrozen>) {
        let bids: BTreeSet<_> = frozen.envelopes.iter().map(|listed| &listed.bid).collect();
        assert!(bids.len() >= usize::try_from(layout.min_bidders).unwrap());
    }
}

/// Each record rests on k good batches for its settled list, given after that list, and is complete.
fn read_by_a_quorum(log: &[Record]) {
    for record in log {
        let Some(read) = record.of::<OpeningRecorded>() else {
            continue;
        };
        let before: Vec<&Record> = log
            .iter()
            .take_while(|earlier| earlier.seq < record.seq)
            .collect();
        let of_stage = |stage: &StageId| *stage == read.stage;
        let settled = before.iter().find_map(|r| {
            r.of::<ListSettled>()
                .filter(|s| of_stage(&s.stage))
                .map(|s| (r.seq, s))
        });
        let (settled_at, settled) = settled.expect("a record needs a settled list");
        assert_eq!(settled.list, read.list);
        let given: BTreeSet<u16> = before
            .iter()
            .filter(|r| r.seq > settled_at)
            .filter_map(|r| {
                r.of::<ShareGiven>()
                    .filter(|s| of_stage(&s.stage) && s.list == settled.list)
            })
            .map(|share| share.index)
            .collect();
        let faulted: BTreeSet<u16> = before
            .iter()
            .filter_map(|r| r.of::<ShareFaulted>().filter(|s| of_stage(&s.stage)))
            .map(|f| f.index)
            .collect();
        let quorum: BTreeSet<u16> = read.quorum.iter().copied().collect();
        assert!(
            quorum.len() >= 3 && quorum.is_subset(&(&given - &faulted)),
            "opened without a quorum"
        );
        let frozen = before
            .iter()
            .find_map(|r| r.of::<ListFrozen>().filter(|f| of_stage(&f.stage)))
            .unwrap();
        let listed: Vec<_> = frozen.envelopes.iter().map(|listed| listed.submission).collect();
        let mut parts: Vec<_> = read
            .bids
            .iter()
            .flat_map(|b| &b.parts)
            .map(|part| part.submission)
            .collect();
        parts.sort_unstable();
        assert_eq!(parts, listed, "all that was listed is opened or attributed");
    }
}

/// Before the first record nothing that names a bidder is shown.
fn named_with_the_prices(log: &[Record]) {
    let first_reading = log
        .iter()
        .find(|r| r.kind == Kind::OpeningRecorded)
        .map_or(u64::MAX, |r| r.seq);
    for record in log.iter().filter(|r| r.seq < first_reading) {
        for seq in record
            .of::<FactsDisclosed>()
            .into_iter()
            .flat_map(|shown| shown.seqs)
        {
            assert_eq!(
                log[usize::try_from(seq).unwrap()].kind,
                Kind::BidSubmitted,
                "a name was shown before the prices"
            );
        }
    }
}
