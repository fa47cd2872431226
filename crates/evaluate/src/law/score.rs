//! Sealed scores: commit, then reveal, then the result (先承诺后公布).
//!
//! Invariant: a sheet enters the log only if it hashes to the seat's commitment and judges every
//! item of every code within its range.

use super::panel::{must_be_free, own, running};
use super::{State, Step, conclude, platform, refusals};
use crate::{Signed, method};
use facts::body::evaluation::{ScoreCommitted, ScoreRevealed, Sheet};
use facts::canonical::CanonicalError;
use facts::id::SeatId;
use facts::{Canonical, Draft, Hex, Refusal, TenderId};

/// The commitment to a sheet: `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, canonical sheet))`.
pub fn commitment(
    tender: &TenderId,
    seat: &SeatId,
    salt: &Hex<32>,
    sheet: &Sheet,
) -> Result<Hex<32>, CanonicalError> {
    let bytes = Canonical::of(sheet)?.to_bytes();
    Ok(Hex(desk::digest::score(tender, seat, salt.bytes(), &bytes)))
}

pub(super) fn commit(state: &State, signed: Signed<ScoreCommitted>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    running(state, &body.tender)?;
    let seat = own(state, &signed, &body.seat)?;
    must_be_free(state)?;
    if !state.may_commit() {
        return Err(refusals::review_open());
    }
    if seat.commitment.is_some() {
        return Err(refusals::committed_already(&body.seat));
    }
    let shared = |other: &super::Seat| other.commitment == Some(body.commitment);
    if state.seats.values().any(shared) {
        return Err(refusals::copied());
    }
    Ok(vec![signed.draft()])
}

pub(super) fn reveal(state: &State, signed: Signed<ScoreRevealed>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let seat = own(state, &signed, &body.seat)?;
    if seat.sheet.is_some() {
        return Err(refusals::revealed_already(&body.seat));
    }
    if state.step() < Step::Revealing {
        let open = state
            .seats
            .values()
            .filter(|seat| seat.commitment.is_none())
            .count();
        return Err(refusals::reveal_early(open));
    }
    let computed = commitment(&body.tender, &body.seat, &body.salt, &body.sheet);
    if seat.commitment != Some(computed.map_err(|error| refusals::not_canonical(&error))?) {
        return Err(refusals::mismatch(&body.seat));
    }
    let codes: Vec<_> = state.codes.keys().collect();
    if let Some(fault) = method::sheet_fault(&opened.method, &codes, &body.sheet) {
        return Err(fault);
    }
    let mut sheets = state.sheets();
    sheets.insert(body.seat.clone(), body.sheet.clone());
    let last = sheets.len() == state.seats.len();
    let mut drafts = vec![signed.draft()];
    if last && state.is_settled() {
        let concluded = conclude::body(state, opened, &sheets)?;
        drafts.push(platform(
            &facts::Stream::Evaluation(opened.tender.clone()),
            &concluded,
        )?);
    }
    Ok(drafts)
}
