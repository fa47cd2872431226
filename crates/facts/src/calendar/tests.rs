//! The vectors of the domain digest, section 9, and the properties every calendar must have.

use super::*;
use proptest::prelude::*;

const fn day(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

/// The calendar of vector 9.6: the same days off in May, no make-up day.
const PLAIN: Calendar = Calendar {
    version: "test",
    years: &[Year {
        year: 2026,
        confirmed: false,
        source: "vector",
        holidays: &[(MonthDay(5, 1), MonthDay(5, 1)), (MonthDay(5, 4), MonthDay(5, 5))],
        makeup: &[],
    }],
};

#[test]
fn a_day_begins_at_midnight_in_china() {
    // 2026-03-01T16:00:00Z is 2026-03-02 00:00 +08:00.
    let midnight = Instant(1_772_380_800_000);
    assert_eq!(day_of(midnight), day(2026, 3, 2));
    assert_eq!(day_of(midnight.plus(-1)), day(2026, 3, 1));
    assert_eq!(start_of(day(2026, 3, 2)), midnight);
    assert_eq!(end_of(day(2026, 3, 1)), midnight);
    assert_eq!(day_of(Instant(0)), day(1970, 1, 1));
    assert_eq!(day_of(Instant(i64::MAX)), Date::MAX);
    assert_eq!(day_of(Instant(i64::MIN)), Date::MIN);
}

#[test]
fn vector_4_twenty_days_from_a_monday_end_on_a_sunday() {
    let published = start_of(day(2026, 3, 2)).plus(9 * crate::time::HOUR);
    assert_eq!(earliest_deadline(published, 20), day(2026, 3, 22));
    assert!(!CHINA.is_working_day(day(2026, 3, 22)));
    assert_eq!(CHINA.earliest_working_deadline(published, 20), day(2026, 3, 23));
    assert_eq!(CHINA.period_end(day(2026, 3, 2), 20), day(2026, 3, 23));
}

#[test]
fn vector_5_latest_addendum() {
    assert_eq!(subtract_days(day(2026, 3, 31), 15), day(2026, 3, 16));
    assert_eq!(days_between(day(2026, 3, 16), day(2026, 3, 31)), 15);
    assert_eq!(days_between(day(2026, 3, 17), day(2026, 3, 31)), 14);
    assert_eq!(days_between(day(2026, 3, 31), day(2026, 3, 17)), -14);
}

#[test]
fn vector_6_working_days() {
    assert_eq!(CHINA.add_working_days(day(2026, 3, 6), 5), day(2026, 3, 13));
    assert_eq!(PLAIN.add_working_days(day(2026, 4, 30), 5), day(2026, 5, 12));
    // In the true calendar Saturday 2026-05-09 is worked, so the period ends a day earlier.
    assert_eq!(CHINA.add_working_days(day(2026, 4, 30), 5), day(2026, 5, 11));
    assert_eq!(CHINA.add_working_days(day(2026, 4, 30), 0), day(2026, 4, 30));
}

#[test]
fn vector_7_excluded_spans_stop_the_clock() {
    let begins = day(2026, 3, 2);
    assert_eq!(CHINA.add_working_days(begins, 30), day(2026, 4, 14));
    let expert_review = Span {
        first: day(2026, 3, 9),
        last: Some(day(2026, 3, 20)),
    };
    let overlapping = Span {
        first: day(2026, 3, 16),
        last: Some(day(2026, 3, 24)),
    };
    // Twelve working days lie in the union of the two spans, not ten plus seven.
    let ends = CHINA
        .add_working_days_without(begins, 30, &[expert_review, overlapping])
        .unwrap();
    assert_eq!(ends, CHINA.add_working_days(day(2026, 4, 14), 12));
    assert_eq!(
        CHINA.working_days_used(begins, ends, &[expert_review, overlapping]),
        30
    );
    assert_eq!(CHINA.working_days_used(begins, ends, &[]), 42);
}

#[test]
fn vector_7_an_open_span_keeps_the_period_open() {
    let open = Span {
        first: day(2026, 3, 9),
        last: None,
    };
    assert_eq!(CHINA.add_working_days_without(day(2026, 3, 2), 30, &[open]), None);
    // The period was over before the span began.
    assert_eq!(
        CHINA.add_working_days_without(day(2026, 3, 2), 3, &[open]),
        Some(day(2026, 3, 5))
    );
    assert_eq!(
        CHINA.working_days_used(day(2026, 3, 2), day(2026, 12, 31), &[open]),
        4
    );
    // The ten days for a complaint do not run while the objection waits for its answer (条例60).
    let waiting = Span {
        first: day(2026, 3, 4),
        last: Some(day(2026, 3, 6)),
    };
    assert_eq!(
        CHINA.period_end_without(day(2026, 3, 2), 10, &[waiting]),
        Some(day(2026, 3, 16))
    );
    assert_eq!(CHINA.period_end_without(day(2026, 3, 2), 10, &[open]), None);
}

#[test]
fn vector_8_the_notice_period_comes_before_the_seven_days() {
    // Result noticed on Thursday 2026-04-30: the notice period is the working day 05-06, and seven
    // working days later, with Saturday 05-09 worked, is 05-14.
    let notice_ends = CHINA.add_working_days(day(2026, 4, 30), 1);
    assert_eq!(notice_ends, day(2026, 5, 6));
    assert_eq!(CHINA.add_working_days(notice_ends, 7), day(2026, 5, 14));
}

#[test]
fn the_years_2025_and_2026_are_the_notices() {
    assert!(
        CHINA.is_working_day(day(2026, 1, 4)),
        "Sunday, made up for new year"
    );
    assert!(
        CHINA.is_working_day(day(2026, 2, 14)),
        "Saturday, made up for spring festival"
    );
    assert!(
        !CHINA.is_working_day(day(2026, 2, 23)),
        "Monday, last day of spring festival"
    );
    assert!(CHINA.is_working_day(day(2026, 2, 24)));
    assert!(
        !CHINA.is_working_day(day(2026, 10, 7)),
        "Wednesday, national day week"
    );
    assert!(CHINA.is_working_day(day(2025, 9, 28)));
    assert!(!CHINA.is_working_day(day(2025, 10, 8)));
    assert!(CHINA.is_confirmed(day(2026, 12, 31)));
    assert!(!CHINA.is_confirmed(day(2027, 1, 1)));
    assert!(!CHINA.is_confirmed(day(2019, 1, 1)));
    // The notices' own counts: days off as announced.
    let off = |year: &Year| -> i64 {
        year.holidays
            .iter()
            .map(|(a, b)| days_between(day(year.year, a.0, a.1), day(year.year, b.0, b.1)).saturating_add(1))
            .sum()
    };
    assert_eq!(
        CHINA.years.iter().map(off).collect::<Vec<_>>(),
        [
            1 + 8 + 3 + 5 + 3 + 8,
            3 + 9 + 3 + 5 + 3 + 3 + 7,
            1 + 4 + 1 + 2 + 1 + 1 + 3
        ]
    );
}

#[test]
fn of_2027_the_days_of_the_regulation_are_known() {
    let eve = day(2027, 2, 4);
    assert_eq!(CHINA.add_working_days(eve, 1), day(2027, 2, 9));
    // Until New Year's Eve was known a deadline over Spring Festival counted Friday and Monday.
    assert_eq!(CHINA.add_working_days(day(2027, 2, 2), 5), day(2027, 2, 11));
    assert_eq!(CHINA.period_end(eve, 1), day(2027, 2, 9));
    for off in [
        day(2027, 1, 1),
        day(2027, 4, 5),
        day(2027, 6, 9),
        day(2027, 9, 15),
        day(2027, 10, 1),
    ] {
        assert!(!CHINA.is_working_day(off), "{off}");
        assert!(!CHINA.is_confirmed(off), "{off}");
    }
    assert!(
        CHINA.is_working_day(day(2027, 5, 3)),
        "in lieu of a weekend only if the notice says so"
    );
}

#[test]
fn make_up_days_are_weekends_outside_the_holidays() {
    for year in CHINA.years {
        for MonthDay(month, d) in year.makeup {
            let date = day(year.year, *month, *d);
            assert!(
                matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
                "{date}"
            );
            let inside = year
                .holidays
                .iter()
                .any(|(a, b)| (*a..=*b).contains(&MonthDay(*month, *d)));
            assert!(!inside, "{date} is both off and worked");
        }
        assert!(year.holidays.is_sorted() && year.makeup.is_sorted());
        assert!(
            year.confirmed || year.makeup.is_empty(),
            "only a notice makes people work on a weekend"
        );
    }
}

proptest! {
    #[test]
    fn every_instant_lies_in_its_day(ms in -4_000_000_000_000_i64..8_000_000_000_000) {
        let date = day_of(Instant(ms));
        prop_assert!(start_of(date) <= Instant(ms) && Instant(ms) < end_of(date));
    }

    #[test]
    fn counting_forth_and_back_agree(offset in 0_u32..900, n in 0_u32..80) {
        let begins = add_days(day(2025, 1, 1), offset);
        let ends = CHINA.add_working_days(begins, n);
        prop_assert_eq!(CHINA.working_days_used(begins, ends, &[]), n);
        prop_assert!(n == 0 || CHINA.is_working_day(ends));
        prop_assert_eq!(days_between(begins, add_days(begins, n)), i64::from(n));
        prop_assert_eq!(subtract_days(add_days(begins, n), n), begins);
    }

    #[test]
    fn excluding_never_shortens(offset in 0_u32..700, n in 1_u32..40, skip in 0_u32..60, len in 0_u32..30) {
        let begins = add_days(day(2025, 1, 1), offset);
        let first = add_days(begins, skip);
        let span = Span { first, last: Some(add_days(first, len)) };
        let with = CHINA.add_working_days_without(begins, n, &[span]).unwrap();
        prop_assert!(with >= CHINA.add_working_days(begins, n));
        prop_assert_eq!(CHINA.working_days_used(begins, with, &[span]), n);
    }
}

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/calendars.json");

/// Every known calendar, day by day, as each verifier must have it; `KAIBIAO_GOLDEN=write` writes it anew. A calendar
/// that is in the file already never changes: a correction is a new version.
#[test]
fn calendars_are_those_of_every_verifier() {
    let told: Vec<_> = KNOWN
        .iter()
        .map(|calendar| {
            let days = || {
                std::iter::successors(Some(day(2025, 1, 1)), |day| day.tomorrow().ok())
                    .take_while(|day| day.year() <= 2028)
            };
            let rests = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let off = days().filter(|day| !rests(day) && !calendar.is_working_day(*day));
            let worked = days().filter(|day| rests(day) && calendar.is_working_day(*day));
            serde_json::json!({
                "off": off.map(|day| day.to_string()).collect::<Vec<_>>(),
                "version": calendar.version,
                "worked": worked.map(|day| day.to_string()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let text = format!("{}\n", serde_json::to_string_pretty(&told).unwrap());
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(GOLDEN, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(GOLDEN).unwrap(), text);
}

#[test]
fn a_calendar_is_known_by_its_version_and_counts_as_it_did() {
    for calendar in KNOWN {
        assert_eq!(named(calendar.version), Some(*calendar));
        let namesakes = KNOWN.iter().filter(|other| other.version == calendar.version);
        assert_eq!(namesakes.count(), 1);
    }
    assert_eq!(KNOWN.last(), Some(&&CHINA));
    assert_eq!(named("cn-workdays/1999/1"), None);
    // Before the days off of 2027 were known, Spring Festival was counted.
    let before = named("cn-workdays/2025-2026/1").unwrap();
    assert_eq!(before.add_working_days(day(2027, 2, 4), 2), day(2027, 2, 8));
    assert_eq!(CHINA.add_working_days(day(2027, 2, 4), 2), day(2027, 2, 10));
}
