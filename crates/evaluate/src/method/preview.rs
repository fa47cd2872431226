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
        })
    };
    let concluded = (opened().ok_or_else(none))
        .and_then(|opened| conclude_settled(&opened, &codes, &sheets, &settled))
        .and_then(|concluded| concluded.lots.into_iter().next().ok_or_else(none));
    match concluded {
        Ok(result) => Ok(Preview { result }),
        Err(error) => Err(Refusal::new(
            "method.preview_invalid",
            format!("There is no result: {error}."),
            format!("无法得出结果:{error}。"),
        )),
    }
}
