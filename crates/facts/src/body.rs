//! The bodies of the facts: one typed struct per name, one file per subject.
//!
//! Invariant: every body refuses unknown members, and its members are the only thing that is signed.

pub mod account;
pub mod award;
pub mod bid;
pub mod card;
pub mod ceremony;
pub mod complaint;
pub mod contract;
pub mod draw;
pub mod evaluation;
pub mod inquiry;
pub mod obeyed;
pub mod objection;
pub mod opening;
pub mod platform;
pub mod pool;
pub mod qualification;
pub mod quotes;
pub mod seat;
pub mod supervision;
pub mod tender;

/// Ties a body to the name of its fact.
macro_rules! bodies {
    ($($body:ident = $kind:ident),* $(,)?) => {$(
        impl $crate::record::Body for $body {
            const KIND: $crate::Kind = $crate::Kind::$kind;
        }
    )*};
}
pub(crate) use bodies;
