//! The law of key ceremonies in the words given, when, then: honest rosters, corrupt members, lost time.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

use desk::ledger;

mod calling;
mod disputes;
#[path = "../../../ledger/tests/ceremony/log.rs"]
mod log;
mod rounds;
mod world;
