//! What concerns whom (通知): from the facts of the log to notices for persons.
//!
//! Invariant: the same facts give the same notices; a notice has no text of anybody, no name and no number, so what
//! it can betray is only that it exists; and it exists for none but those whom its fact may be told to. Whoever adds
//! a kind of fact is asked by the compiler whom it concerns.

pub mod concern;
mod disputes;
mod panel;
mod tender;
pub mod what;
pub mod world;

pub use what::What;
pub use world::World;

use facts::{AccountId, Instant, TenderId};

/// A zone of the platform, in which a notice is shown and acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// 评标区.
    Evaluation,
    /// 交易区.
    Procurement,
    /// 监督区.
    Supervision,
}

impl Zone {
    /// The word in tables and on sessions.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Procurement => "procurement",
            Self::Supervision => "supervision",
        }
    }
}

/// As what somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The holder of an account, in the zone where the account works.
    Holder(Zone),
    /// Buyer and agent of a tender.
    Owner,
    /// Somebody who bids, asks or objects.
    Bidder,
    /// A custodian of opening keys.
    Custodian,
    /// A custodian of a draw, which is answered in the evaluation zone.
    Drawer,
    /// Somebody called to a panel or sitting on one.
    Expert,
    /// The supervisors.
    Supervisor,
    /// Those who run the machine.
    Operator,
}

impl Audience {
    /// Where such people are told.
    #[must_use]
    pub const fn zone(self) -> Zone {
        match self {
            Self::Holder(zone) => zone,
            Self::Owner | Self::Bidder | Self::Custodian | Self::Operator => Zone::Procurement,
            Self::Drawer | Self::Expert => Zone::Evaluation,
            Self::Supervisor => Zone::Supervision,
        }
    }

    /// The word in tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Holder(_) => "holder",
            Self::Owner => "owner",
            Self::Bidder => "bidder",
            Self::Custodian => "custodian",
            Self::Drawer => "drawer",
            Self::Expert => "expert",
            Self::Supervisor => "supervisor",
            Self::Operator => "operator",
        }
    }

    /// Whether it is nobody's business that these people have to do with the tender: who bids before the opening
    /// (招标投标法22), who judges before the result (招标投标法37).
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Bidder | Self::Expert)
    }
}

/// One notice to one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// To whom.
    pub account: AccountId,
    /// As what.
    pub audience: Audience,
    /// Of what.
    pub what: What,
    /// The tender, if it is about one.
    pub tender: Option<TenderId>,
    /// Position of the fact from which it follows.
    pub seq: u64,
    /// From when on it is told: the fact's instant, or later for what is told ahead of a deadline.
    pub at: Instant,
    /// Until when something is to be done, or when something begins.
    pub until: Option<Instant>,
    /// Whether a message that leaves the platform may say no more than that there is a notice.
    pub discreet: bool,
}

/// What a fact changes in the notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Somebody is told something, now or ahead of a deadline.
    Tell(Notice),
    /// What would have been told later is not told any more.
    Withdraw(Withdrawn),
}

/// Notices that had not been told by an instant and never will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Of what.
    pub what: What,
    /// About which tender.
    pub tender: Option<TenderId>,
    /// To whom; to everybody without.
    pub account: Option<AccountId>,
    /// Those due after this.
    pub after: Instant,
}
