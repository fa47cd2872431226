//! The clocks of a server: the machine's, and the demonstration's.
//!
//! Invariant: this is the only place of the server that asks what time it is.

use desk::Clock;
use facts::Instant;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        #[expect(clippy::disallowed_methods, reason = "this is where time enters the server")]
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| d.as_millis());
        Instant(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

/// The machine's clock plus the offset in milliseconds that stands in a file; for demonstrations
/// only, where weeks pass in seconds. Time runs on between two changes of the file.
#[derive(Debug, Clone)]
pub struct DemoClock {
    file: PathBuf,
}

impl DemoClock {
    /// A clock that follows the file.
    #[must_use]
    pub const fn new(file: PathBuf) -> Self {
        Self { file }
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Instant {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        MachineClock.now().plus(text.trim().parse().unwrap_or(0))
    }
}
