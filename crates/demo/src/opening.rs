//! The opening: waiting for phases, custodians' shares, one of them wrong.

use crate::cast::{Custodian, told};
use crate::tell;
use cli::Session;
use facts::id::StageId;
use facts::{Hex, Stream, TenderId};
use std::time::Duration;

/// The phase of a tender as the platform says it.
pub(crate) fn phase(session: &Session, tender: &TenderId) -> Result<String, String> {
    let history = session.tender(tender).map_err(told)?;
    let phase = history.state.get("phase").and_then(serde_json::Value::as_str);
    Ok(phase.unwrap_or_default().to_owned())
}

/// Waits, in real time, until the tender is in one of the phases.
pub(crate) fn wait_for(session: &Session, tender: &TenderId, phases: &[&str]) -> Result<String, String> {
    let mut seen = String::new();
    for _ in 0..1_200 {
        seen = phase(session, tender)?;
        if phases.contains(&seen.as_str()) {
            return Ok(seen);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!(
        "{tender} stays in phase {seen}, expected {}",
        phases.join(" or ")
    ))
}

/// A custodian gives its share, after its own machine has checked everything.
pub(crate) fn give(custodian: &mut Custodian, tender: &TenderId, stage: &StageId) -> Result<usize, String> {
    let mut agent = custodian.agent();
    let answer = agent.asked_for(tender, stage).map_err(told)?;
    agent.give(&answer).map_err(told)?;
    Ok(answer.envelopes)
}

/// A corrupted custodian: signs a batch in which one partial opening is another's.
pub(crate) fn give_wrong(
    custodian: &mut Custodian,
    tender: &TenderId,
    stage: &StageId,
) -> Result<(), String> {
    let key = custodian.seed.signing_key();
    let mut answer = custodian.agent().asked_for(tender, stage).map_err(told)?;
    let other = answer.body.partials.last().copied().unwrap_or(Hex([0; 96]));
    if let Some(first) = answer.body.partials.first_mut() {
        *first = other;
    }
    let session = &mut custodian.person.session;
    session
        .act(&key, Stream::Tender(tender.clone()), &answer.body)
        .map_err(told)?;
    tell::note("a share.given fact is signed evidence; the platform checks the proofs and names who cheated");
    Ok(())
}
