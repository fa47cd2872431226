//! Tests of the ledger from outside: what it writes, other implementations read; what is wrong, it
//! refuses for the right reason.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "test code"
)]

extern crate kaibiao_ledger as ledger;

mod acts;
mod audits;
mod chains;
mod disclosures;
mod entries;
mod fixture;
mod life;
mod merkle;
mod messages;
mod notes;
mod receipts;
mod refusals;
mod tiles;
mod vectors;
