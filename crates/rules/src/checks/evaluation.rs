//! The course of an evaluation: rejections, clarifications, more time, changes, the report, candidates.
//!
//! Invariant: what was sealed is read only after the award disclosed it.

use super::notice::kept_otherwise;
use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::Told;
use facts::body::award::{Candidate, CandidatesPublicised};
use facts::id::{LotId, SeatId};
use facts::time::MINUTE;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TABLE: Table = &[
    ("evaluation.extended", extended),
    ("evaluation.clarified", clarified),
    ("evaluation.rejections", rejections),
    ("evaluation.answer_time", answer_time),
    ("evaluation.enough", enough),
    ("evaluation.changes", changes),
    ("report.signatures", signatures),
    ("candidates.most", most),
    ("candidates.least", least),
];

/// V02: where more than a third ask for more time, it is given.
fn extended(case: &Case<'_>, found: &mut Findings) {
    let Some(last) = case.procedure.extension_asked.last() else {
        return;
    };
    let seats: BTreeSet<&SeatId> = case
        .procedure
        .extension_asked
        .iter()
        .map(|told| &told.body.seat)
        .collect();
    let members = usize::try_from(
        case.procedure
            .method()
            .map_or(0, facts::body::tender::Method::panel),
    )
    .unwrap_or(0);
    if seats.len().saturating_mul(3) <= members || case.procedure.extended.is_some() {
        let given = case.procedure.extended.as_ref().map(|told| told.seq);
        found.keep(given.into_iter().chain([last.seq]));
        return;
    }
    found.flaw(Flaw::new(
        last.mark(),
        format!("{members}名成员中{}名认为时间不够,未予延长。", seats.len()),
        format!(
            "{} of {members} members asked for more time, and none was given.",
            seats.len()
        ),
    ));
}

/// V09: an answer is one to a question of the panel.
fn clarified(case: &Case<'_>, found: &mut Findings) {
    for answer in &case.procedure.clarified {
        let name = &answer.body.clarification;
        match case
            .procedure
            .clarifications
            .iter()
            .find(|asked| asked.body.clarification == *name)
        {
            Some(asked) if asked.seq < answer.seq => found.keep([asked.seq, answer.seq]),
            _ => found.flaw(
                Flaw::new(
                    answer.mark(),
                    format!("澄清{name}未经评标委员会书面要求。"),
                    format!("Clarification {name} was not asked for by the panel."),
                )
                .about(name),
            ),
        }
    }
}

/// V10: a rejection names its clause.
fn rejections(case: &Case<'_>, found: &mut Findings) {
    let Some(concluded) = &case.procedure.concluded else {
        return;
    };
    let before = found.0.len();
    for (lot, rejected) in concluded
        .body
        .lots
        .iter()
        .flat_map(|lot| lot.rejected.iter().map(move |out| (&lot.lot, out)))
    {
        if rejected.clause.trim().is_empty() {
            found.flaw(
                Flaw::new(
                    concluded.mark(),
                    format!("标段{lot}否决投标{}未列明依据条款。", rejected.bid),
                    format!("Bid {} of lot {lot} was rejected without a clause.", rejected.bid),
                )
                .about(&format!("{lot}/{}", rejected.bid)),
            );
        }
    }
    kept_otherwise(found, before, concluded.seq);
}

/// V12: whoever is asked about a low price has time for the answer.
fn answer_time(case: &Case<'_>, found: &mut Findings) {
    let Some(reviewed) = &case.procedure.reviewed else {
        return;
    };
    for asked in &case.procedure.clarifications {
        let flagged = reviewed
            .body
            .flagged
            .iter()
            .any(|hit| hit.code == asked.body.code);
        if !flagged {
            continue;
        }
        if asked.body.until.since(asked.at) >= case.number().saturating_mul(MINUTE) {
            found.keep([reviewed.seq, asked.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                asked.mark(),
                format!("异常低价说明时间不足{}分钟。", case.number()),
                format!(
                    "Less than {} minutes were given to explain a low price.",
                    case.number()
                ),
            )
            .about(&asked.body.clarification)
            .with([reviewed.seq]),
        );
    }
}

/// V14: with too few bids left, nothing is ranked.
fn enough(case: &Case<'_>, found: &mut Findings) {
    let Some(concluded) = &case.procedure.concluded else {
        return;
    };
    let before = found.0.len();
    for lot in &concluded.body.lots {
        let left = lot.counted.map_or(lot.ranking.len(), |counted| {
            usize::try_from(counted).unwrap_or(usize::MAX)
        });
        if !lot.ranking.is_empty() && i64::try_from(left).unwrap_or(i64::MAX) < case.number() {
            found.flaw(
                Flaw::new(
                    concluded.mark(),
                    format!("标段{}合格投标人仅{left}家,仍予排序。", lot.lot),
                    format!("Lot {} was ranked with {left} bids that passed.", lot.lot),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, concluded.seq);
}

/// V21: a score changes after the reveal only with a ground and a reason.
fn changes(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.changed {
        if told.body.reason.trim().is_empty() {
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("席位{}修改评分未说明理由。", told.body.seat),
                    format!("Seat {} changed scores without a reason.", told.body.seat),
                )
                .about(&told.body.seat),
            );
        } else {
            found.keep([told.seq]);
        }
    }
}

/// V17: every member signed, or dissented in words; who did neither is named.
fn signatures(case: &Case<'_>, found: &mut Findings) {
    let Some(report) = &case.procedure.report else {
        return;
    };
    let seats = case.procedure.panel().len();
    let named = [
        &report.body.signed,
        &report.body.dissenting,
        &report.body.refused,
        &report.body.silent,
    ];
    let all: BTreeSet<&SeatId> = named.into_iter().flatten().collect();
    if all.len() < seats {
        found.flaw(Flaw::new(
            report.mark(),
            format!("评标报告缺{}名成员的签署记录。", seats.saturating_sub(all.len())),
            format!(
                "The report says nothing of {} members.",
                seats.saturating_sub(all.len())
            ),
        ));
    } else if report.body.silent.is_empty() {
        found.keep([report.seq]);
    } else {
        found.flaw(
            Flaw::new(
                report.mark(),
                format!("{}名成员未签字亦未书面说明,视为同意。", report.body.silent.len()),
                format!(
                    "{} members neither signed nor dissented; they are taken to agree.",
                    report.body.silent.len()
                ),
            )
            .yellow(),
        );
    }
}

fn by_lot(told: &Told<CandidatesPublicised>) -> BTreeMap<&LotId, Vec<&Candidate>> {
    let mut lots: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for candidate in &told.body.candidates {
        lots.entry(&candidate.lot).or_default().push(candidate);
    }
    lots
}

/// V15: at most so many candidates, in order of rank.
fn most(case: &Case<'_>, found: &mut Findings) {
    let Some(told) = &case.procedure.publicised else {
        return;
    };
    for (lot, candidates) in by_lot(told) {
        let many = i64::try_from(candidates.len()).unwrap_or(i64::MAX) > case.number();
        let ordered = candidates.first().is_none_or(|first| first.rank == 1)
            && candidates
                .iter()
                .zip(candidates.iter().skip(1))
                .all(|(a, b)| a.rank <= b.rank);
        if !many && ordered {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!(
                    "标段{lot}中标候选人{}个{}。",
                    candidates.len(),
                    if ordered { "" } else { ",排序不连续" }
                ),
                format!(
                    "Lot {lot} has {} candidates{}.",
                    candidates.len(),
                    if ordered { "" } else { ", out of order" }
                ),
            )
            .about(lot),
        );
    }
}

/// V16: at least so many candidates.
fn least(case: &Case<'_>, found: &mut Findings) {
    let Some(told) = &case.procedure.publicised else {
        return;
    };
    let procedure = case
        .procedure
        .noticed
        .as_ref()
        .and_then(|told| told.body.procedure.as_ref());
    if procedure.is_some_and(|procedure| procedure.ground.is_some()) {
        found.keep([told.seq]);
        return;
    }
    for (lot, candidates) in by_lot(told) {
        if i64::try_from(candidates.len()).unwrap_or(i64::MAX) >= case.number() {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!(
                    "标段{lot}成交候选人{}个,应为{}个以上。",
                    candidates.len(),
                    case.number()
                ),
                format!(
                    "Lot {lot} has {} candidates; {} are due.",
                    candidates.len(),
                    case.number()
                ),
            )
            .about(lot),
        );
    }
}
