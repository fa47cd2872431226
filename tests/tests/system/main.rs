//! Whole-system tests: a real server on a real database, spoken to over HTTP or by the real programs.
//!
//! Every test that needs a database runs on `SQLite` and on `PostgreSQL`. `KAIBIAO_GOLDEN=write` writes the golden
//! files anew instead of comparing with them.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "test code, also outside of functions marked as tests"
)]

mod access;
mod bad_acts;
mod bad_requests;
mod bad_steps;
mod cli_again;
mod cli_award;
mod cli_bidding;
mod cli_complaint;
mod cli_failures;
mod cli_opening;
mod cli_orders;
mod cli_reading;
mod cli_story;
mod consultation;
mod consultation_award;
mod daemon;
mod golden;
mod hostile;
mod http;
mod kaibiao;
mod lies;
mod live;
mod operator;
mod origins;
mod outage;
mod pages;
mod people;
mod platform;
mod programs;
mod receivers;
mod secrecy;
mod shape;
mod structure;
mod tender;
mod upload_clients;
mod watch;
