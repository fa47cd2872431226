//! What becomes public when it is over: the facts of ended complaints, and who read what in an emergency.
//!
//! Invariant: nothing is disclosed before the opening is recorded or the tender is over, because the key that filed a
//! complaint names a bidder; and nothing of an access before it was used or has lapsed, because a request warns those whom
//! it is about.

use crate::law::State;
use facts::body::platform::FactsDisclosed;
use facts::{Draft, Instant, Refusal, Stream, TenderId};
use std::collections::BTreeSet;

/// Positions that are to be disclosed at an instant, once the opening is recorded or the tender is over.
#[must_use]
pub fn waiting(state: &State, at: Instant) -> BTreeSet<u64> {
    let ended = state
        .complaints
        .values()
        .filter(|complaint| complaint.ended.is_some() && !complaint.shown);
    let seqs = ended.flat_map(|complaint| complaint.facts.iter().copied());
    let read = state
        .accesses
        .values()
        .filter(|access| !access.used.is_empty() || access.is_lapsed(at));
    seqs.chain(read.flat_map(|access| access.hidden.iter().copied()))
        .collect()
}

/// When the next access lapses whose facts are to be disclosed then.
#[must_use]
pub fn next(state: &State, at: Instant) -> Option<Instant> {
    let hidden = state.accesses.values().filter(|access| !access.hidden.is_empty());
    hidden
        .map(crate::further::Access::lapses)
        .filter(|lapses| *lapses > at)
        .min()
}

/// Discloses them.
pub(crate) fn show(
    state: &State,
    tender: &TenderId,
    grounds: bool,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let seqs = waiting(state, at);
    if !grounds || seqs.is_empty() {
        return Err(Refusal::new(
            "nothing.due",
            "Nothing is due.",
            "目前没有到期事项。",
        ));
    }
    let body = FactsDisclosed {
        basis:
            "招标投标法实施条例61; 94号令39: the complaint is ended, or confidential facts were asked for by order, and read or not in time"
                .to_owned(),
        seqs: seqs.into_iter().collect(),
    };
    Draft::platform(Stream::Supervision(tender.clone()), &body)
        .map(|draft| vec![draft])
        .map_err(|error| {
            Refusal::new(
                "platform.malformed",
                format!("The fact has no canonical form: {error}."),
                format!("该事实没有规范形式:{error}。"),
            )
        })
}

/// They are disclosed.
pub(crate) fn shown(state: &mut State, seqs: &[u64]) {
    for complaint in state.complaints.values_mut() {
        if complaint.facts.iter().all(|seq| seqs.contains(seq)) {
            complaint.shown = true;
        }
    }
    for access in state.accesses.values_mut() {
        access.hidden.retain(|seq| !seqs.contains(seq));
    }
}
