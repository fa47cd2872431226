//! Amounts of OCDS: JSON numbers, read as decimals.
//!
//! Invariant: what is read is exact to six places; a number that is longer, or no number, is no amount.

/// An amount in millionths of the currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub i128);

/// Digits after the point.
const PLACES: i32 = 6;
/// Longest number that is read.
const LONGEST: usize = 40;

impl Amount {
    /// Reads a JSON number: `-12.50`, `1e6`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        let (negative, plain) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (digits, exponent) = match plain.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (plain, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty()
            || ![whole, fraction]
                .iter()
                .all(|s| s.bytes().all(|b| b.is_ascii_digit()))
        {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = i128::from(byte.checked_sub(b'0')?);
            mantissa = mantissa.checked_mul(10)?.checked_add(digit)?;
        }
        let places = exponent
            .checked_sub(i32::try_from(fraction.len()).ok()?)?
            .checked_add(PLACES)?;
        let power = 10_i128.checked_pow(places.unsigned_abs())?;
        let value = if places >= 0 {
            mantissa.checked_mul(power)?
        } else {
            let cut = mantissa.checked_rem(power)?;
            (cut == 0).then(|| mantissa.checked_div(power))??
        };
        Some(Self(if negative { value.checked_neg()? } else { value }))
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn numbers_are_read_exactly_or_not_at_all() {
        let read = |text| Amount::parse(text).map(|amount| amount.0);
        assert_eq!(read("600000"), Some(600_000_000_000));
        assert_eq!(read("-0.1"), Some(-100_000));
        assert_eq!(read("1.5e3"), Some(1_500_000_000));
        assert_eq!(read("1.50000000"), Some(1_500_000));
        assert_eq!(read("0.0000001"), None);
        for wrong in [
            "",
            "-",
            "1.2.3",
            "\"5\"",
            "null",
            "1e",
            "1e999999999",
            ".5",
            "NaN",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
