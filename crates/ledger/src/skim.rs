//! A skim of an entry: only what the chain needs, read without allocating.
//!
//! Invariant: every entry that [`crate::Entry::parse`] accepts, a skim accepts with the same
//! `seq`, `prev` and `ts`; what a skim refuses is no entry. (A skim does not look names up.)

use crate::entry::{EntryError, MAX_ENTRY};
use crate::hash::Hash;
use crate::scan::Scan;
use facts::Instant;

/// The members of an entry that the chain is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skim {
    /// Leaf hash of the entry before.
    pub prev: Hash,
    /// Position in the log.
    pub seq: u64,
    /// The log's time.
    pub ts: Instant,
}

impl Skim {
    /// Reads the shape of an entry and the members of the chain.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY {
            return Err(EntryError::Long(bytes.len()));
        }
        let mut scan = Scan::new(bytes);
        scan.literal("{\"actor\":\"")?;
        if scan.starts("platform") {
            scan.literal("platform")?;
        } else if !scan.is_quote() {
            scan.skip_hex(32)?;
        }
        scan.literal("\",\"commit\":\"")?;
        scan.skip_hex(32)?;
        scan.literal("\",\"kind\":\"")?;
        if scan.word()?.is_empty() {
            return Err(EntryError::Kind(String::new()));
        }
        scan.literal("\",\"prev\":\"")?;
        let prev = scan.hex::<32>()?;
        scan.literal("\",\"seq\":")?;
        let seq = scan.integer()?.unsigned_abs();
        scan.literal(",\"sig\":\"")?;
        if !scan.is_quote() {
            scan.skip_hex(64)?;
        }
        scan.literal("\",\"subj\":\"")?;
        scan.word()?;
        scan.literal("\",\"ts\":")?;
        let ts = Instant(scan.integer()?);
        scan.literal(",\"v\":1}")?;
        scan.end()?;
        Ok(Self { prev, seq, ts })
    }
}
