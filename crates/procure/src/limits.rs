//! The numbers of the law (法定期限与数额), as data with their articles.
//!
//! Invariant: a period of days is counted in days of China Standard Time, the day on which it starts not counted,
//! and a statutory minimum is met on its last day (政府采购货物和服务招标投标管理办法 第八十五、八十六条).

use facts::body::tender::Regime;
use facts::time::DAY;
use facts::{Currency, Instant, Money, calendar};

/// Milliseconds between the arrival of an act and its entry in the log; closing waits for as long.
pub const GRACE: i64 = 2_000;

/// Largest number of candidates that may be publicised for one lot (招标投标法实施条例53).
pub const CANDIDATES: usize = 3;

/// Highest deposit of a works tender: 800,000 CNY in fen (工程建设项目施工招标投标办法37).
pub const DEPOSIT_CAP_FEN: i64 = 80_000_000;

/// Highest deposit in basis points of the estimate: 2 % (招标投标法实施条例26).
pub const DEPOSIT_BP: i64 = 200;

/// Largest file of a part of role `letter`, in bytes. All letters of a stage stand in one fact, the opening record,
/// and whoever checks it must be able to hold it: nobody's letter may crowd out the others.
pub const LETTER: u64 = 65_536;

/// Longest text that a person writes into one fact, in characters.
pub const TEXT: usize = 20_000;

/// Most objections of one bidder at one occasion: every one must be answered before the procedure goes on.
pub const OBJECTIONS: u32 = 20;

/// Longest window of an opening, in milliseconds: thirty days.
pub const LONGEST_WINDOW: i64 = 30 * DAY;

/// A minimum that the law sets for a regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minimum {
    /// The number: days or bidders.
    pub number: u32,
    /// The article.
    pub article: &'static str,
}

const fn minimum(number: u32, article: &'static str) -> Minimum {
    Minimum { number, article }
}

/// The minimums of one regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Days for which documents are given out (招标文件发售期).
    pub documents: Minimum,
    /// Days from the first document given out to the deadline.
    pub tendering: Minimum,
    /// Days from a substantive addendum to the deadline.
    pub addendum: Minimum,
    /// Days of publicity of the candidates (公示期).
    pub publicity: Minimum,
    /// Bidders.
    pub bidders: Minimum,
    /// Members of the panel; an odd number.
    pub panel: Minimum,
}

const WORKS: Limits = Limits {
    documents: minimum(5, "招标投标法实施条例16"),
    tendering: minimum(20, "招标投标法24"),
    addendum: minimum(15, "招标投标法23"),
    publicity: minimum(3, "招标投标法实施条例54"),
    bidders: minimum(3, "招标投标法28"),
    panel: minimum(5, "招标投标法37"),
};

/// Documents are due for five working days; calendar days are the least that is never too strict, the supervision
/// rules count the working days.
const GOVERNMENT: Limits = Limits {
    documents: minimum(5, "87号令18"),
    tendering: minimum(20, "政府采购法35"),
    addendum: minimum(15, "87号令27"),
    publicity: minimum(1, "87号令69"),
    bidders: minimum(3, "政府采购法36"),
    panel: minimum(3, "87号令47, 74号令7"),
};

const FREE: Limits = Limits {
    documents: minimum(0, "the notice"),
    tendering: minimum(0, "the notice"),
    addendum: minimum(0, "the notice"),
    publicity: minimum(0, "the notice"),
    bidders: minimum(1, "the notice"),
    panel: minimum(0, "the notice"),
};

/// The minimums that apply.
#[must_use]
pub const fn of(regime: Regime) -> &'static Limits {
    match regime {
        Regime::Works => &WORKS,
        Regime::GovernmentProcurement => &GOVERNMENT,
        Regime::Free => &FREE,
    }
}

/// Days from the China day of `from` to that of `to`, the first not counted; negative if `to` is earlier.
#[must_use]
pub fn days_between(from: Instant, to: Instant) -> i64 {
    calendar::days_between(calendar::day_of(from), calendar::day_of(to))
}

/// The date of an instant in China Standard Time, `YYYY-MM-DD`.
#[must_use]
pub fn china_date(at: Instant) -> String {
    calendar::day_of(at).to_string()
}

/// The highest deposit that may be asked for this estimate: 2 % of it, in a works tender never more than 800,000 CNY
/// (招标投标法实施条例26, 工程建设项目施工招标投标办法37); in government procurement 2 % of the budget (政府采购法实施条例33).
#[must_use]
pub fn highest_deposit(estimate: Money, regime: Regime) -> Money {
    let share = i128::from(estimate.minor)
        .saturating_mul(i128::from(DEPOSIT_BP))
        .div_euclid(10_000);
    let share = i64::try_from(share).unwrap_or(i64::MAX);
    let minor = if estimate.currency == Currency::CNY && regime == Regime::Works {
        share.min(DEPOSIT_CAP_FEN)
    } else {
        share
    };
    Money { minor, ..estimate }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod tests {
    use super::*;
    use facts::time::{CHINA_OFFSET, HOUR};

    const fn cst(day: i64, hour: i64) -> Instant {
        Instant(day * DAY + hour * HOUR - CHINA_OFFSET)
    }

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        assert_eq!(days_between(cst(100, 0), cst(100, 23)), 0);
        assert_eq!(days_between(cst(100, 23), cst(101, 0)), 1);
        assert_eq!(days_between(cst(101, 0), cst(100, 23)), -1);
        // 2026-03-02 to 2026-03-22 are twenty days: the start is not counted, the last day is.
        assert_eq!(days_between(cst(20_514, 9), cst(20_534, 9)), 20);
        assert_eq!(china_date(cst(20_514, 0)), "2026-03-02");
    }

    #[test]
    fn the_deposit_is_two_percent_and_capped() {
        let yuan = |n: i64| Money::new(Currency::CNY, n * 100);
        assert_eq!(highest_deposit(yuan(10_000_000), Regime::Works), yuan(200_000));
        assert_eq!(highest_deposit(yuan(40_000_000), Regime::Works), yuan(800_000));
        assert_eq!(highest_deposit(yuan(90_000_000), Regime::Works), yuan(800_000));
        assert_eq!(
            highest_deposit(Money::new(Currency::JPY, 1_000_000_000), Regime::Works).minor,
            20_000_000
        );
    }

    #[test]
    fn t20_deposits() {
        let yuan = |n: i64| Money::new(Currency::CNY, n * 100);
        let bought = |n| highest_deposit(yuan(n), Regime::GovernmentProcurement);
        assert_eq!(bought(4_350_000), yuan(87_000));
        assert_eq!(
            bought(52_000_000),
            yuan(1_040_000),
            "no cap in government procurement"
        );
        assert_eq!(highest_deposit(yuan(52_000_000), Regime::Works), yuan(800_000));
    }
}
