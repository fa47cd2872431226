//! Key ceremonies (密钥仪式): how custodians make opening keys, with the platform as a mailbox that
//! nobody has to trust.
//!
//! Invariant: keys come into being only from round 1 of all members as logged, and only when every
//! member has signed the certificates that anybody recomputes from it.
//!
//! | phase | awaited | until | then |
//! |---|---|---|---|
//! | called | `ceremony.committed` of every member | call + 7 days | committed |
//! | committed | `ceremony.shared` of every member | last round 1 + 7 days | shared |
//! | shared, certifying | `ceremony.certified` of every member, or one `ceremony.complained` | last round 2 + 7 days | completed, or disputed |
//! | disputed | `ceremony.answered` of the accused | complaint + 1 day | failed: `bad_share` or `false_complaint` |
//! | completed | nothing | | |
//! | failed | nothing; another ceremony under a new name and session may be called | | |
//!
//! Whoever lets the time pass ends the ceremony (`no_show`, `no_answer`). A malformed message is refused, not logged,
//! so that a slip of the software costs nobody a ceremony; only a share that its receiver alone can judge is
//! disputed in the log.

pub mod front;
mod law;
mod marks;
mod refusals;
mod roster;
mod state;

pub use law::{Ceremonies, Command};
pub use marks::{SESSION, marks};
pub use roster::{
    DEFAULT_MEMBERS, DEFAULT_THRESHOLD, Enrolled, MAX_KEYS, MAX_MEMBERS, MAX_SHARES, MIN_MEMBERS,
};
pub use state::{CEREMONY_ANSWER_MS, CEREMONY_STEP_MS, Phase, State};
