//! What a flag was asked of, from where on it is raised, and why it cannot speak.
//!
//! Invariant: a flag that is not raised is told apart from one that had nothing to read; silence is never "clean".

use super::flags::{Flag, Group};
use crate::sign::Code;
use serde::Serialize;

/// Fewest values of which one can lie outside of Tukey's fences, with quartiles of type 8: of four, even the last of
/// three equal ones and a far one lies inside.
pub const FEWEST: usize = 5;

/// Whether a flag can be raised at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// It can.
    Speaks,
    /// No release states what it reads.
    Nothing,
    /// Fewer than [`FEWEST`] values: none can stand out.
    TooFew,
    /// All values are the same: none stands out.
    Alike,
}

/// A flag over one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gauge {
    /// Which.
    pub code: Code,
    /// About what.
    pub group: Group,
    /// How many processes, buyers, entities or tenderers it could be asked of.
    pub cases: usize,
    /// From where on a value stands out, in millionths: at or below for R024 and R025, at or above for the others;
    /// nothing for flags that compare with nobody.
    pub fence: Option<i64>,
    /// Whether it can speak.
    pub voice: Voice,
}

/// What red flags say of many releases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The flags, ascending, each once.
    pub flags: Vec<Flag>,
    /// One for every flag and group, ascending.
    pub gauges: Vec<Gauge>,
    /// Releases seen that name their process.
    pub releases: u64,
    /// The currency whose prices were compared.
    pub currency: Option<String>,
}
