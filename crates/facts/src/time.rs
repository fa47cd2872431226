//! Instants: milliseconds since 1970-01-01T00:00:00Z, as an argument, never as an ambient fact.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// Milliseconds in a second.
pub const SECOND: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds in an hour.
pub const HOUR: i64 = 3_600_000;
/// Milliseconds in a calendar day of 24 hours.
pub const DAY: i64 = 86_400_000;

/// Offset of China Standard Time from UTC: the law's days are days of this zone.
pub const CHINA_OFFSET: i64 = 8 * HOUR;

impl Instant {
    /// This instant, `millis` later (earlier if negative); saturates at the ends of time.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this instant.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => {
                let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
                write!(f, "{}", local.strftime("%Y-%m-%d %H:%M:%S%.3f +08:00"))
            }
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}
