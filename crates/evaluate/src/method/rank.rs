//! Ranks: from the published figures alone, so that a reader can check them by eye.
//!
//! Invariant: two bids share a rank exactly if no published figure and not their price tells them
//! apart; the rank is one more than the number of bids that are better.

use facts::body::evaluation::Ranked;
use std::cmp::Ordering;

/// Higher total first (0 throughout where the lowest price wins), then the lower evaluated price,
/// then the lower bid price.
fn better(a: &(Ranked, i64), b: &(Ranked, i64)) -> Ordering {
    b.0.total_e4
        .cmp(&a.0.total_e4)
        .then(a.0.evaluated.cmp(&b.0.evaluated))
        .then(a.1.cmp(&b.1))
}

pub(super) fn rank(mut scored: Vec<(Ranked, i64)>) -> Vec<Ranked> {
    scored.sort_by(|a, b| better(a, b).then_with(|| a.0.code.cmp(&b.0.code)));
    let mut ranking: Vec<Ranked> = Vec::with_capacity(scored.len());
    let mut before: Option<&(Ranked, i64)> = None;
    for (place, this) in (1_u32..).zip(&scored) {
        let tied = before.is_some_and(|before| better(before, this) == Ordering::Equal);
        let rank = match ranking.last() {
            Some(last) if tied => last.rank,
            _ => place,
        };
        ranking.push(Ranked {
            rank,
            ..this.0.clone()
        });
        before = Some(this);
    }
    ranking
}
