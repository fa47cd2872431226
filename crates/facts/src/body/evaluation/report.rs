//! The evaluation report (评标报告): assembled from the log, signed by the members, completed; and the order to
//! evaluate again, as evaluation obeys it.
//!
//! Invariant: the report is a function of the facts before it; a signature names the digests it was given for.

use crate::body::bodies;
use crate::body::supervision::Panel;
use crate::id::{OrderId, SeatId};
use crate::{Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};

/// The report was put together from the log (招标投标法40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportAssembled {
    /// Position of the `evaluation.concluded` fact it reports.
    pub concluded: u64,
    /// SHA-256 of the canonical report document.
    pub document: Hex<32>,
    /// Pages of the printed report.
    pub pages: u32,
    /// SHA-256 of the printed report (PDF).
    pub pdf: Hex<32>,
    /// The round of the evaluation, from 1.
    pub round: u32,
    /// The tender.
    pub tender: TenderId,
    /// End of the time to sign.
    pub until: Instant,
}

/// A member of the panel signed the report, perhaps with a dissenting opinion, or refused to (招标投标法实施条例53).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSigned {
    /// The dissenting opinion with its reasons (不同意见), where the member has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissent: Option<String>,
    /// SHA-256 of the canonical report document signed.
    pub document: Hex<32>,
    /// SHA-256 of the printed report signed.
    pub pdf: Hex<32>,
    /// Why the member refuses to sign; absent where it signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// Every member has signed or refused, or the time to sign is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportCompleted {
    /// Seats that signed with a dissenting opinion, ascending; they stand among `signed` too.
    pub dissenting: Vec<SeatId>,
    /// SHA-256 of the canonical report document.
    pub document: Hex<32>,
    /// Seats that refused to sign and gave their reasons, ascending.
    pub refused: Vec<SeatId>,
    /// Seats that signed, ascending.
    pub signed: Vec<SeatId>,
    /// Seats that said nothing in time, ascending: they count as agreeing (视为同意评标结果, 招标投标法实施条例53).
    pub silent: Vec<SeatId>,
    /// The tender.
    pub tender: TenderId,
}

/// The evaluation is done again by order (重新评标); what was done before stays visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationReopened {
    /// The order.
    pub order: OrderId,
    /// Who judges now.
    pub panel: Panel,
    /// The reason of the order.
    pub reason: String,
    /// The round that begins, from 2.
    pub round: u32,
    /// Position of the `candidates.revoked` fact that is obeyed.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    ReportAssembled = ReportAssembled,
    ReportSigned = ReportSigned,
    ReportCompleted = ReportCompleted,
    EvaluationReopened = EvaluationReopened,
);
