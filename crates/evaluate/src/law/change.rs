//! After the reveal: changed scores; and more time where more than a third ask for it.
//!
//! Invariant: a revealed sheet stays as it is; a change is a fact of its own on one of the four grounds of 87号令64, and
//! the result is computed anew in the same batch.

use super::clarify::text;
use super::panel::{own, running};
use super::{State, conclude, platform, refusals};
use crate::Signed;
use crate::method::Sheets;
use facts::body::evaluation::{EvaluationExtended, EvaluationOpened, ExtensionAsked, ScoreChanged};
use facts::id::SeatId;
use facts::time::DAY;
use facts::{Draft, Instant, Refusal, Stream};

/// `publicised` says whether the candidates are public already: then only a new evaluation helps.
pub(super) fn change(
    state: &State,
    signed: Signed<ScoreChanged>,
    publicised: bool,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let Some(opened) = state
        .opened
        .as_ref()
        .filter(|opened| opened.tender == body.tender)
    else {
        return Err(refusals::not_open(&body.tender));
    };
    own(state, &signed, &body.seat)?;
    if state.concluded.is_none()
        || publicised
        || state
            .report
            .as_ref()
            .is_some_and(|report| report.completed.is_some())
    {
        return Err(refusals::change_not_now());
    }
    text(&body.reason)?;
    if body.changes.is_empty() {
        return Err(refusals::change_nothing());
    }
    let mut sheets = state.sheets();
    apply(opened, &mut sheets, &body.seat, body)?;
    let concluded = conclude::body(state, opened, &sheets)?;
    Ok(vec![
        signed.draft(),
        platform(&Stream::Evaluation(opened.tender.clone()), &concluded)?,
    ])
}

fn apply(
    opened: &EvaluationOpened,
    sheets: &mut Sheets,
    seat: &SeatId,
    body: &ScoreChanged,
) -> Result<(), Refusal> {
    let items = opened.method.sheet_items();
    for change in &body.changes {
        let value = sheets
            .get_mut(seat)
            .and_then(|sheet| sheet.get_mut(&change.code)?.get_mut(&change.item));
        let in_range = items
            .get(&change.item)
            .is_some_and(|max| (0..=*max).contains(&change.to));
        match value {
            Some(value) if *value == change.from && change.to != change.from && in_range => {
                *value = change.to;
            }
            _ => return Err(refusals::change_invalid(&change.code, &change.item)),
        }
    }
    Ok(())
}

impl State {
    /// The next instant at which the platform owes something: the end of a question's time, or of the signing.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let open = self
            .steps
            .questions
            .values()
            .filter(|question| question.returned.is_none());
        let asked = open
            .filter(|_| self.concluded.is_none())
            .map(|question| question.asked.until)
            .min();
        asked.into_iter().chain(self.report_due()).min()
    }
}

pub(super) fn extend(state: &State, signed: Signed<ExtensionAsked>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    own(state, &signed, &body.seat)?;
    text(&body.reason)?;
    if !(1..=DAY.saturating_mul(30)).contains(&body.ms) {
        return Err(refusals::extension_time());
    }
    if state.steps.extensions.contains_key(&body.seat) {
        return Err(refusals::voted());
    }
    let mut asked = state.steps.extensions.clone();
    asked.insert(body.seat.clone(), body.ms);
    let enough = asked.len().saturating_mul(3) > state.seats.len();
    let mut drafts = vec![signed.draft()];
    if enough {
        let granted = EvaluationExtended {
            ms: asked.values().min().copied().unwrap_or(0),
            seats: asked.into_keys().collect(),
            tender: opened.tender.clone(),
        };
        drafts.push(platform(&Stream::Evaluation(opened.tender.clone()), &granted)?);
    }
    Ok(drafts)
}
