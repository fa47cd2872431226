//! The custodian's part in draws: taken by itself, for a draw decides who judges and discloses nothing of any bid.
//!
//! Invariant: what is sent was computed from proven facts, and the head that goes into the numbers is one that the
//! log this machine follows contains.

use super::{Agent, Event};
use crate::entropy;
use crate::failure::Failure;
use crate::session::Zone;
use facts::body::draw::{DRAW_STAGE, DrawAnswered};
use facts::id::DrawId;
use facts::{Hex, Stream, TenderId};
use ledger::ceremony::{DrawQuestion, contribute};
use serde::Deserialize;

/// `GET /api/evaluations/{tender}/draws`.
#[derive(Deserialize)]
struct Draws {
    draws: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    draw: DrawId,
    seqs: Vec<u64>,
    state: String,
}

impl Agent<'_> {
    /// Contributes to every draw that waits for this custodian.
    pub fn draws(&mut self) -> Result<Vec<Event>, Failure> {
        let mut events = Vec::new();
        for duty in self.duties()? {
            if duty.stage.as_str() != DRAW_STAGE {
                continue;
            }
            let path = format!("/api/evaluations/{}/draws", duty.tender);
            let Draws { draws } = self.session.zone(Zone::Evaluation).get(&path)?;
            for listed in draws.into_iter().filter(|listed| listed.state == "pinned") {
                let about = format!("the draw {} of {}", listed.draw, duty.tender);
                match self.draw(&duty, &listed) {
                    Ok(true) => events.push(Event::Drew {
                        tender: duty.tender.clone(),
                        draw: listed.draw,
                    }),
                    Ok(false) => {}
                    // Others were faster: the draw is done.
                    Err(Failure::Refused { code, .. }) if code == "draw.unknown" => {}
                    Err(Failure::Declined(why)) => events.push(Event::Stopped { about, why }),
                    Err(failure) => return Err(failure),
                }
            }
        }
        Ok(events)
    }

    fn draw(&mut self, duty: &super::Duty, listed: &Listed) -> Result<bool, Failure> {
        let facts = self.session.proven(&listed.seqs)?;
        let witnessed = self.session.witnessed(&duty.ceremony)?;
        let question = DrawQuestion {
            tender: &duty.tender,
            draw: &listed.draw,
            facts: &facts,
            ceremony: &witnessed,
            slot: duty.slot,
        };
        let signer = self.signer();
        let mine = Hex(signer.public().to_bytes());
        let stream = Stream::Evaluation(duty.tender.clone());
        let given = |fact: &ledger::ceremony::Proven| {
            fact.key() == Some(mine) && fact.of::<DrawAnswered>(&stream).is_some()
        };
        if facts.iter().any(given) {
            return Ok(false);
        }
        let (body, head) = contribute(self.seed, &question, &mut entropy::rng())
            .map_err(|why| Failure::Declined(why.to_string()))?;
        self.session.follow(head)?;
        self.session.act(&signer, stream, &body)?;
        Ok(true)
    }

    /// Whether a draw of a tender is done.
    pub fn drawn(&mut self, tender: &TenderId, draw: &DrawId) -> Result<bool, Failure> {
        let path = format!("/api/evaluations/{tender}/draws");
        let Draws { draws } = self.session.zone(Zone::Evaluation).get(&path)?;
        Ok(draws
            .iter()
            .any(|listed| listed.draw == *draw && listed.state == "completed"))
    }
}
