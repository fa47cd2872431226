//! Tests of the law of tenders, in the words given / when / then.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::similar_names,
    clippy::unwrap_used,
    reason = "test code, also outside of functions marked as tests"
)]

mod any_order;
mod attribution;
mod award;
mod bids;
mod challenge;
mod contract;
mod formats;
mod invariants;
mod lists;
mod method;
mod notice;
mod opening;
mod orders;
mod origins;
mod procedures;
mod qualification;
mod quotes;
mod received;
mod shares;
mod stages;
mod support;
mod suspension;
mod templates;
