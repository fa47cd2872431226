//! Days of the law: China days, working days and periods, with the calendar as versioned data.
//!
//! Invariant: the day on which a period begins is never counted (民法典201), and whoever draws a
//! conclusion from a working day can name the version of the calendar it came from, by which it is checked ever after.

mod china;
mod period;

pub use china::{CHINA, KNOWN, named};
pub use jiff::civil::Date;
pub use period::Span;

use crate::Instant;
use crate::time::{CHINA_OFFSET, DAY};
use jiff::civil::Weekday;

/// A month (1 to 12) and a day of the month (1 to 31) of a year known from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay(pub i8, pub i8);

/// One year as the State Council's notice arranges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// The year, Gregorian.
    pub year: i16,
    /// Whether the notice was read; otherwise weekends and the days off that the regulation itself names
    /// (全国年节及纪念日放假办法2) are all that is known of the year.
    pub confirmed: bool,
    /// The notice, by its document number, or why there is none.
    pub source: &'static str,
    /// Days off (放假), first and last inclusive, ascending.
    pub holidays: &'static [(MonthDay, MonthDay)],
    /// Saturdays and Sundays on which people work (调休上班), ascending.
    pub makeup: &'static [MonthDay],
}

/// A working-day calendar: Monday to Friday, corrected by the years it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// Name of exactly this data; changes whenever a year is added or corrected.
    pub version: &'static str,
    /// The years known, ascending.
    pub years: &'static [Year],
}

/// The China day (UTC+8) of an instant.
#[must_use]
pub fn day_of(at: Instant) -> Date {
    let days = at.plus(CHINA_OFFSET).0.div_euclid(DAY);
    add_days_signed(EPOCH, days)
}

/// The first instant of a China day.
#[must_use]
pub fn start_of(day: Date) -> Instant {
    Instant(days_between(EPOCH, day).saturating_mul(DAY)).plus(CHINA_OFFSET.saturating_neg())
}

/// The first instant after a China day.
#[must_use]
pub fn end_of(day: Date) -> Instant {
    start_of(day).plus(DAY)
}

/// The last day of a period of `days` calendar days; the day it begins on is not counted.
#[must_use]
pub fn add_days(begins: Date, days: u32) -> Date {
    add_days_signed(begins, i64::from(days))
}

/// The latest day from which a period of `days` calendar days still ends on `ends`.
#[must_use]
pub fn subtract_days(ends: Date, days: u32) -> Date {
    add_days_signed(ends, i64::from(days).saturating_neg())
}

/// Calendar days from one day to another; negative if `to` is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours().div_euclid(24)
}

/// The earliest day on which a deadline may lie that needs at least `min_days` after a publication.
///
/// A deadline on an earlier day breaks the law; one on this very day does not, even if it is a
/// day of rest ([`Calendar::earliest_working_deadline`] is the cautious choice).
#[must_use]
pub fn earliest_deadline(published: Instant, min_days: u32) -> Date {
    add_days(day_of(published), min_days)
}

impl Calendar {
    /// What is known of a day's year.
    fn year(&self, day: Date) -> Option<&Year> {
        self.years.iter().find(|year| year.year == day.year())
    }

    /// Whether the notice for the day's year was read. If not, make-up days and the days off in lieu
    /// are not known.
    #[must_use]
    pub fn is_confirmed(&self, day: Date) -> bool {
        self.year(day).is_some_and(|year| year.confirmed)
    }

    /// Whether people work on that day (工作日).
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let Some(year) = self.year(day) else {
            return !weekend;
        };
        let this = MonthDay(day.month(), day.day());
        if year.makeup.contains(&this) {
            return true;
        }
        !weekend
            && !year
                .holidays
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&this))
    }

    /// That day, or the next working day if it is a day of rest.
    #[must_use]
    pub fn working_day_from(&self, day: Date) -> Date {
        let mut day = day;
        while !self.is_working_day(day) {
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => return day,
            }
        }
        day
    }

    /// [`earliest_deadline`], moved to a working day.
    #[must_use]
    pub fn earliest_working_deadline(&self, published: Instant, min_days: u32) -> Date {
        self.working_day_from(earliest_deadline(published, min_days))
    }
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn add_days_signed(day: Date, days: i64) -> Date {
    // A civil date spans at most 7.4 million days, so whatever does not fit 32 bits is out of range.
    let span = jiff::SignedDuration::from_hours(days.clamp(-8_000_000, 8_000_000).saturating_mul(24));
    day.checked_add(span)
        .unwrap_or(if days < 0 { Date::MIN } else { Date::MAX })
}

#[cfg(test)]
mod tests;
