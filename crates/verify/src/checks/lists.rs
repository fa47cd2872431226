//! 21: the lists name every envelope that must be opened and no other.

use crate::bids::{Bid, Submitted};
use crate::dossier::Dossier;
use crate::opened;
use crate::rules::Rules;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::bid::Envelope;
use facts::body::opening::{ListFrozen, ListSettled, OpeningRecorded};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::Stage;
use facts::id::{LotId, StageId};
use facts::{BidId, Hex};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn not_frozen() -> Finding {
    skipped("no list of envelopes is frozen yet", "尚未冻结开启清单")
}

pub(super) fn complete(dossier: &Dossier) -> Finding {
    let frozen = dossier.shown.told::<ListFrozen>(&dossier.stream());
    let Some(rules) = dossier.rules().filter(|_| !frozen.is_empty()) else {
        return not_frozen();
    };
    let mut found = Findings::new();
    let settled = dossier.shown.told::<ListSettled>(&dossier.stream());
    let mut stages = BTreeSet::new();
    for told in &frozen {
        if !stages.insert(&told.body.stage) {
            found.fault(
                told.seq(),
                format!("the list of stage {} is frozen twice", told.body.stage),
                format!("阶段{}的清单重复冻结", told.body.stage),
            );
            continue;
        }
        let own: Vec<_> = settled
            .iter()
            .filter(|one| one.body.stage == told.body.stage)
            .collect();
        listed(dossier, rules, told, &mut found);
        match own.as_slice() {
            [] => {}
            [one] => settlement(dossier, told, one, &mut found),
            [_, again, ..] => found.fault(
                again.seq(),
                format!("the list of stage {} is settled twice", told.body.stage),
                format!("阶段{}的清单重复确定", told.body.stage),
            ),
        }
    }
    let hidden = hidden_while_bidding(dossier, rules.seq, frozen.first().map_or(0, Told::seq));
    found.note(
        None,
        format!("{hidden} confidential entries between the notice and the list were never disclosed: questions, other tenders, lots that were not opened, or bids dropped; whoever holds a receipt for one of them can tell"),
        format!("公告至清单之间有{hidden}条保密条目从未公开:或为询问、其他项目、未开启标段,或为被隐匿的投标;持有回执者可以指认"),
    );
    found.into()
}

fn hidden_while_bidding(dossier: &Dossier, from: u64, until: u64) -> usize {
    dossier
        .shown
        .hidden
        .iter()
        .filter(|seq| (from..until).contains(*seq))
        .count()
}

/// F against the bids that are disclosed.
fn listed(dossier: &Dossier, rules: &Rules, told: &Told<'_, ListFrozen>, found: &mut Findings) {
    let (seq, body) = (told.seq(), &told.body);
    let Some(stage) = rules.notice.stages.iter().find(|stage| stage.stage == body.stage) else {
        found.fault(
            seq,
            format!("the notice has no stage {}", body.stage),
            format!("公告无阶段{}", body.stage),
        );
        return;
    };
    if !body
        .envelopes
        .is_sorted_by(|one, other| one.submission < other.submission)
    {
        found.fault(
            seq,
            "the list is not in ascending order, or names an envelope twice",
            "清单未按升序排列或有重复",
        );
    }
    let pairs: Vec<_> = body
        .envelopes
        .iter()
        .map(|listed| (listed.submission, listed.envelope))
        .collect();
    if list_hash(dossier, &body.stage, &pairs) != body.list.0 {
        found.fault(
            seq,
            "the hash of the list is not that of its envelopes",
            "清单哈希与所列信封不符",
        );
    }
    let mut expected = BTreeMap::new();
    let lots = lots(dossier, rules, stage, told, found);
    for (name, bid) in dossier.bids() {
        for (submitted, envelope) in due(dossier, rules, stage, name, bid, told, &lots) {
            expected.insert(envelope.submission, (name, submitted));
        }
    }
    for listed in &body.envelopes {
        match expected.remove(&listed.submission) {
            Some((name, _)) if *name == listed.bid => {}
            _ => found.fault(
                seq,
                format!(
                    "the list names the envelope {} of {}, which no standing bid has",
                    listed.submission, listed.bid
                ),
                format!(
                    "清单所列信封{}({})不属于任何有效投标",
                    listed.submission, listed.bid
                ),
            ),
        }
    }
    for (submission, (name, submitted)) in expected {
        found.fault(
            submitted.seq,
            format!("the envelope {submission} of the bid {name} is missing from the list at {seq}"),
            format!("清单(条目{seq})遗漏投标{name}的信封{submission}"),
        );
    }
}

/// The envelopes of one bid that belong on the list of a stage.
fn due<'a>(
    dossier: &Dossier,
    rules: &Rules,
    stage: &Stage,
    name: &BidId,
    bid: &'a Bid,
    told: &Told<'_, ListFrozen>,
    lots: &BTreeSet<LotId>,
) -> Vec<(&'a Submitted, &'a Envelope)> {
    let listed = told.body.envelopes.iter().find(|listed| listed.bid == *name);
    // Which revision a list should have named is for check 18; here the one it does name is looked at.
    let named = listed.and_then(|listed| bid.submitted.iter().find(|one| one.seq == listed.seq));
    let Some(submitted) = bid.listed(stage).map(|last| named.unwrap_or(last)) else {
        return Vec::new();
    };
    let of_stage = |envelope: &&Envelope| {
        rules
            .part(&envelope.part)
            .is_some_and(|(of, _)| of.stage == stage.stage)
            && lots.contains(&envelope.lot)
            && went_through(dossier, rules, stage, name, &envelope.lot)
            && is_invited(dossier, stage, name, &envelope.lot)
    };
    submitted
        .body
        .envelopes
        .iter()
        .filter(of_stage)
        .map(|envelope| (submitted, envelope))
        .collect()
}

/// The lots that are opened: all those listed; each must have enough bids, and none that has may be left out.
fn lots(
    dossier: &Dossier,
    rules: &Rules,
    stage: &Stage,
    told: &Told<'_, ListFrozen>,
    found: &mut Findings,
) -> BTreeSet<LotId> {
    let listed: BTreeSet<&Hex<16>> = told
        .body
        .envelopes
        .iter()
        .map(|listed| &listed.submission)
        .collect();
    let mut opened = BTreeSet::new();
    let is_told = !dossier
        .shown
        .told::<OpeningRecorded>(&dossier.stream())
        .is_empty();
    for lot in &rules.notice.lots {
        let standing = dossier
            .bids()
            .values()
            .filter_map(|bid| Some((bid, bid.listed(stage)?)));
        let bidding: Vec<_> = standing
            .filter(|(_, last)| last.body.envelopes.iter().any(|one| one.lot == lot.lot))
            .collect();
        let is_open = bidding
            .iter()
            .flat_map(|(_, last)| &last.body.envelopes)
            .any(|one| one.lot == lot.lot && listed.contains(&one.submission));
        let counted = bidding
            .iter()
            .filter(|(bid, _)| {
                !bid.acknowledged()
                    .is_some_and(|rules_seen| rules.is_outdated(&rules_seen))
            })
            .count();
        let least = usize::try_from(rules.notice.min_bidders).unwrap_or(usize::MAX);
        let is_first = rules
            .notice
            .stages
            .first()
            .is_some_and(|first| first.stage == told.body.stage || stage.invited);
        if is_open && counted < least && is_told {
            found.fault(
                told.seq(),
                format!(
                    "lot {} is opened with {counted} bids where {least} are needed",
                    lot.lot
                ),
                format!("标段{}仅有{counted}家投标,不足{least}家却被开启", lot.lot),
            );
        }
        if is_open || (is_first && counted >= least) {
            opened.insert(lot.lot.clone());
        }
    }
    opened
}

/// Whether every part of a bid for a lot was opened in the stage before.
fn went_through(dossier: &Dossier, rules: &Rules, stage: &Stage, bid: &BidId, lot: &LotId) -> bool {
    let place = rules
        .notice
        .stages
        .iter()
        .position(|known| known.stage == stage.stage);
    let Some(before) = place.and_then(|place| rules.notice.stages.get(place.checked_sub(1)?)) else {
        return true;
    };
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    let record = recorded.iter().find(|told| told.body.stage == before.stage);
    let bids = record
        .into_iter()
        .flat_map(|told| &told.body.bids)
        .filter(|opened| opened.bid == *bid);
    let mut parts = bids
        .flat_map(|opened| &opened.parts)
        .filter(|part| part.lot == *lot)
        .peekable();
    parts.peek().is_some() && parts.all(|part| part.unopened.is_none())
}

/// Whether a bid may have quoted for a lot: in a stage for final quotes only those invited.
fn is_invited(dossier: &Dossier, stage: &Stage, bid: &BidId, lot: &LotId) -> bool {
    let invited = dossier.shown.told::<QuotesInvited>(&dossier.stream());
    let mut named = invited
        .iter()
        .filter(|told| told.body.stage == stage.stage)
        .flat_map(|told| &told.body.invited);
    !stage.invited || named.any(|one| one.bid == *bid && one.lot == *lot)
}

/// F' is F without the excluded envelopes, and its hash is over the envelopes as recomputed.
fn settlement(
    dossier: &Dossier,
    frozen: &Told<'_, ListFrozen>,
    settled: &Told<'_, ListSettled>,
    found: &mut Findings,
) {
    let seq = settled.seq();
    if seq < frozen.seq() {
        found.fault(
            seq,
            "the list was settled before it was frozen",
            "清单先确定后冻结",
        );
    }
    let excluded: BTreeSet<&Hex<16>> = settled.body.excluded.iter().map(|one| &one.submission).collect();
    let listed = frozen.body.envelopes.iter().map(|listed| &listed.submission);
    let remaining: Vec<&Hex<16>> = listed
        .clone()
        .filter(|submission| !excluded.contains(submission))
        .collect();
    if remaining != settled.body.submissions.iter().collect::<Vec<_>>() {
        found.fault(
            seq,
            "the settled list is not the frozen one without the excluded envelopes",
            "确定的清单不等于冻结清单减去排除的信封",
        );
    }
    let known: BTreeSet<&Hex<16>> = listed.collect();
    for one in &settled.body.excluded {
        if !known.contains(&one.submission) || one.evidence.trim().is_empty() {
            found.fault(
                seq,
                format!(
                    "{} is excluded without being listed, or without evidence",
                    one.submission
                ),
                format!("信封{}未列入清单却被排除,或无依据", one.submission),
            );
        }
    }
    let pairs: Option<Vec<_>> = settled
        .body
        .submissions
        .iter()
        .map(|submission| Some((*submission, recomputed(dossier, *submission)?)))
        .collect();
    if pairs.is_none_or(|pairs| list_hash(dossier, &settled.body.stage, &pairs) != settled.body.list.0) {
        found.fault(
            seq,
            "the hash of the settled list is not that of its envelopes",
            "确定清单的哈希与信封不符",
        );
    }
}

fn recomputed(dossier: &Dossier, submission: Hex<16>) -> Option<Hex<32>> {
    let listed = opened::envelope(dossier, submission)?;
    listed
        .submitted
        .envelope_hash(dossier.rules()?, listed.envelope)
        .map(Hex)
}

/// `SHA-256(LP("kaibiao/list/v1", tender, stage, submission, envelope hash, …))`, ascending.
fn list_hash(dossier: &Dossier, stage: &StageId, pairs: &[(Hex<16>, Hex<32>)]) -> [u8; 32] {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let mut fields: Vec<&[u8]> = vec![
        b"kaibiao/list/v1",
        dossier.tender.as_str().as_bytes(),
        stage.as_str().as_bytes(),
    ];
    for (submission, hash) in &sorted {
        fields.extend([&submission.bytes()[..], &hash.bytes()[..]]);
    }
    seal::hash::sha256(&[&seal::lp(&fields)])
}
