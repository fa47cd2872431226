//! 合同: what follows the award until it is performed, as far as the law sets terms for it.
//!
//! Invariant: a contract is the award's: its bidder, its price, the quality and the time of the letter that was opened
//! (招标投标法46、59).

use super::fulfilment::Contract;
use super::{State, gate, refuse};
use crate::said::Said;
use facts::body::award::Award;
use facts::body::bid::Letter;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented,
};
use facts::body::tender::{Document, Regime, TenderRegistered};
use facts::calendar::day_of;
use facts::id::LotId;
use facts::{BidId, Draft, Instant, Money, Refusal, TenderId};

/// Share of the contract that a bond (条例58, 政府采购法实施条例48) and supplements (政府采购法49) stay within: 10 %.
const MOST_BP: i128 = 1_000;

/// 签订合同: the terms are those of bid and award. A departure from them in words, or a condition added, is not refused
/// but recorded as what it is: refusing would only keep it out of the log.
pub(super) fn sign(state: &State, said: Said<ContractSigned>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let registered = awarded(state, &said, &body.tender)?;
    if state.pauses.now() {
        return Err(refuse::suspended(state.pauses.orders()));
    }
    let Some(award) = award_of(state, &body.lot) else {
        return Err(refuse::no_award(&body.lot));
    };
    if award.bid != body.bid || award.account != body.account {
        return Err(refuse::not_winner(&body.bid, &body.lot));
    }
    if state.fulfilment.contracts.contains_key(&body.lot) {
        return Err(refuse::contract_known(&body.lot));
    }
    if award.price != body.price {
        return Err(refuse::contract_price(body.price, award.price));
    }
    let letter = opened_letter(state, &body.bid, &body.lot);
    if let Some(letter) = letter.filter(|letter| letter.period_days != body.period_days) {
        return Err(refuse::contract_period(body.period_days, letter.period_days));
    }
    if let Some(letter) = letter.filter(|letter| letter.quality != body.quality) {
        return Err(refuse::contract_quality(&letter.quality));
    }
    let begun = state.awarded_at.unwrap_or_default();
    if body.signed_at > at || day_of(body.signed_at) < day_of(begun) {
        return Err(refuse::contract_time(body.signed_at, begun));
    }
    document(&body.contract)?;
    for (member, text) in [("added", &body.added), ("differs", &body.differs)] {
        if let Some(text) = text {
            gate::stated(member, text)?;
        }
    }
    if let Some(bond) = body.bond {
        let fits = bond.currency == body.price.currency && bond.minor > 0;
        let most = tenth(body.price);
        let bound = registered.regime != Regime::Free;
        if !fits || (bound && bond.minor > most.minor) {
            return Err(refuse::contract_bond(bond, most));
        }
    }
    Ok(vec![said.draft(false)])
}

/// 合同公告.
pub(super) fn publish(state: &State, said: Said<ContractPublished>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    awarded(state, &said, &body.tender)?;
    if contract(state, &body.lot)?.is_published {
        return Err(refuse::contract_done(&body.lot));
    }
    gate::stated("medium", &body.medium)?;
    gate::stated("url", &body.url)?;
    Ok(vec![said.draft(false)])
}

/// 合同备案.
pub(super) fn file(state: &State, said: Said<ContractFiled>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    awarded(state, &said, &body.tender)?;
    if contract(state, &body.lot)?.is_filed {
        return Err(refuse::contract_done(&body.lot));
    }
    gate::stated("office", &body.office)?;
    gate::stated("receipt", &body.receipt)?;
    Ok(vec![said.draft(false)])
}

/// 补充合同: in government procurement all of them together stay within a tenth of the contract.
pub(super) fn supplement(state: &State, said: Said<ContractSupplemented>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    let registered = awarded(state, &said, &body.tender)?;
    let contract = contract(state, &body.lot)?;
    let price = contract.body.price;
    if body.change.minor <= 0 || body.change.currency != price.currency {
        return Err(refuse::supplement_amount(body.change));
    }
    let all = Money::new(price.currency, contract.added.saturating_add(body.change.minor));
    let most = tenth(price);
    if registered.regime == Regime::GovernmentProcurement && all.minor > most.minor {
        return Err(refuse::supplement_many(all, most));
    }
    gate::stated("reason", &body.reason)?;
    document(&body.supplement)?;
    Ok(vec![said.draft(false)])
}

/// 书面报告, once.
pub(super) fn report(state: &State, said: Said<AwardReported>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    awarded(state, &said, &body.tender)?;
    if state.fulfilment.is_reported {
        return Err(refuse::reported());
    }
    gate::stated("office", &body.office)?;
    document(&body.report)?;
    Ok(vec![said.draft(false)])
}

/// The tender is awarded, and its owner speaks of it.
fn awarded<'a, B>(
    state: &'a State,
    said: &Said<B>,
    tender: &TenderId,
) -> Result<&'a TenderRegistered, Refusal> {
    let registered = gate::afterwards(state, said, tender)?;
    if state.award.is_none() {
        return Err(refuse::not_awarded(state.phase()));
    }
    Ok(registered)
}

pub(super) fn award_of<'a>(state: &'a State, lot: &LotId) -> Option<&'a Award> {
    let (_, made) = state.award.as_ref()?;
    made.awards.iter().find(|award| award.lot == *lot)
}

fn contract<'a>(state: &'a State, lot: &LotId) -> Result<&'a Contract, Refusal> {
    let known = state.fulfilment.contracts.get(lot);
    known.ok_or_else(|| refuse::contract_unknown(lot))
}

/// The letter of the price that was read out.
fn opened_letter<'a>(state: &'a State, bid: &BidId, lot: &LotId) -> Option<&'a Letter> {
    let records = state.openings.values().filter_map(|one| one.recorded.as_ref());
    let bids = records
        .flat_map(|one| &one.body.bids)
        .filter(|one| one.bid == *bid);
    let parts = bids.flat_map(|one| &one.parts).filter(|part| part.lot == *lot);
    let mut letters = parts.filter_map(|part| part.letter.as_ref());
    letters.rfind(|letter| letter.price.is_some())
}

/// A tenth of a price, rounded down: "不得超过" includes the number itself.
fn tenth(price: Money) -> Money {
    let most = i128::from(price.minor)
        .saturating_mul(MOST_BP)
        .checked_div(10_000)
        .unwrap_or_default();
    Money::new(price.currency, i64::try_from(most).unwrap_or(i64::MAX))
}

fn document(document: &Document) -> Result<(), Refusal> {
    gate::stated("name", &document.name)?;
    if document.bytes == 0 {
        return Err(refuse::document_empty(&document.name));
    }
    Ok(())
}
