//! Fixed-point arithmetic of the screens: integers that saturate, roots, quartiles.
//!
//! Invariant: no floating point, so a measure is the same on every machine and in every order of the input.

use std::num::Saturating;

/// Wide integers that stop at their ends instead of panicking.
pub type Wide = Saturating<i128>;

/// One, in millionths: the unit of every measure that is shown.
pub const MILLION: i128 = 1_000_000;

/// A wide integer.
#[must_use]
pub fn wide(value: impl Into<i128>) -> Wide {
    Saturating(value.into())
}

/// How many, as a wide integer.
#[must_use]
pub fn count(length: usize) -> Wide {
    Saturating(i128::try_from(length).unwrap_or(i128::MAX))
}

/// `left / right`, towards zero; `None` by zero.
#[must_use]
pub fn over(left: Wide, right: Wide) -> Option<Wide> {
    left.0.checked_div(right.0).map(Saturating)
}

/// `part / whole` in millionths; `None` where `whole` is zero.
#[must_use]
pub fn share(part: Wide, whole: Wide) -> Option<i64> {
    narrow(over(part * wide(MILLION), whole)?)
}

/// The whole part of the square root; `None` of what is negative.
#[must_use]
pub fn root(value: Wide) -> Option<Wide> {
    value.0.checked_isqrt().map(Saturating)
}

/// A wide integer that fits into 64 bits.
#[must_use]
pub fn narrow(value: Wide) -> Option<i64> {
    i64::try_from(value.0).ok()
}

/// Millionths as people read them: `0.012345`.
#[must_use]
pub fn decimal(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let plain = millionths.unsigned_abs();
    let (whole, rest) = (plain.checked_div(1_000_000), plain.checked_rem(1_000_000));
    format!(
        "{sign}{}.{:06}",
        whole.unwrap_or_default(),
        rest.unwrap_or_default()
    )
}

/// Millionths as a percentage with two digits, cut off: `1.23 %`.
#[must_use]
pub fn percent(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let hundredths = millionths.unsigned_abs().checked_div(100).unwrap_or_default();
    let (whole, rest) = (hundredths.checked_div(100), hundredths.checked_rem(100));
    format!(
        "{sign}{}.{:02} %",
        whole.unwrap_or_default(),
        rest.unwrap_or_default()
    )
}

/// First and third quartile of ascending values; `None` of nothing.
///
/// The estimate is the median-unbiased one (type 8 of Hyndman and Fan 1996, The American Statistician 50): position
/// (n + 1/3)·p + 1/3, which Cardinal takes too, so that fences can be compared. The remainder of the interpolation is
/// cut off towards minus infinity.
#[must_use]
pub fn quartiles(ascending: &[i64]) -> Option<(i64, i64)> {
    let n = count(ascending.len());
    let first = quantile(ascending, wide(3) * n + wide(5))?;
    let third = quantile(ascending, wide(9) * n + wide(7))?;
    Some((first, third))
}

/// The value at a position in twelfths, counted from one.
fn quantile(ascending: &[i64], twelfths: Wide) -> Option<i64> {
    let (whole, rest) = (twelfths.0.checked_div(12)?, twelfths.0.checked_rem(12)?);
    let last = *ascending.last()?;
    let at = usize::try_from(whole).ok()?;
    let (Some(below), Some(above)) = (at.checked_sub(1), ascending.get(at)) else {
        return if at == 0 {
            ascending.first().copied()
        } else {
            Some(last)
        };
    };
    let below = *ascending.get(below)?;
    let step = (wide(*above) - wide(below)) * Saturating(rest);
    narrow(wide(below) + Saturating(step.0.checked_div_euclid(12)?))
}

/// The fences Q1 − 1.5·IQR and Q3 + 1.5·IQR of values in any order (Tukey 1977); `None` of nothing.
#[must_use]
pub fn fences(values: impl IntoIterator<Item = i64>) -> Option<(i64, i64)> {
    let mut ascending: Vec<i64> = values.into_iter().collect();
    ascending.sort_unstable();
    let (first, third) = quartiles(&ascending)?;
    let reach = over((wide(third) - wide(first)) * wide(3), wide(2))?;
    Some((narrow(wide(first) - reach)?, narrow(wide(third) + reach)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_type_eight() {
        // R: quantile(1:9, c(.25, .75), type = 8) is 2.666667 and 7.333333; in millionths.
        let nine: Vec<i64> = (1..=9).map(|value| value * 1_000_000).collect();
        assert_eq!(quartiles(&nine), Some((2_666_666, 7_333_333)));
        assert_eq!(quartiles(&[7]), Some((7, 7)));
        assert_eq!(quartiles(&[]), None);
        assert_eq!(quartiles(&[0, 12]), Some((0, 12)));
    }

    #[test]
    fn fences_do_not_depend_on_the_order() {
        assert_eq!(fences([4, 1, 3, 2, 100]), fences([100, 3, 2, 1, 4]));
    }

    #[test]
    fn numbers_are_shown_exactly() {
        assert_eq!(decimal(-1_234_567), "-1.234567");
        assert_eq!(percent(12_345), "1.23 %");
        assert_eq!(percent(-400), "-0.04 %");
    }
}
