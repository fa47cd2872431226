//! Red flags of the Open Contracting Partnership over compiled OCDS releases: R003, R018, R024, R025, R028, R030, R035,
//! R036, R038, R048, R058.
//!
//! The definitions are those of Cardinal's documentation (open-contracting/cardinal-rs, `docs/cli/indicators`), which
//! names the literature of each. Where this differs: the number of tenderers of R018 is counted from the bids if the
//! tender does not state it; of several bids of the winner the lowest counts in R024 and R058.
//! Invariant: a release that says nothing of a thing raises no flag on it; amounts are compared as decimals, never as
//! floating point; the order of the releases changes nothing but which currency is the first.

mod amount;
mod flags;
mod gauge;
mod outliers;
mod release;

pub use amount::Amount;
pub use flags::{Flag, Group, Limits, RedFlags};
pub use gauge::{FEWEST, Gauge, Report, Voice};
pub use release::{Compiled, Malformed};

/// Fifteen days of R003, one disqualified bidder of R035, two bids or processes of R038, two digits of R048.
pub const LIMITS: Limits = Limits {
    days: 15,
    disqualified: 1,
    least: 2,
    digits: 2,
};
