//! The person's own clock.
//!
//! In a demonstration every program adds the offset that stands in the file named by
//! `KAIBIAO_DEMO_CLOCK`, so that custodians' own clocks agree with the compressed time of the demo.

use facts::Instant;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The variable that names the demonstration's clock file.
pub const DEMO_CLOCK: &str = "KAIBIAO_DEMO_CLOCK";

/// Now, by this machine.
#[must_use]
pub fn now() -> Instant {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where time enters the command line"
    )]
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_millis());
    let machine = i64::try_from(since).unwrap_or(i64::MAX);
    Instant(machine.saturating_add(demo_offset()))
}

/// Reads an instant written as RFC 3339, e.g. `2026-03-02T09:00:00+08:00`.
pub fn parse(text: &str) -> Result<Instant, String> {
    let at: jiff::Timestamp = text
        .parse()
        .map_err(|e| format!("{text:?} is not an RFC 3339 time: {e}"))?;
    Ok(Instant(at.as_millisecond()))
}

static FOLLOWED: OnceLock<PathBuf> = OnceLock::new();

/// Follows a demonstration's clock file in this process, as the variable would.
pub fn follow(file: PathBuf) {
    // A process follows one clock; a second call changes nothing.
    let _ = FOLLOWED.set(file);
}

fn demo_offset() -> i64 {
    let named = || std::env::var_os(DEMO_CLOCK).map(PathBuf::from);
    let Some(path) = FOLLOWED.get().cloned().or_else(named) else {
        return 0;
    };
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.trim().parse().unwrap_or(0)
}
