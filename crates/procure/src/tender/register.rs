//! 进场登记: a tender project is registered, so that its keys can be made.

use super::{State, gate, refuse};
use crate::said::Said;
use facts::body::tender::TenderRegistered;
use facts::{Draft, Refusal};

pub(super) fn register(state: &State, said: Said<TenderRegistered>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::stream(&said, &body.tender)?;
    if state.registered.is_some() {
        return Err(refuse::registered(&body.tender));
    }
    gate::owner(body, &said.actor)?;
    if body.agent.as_ref() == Some(&body.buyer) {
        return Err(refuse::agent_is_buyer());
    }
    gate::stated("title", &body.title)?;
    Ok(vec![said.draft(false)])
}
