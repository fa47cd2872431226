//! What becomes public when it is over: the facts of ended complaints, and who read what in an emergency.
//!
//! Invariant: nothing is disclosed before the opening is recorded, because the key that filed a complaint names a bidder.

use crate::law::State;
use facts::body::platform::FactsDisclosed;
use facts::{Draft, Refusal, Stream, TenderId};
use std::collections::BTreeSet;

/// Positions that are to be disclosed once the opening is recorded.
#[must_use]
pub fn waiting(state: &State) -> BTreeSet<u64> {
    let ended = state
        .complaints
        .values()
        .filter(|complaint| complaint.ended.is_some() && !complaint.shown);
    let seqs = ended.flat_map(|complaint| complaint.facts.iter().copied());
    seqs.chain(
        state
            .accesses
            .values()
            .flat_map(|access| access.hidden.iter().copied()),
    )
    .collect()
}

/// Discloses them.
pub(crate) fn show(state: &State, tender: &TenderId, opened: bool) -> Result<Vec<Draft>, Refusal> {
    let seqs = waiting(state);
    if !opened || seqs.is_empty() {
        return Err(Refusal::new(
            "nothing.due",
            "Nothing is due.",
            "目前没有到期事项。",
        ));
    }
    let body = FactsDisclosed {
        basis:
            "招标投标法实施条例61; 94号令39: the complaint is ended, or confidential facts were read by order"
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
