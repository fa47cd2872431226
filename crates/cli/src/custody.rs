//! The custodian's agent (密钥保管人代理): takes part in ceremonies and readiness checks by itself, and
//! gives shares only when its person, or the policy its person stated, says so.
//!
//! Invariant: a share is computed only by `ledger::ceremony::custodian::answer`, which verifies the whole
//! list first; approval is asked after those checks and before anything is sent.

mod draws;

use crate::failure::Failure;
use crate::gather::bodies;
use crate::session::Session;
use crate::{clock, entropy};
use facts::body::ceremony::{CeremonyCompleted, KeyProved};
use facts::body::opening::{ListSettled, OpeningFailed, OpeningRecorded, ShareGiven};
use facts::body::tender::{KeyAssigned, TenderNoticed};
use facts::id::{DrawId, StageId};
use facts::{CeremonyId, Hex, Stream, TenderId};
use ledger::ceremony::Witnessed;
use ledger::ceremony::custodian::{self, Question, Step};
use seal::SigningKey;
use seal::custodian::CustodianSeed;

/// What the agent did or found in one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A step of a ceremony was signed and sent.
    Stepped {
        /// The ceremony.
        ceremony: CeremonyId,
        /// What was signed.
        what: &'static str,
    },
    /// Readiness of a key was proved.
    Proved {
        /// The tender whose key it is.
        tender: TenderId,
        /// The date proved for.
        date: String,
    },
    /// A contribution to a draw was sent.
    Drew {
        /// The tender.
        tender: TenderId,
        /// The draw.
        draw: DrawId,
    },
    /// A settled list waits for this custodian's share.
    Asked {
        /// The tender.
        tender: TenderId,
        /// The stage.
        stage: StageId,
        /// Envelopes on the list.
        envelopes: usize,
    },
    /// A share was given.
    Gave {
        /// The tender.
        tender: TenderId,
        /// The stage.
        stage: StageId,
    },
    /// The agent stops for something: a person has to look.
    Stopped {
        /// What about.
        about: String,
        /// Why.
        why: String,
    },
}

/// A tender whose key this custodian holds a share of.
#[derive(Debug, Clone)]
struct Duty {
    tender: TenderId,
    stage: StageId,
    ceremony: CeremonyId,
    slot: u16,
    key_id: Hex<32>,
}

/// The agent.
pub struct Agent<'a> {
    /// The platform.
    pub session: &'a mut Session,
    /// The custodian's seed.
    pub seed: &'a CustodianSeed,
}

impl Agent<'_> {
    fn signer(&self) -> SigningKey {
        self.seed.signing_key()
    }

    /// Takes every step that is this custodian's turn in every ceremony; returns what was done.
    pub fn ceremonies(&mut self) -> Result<Vec<Event>, Failure> {
        let signer = self.signer();
        let mine = Hex(signer.public().to_bytes());
        let mut events = Vec::new();
        for called in self.session.ceremonies_of(&mine)? {
            let ceremony = called.ceremony;
            let witnessed = self.session.witnessed(&ceremony)?;
            match self.step(&ceremony, &witnessed, &signer) {
                Ok(Some(what)) => events.push(Event::Stepped { ceremony, what }),
                Ok(None) => {}
                Err(Failure::Declined(why)) => {
                    events.push(Event::Stopped {
                        about: format!("ceremony {ceremony}"),
                        why,
                    });
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(events)
    }

    fn step(
        &mut self,
        ceremony: &CeremonyId,
        witnessed: &Witnessed,
        signer: &SigningKey,
    ) -> Result<Option<&'static str>, Failure> {
        let stream = Stream::Ceremony(ceremony.clone());
        let step =
            custodian::next_step(self.seed, witnessed).map_err(|e| Failure::Declined(e.to_string()))?;
        let what = match step {
            Step::Commit(body) => self
                .session
                .act(signer, stream, &body)
                .map(|_| "round 1: commitments"),
            Step::Share(body) => self
                .session
                .act(signer, stream, &body)
                .map(|_| "round 2: sealed shares"),
            Step::Complain(body) => self.session.act(signer, stream, &body).map(|_| "a complaint"),
            Step::Answer(body) => self
                .session
                .act(signer, stream, &body)
                .map(|_| "the answer to a complaint"),
            Step::Certify(body) => self
                .session
                .act(signer, stream, &body)
                .map(|_| "round 3: certificates"),
            Step::Wait(_) | Step::Done => return Ok(None),
        };
        what.map(Some)
    }

    /// The tenders whose keys this custodian serves.
    fn duties(&mut self) -> Result<Vec<Duty>, Failure> {
        #[derive(serde::Deserialize)]
        struct List {
            tenders: Vec<Listed>,
        }
        #[derive(serde::Deserialize)]
        struct Listed {
            tender: TenderId,
            phase: String,
        }
        let signer = Hex(self.signer().public().to_bytes());
        let mine: Vec<CeremonyId> = self
            .session
            .ceremonies_of(&signer)?
            .into_iter()
            .map(|called| called.ceremony)
            .collect();
        let list: List = self.session.procurement.get("/api/tenders")?;
        let mut duties = Vec::new();
        for listed in list.tenders.into_iter().filter(|t| !is_over(&t.phase)) {
            let history = self.session.tender(&listed.tender)?;
            for record in history.records.iter().filter(|r| r.kind == "key.assigned") {
                let Ok(key) = serde_json::from_value::<KeyAssigned>(record.body.clone()) else {
                    continue;
                };
                if mine.contains(&key.ceremony) {
                    duties.push(Duty {
                        tender: key.tender,
                        stage: key.stage,
                        ceremony: key.ceremony,
                        slot: key.slot,
                        key_id: key.key_id,
                    });
                }
            }
        }
        Ok(duties)
    }

    /// Proves readiness for every key of a live tender on `date` that was not proved on it yet.
    pub fn readiness(&mut self, date: &str) -> Result<Vec<Event>, Failure> {
        let signer = self.signer();
        let mut events = Vec::new();
        for duty in self.duties()? {
            let facts = self.session.proven_tender(&duty.tender)?;
            if bodies::<TenderNoticed>(&facts).is_empty() || !bodies::<ListSettled>(&facts).is_empty() {
                continue;
            }
            let witnessed = self.session.witnessed(&duty.ceremony)?;
            let proof = custodian::prove(self.seed, &witnessed, duty.slot, date, &mut entropy::rng())
                .map_err(|e| Failure::Declined(e.to_string()))?;
            let known = bodies::<KeyProved>(&facts);
            let done = known.iter().any(|(_, body)| {
                body.index == proof.index && body.key_id == duty.key_id && body.date == date
            });
            if done {
                continue;
            }
            self.session
                .act(&signer, Stream::Tender(duty.tender.clone()), &proof)?;
            events.push(Event::Proved {
                tender: duty.tender,
                date: date.to_owned(),
            });
        }
        Ok(events)
    }

    /// Settled lists that wait for this custodian, verified and answered, but not sent.
    pub fn asked(&mut self) -> Result<Vec<Result<Answer, Event>>, Failure> {
        let duties = self.duties()?;
        let mut answers = Vec::new();
        for duty in duties {
            if let Some(answer) = self.prepare(&duty)? {
                answers.push(answer);
            }
        }
        Ok(answers)
    }

    /// The answer for one stage of one tender, if a settled list is waiting for it.
    pub fn asked_for(&mut self, tender: &TenderId, stage: &StageId) -> Result<Answer, Failure> {
        let duty = self
            .duties()?
            .into_iter()
            .find(|d| d.tender == *tender && d.stage == *stage);
        let duty = duty.ok_or_else(|| {
            Failure::Input(format!(
                "this custodian holds no share of the key of {tender}, stage {stage}"
            ))
        })?;
        match self.prepare(&duty)? {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(Event::Stopped { why, .. })) => Err(Failure::Declined(why)),
            _ => Err(Failure::Input(format!(
                "no list of {tender}, stage {stage}, waits for this custodian's share"
            ))),
        }
    }

    fn prepare(&mut self, duty: &Duty) -> Result<Option<Result<Answer, Event>>, Failure> {
        let facts = self.session.proven_tender(&duty.tender)?;
        let settled = bodies::<ListSettled>(&facts)
            .into_iter()
            .find(|(_, body)| body.stage == duty.stage);
        let Some((_, settled)) = settled else {
            return Ok(None);
        };
        let over = bodies::<OpeningRecorded>(&facts)
            .iter()
            .any(|(_, b)| b.stage == duty.stage)
            || bodies::<OpeningFailed>(&facts)
                .iter()
                .any(|(_, b)| b.stage == duty.stage);
        let witnessed = self.session.witnessed(&duty.ceremony)?;
        let signer = Hex(self.signer().public().to_bytes());
        let index = witnessed
            .view()
            .called
            .members
            .iter()
            .find(|m| m.signer == signer)
            .map(|m| m.index);
        let gave = bodies::<ShareGiven>(&facts)
            .iter()
            .any(|(_, b)| b.stage == duty.stage && Some(b.index) == index);
        if over || gave || settled.submissions.is_empty() {
            return Ok(None);
        }
        let question = Question {
            tender: &duty.tender,
            stage: &duty.stage,
            facts: &facts,
            ceremony: &witnessed,
            slot: duty.slot,
            now: clock::now(),
        };
        let about = || format!("the share for {}, stage {}", duty.tender, duty.stage);
        Ok(Some(
            match custodian::answer(self.seed, &question, &mut entropy::rng()) {
                Ok(body) => Ok(Answer {
                    body,
                    envelopes: settled.submissions.len(),
                }),
                Err(why) => Err(Event::Stopped {
                    about: about(),
                    why: why.to_string(),
                }),
            },
        ))
    }

    /// Sends a prepared share.
    pub fn give(&mut self, answer: &Answer) -> Result<Event, Failure> {
        let signer = self.signer();
        let tender = answer.body.tender.clone();
        self.session
            .act(&signer, Stream::Tender(tender.clone()), &answer.body)?;
        Ok(Event::Gave {
            tender,
            stage: answer.body.stage.clone(),
        })
    }

    /// Whether a ceremony has its keys.
    pub fn completed(&mut self, ceremony: &CeremonyId) -> Result<Option<CeremonyCompleted>, Failure> {
        Ok(self.session.witnessed(ceremony)?.completed().cloned())
    }
}

/// A share that passed every check and waits for approval.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What would be signed and sent.
    pub body: ShareGiven,
    /// Envelopes answered.
    pub envelopes: usize,
}

/// Phases in which nothing is left for a custodian.
fn is_over(phase: &str) -> bool {
    matches!(phase, "awarded" | "failed" | "terminated")
}
