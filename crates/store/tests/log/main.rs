//! The log on SQLite and on PostgreSQL: every test runs on both.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod append;
mod crash;
mod erase;
mod place;
mod read;
mod refuse;
mod roles;
mod schema;
