//! 35: the candidates are the ranking, the award follows it or says why not, and the contract follows the award.

use super::after;
use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::{AwardMade, Candidate, CandidatesPublicised};
use facts::body::evaluation::EvaluationConcluded;
use facts::body::opening::OpeningRecorded;
use facts::id::LotId;
use facts::{AccountId, BidId, Money};
use std::collections::BTreeSet;

/// Candidates of one lot, at most (条例53).
const CANDIDATES: usize = 3;

pub(super) fn award(dossier: &Dossier) -> Finding {
    let publicised = dossier.shown.told::<CandidatesPublicised>(&dossier.stream());
    // What was publicised before and undone by an order counts no more.
    let mut found = Findings::new();
    if after::exists(dossier) {
        after::look(dossier, &mut found);
    }
    let Some(told) = publicised.last() else {
        if after::exists(dossier) {
            return found.into();
        }
        return skipped("no candidates are publicised yet", "尚未公示中标候选人");
    };
    let concluded = dossier.shown.told::<EvaluationConcluded>(&dossier.evaluation());
    let concluded = concluded
        .iter()
        .find(|one| one.seq() == told.body.evaluation && one.seq() < told.seq());
    let Some(concluded) = concluded else {
        found.fault(
            told.seq(),
            "the candidates refer to no concluded evaluation",
            "候选人公示未以评标结果为依据",
        );
        return found.into();
    };
    for result in &concluded.body.lots {
        let own: Vec<&Candidate> = told
            .body
            .candidates
            .iter()
            .filter(|one| one.lot == result.lot)
            .collect();
        if own.is_empty() != result.ranking.is_empty() || own.len() > CANDIDATES {
            found.fault(
                told.seq(),
                format!(
                    "lot {} has {} candidates of {} ranked bids",
                    result.lot,
                    own.len(),
                    result.ranking.len()
                ),
                format!(
                    "标段{}有{}名候选人、{}名排名",
                    result.lot,
                    own.len(),
                    result.ranking.len()
                ),
            );
        }
        for (place, candidate) in own.iter().enumerate() {
            let ranked = result.ranking.get(place);
            if ranked.is_none_or(|ranked| ranked.bid != candidate.bid || ranked.rank != candidate.rank) {
                found.fault(
                    told.seq(),
                    format!(
                        "the candidate {} of lot {} does not stand there in the ranking",
                        candidate.bid, result.lot
                    ),
                    format!("标段{}候选人{}与排名不符", result.lot, candidate.bid),
                );
            }
            one(
                dossier,
                told.seq(),
                &candidate.bid,
                &candidate.account,
                &candidate.lot,
                candidate.price,
                &mut found,
            );
        }
    }
    let known: BTreeSet<_> = concluded.body.lots.iter().map(|lot| &lot.lot).collect();
    for candidate in told
        .body
        .candidates
        .iter()
        .filter(|candidate| !known.contains(&candidate.lot))
    {
        found.fault(
            told.seq(),
            format!("lot {} was not evaluated", candidate.lot),
            format!("标段{}未经评标", candidate.lot),
        );
    }
    awards(dossier, &told.body, told.seq(), &mut found);
    found.into()
}

fn awards(dossier: &Dossier, publicised: &CandidatesPublicised, since: u64, found: &mut Findings) {
    let made = dossier.shown.told::<AwardMade>(&dossier.stream());
    for again in made.iter().skip(1) {
        found.fault(again.seq(), "the tender is awarded a second time", "重复定标");
    }
    let Some(told) = made.first() else {
        found.note(
            since,
            "candidates publicised, nothing awarded yet",
            "已公示候选人,尚未定标",
        );
        return;
    };
    let mut lots = BTreeSet::new();
    for award in &told.body.awards {
        let candidate = publicised
            .candidates
            .iter()
            .find(|one| one.lot == award.lot && one.bid == award.bid);
        let reason = award
            .deviation
            .as_deref()
            .is_some_and(|reason| !reason.trim().is_empty());
        match candidate {
            None => found.fault(
                told.seq(),
                format!(
                    "lot {} is awarded to {}, who is no candidate",
                    award.lot, award.bid
                ),
                format!("标段{}授予{},其并非候选人", award.lot, award.bid),
            ),
            Some(candidate) if candidate.rank != 1 && !reason => found.fault(
                told.seq(),
                format!(
                    "lot {} is awarded to rank {} without a deviation",
                    award.lot, candidate.rank
                ),
                format!("标段{}授予第{}名而无理由", award.lot, candidate.rank),
            ),
            Some(candidate) if candidate.rank != 1 => found.note(
                told.seq(),
                format!(
                    "lot {} deviates from the ranking: {}",
                    award.lot,
                    award.deviation.as_deref().unwrap_or_default()
                ),
                format!(
                    "标段{}未授予第一名,理由:{}",
                    award.lot,
                    award.deviation.as_deref().unwrap_or_default()
                ),
            ),
            Some(_) => {}
        }
        if !lots.insert(&award.lot) {
            found.fault(
                told.seq(),
                format!("lot {} is awarded twice", award.lot),
                format!("标段{}重复定标", award.lot),
            );
        }
        one(
            dossier,
            told.seq(),
            &award.bid,
            &award.account,
            &award.lot,
            award.price,
            found,
        );
    }
    for lot in publicised
        .candidates
        .iter()
        .map(|one| &one.lot)
        .collect::<BTreeSet<_>>()
        .difference(&lots)
    {
        found.fault(
            told.seq(),
            format!("lot {lot} has candidates, but is not awarded"),
            format!("标段{lot}有候选人却未定标"),
        );
    }
    found.note(
        told.seq(),
        format!("{} lots awarded", lots.len()),
        format!("定标{}个标段", lots.len()),
    );
}

/// Account and price are those of the opening.
fn one(
    dossier: &Dossier,
    seq: u64,
    bid: &BidId,
    account: &AccountId,
    lot: &LotId,
    price: Money,
    found: &mut Findings,
) {
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    let opened = recorded
        .iter()
        .flat_map(|told| &told.body.bids)
        .filter(|opened| opened.bid == *bid);
    let is_owner = opened.clone().any(|opened| opened.account == *account);
    let parts = opened
        .flat_map(|opened| &opened.parts)
        .filter(|part| part.lot == *lot);
    let read_out = parts.filter_map(|part| part.letter.as_ref()?.price).next_back();
    if !is_owner || read_out != Some(price) {
        found.fault(
            seq,
            format!("{bid} of {account} at {price} for lot {lot} is not what was opened"),
            format!("标段{lot}的{bid}({account},{price})与开标记录不符"),
        );
    }
}
