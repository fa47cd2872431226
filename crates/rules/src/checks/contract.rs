//! The contract: in time, on the terms of the bid, without additions, its bond and its supplements.
//!
//! Invariant: what counts is when the log says that a contract was recorded; the day that it names is the buyer's word,
//! and only makes what follows it due earlier.

use super::{Case, Table};
use crate::clocks::{FAR, resumed};
use crate::finding::{Clock, Findings, Flaw, Mark};
use crate::procedure::{Procedure, Told};
use facts::body::award::Award;
use facts::body::contract::ContractSigned;
use facts::id::LotId;

pub(super) const TABLE: Table = &[
    ("contract.in_time", in_time),
    ("contract.terms", terms),
    ("contract.added", added),
    ("contract.bond", bond),
    ("contract.supplements", supplements),
];

/// The contract of a lot.
pub(super) fn contract_of<'a>(procedure: &'a Procedure, lot: &LotId) -> Option<&'a Told<ContractSigned>> {
    procedure.contracts.iter().find(|told| told.body.lot == *lot)
}

/// The winner failed, so that there will be no contract: its deposit is kept for it.
fn refused(procedure: &Procedure, award: &Award) -> Option<Mark> {
    let kept = procedure.kept.iter().find(|told| {
        told.body.ground.is_winners() && told.body.lot == award.lot && told.body.bid == award.bid
    });
    kept.map(Told::mark)
}

/// A11: each lot that is awarded has its contract in time; time that procurement stands still by order is given back.
fn in_time(case: &Case<'_>, found: &mut Findings) {
    let Some(awarded) = &case.procedure.awarded else {
        return;
    };
    let due = resumed(case.procedure, awarded.at, case.due(awarded.at)).unwrap_or(FAR);
    let (zh, en) = case.period();
    for award in &awarded.body.awards {
        let signed = contract_of(case.procedure, &award.lot).map(Told::mark);
        let done = signed.or_else(|| refused(case.procedure, award));
        found.clock(Clock {
            about: award.lot.to_string(),
            ..Clock::new(
                awarded.mark(),
                due,
                done,
                format!("标段{}应自中标通知书发出之日起{zh}内订立书面合同。", award.lot),
                format!(
                    "The contract of lot {} is signed within {en} of the award.",
                    award.lot
                ),
            )
        });
    }
}

/// A12: price, quality and time are those of the bid that won, and nothing else is declared to differ.
fn terms(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.contracts {
        let body = &told.body;
        let letter = case
            .procedure
            .letters()
            .filter(|(_, bid, part, letter)| {
                bid.bid == body.bid && part.lot == body.lot && letter.price.is_some()
            })
            .last();
        let Some((record, .., letter)) = letter else {
            continue;
        };
        let mut apart = Vec::new();
        if letter.price != Some(body.price) {
            apart.push(("价款", "price"));
        }
        if letter.quality != body.quality {
            apart.push(("质量", "quality"));
        }
        if letter.period_days != body.period_days {
            apart.push(("履行期限", "time for performance"));
        }
        if body.differs.is_some() {
            apart.push(("声明的其他内容", "what the buyer declares"));
        }
        if apart.is_empty() {
            found.keep([record, told.seq]);
            continue;
        }
        let (zh, en): (Vec<&str>, Vec<&str>) = apart.into_iter().unzip();
        found.flaw(
            Flaw::new(
                told.mark(),
                format!("标段{}合同与投标不一致:{}。", body.lot, zh.join("、")),
                format!(
                    "The contract of lot {} departs from the bid in: {}.",
                    body.lot,
                    en.join(", ")
                ),
            )
            .about(&body.lot)
            .with([record]),
        );
    }
}

/// A20: no condition is added.
fn added(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.contracts {
        match &told.body.added {
            None => found.keep([told.seq]),
            Some(_) => found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("标段{}订立合同时提出附加条件。", told.body.lot),
                    format!("A condition was added to the contract of lot {}.", told.body.lot),
                )
                .about(&told.body.lot),
            ),
        }
    }
}

/// Whether `part` of `whole` is more than the rule's basis points.
fn above(case: &Case<'_>, part: i64, whole: i64) -> bool {
    let part = i128::from(part).saturating_mul(10_000);
    part > i128::from(whole).saturating_mul(i128::from(case.number()))
}

/// A15: a performance bond is at most a tenth of the contract.
fn bond(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.contracts {
        let Some(bond) = told.body.bond else {
            found.keep([told.seq]);
            continue;
        };
        if bond.currency == told.body.price.currency && !above(case, bond.minor, told.body.price.minor) {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!(
                    "标段{}履约保证金{bond}超过合同金额{}的百分之十。",
                    told.body.lot, told.body.price
                ),
                format!(
                    "The bond of lot {}, {bond}, is above a tenth of {}.",
                    told.body.lot, told.body.price
                ),
            )
            .about(&told.body.lot),
        );
    }
}

/// A18: supplements together stay within a tenth of the contract.
fn supplements(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.contracts {
        let (mut sum, mut facts) = (0_i64, vec![told.seq]);
        let own = case.procedure.supplements.iter();
        for more in own.filter(|more| more.body.lot == told.body.lot) {
            sum = sum.saturating_add(more.body.change.minor);
            if !above(case, sum, told.body.price.minor) {
                facts.push(more.seq);
                continue;
            }
            found.flaw(
                Flaw::new(
                    more.mark(),
                    format!("标段{}补充合同累计超过原合同金额的百分之十。", told.body.lot),
                    format!(
                        "Supplements of lot {} are above a tenth of its contract.",
                        told.body.lot
                    ),
                )
                .about(&told.body.lot)
                .with(facts),
            );
            return;
        }
        found.keep(facts);
    }
}
