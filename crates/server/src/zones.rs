//! The zones: separate doors with separate sessions, each a router over the capabilities it is given.

pub mod acts;
pub mod common;
pub mod complaints;
pub mod deviations;
pub mod enrolments;
pub mod evaluation;
pub mod files;
pub mod kept;
pub mod live;
pub mod log;
pub mod objections;
pub mod openapi;
pub mod openings;
pub mod operator;
pub mod own_body;
pub(crate) mod panel_acts;
pub mod problem;
pub mod procurement;
pub mod qualification;
pub mod questions;
pub mod quota;
pub mod reports;
pub mod shapes;
pub mod shield;
pub mod supervision;
pub mod uploads;
