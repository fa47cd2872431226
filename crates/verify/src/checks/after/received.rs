//! Deposits that arrived (record format, 8.9): lists after the opening and before every contract, of bids that were
//! shown, each once, with payers numbered in the order of the list.
//!
//! Invariant: whether a deposit was late, short, or paid by somebody else is a fact of the list and no fault of it.

use super::{Scene, asked, told, withdrawn};
use crate::shown::Told;
use crate::verdict::Findings;
use facts::body::contract::{ContractSigned, DepositForm, DepositsReceived, Received};
use facts::body::tender::TenderNoticed;
use std::collections::BTreeSet;

/// Looks at every list; how many deposits the last one has.
pub(super) fn look(scene: &Scene<'_>, found: &mut Findings) -> usize {
    let noticed = told::<TenderNoticed>(scene.dossier);
    let lists = told::<DepositsReceived>(scene.dossier);
    let signed = told::<ContractSigned>(scene.dossier);
    for list in &lists {
        let opened = scene.records.iter().any(|told| told.seq() < list.seq());
        let closed = signed.iter().any(|told| told.seq() < list.seq());
        if !opened || closed {
            found.fault(
                list.seq(),
                "deposits listed before the opening, or after a contract",
                "保证金到账情况登记于开标前或合同签订后",
            );
        }
        rows(scene, list, &noticed, found);
    }
    lists.last().map_or(0, |list| list.body.deposits.len())
}

fn rows(
    scene: &Scene<'_>,
    list: &Told<'_, DepositsReceived>,
    noticed: &[Told<'_, TenderNoticed>],
    found: &mut Findings,
) {
    let (asked, begun) = (
        asked(noticed),
        noticed.first().map(|notice| notice.fact.record.at),
    );
    let (mut seen, mut payers) = (BTreeSet::new(), 0);
    for row in &list.body.deposits {
        let first = seen.insert((&row.bid, &row.lot));
        let known = scene.parts(&row.bid, &row.lot, list.seq()).next().is_some()
            || withdrawn(scene, &row.bid, &row.lot, list.seq());
        let sum = asked
            .get(&row.lot)
            .is_some_and(|asked| asked.currency == row.amount.currency && row.amount.minor > 0);
        let timely =
            begun.is_some_and(|begun| begun <= row.received_at) && row.received_at <= list.fact.record.at;
        if !first || !known || !sum || !timely {
            found.fault(
                list.seq(),
                format!(
                    "the deposit received of {} in lot {}: named twice, of no bid shown before, or with an impossible sum or time",
                    row.bid, row.lot
                ),
                format!(
                    "标段{}投标{}的到账保证金:重复登记、此前未公开该投标,或金额、时间有误",
                    row.lot, row.bid
                ),
            );
        }
        match payer(row, payers) {
            Some(now) => payers = now,
            None => found.fault(
                list.seq(),
                format!(
                    "the payer of the deposit of {} is not numbered as the list asks",
                    row.bid
                ),
                format!("投标{}保证金的付款人编号有误", row.bid),
            ),
        }
    }
}

/// How many payers there are after this row; none if its number is neither a known one nor the next.
fn payer(row: &Received, known: u32) -> Option<u32> {
    match (row.form, row.from) {
        (DepositForm::Guarantee, None) => Some(known),
        (DepositForm::Guarantee, Some(_)) | (_, None) => None,
        (_, Some(from)) => {
            let fits = from.payer >= 1 && from.payer <= known.saturating_add(1);
            fits.then(|| known.max(from.payer))
        }
    }
}
