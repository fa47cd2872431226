//! Money in minor units with its currency; never a float.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency of ISO 4217 with the number of its minor digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// 人民币: 100 fen to the yuan.
    CNY,
    /// Japanese yen: no minor unit.
    JPY,
}

impl Currency {
    /// Decimal digits of the minor unit.
    #[must_use]
    pub const fn digits(self) -> u32 {
        match self {
            Self::CNY => 2,
            Self::JPY => 0,
        }
    }
}

/// An amount in minor units (fen for CNY, yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The currency.
    pub currency: Currency,
    /// The amount in minor units.
    pub minor: i64,
}

/// Why a sum could not be formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies in one sum.
    #[error("{0:?} and {1:?} cannot be added or compared")]
    Currency(Currency, Currency),
    /// Beyond the range of the representation.
    #[error("the amount is beyond the representable range")]
    Range,
    /// Not an amount.
    #[error("{0:?} is not an amount of {1:?}: digits, and at most {2} after the point")]
    Text(String, Currency, u32),
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(currency: Currency, minor: i64) -> Self {
        Self { currency, minor }
    }

    /// The sum of two amounts of one currency.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currency(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// Reads `1234567.89`: an unsigned decimal with at most the currency's minor digits.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Text(text.chars().take(40).collect(), currency, currency.digits());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = currency.digits() as usize;
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > digits {
            return Err(wrong());
        }
        if text.ends_with('.') || whole.len() > 15 {
            return Err(wrong());
        }
        let minor = format!("{whole}{fraction:0<digits$}")
            .parse()
            .map_err(|_| MoneyError::Range)?;
        Ok(Self { currency, minor })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_i64.pow(self.currency.digits());
        let (whole, rest) = (self.minor.checked_div(scale), self.minor.checked_rem(scale));
        let sign = if self.minor < 0 { "-" } else { "" };
        write!(f, "{sign}{}", whole.unwrap_or_default().unsigned_abs())?;
        if self.currency.digits() > 0 {
            let width = self.currency.digits() as usize;
            write!(f, ".{:0width$}", rest.unwrap_or_default().unsigned_abs())?;
        }
        write!(f, " {:?}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_minor_units_agree() {
        let m = Money::parse("93235181.14", Currency::CNY).unwrap();
        assert_eq!(m.minor, 9_323_518_114);
        assert_eq!(m.to_string(), "93235181.14 CNY");
        assert_eq!(
            Money::parse("3780000", Currency::JPY).unwrap().to_string(),
            "3780000 JPY"
        );
        assert_eq!(Money::new(Currency::CNY, -5).to_string(), "-0.05 CNY");
        for wrong in ["", ".5", "1.", "1.234", "-1", "1e3", "１"] {
            assert!(
                matches!(Money::parse(wrong, Currency::CNY), Err(MoneyError::Text(..))),
                "{wrong}"
            );
        }
        assert!(Money::parse("1.5", Currency::JPY).is_err());
    }

    #[test]
    fn currencies_do_not_mix() {
        let (a, b) = (Money::new(Currency::CNY, 1), Money::new(Currency::JPY, 1));
        assert_eq!(a.plus(b), Err(MoneyError::Currency(Currency::CNY, Currency::JPY)));
        assert_eq!(
            a.plus(Money::new(Currency::CNY, i64::MAX)),
            Err(MoneyError::Range)
        );
    }
}
