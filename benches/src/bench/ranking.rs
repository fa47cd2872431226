//! Computing a ranking again: 200 bids, nine members, sixty items.
//!
//! Invariant: what is measured is what the law calls when the last sheet is revealed; every bid is ranked.

use super::process::now;
use super::table::{Line, Table};
use crate::Trouble;
use evaluate::method::{Sheets, conclude};
use facts::body::evaluation::{CodedBid, EvaluationOpened};
use facts::body::tender::{
    Basis, Brands, Category, Declared, Method, PriceRule, Pricing, Scored, TieBreak, Tier,
};
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::{BidId, Currency, Money, TenderId};
use std::collections::BTreeMap;
use std::time::Duration;

const BIDS: u32 = 200;
const SEATS: u32 = 9;
const ITEMS: u32 = 60;
/// What a person waits for without noticing.
const AIM: Duration = Duration::from_millis(50);

fn method() -> Result<Method, Trouble> {
    let mut items = Vec::new();
    for n in 0..ITEMS {
        let item = ItemId::parse(&format!("item-{n:02}"))?;
        items.push(Scored {
            item,
            max: 100,
            steps: Vec::new(),
            title: "an item".to_owned(),
            weight_bp: 10_000,
        });
    }
    Ok(Method::Declared(Box::new(Declared {
        adjustments: Vec::new(),
        basis: Basis::LowPriceScore,
        category: Category::Goods,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items,
        low_price: None,
        min_valid: 3,
        panel: SEATS,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 4_000,
            rule: PriceRule::LowestFirst,
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: Some(Tier {
            from: 5,
            high: 1,
            low: 1,
        }),
    })))
}

pub(super) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    table.part(
        "Ranking",
        "The whole result of a lot from its sheets, in exact arithmetic, best of several runs.",
    );
    let (method, mut bids, mut codes) = (method()?, Vec::new(), BTreeMap::new());
    for n in 0..BIDS {
        let code = CodeId::parse(&format!("code-{n:03}"))?;
        codes.insert(code.clone(), BidId::parse(&format!("bid-{n:03}"))?);
        let minor = 1_000_000_000_i64.saturating_add(i64::from(n).saturating_mul(1_234_567));
        bids.push(CodedBid {
            brand: None,
            ceiling: None,
            code,
            deviations: BTreeMap::new(),
            floor: None,
            lot: LotId::parse("lot")?,
            price: Money::new(Currency::CNY, minor),
        });
    }
    let mut sheets = Sheets::new();
    for seat in 0..SEATS {
        let value = |code: usize, item: usize| {
            let mixed = code
                .wrapping_mul(31)
                .wrapping_add(item.wrapping_mul(7))
                .wrapping_add(usize::try_from(seat).unwrap_or(0));
            i64::try_from(mixed % 101).unwrap_or(0)
        };
        let row = |n: usize| {
            method
                .sheet_items()
                .keys()
                .enumerate()
                .map(|(at, item)| ((*item).clone(), value(n, at)))
                .collect()
        };
        let sheet = codes
            .keys()
            .enumerate()
            .map(|(n, code)| (code.clone(), row(n)))
            .collect();
        sheets.insert(SeatId::parse(&format!("seat-{seat}"))?, sheet);
    }
    let opened = EvaluationOpened {
        bids,
        method,
        opening: 1,
        tender: TenderId::parse("ranking")?,
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    let mut best = Duration::MAX;
    for _ in 0..if quick { 3 } else { 20 } {
        let begun = now();
        let result = conclude(&opened, &codes, &sheets)?;
        best = best.min(begun.elapsed());
        let ranked = result.lots.first().map_or(0, |lot| lot.ranking.len());
        if ranked != codes.len() {
            return Err(format!("{ranked} bids are ranked").into());
        }
    }
    table.line(Line {
        what: format!("a ranking of {BIDS} bids by {SEATS} members with {ITEMS} items"),
        figure: format!("{:.1} ms", best.as_secs_f64() * 1_000.0),
        aim: Some((format!("below {} ms", AIM.as_millis()), best < AIM)),
        ..Line::default()
    });
    Ok(())
}
