//! Judging signs of collusion and risk (线索研判): a person says what came of a sign, and why.
//!
//! Invariant: a judgment names one sign as it stood, by the digest of its evidence; where the evidence changes, the sign
//! waits to be judged anew. A sign of co-bidding keeps its name, and its judgment is shown with what changed since. Nothing follows from a judgment by itself: no law but this one reads it.

use crate::signs::Board;
use crate::{Signed, law};
use facts::body::supervision::SignJudged;
use facts::canonical::value_bytes;
use facts::{Draft, Hex, Refusal, Role};
use screen::{Code, Sign};
use serde_json::json;

/// A judgment, and whether the sign stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What was signed.
    pub signed: Signed<SignJudged>,
    /// Whether the tender has this sign now.
    pub stands: bool,
}

/// The name of a sign in a tender whose last opening record is `record`.
///
/// Signs of co-bidding count the whole market, and every new procedure changes their counts: they are named by whom they
/// concern and the record, SHA-256 of the canonical JSON `{"code":…,"record":…,"subjects":[…]}`, so that a judgment
/// stays. All others are named by their evidence. `None` cannot come of a sign that was made: its texts are short.
#[must_use]
pub fn digest(sign: &Sign, record: u64) -> Option<Hex<32>> {
    if sign.code != Code::K15 {
        return evidence(sign);
    }
    let value = json!({
        "code": sign.code.word(),
        "record": record,
        "subjects": sign.subjects,
    });
    Some(Hex(ledger::hash::sha256(&value_bytes(&value).ok()?)))
}

/// SHA-256 of the canonical JSON of screen, evidence, strength and subjects.
#[must_use]
pub fn evidence(sign: &Sign) -> Option<Hex<32>> {
    let rows = sign.evidence.iter().map(|row| {
        let cells = row.cells.iter().map(|cell| json!([cell.of, cell.value]));
        json!({ "about": row.about.zh, "cells": cells.collect::<Vec<_>>() })
    });
    let value = json!({
        "code": sign.code.word(),
        "evidence": rows.collect::<Vec<_>>(),
        "strength": sign.strength,
        "subjects": sign.subjects,
    });
    let bytes = value_bytes(&value).ok()?;
    Some(Hex(ledger::hash::sha256(&bytes)))
}

/// Whether a board has the sign that a judgment names, out of the record that it names.
#[must_use]
pub fn stands(board: &Board, body: &SignJudged) -> bool {
    board.tender(&body.tender).is_some_and(|screened| {
        screened.opened.seq == body.record
            && screened
                .signs
                .iter()
                .any(|sign| sign.code.word() == body.code && digest(sign, body.record) == Some(body.sign))
    })
}

pub(crate) fn decide(command: Command) -> Result<Vec<Draft>, Refusal> {
    let Command { signed, stands } = command;
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    if !stands {
        return Err(Refusal::new(
            "sign.unknown",
            format!(
                "Tender {} has no such sign of {} now: it may have changed with the evidence. Load the page of its signs anew.",
                body.tender, body.code
            ),
            format!(
                "招标项目{}目前没有该条{}线索:证据可能已有变化,请刷新线索页面。",
                body.tender, body.code
            ),
        ));
    }
    law::stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}
