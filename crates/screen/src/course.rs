//! Signs in the course of a procedure: candidates who give up (K19), repeated delays and failures (K21), many who took
//! the document and few who bid (K22).
//!
//! Invariant: counts of facts of the record; what counts as many is configured and shown beside the count.

use crate::fixed::{count, share};
use crate::sign::{Code, Evidence, Sign, Strength, say};

/// What happened in one procedure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// How often the deadline was moved.
    pub extensions: usize,
    /// How often the same project failed.
    pub failures: usize,
    /// How many took the document, where the platform counts it.
    pub taken: Option<usize>,
    /// How many bid.
    pub bids: usize,
    /// Candidates who gave up, with the reason they stated.
    pub given_up: Vec<(String, String)>,
}

/// What counts as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fewest extensions or failures of K21.
    pub repeated: usize,
    /// Lowest ratio of documents taken to bids of K22, in millionths.
    pub taken: i64,
    /// Fewest documents taken for K22 to say anything.
    pub least: usize,
}

/// Twice (K21); five times as many documents as bids, of at least ten (K22).
pub const LIMITS: Limits = Limits {
    repeated: 2,
    taken: 5_000_000,
    least: 10,
};

/// The signs of one procedure.
#[must_use]
pub fn signs(course: &Course, limits: &Limits) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (bidder, reason) in &course.given_up {
        let row = Evidence::row(
            say("所述理由", "reason stated"),
            [(bidder.clone(), reason.clone())],
        );
        let strength = if reason.trim().is_empty() {
            Strength::Strong
        } else {
            Strength::Notable
        };
        signs.push(Sign::new(Code::K19, [bidder.clone()], strength, vec![row]));
    }
    if course.extensions >= limits.repeated || course.failures >= limits.repeated {
        let evidence = vec![
            Evidence::value(say("延期次数", "times put off"), course.extensions.to_string()),
            Evidence::value(say("失败次数", "times failed"), course.failures.to_string()),
        ];
        signs.push(Sign::new(Code::K21, [], Strength::Notable, evidence));
    }
    if let Some(taken) = course.taken.filter(|taken| *taken >= limits.least) {
        let ratio = share(count(taken), count(course.bids.max(1)));
        if ratio.is_none_or(|ratio| ratio >= limits.taken) {
            let evidence = vec![
                Evidence::value(say("获取文件数", "documents taken"), taken.to_string()),
                Evidence::value(say("投标数", "bids"), course.bids.to_string()),
            ];
            signs.push(Sign::new(Code::K22, [], Strength::Weak, evidence));
        }
    }
    signs.sort();
    signs
}
