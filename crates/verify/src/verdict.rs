//! What a check says: its outcome and the evidence for it, in English and in Chinese.
//!
//! Invariant: a check that found one fault has failed, whatever else it found; and a check that was
//! not made never counts as passed.

use std::fmt::Write as _;

/// More evidence than this is counted and not shown.
const SHOWN: usize = 50;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything examined was right.
    Pass,
    /// Something is wrong.
    Fail,
    /// There was nothing to examine, or it could not be examined.
    NotApplicable,
}

impl Outcome {
    /// The word used in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "na",
        }
    }
}

/// One thing seen, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Position of the entry concerned, if it is about one.
    pub seq: Option<u64>,
    /// The sentence in English.
    pub en: String,
    /// The sentence in Chinese.
    pub zh: String,
}

/// What one check found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It was made.
    Examined(Findings),
    /// It was not made, for the reason given.
    NotApplicable(Evidence),
}

/// Faults and remarks of a check that was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    faults: Vec<Evidence>,
    notes: Vec<Evidence>,
}

impl Findings {
    /// Nothing found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Something is wrong.
    pub fn fault(&mut self, seq: impl Into<Option<u64>>, en: impl Into<String>, zh: impl Into<String>) {
        self.faults.push(Evidence {
            seq: seq.into(),
            en: en.into(),
            zh: zh.into(),
        });
    }

    /// Something worth saying that is not wrong.
    pub fn note(&mut self, seq: impl Into<Option<u64>>, en: impl Into<String>, zh: impl Into<String>) {
        self.notes.push(Evidence {
            seq: seq.into(),
            en: en.into(),
            zh: zh.into(),
        });
    }

    /// Takes over faults found elsewhere.
    pub fn adopt(&mut self, faults: impl IntoIterator<Item = Evidence>) {
        self.faults.extend(faults);
    }

    /// The faults alone.
    #[must_use]
    pub fn into_faults(self) -> Vec<Evidence> {
        self.faults
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.faults.is_empty()
    }
}

impl From<Findings> for Finding {
    fn from(findings: Findings) -> Self {
        Self::Examined(findings)
    }
}

/// A check that was not made.
pub(crate) fn skipped(en: impl Into<String>, zh: impl Into<String>) -> Finding {
    Finding::NotApplicable(Evidence {
        seq: None,
        en: en.into(),
        zh: zh.into(),
    })
}

/// One check with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The check's id, 1 to 39.
    pub id: u8,
    /// Its name in English.
    pub name_en: &'static str,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Faults first, then remarks; the reason if it was not made.
    pub evidence: Vec<Evidence>,
}

impl Verdict {
    pub(crate) fn of(id: u8, names: (&'static str, &'static str), finding: Finding) -> Self {
        let (outcome, evidence) = match finding {
            Finding::NotApplicable(reason) => (Outcome::NotApplicable, vec![reason]),
            Finding::Examined(findings) if findings.failed() => (Outcome::Fail, shown(findings.faults)),
            Finding::Examined(findings) => (Outcome::Pass, shown(findings.notes)),
        };
        Self {
            id,
            name_en: names.0,
            name_zh: names.1,
            outcome,
            evidence,
        }
    }

    /// The id as two digits.
    #[must_use]
    pub fn code(&self) -> String {
        let mut out = String::with_capacity(2);
        // Writing to a string cannot fail.
        let _infallible = write!(out, "{:02}", self.id);
        out
    }
}

fn shown(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    let more = evidence.len().saturating_sub(SHOWN);
    if more > 0 {
        evidence.truncate(SHOWN);
        evidence.push(Evidence {
            seq: None,
            en: format!("and {more} more"),
            zh: format!("另有{more}项"),
        });
    }
    evidence
}
