//! Whether a body has the members of its kind: the one place where the verifier lists all bodies.
//!
//! Invariant: every kind has a line here, or this file does not compile.

use facts::Kind;
use facts::body::{
    account, award, bid, card, ceremony, complaint, contract, draw, evaluation, inquiry, obeyed, objection,
    opening, platform, pool, qualification, quotes, seat, supervision, tender,
};
use facts::canonical::{Canonical, CanonicalError};
use facts::id::AccountId;
use facts::{Hex, Instant, Role};
use serde::{Deserialize, Serialize};

/// What is always public of `account.enrolled`: name, employer, contact and salt are withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The account.
    pub account: AccountId,
    /// A custodian's further keys.
    #[serde(default)]
    pub custody: Option<account::Custody>,
    /// Commitment to the withheld members.
    pub held: Hex<32>,
    /// The account's key.
    pub key: Hex<32>,
    /// Proof of possession.
    pub proof: Hex<64>,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The last instant at which it may act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

macro_rules! fits {
    ($kind:expr, $body:expr; $($variant:ident => $type:ty,)*) => {
        match $kind { $(Kind::$variant => $body.read::<$type>().map(|_| ()),)* }
    };
}

/// Reads a body as that of its kind; `whole` if it shows its withheld members too.
#[expect(clippy::too_many_lines, reason = "one line a kind")]
pub(crate) fn fits(kind: Kind, body: &Canonical, whole: bool) -> Result<(), CanonicalError> {
    if kind == Kind::AccountEnrolled && whole {
        return body.read::<account::AccountEnrolled>().map(|_| ());
    }
    fits!(kind, body;
        PlatformFounded => platform::PlatformFounded,
        FactsDisclosed => platform::FactsDisclosed,
        FactErased => platform::FactErased,
        ClockSuspected => platform::ClockSuspected,
        AccountEnrolled => Enrolled,
        AccountRevoked => account::AccountRevoked,
        CeremonyCalled => ceremony::CeremonyCalled,
        CeremonyCommitted => ceremony::CeremonyCommitted,
        CeremonyShared => ceremony::CeremonyShared,
        CeremonyComplained => ceremony::CeremonyComplained,
        CeremonyAnswered => ceremony::CeremonyAnswered,
        CeremonyFailed => ceremony::CeremonyFailed,
        CeremonyCertified => ceremony::CeremonyCertified,
        CeremonyCompleted => ceremony::CeremonyCompleted,
        TenderRegistered => tender::TenderRegistered,
        KeyAssigned => tender::KeyAssigned,
        TenderNoticed => tender::TenderNoticed,
        TenderAmended => tender::TenderAmended,
        QuotesInvited => quotes::QuotesInvited,
        KeyProved => ceremony::KeyProved,
        QuestionAsked => tender::QuestionAsked,
        QuestionAnswered => tender::QuestionAnswered,
        BidEntered => bid::BidEntered,
        BidSubmitted => bid::BidSubmitted,
        BidConfirmed => bid::BidConfirmed,
        BidWithdrawn => bid::BidWithdrawn,
        TenderClosed => opening::TenderClosed,
        TenderFailed => opening::TenderFailed,
        ListFrozen => opening::ListFrozen,
        ListDisputed => opening::ListDisputed,
        BidUnlocked => opening::BidUnlocked,
        ListSettled => opening::ListSettled,
        ShareGiven => opening::ShareGiven,
        ShareFaulted => opening::ShareFaulted,
        CustodianAbsent => opening::CustodianAbsent,
        OpeningFailed => opening::OpeningFailed,
        OpeningRecorded => opening::OpeningRecorded,
        OpeningObjected => opening::OpeningObjected,
        OpeningReplied => opening::OpeningReplied,
        OpeningConfirmed => opening::OpeningConfirmed,
        OpeningClosed => opening::OpeningClosed,
        OriginsCompared => opening::OriginsCompared,
        CandidatesPublicised => award::CandidatesPublicised,
        CandidatesObjected => award::CandidatesObjected,
        CandidatesReplied => award::CandidatesReplied,
        CandidatesRevoked => award::CandidatesRevoked,
        AwardMade => award::AwardMade,
        TenderTerminated => award::TenderTerminated,
        ContractSigned => contract::ContractSigned,
        ContractPublished => contract::ContractPublished,
        ContractFiled => contract::ContractFiled,
        ContractSupplemented => contract::ContractSupplemented,
        AwardReported => contract::AwardReported,
        DepositsReceived => contract::DepositsReceived,
        DepositsReturned => contract::DepositsReturned,
        DepositKept => contract::DepositKept,
        TenderSuspended => award::TenderSuspended,
        TenderResumed => award::TenderResumed,
        EvaluationOpened => evaluation::EvaluationOpened,
        CodesDrawn => evaluation::CodesDrawn,
        ExpertListed => pool::ExpertListed,
        ExpertSuspended => pool::ExpertSuspended,
        ExpertReinstated => pool::ExpertReinstated,
        DrawRequested => draw::DrawRequested,
        PoolFrozen => draw::PoolFrozen,
        DrawPinned => draw::DrawPinned,
        DrawAnswered => draw::DrawAnswered,
        DrawCompleted => draw::DrawCompleted,
        CoefficientDrawn => draw::CoefficientDrawn,
        TieDrawn => draw::TieDrawn,
        ExpertCalled => draw::ExpertCalled,
        CallAnswered => draw::CallAnswered,
        CallLapsed => draw::CallLapsed,
        RepresentativesNamed => seat::RepresentativesNamed,
        HoursSet => seat::HoursSet,
        SeatEntered => seat::SeatEntered,
        SeatLeft => seat::SeatLeft,
        DocumentOpened => seat::DocumentOpened,
        ChairVoted => seat::ChairVoted,
        PanelSaid => seat::PanelSaid,
        SeatVacated => seat::SeatVacated,
        PanelAppointed => evaluation::PanelAppointed,
        RecusalDeclared => evaluation::RecusalDeclared,
        QualificationRead => qualification::QualificationRead,
        QualificationReviewed => qualification::QualificationReviewed,
        ReviewVoted => evaluation::ReviewVoted,
        ReviewClosed => evaluation::ReviewClosed,
        ClarificationAsked => evaluation::ClarificationAsked,
        ClarificationReturned => evaluation::ClarificationReturned,
        PriceCorrected => evaluation::PriceCorrected,
        LowPriceJudged => evaluation::LowPriceJudged,
        ExtensionAsked => evaluation::ExtensionAsked,
        EvaluationExtended => evaluation::EvaluationExtended,
        ScoreChanged => evaluation::ScoreChanged,
        ReportSigned => evaluation::ReportSigned,
        InquiryPut => inquiry::InquiryPut,
        InquiryAnswered => inquiry::InquiryAnswered,
        ScoreCommitted => evaluation::ScoreCommitted,
        ScoreRevealed => evaluation::ScoreRevealed,
        EvaluationConcluded => evaluation::EvaluationConcluded,
        ReportAssembled => evaluation::ReportAssembled,
        ReportCompleted => evaluation::ReportCompleted,
        EvaluationReopened => evaluation::EvaluationReopened,
        OrderSuspended => supervision::OrderSuspended,
        OrderResumed => supervision::OrderResumed,
        OrderReevaluated => supervision::OrderReevaluated,
        SignJudged => supervision::SignJudged,
        ObjectionRaised => objection::ObjectionRaised,
        ObjectionNoted => objection::ObjectionNoted,
        ObjectionReplied => objection::ObjectionReplied,
        ExplanationCalled => obeyed::ExplanationCalled,
        ExplanationGiven => obeyed::ExplanationGiven,
        DeadlineExtended => obeyed::DeadlineExtended,
        StepVoided => obeyed::StepVoided,
        OrderReturned => obeyed::OrderReturned,
        OrderInquired => supervision::OrderInquired,
        OrderVoided => supervision::OrderVoided,
        OrderExtended => supervision::OrderExtended,
        ComplaintFiled => complaint::ComplaintFiled,
        ComplaintReturned => complaint::ComplaintReturned,
        ComplaintSupplemented => complaint::ComplaintSupplemented,
        ComplaintAccepted => complaint::ComplaintAccepted,
        ComplaintRefused => complaint::ComplaintRefused,
        ComplaintPaused => complaint::ComplaintPaused,
        ComplaintContinued => complaint::ComplaintContinued,
        ComplaintDecided => complaint::ComplaintDecided,
        ComplaintWithdrawn => complaint::ComplaintWithdrawn,
        AccessRequested => supervision::AccessRequested,
        AccessGranted => supervision::AccessGranted,
        AccessUsed => supervision::AccessUsed,
        RulesAdopted => card::RulesAdopted,
        CardIssued => card::CardIssued,
        CardWarned => card::CardWarned,
        CardEnded => card::CardEnded,
    )
}
