//! Facts of the evaluation, one file per subject: what it begins with, who judges, scores, result.
//!
//! Invariant: until the codes are disclosed no body but `codes.drawn` ties a code to a bid.

mod opened;
mod panel;
mod result;
mod score;

pub use opened::{CodedBid, CodesDrawn, EvaluationOpened};
pub use panel::{PanelAppointed, RecusalDeclared};
pub use result::{EvaluationConcluded, LotResult, Ranked, Rejected};
pub use score::{ScoreCommitted, ScoreRevealed, Sheet};
