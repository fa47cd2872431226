//! The law of key ceremonies: who may take which step when, and what follows from it.

use super::refusals as no;
use super::roster::{self, Enrolled};
use super::state::{Phase, State};
use crate::said::Said;
use desk::ledger::ceremony::{Fault, Judgement, View, judge};
use facts::body::ceremony::{
    CeremonyAnswered, CeremonyCalled, CeremonyCertified, CeremonyCommitted, CeremonyComplained,
    CeremonyCompleted, CeremonyFailed, CeremonyShared, StageKey,
};
use facts::{Body, CeremonyId, Decider, Draft, Instant, Record, Refusal, Stream};

/// The law over `ceremony/ID` streams.
#[derive(Debug, Clone, Copy)]
pub struct Ceremonies;

/// What may be asked of a ceremony. Acts come with what the front door found when it checked the
/// cryptography (see [`super::front`]), so that deciding stays cheap.
#[derive(Debug, Clone)]
pub enum Command {
    /// Call a ceremony.
    Call {
        /// The act.
        said: Said<CeremonyCalled>,
        /// The enrolled keys of the accounts that it names.
        known: Vec<Enrolled>,
    },
    /// Round 1 of a member.
    Commit {
        /// The act.
        said: Said<CeremonyCommitted>,
        /// Whether it is well made.
        verdict: Result<(), Fault>,
    },
    /// Round 2 of a member.
    Share {
        /// The act.
        said: Said<CeremonyShared>,
        /// Whether it is well made, as far as the public can see.
        verdict: Result<(), Fault>,
    },
    /// A member says that a share is bad.
    Complain(Said<CeremonyComplained>),
    /// The accused opens the disputed share.
    Answer(Said<CeremonyAnswered>),
    /// Round 3 of a member.
    Certify {
        /// The act.
        said: Said<CeremonyCertified>,
        /// The keys as recomputed from round 1, if the certificates signed are theirs.
        verdict: Result<Vec<StageKey>, Fault>,
    },
    /// The platform looks at the clock.
    Tick,
}

impl Decider for Ceremonies {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        state.add(record);
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::Call { said, known } => call(state, said, &known),
            Command::Commit { said, verdict } => commit(state, said, verdict, at),
            Command::Share { said, verdict } => share(state, said, verdict, at),
            Command::Complain(said) => complain(state, said, at),
            Command::Answer(said) => answer(state, said, at),
            Command::Certify { said, verdict } => certify(state, said, verdict, at),
            Command::Tick => tick(state, at),
        }
    }
}

fn call(state: &State, said: Said<CeremonyCalled>, known: &[Enrolled]) -> Result<Vec<Draft>, Refusal> {
    if state.view().is_some() {
        return Err(no::called_already(&said.body.ceremony));
    }
    in_its_stream(&said, &said.body.ceremony)?;
    roster::check(&said.body, known)?;
    Ok(vec![said.draft(false)])
}

/// Round 1: all messages stand alone, but no two members may have the same first point.
fn commit(
    state: &State,
    said: Said<CeremonyCommitted>,
    verdict: Result<(), Fault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let (view, phase) = running(state, at)?;
    by_member(view, &said, &said.body.ceremony, said.body.index)?;
    if phase != Phase::Called {
        return Err(no::step("round 1", "第一轮", phase));
    }
    if view.committed.contains_key(&said.body.index) {
        return Err(no::again(said.body.index, "round 1", "第一轮"));
    }
    verdict.map_err(|fault| no::malformed(&fault))?;
    // The front looked at the members who had committed by then; others may have come since.
    Fault::same_secret(view, &said.body).map_or(Ok(()), |fault| Err(no::malformed(&fault)))?;
    Ok(vec![said.draft(false)])
}

/// Round 2 begins when round 1 is complete: shares are checked against commitments that stand.
fn share(
    state: &State,
    said: Said<CeremonyShared>,
    verdict: Result<(), Fault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let (view, phase) = running(state, at)?;
    by_member(view, &said, &said.body.ceremony, said.body.index)?;
    if phase != Phase::Committed {
        return Err(no::step("round 2", "第二轮", phase));
    }
    if view.shared.contains_key(&said.body.index) {
        return Err(no::again(said.body.index, "round 2", "第二轮"));
    }
    verdict.map_err(|fault| no::malformed(&fault))?;
    Ok(vec![said.draft(false)])
}

/// A complaint is open to whoever has not signed yet; one is enough to end the ceremony, so there is one.
fn complain(state: &State, said: Said<CeremonyComplained>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let (view, phase) = running(state, at)?;
    let body = &said.body;
    by_member(view, &said, &body.ceremony, body.index)?;
    match phase {
        Phase::Shared | Phase::Certifying => {}
        Phase::Disputed => return Err(no::disputed(view)),
        other => return Err(no::step("a complaint", "投诉", other)),
    }
    if view.certified.contains_key(&body.index) {
        return Err(no::signed_already(body.index));
    }
    if body.slot >= view.called.keys {
        return Err(no::slot(body.slot, view.called.keys));
    }
    if body.against == body.index || view.member(body.against).is_none() {
        return Err(no::accused(body.against));
    }
    Ok(vec![said.draft(false)])
}

/// The answer ends the ceremony either way: the disputed share is public now, and somebody was wrong.
fn answer(state: &State, said: Said<CeremonyAnswered>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let (view, _) = running(state, at)?;
    let body = &said.body;
    by_member(view, &said, &body.ceremony, body.index)?;
    let complaint = view.dispute().ok_or_else(no::no_dispute)?;
    if (body.index, body.to, body.slot) != (complaint.against, complaint.index, complaint.slot) {
        return Err(no::other_dispute(complaint));
    }
    let (loser, cause) = match judge(view, body).map_err(|fault| no::malformed(&fault))? {
        Judgement::BadShare => (body.index, "bad_share"),
        Judgement::FalseComplaint => (body.to, "false_complaint"),
    };
    let failed = failed(view, loser, cause)?;
    Ok(vec![said.draft(false), failed])
}

/// Round 3: the last signature completes the ceremony.
fn certify(
    state: &State,
    said: Said<CeremonyCertified>,
    verdict: Result<Vec<StageKey>, Fault>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let (view, phase) = running(state, at)?;
    by_member(view, &said, &said.body.ceremony, said.body.index)?;
    match phase {
        Phase::Shared | Phase::Certifying => {}
        Phase::Disputed => return Err(no::disputed(view)),
        other => return Err(no::step("signing the certificates", "签署证书", other)),
    }
    if view.certified.contains_key(&said.body.index) {
        return Err(no::again(said.body.index, "round 3", "第三轮"));
    }
    let keys = verdict.map_err(|fault| no::malformed(&fault))?;
    let is_last = view.certified.len().saturating_add(1) == view.called.members.len();
    let ceremony = view.called.ceremony.clone();
    let mut drafts = vec![said.draft(false)];
    if is_last {
        let stream = Stream::Ceremony(ceremony.clone());
        drafts.push(of_platform(stream, &CeremonyCompleted { ceremony, keys })?);
    }
    Ok(drafts)
}

/// Whoever was awaited and let the time pass ends the ceremony; the log shows who else was late.
fn tick(state: &State, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let (Some(view), Some(due), Some(late)) = (state.view(), state.due(), state.awaited()) else {
        return Err(no::nothing_due());
    };
    if at < due {
        return Err(no::nothing_due());
    }
    let cause = if state.phase() == Some(Phase::Disputed) {
        "no_answer"
    } else {
        "no_show"
    };
    Ok(vec![failed(view, late, cause)?])
}

fn running(state: &State, at: Instant) -> Result<(&View, Phase), Refusal> {
    let (Some(view), Some(phase)) = (state.view(), state.phase()) else {
        return Err(no::unknown());
    };
    let Some(due) = state.due() else {
        return Err(no::over(phase));
    };
    if at >= due {
        return Err(no::late(due));
    }
    Ok((view, phase))
}

fn by_member<B: Body>(view: &View, said: &Said<B>, ceremony: &CeremonyId, index: u16) -> Result<(), Refusal> {
    in_its_stream(said, ceremony)?;
    let member = view.member(index).ok_or_else(|| no::no_member(index))?;
    let is_signer = said.act.key == member.signer;
    if said.actor.account.as_ref() == Some(&member.account) && is_signer {
        Ok(())
    } else {
        Err(no::not_yours(index))
    }
}

fn in_its_stream<B: Body>(said: &Said<B>, ceremony: &CeremonyId) -> Result<(), Refusal> {
    if said.act.stream == Stream::Ceremony(ceremony.clone()) {
        Ok(())
    } else {
        Err(no::stream(ceremony))
    }
}

fn failed(view: &View, loser: u16, cause: &str) -> Result<Draft, Refusal> {
    let ceremony = view.called.ceremony.clone();
    let stream = Stream::Ceremony(ceremony.clone());
    of_platform(
        stream,
        &CeremonyFailed {
            cause: cause.to_owned(),
            ceremony,
            loser,
        },
    )
}

/// The platform's own facts are small and typed; one without a canonical form would be our mistake, and is
/// answered rather than assumed away.
fn of_platform<B: Body>(stream: Stream, body: &B) -> Result<Draft, Refusal> {
    Draft::platform(stream, body).map_err(|error| no::not_canonical(&error))
}
