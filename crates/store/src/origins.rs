//! From where bids were handed in (投标递交的网络地址), in a table beside the log.
//!
//! Invariant: of a bid only the last hand-in is kept, and when a tender is compared or over its addresses are gone from
//! the files of the database; no address ever gets on the log.

use crate::db::{Pools, on};
use crate::log::{broken, count, place};
use crate::statement;
use desk::Outage;
use facts::{BidId, TenderId};
use std::collections::BTreeMap;
use std::net::IpAddr;

const KEEPING: &str = "keeping the address of a hand-in";
const READING: &str = "reading the addresses of hand-ins";
const ERASING: &str = "erasing the addresses of hand-ins";

/// The addresses of hand-ins of a platform.
#[derive(Debug, Clone)]
pub struct Origins {
    pools: Pools,
}

impl Origins {
    pub(crate) const fn on(pools: Pools) -> Self {
        Self { pools }
    }

    /// Keeps the address from which the bid of a tender was handed in by the fact at a position; that of an earlier
    /// hand-in of the bid goes, and one that comes again for the same fact changes nothing.
    pub async fn keep(
        &self,
        tender: &TenderId,
        bid: &BidId,
        seq: u64,
        address: IpAddr,
    ) -> Result<(), Outage> {
        let seq = place(seq)?;
        on!(&self.pools.writer, |pool| {
            sqlx::query(statement::KEEP_ORIGIN)
                .bind(tender.as_str())
                .bind(bid.to_string())
                .bind(seq)
                .bind(address.to_string())
                .execute(pool)
                .await
                .map(drop)
        })
        .map_err(broken(KEEPING))
    }

    /// The addresses of a tender's hand-ins, by the positions of the facts.
    pub async fn of(&self, tender: &TenderId) -> Result<BTreeMap<u64, IpAddr>, Outage> {
        let rows: Vec<(i64, String)> = on!(&self.pools.reader, |pool| {
            sqlx::query_as(statement::ORIGINS)
                .bind(tender.as_str())
                .fetch_all(pool)
                .await
        })
        .map_err(broken(READING))?;
        rows.into_iter()
            .map(|(seq, address)| {
                let address = address.parse().map_err(|error| Outage::new(READING, error))?;
                Ok((count(seq)?, address))
            })
            .collect()
    }

    /// Erases the addresses of a tender; how many there were.
    pub async fn erase(&self, tender: &TenderId) -> Result<u64, Outage> {
        let gone = on!(&self.pools.writer, |pool| {
            sqlx::query(statement::ERASE_ORIGINS)
                .bind(tender.as_str())
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(broken(ERASING))?;
        self.pools
            .scrub(gone, statement::SCRUB_ORIGINS)
            .await
            .map_err(broken(ERASING))?;
        Ok(gone)
    }
}
