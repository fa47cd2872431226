//! Key ceremonies (密钥仪式) as facts: from the bodies in the log to the messages of [`seal::dkg`] and back.
//!
//! Who checks a ceremony (the law of the platform, a custodian, an outsider) reads it through this module.
//! Invariant: every key is recomputed from round 1 as it stands in the log; nothing that the platform says about a
//! key is taken on its word.
//!
//! The context of slot `s` is that of [`seal::dkg::Ceremony`] with the tender and the stage of the purpose (both
//! empty for a stock of keys), the session and `s`; certificates carry no extension (`ext` is empty).

mod answer;
mod check;
mod closing;
pub mod custodian;
mod drawing;
mod fault;
mod opening;
mod proven;
mod view;
mod wire;
mod wont_answer;

pub use check::{
    Judgement, certificate, check_certified, check_committed, check_shared, commitments, judge,
    signed_certificate, stage_key,
};
pub use drawing::{DrawQuestion, WontDraw, contribute, draw_of};
pub use fault::Fault;
pub use proven::{NotProven, NotWitnessed, Proven, Witnessed};
pub use view::{End, View};
pub use wire::{EXT, context, roster, round1, round2, to_round1, to_round2};
pub use wont_answer::WontAnswer;
