//! 询问与答复: whoever asks stays unknown; the answer goes to all.

use super::{State, gate, refuse};
use crate::said::Said;
use facts::body::tender::{QuestionAnswered, QuestionAsked};
use facts::{Draft, Instant, Refusal, Role};

pub(super) fn ask(state: &State, said: Said<QuestionAsked>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::own_key(&said.actor, &[Role::Bidder])?;
    gate::open(state, at)?;
    if state.questions.contains_key(&body.question) {
        return Err(refuse::twice("question", body.question.as_str()));
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}

pub(super) fn answer(
    state: &State,
    said: Said<QuestionAnswered>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    gate::open(state, at)?;
    match state.questions.get(&body.question) {
        None => return Err(refuse::question_unknown(&body.question)),
        Some(true) => return Err(refuse::answered(body.question.as_str())),
        Some(false) => {}
    }
    gate::stated("answer", &body.answer)?;
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}
