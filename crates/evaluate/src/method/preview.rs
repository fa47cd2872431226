//! What if: a method tried on sample prices before it is published (试算).
//!
//! Invariant: the figures come from the same functions as the result; nothing is computed a second way.

use super::{MethodError, Settled, Sheets, check, conclude_settled};
use facts::body::evaluation::{CodedBid, EvaluationOpened, LotResult, Sheet};
use facts::body::tender::{Lot, Method};
use facts::id::{CodeId, ItemId, SeatId};
use facts::{BidId, Money, Refusal, TenderId};
use std::collections::BTreeMap;

/// One bid to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Numbers that the letter would declare.
    pub declared: BTreeMap<ItemId, i64>,
    /// Points that every member would give, in hundredths; items left out get none.
    pub points: BTreeMap<ItemId, i64>,
    /// The price in minor units.
    pub price: i64,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The bids whose prices do not go into the benchmark, where there is one.
    pub left_out: Vec<CodeId>,
    /// The result of the lot; sample n, from 1, has the code and the bid `sample-00n`.
    pub result: LotResult,
}

/// The result that a method would give for these samples in this lot, with these coefficients drawn.
///
/// Refused with the sentence that would refuse the evaluation, if the samples or coefficients cannot be.
pub fn preview(
    method: &Method,
    lot: &Lot,
    samples: &[Sample],
    drawn: &BTreeMap<ItemId, i64>,
) -> Result<Preview, Refusal> {
    let (mut bids, mut codes, mut sheet) = (Vec::new(), BTreeMap::new(), Sheet::new());
    for (number, sample) in (1_u32..).zip(samples) {
        let name = format!("sample-{number:03}");
        let (Ok(code), Ok(bid)) = (CodeId::parse(&name), BidId::parse(&name)) else {
            continue;
        };
        let values = (method.sheet_items().into_iter())
            .map(|(item, max)| {
                (
                    item.clone(),
                    sample.points.get(item).copied().unwrap_or(0).clamp(0, max),
                )
            })
            .collect();
        sheet.insert(code.clone(), values);
        codes.insert(code.clone(), bid);
        bids.push(CodedBid {
            brand: None,
            ceiling: lot.ceiling,
            code,
            deviations: sample.declared.clone(),
            floor: lot.floor,
            lot: lot.lot.clone(),
            price: Money::new(lot.estimate.currency, sample.price),
        });
    }
    bids.sort_by(|one, other| one.code.cmp(&other.code));
    check(method, &bids)?;
    if let Some(fault) = method
        .declared()
        .and_then(|declared| facts::methods::drawn_fault(declared, drawn))
    {
        return Err(fault);
    }
    let sheets: Sheets = (0..method.panel().min(1))
        .filter_map(|_| Some((SeatId::parse("sample").ok()?, sheet.clone())))
        .collect();
    let settled = Settled {
        drawn: drawn.clone(),
        ..Settled::default()
    };
    let none = || MethodError::Range(lot.lot.clone());
    let opened = || -> Option<EvaluationOpened> {
        let tender = TenderId::parse("preview").ok()?;
        Some(EvaluationOpened {
            bids,
            method: method.clone(),
            opening: 0,
            tender,
            way: None,
            qualification: None,
            unqualified: Vec::new(),
        })
    };
    let concluded = (opened().ok_or_else(none))
        .and_then(|opened| conclude_settled(&opened, &codes, &sheets, &settled))
        .and_then(|concluded| concluded.lots.into_iter().next().ok_or_else(none));
    match concluded {
        Ok(result) => Ok(Preview {
            left_out: left_out(method, &result),
            result,
        }),
        Err(error) => Err(Refusal::new(
            "method.preview_invalid",
            format!("There is no result: {error}."),
            format!("无法得出结果:{error}。"),
        )),
    }
}

/// How many of the lowest and of the highest of so many prices a method leaves out of its benchmark.
fn trimmed(method: &Method, count: usize) -> (usize, usize) {
    let number = |tier: u32| usize::try_from(tier).unwrap_or(usize::MAX);
    match method {
        Method::Composite {
            drop_high, drop_low, ..
        } => {
            let (low, high) = (number(*drop_low), number(*drop_high));
            if low.saturating_add(high) < count {
                (low, high)
            } else {
                (0, 0)
            }
        }
        Method::Declared(declared) => {
            let mut tiers = (declared.price.benchmark.iter()).flat_map(|benchmark| &benchmark.tiers);
            let reached = tiers.rfind(|tier| number(tier.from) <= count);
            reached.map_or((0, 0), |tier| (number(tier.low), number(tier.high)))
        }
        Method::LowestEvaluated { .. } => (0, 0),
    }
}

/// Of equal prices it does not matter which is left out; here it is the one with the earlier code below, the later above.
fn left_out(method: &Method, result: &LotResult) -> Vec<CodeId> {
    let mut by_price: Vec<_> = (result.ranking.iter())
        .map(|bid| (bid.evaluated, &bid.code))
        .collect();
    by_price.sort();
    let (low, high) = trimmed(method, by_price.len());
    let lowest = by_price.iter().take(low);
    let highest = by_price.iter().rev().take(high);
    lowest.chain(highest).map(|(_, code)| (*code).clone()).collect()
}
