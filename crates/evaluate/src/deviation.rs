//! How far members' scores are apart (畸高畸低, 87号令64), after the reveal: per item of each bid and per seat.
//!
//! Invariant: exact; a median may be a half, so it is held doubled, and z is held squared with its sign, for its root
//! is no fraction.

use crate::method::{Ratio, Sheets};
use facts::id::{CodeId, ItemId, SeatId};
use std::collections::BTreeMap;

/// The scores of one item of one bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// The bid.
    pub code: CodeId,
    /// The item.
    pub item: ItemId,
    /// The mean, in hundredths of a point.
    pub mean: Ratio,
    /// Twice the median, in hundredths of a point.
    pub median_doubled: i64,
    /// One for every seat.
    pub seats: BTreeMap<SeatId, Apart>,
    /// The variance over all seats, in squared hundredths.
    pub variance: Ratio,
}

/// Where one seat's value stands among the others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// Value minus mean.
    pub from_mean: Ratio,
    /// Twice the value minus twice the median.
    pub from_median_doubled: i64,
    /// The value, in hundredths of a point.
    pub value: i64,
    /// `(value − mean)² / variance`; `None` where all values are equal. Its sign is that of `from_mean`.
    pub z_squared: Option<Ratio>,
}

/// One seat over all items: who scores high or low throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatSpread {
    /// Values farther from the median than `share_bp` of the item's maximum.
    pub far: u32,
    /// Sum of the distances from the mean over all items.
    pub from_mean: Ratio,
    /// The seat.
    pub seat: SeatId,
}

/// The spread of every item of every bid, ascending by code and item; `None` beyond 128 bits.
#[must_use]
pub fn spreads(sheets: &Sheets) -> Option<Vec<Spread>> {
    let mut values: BTreeMap<(&CodeId, &ItemId), BTreeMap<&SeatId, i64>> = BTreeMap::new();
    for (seat, sheet) in sheets {
        for (code, items) in sheet {
            for (item, value) in items {
                values.entry((code, item)).or_default().insert(seat, *value);
            }
        }
    }
    values
        .into_iter()
        .map(|((code, item), of)| spread(code, item, &of))
        .collect()
}

fn spread(code: &CodeId, item: &ItemId, of: &BTreeMap<&SeatId, i64>) -> Option<Spread> {
    let count = i128::try_from(of.len()).ok()?;
    let sum = of
        .values()
        .try_fold(0_i128, |sum, value| sum.checked_add(i128::from(*value)))?;
    let squares = of.values().try_fold(0_i128, |sum, value| {
        sum.checked_add(i128::from(*value).checked_pow(2)?)
    })?;
    // Var = (n·Σx² − (Σx)²) / n²
    let top = count.checked_mul(squares)?.checked_sub(sum.checked_pow(2)?)?;
    let variance = Ratio::new(top, count.checked_pow(2)?)?;
    let mut sorted: Vec<i64> = of.values().copied().collect();
    sorted.sort_unstable();
    let upper = sorted.get(sorted.len().checked_div(2)?)?;
    let lower = sorted.get(sorted.len().saturating_sub(1).checked_div(2)?)?;
    let median_doubled = upper.checked_add(*lower)?;
    let mut seats = BTreeMap::new();
    for (seat, value) in of {
        let from = i128::from(*value).checked_mul(count)?.checked_sub(sum)?;
        // ((n·x − Σx)/n)² / (top/n²) = (n·x − Σx)² / top
        let z_squared = if top == 0 {
            None
        } else {
            Some(Ratio::new(from.checked_pow(2)?, top)?)
        };
        let apart = Apart {
            from_mean: Ratio::new(from, count)?,
            from_median_doubled: value.checked_mul(2)?.checked_sub(median_doubled)?,
            value: *value,
            z_squared,
        };
        seats.insert((*seat).clone(), apart);
    }
    Some(Spread {
        code: code.clone(),
        item: item.clone(),
        mean: Ratio::new(sum, count)?,
        median_doubled,
        seats,
        variance,
    })
}

/// Every seat over all items. A value is far if it is more than `share_bp` of the item's maximum away from the median
/// (V06 of the supervision rules: 30 %). Ascending by seat; `None` beyond 128 bits.
#[must_use]
pub fn seats(spreads: &[Spread], maxima: &BTreeMap<&ItemId, i64>, share_bp: i64) -> Option<Vec<SeatSpread>> {
    let mut found: BTreeMap<&SeatId, SeatSpread> = BTreeMap::new();
    for spread in spreads {
        let max = maxima.get(&spread.item).copied().unwrap_or(0);
        for (seat, apart) in &spread.seats {
            let fresh = || SeatSpread {
                far: 0,
                from_mean: apart.from_mean.times(0).unwrap_or(apart.from_mean),
                seat: seat.clone(),
            };
            let own = found.entry(seat).or_insert_with(fresh);
            if is_far(apart, max, share_bp)? {
                own.far = own.far.saturating_add(1);
            }
            let num = (own.from_mean.num.checked_mul(apart.from_mean.den)?)
                .checked_add(apart.from_mean.num.checked_mul(own.from_mean.den)?)?;
            own.from_mean = Ratio::new(num, own.from_mean.den.checked_mul(apart.from_mean.den)?)?.lowest();
        }
    }
    Some(found.into_values().collect())
}

/// Whether a value is more than `share_bp` of the item's maximum away from the median; `None` beyond 128 bits.
#[must_use]
pub fn is_far(apart: &Apart, max: i64, share_bp: i64) -> Option<bool> {
    let line = i128::from(max)
        .checked_mul(i128::from(share_bp))?
        .checked_mul(2)?;
    let distance = i128::from(apart.from_median_doubled)
        .checked_abs()?
        .checked_mul(10_000)?;
    Some(distance > line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::body::evaluation::Sheet;

    fn sheets(values: &[i64]) -> Sheets {
        let of = |(n, value): (usize, &i64)| {
            let row = BTreeMap::from([(ItemId::parse("plan").unwrap(), *value)]);
            (
                SeatId::parse(&format!("S{n}")).unwrap(),
                Sheet::from([(CodeId::parse("A").unwrap(), row)]),
            )
        };
        values.iter().enumerate().map(of).collect()
    }

    #[test]
    fn mean_median_and_z_are_exact() {
        let spread = spreads(&sheets(&[200, 400, 400, 400, 500, 500, 700, 900]))
            .unwrap()
            .remove(0);
        assert_eq!((spread.mean.num, spread.mean.den), (4_000, 8));
        assert_eq!(spread.median_doubled, 900);
        assert_eq!(
            spread.variance.half_up(),
            Some(40_000),
            "the textbook's standard deviation of 2"
        );
        let last = &spread.seats[&SeatId::parse("S7").unwrap()];
        assert_eq!(last.from_mean.half_up(), Some(400));
        assert_eq!(last.z_squared.unwrap().half_up(), Some(4), "two deviations above");
        assert_eq!(last.from_median_doubled, 900);
    }

    #[test]
    fn equal_scores_have_no_z() {
        let spread = spreads(&sheets(&[300; 5])).unwrap().remove(0);
        assert!(
            spread
                .seats
                .values()
                .all(|apart| apart.z_squared.is_none() && apart.from_mean.num == 0)
        );
    }

    #[test]
    fn who_is_far_from_the_median_is_counted() {
        let item = ItemId::parse("plan").unwrap();
        let maxima = BTreeMap::from([(&item, 1_000)]);
        let found = seats(
            &spreads(&sheets(&[500, 500, 500, 800, 801])).unwrap(),
            &maxima,
            3_000,
        )
        .unwrap();
        assert_eq!(
            found.iter().map(|seat| seat.far).collect::<Vec<_>>(),
            [0, 0, 0, 0, 1]
        );
        let sum: i128 = found
            .iter()
            .map(|seat| seat.from_mean.times(5).unwrap().half_up().unwrap())
            .sum();
        assert_eq!(sum, 0, "distances from the mean cancel out");
    }
}
