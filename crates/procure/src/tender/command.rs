//! What can be asked of a tender.
//!
//! Invariant: a command carries everything that the law cannot know from the tender's own history: verdicts of the
//! cryptographic checks, cards of the keys, facts of other streams.

use crate::card::{Cards, KeyCard};
use crate::front::{BeatFault, Checked, EntryFault, EnvelopeFault, UnlockFault};
use crate::said::Said;
use facts::body::award::{
    AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesReplied, CandidatesRevoked,
    TenderTerminated,
};
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn};
use facts::body::ceremony::KeyProved;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept,
    DepositsReceived, DepositsReturned,
};
use facts::body::evaluation::EvaluationConcluded;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::body::objection::{ObjectionRaised, ObjectionReplied};
use facts::body::opening::{
    BidUnlocked, ListDisputed, OpenedBid, OpeningConfirmed, OpeningObjected, OpeningReplied, ShareGiven,
};
use facts::body::qualification::{QualificationRead, QualificationReviewed};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{
    KeyAssigned, QuestionAnswered, QuestionAsked, TenderAmended, TenderNoticed, TenderRegistered,
};
use facts::id::{OrderId, StageId};
use facts::{Hex, Instant};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A wish about one tender. Acts of people first, then what the platform asks for itself.
#[derive(Debug, Clone)]
pub enum Command {
    /// 进场登记.
    Register(Said<TenderRegistered>),
    /// Takes a key for a stage; `card` is what the ceremony says of the key named, if it made it.
    AssignKey {
        /// The act.
        said: Said<KeyAssigned>,
        /// The key.
        card: Option<KeyCard>,
    },
    /// 招标公告.
    Notice(Said<TenderNoticed>),
    /// 澄清、修改.
    Amend(Said<TenderAmended>),
    /// 最后报价: those who remain after the talks are invited.
    InviteQuotes(Said<QuotesInvited>),
    /// A custodian shows that its share is alive.
    ProveKey {
        /// The act.
        said: Said<KeyProved>,
        /// The key.
        card: KeyCard,
        /// [`crate::front::check_beat`].
        verdict: Result<(), BeatFault>,
    },
    /// 询问.
    Ask(Said<QuestionAsked>),
    /// 答复.
    Answer(Said<QuestionAnswered>),
    /// Enters under a fresh key.
    Enter {
        /// The act.
        said: Said<BidEntered>,
        /// [`crate::front::check_entry`].
        verdict: Result<(), EntryFault>,
    },
    /// 投标.
    Submit {
        /// The act.
        said: Said<BidSubmitted>,
        /// [`crate::front::check_submission`].
        verdict: Result<Checked, EnvelopeFault>,
        /// Digests of sealed bodies that the vault does not hold.
        missing_bodies: Vec<Hex<32>>,
    },
    /// After an addendum: the bid stands as it is.
    ConfirmBid(Said<BidConfirmed>),
    /// 撤回.
    Withdraw(Said<BidWithdrawn>),
    /// A receipt does not fit the list.
    Dispute(Said<ListDisputed>),
    /// 投标人解密.
    Unlock {
        /// The act.
        said: Said<BidUnlocked>,
        /// [`crate::front::check_unlock`].
        verdict: Result<(), UnlockFault>,
    },
    /// A custodian's batch. A batch that does not verify is recorded as given and then faulted, see
    /// [`Command::Fault`].
    GiveShare {
        /// The act.
        said: Said<ShareGiven>,
        /// The key of the stage.
        card: KeyCard,
    },
    /// 开标异议.
    Object(Said<OpeningObjected>),
    /// 当场答复.
    Reply(Said<OpeningReplied>),
    /// 签字确认开标记录.
    ConfirmRecord(Said<OpeningConfirmed>),
    /// A file is about to be given out for the review of the qualification.
    ReadQualification(QualificationRead),
    /// 资格审查 by the buyer.
    Qualify(Said<QualificationReviewed>),
    /// A bidder answers the panel.
    AnswerInquiry(Said<InquiryAnswered>),
    /// 中标候选人公示.
    Publicise {
        /// The act.
        said: Said<CandidatesPublicised>,
        /// The result of the evaluation.
        concluded: Option<Concluded>,
    },
    /// 对评标结果的异议.
    ObjectCandidates(Said<CandidatesObjected>),
    /// Its answer.
    ReplyCandidates(Said<CandidatesReplied>),
    /// 定标.
    Award(Said<AwardMade>),
    /// 终止招标.
    Terminate(Said<TenderTerminated>),
    /// 合同.
    SignContract(Said<ContractSigned>),
    /// 合同公告.
    PublishContract(Said<ContractPublished>),
    /// 合同备案.
    FileContract(Said<ContractFiled>),
    /// 补充合同.
    SupplementContract(Said<ContractSupplemented>),
    /// 书面报告.
    ReportAward(Said<AwardReported>),
    /// 投标保证金到账.
    ReceiveDeposits(Said<DepositsReceived>),
    /// 退还保证金.
    ReturnDeposits(Said<DepositsReturned>),
    /// 不予退还保证金.
    KeepDeposit(Said<DepositKept>),
    /// 异议、质疑.
    Raise(Said<ObjectionRaised>),
    /// Its answer.
    ReplyRaised(Said<ObjectionReplied>),
    /// The buyer explains itself.
    Explain(Said<ExplanationGiven>),

    /// Everything that has fallen due; refused with `nothing.due` if nothing has.
    Tick {
        /// Cards of the keys of the stages.
        cards: Cards,
    },
    /// Names a custodian's batch that does not verify ([`crate::front::check_share`]).
    Fault {
        /// The stage.
        stage: StageId,
        /// The custodian.
        index: u16,
        /// The first envelope whose proof fails.
        submission: Hex<16>,
        /// What is wrong with it.
        reason: String,
    },
    /// Reads out what the opening worker opened ([`crate::opening`]).
    Record {
        /// The stage as opened.
        opened: OpenedStage,
        /// The key of the stage.
        card: KeyCard,
    },
    /// Compares from where the opened bids were handed in: network addresses by the positions of `bid.submitted`.
    CompareOrigins(BTreeMap<u64, IpAddr>),
    /// Puts a question of the panel to a bid.
    PutInquiry(InquiryPut),
    /// Obeys an order of suspension at position `seq`.
    Suspend {
        /// The order.
        order: OrderId,
        /// Its position.
        seq: u64,
        /// When it ends by itself.
        until: Option<Instant>,
    },
    /// Obeys an order to evaluate again.
    Revoke(CandidatesRevoked),
    /// Obeys an order to have the buyer explain itself.
    CallExplanation(ExplanationCalled),
    /// Obeys an order that moves the deadline.
    Extend(DeadlineExtended),
    /// Obeys an order that undoes a step.
    Void(StepVoided),
    /// Says why an order cannot be obeyed.
    GiveBack(OrderReturned),
    /// Obeys the lifting of an order at position `seq`.
    Resume {
        /// The order lifted.
        order: OrderId,
        /// Position of the lifting.
        seq: u64,
    },
}

/// A stage as the opening worker found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedStage {
    /// The stage.
    pub stage: StageId,
    /// Custodians whose shares were combined, ascending.
    pub quorum: Vec<u16>,
    /// The bids, ascending by bid id.
    pub bids: Vec<OpenedBid>,
}

/// The end of the evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    /// Position of the fact.
    pub seq: u64,
    /// The result.
    pub body: EvaluationConcluded,
    /// Position of the fact by which its report is complete (评标报告).
    pub report: Option<u64>,
}
