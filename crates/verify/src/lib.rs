//! The independent check (核验): a dossier and a policy in, a verdict on every check out.
//!
//! The rules are those of `docs/record-format.md` and are written here a second time; this crate
//! shares the formats and the cryptography with the platform, and none of its laws.
//! Invariant: it needs no network, no database and no secret, believes nothing but the policy, and
//! no input makes it panic or read without bound.

mod arithmetic;
pub mod bids;
pub mod bodies;
pub mod bundle;
pub mod checks;
pub mod dossier;
pub mod keys;
pub mod log;
pub mod manifest;
pub mod mutate;
pub mod opened;
pub mod papers;
pub mod people;
pub mod policy;
pub mod report;
pub mod rules;
pub mod shown;
pub mod source;
mod tar;
pub mod verdict;

pub use dossier::{Dossier, DossierError};
pub use policy::{Policy, PolicyError};
pub use report::{Language, Report};
pub use tar::TarError;
pub use verdict::{Evidence, Outcome, Verdict};
