//! What is counted: one event for each thing that happened, with buyer, agent and trade of its tender.
//!
//! Invariant: public facts alone, and of those the ones up to an instant: what is written down later changes neither an
//! event before it nor where it is counted. The number of bids comes from the first opening record of a tender.

use crate::docket::Docket;
use facts::body::card::{Colour, How};
use facts::{Context, Instant, Kind, Money, TenderId};
use rules::Board;
use rules::issued::Issued;
use rules::procedure::{Procedure, Told};
use std::collections::BTreeSet;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A tender was registered.
    Registered,
    /// Its first opening was recorded.
    Opened {
        /// Bids on the record.
        bids: u64,
    },
    /// It failed.
    Failed,
    /// A lot of it was awarded.
    Awarded {
        /// The ceiling of the lot, if it had one.
        ceiling: Option<Money>,
        /// The price of the award.
        price: Money,
    },
    /// A card was issued (亮牌).
    Carded(Colour),
    /// The limit of a yellow card came nearer (预警).
    Warned,
    /// A card ended (销牌).
    Uncarded(How),
    /// Supervision gave an order; the lifting of one is none.
    Ordered,
    /// A complaint was decided or refused.
    Complained,
}

/// Something that is counted once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The tender.
    pub tender: TenderId,
    /// When.
    pub at: Instant,
    /// Account of the buyer; empty before the registration is known.
    pub buyer: String,
    /// Account of the agent; empty without one.
    pub agent: String,
    /// Trade class of the notice; empty as long as there is none.
    pub trade: String,
    /// What.
    pub what: Happened,
}

/// Everything that is counted, as the log stood at an instant.
#[must_use]
pub fn events(docket: &Docket, board: &Board, at: Instant) -> Vec<Event> {
    let mut all = Vec::new();
    for procedure in board.procedures() {
        let mut tell = teller(procedure, at, &mut all);
        procured(procedure, &mut tell);
        if let Some(issued) = board.issued(&procedure.tender) {
            carded(issued, &mut tell);
        }
        let facts = docket
            .matter(&procedure.tender)
            .map(|matter| matter.facts.as_slice());
        for fact in facts.unwrap_or_default() {
            if let Some(what) = supervised(fact.kind) {
                tell(fact.at, what);
            }
        }
    }
    all.retain(|event| event.at <= at);
    all.sort_by(|a, b| (a.at, &a.tender).cmp(&(b.at, &b.tender)));
    all
}

/// What was told of a procedure by an instant.
pub(super) fn by<B>(told: Option<&Told<B>>, at: Instant) -> Option<&B> {
    told.filter(|told| told.at <= at).map(|told| &told.body)
}

/// A way to tell of a procedure as it was known at an instant.
fn teller<'a>(
    procedure: &Procedure,
    at: Instant,
    all: &'a mut Vec<Event>,
) -> impl FnMut(Instant, Happened) + 'a {
    let registered = by(procedure.registered.as_ref(), at);
    let buyer = registered.map(|body| body.buyer.to_string()).unwrap_or_default();
    let agent = registered.and_then(|body| body.agent.as_ref().map(ToString::to_string));
    let agent = agent.unwrap_or_default();
    let trade = by(procedure.noticed.as_ref(), at).map(|body| body.trade.clone());
    let (trade, tender) = (trade.unwrap_or_default(), procedure.tender.clone());
    move |at, what| {
        all.push(Event {
            tender: tender.clone(),
            at,
            buyer: buyer.clone(),
            agent: agent.clone(),
            trade: trade.clone(),
            what,
        });
    }
}

fn procured(procedure: &Procedure, tell: &mut impl FnMut(Instant, Happened)) {
    if let Some(told) = &procedure.registered {
        tell(told.at, Happened::Registered);
    }
    if let Some(told) = procedure.recorded.first() {
        let bids: BTreeSet<_> = told.body.bids.iter().map(|bid| &bid.bid).collect();
        let bids = u64::try_from(bids.len()).unwrap_or(u64::MAX);
        tell(told.at, Happened::Opened { bids });
    }
    if let Some(told) = &procedure.failed {
        tell(told.at, Happened::Failed);
    }
    if let Some(told) = &procedure.awarded {
        for award in &told.body.awards {
            let lot = procedure.lots().iter().find(|lot| lot.lot == award.lot);
            let happened = Happened::Awarded {
                ceiling: lot.and_then(|lot| lot.ceiling),
                price: award.price,
            };
            tell(told.at, happened);
        }
    }
}

fn carded(issued: &Issued, tell: &mut impl FnMut(Instant, Happened)) {
    for course in issued.courses() {
        for issue in course.yellow.iter().chain(&course.red) {
            tell(issue.at, Happened::Carded(issue.body.colour));
        }
        for (_, at, _) in &course.warned {
            tell(*at, Happened::Warned);
        }
        if let Some((_, at, ended)) = &course.ended {
            tell(*at, Happened::Uncarded(ended.how));
        }
    }
}

fn supervised(kind: Kind) -> Option<Happened> {
    if kind.context() != Context::Supervise {
        return None;
    }
    let name = kind.name();
    if name.starts_with("order.") && kind != Kind::OrderResumed {
        return Some(Happened::Ordered);
    }
    matches!(name, "complaint.decided" | "complaint.refused").then_some(Happened::Complained)
}
