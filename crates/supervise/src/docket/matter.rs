//! One tender in the docket.
//!
//! Invariant: the words of [`Phase`] are part of the API and never change their meaning.

use facts::body::tender::Regime;
use facts::id::{LotId, ObjectionId, OrderId, StageId};
use facts::{Instant, Kind, TenderId};
use serde::Serialize;
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
    /// The last of them.
    pub last: Option<LastFact>,
    /// Objections that wait for their answer.
    #[schema(value_type = Vec<String>)]
    pub objections: BTreeSet<ObjectionId>,
    /// Where it stands.
    pub phase: Phase,
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
            objections: BTreeSet::new(),
            phase: Phase::Registered,
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

    /// The same matter without the list of its facts.
    #[must_use]
    pub fn without_facts(&self) -> Self {
        let mut shorter = self.clone();
        shorter.facts.clear();
        shorter
    }
}
