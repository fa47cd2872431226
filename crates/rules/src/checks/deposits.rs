//! Deposits: how they came; whose went back until when, after a withdrawal, an award, a contract, an end without one.
//!
//! Invariant: who owes a deposit back is read from the opening record; before it nothing is asked, and of a tender that
//! ended without one nobody is named.

use super::contract::contract_of;
use super::{Case, Table};
use crate::finding::{Clock, Findings, Flaw, Mark};
use crate::procedure::{Procedure, Told};
use crate::rule::Unit;
use facts::body::contract::{DepositForm, Received};
use facts::id::LotId;
use facts::{BidId, Instant};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TABLE: Table = &[
    ("deposit.basic_account", basic_account),
    ("deposit.cash", cash),
    ("deposits.withdrawn", withdrawn),
    ("deposits.after_award", after_award),
    ("deposits.after_contract", after_contract),
    ("termination.deposits", after_termination),
];

/// What the lists of arrived deposits say against the rule: a row stands as it was first said, until a later list says
/// otherwise.
fn listed(
    case: &Case<'_>,
    wrong: fn(&Received) -> bool,
    say: fn(&Received, Mark) -> Flaw,
    found: &mut Findings,
) {
    let mut open: BTreeMap<(BidId, LotId), Flaw> = BTreeMap::new();
    for told in &case.procedure.received {
        let rows = told.body.deposits.iter().filter(|row| wrong(row));
        let rows: BTreeMap<_, &Received> = rows
            .map(|row| ((row.bid.clone(), row.lot.clone()), row))
            .collect();
        if rows.is_empty() {
            found.keep([told.seq]);
        }
        for (key, flaw) in &mut open {
            match rows.get(key) {
                Some(_) => flaw.cured = None,
                None => flaw.cured = flaw.cured.or(Some(told.mark())),
            }
        }
        for (key, row) in rows {
            let (bid, lot) = &key;
            let about = format!("{bid}/{lot}");
            let first = || say(row, told.mark()).about(&about);
            open.entry(key.clone()).or_insert_with(first);
        }
    }
    for flaw in open.into_values() {
        found.flaw(flaw);
    }
}

/// B18: money and cheques come from the bidder's basic account. That is asked of bidders in the country (条例26), and
/// where a bidder is from is not in the log: a person looks.
fn basic_account(case: &Case<'_>, found: &mut Findings) {
    let wrong = |row: &Received| row.form.needs_basic_account() && row.from.is_none_or(|from| !from.own);
    let say = |row: &Received, since: Mark| {
        Flaw::new(
            since,
            format!("投标{}的保证金并非从其基本账户转出,请核查。", row.bid),
            format!(
                "The deposit of bid {} did not come from its basic account; look into it.",
                row.bid
            ),
        )
        .yellow()
    };
    listed(case, wrong, say, found);
}

/// N17: no deposit in cash.
fn cash(case: &Case<'_>, found: &mut Findings) {
    let say = |row: &Received, since: Mark| {
        Flaw::new(
            since,
            format!("投标{}的保证金以现金收取。", row.bid),
            format!("The deposit of bid {} was taken in cash.", row.bid),
        )
    };
    listed(case, |row| row.form == DepositForm::Cash, say, found);
}

/// The fact by which the deposit of a bid was returned or kept.
fn settled(procedure: &Procedure, bid: &BidId, lot: &LotId) -> Option<Mark> {
    let returned = procedure.returned.iter().filter(|told| {
        let mut named = told.body.returned.iter();
        named.any(|one| one.bid == *bid && one.lot == *lot)
    });
    let kept = (procedure.kept.iter()).filter(|told| told.body.bid == *bid && told.body.lot == *lot);
    returned
        .map(Told::mark)
        .chain(kept.map(Told::mark))
        .min_by_key(|mark| mark.seq)
}

/// The fact with which the last of them was settled; none while one waits.
fn all_settled<'a>(
    procedure: &Procedure,
    bids: impl IntoIterator<Item = &'a BidId>,
    lot: &LotId,
) -> Option<Mark> {
    let marks: Option<Vec<Mark>> = bids.into_iter().map(|bid| settled(procedure, bid, lot)).collect();
    marks?.into_iter().max_by_key(|mark| mark.seq)
}

/// Lots for which a deposit is asked.
fn lots(procedure: &Procedure) -> impl Iterator<Item = &LotId> {
    let asked = procedure.lots().iter().filter(|lot| lot.deposit.is_some());
    asked.map(|lot| &lot.lot)
}

/// Bids that the opening record has in a lot.
fn opened<'a>(procedure: &'a Procedure, lot: &LotId) -> BTreeSet<&'a BidId> {
    let bids = procedure
        .opened()
        .filter(|(_, bid)| bid.parts.iter().any(|part| part.lot == *lot));
    bids.map(|(_, bid)| &bid.bid).collect()
}

struct Waiting<'a> {
    since: Mark,
    from: Instant,
    lot: &'a LotId,
    about: String,
    bids: BTreeSet<&'a BidId>,
    who: (&'static str, &'static str),
}

fn clock(case: &Case<'_>, waiting: Waiting<'_>, found: &mut Findings) {
    if waiting.bids.is_empty() {
        return;
    }
    let done = all_settled(case.procedure, waiting.bids, waiting.lot);
    let (zh, en) = case.period();
    let (who_zh, who_en) = waiting.who;
    found.clock(Clock {
        about: waiting.about,
        ..Clock::new(
            waiting.since,
            case.due(waiting.from),
            done,
            format!("标段{}{who_zh}的保证金应在{zh}内退还。", waiting.lot),
            format!(
                "The deposits of {who_en} in lot {} go back within {en}.",
                waiting.lot
            ),
        )
    });
}

/// B10, B11: from the disclosure on, by which the buyer first hears of a withdrawal: before the opening nobody is told.
fn withdrawn(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.withdrawn {
        let Some(shown) = case.procedure.withdrawals_shown.get(&told.seq) else {
            continue;
        };
        let last = (case.procedure.submitted.iter())
            .rfind(|one| one.body.bid == told.body.bid && one.seq < told.seq);
        let named: BTreeSet<&LotId> = last
            .into_iter()
            .flat_map(|one| &one.body.envelopes)
            .map(|envelope| &envelope.lot)
            .collect();
        for lot in lots(case.procedure).filter(|lot| named.contains(lot)) {
            let waiting = Waiting {
                since: *shown,
                from: shown.at,
                lot,
                about: format!("{}/{lot}", told.body.bid),
                bids: [&told.body.bid].into(),
                who: ("截止前撤回的投标", "bids withdrawn in time"),
            };
            clock(case, waiting, found);
        }
    }
}

/// A14: of those who did not win from the award on, of the winner from the contract on.
fn after_award(case: &Case<'_>, found: &mut Findings) {
    let Some(awarded) = &case.procedure.awarded else {
        return;
    };
    for lot in lots(case.procedure) {
        let Some(award) = awarded.body.awards.iter().find(|award| award.lot == *lot) else {
            continue;
        };
        let mut losers = opened(case.procedure, lot);
        losers.remove(&award.bid);
        let waiting = Waiting {
            since: awarded.mark(),
            from: awarded.at,
            lot,
            about: lot.to_string(),
            bids: losers,
            who: ("未中标供应商", "those who did not win"),
        };
        clock(case, waiting, found);
        if let Some(contract) = contract_of(case.procedure, lot) {
            let waiting = Waiting {
                since: contract.mark(),
                from: contract.body.signed_at,
                lot,
                about: lot.to_string(),
                bids: [&award.bid].into(),
                who: ("中标供应商", "the winner"),
            };
            clock(case, waiting, found);
        }
    }
}

/// A13: everybody's from the contract on, with interest.
fn after_contract(case: &Case<'_>, found: &mut Findings) {
    for lot in lots(case.procedure) {
        let Some(contract) = contract_of(case.procedure, lot) else {
            continue;
        };
        let waiting = Waiting {
            since: contract.mark(),
            from: contract.body.signed_at,
            lot,
            about: lot.to_string(),
            bids: opened(case.procedure, lot),
            who: ("中标人和未中标投标人", "everybody"),
        };
        clock(case, waiting, found);
    }
    for told in &case.procedure.returned {
        let bare = (told.body.returned.iter()).find(|one| one.amount.minor > 0 && one.interest.minor == 0);
        if let Some(bare) = bare {
            found.flaw(
                Flaw::new(
                    told.mark(),
                    format!("退还投标{}的保证金未付银行同期存款利息,请核查。", bare.bid),
                    format!(
                        "The deposit of bid {} went back without interest; look into it.",
                        bare.bid
                    ),
                )
                .about(&bare.bid)
                .yellow(),
            );
        }
    }
}

/// N33, N34: who ends a tender pays back; where the law gives no number of days, a sign stands until it is done.
fn after_termination(case: &Case<'_>, found: &mut Findings) {
    let Some(ended) = &case.procedure.terminated else {
        return;
    };
    if lots(case.procedure).next().is_none() {
        return;
    }
    let owed: Vec<(&LotId, BTreeSet<&BidId>)> = lots(case.procedure)
        .map(|lot| (lot, opened(case.procedure, lot)))
        .filter(|(_, bids)| !bids.is_empty())
        .collect();
    let done = if owed.is_empty() {
        let whole = case
            .procedure
            .returned
            .iter()
            .find(|told| told.body.returned.is_empty());
        whole.map(Told::mark)
    } else {
        let marks = owed
            .into_iter()
            .map(|(lot, bids)| all_settled(case.procedure, bids, lot));
        let marks: Option<Vec<Mark>> = marks.collect();
        marks.and_then(|marks| marks.into_iter().max_by_key(|mark| mark.seq))
    };
    // A deposit may be back before its tender is ended.
    let done = done.map(|mark| if mark.seq < ended.seq { ended.mark() } else { mark });
    let (zh, en) = ("终止后应退还全部保证金。", "After the end all deposits go back.");
    if case
        .rule
        .limit
        .is_some_and(|limit| limit.unit == Unit::WorkingDay)
    {
        found.clock(Clock::new(ended.mark(), case.due(ended.at), done, zh, en));
    } else if done == Some(ended.mark()) {
        found.keep([ended.seq]);
    } else {
        found.flaw(Flaw::new(ended.mark(), zh, en).yellow().cured(done));
    }
}
