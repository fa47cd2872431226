//! The vault on a folder.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod objects;
mod resume;
mod room;
