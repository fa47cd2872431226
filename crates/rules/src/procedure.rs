//! What supervision knows of one tender (监督视图): its public facts, and confidential ones once they are disclosed.
//!
//! Invariant: a confidential fact that is not disclosed leaves no trace here, not even its time; what is disclosed
//! comes in with the disclosure.

mod fold;
pub mod hearing;
mod people;

pub use hearing::Hearing;
pub use people::People;

use super::rule::MethodWord;
use facts::body::award::{
    AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesReplied, TenderResumed, TenderSuspended,
    TenderTerminated,
};
use facts::body::bid::{BidSubmitted, BidWithdrawn, Letter};
use facts::body::contract::{
    ContractSigned, ContractSupplemented, DepositKept, DepositsReceived, DepositsReturned,
};
use facts::body::draw::{
    CallAnswered, CoefficientDrawn, DrawCompleted, DrawPinned, DrawRequested, ExpertCalled, PoolFrozen,
    Subject,
};
use facts::body::evaluation::{
    ClarificationAsked, ClarificationReturned, CodesDrawn, EvaluationConcluded, EvaluationExtended,
    EvaluationOpened, EvaluationReopened, ExtensionAsked, LowPriceJudged, PanelAppointed, RecusalDeclared,
    ReportCompleted, ReviewClosed, ScoreChanged, ScoreCommitted, ScoreRevealed,
};
use facts::body::obeyed::DeadlineExtended;
use facts::body::opening::{
    ListFrozen, ListSettled, OpenedBid, OpeningClosed, OpeningConfirmed, OpeningFailed, OpeningObjected,
    OpeningRecorded, OpeningReplied, TenderClosed, TenderFailed,
};
use facts::body::seat::{ChairVoted, HoursSet, RepresentativesNamed, SeatEntered, SeatVacated};
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended};
use facts::body::tender::{
    Lot, Method, QuestionAnswered, Regime, TenderAmended, TenderNoticed, TenderRegistered,
};
use facts::id::SeatId;
use facts::{AccountId, Hex, Instant, Kind, TenderId};
use std::collections::{BTreeMap, BTreeSet};

use super::clocks::Plain;
use super::finding::Mark;

/// A fact with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<B> {
    /// Its position.
    pub seq: u64,
    /// The log's time of it.
    pub at: Instant,
    /// When what it speaks of had fully arrived, where that is recorded.
    pub arrived: Option<Instant>,
    /// What it says.
    pub body: B,
}

impl<B> Told<B> {
    /// Where and when.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            seq: self.seq,
        }
    }
}

/// A fact of which only the place, the kind and the actor count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Where and when.
    pub mark: Mark,
    /// Its name.
    pub kind: Kind,
    /// Fingerprint of the acting key; none for the platform.
    pub actor: Option<Hex<32>>,
}

macro_rules! procedure {
    ($(#[$one_doc:meta])* one { $($(#[$doc:meta])* $one:ident: $one_body:ty,)* }
     many { $($(#[$many_doc:meta])* $many:ident: $many_body:ty,)* }) => {
        /// What supervision knows of one tender.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Procedure {
            /// The tender.
            pub tender: TenderId,
            $($(#[$doc])* pub $one: Option<Told<$one_body>>,)*
            $($(#[$many_doc])* pub $many: Vec<Told<$many_body>>,)*
            /// The first share of each opening.
            pub shares: Vec<Mark>,
            /// Disclosed facts of the evaluation whose body no rule reads, and every signed fact of supervisors.
            pub traces: Vec<Trace>,
            /// The disclosure that first showed somebody of the panel.
            pub panel_shown: Option<Mark>,
            /// When the withdrawals of bids were disclosed, by their positions.
            pub withdrawals_shown: BTreeMap<u64, Mark>,
            /// Objections and complaints.
            pub hearing: Hearing,
            /// Public facts as clocks see them.
            pub plain: Vec<Plain>,
            /// The last fact known.
            pub last: Mark,
        }

        impl Procedure {
            /// A tender of which nothing is known but its name.
            #[must_use]
            pub const fn new(tender: TenderId) -> Self {
                Self {
                    tender,
                    $($one: None,)*
                    $($many: Vec::new(),)*
                    shares: Vec::new(),
                    traces: Vec::new(),
                    panel_shown: None,
                    withdrawals_shown: BTreeMap::new(),
                    hearing: Hearing::new(),
                    plain: Vec::new(),
                    last: Mark { at: Instant(i64::MIN), seq: 0 },
                }
            }
        }
    };
}

procedure! {
    one {
        /// 进场登记.
        registered: TenderRegistered,
        /// 招标公告.
        noticed: TenderNoticed,
        /// 投标截止.
        closed: TenderClosed,
        /// 流标.
        failed: TenderFailed,
        /// 终止招标.
        terminated: TenderTerminated,
        /// 评标结果.
        concluded: EvaluationConcluded,
        /// 候选人公示.
        publicised: CandidatesPublicised,
        /// 中标.
        awarded: AwardMade,
        /// What was evaluated; disclosed with the award.
        evaluated: EvaluationOpened,
        /// Codes and bids; disclosed with the award.
        codes: CodesDrawn,
        /// The panel, where it was appointed; disclosed with the award.
        appointed: PanelAppointed,
        /// 招标人代表; disclosed with the award.
        representatives: RepresentativesNamed,
        /// Hours of the evaluation; disclosed with the award.
        hours: HoursSet,
        /// What the review ended with; disclosed with the award.
        reviewed: ReviewClosed,
        /// More time for the panel; disclosed with the award.
        extended: EvaluationExtended,
        /// Who signed the report; disclosed with the award.
        report: ReportCompleted,
    }
    many {
        /// Addenda.
        amended: TenderAmended,
        /// Answers to questions.
        answered: QuestionAnswered,
        /// Lists frozen, one a stage.
        frozen: ListFrozen,
        /// Lists settled, one a stage.
        settled: ListSettled,
        /// Opening records, one a stage.
        recorded: OpeningRecorded,
        /// Openings that failed.
        unopened: OpeningFailed,
        /// Objections at the opening.
        opening_objections: OpeningObjected,
        /// Their answers.
        opening_replies: OpeningReplied,
        /// Bidders' signatures under a record.
        confirmed: OpeningConfirmed,
        /// Openings that ended.
        opening_closed: OpeningClosed,
        /// Bids handed in; disclosed with the list.
        submitted: BidSubmitted,
        /// Bids withdrawn; disclosed with the opening record.
        withdrawn: BidWithdrawn,
        /// Contracts, one a lot.
        contracts: ContractSigned,
        /// What was added to them.
        supplements: ContractSupplemented,
        /// Lists of deposits that arrived; the last one counts.
        received: DepositsReceived,
        /// Deposits that went back.
        returned: DepositsReturned,
        /// Deposits that are kept.
        kept: DepositKept,
        /// Objections to the candidates.
        objections: CandidatesObjected,
        /// Their answers.
        replies: CandidatesReplied,
        /// Procurement stood still.
        suspended: TenderSuspended,
        /// Procurement went on.
        resumed: TenderResumed,
        /// Orders to stop.
        stop_orders: OrderSuspended,
        /// Orders to go on.
        go_orders: OrderResumed,
        /// Orders to evaluate again.
        again_orders: OrderReevaluated,
        /// Rounds of an evaluation done again.
        reopened: EvaluationReopened,
        /// Deadlines moved by order.
        extended_by_order: DeadlineExtended,
        /// Draws asked for.
        draws: DrawRequested,
        /// What was drawn from.
        pools: PoolFrozen,
        /// Heads pinned for draws.
        pinned: DrawPinned,
        /// Draws done.
        drawn: DrawCompleted,
        /// Coefficients drawn.
        coefficients: CoefficientDrawn,
        /// Calls; disclosed with the award.
        called: ExpertCalled,
        /// Answers to calls; disclosed with the award.
        call_answers: CallAnswered,
        /// Who came in; disclosed with the award.
        entered: SeatEntered,
        /// Votes for a chair; disclosed with the award.
        chair_votes: ChairVoted,
        /// Members replaced; disclosed with the award.
        vacated: SeatVacated,
        /// Declarations; disclosed with the award.
        recusals: RecusalDeclared,
        /// Questions of the panel; disclosed with the award.
        clarifications: ClarificationAsked,
        /// Their answers; disclosed with the award.
        clarified: ClarificationReturned,
        /// Votes on low prices; disclosed with the award.
        judged: LowPriceJudged,
        /// Members who asked for more time; disclosed with the award.
        extension_asked: ExtensionAsked,
        /// Sheets committed; disclosed with the award.
        committed: ScoreCommitted,
        /// Sheets revealed; disclosed with the award.
        revealed: ScoreRevealed,
        /// Scores changed; disclosed with the award.
        changed: ScoreChanged,
    }
}

impl Procedure {
    /// The law that governs it, once registered.
    #[must_use]
    pub fn regime(&self) -> Option<Regime> {
        self.registered.as_ref().map(|told| told.body.regime)
    }

    /// The method of the notice.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.noticed.as_ref().map(|told| &told.body.method)
    }

    /// The word of that method.
    #[must_use]
    pub fn method_word(&self) -> Option<MethodWord> {
        self.noticed.as_ref().map(|told| MethodWord::of(&told.body))
    }

    /// The lots of the notice.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        self.noticed.as_ref().map_or(&[], |told| &told.body.lots)
    }

    /// The deadline in force and the fact that set it: the notice, the last addendum, or a later order.
    #[must_use]
    pub fn deadline(&self) -> Option<Mark> {
        let noticed = self.noticed.iter().map(|told| (told.seq, told.body.closes_at));
        let amended = self.amended.iter().map(|told| (told.seq, told.body.closes_at));
        let ordered = self
            .extended_by_order
            .iter()
            .map(|told| (told.seq, told.body.closes_at));
        let last = noticed.chain(amended).chain(ordered).max_by_key(|(seq, _)| *seq);
        last.map(|(seq, at)| Mark { at, seq })
    }

    /// Where the procedure ended without a contract partner.
    #[must_use]
    pub fn ended(&self) -> Option<Mark> {
        let failed = self.failed.as_ref().map(Told::mark);
        failed.or_else(|| self.terminated.as_ref().map(Told::mark))
    }

    /// Bids in the opening records; a bid of several stages comes several times.
    pub fn opened(&self) -> impl Iterator<Item = (u64, &OpenedBid)> {
        self.recorded
            .iter()
            .flat_map(|told| told.body.bids.iter().map(|bid| (told.seq, bid)))
    }

    /// Letters in the opening records.
    pub fn letters(
        &self,
    ) -> impl Iterator<Item = (u64, &OpenedBid, &facts::body::opening::OpenedPart, &Letter)> {
        self.opened().flat_map(|(seq, bid)| {
            let read = bid.parts.iter().map(|part| (part, part.letter.as_ref()));
            read.filter_map(move |(part, letter)| letter.map(|letter| (seq, bid, part, letter)))
        })
    }

    /// Milliseconds that procurement stood still between two instants.
    #[must_use]
    pub fn standstill(&self, from: Instant, to: Instant) -> i64 {
        let mut lost: i64 = 0;
        for (begun, ended) in self.spans() {
            let end = ended.unwrap_or(to).min(to);
            lost = lost.saturating_add(end.since(begun.max(from)).max(0));
        }
        lost
    }

    /// The spans in which procurement stood still, in their order; the last may still last. A span ends when no order
    /// is left in force.
    #[must_use]
    pub fn spans(&self) -> Vec<(Instant, Option<Instant>)> {
        let stops = self
            .suspended
            .iter()
            .map(|told| (told.seq, told.at, &told.body.order, true));
        let goes = self
            .resumed
            .iter()
            .map(|told| (told.seq, told.at, &told.body.order, false));
        let mut turns: Vec<_> = stops.chain(goes).collect();
        turns.sort_unstable_by_key(|(seq, ..)| *seq);
        let (mut spans, mut open) = (Vec::new(), BTreeSet::new());
        for (_, at, order, stops) in turns {
            if stops {
                if open.is_empty() {
                    spans.push((at, None));
                }
                open.insert(order);
            } else if open.remove(order)
                && open.is_empty()
                && let Some((_, ended)) = spans.last_mut()
            {
                *ended = Some(at);
            }
        }
        spans
    }

    /// The panel as it sat: seat to account. Empty until it is disclosed.
    #[must_use]
    pub fn panel(&self) -> BTreeMap<SeatId, AccountId> {
        let mut seats = BTreeMap::new();
        for call in &self.called {
            let accepted = self.call_answers.iter().any(|answer| {
                answer.body.accept
                    && answer.body.draw == call.body.draw
                    && answer.body.place == call.body.place
            });
            if accepted {
                seats.insert(call.body.seat.clone(), call.body.expert.clone());
            }
        }
        if let Some(told) = &self.representatives {
            seats.extend(told.body.seats.clone());
        }
        if let Some(told) = &self.appointed {
            seats.extend(told.body.seats.clone());
        }
        seats
    }

    /// The facts that say who sat.
    #[must_use]
    pub fn panel_facts(&self) -> Vec<u64> {
        let named = self.representatives.iter().map(|told| told.seq);
        let appointed = self.appointed.iter().map(|told| told.seq);
        let called = self.call_answers.iter().filter(|told| told.body.accept);
        named
            .chain(appointed)
            .chain(called.map(|told| told.seq))
            .collect()
    }

    /// Draws of experts.
    pub fn expert_draws(&self) -> impl Iterator<Item = &Told<DrawRequested>> {
        let of_experts = |told: &&Told<DrawRequested>| matches!(told.body.subject, Subject::Experts { .. });
        self.draws.iter().filter(of_experts)
    }
}
