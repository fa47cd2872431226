//! The watch over the clock: whether it lags the log.
//!
//! Invariant: every lag beyond the tolerance becomes one `clock.suspected` in the log, as soon as the clock is right
//! again and the pen may write; until then it is an alarm in the journal.

use desk::pen::LAG;
use facts::Instant;

/// What a look at the clock says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The clock is right.
    Right,
    /// The clock has fallen behind the log by so many milliseconds, as it seems just now.
    Behind(i64),
    /// It is still behind.
    StillBehind,
    /// It is right again; at the worst it lagged so many milliseconds.
    RightAgain(i64),
}

/// The watch.
#[derive(Debug, Default)]
pub struct Watch {
    worst: Option<i64>,
}

impl Watch {
    /// Looks at the clock beside the time of the log's head.
    pub fn look(&mut self, head: Instant, now: Instant) -> Look {
        let lag = head.since(now);
        match self.worst {
            None if lag <= LAG => Look::Right,
            None => {
                self.worst = Some(lag);
                Look::Behind(lag)
            }
            Some(worst) if lag <= LAG => Look::RightAgain(worst),
            Some(worst) => {
                self.worst = Some(worst.max(lag));
                Look::StillBehind
            }
        }
    }

    /// The lag stands in the log.
    pub fn noted(&mut self) {
        self.worst = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_is_told_once_with_its_worst() {
        let mut watch = Watch::default();
        let head = Instant(1_000_000);
        assert_eq!(watch.look(head, head.plus(-LAG)), Look::Right);
        assert_eq!(watch.look(head, head.plus(-600_000)), Look::Behind(600_000));
        assert_eq!(watch.look(head, head.plus(-700_000)), Look::StillBehind);
        assert_eq!(watch.look(head, head.plus(-300_000)), Look::StillBehind);
        assert_eq!(watch.look(head, head), Look::RightAgain(700_000));
        // Noting it may fail; then it is tried again.
        assert_eq!(watch.look(head, head), Look::RightAgain(700_000));
        watch.noted();
        assert_eq!(watch.look(head, head), Look::Right);
    }
}
