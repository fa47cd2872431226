//! Composition: everything is wired here, and nothing is decided here.
//!
//! Invariant: a zone gets exactly the capabilities of its context; what one context must know of
//! another passes through the files of `couriers`.

pub mod clock;
pub mod config;
pub mod couriers;
pub mod doors;
pub mod dossier;
pub mod entropy;
pub mod follow;
pub mod found;
pub mod gazette;
mod handed;
pub mod housekeeper;
pub mod inbox;
pub mod init;
pub mod keys;
pub mod machine;
pub mod mail;
pub mod needed;
pub mod notices;
pub mod opening;
mod origins;
pub mod pages;
pub mod printing;
pub mod rates;
pub mod serve;
pub mod sweep;
pub mod tls;
pub mod watch;
mod wiring;
pub mod zones;

pub use config::Config;
pub use serve::{Running, serve, serve_with};
