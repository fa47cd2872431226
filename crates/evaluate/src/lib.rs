//! Isolated evaluation (评标): panel, recusal, sealed scoring, methods, ranking.
//!
//! Invariant: this crate knows codes, never bidders, until the result is computed; it reaches
//! neither procurement nor supervision, and `SPEC.md` lets an outsider recompute every figure.

pub mod abnormal;
pub mod admit;
pub mod blind;
pub mod correction;
pub mod desks;
pub mod deviation;
pub mod dossiers;
pub mod law;
pub mod method;
pub mod panels;
pub mod pool;
pub mod report;

pub use admit::{Lookups, Signed, command, experts_named};
pub use desks::router;
pub use dossiers::{DossierFile, Dossiers};
pub use law::{
    Answer, Assembled, Circumstances, Command, DrawCircumstances, DrawKey, Evaluations, Ground, Reported,
    SIGNING, Standing, State, commitment,
};
pub use panels::Panels;
pub use report::Report;
