//! The platform and those who supervise: orders obeyed, nobody in two roles, no hand of supervision in a tender.
//!
//! Invariant: who acted is known by the key that signed, not by what a body says.

use super::{Case, Table};
use crate::finding::{Findings, Flaw, Mark};
use facts::{AccountId, Kind, Role};
use std::collections::BTreeSet;

pub(super) const TABLE: Table = &[
    ("roles.separate", separate),
    ("supervision.stands_back", stands_back),
];

/// S09: nobody is on two sides of one tender.
fn separate(case: &Case<'_>, found: &mut Findings) {
    let Some(registered) = &case.procedure.registered else {
        return;
    };
    let Some(record) = case.procedure.recorded.last() else {
        return;
    };
    let bidders: BTreeSet<&AccountId> = case.procedure.opened().map(|(_, bid)| &bid.account).collect();
    let panel = case.procedure.panel();
    let owners: BTreeSet<&AccountId> = registered
        .body
        .agent
        .iter()
        .chain([&registered.body.buyer])
        .collect();
    let shown = |trace: &&crate::procedure::Trace| trace.kind == Kind::FactsDisclosed;
    let last: Mark = (case.procedure.traces.iter().rfind(shown)).map_or(record.mark(), |trace| trace.mark);
    let members: BTreeSet<&AccountId> = panel.values().collect();
    let mut twice: BTreeSet<&AccountId> = bidders.intersection(&members).copied().collect();
    twice.extend(bidders.intersection(&owners).copied());
    twice.extend(
        bidders
            .iter()
            .filter(|account| case.people.holds(account, Role::Supervisor))
            .copied(),
    );
    if twice.is_empty() {
        found.keep(
            [registered.seq, record.seq]
                .into_iter()
                .chain(case.procedure.panel_facts()),
        );
        return;
    }
    for account in twice {
        found.flaw(
            Flaw::new(
                last,
                format!("{account}在本项目中兼有相互冲突的职责。"),
                format!("{account} is on two sides of this tender."),
            )
            .about(account)
            .with([registered.seq, record.seq]),
        );
    }
}

/// S11: whoever supervises does nothing else in a tender.
fn stands_back(case: &Case<'_>, found: &mut Findings) {
    let Some(registered) = &case.procedure.registered else {
        return;
    };
    let acts = case.procedure.traces.iter().filter(|trace| trace.actor.is_some());
    let before = found.0.len();
    for trace in acts {
        found.flaw(
            Flaw::new(
                trace.mark,
                format!("监督人员在交易中签署了{}。", trace.kind),
                format!("A supervisor signed {} in a tender.", trace.kind),
            )
            .about(&trace.mark.seq),
        );
    }
    super::notice::kept_otherwise(found, before, registered.seq);
}
