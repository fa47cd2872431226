//! Facts of the evaluation, one file per subject: what it begins with, who judges, scores, result.
//!
//! Invariant: until the codes are disclosed no body but `codes.drawn` ties a code to a bid.

mod change;
mod opened;
mod panel;
mod report;
mod result;
mod review;
mod score;

pub use change::{Change, ChangeGround, ScoreChanged};
pub use opened::{CodedBid, CodesDrawn, EvaluationOpened};
pub use panel::{PanelAppointed, RecusalDeclared};
pub use report::{EvaluationReopened, ReportAssembled, ReportCompleted, ReportSigned};
pub use result::{EvaluationConcluded, LotResult, Ranked, Rejected};
pub use review::{
    ClarificationAsked, ClarificationReturned, Correction, CorrectionRule, EvaluationExtended,
    ExtensionAsked, LowPriceHit, LowPriceJudged, LowPriceTest, PriceCorrected, Rejection, ReviewClosed,
    ReviewVoted, Vote,
};
pub use score::{ScoreCommitted, ScoreRevealed, Sheet};
