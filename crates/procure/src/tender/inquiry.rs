//! 澄清 on the bidder's side: a question of the panel is put to a bid, and its key answers once, in time.
//!
//! Invariant: only who holds the bid's key answers, and an answer after its time is refused, so that nobody improves a
//! bid at leisure (招标投标法39).

use super::{State, gate, refuse};
use crate::said::Said;
use facts::body::inquiry::{InquiryAnswered, InquiryPut};
use facts::{Draft, Instant, Refusal};

/// The courier puts a question; a bid that is unknown, or a question put already, is nothing to do.
pub(super) fn put(state: &State, body: &InquiryPut, at: Instant) -> Result<Vec<Draft>, Refusal> {
    gate::running(state)?;
    let known = state.tender() == Some(&body.tender) && state.bids.contains_key(&body.bid);
    if !known || state.inquiries.contains_key(&body.clarification) || at >= body.until {
        return Err(refuse::nothing_due());
    }
    Ok(vec![gate::platform(&body.tender, body)?])
}

pub(super) fn answer(state: &State, said: Said<InquiryAnswered>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::addressed(state, &said, &body.tender)?;
    gate::bidder(state, &said.actor, &body.tender, &body.bid)?;
    let put = state
        .inquiries
        .get(&body.clarification)
        .filter(|inquiry| inquiry.put.bid == body.bid);
    let Some(inquiry) = put else {
        return Err(refuse::inquiry_unknown(&body.clarification));
    };
    if inquiry.answered.is_some() {
        return Err(refuse::answered(body.clarification.as_str()));
    }
    if at >= inquiry.put.until {
        return Err(refuse::window_over("answers to the panel", inquiry.put.until));
    }
    if body.confirms.is_some() != inquiry.put.price.is_some() {
        return Err(refuse::confirmation(inquiry.put.price.is_some()));
    }
    gate::stated("text", &body.text)?;
    Ok(vec![said.draft(false)])
}
