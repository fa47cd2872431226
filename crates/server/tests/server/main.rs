//! The server from outside: its description, erasure, a lagging clock, uploads, headers, one process per zone.

#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod answers;
mod clock;
mod description;
mod erasure;
mod farewell;
mod people;
mod platform;
mod processes;
mod uploads;
mod web;
