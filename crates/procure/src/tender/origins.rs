//! 投标IP雷同: whether bids of the first opening were handed in from one network address (条例40(二)).
//!
//! Invariant: of the addresses nothing but their equality gets into the log, once, for exactly the bids that the first
//! opening record names, and never before it.

use super::state::{Opening, Recorded};
use super::{State, gate, refuse};
use facts::body::opening::{BidOrigin, OriginsCompared};
use facts::{Draft, Refusal};
use std::collections::BTreeMap;
use std::net::IpAddr;

pub(super) fn compare(state: &State, addresses: &BTreeMap<u64, IpAddr>) -> Result<Vec<Draft>, Refusal> {
    let tender = gate::running(state)?.tender.clone();
    let Some((opening, recorded)) = state.first_opened().filter(|_| state.compared.is_none()) else {
        return Err(refuse::origins_not_due());
    };
    let listed: BTreeMap<_, _> = opening
        .frozen
        .envelopes
        .iter()
        .map(|listed| (&listed.bid, listed.seq))
        .collect();
    let mut labels: BTreeMap<IpAddr, u32> = BTreeMap::new();
    let mut label = |address: IpAddr| {
        let next = u32::try_from(labels.len()).unwrap_or(u32::MAX).saturating_add(1);
        *labels.entry(address).or_insert(next)
    };
    let bids = recorded.body.bids.iter().map(|opened| {
        let address = listed.get(&opened.bid).and_then(|seq| addresses.get(seq));
        BidOrigin {
            address: address.copied().map(&mut label),
            bid: opened.bid.clone(),
        }
    });
    let body = OriginsCompared {
        bids: bids.collect(),
        record: recorded.seq,
        tender: tender.clone(),
    };
    Ok(vec![gate::platform(&tender, &body)?])
}

impl State {
    /// The opening of the first stage with its record, once it is read out.
    #[must_use]
    pub fn first_opened(&self) -> Option<(&Opening, &Recorded)> {
        let first = self.notice.as_ref()?.stages.first()?;
        let opening = self.openings.get(&first.stage)?;
        Some((opening.as_ref(), opening.recorded.as_ref()?))
    }
}
