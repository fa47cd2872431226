//! Abnormally low prices (异常低价, 财库〔2026〕2号): which prices are looked into.
//!
//! Invariant: a hit opens a review and rejects nothing; a price on the line is no hit; the quoted price counts, not the
//! one after deductions.

use crate::method::Ratio;
use facts::body::evaluation::{CodedBid, LowPriceHit, LowPriceTest};
use facts::body::tender::LowPrice;
use facts::id::LotId;
use std::collections::BTreeSet;

/// The prices of these bids, which passed the review, that are below a line; ascending by code and test.
#[must_use]
pub fn hits(rates: &LowPrice, passed: &[&CodedBid]) -> Vec<LowPriceHit> {
    let lots: BTreeSet<&LotId> = passed.iter().map(|bid| &bid.lot).collect();
    let mut found = Vec::new();
    for lot in lots {
        let own: Vec<&CodedBid> = passed.iter().copied().filter(|bid| bid.lot == *lot).collect();
        let mut prices: Vec<i64> = own.iter().map(|bid| bid.price.minor).collect();
        prices.sort_unstable();
        for bid in own {
            let tests = [LowPriceTest::Ceiling, LowPriceTest::Mean, LowPriceTest::Second];
            let hit = tests
                .into_iter()
                .filter(|test| is_below(*test, rates, bid, &prices).unwrap_or(false));
            found.extend(hit.map(|test| LowPriceHit {
                code: bid.code.clone(),
                test,
            }));
        }
    }
    found.sort_by(|one, other| (&one.code, one.test).cmp(&(&other.code, other.test)));
    found
}

/// The line of a test for a bid among those that passed, in minor units; `None` where there is nothing to compare with.
#[must_use]
pub fn line(test: LowPriceTest, rates: &LowPrice, bid: &CodedBid, passed: &[&CodedBid]) -> Option<Ratio> {
    let own = passed.iter().filter(|other| other.lot == bid.lot);
    let mut prices: Vec<i64> = own.map(|bid| bid.price.minor).collect();
    prices.sort_unstable();
    let (bp, sum, count) = parts(test, rates, bid, &prices)?;
    Ratio::new(i128::from(bp).checked_mul(sum)?, count.checked_mul(10_000)?)
}

/// `price · 10000 · count < bp · sum`, all exact; `None` where there is nothing to compare with.
fn is_below(test: LowPriceTest, rates: &LowPrice, bid: &CodedBid, ascending: &[i64]) -> Option<bool> {
    let (bp, sum, count) = parts(test, rates, bid, ascending)?;
    let price = i128::from(bid.price.minor)
        .checked_mul(10_000)?
        .checked_mul(count)?;
    Some(price < i128::from(bp).checked_mul(sum)?)
}

/// Basis points, and the sum and number of prices that they are taken of.
fn parts(
    test: LowPriceTest,
    rates: &LowPrice,
    bid: &CodedBid,
    ascending: &[i64],
) -> Option<(i64, i128, i128)> {
    Some(match test {
        LowPriceTest::Ceiling => (rates.ceiling_bp, i128::from(bid.ceiling?.minor), 1),
        LowPriceTest::Mean => {
            let sum = ascending
                .iter()
                .try_fold(0_i128, |sum, price| sum.checked_add(i128::from(*price)))?;
            (rates.mean_bp, sum, i128::try_from(ascending.len()).ok()?)
        }
        LowPriceTest::Second => (rates.second_bp, i128::from(*ascending.get(1)?), 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::id::CodeId;
    use facts::{Currency, Money};
    use std::collections::BTreeMap;

    const RATES: LowPrice = LowPrice {
        answer_ms: 1_800_000,
        ceiling_bp: 4_500,
        mean_bp: 5_000,
        second_bp: 5_000,
    };

    fn bid(code: &str, fen: i64) -> CodedBid {
        CodedBid {
            brand: None,
            ceiling: Some(Money::new(Currency::CNY, 120_000_000)),
            code: CodeId::parse(code).unwrap(),
            deviations: BTreeMap::new(),
            floor: None,
            lot: LotId::parse("L1").unwrap(),
            price: Money::new(Currency::CNY, fen),
        }
    }

    fn tests_hit(fen: i64) -> Vec<LowPriceTest> {
        let bids = [
            bid("A", 100_000_000),
            bid("B", 95_000_000),
            bid("C", fen),
            bid("D", 88_000_000),
        ];
        let hits = hits(&RATES, &bids.iter().collect::<Vec<_>>());
        assert!(hits.iter().all(|hit| hit.code.as_str() == "C"));
        hits.into_iter().map(|hit| hit.test).collect()
    }

    #[test]
    fn t16_each_line_is_tested_on_its_own() {
        assert_eq!(
            tests_hit(42_000_000),
            [LowPriceTest::Ceiling, LowPriceTest::Second]
        );
    }

    #[test]
    fn t17_a_price_on_the_line_is_no_hit() {
        let ceiling = |fen| tests_hit(fen).contains(&LowPriceTest::Ceiling);
        assert!(!ceiling(54_000_000));
        assert!(ceiling(53_999_999));
    }

    #[test]
    fn a_line_is_where_a_price_is_no_hit_any_more() {
        let bids = [bid("A", 100_000_000), bid("B", 95_000_000), bid("C", 42_000_000)];
        let passed: Vec<&CodedBid> = bids.iter().collect();
        let line = |test| line(test, &RATES, &bids[2], &passed).unwrap().half_up().unwrap();
        assert_eq!(line(LowPriceTest::Ceiling), 54_000_000);
        assert_eq!(line(LowPriceTest::Mean), 39_500_000);
        assert_eq!(line(LowPriceTest::Second), 47_500_000);
    }

    #[test]
    fn a_single_bid_has_no_second_lowest() {
        let alone = bid("A", 1);
        let mut without = alone.clone();
        without.ceiling = None;
        assert_eq!(hits(&RATES, &[&without]), []);
        assert_eq!(hits(&RATES, &[&alone]).len(), 1);
    }
}
