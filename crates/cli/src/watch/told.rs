//! What a monitor has told, and how far it has judged, over restarts.
//!
//! Invariant: it is written after the outbox has what it says was told; a crash leaves the old state or the new.

use crate::failure::{self, Failure};
use facts::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The memory of a monitor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Where in the file of facts the next ones are that are asked for again.
    #[serde(default)]
    pub again: u64,
    /// The first position whose cards are not judged yet; none before the first look that was whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<u64>,
    /// Since when the platform does not answer, where that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<Instant>,
    /// Faults that were told: their sentences by their keys.
    #[serde(default)]
    pub faults: BTreeMap<String, String>,
}

impl Told {
    /// Reads it; empty, if there is none.
    pub fn read(keep: &Path) -> Result<Self, Failure> {
        let path = file(keep);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(&path).map_err(failure::file(&path))?;
        serde_json::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
    }

    /// Writes it.
    pub fn write(&self, keep: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string(self).map_err(|e| Failure::Input(e.to_string()))?;
        replace(&file(keep), &keep.join("told.new"), &text)
    }
}

fn file(keep: &Path) -> PathBuf {
    keep.join("told.json")
}

/// Replaces a file by way of another beside it; what is written is on the disk before it takes the name.
pub(super) fn replace(path: &Path, beside: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    let wrong = failure::file(beside);
    let mut new = std::fs::File::create(beside).map_err(&wrong)?;
    new.write_all(text.as_bytes()).map_err(&wrong)?;
    new.sync_all().map_err(&wrong)?;
    std::fs::rename(beside, path).map_err(failure::file(path))
}
