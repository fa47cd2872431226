//! Combination of partial openings: Lagrange at zero in the exponent.
//!
//! Invariant: only a list with at least k distinct indices, none zero, is combined, and every quorum gives the same
//! point when its partials were verified.

use crate::group::{Point, lagrange};

/// Why partial openings cannot be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// Fewer than k partials.
    #[error("{have} partial openings where {need} are needed")]
    TooFew {
        /// Threshold k.
        need: usize,
        /// Partials given.
        have: usize,
    },
    /// An index occurs twice.
    #[error("custodian {0} appears twice among the partial openings")]
    Duplicate(u16),
    /// Index zero would be the secret itself.
    #[error("a partial opening has index 0")]
    Zero,
    /// The threshold is zero.
    #[error("the threshold is zero")]
    Threshold,
    /// The points cancel out: at least one partial is false.
    #[error("the partial openings combine to the identity: at least one of them is false")]
    Identity,
}

/// `Σ λ_i · D_i` over the first `k` of the given partials, `λ_i = Π_{j≠i} j/(j−i)`.
pub fn combine(k: usize, partials: &[(u16, Point)]) -> Result<Point, CombineError> {
    if k == 0 {
        return Err(CombineError::Threshold);
    }
    for (at, (index, _)) in partials.iter().enumerate() {
        if *index == 0 {
            return Err(CombineError::Zero);
        }
        if partials.iter().take(at).any(|(other, _)| other == index) {
            return Err(CombineError::Duplicate(*index));
        }
    }
    let quorum = partials.get(..k).ok_or(CombineError::TooFew {
        need: k,
        have: partials.len(),
    })?;
    let indices: Vec<u16> = quorum.iter().map(|(index, _)| *index).collect();
    let terms: Vec<_> = quorum
        .iter()
        .map(|(index, point)| (lagrange(*index, &indices), *point))
        .collect();
    Point::weighted(&terms).map_err(|_| CombineError::Identity)
}
