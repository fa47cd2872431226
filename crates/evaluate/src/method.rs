//! Methods of evaluation (评标办法): what the bids and the sheets amount to.
//!
//! Invariant: the result is a function of the opened evaluation, the codes and the sheets alone, in
//! exact integer arithmetic; nothing is rounded save where `SPEC.md` says so, and no order of
//! bids, seats or sheets changes it.

mod check;
mod composite;
mod declared;
mod exact;
mod lowest;
mod preview;
mod rank;
mod sheet;

pub use check::check;
pub use composite::{Benchmark, benchmark};
pub use declared::{declared_benchmark, filled};
pub use exact::{MAX_RESULT, Ratio};
pub use facts::sheet::sheet_fault;
pub use preview::{Preview, Sample, preview};
pub use sheet::{items, panel};

use facts::body::evaluation::{CodedBid, EvaluationConcluded, EvaluationOpened, LotResult, Rejected, Sheet};
use facts::body::tender::{Declared, Method};
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::{BidId, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// Sheets by seat.
pub type Sheets = BTreeMap<SeatId, Sheet>;

/// What people settled before the arithmetic: only methods that are declared know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// Prices as corrected and confirmed, in minor units (87号令59).
    pub corrected: BTreeMap<CodeId, i64>,
    /// The coefficients drawn, by name.
    pub drawn: BTreeMap<ItemId, i64>,
    /// The order drawn for bids that are equal in all else.
    pub order: Vec<CodeId>,
    /// Bids that are out, with the clause.
    pub rejected: BTreeMap<CodeId, String>,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// A code that stands for no bid.
    #[error("the code {0} stands for no bid")]
    Code(CodeId),
    /// Numbers beyond 128 bits; [`check()`] refuses methods that could lead here.
    #[error("in lot {0} the numbers are beyond the range of the arithmetic")]
    Range(LotId),
}

/// The result of the whole evaluation: one element for each lot that has a bid, ascending.
pub fn conclude(
    opened: &EvaluationOpened,
    codes: &BTreeMap<CodeId, BidId>,
    sheets: &Sheets,
) -> Result<EvaluationConcluded, MethodError> {
    conclude_settled(opened, codes, sheets, &Settled::default())
}

/// The same after a review: with what it settled.
pub fn conclude_settled(
    opened: &EvaluationOpened,
    codes: &BTreeMap<CodeId, BidId>,
    sheets: &Sheets,
    settled: &Settled,
) -> Result<EvaluationConcluded, MethodError> {
    let lots: BTreeSet<&LotId> = opened.bids.iter().map(|bid| &bid.lot).collect();
    let lots = lots.into_iter().map(|lot| {
        let bids = coded(opened, codes, lot)?;
        match &opened.method {
            Method::Declared(declared) => {
                let rules = declared::Rules {
                    declared,
                    settled,
                    sheets,
                };
                declared::conclude_lot(lot, rules, bids)
            }
            method => conclude_lot(lot, method, bids, sheets),
        }
    });
    Ok(EvaluationConcluded {
        lots: lots.collect::<Result<_, _>>()?,
        tender: tender(opened),
    })
}

/// What is compared of a bid whose price counts as `price`, after adjustments and policy deductions, in minor units.
#[must_use]
pub fn evaluated(declared: &Declared, coded: &CodedBid, price: i64) -> i64 {
    declared::evaluated(declared, coded, price)
}

/// One bid of a lot with the name behind its code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entrant<'a> {
    pub(crate) coded: &'a CodedBid,
    pub(crate) bid: &'a BidId,
}

fn tender(opened: &EvaluationOpened) -> TenderId {
    opened.tender.clone()
}

fn coded<'a>(
    opened: &'a EvaluationOpened,
    codes: &'a BTreeMap<CodeId, BidId>,
    lot: &LotId,
) -> Result<Vec<Entrant<'a>>, MethodError> {
    let mut bids = Vec::new();
    for coded in opened.bids.iter().filter(|coded| coded.lot == *lot) {
        let bid = codes
            .get(&coded.code)
            .ok_or_else(|| MethodError::Code(coded.code.clone()))?;
        bids.push(Entrant { coded, bid });
    }
    // Ascending codes: the order of everything that is not ranked.
    bids.sort_by(|a, b| a.coded.code.cmp(&b.coded.code));
    Ok(bids)
}

fn conclude_lot(
    lot: &LotId,
    method: &Method,
    bids: Vec<Entrant<'_>>,
    sheets: &Sheets,
) -> Result<LotResult, MethodError> {
    let (mut valid, mut rejected) = (Vec::new(), Vec::new());
    for entrant in bids {
        match clause(method, &entrant, sheets) {
            None => valid.push(entrant),
            Some(clause) => rejected.push(Rejected {
                bid: entrant.bid.clone(),
                clause,
                code: entrant.coded.code.clone(),
            }),
        }
    }
    let scored = match method {
        Method::LowestEvaluated { adjustments, .. } => Some((None, lowest::score(&valid, adjustments))),
        Method::Composite { .. } => composite::score(method, &valid, sheets),
        Method::Declared(_) => None,
    };
    let (benchmark_e4, scored) = scored.ok_or_else(|| MethodError::Range(lot.clone()))?;
    Ok(LotResult {
        counted: None,
        benchmark_e4,
        lot: lot.clone(),
        ranking: rank::rank(scored),
        rejected,
    })
}

/// The first clause under which a bid is out (否决投标), in the order of `SPEC.md`.
fn clause(method: &Method, entrant: &Entrant<'_>, sheets: &Sheets) -> Option<String> {
    let coded = entrant.coded;
    if coded
        .ceiling
        .is_some_and(|ceiling| coded.price.minor > ceiling.minor)
    {
        return Some("above_ceiling".to_owned());
    }
    if coded.floor.is_some_and(|floor| coded.price.minor < floor.minor) {
        return Some("below_floor".to_owned());
    }
    let Method::LowestEvaluated { must_pass, .. } = method else {
        return None;
    };
    let failed = must_pass
        .iter()
        .find(|item| !sheet::passes(sheets, &coded.code, item));
    failed.map(|item| format!("must_pass:{item}"))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod tests;

#[cfg(test)]
mod edges;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod properties;
