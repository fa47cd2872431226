//! Of 12: a deadline that was moved after it had passed, because the platform was down over it.
//!
//! Invariant: the closing that the order undoes stands in the log, late; the order says when the platform was down; and
//! nothing of an opening stands before it.

use crate::dossier::Dossier;
use crate::rules::Rules;
use crate::verdict::Findings;
use facts::body::opening::TenderClosed;
use facts::outage::{COURIER, Passed, Stays};
use facts::{Instant, Kind};

/// What tells something of the bids, or ends the tender.
const OPENING: [Kind; 13] = [
    Kind::ListFrozen,
    Kind::ListDisputed,
    Kind::BidUnlocked,
    Kind::ListSettled,
    Kind::ShareGiven,
    Kind::ShareFaulted,
    Kind::CustodianAbsent,
    Kind::OpeningRecorded,
    Kind::OpeningFailed,
    Kind::OpeningClosed,
    Kind::TenderFailed,
    Kind::TenderTerminated,
    Kind::AwardMade,
];

fn said(why: Stays) -> (String, String) {
    let fixed = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
    match why {
        Stays::InTime => fixed("the platform closed in time", "平台按时截标"),
        Stays::Unstated => fixed("no outage is stated", "未写明停机时段"),
        Stays::Unfit => fixed(
            "the outage stated is no period that was over",
            "停机时段不成立或当时尚未结束",
        ),
        Stays::Elsewhere => fixed("the outage stated does not cover it", "停机时段不包含该截止时间"),
        Stays::Late(last) => (
            format!("that was possible until {last}"),
            format!("仅可于{last}前顺延"),
        ),
        Stays::Short(earliest) => (
            format!("the new deadline had to be {earliest} or later"),
            format!("新的截止时间不得早于{earliest}"),
        ),
    }
}

pub(super) fn reopened(dossier: &Dossier, rules: &Rules, found: &mut Findings) {
    let stream = dossier.stream();
    let closings = dossier.shown.told::<TenderClosed>(&stream);
    for order in &rules.extensions {
        let deadline = rules.deadline_before(order.seq);
        if order.at < deadline {
            continue;
        }
        let mut closing = closings.iter().filter(|told| told.seq() < order.seq);
        let closed = closing.next_back().filter(|told| told.body.closes_at == deadline);
        let Some(closed) = closed else {
            found.fault(
                order.seq,
                format!(
                    "the deadline {deadline} was moved after it had passed, before its closing was written"
                ),
                format!("截止时间{deadline}已过且尚未记入截标即被顺延"),
            );
            continue;
        };
        let passed = Passed {
            deadline,
            closed: closed.fact.record.at,
        };
        if let Err(why) = passed.moves(order.down, order.at, order.closes_at, COURIER) {
            let (en, zh) = said(why);
            found.fault(
                order.seq,
                format!("the deadline {deadline} was moved after it had passed: {en}"),
                format!("截止时间{deadline}已过而被顺延:{zh}"),
            );
        }
        let begun = dossier
            .shown
            .of(&stream)
            .find(|fact| fact.record.seq < order.seq && OPENING.contains(&fact.record.kind));
        if let Some(fact) = begun {
            found.fault(
                order.seq,
                format!(
                    "the deadline was moved although {} stands at {}",
                    fact.record.kind, fact.record.seq
                ),
                format!("条目{}已有{},仍顺延截止时间", fact.record.seq, fact.record.kind),
            );
        }
    }
}

/// Whether something arrived while bids were shut out: the deadline that it missed.
pub(super) fn missed(rules: &Rules, arrived: Instant) -> Option<Instant> {
    let mut shut = rules.shut().into_iter();
    shut.find(|(deadline, moved)| (*deadline..*moved).contains(&arrived))
        .map(|(deadline, _)| deadline)
}
