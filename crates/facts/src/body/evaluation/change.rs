//! After the sheets are revealed: later changes of a score.
//!
//! Invariant: nothing is overwritten; a changed score stands beside the revealed one, with its ground and its reason.

use crate::TenderId;
use crate::body::bodies;
use crate::id::{CodeId, ItemId, SeatId};
use serde::{Deserialize, Serialize};

/// A member changes scores after they were revealed (87号令64).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreChanged {
    /// What changes.
    pub changes: Vec<Change>,
    /// Which of the grounds of the law.
    pub ground: ChangeGround,
    /// The reason in words.
    pub reason: String,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// One changed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The bid.
    pub code: CodeId,
    /// The value in force before.
    pub from: i64,
    /// The item.
    pub item: ItemId,
    /// The value from now on.
    pub to: i64,
}

/// The four grounds on which a result may be changed once summed up (87号令64); there is no fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeGround {
    /// 分值汇总计算错误.
    SummedWrongly,
    /// 分项评分超出评分标准范围.
    OutOfRange,
    /// 客观评审因素评分不一致.
    ObjectiveDiffers,
    /// 经认定评分畸高、畸低.
    Extreme,
}

bodies!(ScoreChanged = ScoreChanged);
