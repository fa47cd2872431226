//! A panel whose first order is used up: five of five are called, one declines, and a further draw fills the seat.

use super::ceremony::Keys;
use super::draw::{Asked, drawn_by};
use super::{HOUR, World, account};
use facts::body::draw::{CallAnswered, ExpertCalled, Subject};
use facts::id::{DrawId, PoolId, SeatId};
use facts::{AccountId, Hex, Stream};
use ledger::message;
use std::collections::BTreeMap;

/// How the further draw comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// After the order was used up, for the seat left empty.
    Lawful,
    /// While one of the first order was still to answer.
    Early,
    /// As if nobody had drawn for the seat.
    Again,
    /// For more seats than stay empty.
    Greedy,
    /// After a draw that nobody asked for.
    Unfounded,
}

const KEY: [u8; 32] = [42; 32];

impl World {
    fn panel_of(
        &mut self,
        keys: &Keys,
        name: &str,
        experts: std::ops::RangeInclusive<usize>,
        after: Option<&str>,
        seats: u32,
    ) -> (DrawId, Vec<String>) {
        let draw = DrawId::parse(name).unwrap();
        let filters = [
            "suspended",
            "speciality",
            "region",
            "qualified",
            "party",
            "employer",
            "past",
            "kin",
            "consultant",
        ];
        let asked = Asked {
            names: self.names(&draw, experts.map(|n| format!("EXP{n}")), Some(KEY)),
            draw: draw.clone(),
            subject: Subject::Experts {
                after: after.map(|used| DrawId::parse(used).unwrap()),
                answer_minutes: 60,
                consultants: vec![],
                pool: PoolId::parse("county").unwrap(),
                regions: vec![],
                seats,
                specialities: vec!["A01".into()],
            },
            filters: filters.map(str::to_owned).to_vec(),
            wanted: u64::from(seats),
            key: Some(Hex(KEY)),
        };
        let (_, order) = self.draw(keys, &asked);
        (draw, order)
    }

    fn call_to(&mut self, draw: &DrawId, order: &[String], place: usize, seat: &str) -> u64 {
        let called = ExpertCalled {
            draw: draw.clone(),
            expert: account(&order[place]),
            place: u32::try_from(place).unwrap(),
            salt: Hex(message::drawn_salt(&KEY, &order[place])),
            seat: SeatId::parse(seat).unwrap(),
            tender: self.tender.clone(),
            until: self.now.plus(HOUR),
        };
        self.platform(&Stream::Evaluation(self.tender.clone()), &called)
    }

    fn say_to(&mut self, draw: &DrawId, order: &[String], place: usize, accept: bool) -> u64 {
        let answered = CallAnswered {
            accept,
            draw: draw.clone(),
            place: u32::try_from(place).unwrap(),
            reason: if accept {
                String::new()
            } else {
                "travelling".into()
            },
            tender: self.tender.clone(),
        };
        self.act(&order[place], &Stream::Evaluation(self.tender.clone()), &answered)
    }

    fn two_draws(&mut self, keys: &Keys, hidden: &mut Vec<u64>, how: How) -> BTreeMap<SeatId, AccountId> {
        let (first, order) = self.panel_of(keys, "panel", 1..=5, None, 5);
        for place in 0..5 {
            hidden.push(self.call_to(&first, &order, place, &format!("panel-{}", place + 1)));
        }
        let mut seats = BTreeMap::new();
        for place in [0, 2, 3, 4] {
            hidden.push(self.say_to(&first, &order, place, true));
            let seat = SeatId::parse(&format!("panel-{}", place + 1)).unwrap();
            seats.insert(seat, account(&order[place]));
        }
        if how != How::Early {
            hidden.push(self.say_to(&first, &order, 1, false));
        }
        let after = match how {
            How::Again => None,
            How::Unfounded => Some("other"),
            _ => Some("panel"),
        };
        let wanted = if how == How::Greedy { 2 } else { 1 };
        let (more, others) = self.panel_of(keys, "more", 6..=6, after, wanted);
        if how == How::Early {
            hidden.push(self.say_to(&first, &order, 1, false));
        }
        hidden.push(self.call_to(&more, &others, 0, "more-1"));
        hidden.push(self.say_to(&more, &others, 0, true));
        seats.insert(SeatId::parse("more-1").unwrap(), account(&others[0]));
        seats
    }
}

/// The whole tender.
pub fn redrawn(seed: u8, how: How) -> World {
    drawn_by(seed, |world, keys, hidden| world.two_draws(keys, hidden, how))
}
