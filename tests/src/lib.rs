//! What tests borrow: a `PostgreSQL` server that lives as long as the test process.
//!
//! Invariant: nothing here depends on another crate of the workspace, so that every crate's tests may use it.

pub mod postgres;
