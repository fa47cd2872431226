//! Cards in the log and versions of a rule, in the words of the pages.
//!
//! Invariant: every line names the facts it is made of by their positions.

use crate::pages::Layout;
use ::rules::board::Adoption;
use ::rules::{Colour, How};
use std::collections::BTreeSet;
use supervise::rule_desk::Logged;

/// A card in the log, in the words of the page.
pub(super) struct LoggedRow {
    pub(super) line: Logged,
    pub(super) colour: &'static str,
    pub(super) ended: Option<&'static str>,
    /// Whether a red card followed this yellow one.
    pub(super) followed: bool,
}

impl LoggedRow {
    /// The lines of a list, which may be of one rule or one person only.
    pub(super) fn all(l: &Layout, lines: Vec<Logged>) -> Vec<Self> {
        let followed: BTreeSet<u64> = lines.iter().filter_map(|line| line.card.follows).collect();
        let row = |line: Logged| Self {
            colour: colour(l, line.card.colour.into()),
            ended: line.ended.as_ref().map(|(.., fact)| how(l, fact.how.into())),
            followed: followed.contains(&line.seq),
            line,
        };
        lines.into_iter().map(row).collect()
    }
}

pub(super) const fn colour(l: &Layout, colour: Colour) -> &'static str {
    match colour {
        Colour::Yellow => l.say("黄牌", "Yellow"),
        Colour::Red => l.say("红牌", "Red"),
    }
}

pub(super) const fn how(l: &Layout, how: How) -> &'static str {
    match how {
        How::Cured => l.say("已办结或补正", "done or mended"),
        How::Lapsed => l.say("因项目终结而失效", "lapsed with the procedure"),
        How::Replaced => l.say("所据事实已被后续事实取代", "replaced by a later fact"),
    }
}

/// The adoptions that changed a rule, the latest first.
pub(super) fn history(board: &::rules::Board, rule: &str) -> Vec<Adoption> {
    let changed = |adoption: &&Adoption| adoption.body.changed.iter().any(|id| id == rule);
    board.adoptions().iter().rev().filter(changed).cloned().collect()
}
