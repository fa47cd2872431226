//! The calendar of the People's Republic of China, year by year, from the notices of the General
//! Office of the State Council.
//!
//! Invariant: whoever changes a day here gives [`CHINA`] a new version in the same commit and leaves the version before
//! in [`KNOWN`] as it was: what was counted by it is counted again by it.

use super::{Calendar, MonthDay, Year};

/// The calendar this build works with.
///
/// 2025 and 2026 follow the notices as Xinhua printed them (2024-11-12 and 2025-11-04). Of 2027 the days
/// off of the regulation are known, of every other year only weekends, and [`Calendar::is_confirmed`]
/// says so.
pub static CHINA: Calendar = Calendar {
    version: "cn-workdays/2025-2027/1",
    years: &[YEAR_2025, YEAR_2026, YEAR_2027],
};

/// The version before [`CHINA`], which knew of 2027 nothing but its weekends.
static CHINA_BEFORE: Calendar = Calendar {
    version: "cn-workdays/2025-2026/1",
    years: &[YEAR_2025, YEAR_2026],
};

/// Every version that ever counted a day, the latest last.
pub static KNOWN: &[&Calendar] = &[&CHINA_BEFORE, &CHINA];

/// The calendar that a record names; `None` if this program does not know it.
#[must_use]
pub fn named(version: &str) -> Option<&'static Calendar> {
    KNOWN.iter().find(|calendar| calendar.version == version).copied()
}

const YEAR_2025: Year = Year {
    year: 2025,
    confirmed: true,
    source: "国办发明电〔2024〕12号",
    holidays: &[
        (MonthDay(1, 1), MonthDay(1, 1)),
        (MonthDay(1, 28), MonthDay(2, 4)),
        (MonthDay(4, 4), MonthDay(4, 6)),
        (MonthDay(5, 1), MonthDay(5, 5)),
        (MonthDay(5, 31), MonthDay(6, 2)),
        (MonthDay(10, 1), MonthDay(10, 8)),
    ],
    makeup: &[
        MonthDay(1, 26),
        MonthDay(2, 8),
        MonthDay(4, 27),
        MonthDay(9, 28),
        MonthDay(10, 11),
    ],
};

const YEAR_2026: Year = Year {
    year: 2026,
    confirmed: true,
    source: "国办发明电〔2025〕7号",
    holidays: &[
        (MonthDay(1, 1), MonthDay(1, 3)),
        (MonthDay(2, 15), MonthDay(2, 23)),
        (MonthDay(4, 4), MonthDay(4, 6)),
        (MonthDay(5, 1), MonthDay(5, 5)),
        (MonthDay(6, 19), MonthDay(6, 21)),
        (MonthDay(9, 25), MonthDay(9, 27)),
        (MonthDay(10, 1), MonthDay(10, 7)),
    ],
    makeup: &[
        MonthDay(1, 4),
        MonthDay(2, 14),
        MonthDay(2, 28),
        MonthDay(5, 9),
        MonthDay(9, 20),
        MonthDay(10, 10),
    ],
};

/// The days off that the regulation names, without those in lieu of a weekend (art. 6), whose place only the
/// notice tells. The new moon of the first lunar month is on 2027-02-06 at 23:56 in China, so New Year's Eve
/// is 02-05; some programs put it a day later.
const YEAR_2027: Year = Year {
    year: 2027,
    confirmed: false,
    source: "全国年节及纪念日放假办法2 (2024-11-10); notice not seen",
    holidays: &[
        (MonthDay(1, 1), MonthDay(1, 1)),
        (MonthDay(2, 5), MonthDay(2, 8)),
        (MonthDay(4, 5), MonthDay(4, 5)),
        (MonthDay(5, 1), MonthDay(5, 2)),
        (MonthDay(6, 9), MonthDay(6, 9)),
        (MonthDay(9, 15), MonthDay(9, 15)),
        (MonthDay(10, 1), MonthDay(10, 3)),
    ],
    makeup: &[],
};
