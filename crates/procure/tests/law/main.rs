//! Tests of the law of tenders, in the words given / when / then.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod attribution;
mod award;
mod bids;
mod formats;
mod notice;
mod opening;
mod stages;
mod support;
mod suspension;
