//! Questions to bidders, corrections of prices, judgements of low ones (澄清、修正、异常低价).
//!
//! Invariant: nobody but a member of the panel asks, nothing is out before it could be explained, and an opened price
//! is never overwritten: a corrected one counts beside it once its bidder confirms it.

use super::panel::{must_be_free, own, running};
use super::review::LONGEST;
use super::{Question, State, Step, platform, refusals};
use crate::{Signed, correction};
use facts::body::evaluation::{
    ClarificationAsked, ClarificationReturned, EvaluationOpened, LowPriceJudged, PriceCorrected,
};
use facts::id::{ClarificationId, CodeId};
use facts::procedures::{self, Price};
use facts::time::DAY;
use facts::{Draft, Instant, Refusal, Stream};

/// Longest time for an answer, in milliseconds: a week.
const LONGEST_ANSWER: i64 = DAY.saturating_mul(7);

/// What a bidder answered, as the courier read it in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Position of the answer.
    pub seq: u64,
    /// Whether the corrected price is confirmed.
    pub confirms: Option<bool>,
    /// The answer in words.
    pub text: String,
}

pub(super) fn ask(
    state: &State,
    signed: Signed<ClarificationAsked>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    declared(opened)?;
    known(state, &body.code)?;
    if state.steps.questions.contains_key(&body.clarification) {
        return Err(refusals::asked_twice(&body.clarification));
    }
    text(&body.text)?;
    if body.price.is_some() {
        correctable(opened)?;
        shown(state)?;
    }
    let least = state.least_answer(&body.code);
    if !(least..=LONGEST_ANSWER).contains(&body.until.since(at)) {
        return Err(refusals::answer_time(least));
    }
    Ok(vec![signed.draft()])
}

/// The courier brings an answer, or says after the time that there is none.
pub(super) fn answer(
    state: &State,
    clarification: &ClarificationId,
    answer: Option<Answer>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let (Some(opened), Some(question)) = (&state.opened, state.steps.questions.get(clarification)) else {
        return Err(refusals::nothing_due());
    };
    let over = at >= question.asked.until;
    if question.returned.is_some() || state.concluded.is_some() || (answer.is_none() && !over) {
        return Err(refusals::nothing_due());
    }
    let (answered, confirms, text) = answer.map_or((None, None, String::new()), |answer| {
        (Some(answer.seq), answer.confirms, answer.text)
    });
    let body = ClarificationReturned {
        answered,
        clarification: clarification.clone(),
        confirms,
        tender: opened.tender.clone(),
        text,
    };
    Ok(vec![platform(&Stream::Evaluation(opened.tender.clone()), &body)?])
}

pub(super) fn correct(state: &State, signed: Signed<PriceCorrected>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    declared(opened)?;
    correctable(opened)?;
    shown(state)?;
    known(state, &body.code)?;
    let price = opened
        .bids
        .iter()
        .find(|bid| bid.code == body.code)
        .map_or(0, |bid| bid.price.minor);
    if let Some(fault) = correction::fault(price, &body.corrections) {
        return Err(refusals::correction(fault));
    }
    let last = body.corrections.last().map(|step| step.after);
    let asked = state
        .steps
        .questions
        .get(&body.clarification)
        .map(|question| &question.asked);
    if !asked.is_some_and(|asked| asked.code == body.code && asked.price == last) {
        return Err(refusals::correction_unasked());
    }
    if state.steps.corrections.contains_key(&body.code) {
        return Err(refusals::corrected(&body.code));
    }
    Ok(vec![signed.draft()])
}

/// Judged only once, and only after the bidder could explain.
pub(super) fn judge(state: &State, signed: Signed<LowPriceJudged>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    shown(state)?;
    if !is_flagged(state, &body.code) {
        return Err(refusals::not_flagged(&body.code));
    }
    if !state
        .explained(&body.code)
        .any(|question| question.returned.is_some())
    {
        return Err(refusals::unheard(&body.code));
    }
    if state
        .steps
        .judged
        .get(&body.code)
        .is_some_and(|judged| judged.contains_key(&body.seat))
    {
        return Err(refusals::voted());
    }
    text(&body.reason)?;
    Ok(vec![signed.draft()])
}

impl State {
    /// Whether the panel may know prices: once every seat has committed to its sheet, or where there is none to fill
    /// in. Before that a price beside a code would tell whose bid it is, for prices are read out beside names.
    #[must_use]
    pub fn prices_open(&self) -> bool {
        let nothing_to_score = || {
            let items = self.opened.as_ref().map(|opened| opened.method.sheet_items());
            self.step() == Step::Committing && items.is_some_and(|items| items.is_empty())
        };
        self.step() >= Step::Revealing || nothing_to_score()
    }

    /// The questions to a bid that were asked when its price was known: what was asked before was not about the price.
    pub fn explained<'a>(&'a self, code: &'a CodeId) -> impl Iterator<Item = &'a Question> {
        let since = self.prices_since;
        let own = self.steps.questions.values();
        own.filter(move |question| {
            question.asked.code == *code && since.is_some_and(|since| question.seq > since)
        })
    }

    /// The least time for an answer, in milliseconds: that of a low price also while nobody may know which are low.
    #[must_use]
    pub fn least_answer(&self, code: &CodeId) -> i64 {
        let declared = self.opened.as_ref().and_then(|opened| opened.method.declared());
        declared
            .and_then(|declared| declared.low_price)
            .filter(|_| !self.prices_open() || is_flagged(self, code))
            .map_or(1, |low| low.answer_ms)
    }
}

/// Refuses while the panel may not know prices: a refused guess would tell as much as a price that is shown.
fn shown(state: &State) -> Result<(), Refusal> {
    if state.prices_open() {
        Ok(())
    } else {
        Err(refusals::prices_sealed())
    }
}

fn is_flagged(state: &State, code: &CodeId) -> bool {
    state
        .steps
        .closed
        .as_ref()
        .is_some_and(|closed| closed.flagged.iter().any(|hit| hit.code == *code))
}

fn declared(opened: &EvaluationOpened) -> Result<(), Refusal> {
    opened
        .method
        .declared()
        .map(|_| ())
        .ok_or_else(refusals::no_review)
}

/// The articles by which nobody may change a price in an inquiry.
pub(crate) const UNCHANGEABLE: &str = "政府采购法40(三), 74号令46";

/// Whether prices of this evaluation may be corrected at all.
#[must_use]
pub(crate) fn is_price_fixed(opened: &EvaluationOpened) -> bool {
    opened
        .way
        .is_some_and(|way| procedures::of(way).price.0 == Price::Unchangeable)
}

fn correctable(opened: &EvaluationOpened) -> Result<(), Refusal> {
    if is_price_fixed(opened) {
        Err(refusals::unchangeable())
    } else {
        Ok(())
    }
}

fn known(state: &State, code: &CodeId) -> Result<(), Refusal> {
    if state.codes.contains_key(code) {
        Ok(())
    } else {
        Err(refusals::code_unknown(code))
    }
}

pub(super) fn text(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        Err(refusals::text(LONGEST))
    } else {
        Ok(())
    }
}
