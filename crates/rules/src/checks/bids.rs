//! Bids up to the deadline, as far as the lists and records after it show them.
//!
//! Invariant: nothing here reads a bid before the list of the opening is frozen.

use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::Told;
use facts::{AccountId, BidId, Role};
use std::collections::BTreeMap;

pub(super) const TABLE: Table = &[
    ("bid.late", late),
    ("bid.receipt", receipt),
    ("bid.sealed_until_deadline", sealed),
    ("bid.twice", twice),
    ("bid.agent", agent),
    ("bid.operator", operator),
];

/// B05, B07: what was listed had arrived in time.
fn late(case: &Case<'_>, found: &mut Findings) {
    let Some(closed) = &case.procedure.closed else {
        return;
    };
    for told in &case.procedure.submitted {
        if told.arrived.unwrap_or(told.at) <= closed.body.closes_at {
            found.keep([told.seq, closed.seq]);
        } else {
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("投标{}于截止后到达,仍列入开标清单。", told.body.bid),
                    format!(
                        "Bid {} arrived after the deadline and is listed all the same.",
                        told.body.bid
                    ),
                )
                .about(&told.body.bid)
                .with([closed.seq]),
            );
        }
    }
}

/// B08: the entry, and with it the receipt, follows at once.
fn receipt(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.submitted {
        let Some(arrived) = told.arrived else { continue };
        if told.at <= case.due(arrived) {
            found.keep([told.seq]);
        } else {
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!(
                        "投标{}到达后{}秒才出具回执。",
                        told.body.bid,
                        told.at.since(arrived).div_euclid(1_000)
                    ),
                    format!(
                        "Bid {} had its receipt {} s after it arrived.",
                        told.body.bid,
                        told.at.since(arrived).div_euclid(1_000)
                    ),
                )
                .about(&told.body.bid),
            );
        }
    }
}

/// B09, K17: no list, no unlocking and no share before the deadline.
fn sealed(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(deadline)) = (&case.procedure.noticed, case.procedure.deadline()) else {
        return;
    };
    let lists = case.procedure.frozen.iter().map(Told::mark);
    let shares = case.procedure.shares.iter().copied();
    let records = case.procedure.recorded.iter().map(Told::mark);
    let mut any = false;
    for mark in lists.chain(shares).chain(records) {
        any = true;
        if mark.at < deadline.at {
            found.flaw(
                Flaw::new(
                    mark,
                    "截止前已有开启动作。",
                    "A step of the opening happened before the deadline.",
                )
                .with([deadline.seq]),
            );
            return;
        }
    }
    if any {
        found.keep([notice.seq, deadline.seq]);
    }
}

/// Bids of one account in one lot, by the opening records.
fn by_account<'a>(case: &Case<'a>) -> BTreeMap<(&'a AccountId, &'a str), BTreeMap<&'a BidId, u64>> {
    let mut bids: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for (seq, bid) in case.procedure.opened() {
        for part in &bid.parts {
            let of = bids.entry((&bid.account, part.lot.as_str())).or_default();
            of.insert(&bid.bid, seq);
        }
    }
    bids
}

/// B14: one bid of a bidder for a lot.
fn twice(case: &Case<'_>, found: &mut Findings) {
    for ((account, lot), bids) in by_account(case) {
        if bids.len() <= 1 {
            found.keep(bids.values().copied());
            continue;
        }
        let Some(record) = case.procedure.recorded.last() else {
            continue;
        };
        found.flaw(
            Flaw::new(
                record.mark(),
                format!("{account}就标段{lot}提交了{}份投标。", bids.len()),
                format!("{account} handed in {} bids for lot {lot}.", bids.len()),
            )
            .about(&format!("{lot}/{account}"))
            .with(bids.values().copied()),
        );
    }
}

/// Whoever must not bid, and did.
fn barred(case: &Case<'_>, found: &mut Findings, is_barred: impl Fn(&AccountId) -> bool, zh: &str, en: &str) {
    for record in &case.procedure.recorded {
        let before = found.0.len();
        for bid in record.body.bids.iter().filter(|bid| is_barred(&bid.account)) {
            found.flaw(
                Flaw::new(
                    record.mark(),
                    format!("{}{zh}", bid.account),
                    format!("{} {en}", bid.account),
                )
                .about(&bid.account),
            );
        }
        super::notice::kept_otherwise(found, before, record.seq);
    }
}

/// B16: neither the agent nor the buyer bids.
fn agent(case: &Case<'_>, found: &mut Findings) {
    let Some(registered) = &case.procedure.registered else {
        return;
    };
    let owner = |account: &AccountId| {
        registered.body.agent.as_ref() == Some(account) || registered.body.buyer == *account
    };
    barred(
        case,
        found,
        owner,
        "为本项目招标人或代理机构,不得投标。",
        "is the buyer or the agent of this tender and must not bid.",
    );
}

/// B15: whoever runs the platform does not bid on it.
fn operator(case: &Case<'_>, found: &mut Findings) {
    let runs = |account: &AccountId| {
        case.people.holds(account, Role::Operator) || case.people.holds(account, Role::Registrar)
    };
    barred(
        case,
        found,
        runs,
        "为平台运营人员,不得投标。",
        "runs the platform and must not bid on it.",
    );
}
