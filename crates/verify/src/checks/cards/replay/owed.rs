//! What a platform owes the log: cards, warnings and ends that the rules give and that are not written down.
//!
//! Invariant: what is owed without a break for ten minutes, counted from the first entry after it came up, is missing;
//! what falls away before that was never owed.

use crate::checks::cards::LATEST;
use crate::dossier::Dossier;
use crate::verdict::Findings;
use facts::body::card::{Ahead, CardEnded, CardIssued, CardWarned, Colour};
use facts::{Draft, Instant};
use std::collections::BTreeMap;

/// One thing that is owed, whatever else it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Card(String, String, Option<u64>, Colour),
    Warning(u64, Ahead),
    End(u64),
}

/// Where it comes from and until when it had to stand there.
#[derive(Debug, Clone)]
struct Debt {
    seq: u64,
    until: Option<Instant>,
    said: bool,
}

pub(super) struct Owed {
    /// Times of the entries, none earlier than one before it.
    times: Vec<Instant>,
    debts: BTreeMap<What, Debt>,
}

impl Owed {
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut latest = Instant(i64::MIN);
        let times = dossier.log.entries().map(|entry| {
            latest = latest.max(entry.ts);
            latest
        });
        Self {
            times: times.collect(),
            debts: BTreeMap::new(),
        }
    }

    /// Until when something that comes up at an instant has to be in the log.
    fn until(&self, at: Instant) -> Option<Instant> {
        let place = self.times.partition_point(|ts| *ts < at);
        self.times.get(place).map(|first| first.plus(LATEST))
    }

    /// What is owed from an instant on.
    pub(super) fn turn(&mut self, at: Instant, drafts: &[Draft], wrong: &mut Findings) {
        self.demand(|until| until < at, wrong);
        let mut before = std::mem::take(&mut self.debts);
        for (what, seq) in drafts.iter().filter_map(what) {
            let debt = before.remove(&what).unwrap_or_else(|| Debt {
                seq,
                until: self.until(at),
                said: false,
            });
            self.debts.insert(what, debt);
        }
    }

    /// The log ends here.
    pub(super) fn close(&mut self, last: Instant, wrong: &mut Findings) {
        self.demand(|until| until <= last, wrong);
    }

    fn demand(&mut self, is_over: impl Fn(Instant) -> bool, wrong: &mut Findings) {
        for (what, debt) in &mut self.debts {
            if debt.said || !debt.until.is_some_and(&is_over) {
                continue;
            }
            debt.said = true;
            let (en, zh) = match what {
                What::Card(rule, _, _, Colour::Red) => {
                    (format!("the red card of {rule}"), format!("规则{rule}的红牌"))
                }
                What::Card(rule, _, _, Colour::Yellow) => {
                    (format!("the yellow card of {rule}"), format!("规则{rule}的黄牌"))
                }
                What::Warning(card, _) => (
                    format!("a warning of the card at {card}"),
                    format!("第{card}条黄牌的预警"),
                ),
                What::End(card) => (
                    format!("the end of the card at {card}"),
                    format!("第{card}条预警的销牌"),
                ),
            };
            wrong.fault(
                debt.seq,
                format!("{en} did not come when the rules, replayed, gave it"),
                format!("重演规则应有{zh},未按时记载"),
            );
        }
    }
}

fn what(draft: &Draft) -> Option<(What, u64)> {
    if let Ok(card) = draft.body.read::<CardIssued>() {
        let start = card.due.map(|_| card.since);
        let what = What::Card(card.rule, card.about, start, card.colour);
        return Some((what, card.since));
    }
    if let Ok(warned) = draft.body.read::<CardWarned>() {
        return Some((What::Warning(warned.card, warned.ahead), warned.card));
    }
    let ended = draft.body.read::<CardEnded>().ok()?;
    Some((What::End(ended.card), ended.by))
}
