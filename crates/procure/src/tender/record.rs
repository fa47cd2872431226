//! 开标记录: names and prices of a whole stage in one fact, after all decryption is done (20号令30).
//!
//! Invariant: every listed envelope stands in the record exactly once, opened or with its attributed cause; an
//! unknown cause cannot be written, so it cannot be passed over.

use super::listing::Entry;
use super::state::{Opening, Submission};
use super::{OpenedStage, State, closing, gate, listing, refuse, share};
use crate::card::KeyCard;
use crate::opening::place;
use facts::body::opening::{CustodianAbsent, ListSettled, OpenedBid, OpenedPart, OpeningRecorded, PanelFile};
use facts::body::tender::PartRole;
use facts::{Draft, Hex, Instant, Refusal, TenderId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn record(
    state: &State,
    opened: OpenedStage,
    card: &KeyCard,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let tender = gate::running(state)?.tender.clone();
    let stage = opened.stage.clone();
    share::of_stage(state, &stage, card)?;
    let (Some(notice), Some(opening)) = (&state.notice, state.openings.get(&stage)) else {
        return Err(refuse::list_not_frozen(&stage));
    };
    let Some((settled, _)) = &opening.settled else {
        return Err(refuse::list_not_settled(&stage));
    };
    if opening.recorded.is_some() {
        return Err(refuse::recorded(&stage));
    }
    quorum(opening, card, &opened.quorum)?;
    complete(state, opening, settled, &opened.bids)?;
    let (bids, panel) = apart(state, opened.bids);
    let body = OpeningRecorded {
        bids,
        list: settled.list,
        panel,
        quorum: opened.quorum,
        stage: stage.clone(),
        tender: tender.clone(),
        until: at.plus(notice.opening.objection_ms),
    };
    let mut drafts = vec![gate::platform(&tender, &body)?];
    let basis = "招标投标法36, 20号令32: the history of every bid that was opened or withdrawn";
    drafts.extend(closing::disclose(state, &tender, basis, histories(state))?);
    drafts.extend(absent(&tender, opening, card)?);
    Ok(drafts)
}

/// The bids without, and beside them, what an expert could know a file for the panel by.
fn apart(state: &State, mut bids: Vec<OpenedBid>) -> (Vec<OpenedBid>, Option<Vec<PanelFile>>) {
    let mut panel = Vec::new();
    for part in bids.iter_mut().flat_map(|bid| &mut bid.parts) {
        if !state
            .part(&part.part)
            .is_some_and(|(_, known)| known.role == PartRole::Panel)
        {
            continue;
        }
        if let (Some(bytes), Some(sha256)) = (part.bytes.take(), part.sha256.take()) {
            panel.push(PanelFile {
                bytes,
                sha256,
                submission: part.submission,
            });
        }
    }
    panel.sort_by_key(|file| file.submission);
    (bids, Some(panel).filter(|panel| !panel.is_empty()))
}

/// At least k custodians, each once, each with a batch in the log that is not faulted.
fn quorum(opening: &Opening, card: &KeyCard, quorum: &[u16]) -> Result<(), Refusal> {
    let good: BTreeSet<u16> = opening.good().collect();
    let distinct: BTreeSet<u16> = quorum.iter().copied().collect();
    if let Some(index) = distinct.iter().find(|index| !good.contains(index)) {
        return Err(refuse::share_unknown(*index));
    }
    if distinct.len() != quorum.len() || quorum.len() < usize::from(card.k) {
        return Err(refuse::below_quorum(distinct.len(), card.k));
    }
    Ok(())
}

fn complete(
    state: &State,
    opening: &Opening,
    settled: &ListSettled,
    bids: &[OpenedBid],
) -> Result<(), Refusal> {
    let stage = &opening.frozen.stage;
    let mut listed: BTreeMap<Hex<16>, Entry<'_>> = listing::frozen(state, stage)
        .into_iter()
        .map(|entry| (entry.envelope.submission, entry))
        .collect();
    if !bids.is_sorted_by(|one, other| one.bid < other.bid) {
        return Err(refuse::record_order());
    }
    for bid in bids {
        for part in &bid.parts {
            let Some(entry) = listed.remove(&part.submission) else {
                return Err(refuse::record_stranger(&part.submission));
            };
            one_part(state, settled, &entry, bid, part)?;
        }
        if !bid.parts.is_sorted_by(|one, other| place(one) < place(other)) {
            return Err(refuse::record_order());
        }
    }
    match listed.keys().next() {
        Some(submission) => Err(refuse::record_incomplete(submission)),
        None => Ok(()),
    }
}

fn one_part(
    state: &State,
    settled: &ListSettled,
    entry: &Entry<'_>,
    bid: &OpenedBid,
    part: &OpenedPart,
) -> Result<(), Refusal> {
    let submission = &part.submission;
    let same = *entry.bid == bid.bid
        && entry.owner.account == bid.account
        && entry.envelope.lot == part.lot
        && entry.envelope.part == part.part;
    if !same {
        return Err(refuse::record_stranger(submission));
    }
    let excluded = settled
        .excluded
        .iter()
        .find(|unopened| unopened.submission == *submission);
    if let Some(unopened) = &part.unopened {
        let blank = part.letter.is_none() && part.bytes.is_none() && part.sha256.is_none();
        let attributed = unopened.submission == *submission
            && !unopened.evidence.trim().is_empty()
            && excluded.is_none_or(|known| known == unopened);
        return if blank && attributed {
            Ok(())
        } else {
            Err(refuse::unattributed(submission))
        };
    }
    if excluded.is_some() {
        return Err(refuse::unattributed(submission));
    }
    let Some((of, known)) = state.part(&part.part) else {
        return Err(refuse::record_stranger(submission));
    };
    let last = state
        .notice
        .as_ref()
        .and_then(|notice| notice.stages.last())
        .is_some_and(|last| last.stage == of.stage);
    let read = match (&part.letter, known.role) {
        (Some(letter), PartRole::Letter) => {
            let priced = letter
                .price
                .map(|price| Some(price.currency) == currency(state, part));
            letter.account == bid.account
                && if last {
                    priced == Some(true)
                } else {
                    priced.is_none()
                }
        }
        (None, PartRole::Panel | PartRole::Public | PartRole::Qualification) => true,
        _ => false,
    };
    let whole = read && part.bytes.is_some() && part.sha256.is_some();
    if whole {
        Ok(())
    } else {
        Err(refuse::record_unread(submission))
    }
}

fn currency(state: &State, part: &OpenedPart) -> Option<facts::Currency> {
    state.lot(&part.lot).map(|lot| lot.estimate.currency)
}

/// Every fact of every bid that was handed in, save bids that stand only in lots that were not opened: those stay
/// sealed, and so does who entered without handing anything in.
fn histories(state: &State) -> Vec<u64> {
    let lots = listing::open_lots(state);
    let listed = |last: &Submission| {
        last.body
            .envelopes
            .iter()
            .any(|envelope| lots.contains(&envelope.lot))
    };
    let shown = state
        .bids
        .values()
        .filter(|bid| !bid.submissions.is_empty() && bid.standing().is_none_or(listed));
    shown.flat_map(|bid| bid.facts.iter().copied()).collect()
}

/// Custodians that gave nothing before the opening was done, or had failed.
pub(super) fn absent(tender: &TenderId, opening: &Opening, card: &KeyCard) -> Result<Vec<Draft>, Refusal> {
    let missing = card
        .members
        .iter()
        .filter(|member| !opening.shares.contains_key(&member.index));
    missing
        .map(|member| {
            let stage = opening.frozen.stage.clone();
            gate::platform(
                tender,
                &CustodianAbsent {
                    index: member.index,
                    stage,
                    tender: tender.clone(),
                },
            )
        })
        .collect()
}
