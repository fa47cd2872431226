//! Marks: what must be unique or found across streams, derived purely from records.

use facts::{Kind, Record};

/// A row of a projection: under a name, a key has a value. Written in the append transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// What the mark says, e.g. `account-key`.
    pub name: &'static str,
    /// The key, unique under the name.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Who uses which public key: fingerprint (hex SHA-256) → account.
pub const ACCOUNT_KEY: &str = "account-key";
/// Account names taken: account → seq-less "1".
pub const ACCOUNT: &str = "account";
/// Fingerprint of a custodian's signing key → account.
pub const CUSTODY_KEY: &str = "custody-key";
/// Fingerprint of a per-tender bid key → `tender/bid`.
pub const BID_KEY: &str = "bid-key";
/// `tender/account` → bid: one bid per bidder and tender.
pub const BID_OF: &str = "bid-of";
/// The point R of an envelope header (hex) → `tender/bid`: unique in the whole history.
pub const POINT: &str = "point";
/// Id of an envelope (hex) → `tender/bid`.
pub const SUBMISSION: &str = "submission";
/// Tree digest of a sealed body (hex) → `tender/bid`: nobody hands in what another sealed.
pub const BODY: &str = "body";
/// Opening key → `ceremony/slot`.
pub const KEY: &str = "key";
/// Opening key → `tender/stage` it serves.
pub const KEY_USED: &str = "key-used";
/// Position of a fact that is disclosed → position of the disclosure.
pub const DISCLOSED: &str = "disclosed";

/// The marks a record leaves.
pub type Marker = fn(&Record) -> Vec<Mark>;

/// Marks of disclosures, common to all contexts.
#[must_use]
pub fn disclosures(record: &Record) -> Vec<Mark> {
    if record.kind != Kind::FactsDisclosed {
        return Vec::new();
    }
    let shown = record.of::<facts::body::platform::FactsDisclosed>();
    let seqs = shown.map(|body| body.seqs).unwrap_or_default();
    seqs.iter()
        .map(|seq| Mark {
            name: DISCLOSED,
            key: seq.to_string(),
            value: record.seq.to_string(),
        })
        .collect()
}
