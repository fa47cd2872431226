//! A date and time of China Standard Time, for the metadata.
//!
//! Invariant: made of a given number of milliseconds, never of a clock.

/// A second of China Standard Time (UTC+8) in the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day, from 1.
    pub day: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
}

impl Moment {
    /// The moment of an instant in milliseconds since 1970-01-01T00:00:00Z; instants before count as that one.
    #[must_use]
    pub fn china(ms: i64) -> Self {
        let seconds = ms.max(0).div_euclid(1_000).saturating_add(8 * 3_600);
        let (mut days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let mut year = 1970_i64;
        while days >= length_of_year(year) && year < 9_999 {
            days = days.saturating_sub(length_of_year(year));
            year = year.saturating_add(1);
        }
        let mut month = 1_u8;
        for length in months(year) {
            if days < length {
                break;
            }
            days = days.saturating_sub(length);
            month = month.saturating_add(1);
        }
        Self {
            year: small(year),
            month: month.min(12),
            day: small(days.min(30).saturating_add(1)),
            hour: small(clock.div_euclid(3_600)),
            minute: small(clock.rem_euclid(3_600).div_euclid(60)),
            second: small(clock.rem_euclid(60)),
        }
    }
}

fn small<N: TryFrom<i64> + Default>(number: i64) -> N {
    N::try_from(number).unwrap_or_default()
}

const fn leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

const fn length_of_year(year: i64) -> i64 {
    if leap(year) { 366 } else { 365 }
}

const fn months(year: i64) -> [i64; 12] {
    let february = if leap(year) { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_china() {
        let at = |ms| {
            let moment = Moment::china(ms);
            (
                moment.year,
                moment.month,
                moment.day,
                moment.hour,
                moment.minute,
                moment.second,
            )
        };
        assert_eq!(at(0), (1970, 1, 1, 8, 0, 0));
        // 2024-02-28T16:00:00Z is the first second of the leap day in China.
        assert_eq!(at(1_709_136_000_000), (2024, 2, 29, 0, 0, 0));
        assert_eq!(at(1_767_196_799_999), (2025, 12, 31, 23, 59, 59));
        assert_eq!(at(1_767_196_800_000), (2026, 1, 1, 0, 0, 0));
    }
}
