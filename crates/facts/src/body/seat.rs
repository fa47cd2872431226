//! Facts of the evaluation room (评标区): who sits for the buyer, hours, presence, reading, the chair, replacements.
//!
//! Invariant: all of it is secret until the result is decided, as the panel is (招标投标法37).

use super::bodies;
use crate::id::{CodeId, PartId, SeatId};
use crate::{AccountId, Hex, Instant, TenderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The buyer named those who sit on the panel for it (招标人代表), at most a third of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepresentativesNamed {
    /// Seat to account.
    pub seats: BTreeMap<SeatId, AccountId>,
    /// The tender.
    pub tender: TenderId,
}

/// The hours in which the room is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursSet {
    /// From when.
    pub from: Instant,
    /// The tender.
    pub tender: TenderId,
    /// Until when.
    pub until: Instant,
}

/// A member of the panel came in, from one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatEntered {
    /// Ed25519 public key made on the device for this visit.
    pub device: Hex<32>,
    /// By that key over `LP("kaibiao/device/v1", origin, tender, seat)`.
    pub proof: Hex<64>,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// A member of the panel went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatLeft {
    /// Why.
    pub cause: Leaving,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// Why a seat was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// The member left.
    Left,
    /// Nothing was done on the device for long.
    Idle,
}

/// A seat was given a file to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentOpened {
    /// The bid's code.
    pub code: CodeId,
    /// Milliseconds since the seat's act or reading before.
    pub idle: i64,
    /// The part.
    pub part: PartId,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// A member voted for a chair (推选评标委员会主任); the last vote of a seat counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairVoted {
    /// Whom.
    pub candidate: SeatId,
    /// Who votes.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// A member said something to the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelSaid {
    /// Who.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
    /// What.
    pub text: String,
}

/// A member cannot go on and is replaced; what the member judged is void (条例48).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatVacated {
    /// Why, as a class.
    pub cause: Vacancy,
    /// Why, in words.
    pub reason: String,
    /// The seat.
    pub seat: SeatId,
    /// The tender.
    pub tender: TenderId,
}

/// Lawful causes of a replacement (条例48: 回避、擅离职守、健康等原因).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vacancy {
    /// A conflict of interest came to light (回避).
    Conflict,
    /// The member stays away or does not act (擅离职守).
    Absent,
    /// The member is ill (健康).
    Ill,
}

bodies!(
    RepresentativesNamed = RepresentativesNamed,
    HoursSet = HoursSet,
    SeatEntered = SeatEntered,
    SeatLeft = SeatLeft,
    DocumentOpened = DocumentOpened,
    ChairVoted = ChairVoted,
    PanelSaid = PanelSaid,
    SeatVacated = SeatVacated,
);
