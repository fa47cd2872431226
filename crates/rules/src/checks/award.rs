//! From the result to the award: publicity, objections, the winner, the time for which bids bind.
//!
//! Invariant: a clock runs from a fact in the log, and the days of a standstill by order are given back.

use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::Told;
use facts::calendar::day_of;

pub(super) const TABLE: Table = &[
    ("publicity.length", length),
    ("award.while_objected", while_objected),
    ("award.first", first),
    ("award.candidate", candidate),
];

/// A02: publicity lasts at least so many days.
fn length(case: &Case<'_>, found: &mut Findings) {
    let Some(told) = &case.procedure.publicised else {
        return;
    };
    let (zh, en) = case.period();
    // The last day is whole if publicity ends at its end, or at the first instant of the next.
    if day_of(told.body.until) >= case.earliest_end(told.at) {
        found.keep([told.seq]);
    } else {
        found.flaw(Flaw::new(
            told.mark(),
            format!("公示至{},不足{zh}。", told.body.until),
            format!("Publicity ends {}, after less than {en}.", told.body.until),
        ));
    }
}

/// A03, J16: no award while an objection waits.
fn while_objected(case: &Case<'_>, found: &mut Findings) {
    let Some(awarded) = &case.procedure.awarded else {
        return;
    };
    let open = case.procedure.objections.iter().find(|told| {
        let answered = |reply: &Told<facts::body::award::CandidatesReplied>| {
            reply.body.objection == told.body.objection && reply.seq < awarded.seq
        };
        told.seq < awarded.seq && !case.procedure.replies.iter().any(answered)
    });
    match open {
        None => found.keep([awarded.seq]),
        Some(told) => found.flaw(
            Flaw::new(
                awarded.mark(),
                format!("异议{}尚未答复即定标。", told.body.objection),
                format!(
                    "The award was made while objection {} waited.",
                    told.body.objection
                ),
            )
            .about(&told.body.objection)
            .with([told.seq]),
        ),
    }
}

/// A04: the first candidate wins, or the cause is on record.
fn first(case: &Case<'_>, found: &mut Findings) {
    let (Some(awarded), Some(told)) = (&case.procedure.awarded, &case.procedure.publicised) else {
        return;
    };
    for award in &awarded.body.awards {
        let rank = (told.body.candidates.iter())
            .find(|candidate| candidate.lot == award.lot && candidate.bid == award.bid)
            .map(|candidate| candidate.rank);
        let reasoned = award
            .deviation
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        match rank {
            Some(1) => found.keep([told.seq, awarded.seq]),
            Some(rank) if reasoned => found.flaw(
                Flaw::new(
                    awarded.mark(),
                    format!(
                        "标段{}确定第{rank}名中标,理由已记载,请核查是否属法定情形。",
                        award.lot
                    ),
                    format!(
                        "Lot {} went to rank {rank} for a recorded cause; look whether the law knows it.",
                        award.lot
                    ),
                )
                .about(&award.lot)
                .with([told.seq])
                .yellow(),
            ),
            Some(rank) => found.flaw(
                Flaw::new(
                    awarded.mark(),
                    format!("标段{}确定第{rank}名中标而无理由。", award.lot),
                    format!("Lot {} went to rank {rank} without a cause.", award.lot),
                )
                .about(&award.lot)
                .with([told.seq]),
            ),
            None => {}
        }
    }
}

/// A05: the winner was a candidate.
fn candidate(case: &Case<'_>, found: &mut Findings) {
    let (Some(awarded), Some(told)) = (&case.procedure.awarded, &case.procedure.publicised) else {
        return;
    };
    for award in &awarded.body.awards {
        let named = (told.body.candidates.iter()).any(|candidate| {
            candidate.lot == award.lot && candidate.bid == award.bid && candidate.account == award.account
        });
        if named {
            found.keep([told.seq, awarded.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                awarded.mark(),
                format!("标段{}在候选人以外确定中标人。", award.lot),
                format!("The winner of lot {} was no candidate.", award.lot),
            )
            .about(&award.lot)
            .with([told.seq]),
        );
    }
}
