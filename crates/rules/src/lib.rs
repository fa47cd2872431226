//! The rules of supervision (监察规则): data with a version, typed checks over public facts, and cards.
//!
//! Invariant: the same rules and the same records give the same cards at the same instant, on any machine; nothing
//! here sees a clock, a random number or a fact that is not disclosed.

pub mod adopted;
pub mod board;
pub mod card;
pub mod checks;
pub mod clocks;
pub mod finding;
pub mod issued;
pub mod parse;
pub mod procedure;
pub mod rule;
pub mod vocabulary;
pub mod words;

pub use board::Board;
pub use card::{Ahead, Card, Ended, How};
pub use finding::{Colour, Finding, Mark, State};
pub use parse::{RuleBook, RuleFileError};
pub use procedure::{People, Procedure};
pub use rule::{CardKind, Confidence, Date, Effective, Honoured, Limit, Rule, Teller, Unit};

/// The rule file of this build.
pub const CHINA: &[u8] = include_bytes!("../china.json");
