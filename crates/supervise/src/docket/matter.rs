//! One tender in the docket.
//!
//! Invariant: the words of [`Phase`] are part of the API and never change their meaning.

use facts::body::tender::Regime;
use facts::id::{LotId, ObjectionId, OrderId, StageId};
use facts::outage::Passed;
use facts::{Instant, Kind, TenderId};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Where a tender stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 进场登记: registered, no notice yet.
    Registered,
    /// 公告、投标: the notice is out, bids may be handed in.
    Noticed,
    /// 投标截止: the deadline passed.
    Closed,
    /// The list of envelopes is frozen; bidders may dispute it and unlock.
    Listed,
    /// The list is settled; custodians give their shares.
    Settled,
    /// 开标: names and prices are read out; objections are heard.
    Opened,
    /// 开标结束: the opening of the stage ended.
    OpeningClosed,
    /// 评标: the evaluation is open.
    Evaluating,
    /// The ranking is there.
    Evaluated,
    /// 中标候选人公示.
    Publicised,
    /// 中标.
    Awarded,
    /// 合同签订: every lot awarded has its contract.
    Contracted,
    /// 流标.
    Failed,
    /// 终止招标.
    Terminated,
}

/// A clock that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Clock {
    /// When it runs out.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Whether it runs out on a working day, by the docket's calendar.
    pub working_day: bool,
}

/// The last public fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastFact {
    /// Time of the entry.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Its name.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// Its position.
    pub seq: u64,
}

/// A suspension in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Order {
    /// When it was ordered.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Its legal basis.
    pub basis: String,
    /// Whether procurement has obeyed it (`tender.suspended` is in the log).
    pub obeyed: bool,
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// Why.
    pub reason: String,
}

/// An order of supervision that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Demand {
    /// When it was given.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Until when it is to be answered, where it says so.
    #[schema(value_type = Option<i64>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// Which fact ordered it: `order.suspended`, `order.resumed`, `order.inquired` and so on.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// Its position.
    pub seq: u64,
    /// Whether procurement has called for the explanation that it asks for.
    pub told: bool,
}

/// When an objection was raised and when its reply is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// When it was raised, or noted where it is sealed.
    pub at: Instant,
    /// When the reply is due, where a law says so.
    pub due: Option<Instant>,
}

impl Raised {
    /// Whether the reply is late at an instant.
    #[must_use]
    pub fn is_late(&self, at: &Instant) -> bool {
        self.due.is_some_and(|due| due < *at)
    }
}

fn names<S: Serializer>(objections: &BTreeMap<ObjectionId, Raised>, s: S) -> Result<S::Ok, S::Error> {
    s.collect_seq(objections.keys())
}

/// One tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Matter {
    /// Running clocks by name: `documents`, `deadline`, `unlock`, `shares`, `opening_objections`,
    /// `publicity`, `validity`, `report`, `contract`, `objection_reply`, `explanation`.
    #[schema(value_type = BTreeMap<String, Clock>)]
    pub clocks: BTreeMap<&'static str, Clock>,
    /// Every public fact, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<LastFact>,
    /// The last of them that is no card: cards follow from facts and the time, and would hide what people did.
    pub last: Option<LastFact>,
    /// Objections that wait for their answer.
    #[schema(value_type = Vec<String>)]
    #[serde(serialize_with = "names")]
    pub objections: BTreeMap<ObjectionId, Raised>,
    /// Orders that wait for their answer, in the order in which they were given.
    pub orders: Vec<Demand>,
    /// Where it stands.
    pub phase: Phase,
    /// The deadline that has passed, while nothing of the opening has begun.
    #[serde(skip)]
    pub passed: Option<Passed>,
    /// Which law applies, once registered.
    #[schema(value_type = Option<String>)]
    pub regime: Option<Regime>,
    /// The stage that is being opened.
    #[schema(value_type = Option<String>)]
    pub stage: Option<StageId>,
    /// Since when procurement stands still in obedience to an order.
    #[serde(skip)]
    pub stopped: Option<Instant>,
    /// Orders and objections for which it stands still.
    #[serde(skip)]
    pub held: BTreeSet<OrderId>,
    /// Lots awarded that have no contract yet.
    #[serde(skip)]
    pub uncontracted: BTreeSet<LotId>,
    /// The suspension in force.
    pub suspended: Option<Order>,
    /// The tender.
    #[schema(value_type = String)]
    pub tender: TenderId,
    /// Its title.
    pub title: String,
}

impl Matter {
    /// A tender of which nothing is known but its name.
    #[must_use]
    pub fn new(tender: TenderId) -> Self {
        Self {
            clocks: BTreeMap::new(),
            facts: Vec::new(),
            last: None,
            objections: BTreeMap::new(),
            orders: Vec::new(),
            phase: Phase::Registered,
            passed: None,
            regime: None,
            stage: None,
            stopped: None,
            held: BTreeSet::new(),
            uncontracted: BTreeSet::new(),
            suspended: None,
            tender,
            title: String::new(),
        }
    }

    /// Whether an opening was recorded: from then on who bid is public.
    #[must_use]
    pub fn is_opened(&self) -> bool {
        self.facts.iter().any(|fact| fact.kind == Kind::OpeningRecorded)
    }

    /// The same matter without the list of its facts, which is not copied for it.
    #[must_use]
    pub fn without_facts(&self) -> Self {
        Self {
            clocks: self.clocks.clone(),
            facts: Vec::new(),
            last: self.last.clone(),
            objections: self.objections.clone(),
            orders: self.orders.clone(),
            phase: self.phase,
            passed: self.passed,
            regime: self.regime,
            stage: self.stage.clone(),
            stopped: self.stopped,
            held: self.held.clone(),
            suspended: self.suspended.clone(),
            uncontracted: self.uncontracted.clone(),
            tender: self.tender.clone(),
            title: self.title.clone(),
        }
    }
}
