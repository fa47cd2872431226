//! What a page says of limits in years whose holidays are not arranged yet (放假安排尚未公布).
//!
//! Invariant: nothing is said of a year of which the State Council's notice was read, and nothing of years before the
//! calendar begins.

use super::Layout;
use facts::Instant;
use facts::calendar::{CHINA, Calendar, day_of};
use std::collections::BTreeSet;

/// One sentence a year in which one of the limits falls and whose working days are reckoned without a notice; none
/// where all are arranged.
pub(super) fn unsure(l: &Layout, limits: impl IntoIterator<Item = Instant>) -> Vec<String> {
    told(l.is_zh(), &CHINA, years(&CHINA, limits))
}

/// The same of the years that a calendar itself has.
pub(super) fn unsure_at_all(l: &Layout, calendar: &Calendar) -> Vec<String> {
    let years = calendar.years.iter().filter(|year| !year.confirmed);
    told(l.is_zh(), calendar, years.map(|year| year.year))
}

fn years(calendar: &Calendar, limits: impl IntoIterator<Item = Instant>) -> BTreeSet<i16> {
    let first = calendar.years.first().map_or(i16::MAX, |year| year.year);
    let days = limits.into_iter().map(day_of);
    days.filter(|day| day.year() >= first && !calendar.is_confirmed(*day))
        .map(facts::calendar::Date::year)
        .collect()
}

fn told(is_zh: bool, calendar: &Calendar, years: impl IntoIterator<Item = i16>) -> Vec<String> {
    let sentence = |year: i16| {
        let has_holidays = calendar.years.iter().any(|known| known.year == year);
        match (is_zh, has_holidays) {
            (true, true) => format!("{year}年放假安排尚未公布,工作日按周末与法定节日推算。"),
            (true, false) => format!("{year}年放假安排尚未公布,工作日仅按周末推算。"),
            (false, true) => format!(
                "The holidays of {year} are not arranged yet: its working days are reckoned from weekends and the holidays that the regulation names."
            ),
            (false, false) => format!(
                "The holidays of {year} are not arranged yet: its working days are reckoned from weekends alone."
            ),
        }
    };
    years.into_iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::calendar::{Date, Year, start_of};

    const fn year(year: i16, confirmed: bool) -> Year {
        Year {
            year,
            confirmed,
            source: "",
            holidays: &[],
            makeup: &[],
        }
    }

    const CALENDAR: Calendar = Calendar {
        version: "test",
        years: &[year(2030, true), year(2031, false)],
    };

    fn said(is_zh: bool, days: &[(i16, i8, i8)]) -> Vec<String> {
        let limits = days
            .iter()
            .map(|(year, month, day)| start_of(Date::constant(*year, *month, *day)));
        told(is_zh, &CALENDAR, years(&CALENDAR, limits))
    }

    #[test]
    fn limits_in_a_year_without_a_notice_are_told_once_a_year() {
        assert!(said(true, &[(2030, 1, 1), (2030, 12, 31), (2029, 5, 1)]).is_empty());
        assert_eq!(
            said(true, &[(2031, 1, 1), (2031, 9, 1), (2030, 12, 31)]),
            ["2031年放假安排尚未公布,工作日按周末与法定节日推算。"]
        );
        assert_eq!(
            said(true, &[(2032, 1, 1)]),
            ["2032年放假安排尚未公布,工作日仅按周末推算。"]
        );
        let english = said(false, &[(2032, 1, 1), (2031, 1, 1)]);
        assert!(english.len() == 2 && english[0].contains("2031") && english[1].contains("weekends alone"));
    }
}
