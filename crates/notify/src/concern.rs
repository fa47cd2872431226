//! Which kinds of fact concern somebody at all.
//!
//! Invariant: every kind is named here, so a new one is a question of the compiler: whom does it concern?

use facts::Kind;

/// Whose matter a kind of fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Nobody is told, and nothing needs to be known of it later.
    Nobody,
    /// The holder of an account, or those who run the machine.
    Person,
    /// An expert of a pool.
    Pool,
    /// The custodians of a ceremony and whoever called it.
    Ceremony,
    /// Those who have to do with a tender.
    Tender,
    /// Those who have to do with its evaluation.
    Panel,
}

/// Whose matter it is.
#[expect(
    clippy::match_same_arms,
    clippy::too_many_lines,
    reason = "one line a kind, grouped by why nobody is told"
)]
#[must_use]
pub const fn concern(kind: Kind) -> Concern {
    match kind {
        // What the platform does to its own record is seen in the public log.
        Kind::FactsDisclosed | Kind::FactErased | Kind::AccessUsed => Concern::Nobody,
        // Versions of the rules, what supervisors think of a sign, and a card that is over: on their pages.
        Kind::RulesAdopted | Kind::SignJudged | Kind::CardEnded => Concern::Nobody,
        // What machines of the others take up by themselves.
        Kind::CeremonyAnswered | Kind::CeremonyCertified | Kind::KeyProved => Concern::Nobody,
        // What its author did and nobody but the law has to answer. Those of bids are secret: they tell nobody at all.
        Kind::BidSubmitted
        | Kind::BidConfirmed
        | Kind::BidWithdrawn
        | Kind::BidUnlocked
        | Kind::ShareGiven
        | Kind::OpeningConfirmed => Concern::Nobody,
        // What the buyer does with authorities after the award.
        Kind::ContractPublished | Kind::ContractFiled | Kind::ContractSupplemented | Kind::AwardReported => {
            Concern::Nobody
        }
        // The opening tells the next step by itself.
        Kind::TenderClosed | Kind::OpeningClosed => Concern::Nobody,
        // A sign for supervision, which sees it among its signs; whoever it is about is not told of it.
        Kind::OriginsCompared => Concern::Nobody,
        // Codes and numbers drawn, presence, reading, votes, scores: seen in the room, told to nobody outside of it.
        Kind::CodesDrawn
        | Kind::DrawRequested
        | Kind::PoolFrozen
        | Kind::DrawAnswered
        | Kind::DrawCompleted
        | Kind::CoefficientDrawn
        | Kind::TieDrawn
        | Kind::SeatEntered
        | Kind::SeatLeft
        | Kind::DocumentOpened
        | Kind::ChairVoted
        | Kind::PanelSaid
        | Kind::RecusalDeclared
        | Kind::QualificationRead
        | Kind::QualificationReviewed
        | Kind::ReviewVoted
        | Kind::ClarificationAsked
        | Kind::PriceCorrected
        | Kind::LowPriceJudged
        | Kind::ExtensionAsked
        | Kind::ScoreRevealed
        | Kind::ScoreChanged
        | Kind::EvaluationConcluded => Concern::Nobody,

        Kind::PlatformFounded | Kind::ClockSuspected | Kind::AccountEnrolled | Kind::AccountRevoked => {
            Concern::Person
        }

        Kind::ExpertListed | Kind::ExpertSuspended | Kind::ExpertReinstated => Concern::Pool,

        Kind::CeremonyCalled
        | Kind::CeremonyCommitted
        | Kind::CeremonyShared
        | Kind::CeremonyComplained
        | Kind::CeremonyFailed
        | Kind::CeremonyCompleted => Concern::Ceremony,

        Kind::TenderRegistered
        | Kind::KeyAssigned
        | Kind::TenderNoticed
        | Kind::TenderAmended
        | Kind::QuotesInvited
        | Kind::QuestionAsked
        | Kind::QuestionAnswered
        | Kind::BidEntered
        | Kind::TenderFailed
        | Kind::ListFrozen
        | Kind::ListDisputed
        | Kind::ListSettled
        | Kind::ShareFaulted
        | Kind::CustodianAbsent
        | Kind::OpeningFailed
        | Kind::OpeningRecorded
        | Kind::OpeningObjected
        | Kind::OpeningReplied
        | Kind::CandidatesPublicised
        | Kind::CandidatesObjected
        | Kind::CandidatesReplied
        | Kind::CandidatesRevoked
        | Kind::AwardMade
        | Kind::ContractSigned
        | Kind::DepositsReceived
        | Kind::DepositsReturned
        | Kind::DepositKept
        | Kind::TenderTerminated
        | Kind::InquiryPut
        | Kind::InquiryAnswered
        | Kind::TenderSuspended
        | Kind::TenderResumed
        | Kind::OrderSuspended
        | Kind::OrderResumed
        | Kind::OrderReevaluated
        | Kind::OrderInquired
        | Kind::OrderVoided
        | Kind::OrderExtended
        | Kind::ObjectionRaised
        | Kind::ObjectionNoted
        | Kind::ObjectionReplied
        | Kind::ExplanationCalled
        | Kind::ExplanationGiven
        | Kind::DeadlineExtended
        | Kind::StepVoided
        | Kind::OrderReturned
        | Kind::ComplaintFiled
        | Kind::ComplaintReturned
        | Kind::ComplaintSupplemented
        | Kind::ComplaintAccepted
        | Kind::ComplaintRefused
        | Kind::ComplaintPaused
        | Kind::ComplaintContinued
        | Kind::ComplaintDecided
        | Kind::ComplaintWithdrawn
        | Kind::AccessRequested
        | Kind::AccessGranted
        | Kind::CardIssued
        | Kind::CardWarned => Concern::Tender,

        Kind::EvaluationOpened
        | Kind::DrawPinned
        | Kind::ExpertCalled
        | Kind::CallAnswered
        | Kind::CallLapsed
        | Kind::RepresentativesNamed
        | Kind::HoursSet
        | Kind::SeatVacated
        | Kind::PanelAppointed
        | Kind::ReviewClosed
        | Kind::ClarificationReturned
        | Kind::EvaluationExtended
        | Kind::ScoreCommitted
        | Kind::ReportAssembled
        | Kind::ReportSigned
        | Kind::ReportCompleted
        | Kind::EvaluationReopened => Concern::Panel,
    }
}
