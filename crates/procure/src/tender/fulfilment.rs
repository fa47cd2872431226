//! What happens beside the platform (履行): deposits that arrived, contracts, what was done with them, deposits settled.
//!
//! Invariant: of deposits that arrived the last list counts; one contract a lot, one fate a deposit; a fact whose body cannot be read changes nothing.

use facts::body::contract::{
    ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept, DepositsReceived,
    DepositsReturned,
};
use facts::id::LotId;
use facts::{BidId, Kind, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Everything after the award, or after an end without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fulfilment {
    /// The contract of each lot.
    pub contracts: BTreeMap<LotId, Contract>,
    /// Whether the written report was handed in.
    pub is_reported: bool,
    /// Which deposits arrived, by the last list; none if the buyer never said.
    pub received: Option<DepositsReceived>,
    /// Deposits that were returned or are kept.
    pub settled: BTreeSet<(BidId, LotId)>,
    /// Whether all deposits went back after an end without an opening.
    pub all_returned: bool,
}

/// One contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// What it says.
    pub body: ContractSigned,
    /// Whether it is published.
    pub is_published: bool,
    /// Whether a copy is filed.
    pub is_filed: bool,
    /// What supplements add to its price, in minor units.
    pub added: i64,
}

impl Fulfilment {
    pub(super) fn fold(&mut self, record: &Record) -> Option<()> {
        match record.kind {
            Kind::ContractSigned => {
                let body: ContractSigned = record.of()?;
                let contract = Contract {
                    is_published: false,
                    is_filed: false,
                    added: 0,
                    body,
                };
                self.contracts.insert(contract.body.lot.clone(), contract);
            }
            Kind::ContractPublished => {
                let body: ContractPublished = record.of()?;
                self.contracts.get_mut(&body.lot)?.is_published = true;
            }
            Kind::ContractFiled => {
                let body: ContractFiled = record.of()?;
                self.contracts.get_mut(&body.lot)?.is_filed = true;
            }
            Kind::ContractSupplemented => {
                let body: ContractSupplemented = record.of()?;
                let contract = self.contracts.get_mut(&body.lot)?;
                contract.added = contract.added.saturating_add(body.change.minor);
            }
            Kind::AwardReported => self.is_reported = true,
            Kind::DepositsReceived => self.received = Some(record.of()?),
            Kind::DepositsReturned => {
                let body: DepositsReturned = record.of()?;
                self.all_returned |= body.returned.is_empty();
                let settled = body.returned.into_iter().map(|one| (one.bid, one.lot));
                self.settled.extend(settled);
            }
            Kind::DepositKept => {
                let body: DepositKept = record.of()?;
                self.settled.insert((body.bid, body.lot));
            }
            _ => {}
        }
        Some(())
    }
}
