//! How instants, money and sizes are written on pages, the same everywhere.
//!
//! Invariant: an instant is shown in China Standard Time with the zone named, an amount with its currency.

use crate::pages::Language;
use askama::filters::HtmlSafe;
use facts::money::Currency;
use facts::{Instant, Money};
use std::fmt;

/// Markup that was made here from numbers and words of ours, and needs no escaping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markup(String);

impl HtmlSafe for Markup {}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `2026-11-22 16:05:09` in China Standard Time (UTC+8, the days of the law).
#[must_use]
pub fn clock(at: Instant) -> String {
    let text = at.to_string();
    text.split_once('.')
        .map_or_else(|| text.clone(), |(seconds, _)| seconds.to_owned())
}

/// `2026-11-22` in China Standard Time.
#[must_use]
pub fn day(at: Instant) -> String {
    clock(at).chars().take(10).collect()
}

/// `2026-11-22T16:05:09+08:00` (RFC 3339).
#[must_use]
pub fn rfc3339(at: Instant) -> String {
    format!("{}+08:00", clock(at).replace(' ', "T"))
}

/// An instant as `<time>`, for people and for programs.
#[must_use]
pub fn time(language: Language, at: Instant) -> Markup {
    let zone = language.say("北京时间", "UTC+8");
    Markup(format!(
        "<time datetime=\"{}\">{} <span class=\"zone\">{zone}</span></time>",
        rfc3339(at),
        clock(at)
    ))
}

/// The same with the time left, counted down on the platform's clock where scripts run (`js/clock.js`).
#[must_use]
pub fn countdown(language: Language, at: Instant, now: Instant) -> Markup {
    let left = left(language, at.since(now));
    Markup(format!(
        "{} <span class=\"countdown\" data-until=\"{}\">{left}</span>",
        time(language, at),
        at.0
    ))
}

/// Time left in words, from milliseconds.
#[must_use]
pub fn left(language: Language, millis: i64) -> String {
    if millis <= 0 {
        return language.say("(已过)", "(passed)").to_owned();
    }
    let seconds = millis.div_euclid(1_000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (hours, rest) = (rest.div_euclid(3_600), rest.rem_euclid(3_600));
    let (minutes, seconds) = (rest.div_euclid(60), rest.rem_euclid(60));
    let (zh, en) = if days == 0 {
        (String::new(), String::new())
    } else {
        (format!("{days} 天 "), format!("{days} d "))
    };
    match language {
        Language::Zh => format!("(还有 {zh}{hours:02}:{minutes:02}:{seconds:02})"),
        Language::En => format!("({en}{hours:02}:{minutes:02}:{seconds:02} left)"),
    }
}

/// An amount with separators: `93,235,181.14 元`, `CNY 93,235,181.14`.
#[must_use]
pub fn money(language: Language, money: &Money) -> String {
    let plain = money.to_string();
    let (number, code) = plain.split_once(' ').unwrap_or((&plain, ""));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut text = grouped(whole);
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    match (language, money.currency) {
        (Language::Zh, Currency::CNY) => format!("{text} 元"),
        (Language::Zh, Currency::JPY) => format!("{text} 日元"),
        (Language::En, _) => format!("{code} {text}"),
    }
}

/// Digits in groups of three.
fn grouped(whole: &str) -> String {
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        let after = digits.len().saturating_sub(at);
        if at > 0 && after.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of bytes: `17 B`, `1.4 KiB`, `23.0 MiB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1_024 {
        return format!("{count} B");
    }
    let mut tenths = count.saturating_mul(10).div_euclid(1_024);
    let mut unit = "KiB";
    for larger in UNITS.into_iter().skip(1) {
        if tenths < 10_240 {
            break;
        }
        tenths = tenths.div_euclid(1_024);
        unit = larger;
    }
    format!("{}.{} {unit}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// The instant at which a China day `YYYY-MM-DD` begins; `None` if it is no day.
#[must_use]
pub fn parse_day(text: &str) -> Option<Instant> {
    let day: facts::calendar::Date = text.parse().ok()?;
    Some(facts::calendar::start_of(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_the_time_of_china() {
        let at = Instant(1_763_798_709_123);
        assert_eq!(clock(at), "2025-11-22 16:05:09");
        assert_eq!(rfc3339(at), "2025-11-22T16:05:09+08:00");
        assert_eq!(day(Instant(1_763_740_800_000)), "2025-11-22");
        assert_eq!(parse_day("2025-11-22"), Some(Instant(1_763_740_800_000)));
        assert_eq!((parse_day("2025-02-30"), parse_day("x")), (None, None));
    }

    #[test]
    fn amounts_carry_separators_and_their_currency() {
        let cases = [
            (9_323_518_114, "93,235,181.14 元", "CNY 93,235,181.14"),
            (99_900, "999.00 元", "CNY 999.00"),
            (-100_000, "-1,000.00 元", "CNY -1,000.00"),
        ];
        for (minor, zh, en) in cases {
            let amount = Money::new(Currency::CNY, minor);
            assert_eq!(money(Language::Zh, &amount), zh);
            assert_eq!(money(Language::En, &amount), en);
        }
        assert_eq!(
            money(Language::Zh, &Money::new(Currency::JPY, 3_780_000)),
            "3,780,000 日元"
        );
    }

    #[test]
    fn sizes_and_times_left_are_readable() {
        assert_eq!(bytes(17), "17 B");
        assert_eq!(bytes(1_434), "1.4 KiB");
        assert_eq!(bytes(100 << 30), "100.0 GiB");
        assert_eq!(left(Language::En, 93_784_000), "(1 d 02:03:04 left)");
        assert_eq!(left(Language::En, 44_000), "(00:00:44 left)");
        assert_eq!(left(Language::Zh, 44_000), "(还有 00:00:44)");
        assert_eq!(left(Language::Zh, 0), "(已过)");
    }
}
