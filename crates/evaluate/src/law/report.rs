//! After the reveal: changed scores, signatures and dissent; and more time where more than a third ask for it.
//!
//! Invariant: a revealed sheet stays as it is; a change is a fact of its own on one of the four grounds of 87号令64, and
//! the result is computed anew in the same batch.

use super::clarify::text;
use super::panel::{own, running};
use super::{State, conclude, platform, refusals};
use crate::Signed;
use crate::method::Sheets;
use facts::body::evaluation::{
    EvaluationExtended, EvaluationOpened, ExtensionAsked, ReportClosed, ReportSigned, ScoreChanged,
};
use facts::id::SeatId;
use facts::time::DAY;
use facts::{Draft, Instant, Refusal, Stream};

/// After so long without a signature or a dissent a member is deemed to agree, in milliseconds.
const SIGNING: i64 = DAY;

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
    if state.concluded.is_none() || publicised || state.steps.report.is_some() {
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

pub(super) fn sign(state: &State, signed: Signed<ReportSigned>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let Some(opened) = state
        .opened
        .as_ref()
        .filter(|opened| opened.tender == body.tender)
    else {
        return Err(refusals::not_open(&body.tender));
    };
    own(state, &signed, &body.seat)?;
    let result = state.concluded.as_ref().map(|(seq, _)| *seq);
    if result != Some(body.result) || state.steps.report.is_some() {
        return Err(refusals::sign_other());
    }
    if state.steps.signed.contains_key(&body.seat) {
        return Err(refusals::voted());
    }
    if let Some(dissent) = &body.dissent {
        text(dissent)?;
    }
    let mut all = state.steps.signed.clone();
    all.insert(body.seat.clone(), body.dissent.is_some());
    let last = state.seats.keys().all(|seat| all.contains_key(seat));
    let closed = last
        .then(|| closing(state, opened, body.result, &all))
        .transpose()?;
    Ok(std::iter::once(signed.draft()).chain(closed).collect())
}

/// The platform closes a report that not everybody signed, after the time for it.
pub(super) fn close(state: &State, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state.opened.as_ref().filter(|_| state.report_due(at)) else {
        return Err(refusals::nothing_due());
    };
    let result = state.concluded.as_ref().map_or(0, |(seq, _)| *seq);
    Ok(vec![closing(state, opened, result, &state.steps.signed)?])
}

fn closing(
    state: &State,
    opened: &EvaluationOpened,
    result: u64,
    signed: &std::collections::BTreeMap<SeatId, bool>,
) -> Result<Draft, Refusal> {
    let of = |wanted: Option<bool>| {
        state
            .seats
            .keys()
            .filter(|seat| signed.get(*seat).copied() == wanted)
            .cloned()
            .collect::<Vec<_>>()
    };
    let body = ReportClosed {
        dissenting: of(Some(true)),
        result,
        signed: of(Some(false)),
        tender: opened.tender.clone(),
        unsigned: of(None),
    };
    platform(&Stream::Evaluation(opened.tender.clone()), &body)
}

impl State {
    /// Whether a report that somebody began to sign is closed without the rest.
    #[must_use]
    pub fn report_due(&self, at: Instant) -> bool {
        let begun = !self.steps.signed.is_empty() && self.steps.report.is_none();
        begun
            && self
                .concluded_at
                .is_some_and(|concluded| at.since(concluded) >= SIGNING)
    }
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
        let begun = !self.steps.signed.is_empty() && self.steps.report.is_none();
        let signing = self
            .concluded_at
            .filter(|_| begun)
            .map(|concluded| concluded.plus(SIGNING));
        asked.into_iter().chain(signing).min()
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
