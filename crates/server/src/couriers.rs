//! Couriers: they read the facts of one context and bring a command to another, or an order to the store.
//!
//! Invariant: a courier is idempotent, because it looks at what both sides have already said before it
//! speaks; no file here names both evaluation and supervision.

pub mod cards;
pub mod complaints;
pub mod draws;
pub mod erasure;
pub mod evaluation;
pub mod orders;
pub mod origins;
pub mod readings;
pub mod report;
