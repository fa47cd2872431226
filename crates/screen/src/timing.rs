//! Clustered uploads (K14): several bidders within minutes of one another.
//!
//! Invariant: run over uploads that were disclosed after the opening, never before; the hour before a deadline is full
//! of uploads for honest reasons, so there a cluster is never more than weak.

use crate::sign::{Code, Evidence, Sign, Strength, say};
use facts::Instant;
use facts::time::{HOUR, MINUTE, SECOND};

/// The last upload of a bidder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upload {
    /// When.
    pub at: Instant,
    /// Whose.
    pub bidder: String,
}

/// What makes a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest pause between neighbours, in milliseconds.
    pub pause: i64,
    /// Longest pause where two are enough, in milliseconds.
    pub pair: i64,
    /// Fewest bidders of a cluster.
    pub least: usize,
    /// The rush before the deadline, in milliseconds.
    pub rush: i64,
}

/// Three within two minutes of one another, or two within thirty seconds; the last hour is a rush.
pub const LIMITS: Limits = Limits {
    pause: 2 * MINUTE,
    pair: 30 * SECOND,
    least: 3,
    rush: HOUR,
};

/// The clusters of one tender that closed at `closed`.
#[must_use]
pub fn signs(uploads: &[Upload], closed: Instant, limits: &Limits) -> Vec<Sign> {
    let mut uploads: Vec<&Upload> = uploads.iter().collect();
    uploads.sort();
    let mut signs: Vec<Sign> = uploads
        .chunk_by(|a, b| b.at.since(a.at) <= limits.pause)
        .filter_map(|group| cluster(group, closed, limits))
        .collect();
    signs.sort();
    signs
}

fn cluster(group: &[&Upload], closed: Instant, limits: &Limits) -> Option<Sign> {
    let (first, last) = (group.first()?, group.last()?);
    let mut bidders: Vec<&String> = group.iter().map(|upload| &upload.bidder).collect();
    bidders.sort();
    bidders.dedup();
    let length = last.at.since(first.at);
    let enough = bidders.len() >= limits.least || (bidders.len() >= 2 && length <= limits.pair);
    if !enough {
        return None;
    }
    let strength = if closed.since(last.at) <= limits.rush {
        Strength::Weak
    } else if bidders.len() >= limits.least {
        Strength::Strong
    } else {
        Strength::Notable
    };
    let cells = group
        .iter()
        .map(|upload| (upload.bidder.clone(), upload.at.to_string()));
    let evidence = vec![
        Evidence::row(say("最后上传时间", "last upload"), cells),
        Evidence::value(say("首末相隔(毫秒)", "first to last, ms"), length.to_string()),
        Evidence::value(say("投标截止", "deadline"), closed.to_string()),
    ];
    Some(Sign::new(
        Code::K14,
        bidders.into_iter().cloned(),
        strength,
        evidence,
    ))
}
