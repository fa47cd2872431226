//! The closing of a tender as a custodian believes it (截标): the last one, and what came before it.
//!
//! Invariant: a closing that is not the last was undone by an order for an outage of the platform over its deadline, and
//! nothing was listed before the last one; nothing that arrived while bids were shut out counts.

use super::opening::{Facts, prolonged};
use super::proven::Proven;
use super::wont_answer::WontAnswer;
use facts::body::obeyed::DeadlineExtended;
use facts::body::opening::{ListFrozen, TenderClosed};
use facts::body::tender::{TenderAmended, TenderNoticed};
use facts::outage::{COURIER, Passed};
use facts::{Instant, Kind, TenderId};

/// The closing that counts.
pub(super) struct Closing<'a> {
    /// The deadline in force at last.
    pub(super) closes_at: Instant,
    /// Its fact.
    pub(super) fact: &'a Proven,
    /// Spans in which bids were shut out: from a deadline to the order that moved it after it had passed.
    pub(super) shut: Vec<(Instant, Instant)>,
}

impl<'a> Closing<'a> {
    pub(super) fn new(
        tender: &TenderId,
        facts: &Facts<'a>,
        past: &[(Instant, Instant)],
    ) -> Result<Self, WontAnswer> {
        let closings: Vec<_> = facts
            .each::<TenderClosed>()
            .filter(|(_, body)| body.tender == *tender)
            .collect();
        let missing = || WontAnswer::Missing {
            kind: Kind::TenderClosed,
            tender: tender.clone(),
        };
        let (fact, _) = *closings.last().ok_or_else(missing)?;
        let mut shut = Vec::new();
        for ((earlier, closing), (later, _)) in closings.iter().zip(closings.iter().skip(1)) {
            let between = earlier.record().seq..later.record().seq;
            let moved = facts
                .each::<DeadlineExtended>()
                .find(|(order, _)| between.contains(&order.record().seq));
            let (order, body) = moved.ok_or_else(|| WontAnswer::Ambiguous {
                kind: Kind::TenderClosed,
                tender: tender.clone(),
            })?;
            let passed = Passed {
                deadline: closing.closes_at,
                closed: earlier.record().at,
            };
            let at = order.record().at;
            passed
                .moves(body.down, at, body.closes_at, COURIER)
                .map_err(|_| WontAnswer::Reopened(passed.deadline))?;
            shut.push((passed.deadline, at));
        }
        let mut closes_at = Instant(i64::MIN);
        for (place, (closed, closing)) in closings.iter().enumerate() {
            let (seq, at) = (closed.record().seq, closed.record().at);
            // What is after the last one counts too: a deadline moved since is still to come.
            let before = if place.saturating_add(1) == closings.len() {
                u64::MAX
            } else {
                seq
            };
            closes_at = in_force(facts, past, before).ok_or_else(missing)?;
            if closing.closes_at != closes_at || at < closes_at {
                return Err(WontAnswer::Closing {
                    named: closing.closes_at,
                    at,
                    closes_at,
                });
            }
        }
        let listed = facts
            .each::<ListFrozen>()
            .map(|(list, _)| list.record().seq)
            .min();
        if listed.is_some_and(|listed| listed < fact.record().seq) {
            return Err(WontAnswer::Order {
                earlier: Kind::TenderClosed,
                later: Kind::ListFrozen,
            });
        }
        Ok(Self {
            closes_at,
            fact,
            shut,
        })
    }
}

/// The deadline of the last version of the rules before a position, or of a later order, later by suspensions.
fn in_force(facts: &Facts<'_>, past: &[(Instant, Instant)], before: u64) -> Option<Instant> {
    let noticed = facts.each::<TenderNoticed>();
    let noticed = noticed.map(|(fact, body)| (fact.record(), body.closes_at));
    let amended = facts.each::<TenderAmended>();
    let amended = amended.map(|(fact, body)| (fact.record(), body.closes_at));
    let (record, until) = noticed
        .chain(amended)
        .filter(|(record, _)| record.seq < before)
        .max_by_key(|(record, _)| record.seq)?;
    // An order may have moved the deadline since, for all alike (因平台故障顺延).
    let moved = facts
        .each::<DeadlineExtended>()
        .filter(|(fact, _)| (record.seq..before).contains(&fact.record().seq))
        .map(|(fact, body)| prolonged(past, fact.record().at, body.closes_at));
    Some(moved.fold(prolonged(past, record.at, until), Instant::max))
}
