//! What the law still asks of the owner after a tender (期限): until when, and whether it was done.
//!
//! Invariant: this is for people who want to know what comes next; supervision counts by its own rules.

use super::State;
use super::fulfilment::Fulfilment;
use facts::body::tender::Regime;
use facts::calendar::{CHINA, day_of, end_of};
use facts::id::LotId;
use facts::{AccountId, BidId, Instant, Money};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// 书面报告: 15 days from the award (招标投标法47).
    Report,
    /// 合同: 30 days from the award (招标投标法46, 政府采购法46).
    Contract,
    /// 合同公告: 2 working days from the contract (政府采购法实施条例50).
    Publish,
    /// 合同备案: 7 working days from the contract (政府采购法47).
    File,
    /// 退还保证金 of those who did not win, or of all: 5 working days from the award (87号令38), 5 days from the
    /// contract (招标投标法实施条例57), or from the end of the tender (条例31; 87号令29).
    Deposits,
    /// 退还保证金 of the winner: 5 working days from the contract (87号令38).
    WinnersDeposit,
}

/// One duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub duty: Duty,
    /// Of which lot; none for the tender.
    pub lot: Option<LotId>,
    /// The last instant in time; none where the law says "at once", or where it begins with a contract to come.
    pub until: Option<Instant>,
    /// Whether it was done.
    pub is_done: bool,
}

/// A deposit that a lot asks for, of a bid that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Whose.
    pub account: AccountId,
    /// For which bid.
    pub bid: BidId,
    /// In which lot.
    pub lot: LotId,
    /// How much the lot asks for.
    pub asked: Money,
    /// Whether it went back or is kept.
    pub is_settled: bool,
}

fn days(from: Instant, days: u32) -> Instant {
    end_of(CHINA.period_end(day_of(from), days)).plus(-1)
}

fn working_days(from: Instant, days: u32) -> Instant {
    end_of(CHINA.add_working_days(day_of(from), days)).plus(-1)
}

/// Deposits of the bids on the opening record, ascending by lot and bid.
#[must_use]
pub fn deposits(state: &State) -> Vec<Deposit> {
    let mut all = Vec::new();
    for lot in state.notice.iter().flat_map(|notice| &notice.lots) {
        let Some(asked) = lot.deposit else { continue };
        let records = state.openings.values().filter_map(|one| one.recorded.as_ref());
        let bids = records.flat_map(|one| &one.body.bids);
        for opened in bids.filter(|bid| bid.parts.iter().any(|part| part.lot == lot.lot)) {
            all.push(Deposit {
                account: opened.account.clone(),
                bid: opened.bid.clone(),
                lot: lot.lot.clone(),
                asked,
                is_settled: is_settled(&state.fulfilment, &opened.bid, &lot.lot),
            });
        }
    }
    all.sort_by(|a, b| (&a.lot, &a.bid).cmp(&(&b.lot, &b.bid)));
    all.dedup_by(|a, b| (&a.lot, &a.bid) == (&b.lot, &b.bid));
    all
}

fn is_settled(fulfilment: &Fulfilment, bid: &BidId, lot: &LotId) -> bool {
    fulfilment.settled.contains(&(bid.clone(), lot.clone()))
}

/// Everything that is asked after this tender, done or not, in the order in which it comes up.
#[must_use]
pub fn dues(state: &State) -> Vec<Due> {
    let Some(registered) = &state.registered else {
        return Vec::new();
    };
    let deposits = deposits(state);
    match (&state.award, state.awarded_at) {
        (Some((_, made)), Some(at)) => {
            let mut dues = Vec::new();
            if registered.regime == Regime::Works {
                dues.push(Due {
                    duty: Duty::Report,
                    lot: None,
                    until: Some(days(at, 15)),
                    is_done: state.fulfilment.is_reported,
                });
            }
            for award in &made.awards {
                of_lot(
                    state,
                    registered.regime,
                    at,
                    (&award.lot, &award.bid),
                    &deposits,
                    &mut dues,
                );
            }
            dues
        }
        _ if state.ended.is_some() => after_an_end(state, &deposits),
        _ => Vec::new(),
    }
}

fn of_lot(
    state: &State,
    regime: Regime,
    awarded: Instant,
    (lot, winner): (&LotId, &BidId),
    deposits: &[Deposit],
    dues: &mut Vec<Due>,
) {
    let due = |duty, until, is_done| Due {
        duty,
        lot: Some(lot.clone()),
        until,
        is_done,
    };
    let contract = state.fulfilment.contracts.get(lot);
    let signed = contract.map(|contract| contract.body.signed_at);
    let bound = regime != Regime::Free;
    dues.push(due(
        Duty::Contract,
        bound.then(|| days(awarded, 30)),
        contract.is_some(),
    ));
    let own = || deposits.iter().filter(|one| one.lot == *lot);
    if regime == Regime::GovernmentProcurement {
        let until = |n| signed.map(|signed| working_days(signed, n));
        dues.push(due(
            Duty::Publish,
            until(2),
            contract.is_some_and(|one| one.is_published),
        ));
        dues.push(due(
            Duty::File,
            until(7),
            contract.is_some_and(|one| one.is_filed),
        ));
        if let Some(done) = all_settled(own().filter(|one| one.bid != *winner)) {
            dues.push(due(Duty::Deposits, Some(working_days(awarded, 5)), done));
        }
        if let Some(done) = all_settled(own().filter(|one| one.bid == *winner)) {
            dues.push(due(Duty::WinnersDeposit, until(5), done));
        }
    } else if let Some(done) = all_settled(own()) {
        let until = signed.filter(|_| bound).map(|signed| days(signed, 5));
        dues.push(due(Duty::Deposits, until, done));
    }
}

/// Whether all of them are settled; nothing if there are none.
fn all_settled<'a>(of: impl Iterator<Item = &'a Deposit>) -> Option<bool> {
    let mut of = of.peekable();
    of.peek()?;
    Some(of.all(|one| one.is_settled))
}

fn after_an_end(state: &State, deposits: &[Deposit]) -> Vec<Due> {
    let asked = state.notice.iter().flat_map(|notice| &notice.lots);
    if asked.filter(|lot| lot.deposit.is_some()).count() == 0 {
        return Vec::new();
    }
    let done = if deposits.is_empty() {
        state.fulfilment.all_returned
    } else {
        deposits.iter().all(|one| one.is_settled)
    };
    vec![Due {
        duty: Duty::Deposits,
        lot: None,
        until: None,
        is_done: done,
    }]
}
