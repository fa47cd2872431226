//! The tender: notice, clarification, bids, opening, award; its law and its desks.
//!
//! Invariant: this crate knows nothing of evaluation and supervision; what they decide comes in as positions and
//! bodies of facts, and what it decides goes out as facts.
#![expect(
    clippy::similar_names,
    reason = "a tender has a state and it has stages: both are the words of the field"
)]

pub mod card;
pub mod ceremony;
pub mod formats;
pub mod front;
pub mod limits;
pub mod marks;
pub mod opening;
pub mod said;
pub mod tariff;
pub mod tender;

pub use card::{Cards, KeyCard};
pub use said::Said;
pub use tender::{Command, Concluded, OpenedStage, Phase, State, Tenders};
