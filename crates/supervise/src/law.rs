//! The law of orders and cards over one stream `supervision/TENDER` (招标投标法7, 20号令50).
//!
//! Invariant: at most one suspension is open, and only an order that names it ends it.

use crate::complaint::{self, Complaint};
use crate::docket::Phase;
use crate::further::{self, Access};
use crate::{Signed, judging, show};
use facts::body::platform::FactsDisclosed;
use facts::body::supervision::{
    OrderExtended, OrderInquired, OrderReevaluated, OrderResumed, OrderSuspended, OrderVoided,
};
use facts::body::tender::Regime;
use facts::hearing;
use facts::id::{AccessId, ComplaintId, OrderId};
use facts::{Decider, Draft, Instant, Kind, Record, Refusal, Role, TenderId};
use rules::issued::{self, Issued, Look};
use std::collections::{BTreeMap, BTreeSet};

/// The law.
#[derive(Debug, Clone, Copy)]
pub struct Orders;

/// Most characters of a basis or a reason.
pub const LONGEST: usize = 4_000;

/// The orders over one tender.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The last suspension that no order has ended; it may be over by itself.
    pub open: Option<Open>,
    /// When each complaint first stopped the tender.
    pub stopped: BTreeMap<ComplaintId, Instant>,
    /// Every order there ever was.
    pub known: BTreeSet<OrderId>,
    /// The complaints.
    pub complaints: BTreeMap<ComplaintId, Complaint>,
    /// Accesses to confidential facts.
    pub accesses: BTreeMap<AccessId, Access>,
    /// The cards issued.
    pub cards: Issued,
}

/// A suspension that no order has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The order.
    pub order: OrderId,
    /// Its position.
    pub seq: u64,
    /// When it ends by itself.
    pub until: Option<Instant>,
}

impl State {
    /// The suspension in force at an instant.
    #[must_use]
    pub fn suspension(&self, at: Instant) -> Option<&Open> {
        self.open
            .as_ref()
            .filter(|open| open.until.is_none_or(|until| at < until))
    }
}

/// A wish of a supervisor, already admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Stop the tender; with the law that governs it.
    Suspend(Signed<OrderSuspended>, Option<Regime>),
    /// Let it go on.
    Resume(Signed<OrderResumed>),
    /// Evaluate again; the phase of the tender as the docket shows it.
    Reevaluate(Signed<OrderReevaluated>, Phase),
    /// Say what came of a sign.
    Judge(judging::Command),
    /// About a complaint.
    Complaint(complaint::Command),
    /// Another order, or an access.
    Further(further::Command),
    /// What is ended is shown; `grounds` if the tender's opening is recorded or the tender is over, before which it would
    /// name bidders.
    Show {
        /// The tender.
        tender: TenderId,
        /// Whether the opening is recorded, or there will be none.
        grounds: bool,
    },
    /// What the rules find: cards are issued, warnings given, cards ended.
    Cards(Box<Look>),
}

impl Decider for Orders {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        match record.kind {
            Kind::OrderSuspended => {
                if let Some(body) = record.of::<OrderSuspended>() {
                    state.known.insert(body.order.clone());
                    if let Some(complaint) = body.complaint {
                        state.stopped.entry(complaint).or_insert(record.at);
                    }
                    state.open = Some(Open {
                        order: body.order,
                        seq: record.seq,
                        until: body.until,
                    });
                }
            }
            Kind::OrderResumed => state.open = None,
            Kind::CardIssued | Kind::CardWarned | Kind::CardEnded => state.cards.observe(record),
            Kind::OrderReevaluated => {
                state
                    .known
                    .extend(record.of::<OrderReevaluated>().map(|body| body.order));
            }
            Kind::OrderInquired => state
                .known
                .extend(record.of().map(|body: OrderInquired| body.order)),
            Kind::OrderVoided => state
                .known
                .extend(record.of().map(|body: OrderVoided| body.order)),
            Kind::OrderExtended => state
                .known
                .extend(record.of().map(|body: OrderExtended| body.order)),
            Kind::FactsDisclosed => {
                if let Some(body) = record.of::<FactsDisclosed>() {
                    show::shown(state, &body.seqs);
                }
            }
            _ => {
                complaint::fold(&mut state.complaints, record);
                further::fold(&mut state.accesses, record);
            }
        }
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::Cards(look) => issued::decide(&state.cards, &look, at),
            Command::Suspend(signed, regime) => suspend(state, signed, regime, at),
            Command::Resume(signed) => resume(state, signed, at),
            Command::Reevaluate(signed, phase) => reevaluate(state, signed, phase),
            Command::Judge(command) => judging::decide(command),
            Command::Complaint(command) => complaint::law::decide(state, command, at),
            Command::Further(command) => further::decide(state, command, at),
            Command::Show { tender, grounds } => show::show(state, &tender, grounds, at),
        }
    }
}

fn suspend(
    state: &State,
    signed: Signed<OrderSuspended>,
    regime: Option<Regime>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    if let Some(Open { order, .. }) = state.suspension(at) {
        return Err(Refusal::new(
            "order.suspended_already",
            format!(
                "Tender {} is suspended by order {order}; resume it before suspending it anew.",
                body.tender
            ),
            format!(
                "招标项目{}已被监督指令{order}暂停,须先恢复方可再次暂停。",
                body.tender
            ),
        ));
    }
    fresh(state, &body.order)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    ends(state, body, regime, at)?;
    Ok(vec![signed.draft()])
}

/// 政府采购法57: a complaint stops a procurement for thirty days at most, however many orders do it, and the order says
/// until when. Elsewhere an order may say so.
fn ends(state: &State, body: &OrderSuspended, regime: Option<Regime>, at: Instant) -> Result<(), Refusal> {
    if let Some(complaint) = &body.complaint
        && !state.complaints.contains_key(complaint)
    {
        return Err(Refusal::new(
            "complaint.unknown",
            format!("There is no complaint {complaint} about this tender."),
            format!("本项目没有投诉{complaint}。"),
        ));
    }
    if body.until.is_some_and(|until| until <= at) {
        return Err(Refusal::new(
            "order.until_invalid",
            "`until`, when the suspension ends by itself, has passed.",
            "暂停期满时间`until`已过。",
        ));
    }
    let Some(complaint) = &body.complaint else {
        return Ok(());
    };
    let first = state.stopped.get(complaint).copied().unwrap_or(at);
    match (hearing::suspension_end(regime, first), body.until) {
        (None, _) => Ok(()),
        (Some(most), Some(until)) if until <= most => Ok(()),
        (Some(most), _) => Err(Refusal::new(
            "order.suspension_long",
            format!(
                "A complaint stops a procurement for thirty days at most (政府采购法57); state `until`, {most} at the latest."
            ),
            format!(
                "处理投诉期间暂停采购活动最长不得超过三十日(政府采购法57),请填写期满时间`until`,最迟{most}。"
            ),
        )),
    }
}

/// 责令重新评标: between the result of the evaluation and the award (招标投标法实施条例71、81).
fn reevaluate(state: &State, signed: Signed<OrderReevaluated>, phase: Phase) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    if !matches!(phase, Phase::Evaluated | Phase::Publicised) {
        return Err(Refusal::new(
            "order.not_evaluated",
            format!(
                "Tender {} has no result of an evaluation that could be done again, or it is awarded.",
                body.tender
            ),
            format!("招标项目{}尚无评标结果,或已定标,不能责令重新评标。", body.tender),
        ));
    }
    fresh(state, &body.order)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}

/// The name was not used before, and is not one that the pause of an objection has.
pub(crate) fn fresh(state: &State, order: &OrderId) -> Result<(), Refusal> {
    if order.as_str().starts_with("objection-") {
        return Err(Refusal::new(
            "order.name_invalid",
            "The pauses of objections are called objection-…; choose another name for an order.",
            "以objection-开头的名称专用于异议期间的暂停,请另选指令编号。",
        ));
    }
    if !state.known.contains(order) {
        return Ok(());
    }
    Err(Refusal::new(
        "order.known",
        format!("Order {order} was given before; every order needs a name of its own."),
        format!("监督指令{order}已使用过,每项指令须有独立编号。"),
    ))
}

fn resume(state: &State, signed: Signed<OrderResumed>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let Some(Open { order, .. }) = state.suspension(at) else {
        return Err(Refusal::new(
            "order.not_suspended",
            format!(
                "Tender {} is not suspended; there is nothing to resume.",
                body.tender
            ),
            format!("招标项目{}未被暂停,无需恢复。", body.tender),
        ));
    };
    if *order != body.order {
        return Err(Refusal::new(
            "order.other",
            format!(
                "Tender {} is suspended by order {order}, not by {}; name that order.",
                body.tender, body.order
            ),
            format!(
                "招标项目{}由监督指令{order}暂停,而非{},请指明该指令。",
                body.tender, body.order
            ),
        ));
    }
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}

/// A text that says something, and no more than can be read.
pub(crate) fn stated(en: &str, zh: &str, text: &str) -> Result<(), Refusal> {
    if !text.trim().is_empty() && text.chars().count() <= LONGEST {
        return Ok(());
    }
    Err(Refusal::new(
        "order.text_invalid",
        format!("State the {en} in 1 to {LONGEST} characters."),
        format!("须写明{zh},1至{LONGEST}字。"),
    ))
}
