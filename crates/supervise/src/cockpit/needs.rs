//! What waits: positions in the log without their answer, with their limits.
//!
//! Invariant: nothing vanishes by the passing of its limit.

use super::{Need, Waiting, What};
use crate::complaint::{Complaint, clock};
use crate::docket::{Docket, Matter};
use facts::time::MINUTE;
use facts::{Instant, Kind};
use rules::Card;

/// Milliseconds after the end of a window in which the platform takes its next step by itself.
const STEP: i64 = MINUTE;

/// Clocks whose end asks nobody for anything, or which the answers above stand for.
pub(super) fn is_late(matter: &Matter, clock: &str, ends: Instant, at: Instant) -> bool {
    match clock {
        "documents" | "publicity" => false,
        // The time of a pause is given back to these, and the platform takes a moment for its own steps.
        "deadline" | "unlock" | "shares" | "opening_objections" => {
            matter.stopped.is_none() && ends.plus(STEP) < at
        }
        _ => ends < at,
    }
}

fn waits_in(matter: &Matter, at: Instant) -> Vec<Need> {
    let new = |what, about: String, since, due: Option<Instant>| Need {
        due,
        since,
        ..Need::new(what, &matter.tender, about)
    };
    let orders = matter.orders.iter().map(|demand| {
        let what = if demand.told {
            What::Explanation
        } else {
            What::Order
        };
        let about = demand.order.to_string();
        let (zh, en) = ordered(demand.kind);
        Need {
            en: en.to_owned(),
            zh: zh.to_owned(),
            ..new(what, about, Some(demand.at), demand.due)
        }
    });
    let objections = matter.objections.iter().map(|(objection, raised)| {
        new(
            What::Objection,
            objection.to_string(),
            Some(raised.at),
            raised.due,
        )
    });
    let limits = matter
        .clocks
        .iter()
        .filter(|(name, clock)| {
            !matches!(**name, "objection_reply" | "explanation") && is_late(matter, name, clock.at, at)
        })
        .map(|(name, clock)| new(What::Limit, (*name).to_owned(), None, Some(clock.at)));
    orders.chain(objections).chain(limits).collect()
}

/// What an order asks for, Chinese first.
const fn ordered(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::OrderSuspended => ("责令暂停", "To stop"),
        Kind::OrderResumed => ("责令恢复", "To go on"),
        Kind::OrderReevaluated => ("责令重新评标", "To evaluate again"),
        Kind::OrderInquired => ("责令说明", "To explain"),
        Kind::OrderVoided => ("责令撤销", "To undo a step"),
        Kind::OrderExtended => ("责令顺延", "To move the deadline"),
        _ => ("", ""),
    }
}

/// When the next step of supervision in a complaint is late; while its clock stands still, or the complainant has to
/// complete it, nothing is.
fn complaint_due(docket: &Docket, complaint: &Complaint) -> Option<Instant> {
    let matter = docket.matter(&complaint.filed.tender);
    let regime = matter.and_then(|matter| matter.regime);
    if complaint.is_paused() {
        None
    } else if complaint.accepted.is_some() {
        complaint.due
    } else {
        clock::admission_due(regime, complaint)
    }
}

/// Everything that waits at an instant, what is most pressing first.
pub(super) fn needs(docket: &Docket, open: Vec<Card>, signs: &Waiting, at: Instant) -> Vec<Need> {
    let mut needs: Vec<Need> = docket.matters().flat_map(|matter| waits_in(matter, at)).collect();
    let complaints = docket.complaints().filter(|complaint| complaint.ended.is_none());
    needs.extend(complaints.map(|complaint| Need {
        due: complaint_due(docket, complaint),
        since: Some(complaint.received),
        ..Need::new(
            What::Complaint,
            &complaint.filed.tender,
            complaint.filed.complaint.to_string(),
        )
    }));
    needs.extend(docket.accesses().map(|(tender, access, asked)| Need {
        since: Some(asked),
        ..Need::new(What::Access, tender, access.to_string())
    }));
    needs.extend(open.into_iter().map(|card| Need {
        colour: Some(card.colour),
        due: card.due,
        since: Some(card.raised),
        en: card.en,
        zh: card.zh,
        ..Need::new(What::Card, &card.tender, card.rule)
    }));
    needs.extend(signs.0.iter().map(|(tender, opened, codes)| Need {
        since: Some(*opened),
        ..Need::new(What::Sign, tender, codes.clone())
    }));
    for need in &mut needs {
        need.overdue = need.due.is_some_and(|due| due < at);
        let matter = docket.matter(&need.tender);
        need.title = matter.map(|matter| matter.title.clone()).unwrap_or_default();
    }
    needs.sort_by(|a, b| a.key().cmp(&b.key()));
    needs
}
