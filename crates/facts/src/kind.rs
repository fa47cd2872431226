//! The registry of facts: every name, the context that may write it, who acts, who may see it.
//!
//! A name that is not listed here cannot be written, and the compiler asks for its class.

use crate::Role;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Which of the separated contexts writes a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Accounts and the platform itself.
    Platform,
    /// Key ceremonies and tenders, up to the award.
    Procure,
    /// Evaluation.
    Evaluate,
    /// Supervision.
    Supervise,
}

/// Who may see a fact in the public log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Name, subject, actor and body are public, save the named fields, which stay committed.
    Public {
        /// Fields shown only by a later disclosure.
        withheld: &'static [&'static str],
    },
    /// Nothing but a commitment is public until a disclosure.
    Confidential,
}

/// Who brings a fact about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The platform, following its own rules; unsigned by a person.
    Platform,
    /// A person holding one of these roles, with the account's key.
    Roles(&'static [Role]),
    /// The per-tender key of a bid.
    BidKey,
    /// A custodian with the key derived from the custodian's seed, as the roster lists it.
    Custodian,
}

const OPEN: Visibility = Visibility::Public { withheld: &[] };
const SEALED: Visibility = Visibility::Confidential;
const OWNER: Author = Author::Roles(&[Role::Buyer, Role::Agent]);
const SUPERVISOR: Author = Author::Roles(&[Role::Supervisor]);
/// The complainant, or a supervisor who enters what came on paper.
const COMPLAINANT: Author = Author::Roles(&[Role::Bidder, Role::Supervisor]);

macro_rules! kinds {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $context:ident, $author:expr, $visibility:expr; )*) => {
        /// The name of a fact: a past participle under its subject.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $( $(#[$doc])* $variant, )* }

        impl Kind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[ $(Self::$variant),* ];

            /// The name as it stands in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The context that alone may write it.
            #[must_use]
            pub const fn context(self) -> Context {
                match self { $(Self::$variant => Context::$context),* }
            }

            /// Who brings it about.
            #[must_use]
            pub const fn author(self) -> Author {
                match self { $(Self::$variant => $author),* }
            }

            /// Who may see it.
            #[must_use]
            pub const fn visibility(self) -> Visibility {
                match self { $(Self::$variant => $visibility),* }
            }
        }
    };
}

kinds! {
    /// The platform opened its log.
    PlatformFounded = "platform.founded", Platform, Author::Platform, OPEN;
    /// Committed facts were shown, with their salts (公开).
    FactsDisclosed = "facts.disclosed", Platform, Author::Platform, OPEN;
    /// The committed content of a fact was erased.
    FactErased = "fact.erased", Platform, Author::Roles(&[Role::Registrar]), OPEN;
    /// The wall clock and the log disagreed beyond the tolerance.
    ClockSuspected = "clock.suspected", Platform, Author::Platform, OPEN;
    /// An account was enrolled.
    AccountEnrolled = "account.enrolled", Platform, Author::Roles(&[Role::Registrar]),
        Visibility::Public { withheld: &["contact", "employer", "name", "salt"] };
    /// An account's key was revoked.
    AccountRevoked = "account.revoked", Platform, Author::Roles(&[Role::Registrar]), OPEN;

    /// A key ceremony was called.
    CeremonyCalled = "ceremony.called", Procure, Author::Roles(&[Role::Buyer, Role::Agent, Role::Registrar]), OPEN;
    /// Round 1: a custodian committed to its polynomials.
    CeremonyCommitted = "ceremony.committed", Procure, Author::Custodian, OPEN;
    /// Round 2: a custodian sent every other its sealed shares.
    CeremonyShared = "ceremony.shared", Procure, Author::Custodian, OPEN;
    /// A custodian found a share that does not fit.
    CeremonyComplained = "ceremony.complained", Procure, Author::Custodian, OPEN;
    /// The accused custodian opened the disputed share.
    CeremonyAnswered = "ceremony.answered", Procure, Author::Custodian, OPEN;
    /// The complaint was judged, or its answer never came; the ceremony ended without a key.
    CeremonyFailed = "ceremony.failed", Procure, Author::Platform, OPEN;
    /// Round 3: a custodian signed the key certificates.
    CeremonyCertified = "ceremony.certified", Procure, Author::Custodian, OPEN;
    /// All signatures are there: the keys exist.
    CeremonyCompleted = "ceremony.completed", Procure, Author::Platform, OPEN;

    /// A tender project was registered (进场登记).
    TenderRegistered = "tender.registered", Procure, OWNER, OPEN;
    /// A key was taken for a stage of a tender.
    KeyAssigned = "key.assigned", Procure, OWNER, OPEN;
    /// The tender notice was published (招标公告).
    TenderNoticed = "tender.noticed", Procure, OWNER, OPEN;
    /// A clarification or addendum was issued (澄清、修改).
    TenderAmended = "tender.amended", Procure, OWNER, OPEN;
    /// Those who remain after the talks are invited to final quotes.
    QuotesInvited = "quotes.invited", Procure, OWNER, OPEN;
    /// A custodian proved that its share is alive.
    KeyProved = "key.proved", Procure, Author::Custodian, OPEN;
    /// A bidder asked a question (询问).
    QuestionAsked = "question.asked", Procure, Author::Roles(&[Role::Bidder]), SEALED;
    /// The question was answered to all.
    QuestionAnswered = "question.answered", Procure, OWNER, OPEN;
    /// A bidder entered a tender under a fresh key.
    BidEntered = "bid.entered", Procure, Author::Roles(&[Role::Bidder]), SEALED;
    /// A sealed bid was handed in or replaced (投标递交).
    BidSubmitted = "bid.submitted", Procure, Author::BidKey, SEALED;
    /// A bid handed in before an addendum was confirmed as it stands.
    BidConfirmed = "bid.confirmed", Procure, Author::BidKey, SEALED;
    /// A bid was withdrawn before the deadline (撤回).
    BidWithdrawn = "bid.withdrawn", Procure, Author::BidKey, SEALED;
    /// The deadline passed (投标截止).
    TenderClosed = "tender.closed", Procure, Author::Platform, OPEN;
    /// The tender failed (流标).
    TenderFailed = "tender.failed", Procure, Author::Platform, OPEN;
    /// The list of envelopes to open was frozen.
    ListFrozen = "list.frozen", Procure, Author::Platform, OPEN;
    /// A bidder objected to the frozen list with a receipt.
    ListDisputed = "list.disputed", Procure, Author::BidKey, OPEN;
    /// A bidder gave its own unlocking secret (投标人解密).
    BidUnlocked = "bid.unlocked", Procure, Author::BidKey, OPEN;
    /// The list was settled: who did not unlock is out, with the cause.
    ListSettled = "list.settled", Procure, Author::Platform, OPEN;
    /// A custodian gave its partial openings, one batch for all envelopes.
    ShareGiven = "share.given", Procure, Author::Custodian, OPEN;
    /// A custodian's batch did not verify; it is named and ignored.
    ShareFaulted = "share.faulted", Procure, Author::Platform, OPEN;
    /// A custodian gave nothing before the opening was done.
    CustodianAbsent = "custodian.absent", Procure, Author::Platform, OPEN;
    /// The opening failed for a cause that is not the bidders'.
    OpeningFailed = "opening.failed", Procure, Author::Platform, OPEN;
    /// All envelopes of a stage are opened or attributed; the record is read out (开标记录).
    OpeningRecorded = "opening.recorded", Procure, Author::Platform,
        Visibility::Public { withheld: &["panel"] };
    /// A bidder objected at the opening (开标异议).
    OpeningObjected = "opening.objected", Procure, Author::BidKey, OPEN;
    /// The objection was answered on the spot.
    OpeningReplied = "opening.replied", Procure, OWNER, OPEN;
    /// A bidder signed the opening record.
    OpeningConfirmed = "opening.confirmed", Procure, Author::BidKey, OPEN;
    /// The opening ended.
    OpeningClosed = "opening.closed", Procure, Author::Platform, OPEN;
    /// It was compared from which network addresses the opened bids were handed in (投标IP雷同).
    OriginsCompared = "origins.compared", Procure, Author::Platform, OPEN;
    /// A file of a bid was given to the buyer or its agent for the review of the qualification.
    QualificationRead = "qualification.read", Procure, Author::Platform, OPEN;
    /// The buyer reviewed the qualification of the bidders (资格审查). Sealed until the award: whoever failed is told then
    /// (87号令69), and who is left is not known before.
    QualificationReviewed = "qualification.reviewed", Procure, OWNER, SEALED;
    /// The candidates were publicised (中标候选人公示).
    CandidatesPublicised = "candidates.publicised", Procure, OWNER, OPEN;
    /// Somebody concerned objected to the candidates (异议).
    CandidatesObjected = "candidates.objected", Procure, Author::Roles(&[Role::Bidder]), OPEN;
    /// The objection was answered.
    CandidatesReplied = "candidates.replied", Procure, OWNER, OPEN;
    /// Procurement obeyed an order to evaluate again: the candidates, if any, stand no more.
    CandidatesRevoked = "candidates.revoked", Procure, Author::Platform, OPEN;
    /// The tender was awarded (中标通知).
    AwardMade = "award.made", Procure, OWNER, OPEN;
    /// The buyer ended the tender (终止招标).
    TenderTerminated = "tender.terminated", Procure, OWNER, OPEN;
    /// The contract of a lot was signed (合同).
    ContractSigned = "contract.signed", Procure, OWNER, OPEN;
    /// It was published (合同公告).
    ContractPublished = "contract.published", Procure, OWNER, OPEN;
    /// A copy went to the authority (合同备案).
    ContractFiled = "contract.filed", Procure, OWNER, OPEN;
    /// More of the same was bought under it (补充合同).
    ContractSupplemented = "contract.supplemented", Procure, OWNER, OPEN;
    /// The written report went to the authority (书面报告).
    AwardReported = "award.reported", Procure, OWNER, OPEN;
    /// Which deposits arrived (投标保证金到账).
    DepositsReceived = "deposits.received", Procure, OWNER, OPEN;
    /// Deposits went back (退还保证金).
    DepositsReturned = "deposits.returned", Procure, OWNER, OPEN;
    /// A deposit is kept (不予退还).
    DepositKept = "deposit.kept", Procure, OWNER, OPEN;
    /// Somebody concerned objected to documents, process or result (异议、质疑).
    ObjectionRaised = "objection.raised", Procure, Author::Roles(&[Role::Bidder]), SEALED;
    /// That there is such an objection, and when its answer is due.
    ObjectionNoted = "objection.noted", Procure, Author::Platform, OPEN;
    /// The objection was answered, to all.
    ObjectionReplied = "objection.replied", Procure, OWNER, OPEN;
    /// The panel's question was put to a bidder (澄清).
    InquiryPut = "inquiry.put", Procure, Author::Platform, SEALED;
    /// The bidder answered it.
    InquiryAnswered = "inquiry.answered", Procure, Author::BidKey, SEALED;
    /// Procurement obeyed an order to stop (暂停).
    TenderSuspended = "tender.suspended", Procure, Author::Platform, OPEN;
    /// Procurement obeyed an order to go on (恢复).
    TenderResumed = "tender.resumed", Procure, Author::Platform, OPEN;

    /// The buyer was told to explain itself (责令说明).
    ExplanationCalled = "explanation.called", Procure, Author::Platform, OPEN;
    /// The buyer explained.
    ExplanationGiven = "explanation.given", Procure, OWNER, OPEN;
    /// The deadline was moved for all by order (顺延).
    DeadlineExtended = "deadline.extended", Procure, Author::Platform, OPEN;
    /// A step was undone by order (撤销).
    StepVoided = "step.voided", Procure, Author::Platform, OPEN;
    /// An order could not be obeyed any more.
    OrderReturned = "instruction.returned", Procure, Author::Platform, OPEN;

    /// The evaluation was opened with anonymous dossiers. Sealed, because a code beside its price could
    /// be matched with the opening record before the experts have scored.
    EvaluationOpened = "evaluation.opened", Evaluate, Author::Platform, SEALED;
    /// Which code stands for which bid.
    CodesDrawn = "codes.drawn", Evaluate, Author::Platform, SEALED;
    /// An expert was taken into a pool, or the entry written anew (专家入库).
    ExpertListed = "expert.listed", Evaluate, Author::Roles(&[Role::Registrar]), SEALED;
    /// An expert is not drawn for a time.
    ExpertSuspended = "expert.suspended", Evaluate, Author::Roles(&[Role::Registrar]), SEALED;
    /// A suspension was lifted.
    ExpertReinstated = "expert.reinstated", Evaluate, Author::Roles(&[Role::Registrar]), SEALED;
    /// A draw was asked for (申请抽取).
    DrawRequested = "draw.requested", Evaluate, OWNER, OPEN;
    /// What is drawn from was fixed, as salted commitments.
    PoolFrozen = "pool.frozen", Evaluate, Author::Platform, Visibility::Public { withheld: &["key", "members"] };
    /// The tree head that goes into the numbers.
    DrawPinned = "draw.pinned", Evaluate, Author::Platform, OPEN;
    /// A custodian contributed to a draw.
    DrawAnswered = "draw.answered", Evaluate, Author::Custodian, OPEN;
    /// The numbers are fixed.
    DrawCompleted = "draw.completed", Evaluate, Author::Platform, OPEN;
    /// Coefficients of the method were drawn.
    CoefficientDrawn = "coefficient.drawn", Evaluate, Author::Platform, OPEN;
    /// The order for ties was drawn.
    TieDrawn = "tie.drawn", Evaluate, Author::Platform, OPEN;
    /// The next of the call order was called to a seat.
    ExpertCalled = "expert.called", Evaluate, Author::Platform, SEALED;
    /// A called expert accepted or declined.
    CallAnswered = "call.answered", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A called expert did not answer in time.
    CallLapsed = "call.lapsed", Evaluate, Author::Platform, SEALED;
    /// The buyer named those who sit on the panel for it.
    RepresentativesNamed = "representatives.named", Evaluate, OWNER, SEALED;
    /// The hours of the evaluation room.
    HoursSet = "hours.set", Evaluate, OWNER, SEALED;
    /// A member of the panel came in, from one device.
    SeatEntered = "seat.entered", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member of the panel went out.
    SeatLeft = "seat.left", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A seat was given a file to read.
    DocumentOpened = "document.opened", Evaluate, Author::Platform, SEALED;
    /// A member voted for a chair.
    ChairVoted = "chair.voted", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member said something to the panel.
    PanelSaid = "panel.said", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member is replaced (更换评委).
    SeatVacated = "seat.vacated", Evaluate, Author::Roles(&[Role::Expert, Role::Buyer, Role::Agent]), SEALED;
    /// The panel was appointed (组建评标委员会).
    PanelAppointed = "panel.appointed", Evaluate, OWNER, SEALED;
    /// An expert declared conflicts, or none (回避声明).
    RecusalDeclared = "recusal.declared", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member voted in the preliminary review (初步评审).
    ReviewVoted = "review.voted", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// The review is over: who is out, whose price is looked into (否决投标).
    ReviewClosed = "review.closed", Evaluate, Author::Platform, SEALED;
    /// The panel asked a bidder in writing (要求澄清).
    ClarificationAsked = "clarification.asked", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// The answer came back, or none came in time.
    ClarificationReturned = "clarification.returned", Evaluate, Author::Platform, SEALED;
    /// Arithmetic mistakes of a bid were corrected (算术性修正).
    PriceCorrected = "price.corrected", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member judged an explained low price (异常低价).
    LowPriceJudged = "price.judged", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member asked for more time.
    ExtensionAsked = "extension.asked", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// The time was extended, for more than a third asked.
    EvaluationExtended = "evaluation.extended", Evaluate, Author::Platform, SEALED;
    /// An expert committed to a score sheet.
    ScoreCommitted = "score.committed", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// An expert revealed the sheet committed to.
    ScoreRevealed = "score.revealed", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// A member changed scores after the reveal, with a ground of the law.
    ScoreChanged = "score.changed", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// The ranking was computed (评标结果).
    EvaluationConcluded = "evaluation.concluded", Evaluate, Author::Platform, OPEN;

    /// The report was put together from the log (评标报告).
    ReportAssembled = "report.assembled", Evaluate, Author::Platform, OPEN;
    /// A member of the panel signed the report, or refused to, with the reason.
    ReportSigned = "report.signed", Evaluate, Author::Roles(&[Role::Expert]), SEALED;
    /// Every member has signed or refused, or the time to sign is over.
    ReportCompleted = "report.completed", Evaluate, Author::Platform, OPEN;
    /// The evaluation is done again by order (重新评标).
    EvaluationReopened = "evaluation.reopened", Evaluate, Author::Platform, OPEN;

    /// A supervisor ordered a tender to stop (暂停令).
    OrderSuspended = "order.suspended", Supervise, Author::Roles(&[Role::Supervisor]), OPEN;
    /// A supervisor ordered a tender to go on (恢复令).
    OrderResumed = "order.resumed", Supervise, Author::Roles(&[Role::Supervisor]), OPEN;
    /// A supervisor ordered an evaluation to be done again (责令重新评标).
    OrderReevaluated = "order.reevaluated", Supervise, Author::Roles(&[Role::Supervisor]), OPEN;
    /// A supervisor judged a sign of collusion or risk (线索研判). Sealed, because it names suspects nobody has heard.
    SignJudged = "sign.judged", Supervise, Author::Roles(&[Role::Supervisor]), SEALED;
    /// A supervisor ordered the buyer to explain itself (责令说明).
    OrderInquired = "order.inquired", Supervise, SUPERVISOR, OPEN;
    /// A supervisor ordered a step to be undone (责令撤销).
    OrderVoided = "order.voided", Supervise, SUPERVISOR, OPEN;
    /// A supervisor ordered the deadline to be moved for all (责令顺延).
    OrderExtended = "order.extended", Supervise, SUPERVISOR, OPEN;
    /// A complaint was filed (投诉).
    ComplaintFiled = "complaint.filed", Supervise, COMPLAINANT, SEALED;
    /// It was sent back to be completed (补正).
    ComplaintReturned = "complaint.returned", Supervise, SUPERVISOR, SEALED;
    /// It was completed.
    ComplaintSupplemented = "complaint.supplemented", Supervise, COMPLAINANT, SEALED;
    /// It was taken up (受理).
    ComplaintAccepted = "complaint.accepted", Supervise, SUPERVISOR, SEALED;
    /// It was not taken up (不予受理).
    ComplaintRefused = "complaint.refused", Supervise, SUPERVISOR, OPEN;
    /// Its clock stopped.
    ComplaintPaused = "complaint.paused", Supervise, SUPERVISOR, SEALED;
    /// Its clock went on.
    ComplaintContinued = "complaint.continued", Supervise, SUPERVISOR, SEALED;
    /// It was decided (处理决定).
    ComplaintDecided = "complaint.decided", Supervise, SUPERVISOR, OPEN;
    /// It was withdrawn (撤回).
    ComplaintWithdrawn = "complaint.withdrawn", Supervise, COMPLAINANT, SEALED;
    /// A supervisor asked to read confidential facts (应急查阅).
    AccessRequested = "access.requested", Supervise, SUPERVISOR, SEALED;
    /// Another supervisor granted it.
    AccessGranted = "access.granted", Supervise, SUPERVISOR, SEALED;
    /// One of the two read them.
    AccessUsed = "access.used", Supervise, Author::Platform, SEALED;

    /// Supervision put a version of the rule file into force (监察规则版本).
    RulesAdopted = "rules.adopted", Supervise, Author::Roles(&[Role::Supervisor]), OPEN;
    /// A yellow or red card was issued (亮牌).
    CardIssued = "card.issued", Supervise, Author::Platform, OPEN;
    /// The limit of a yellow card came nearer (预警).
    CardWarned = "card.warned", Supervise, Author::Platform, OPEN;
    /// A card ended (销牌).
    CardEnded = "card.ended", Supervise, Author::Platform, OPEN;
}

impl Kind {
    /// Finds a kind by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether the public log shows nothing of such a fact.
    #[must_use]
    pub const fn is_confidential(self) -> bool {
        matches!(self.visibility(), Visibility::Confidential)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let name = String::deserialize(d)?;
        Self::parse(&name).ok_or_else(|| de::Error::custom(format!("{name:?} is not a kind of fact")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_lower_case_and_found_again() {
        let names: BTreeSet<_> = Kind::ALL.iter().map(|k| k.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(*kind));
            assert!(
                kind.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'.'),
                "{kind}"
            );
        }
        assert_eq!(Kind::parse("confidential"), None);
    }

    #[test]
    fn nothing_that_betrays_a_bidder_or_a_score_is_public() {
        for kind in [
            Kind::BidEntered,
            Kind::BidSubmitted,
            Kind::BidWithdrawn,
            Kind::QuestionAsked,
            Kind::ScoreRevealed,
        ] {
            assert!(kind.is_confidential(), "{kind}");
        }
    }
}
