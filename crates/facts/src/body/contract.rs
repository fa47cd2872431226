//! Facts of what happens beside the platform: deposits that arrive, the contract, what the law has done with it, and
//! the deposits that go back or are kept.
//!
//! Invariant: each is the buyer's signed word: of a contract only digests are here, of a deposit only sums and which of
//! them came from one account, never whose account that is.

use super::bodies;
use super::tender::Document;
use crate::id::LotId;
use crate::{AccountId, BidId, Hex, Instant, Money, TenderId};
use serde::{Deserialize, Serialize};

/// The contract of a lot is signed (招标投标法46, 政府采购法46).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractSigned {
    /// The winner.
    pub account: AccountId,
    /// Conditions added when it was made (条例73(五)); without it: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// The winning bid.
    pub bid: BidId,
    /// The performance bond, where one is asked for (履约保证金).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<Money>,
    /// The file that both have signed.
    pub contract: Document,
    /// In what the contract departs from documents and bid; without it: in nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<String>,
    /// The lot.
    pub lot: LotId,
    /// The time for performance, in days.
    pub period_days: u32,
    /// The price agreed.
    pub price: Money,
    /// The quality agreed.
    pub quality: String,
    /// When the last of them signed.
    pub signed_at: Instant,
    /// The tender.
    pub tender: TenderId,
}

/// The contract of a lot is published (合同公告, 政府采购法实施条例50).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractPublished {
    /// The lot.
    pub lot: LotId,
    /// Where: the medium that the law designates.
    pub medium: String,
    /// SHA-256 of the text published.
    pub sha256: Hex<32>,
    /// The tender.
    pub tender: TenderId,
    /// Its address there.
    pub url: String,
}

/// A copy of the contract is filed with the authority (合同备案, 政府采购法47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractFiled {
    /// The lot.
    pub lot: LotId,
    /// With whom.
    pub office: String,
    /// The number of its receipt.
    pub receipt: String,
    /// The tender.
    pub tender: TenderId,
}

/// More of the same is bought under the contract (补充合同, 政府采购法49).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractSupplemented {
    /// By how much the price grows.
    pub change: Money,
    /// The lot.
    pub lot: LotId,
    /// Why.
    pub reason: String,
    /// The file that both have signed.
    pub supplement: Document,
    /// The tender.
    pub tender: TenderId,
}

/// The written report on the tender went to the authority (书面报告, 招标投标法47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardReported {
    /// To whom.
    pub office: String,
    /// The report.
    pub report: Document,
    /// The tender.
    pub tender: TenderId,
}

/// Which deposits arrived (投标保证金到账): the whole list of the tender. Where it is written again, the last one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositsReceived {
    /// Those that arrived; a bid of the opening that is not here has paid none.
    pub deposits: Vec<Received>,
    /// The tender.
    pub tender: TenderId,
}

/// One deposit that arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// The sum, or what a guarantee is for; it may be another than the lot asks for.
    pub amount: Money,
    /// The bid it was for.
    pub bid: BidId,
    /// How it came.
    pub form: DepositForm,
    /// From what account; without it: a guarantee, which nobody has paid in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PaidFrom>,
    /// The lot.
    pub lot: LotId,
    /// When it arrived; it may be after the deadline.
    pub received_at: Instant,
}

/// How a deposit was given (招标投标法实施条例26, 政府采购法实施条例33).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepositForm {
    /// Money by transfer (转账、电汇).
    Transfer,
    /// 支票.
    Cheque,
    /// 保函, of a bank, an insurer or a guarantor.
    Guarantee,
    /// Banknotes (现钞).
    Cash,
    /// Anything else: 汇票, 本票.
    Other,
}

impl DepositForm {
    /// Whether it has to come from the bidder's basic account: 条例26 says so of money and cheques.
    #[must_use]
    pub const fn needs_basic_account(self) -> bool {
        matches!(self, Self::Transfer | Self::Cheque | Self::Cash)
    }
}

/// From what account a deposit came, without a word on which that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidFrom {
    /// Whether it is the bidder's own basic account (基本账户).
    pub own: bool,
    /// The payer: equal numbers are one account or person. They count from 1 in the order of the list, so that a number
    /// says nothing but which rows are equal.
    pub payer: u32,
}

/// Deposits went back (退还保证金).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositsReturned {
    /// When they were paid.
    pub paid_at: Instant,
    /// Which. Empty for a tender that ended before its opening: all of them, and whatever was paid for documents,
    /// without a word on how many they are or whose.
    pub returned: Vec<Returned>,
    /// The tender.
    pub tender: TenderId,
}

/// One deposit that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// The sum; 0 for a guarantee handed back (保函).
    pub amount: Money,
    /// The bid it was for.
    pub bid: BidId,
    /// Interest, or what is paid for being late, beside it.
    pub interest: Money,
    /// The lot.
    pub lot: LotId,
}

/// A deposit is kept (不予退还).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositKept {
    /// The sum.
    pub amount: Money,
    /// The bid it was for.
    pub bid: BidId,
    /// The ground of the law.
    pub ground: KeepGround,
    /// The lot.
    pub lot: LotId,
    /// What happened.
    pub reason: String,
    /// The tender.
    pub tender: TenderId,
}

/// Why a deposit may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepGround {
    /// The bid was revoked after the deadline (条例35, 20号令31).
    Revoked,
    /// The winner refuses the contract without a proper reason (条例74).
    NoContract,
    /// The winner asks for further conditions (条例74).
    Conditions,
    /// The winner does not give the performance bond (条例74).
    NoBond,
    /// The bidder deceived or colluded (招标投标法53, 54; 74号令20).
    Fraud,
}

impl KeepGround {
    /// Whether it is the winner who fails to contract.
    #[must_use]
    pub const fn is_winners(self) -> bool {
        matches!(self, Self::NoContract | Self::Conditions | Self::NoBond)
    }
}

bodies!(
    ContractSigned = ContractSigned,
    ContractPublished = ContractPublished,
    ContractFiled = ContractFiled,
    ContractSupplemented = ContractSupplemented,
    AwardReported = AwardReported,
    DepositsReceived = DepositsReceived,
    DepositsReturned = DepositsReturned,
    DepositKept = DepositKept,
);
