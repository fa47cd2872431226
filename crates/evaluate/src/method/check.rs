//! Whether a method can be computed at all: the bounds within which the arithmetic is exact.
//!
//! Invariant: an evaluation whose method and bids pass [`check`] always has a result.

use super::{items, panel};
use facts::Refusal;
use facts::body::evaluation::CodedBid;
use facts::body::tender::Method;
use std::collections::{BTreeMap, BTreeSet};

/// Most points of one figure of a method, in hundredths: ten thousand points.
const MAX_POINTS: i64 = 1_000_000;
/// Most bids of one evaluation.
const MAX_BIDS: usize = 1 << 20;

/// The first thing wrong with a method or its bids, as a refusal.
pub fn check(method: &Method, bids: &[CodedBid]) -> Result<(), Refusal> {
    let named = match method {
        Method::LowestEvaluated {
            must_pass,
            adjustments,
            ..
        } => {
            let items: BTreeSet<_> = adjustments.iter().map(|adjustment| &adjustment.item).collect();
            if items.len() != adjustments.len() {
                return Err(malformed("an adjustment is named twice", "调整项重复"));
            }
            must_pass.len()
        }
        Method::Composite {
            above,
            below,
            float_bp,
            items,
            price_points,
            ..
        } => {
            let points = [above, below, price_points]
                .into_iter()
                .chain(items.iter().map(|item| &item.max));
            if points
                .into_iter()
                .any(|points| !(0..=MAX_POINTS).contains(points))
            {
                return Err(malformed(
                    "a number of points is not from 0 to 10000",
                    "分值不在0至10000分之间",
                ));
            }
            if !(-9_999..=9_999).contains(float_bp) {
                return Err(malformed(
                    "the float is not within ±99.99 %",
                    "下浮系数超出±99.99%",
                ));
            }
            items.len()
        }
        Method::Declared(_) => {
            // What the method itself must satisfy was asked when it was noticed; here the bids.
            if bids.len() > facts::methods::MAX_BIDS
                || bids.iter().any(|bid| bid.price.minor > facts::methods::MAX_PRICE)
            {
                return Err(malformed(
                    "there are more than 4096 bids, or a price is beyond ten trillion",
                    "投标超过4096份或报价超出范围",
                ));
            }
            return check_bids(bids);
        }
    };
    if items(method).len() != named {
        return Err(malformed("an item is named twice", "评分项重复"));
    }
    if panel(method) == 0 && named > 0 {
        return Err(malformed(
            "items are to be judged, but there is no panel",
            "设有评审项却没有评标委员会",
        ));
    }
    check_bids(bids)
}

fn check_bids(bids: &[CodedBid]) -> Result<(), Refusal> {
    if bids.is_empty() || bids.len() > MAX_BIDS {
        return Err(malformed(
            "there are no bids, or more than 1048576",
            "没有投标或投标超过1048576份",
        ));
    }
    if !bids.iter().zip(bids.iter().skip(1)).all(|(a, b)| a.code < b.code) {
        return Err(malformed(
            "the codes are not ascending and distinct",
            "盲评编号未按升序排列或有重复",
        ));
    }
    let mut currencies = BTreeMap::new();
    for bid in bids {
        let money = [Some(bid.price), bid.ceiling, bid.floor];
        for amount in money.into_iter().flatten() {
            if *currencies.entry(&bid.lot).or_insert(amount.currency) != amount.currency {
                return Err(Refusal::new(
                    "evaluation.currency",
                    format!(
                        "Lot {} mixes currencies; its prices and limits cannot be compared.",
                        bid.lot
                    ),
                    format!("标段{}的报价与限价币种不一致,无法比较。", bid.lot),
                ));
            }
        }
        if bid.price.minor < 0 {
            return Err(malformed("a price is negative", "报价为负数"));
        }
    }
    Ok(())
}

fn malformed(en: &str, zh: &str) -> Refusal {
    Refusal::new(
        "evaluation.method",
        format!("The evaluation cannot be opened: {en}."),
        format!("无法开启评标:{zh}。"),
    )
}
