//! Fractions in lowest terms, for figures that go through several steps.
//!
//! Invariant: the denominator is positive, numerator and denominator have no common factor; what does not fit has no
//! value.

/// A fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exact {
    num: i128,
    den: i128,
}

fn common(one: i128, other: i128) -> i128 {
    let (mut a, mut b) = (one.unsigned_abs(), other.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or(0));
    }
    i128::try_from(a).unwrap_or(1).max(1)
}

impl Exact {
    pub(super) fn whole(figure: impl Into<i128>) -> Self {
        Self {
            num: figure.into(),
            den: 1,
        }
    }

    /// `num / den`; nothing over zero.
    pub(super) fn of(num: i128, den: i128) -> Option<Self> {
        let by = common(num, den);
        let (num, den) = (num.checked_div(by)?, den.checked_div(by)?);
        match den.signum() {
            0 => None,
            1 => Some(Self { num, den }),
            _ => Some(Self {
                num: num.checked_neg()?,
                den: den.checked_neg()?,
            }),
        }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let by = common(self.den, other.den);
        let (mine, theirs) = (other.den.checked_div(by)?, self.den.checked_div(by)?);
        let num = self
            .num
            .checked_mul(mine)?
            .checked_add(other.num.checked_mul(theirs)?)?;
        Self::of(num, self.den.checked_mul(mine)?)
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self {
            num: other.num.checked_neg()?,
            den: other.den,
        })
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let (one, two) = (common(self.num, other.den), common(other.num, self.den));
        let num = self
            .num
            .checked_div(one)?
            .checked_mul(other.num.checked_div(two)?)?;
        Self::of(
            num,
            self.den
                .checked_div(two)?
                .checked_mul(other.den.checked_div(one)?)?,
        )
    }

    pub(super) fn over(self, other: Self) -> Option<Self> {
        self.times(Self::of(other.den, other.num)?)
    }

    pub(super) fn distance(self) -> Option<Self> {
        Some(Self {
            num: self.num.checked_abs()?,
            den: self.den,
        })
    }

    pub(super) const fn is_positive(self) -> bool {
        self.num > 0
    }

    pub(super) fn floor(self) -> Option<i128> {
        self.num.checked_div_euclid(self.den)
    }

    pub(super) fn ceiling(self) -> Option<i128> {
        self.num
            .checked_neg()?
            .checked_div_euclid(self.den)?
            .checked_neg()
    }

    /// `⌊x + 1/2⌋`.
    pub(super) fn round(self) -> Option<i128> {
        super::round(self.num, self.den)
    }
}
