//! 澄清、修改: an addendum is part of the documents and changes the rules hash; the deadline only moves later.

use super::{State, gate, refuse};
use crate::formats;
use crate::limits;
use crate::said::Said;
use facts::body::tender::TenderAmended;
use facts::{Draft, Instant, Refusal};

pub(super) fn amend(state: &State, said: Said<TenderAmended>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    gate::open(state, at)?;
    let (Some(version), Some(deadline), Some(limits)) = (state.rules(), state.deadline(), state.limits())
    else {
        return Err(refuse::not_noticed());
    };
    if usize::try_from(body.number).ok() != Some(state.versions.len()) {
        return Err(refuse::addendum_number(body.number, state.versions.len()));
    }
    gate::stated("text", &body.text)?;
    if body.closes_at < deadline {
        return Err(refuse::deadline_earlier(body.closes_at, deadline));
    }
    let named = state
        .notice
        .as_ref()
        .and_then(|notice| facts::procedures::addendum(notice));
    let left = limits::days_between(at, body.closes_at);
    if let Some(due) = named {
        if body.substantive && !due.fits(at, body.closes_at) {
            return Err(refuse::addendum_late(due, at));
        }
    } else if body.substantive && left < i64::from(limits.addendum.number) {
        return Err(refuse::addendum_short(left, limits.addendum));
    }
    let rules = formats::rules_of_addendum(&version.rules, &said.act.body);
    if body.rules != rules {
        return Err(refuse::rules_hash(&body.rules, &rules));
    }
    Ok(vec![said.draft(false)])
}
