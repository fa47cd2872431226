//! The panel: a pool of experts, a draw by the custodians, calls, a decline, a full panel.

use crate::cast::{Custodian, Person, told};
use crate::evaluating::Panel;
use crate::tell;
use cli::custody::Event;
use cli::{Failure, Zone};
use facts::body::draw::{CallAnswered, DrawRequested, Subject};
use facts::body::pool::{ExpertListed, ExpertSuspended};
use facts::body::seat::HoursSet;
use facts::id::{DrawId, PoolId, SeatId};
use facts::time::DAY;
use facts::{Instant, Stream, TenderId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The expert whom the pool suspends.
const SUSPENDED: usize = 7;
/// The expert who works for a bidder.
const EMPLOYED: usize = 8;

/// Everybody who has a part in the panel.
pub(crate) struct Hall<'a> {
    pub(crate) buyer: &'a mut Person,
    pub(crate) registry: &'a mut Person,
    pub(crate) custodians: &'a mut [Custodian],
    pub(crate) experts: &'a mut [Person],
    pub(crate) tender: &'a TenderId,
}

#[derive(Deserialize)]
struct Calls {
    calls: Vec<Call>,
}

#[derive(Deserialize)]
struct Call {
    answer: String,
    draw: DrawId,
    place: u32,
    seat: SeatId,
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

impl Hall<'_> {
    /// From an empty pool to a full panel.
    pub(crate) fn panel(&mut self, now: Instant) -> Result<Panel, String> {
        let pool = PoolId::parse("county").map_err(text)?;
        self.fill(&pool, now)?;
        self.draw(&pool)?;
        let panel = self.answer()?;
        let body = HoursSet {
            from: now,
            tender: self.tender.clone(),
            until: now.plus(DAY),
        };
        self.buyer
            .session
            .act(&self.buyer.key, Stream::Evaluation(self.tender.clone()), &body)
            .map_err(told)?;
        tell::done("the buyer set the hours of the evaluation room");
        Ok(panel)
    }

    fn fill(&mut self, pool: &PoolId, now: Instant) -> Result<(), String> {
        let registry = &mut *self.registry;
        let stream = Stream::Pool(pool.clone());
        for (number, expert) in self.experts.iter().enumerate() {
            let employer = if number == EMPLOYED {
                "bidder-02".to_owned()
            } else {
                format!("设计院-{number}")
            };
            let body = ExpertListed {
                account: expert.account.clone(),
                credentials: Vec::new(),
                employer,
                kin: Vec::new(),
                past: Vec::new(),
                pool: pool.clone(),
                regions: vec!["32".to_owned()],
                senior: true,
                since: now.plus((-12 * 365_i64).saturating_mul(DAY)),
                specialities: vec!["A01".to_owned()],
            };
            registry
                .session
                .act(&registry.key, stream.clone(), &body)
                .map_err(told)?;
        }
        let suspended = self.experts.get(SUSPENDED).ok_or("no such expert")?;
        let body = ExpertSuspended {
            account: suspended.account.clone(),
            from: now,
            pool: pool.clone(),
            reason: "履职考核不合格".to_owned(),
            until: Some(now.plus(180_i64.saturating_mul(DAY))),
        };
        registry.session.act(&registry.key, stream, &body).map_err(told)?;
        tell::done(&format!(
            "pool of {} experts (专家库), confidential; one is suspended, one works for a bidder",
            self.experts.len()
        ));
        Ok(())
    }

    fn draw(&mut self, pool: &PoolId) -> Result<(), String> {
        let draw = DrawId::parse("panel").map_err(text)?;
        let body = DrawRequested {
            draw: draw.clone(),
            subject: Subject::Experts {
                after: None,
                answer_minutes: 120,
                consultants: Vec::new(),
                pool: pool.clone(),
                regions: vec!["320000".to_owned()],
                seats: 5,
                specialities: vec!["A01".to_owned()],
            },
            tender: self.tender.clone(),
        };
        let stream = Stream::Evaluation(self.tender.clone());
        let buyer = &mut *self.buyer;
        buyer
            .session
            .act(&buyer.key, stream.clone(), &body)
            .map_err(told)?;
        match buyer.session.act(&buyer.key, stream, &body) {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!("a second draw is refused ({code}): {sentence}"));
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("a second draw was accepted".to_owned()),
        }
        let mut gave = 0_usize;
        for _ in 0..200 {
            for custodian in self.custodians.iter_mut().take(3) {
                for event in custodian.agent().draws().map_err(told)? {
                    match event {
                        Event::Drew { .. } => gave = gave.saturating_add(1),
                        Event::Stopped { about, why } => return Err(format!("{about}: {why}")),
                        _ => {}
                    }
                }
            }
            let Some(first) = self.custodians.first_mut() else {
                break;
            };
            if first.agent().drawn(self.tender, &draw).map_err(told)? {
                tell::done(&format!(
                    "{gave} of 5 custodians contributed; nobody chose the order, everybody can recompute it"
                ));
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Err("the draw does not complete".to_owned())
    }

    /// The called accept, but for the first of them, who cannot come.
    fn answer(&mut self) -> Result<Panel, String> {
        let mut panel = Panel::new();
        let mut declined: Option<usize> = None;
        let mut asked = BTreeSet::new();
        for _ in 0..5 {
            for (number, expert) in self.experts.iter_mut().enumerate() {
                expert.sign_in(Zone::Evaluation)?;
                let path = format!("/api/evaluations/{}/calls", self.tender);
                let Calls { calls } = expert.session.zone(Zone::Evaluation).get(&path).map_err(told)?;
                let Some(call) = calls.into_iter().find(|call| call.answer == "open") else {
                    continue;
                };
                if number == SUSPENDED || number == EMPLOYED {
                    return Err(format!("{} was called and must not be", expert.account));
                }
                let accept = declined.is_some() || !asked.insert(number);
                let body = CallAnswered {
                    accept,
                    draw: call.draw,
                    place: call.place,
                    reason: if accept {
                        String::new()
                    } else {
                        "当日出差".to_owned()
                    },
                    tender: self.tender.clone(),
                };
                let stream = Stream::Evaluation(self.tender.clone());
                expert.session.act(&expert.key, stream, &body).map_err(told)?;
                if accept {
                    panel.push((number, call.seat));
                } else {
                    declined = Some(number);
                }
            }
        }
        if panel.len() != 5 {
            return Err(format!("the panel has {} members", panel.len()));
        }
        panel.sort_by(|one, other| one.1.cmp(&other.1));
        tell::done(
            "one expert declined, the next of the same order came; panel of 5, secret until the result (招标投标法37)",
        );
        Ok(panel)
    }
}
