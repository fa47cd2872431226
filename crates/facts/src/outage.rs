//! The platform was down over a deadline (平台故障跨越投标截止时间): when an order may still move that deadline.
//!
//! The one case in which a deadline that has passed is moved (电子招标投标办法27, 62: who was kept from handing in by the
//! platform must not suffer for it). What it rests on is in the log itself: the platform writes its closing late, and
//! until then and for [`WITHIN`] after it nobody has learned anything of the bids, not even how many there are.
//! Invariant: nothing here looks at bids; whoever asks says that no list is frozen.

use crate::Instant;
use crate::time::{DAY, HOUR, MINUTE};
use serde::{Deserialize, Serialize};

/// A closing written more than this after its deadline, in milliseconds, says that the platform did not run then. A
/// running platform writes it two seconds after; a restart takes less than this.
pub const LATE: i64 = 5 * MINUTE;

/// How long after a late closing an order may still move the deadline, in milliseconds, and for how long such a closing is
/// followed by no list. Counted from the closing: while the platform is down nobody can sign an order either. A day is
/// enough to find a supervisor on duty, and short enough that who bid in time is not kept waiting at will.
pub const WITHIN: i64 = DAY;

/// The least time, in milliseconds, that a moved deadline leaves from the order on: enough to be told and to hand in.
pub const FLOOR: i64 = 2 * HOUR;

/// What the courier between the zones may take from the order to the fact that obeys it, in milliseconds.
pub const COURIER: i64 = MINUTE;

/// When the platform was down (停机时段): from the first instant to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Since when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

impl Outage {
    /// How long it lasted, in milliseconds.
    #[must_use]
    pub const fn lasted(self) -> i64 {
        self.until.since(self.from)
    }

    /// Whether it is a period, and over at an instant.
    #[must_use]
    pub fn is_over(self, at: Instant) -> bool {
        self.from < self.until && self.until <= at
    }
}

/// A deadline that has passed, as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// The deadline.
    pub deadline: Instant,
    /// When `tender.closed` was written.
    pub closed: Instant,
}

/// Why a deadline that has passed stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// The closing was written in time: the platform ran.
    InTime,
    /// The order does not say when the platform was down.
    Unstated,
    /// The period is none, or is not over yet.
    Unfit,
    /// The period does not cover the deadline.
    Elsewhere,
    /// The order came after this instant.
    Late(Instant),
    /// The new deadline is before this instant.
    Short(Instant),
}

impl Passed {
    /// Until when an order may move it, and no list is frozen; `None` if the platform closed in time.
    #[must_use]
    pub const fn held(self) -> Option<Instant> {
        if self.closed.since(self.deadline) > LATE {
            Some(self.closed.plus(WITHIN))
        } else {
            None
        }
    }

    /// Whether an order given at `at` moves it to `closes_at`. `slack` is what the asker allows for the way from the
    /// order: nothing for the order itself, [`COURIER`] for the fact that obeys it.
    ///
    /// # Errors
    /// Why not.
    pub fn moves(
        self,
        down: Option<Outage>,
        at: Instant,
        closes_at: Instant,
        slack: i64,
    ) -> Result<(), Stays> {
        let last = self.held().ok_or(Stays::InTime)?;
        let down = down.ok_or(Stays::Unstated)?;
        if !down.is_over(at) {
            return Err(Stays::Unfit);
        }
        if self.deadline < down.from || down.until < self.deadline {
            return Err(Stays::Elsewhere);
        }
        if at > last.plus(slack) {
            return Err(Stays::Late(last));
        }
        let earliest = at.plus(down.lasted().max(FLOOR));
        if closes_at.plus(slack) < earliest {
            return Err(Stays::Short(earliest));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: Passed = Passed {
        deadline: Instant(10 * DAY),
        closed: Instant(10 * DAY + 6 * HOUR),
    };
    const AT: Instant = Instant(10 * DAY + 7 * HOUR);
    const DOWN: Outage = Outage {
        from: Instant(10 * DAY - HOUR),
        until: Instant(10 * DAY + 6 * HOUR),
    };

    fn moves(down: Outage, at: Instant, hours: i64) -> Result<(), Stays> {
        PASSED.moves(Some(down), at, at.plus(hours.saturating_mul(HOUR)), 0)
    }

    #[test]
    fn a_deadline_within_a_stated_outage_moves_as_far_as_the_outage_lasted() {
        assert_eq!(moves(DOWN, AT, 7), Ok(()));
        assert_eq!(moves(DOWN, AT, 6), Err(Stays::Short(AT.plus(7 * HOUR))));
        let brief = Outage {
            from: PASSED.deadline,
            until: PASSED.deadline.plus(6 * MINUTE),
        };
        assert_eq!(moves(brief, AT, 2), Ok(()));
        assert_eq!(moves(brief, AT, 1), Err(Stays::Short(AT.plus(FLOOR))));
    }

    #[test]
    fn without_a_period_that_fits_it_stays() {
        assert_eq!(PASSED.moves(None, AT, AT.plus(DAY), 0), Err(Stays::Unstated));
        let future = Outage {
            until: AT.plus(1),
            ..DOWN
        };
        assert_eq!(moves(future, AT, 9), Err(Stays::Unfit));
        let none = Outage {
            from: PASSED.deadline,
            until: PASSED.deadline,
        };
        assert_eq!(moves(none, AT, 9), Err(Stays::Unfit));
        let before = Outage {
            until: PASSED.deadline.plus(-1),
            ..DOWN
        };
        assert_eq!(moves(before, AT, 9), Err(Stays::Elsewhere));
        let after = Outage {
            from: PASSED.deadline.plus(1),
            ..DOWN
        };
        assert_eq!(moves(after, AT, 9), Err(Stays::Elsewhere));
    }

    #[test]
    fn it_stays_after_a_day_and_where_the_platform_ran() {
        let last = PASSED.closed.plus(WITHIN);
        assert_eq!(moves(DOWN, last, 9), Ok(()));
        assert_eq!(moves(DOWN, last.plus(1), 9), Err(Stays::Late(last)));
        let obeyed = last.plus(COURIER);
        assert_eq!(
            PASSED.moves(Some(DOWN), obeyed, last.plus(7 * HOUR), COURIER),
            Ok(()),
            "the courier's way counts against nobody"
        );
        let ran = Passed {
            closed: PASSED.deadline.plus(LATE),
            ..PASSED
        };
        assert_eq!(ran.held(), None);
        assert_eq!(ran.moves(Some(DOWN), AT, AT.plus(DAY), 0), Err(Stays::InTime));
    }
}
