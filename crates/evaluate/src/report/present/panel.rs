//! Who judged: seats, how each was filled, declarations, the chair, and the places to sign.
//!
//! Invariant: the seats are folded from the facts as the law folds them; whoever left is named with the cause.

use super::Page;
use crate::report::Fact;
use crate::report::pieces::{Head, Piece};
use crate::report::words::stamp;
use facts::body::draw::{CallAnswered, DrawCompleted, ExpertCalled};
use facts::body::evaluation::{EvaluationReopened, PanelAppointed, RecusalDeclared};
use facts::body::seat::{ChairVoted, RepresentativesNamed, SeatVacated};
use facts::body::supervision::Panel;
use facts::id::SeatId;
use facts::{AccountId, Instant};
use std::collections::BTreeMap;

/// A seat at the end of the round.
struct Sitting {
    expert: AccountId,
    origin: String,
    declared: Option<Instant>,
}

impl Page<'_> {
    /// Who sits where at the end, and who left why.
    fn seats(&self) -> (BTreeMap<SeatId, Sitting>, Vec<String>) {
        let l = self.l;
        let mut seats: BTreeMap<SeatId, Sitting> = BTreeMap::new();
        let (mut left, mut called) = (Vec::new(), BTreeMap::new());
        let sit = |expert: AccountId, origin: String| Sitting {
            expert,
            origin,
            declared: None,
        };
        for fact in &self.report.facts {
            if let Some(body) = fact.of::<PanelAppointed>() {
                let why = body.reason.unwrap_or_default();
                for (seat, expert) in body.seats {
                    let origin = l.say(&format!("招标人确定 {why}"), &format!("appointed {why}"));
                    seats.insert(seat, sit(expert, origin.trim_end().to_owned()));
                }
            } else if let Some(body) = fact.of::<RepresentativesNamed>() {
                for (seat, expert) in body.seats {
                    seats.insert(seat, sit(expert, l.say("招标人代表", "sits for the buyer")));
                }
            } else if let Some(body) = fact.of::<ExpertCalled>() {
                called.insert((body.draw, body.place), (body.seat, body.expert));
            } else if let Some(body) = fact.of::<CallAnswered>() {
                let call = called
                    .get(&(body.draw.clone(), body.place))
                    .filter(|_| body.accept);
                if let Some((seat, expert)) = call {
                    let origin = l.say(
                        &format!("随机抽取 {} 第{}位", body.draw, body.place.saturating_add(1)),
                        &format!("drawn by {}, place {}", body.draw, body.place.saturating_add(1)),
                    );
                    seats.insert(seat.clone(), sit(expert.clone(), origin));
                }
            } else if let Some(body) = fact.of::<RecusalDeclared>() {
                if body.conflicts.is_empty() {
                    if let Some(own) = seats.get_mut(&body.seat) {
                        own.declared = Some(fact.at);
                    }
                } else if let Some(gone) = seats.remove(&body.seat) {
                    left.push(self.gone(fact, &body.seat, &gone, &body.conflicts.join(";")));
                }
            } else if let Some(body) = fact.of::<SeatVacated>() {
                if let Some(gone) = seats.remove(&body.seat) {
                    left.push(self.gone(fact, &body.seat, &gone, &body.reason));
                }
            } else if let Some(body) = fact.of::<EvaluationReopened>()
                && body.panel == Panel::New
            {
                for (seat, gone) in std::mem::take(&mut seats) {
                    left.push(self.gone(fact, &seat, &gone, &body.reason));
                }
            }
        }
        (seats, left)
    }

    fn gone(&self, fact: &Fact, seat: &SeatId, gone: &Sitting, why: &str) -> String {
        self.l.say(
            &format!("{} 席位{seat}的{}退出评审:{why}", stamp(fact.at), gone.expert),
            &format!("{} {} left the seat {seat}: {why}", stamp(fact.at), gone.expert),
        )
    }

    /// Whom more than half of the seats chose with their last vote.
    fn chair(&self, seats: &BTreeMap<SeatId, Sitting>) -> Option<SeatId> {
        let mut last = BTreeMap::new();
        for body in self.report.facts.iter().filter_map(Fact::of::<ChairVoted>) {
            last.insert(body.seat, body.candidate);
        }
        let mut votes: BTreeMap<SeatId, usize> = BTreeMap::new();
        for (_, candidate) in last.into_iter().filter(|(voter, _)| seats.contains_key(voter)) {
            let count = votes.entry(candidate).or_default();
            *count = count.saturating_add(1);
        }
        let most = votes.into_iter().max_by_key(|(_, count)| *count)?;
        (most.1.saturating_mul(2) > seats.len()).then_some(most.0)
    }

    pub(super) fn panel(&self) -> Vec<Piece> {
        let l = self.l;
        let (seats, left) = self.seats();
        let heading = Piece::Heading(l.say("二、评标委员会", "2. The panel"));
        if seats.is_empty() {
            return vec![
                heading,
                Piece::Text(l.say(
                    "招标公告规定仅按价格评定,不设评标委员会。",
                    "Prices alone decide; there is no panel.",
                )),
            ];
        }
        let chair = self.chair(&seats);
        let rows = seats.iter().map(|(seat, own)| {
            let said = own.declared.map_or_else(
                || l.say("未声明", "none"),
                |at| format!("{}({})", l.say("无回避情形", "no conflict"), stamp(at)),
            );
            let role = if chair.as_ref() == Some(seat) {
                l.say("组长", "chair")
            } else {
                l.say("成员", "member")
            };
            vec![
                seat.to_string(),
                role,
                own.expert.to_string(),
                own.origin.clone(),
                said,
            ]
        });
        let heads = vec![
            Head::words(l.say("席位", "seat"), 3),
            Head::words(l.say("职务", "part"), 2),
            Head::words(l.say("成员账户", "member's account"), 4),
            Head::words(l.say("产生方式", "how filled"), 5),
            Head::words(l.say("回避声明", "declaration of conflicts"), 5),
        ];
        let mut pieces = vec![
            heading,
            Piece::Table {
                heads,
                rows: rows.collect(),
            },
        ];
        for body in self.report.facts.iter().filter_map(Fact::of::<DrawCompleted>) {
            pieces.push(Piece::Text(l.say(
                &format!("抽取{}的随机数种子:{}。", body.draw, body.seed),
                &format!("Seed of the draw {}: {}.", body.draw, body.seed),
            )));
        }
        pieces.extend(left.into_iter().map(Piece::Text));
        pieces
    }

    pub(super) fn signatures(&self) -> Option<Piece> {
        let (seats, _) = self.seats();
        let places: Vec<_> = seats
            .into_iter()
            .map(|(seat, own)| (seat.to_string(), own.expert.to_string()))
            .collect();
        (!places.is_empty()).then_some(Piece::Sign(places))
    }
}
