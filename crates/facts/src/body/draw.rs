//! Facts of a verifiable draw (随机抽取): what is drawn, from what, with which numbers, and who was called.
//!
//! Invariant: everything that enters the draw is in the log before the first custodian answers, and the numbers
//! follow from it and from the draw key alone.

use super::bodies;
use crate::id::{CodeId, DrawId, ItemId, PoolId, SeatId};
use crate::{AccountId, Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The stage name under which a tender's draw key is assigned; no stage of a notice may have it, for a key that
/// opens bids never draws and the other way round.
pub const DRAW_STAGE: &str = "draw";

/// A draw was asked for: one for each name, and none is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawRequested {
    /// The draw.
    pub draw: DrawId,
    /// What is drawn.
    pub subject: Subject,
    /// The tender.
    pub tender: TenderId,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "for", rename_all = "snake_case")]
pub enum Subject {
    /// Experts for seats of the panel (抽取评标专家).
    Experts {
        /// The draw whose order is used up and left seats empty, which this one fills from a wider pool (补抽).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<DrawId>,
        /// Minutes that a called expert has for an answer.
        answer_minutes: u32,
        /// Organisations that advised the project; whoever works there is left out.
        consultants: Vec<String>,
        /// The pool.
        pool: PoolId,
        /// Regions, any of which the expert serves; empty: any.
        regions: Vec<String>,
        /// Seats to fill.
        seats: u32,
        /// Trades, any of which the expert judges.
        specialities: Vec<String>,
    },
    /// The coefficients that the method leaves to a draw (浮动系数、K值、下浮系数).
    Coefficients {},
    /// The order in which bids are taken that nothing else tells apart (并列时随机抽取, 87号令57), drawn before the
    /// result is known, so that it favours nobody.
    Order {},
}

/// What is drawn from was fixed: the filtered pool as salted commitments (冻结抽取名单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolFrozen {
    /// The draw.
    pub draw: DrawId,
    /// The filters applied, by name; see the record format.
    pub filters: Vec<String>,
    /// The commitments, ascending: `SHA-256(LP("kaibiao/drawn/v1", tender, draw, name, salt))`.
    pub ids: Vec<Hex<32>>,
    /// The key all salts come from; never shown. `salt = SHA-256(LP("kaibiao/drawn-salt/v1", key, name))`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Hex<32>>,
    /// The key of the draw.
    pub key_id: Hex<32>,
    /// The experts in the order of `ids`; never shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<AccountId>,
    /// `SHA-256(LP(id_1 … id_N))`.
    pub pool: Hex<32>,
    /// `SHA-256(LP("kaibiao/eligibility/v1", canonical subject, filter_1, …))`.
    pub rules: Hex<32>,
    /// The tender.
    pub tender: TenderId,
    /// Places or numbers wanted, m.
    pub wanted: u64,
}

/// The tree head right after the frozen pool: it goes into the numbers, so nothing before it can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawPinned {
    /// The draw.
    pub draw: DrawId,
    /// Root of the log at that size.
    pub root: Hex<32>,
    /// Position of `pool.frozen`, plus one.
    pub size: u64,
    /// The tender.
    pub tender: TenderId,
}

/// A custodian's contribution to a draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawAnswered {
    /// The draw.
    pub draw: DrawId,
    /// Who.
    pub index: u16,
    /// `V_i` with its proof, 96 bytes.
    pub part: Hex<96>,
    /// The tender.
    pub tender: TenderId,
}

/// Enough custodians answered: the numbers are fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawCompleted {
    /// The draw.
    pub draw: DrawId,
    /// Custodians whose contributions were combined, ascending.
    pub quorum: Vec<u16>,
    /// The seed of all numbers.
    pub seed: Hex<64>,
    /// The tender.
    pub tender: TenderId,
}

/// Coefficients were drawn; each in the unit and within the range that the method declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoefficientDrawn {
    /// The draw.
    pub draw: DrawId,
    /// The tender.
    pub tender: TenderId,
    /// Coefficient to value.
    pub values: BTreeMap<ItemId, i64>,
}

/// The order for ties was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieDrawn {
    /// The draw.
    pub draw: DrawId,
    /// The codes, the first drawn first.
    pub order: Vec<CodeId>,
    /// The tender.
    pub tender: TenderId,
}

/// The next of the call order was called to a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpertCalled {
    /// The draw.
    pub draw: DrawId,
    /// The expert.
    pub expert: AccountId,
    /// Place in the call order, from 0.
    pub place: u32,
    /// Opens the expert's commitment in the frozen pool.
    pub salt: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
    /// Who has not answered by then is passed over.
    pub until: Instant,
}

/// A called expert accepts, or declines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallAnswered {
    /// Whether the expert comes.
    pub accept: bool,
    /// The draw.
    pub draw: DrawId,
    /// Place in the call order of the call that is answered.
    pub place: u32,
    /// Why not; empty where the call is accepted.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// A called expert did not answer in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallLapsed {
    /// The draw.
    pub draw: DrawId,
    /// Place in the call order.
    pub place: u32,
    /// The tender.
    pub tender: TenderId,
}

bodies!(
    DrawRequested = DrawRequested,
    PoolFrozen = PoolFrozen,
    DrawPinned = DrawPinned,
    DrawAnswered = DrawAnswered,
    DrawCompleted = DrawCompleted,
    CoefficientDrawn = CoefficientDrawn,
    TieDrawn = TieDrawn,
    ExpertCalled = ExpertCalled,
    CallAnswered = CallAnswered,
    CallLapsed = CallLapsed,
);
