//! The workbench that all desks share: ports, the pen, the scribe, accounts, sessions, problems.
//!
//! Invariant: no rule of procurement, evaluation or supervision stands here.

pub mod account;
pub mod actor;
pub mod digest;
pub mod draw;
pub mod enrolment;
pub mod front;
pub mod gate;
pub mod inbox;
pub mod mark;
pub mod memory;
pub mod pen;
pub mod ports;
pub mod problem;
pub mod scribe;
pub mod session;
mod shelf;
pub mod signer;

pub use account::{Account, Accounts};
pub use actor::{Actor, Directory, KeyUse};
pub use front::{Admitted, Front};
pub use gate::{Caller, Gate};
pub use inbox::Inbox;
/// The log's formats, for desks that read facts with their proofs.
pub use ledger;
pub use mark::Mark;
pub use pen::{Landed, Latest, Pen, Tools};
pub use ports::{AppendError, AppendLog, Clock, Entropy, Outage, ReadLog, Row, Vault};
pub use problem::Problem;
pub use scribe::{Failure, Reader, Scribe};
pub use session::{HeldSessions, Sessions, Zone};
pub use signer::{Keys, Signer};
