//! Numbers out of a seed: coefficients within their declared range, and the order for ties.
//!
//! Invariant: a value is a function of the seed and of the ranges in the order in which the method declares them, and
//! every value of a range without digits is equally likely.

use desk::draw::Numbers;
use facts::Hex;
use facts::id::ItemId;
use std::collections::BTreeMap;

/// A coefficient that the method leaves to a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    /// Its name.
    pub(super) name: ItemId,
    /// Smallest value.
    pub(super) from: i64,
    /// Largest value.
    pub(super) to: i64,
    /// Distance of two values, at least 1.
    pub(super) step: i64,
    /// Whether it is drawn digit by digit, as K is.
    pub(super) by_digits: bool,
}

/// All coefficients of a method, in the order given, from one stream of numbers.
pub(super) fn values(seed: &Hex<64>, ranges: &[Range]) -> BTreeMap<ItemId, i64> {
    let mut numbers = Numbers::new(seed);
    let value = |range: &Range| (range.name.clone(), value(&mut numbers, range));
    ranges.iter().map(value).collect()
}

/// `from + step·below(⌊(to − from)/step⌋ + 1)`, or digit by digit.
fn value(numbers: &mut Numbers, range: &Range) -> i64 {
    if range.by_digits {
        return by_digits(numbers, range.from, range.to);
    }
    let span = range.to.saturating_sub(range.from).max(0);
    let steps = span.checked_div(range.step.max(1)).unwrap_or(0);
    let drawn = numbers.below(u64::try_from(steps).unwrap_or(0).saturating_add(1));
    let drawn = i64::try_from(drawn).unwrap_or(0);
    range.from.saturating_add(drawn.saturating_mul(range.step.max(1)))
}

/// The whole part, then the first decimal, then the second, each evenly among the digits that still lead into the
/// range: of a value in hundredths, first the hundreds, then the tens, then the ones.
fn by_digits(numbers: &mut Numbers, from: i64, to: i64) -> i64 {
    let (mut low, mut high) = (from, to.max(from));
    for scale in [100, 10, 1] {
        let (first, last) = (low.div_euclid(scale), high.div_euclid(scale));
        let count = last.saturating_sub(first).saturating_add(1);
        let drawn = numbers.below(u64::try_from(count).unwrap_or(1));
        let digit = first.saturating_add(i64::try_from(drawn).unwrap_or(0));
        low = low.max(digit.saturating_mul(scale));
        high = high.min(
            digit
                .saturating_mul(scale)
                .saturating_add(scale)
                .saturating_sub(1),
        );
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(n: u32) -> Hex<64> {
        let mut seed = [7; 64];
        seed[..4].copy_from_slice(&n.to_be_bytes());
        Hex(seed)
    }

    fn one(n: u32, range: &Range) -> i64 {
        *values(&seed(n), std::slice::from_ref(range))
            .values()
            .next()
            .unwrap()
    }

    fn range(from: i64, to: i64, step: i64, by_digits: bool) -> Range {
        Range {
            name: ItemId::parse("K").unwrap(),
            from,
            to,
            step,
            by_digits,
        }
    }

    #[test]
    fn steps_are_even_and_stay_inside() {
        let float = range(50, 300, 50, false);
        let mut counts = BTreeMap::new();
        for n in 0..6_000 {
            *counts.entry(one(n, &float)).or_insert(0) += 1;
        }
        assert_eq!(
            counts.keys().copied().collect::<Vec<_>>(),
            [50, 100, 150, 200, 250, 300]
        );
        assert!(
            counts.values().all(|count| (850..=1_150).contains(count)),
            "{counts:?}"
        );
        assert_eq!(one(0, &range(0, 299, 100, false)) % 100, 0);
    }

    #[test]
    fn digits_lead_into_the_range_and_reach_both_ends() {
        let k = range(598, 702, 1, true);
        let drawn: Vec<i64> = (0..20_000).map(|n| one(n, &k)).collect();
        assert!(drawn.iter().all(|value| (598..=702).contains(value)));
        for end in [598, 599, 600, 699, 700, 702] {
            assert!(drawn.contains(&end), "{end}");
        }
        // Three whole parts, each evenly: 5 has two values, 6 a hundred.
        let fives = drawn.iter().filter(|value| **value < 600).count();
        assert!((6_300..=7_000).contains(&fives), "{fives}");
        assert_eq!(one(1, &range(635, 635, 1, true)), 635);
    }

    #[test]
    fn coefficients_share_one_stream_in_order() {
        let two = [
            range(0, 9, 1, false),
            Range {
                name: ItemId::parse("E").unwrap(),
                ..range(0, 9, 1, false)
            },
        ];
        let both = values(&seed(3), &two);
        assert_eq!(both[&two[0].name], one(3, &two[0]));
        assert!((0..50).any(|n| values(&seed(n), &two)[&two[1].name] != one(n, &two[0])));
    }
}
