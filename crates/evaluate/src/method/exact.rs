//! Exact arithmetic: fractions of 128-bit integers and the one rounding there is.
//!
//! Invariant: an operation either is exact or says `None`; nothing wraps and nothing is a float.

/// The largest figure a result may hold: results stand in canonical JSON (RFC 8785, 2^53 − 1).
pub const MAX_RESULT: i64 = facts::canonical::MAX_INTEGER;

/// A fraction `num / den` with `den > 0`; not necessarily in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator.
    pub num: i128,
    /// Denominator, positive.
    pub den: i128,
}

impl Ratio {
    /// A fraction; `None` unless the denominator is positive.
    #[must_use]
    pub const fn new(num: i128, den: i128) -> Option<Self> {
        if den > 0 { Some(Self { num, den }) } else { None }
    }

    /// The nearest integer, halves upwards (四舍五入 for figures that are never negative):
    /// `floor((2 num + den) / (2 den))`.
    #[must_use]
    pub fn half_up(self) -> Option<i128> {
        let twice = self.num.checked_mul(2)?.checked_add(self.den)?;
        twice.checked_div_euclid(self.den.checked_mul(2)?)
    }

    /// The largest integer not above it.
    #[must_use]
    pub const fn floor(self) -> Option<i128> {
        self.num.checked_div_euclid(self.den)
    }

    /// The smallest integer not below it.
    #[must_use]
    pub fn ceil(self) -> Option<i128> {
        self.num
            .checked_neg()?
            .checked_div_euclid(self.den)?
            .checked_neg()
    }

    /// The same in lowest terms.
    #[must_use]
    pub fn lowest(self) -> Self {
        let (mut a, mut b) = (self.num.unsigned_abs(), self.den.unsigned_abs());
        while let Some(rest) = a.checked_rem(b) {
            (a, b) = (b, rest);
        }
        let by = i128::try_from(a).unwrap_or(1);
        match (self.num.checked_div(by), self.den.checked_div(by)) {
            (Some(num), Some(den)) => Self { num, den },
            _ => self,
        }
    }

    /// The fraction times an integer.
    #[must_use]
    pub fn times(self, factor: i128) -> Option<Self> {
        Some(Self {
            num: self.num.checked_mul(factor)?,
            den: self.den,
        })
    }
}

/// A figure between 0 and the largest a result may hold.
pub(crate) fn bounded(figure: i128) -> i64 {
    i64::try_from(figure.clamp(0, i128::from(MAX_RESULT))).unwrap_or(MAX_RESULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up() {
        let round = |num, den| Ratio::new(num, den).unwrap().half_up().unwrap();
        assert_eq!([round(1, 2), round(3, 2), round(5, 4), round(7, 4)], [1, 2, 1, 2]);
        assert_eq!([round(-1, 2), round(-3, 2), round(-7, 4)], [0, -1, -2]);
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::new(i128::MAX, 1).unwrap().half_up(), None);
        assert_eq!(bounded(i128::MAX), MAX_RESULT);
        assert_eq!(bounded(-1), 0);
    }
}
