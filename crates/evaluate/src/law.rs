//! The law of evaluation over one stream `evaluation/TENDER`: what may follow what.
//!
//! Invariant: nobody commits to a score before every seat is filled and declared free of conflict,
//! nobody reveals before everybody committed, and the result is computed in the same batch as the
//! last reveal, so that nobody can hold it back or see half of it.

mod call;
mod chance;
mod change;
mod clarify;
mod conclude;
mod draw;
mod drawing;
mod open;
mod panel;
mod refusals;
mod refuse;
mod report;
mod review;
mod room;
mod score;
mod state;
mod steps;

pub use clarify::Answer;
pub(crate) use clarify::{UNCHANGEABLE, is_price_fixed};
pub use report::{Assembled, Reported, SIGNING};
pub(crate) use review::passed;
pub use score::commitment;
pub use steps::{Changed, Question, Steps};

pub use draw::{DrawCircumstances, DrawKey, smallest};
pub use drawing::{Call, Drawing, Outcome};
pub use room::{Presence, Reading, Room, Said};
pub use state::{Origin, Seat, State, Step};

use crate::Signed;
use crate::method;
use facts::body::award::CandidatesRevoked;
use facts::body::draw::{CallAnswered, DrawAnswered, DrawPinned, DrawRequested};
use facts::body::evaluation::{
    ClarificationAsked, CodesDrawn, EvaluationOpened, ExtensionAsked, LowPriceJudged, PanelAppointed,
    PriceCorrected, RecusalDeclared, ReportSigned, ReviewVoted, ScoreChanged, ScoreCommitted, ScoreRevealed,
};
use facts::body::platform::FactsDisclosed;
use facts::body::seat::{
    ChairVoted, HoursSet, PanelSaid, RepresentativesNamed, SeatEntered, SeatLeft, SeatVacated,
};
use facts::body::tender::Regime;
use facts::id::{ClarificationId, CodeId, PartId, SeatId};
use facts::{AccountId, Decider, Draft, Instant, Record, Refusal, Stream};
use std::collections::{BTreeMap, BTreeSet};

/// The law.
#[derive(Debug, Clone, Copy)]
pub struct Evaluations;

/// What the law of evaluation must know of other streams when a panel is appointed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circumstances {
    /// The buyer of the tender and its agent: they appoint, and may not sit.
    pub owners: BTreeSet<AccountId>,
    /// Everybody who entered the tender: none of them may sit.
    pub bidders: BTreeSet<AccountId>,
    /// Of the accounts to be appointed, those that may act at all and whether they are experts.
    pub experts: BTreeMap<AccountId, Standing>,
    /// Which law the tender follows.
    pub regime: Regime,
    /// The estimate of all lots in minor units.
    pub budget: i64,
}

/// What an account is, as far as a seat depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Enrolled as an expert and not revoked.
    Expert,
    /// Enrolled, but not as an expert.
    Other,
    /// Revoked.
    Revoked,
}

/// Why what was committed may be shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The result is computed.
    Concluded,
    /// The award is made, at this position (招标投标法37: the panel is secret until then).
    Awarded(u64),
}

/// A wish, already admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The platform opens the evaluation; the codes were drawn outside.
    Open {
        /// What the evaluation may know.
        opened: EvaluationOpened,
        /// Which code stands for which bid.
        codes: CodesDrawn,
    },
    /// The buyer or its agent fills the seats, or those that fell vacant.
    Appoint {
        /// The act.
        signed: Signed<PanelAppointed>,
        /// What was looked up.
        circumstances: Circumstances,
    },
    /// The buyer names who sits for it.
    Represent {
        /// The act.
        signed: Signed<RepresentativesNamed>,
        /// What was looked up.
        circumstances: Circumstances,
    },
    /// The buyer or its agent asks for a draw.
    Draw {
        /// The act.
        signed: Signed<DrawRequested>,
        /// What was looked up.
        circumstances: Box<DrawCircumstances>,
    },
    /// The platform says which tree head goes into a draw.
    Pin(DrawPinned),
    /// A custodian contributes to a draw.
    Contribute {
        /// The act.
        signed: Signed<DrawAnswered>,
        /// The tender's draw key.
        key: Option<DrawKey>,
    },
    /// A called expert answers.
    AnswerCall(Signed<CallAnswered>),
    /// The platform passes over whoever did not answer in time.
    Lapse,
    /// The buyer or its agent sets the hours of the room.
    SetHours {
        /// The act.
        signed: Signed<HoursSet>,
        /// The buyer and its agent.
        owners: BTreeSet<AccountId>,
    },
    /// A member comes in.
    Enter {
        /// The act.
        signed: Signed<SeatEntered>,
        /// Whether the device's signature holds.
        proven: bool,
    },
    /// A member goes out.
    Leave(Signed<SeatLeft>),
    /// A seat is given a file; recorded before it is given.
    Read {
        /// The seat.
        seat: SeatId,
        /// The bid's code.
        code: CodeId,
        /// The part.
        part: PartId,
    },
    /// A member votes for a chair.
    ElectChair(Signed<ChairVoted>),
    /// A member speaks.
    Say(Signed<PanelSaid>),
    /// A member is replaced.
    Vacate {
        /// The act.
        signed: Signed<SeatVacated>,
        /// The buyer and its agent.
        owners: BTreeSet<AccountId>,
    },
    /// An expert declares conflicts, or none.
    Declare(Signed<RecusalDeclared>),
    /// An expert commits to a sheet.
    Commit(Signed<ScoreCommitted>),
    /// An expert reveals the sheet committed to.
    Reveal(Signed<ScoreRevealed>),
    /// A member votes in the review.
    Vote(Signed<ReviewVoted>),
    /// A member asks a bidder.
    Clarify(Signed<ClarificationAsked>),
    /// The courier brings an answer, or says after the time that none came.
    Return {
        /// The question.
        clarification: ClarificationId,
        /// What was answered.
        answer: Option<Answer>,
    },
    /// A member writes down corrections.
    Correct(Signed<PriceCorrected>),
    /// A member judges an explained low price.
    Judge(Signed<LowPriceJudged>),
    /// A member asks for more time.
    Extend(Signed<ExtensionAsked>),
    /// A member changes scores; `publicised` says whether the candidates are public.
    Change {
        /// The act.
        signed: Signed<ScoreChanged>,
        /// Whether the candidates are public.
        publicised: bool,
    },
    /// The platform computes a result that waited for something else than the last sheet.
    Conclude,
    /// The platform shows what was committed.
    Disclose(Ground),
    /// The platform puts the report on record.
    Assemble(Assembled),
    /// A member of the panel signs the report, or refuses to.
    Sign(Signed<ReportSigned>),
    /// The time to sign the report is over.
    CloseReport,
    /// Obeys an order to evaluate again, as procurement has taken it down at the position given.
    Reopen(CandidatesRevoked, u64),
}

impl Decider for Evaluations {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        state.evolve(record);
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::Open { opened, codes } => open::open(state, &opened, &codes),
            Command::Appoint {
                signed,
                circumstances,
            } => panel::appoint(state, signed, &circumstances),
            Command::Represent {
                signed,
                circumstances,
            } => panel::represent(state, signed, &circumstances),
            Command::Draw {
                signed,
                circumstances,
            } => draw::request(state, signed, &circumstances, at),
            Command::Pin(pinned) => draw::pin(state, &pinned),
            Command::Contribute { signed, key } => draw::contribute(state, signed, key.as_ref(), at),
            Command::AnswerCall(signed) => call::answer(state, signed, at),
            Command::Lapse => call::lapse(state, at),
            Command::SetHours { signed, owners } => room::set_hours(state, signed, &owners),
            Command::Enter { signed, proven } => room::enter(state, signed, proven, at),
            Command::Leave(signed) => room::leave(state, signed),
            Command::Read { seat, code, part } => room::read(state, seat, code, part, at),
            Command::ElectChair(signed) => room::vote(state, signed),
            Command::Say(signed) => room::say(state, signed, at),
            Command::Vacate { signed, owners } => room::vacate(state, signed, &owners, at),
            Command::Declare(signed) => panel::declare(state, signed, at),
            Command::Commit(signed) => score::commit(state, signed),
            Command::Reveal(signed) => score::reveal(state, signed),
            Command::Vote(signed) => review::vote(state, signed),
            Command::Clarify(signed) => clarify::ask(state, signed, at),
            Command::Return {
                clarification,
                answer,
            } => clarify::answer(state, &clarification, answer, at),
            Command::Correct(signed) => clarify::correct(state, signed),
            Command::Judge(signed) => clarify::judge(state, signed),
            Command::Extend(signed) => change::extend(state, signed),
            Command::Change { signed, publicised } => change::change(state, signed, publicised),
            Command::Conclude => conclude::conclude(state),
            Command::Disclose(ground) => disclose(state, ground),
            Command::Assemble(assembled) => report::assemble(state, &assembled, at),
            Command::Sign(signed) => report::sign(state, signed, at),
            Command::CloseReport => report::close(state, at),
            Command::Reopen(revoked, seq) => report::reopen(state, revoked, seq, at),
        }
    }
}

/// Shows every committed fact of the stream in one disclosure.
///
/// It is a command of its own because the position of the last reveal is known only once it is in
/// the log. Refused as `nothing.due` before the result and after the disclosure.
fn disclose(state: &State, ground: Ground) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state.opened.as_ref().filter(|_| state.awaits_disclosure()) else {
        return Err(refusals::nothing_due());
    };
    let basis = match ground {
        Ground::Concluded => "The evaluation is concluded (评标结束)".to_owned(),
        Ground::Awarded(seq) => format!("The result is decided by entry {seq} (招标投标法37)"),
    };
    let body = FactsDisclosed {
        basis,
        seqs: state.secret.iter().copied().collect(),
    };
    Ok(vec![platform(&Stream::Evaluation(opened.tender.clone()), &body)?])
}

fn platform<B: facts::Body>(stream: &Stream, body: &B) -> Result<Draft, Refusal> {
    Draft::platform(stream.clone(), body).map_err(|error| refusals::not_canonical(&error))
}
