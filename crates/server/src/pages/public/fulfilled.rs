//! What the public facts tell of a tender after its award: contracts, report, deposits.
//!
//! Invariant: a pure function of the public records; what the record does not name is not named here.

use super::told::Placed;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept,
    DepositsReturned, KeepGround,
};
use facts::{Kind, Record};

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
