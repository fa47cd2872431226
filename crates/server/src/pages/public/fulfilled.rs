//! What the public facts tell of deposits that arrived, and of a tender after its award: contracts, report, deposits.
//!
//! Invariant: a pure function of the public records; what the record does not name is not named here.

use super::told::{Placed, Told};
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept,
    DepositsReceived, DepositsReturned, KeepGround, Received,
};
use facts::id::LotId;
use facts::{AccountId, BidId, Kind, Record};
use std::collections::BTreeSet;

/// All of it, in the order of the facts.
#[derive(Debug, Clone, Default)]
pub struct Fulfilled {
    /// Contracts.
    pub contracts: Vec<Placed<ContractSigned>>,
    /// Their publications.
    pub published: Vec<Placed<ContractPublished>>,
    /// Their filings.
    pub filed: Vec<Placed<ContractFiled>>,
    /// What was added to them.
    pub supplements: Vec<Placed<ContractSupplemented>>,
    /// The written report.
    pub reported: Option<Placed<AwardReported>>,
    /// Deposits that arrived, by the last list.
    pub received: Option<Placed<DepositsReceived>>,
    /// Deposits that went back.
    pub returned: Vec<Placed<DepositsReturned>>,
    /// Deposits that are kept.
    pub kept: Vec<Placed<DepositKept>>,
}

impl Fulfilled {
    /// Takes in a record.
    pub fn observe(&mut self, record: &Record) {
        match record.kind {
            Kind::ContractSigned => self.contracts.extend(placed(record)),
            Kind::ContractPublished => self.published.extend(placed(record)),
            Kind::ContractFiled => self.filed.extend(placed(record)),
            Kind::ContractSupplemented => self.supplements.extend(placed(record)),
            Kind::AwardReported => self.reported = placed(record),
            Kind::DepositsReceived => self.received = placed(record),
            Kind::DepositsReturned => self.returned.extend(placed(record)),
            Kind::DepositKept => self.kept.extend(placed(record)),
            _ => {}
        }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contracts.is_empty()
            && self.reported.is_none()
            && self.returned.is_empty()
            && self.kept.is_empty()
    }
}

/// Of an opened bid in a lot that asks for a deposit: what of it arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The bidder.
    pub account: AccountId,
    /// The bid.
    pub bid: BidId,
    /// The lot.
    pub lot: LotId,
    /// The row of the last list; none if it has none.
    pub row: Option<Received>,
    /// Whether it came after the deadline.
    pub is_late: bool,
}

/// Every opened bid in the lots that ask for a deposit, in the order of lots and bids; nothing before there is a list.
#[must_use]
pub fn arrivals(told: &Told) -> Vec<Arrival> {
    let (Some(list), Some(notice)) = (&told.fulfilled.received, &told.notice) else {
        return Vec::new();
    };
    let asked = notice.body.lots.iter().filter(|lot| lot.deposit.is_some());
    let asked: BTreeSet<&LotId> = asked.map(|lot| &lot.lot).collect();
    let records = told.openings.iter().filter_map(|(_, one)| one.recorded.as_ref());
    let bids = records.flat_map(|record| &record.body.bids);
    let opened: BTreeSet<(&LotId, &BidId, &AccountId)> = bids
        .flat_map(|bid| {
            bid.parts
                .iter()
                .map(move |part| (&part.lot, &bid.bid, &bid.account))
        })
        .filter(|(lot, ..)| asked.contains(lot))
        .collect();
    let arrival = |(lot, bid, account): (&LotId, &BidId, &AccountId)| {
        let mut rows = list.body.deposits.iter();
        let row = rows.find(|row| row.bid == *bid && row.lot == *lot).cloned();
        Arrival {
            account: account.clone(),
            bid: bid.clone(),
            is_late: row
                .iter()
                .any(|row| told.closed.is_some_and(|closed| row.received_at >= closed)),
            lot: lot.clone(),
            row,
        }
    };
    opened.into_iter().map(arrival).collect()
}

fn placed<B: facts::Body>(record: &Record) -> Option<Placed<B>> {
    Some(Placed {
        seq: record.seq,
        at: record.at,
        body: record.of()?,
    })
}

/// The ground in words, Chinese first.
#[must_use]
pub const fn ground(ground: KeepGround) -> (&'static str, &'static str) {
    match ground {
        KeepGround::Revoked => ("截止后撤销投标", "revoked after the deadline"),
        KeepGround::NoContract => ("无正当理由不订立合同", "refused the contract"),
        KeepGround::Conditions => ("订立合同时提出附加条件", "asked for further conditions"),
        KeepGround::NoBond => ("不提交履约保证金", "gave no performance bond"),
        KeepGround::Fraud => ("弄虚作假或串通投标", "deception or collusion"),
    }
}
