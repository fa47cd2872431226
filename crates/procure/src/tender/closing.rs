//! From the deadline to the settled list: steps of the platform, each bound to an instant and to nothing else.

use super::{State, gate, listing, refuse};
use crate::formats::list_hash;
use crate::limits::GRACE;
use facts::body::opening::{ListFrozen, ListSettled, TenderClosed, TenderFailed};
use facts::body::platform::FactsDisclosed;
use facts::id::StageId;
use facts::{Draft, Hex, Instant, Refusal, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// 投标截止: once everything that arrived in time has had the grace to be entered.
pub(super) fn close(state: &State, tender: &TenderId, at: Instant) -> Result<Option<Vec<Draft>>, Refusal> {
    let Some(closes_at) = state.deadline() else {
        return Ok(None);
    };
    if at < closes_at.plus(GRACE) {
        return Ok(None);
    }
    Ok(Some(vec![gate::platform(
        tender,
        &TenderClosed {
            closes_at,
            tender: tender.clone(),
        },
    )?]))
}

/// Freezes the list of a stage, or fails the tender if there is nothing that may be opened.
pub(super) fn freeze(
    state: &State,
    tender: &TenderId,
    stage: &StageId,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let Some(notice) = &state.notice else {
        return Err(refuse::not_noticed());
    };
    let first = state.openings.is_empty();
    if first && listing::open_lots(state).is_empty() {
        let basis =
            "招标投标法28, 招标投标法实施条例44: fewer bidders than the notice requires; nothing is opened";
        return Ok(vec![fail(tender, "too_few_bidders", basis)?]);
    }
    let entries = listing::of_stage(state, stage);
    if entries.is_empty() {
        return Ok(vec![fail(
            tender,
            "no_valid_bid",
            "招标投标法42: no bid went through the stage before",
        )?]);
    }
    let unreadable = || refuse::no_form("an envelope on the list has no readable header");
    let envelopes: Vec<_> = entries
        .iter()
        .map(|entry| entry.listed(state))
        .collect::<Option<_>>()
        .ok_or_else(unreadable)?;
    let hashes: Vec<_> = envelopes
        .iter()
        .map(|listed| (listed.submission, listed.envelope))
        .collect();
    let seqs: BTreeSet<u64> = envelopes.iter().map(|listed| listed.seq).collect();
    let frozen = ListFrozen {
        list: list_hash(tender, stage, &hashes),
        envelopes,
        stage: stage.clone(),
        tender: tender.clone(),
        until: at.plus(notice.opening.unlock_ms),
    };
    let mut drafts = vec![gate::platform(tender, &frozen)?];
    let basis = "招标投标法36: the bids whose envelopes are on the list, sealed as they were handed in";
    drafts.extend(disclose(state, tender, basis, seqs)?);
    Ok(drafts)
}

/// Settles the list once the window for disputes and unlocking is over: before any share exists.
pub(super) fn settle(
    state: &State,
    tender: &TenderId,
    stage: &StageId,
    at: Instant,
) -> Result<Option<Vec<Draft>>, Refusal> {
    let (Some(notice), Some(opening)) = (&state.notice, state.openings.get(stage)) else {
        return Ok(None);
    };
    if at < state.pauses.end_of(opening.disputing) {
        return Ok(None);
    }
    let lock = notice.opening.bidder_lock;
    let excluded: Vec<_> = listing::frozen(state, stage)
        .iter()
        .filter_map(|entry| entry.excluded(state, lock, &opening.unlocked))
        .collect();
    let out: BTreeSet<_> = excluded.iter().map(|unopened| unopened.submission).collect();
    let left: BTreeMap<Hex<16>, Hex<32>> = opening
        .frozen
        .envelopes
        .iter()
        .filter(|listed| !out.contains(&listed.submission))
        .map(|listed| (listed.submission, listed.envelope))
        .collect();
    let hashes: Vec<_> = left
        .iter()
        .map(|(submission, envelope)| (*submission, *envelope))
        .collect();
    let settled = ListSettled {
        excluded,
        list: list_hash(tender, stage, &hashes),
        stage: stage.clone(),
        submissions: left.into_keys().collect(),
        tender: tender.clone(),
        until: at.plus(notice.opening.share_ms),
    };
    let mut drafts = vec![gate::platform(tender, &settled)?];
    if settled.submissions.is_empty() {
        drafts.push(fail(
            tender,
            "no_valid_bid",
            "20号令31: every bid on the list is left out, each with its cause",
        )?);
    }
    Ok(Some(drafts))
}

/// 流标.
pub(super) fn fail(tender: &TenderId, cause: &str, basis: &str) -> Result<Draft, Refusal> {
    let failed = TenderFailed {
        basis: basis.to_owned(),
        cause: cause.to_owned(),
        tender: tender.clone(),
    };
    gate::platform(tender, &failed)
}

/// Discloses what is not disclosed yet; nothing if all is.
pub(super) fn disclose(
    state: &State,
    tender: &TenderId,
    basis: &str,
    seqs: impl IntoIterator<Item = u64>,
) -> Result<Option<Draft>, Refusal> {
    let fresh: BTreeSet<u64> = seqs
        .into_iter()
        .filter(|seq| !state.disclosed.contains(seq))
        .collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    let shown = FactsDisclosed {
        basis: basis.to_owned(),
        seqs: fresh.into_iter().collect(),
    };
    gate::platform(tender, &shown).map(Some)
}
