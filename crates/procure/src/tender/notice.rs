//! 招标公告: what a notice must say, and the times and amounts that the law sets for works.

use super::{State, gate, refuse};
use crate::limits::{self, LETTER, LONGEST_WINDOW, Limits};
use crate::said::Said;
use facts::body::draw::DRAW_STAGE;
use facts::body::tender::{
    Document, Lot, Method, OpeningRules, Part, PartRole, Regime, Stage, TenderNoticed, TieBreak,
};
use facts::id::ItemId;
use facts::{Draft, Instant, Refusal};
use std::collections::BTreeSet;

/// All points together, in hundredths.
const ALL_POINTS: i64 = 10_000;

pub(super) fn notice(state: &State, said: Said<TenderNoticed>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    if let Some(fault) = faults(state, body, at).into_iter().next() {
        return Err(fault.refusal);
    }
    Ok(vec![said.draft(false)])
}

/// One fault of a draft notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member of [`TenderNoticed`] at fault, e.g. `closes_at`.
    pub field: &'static str,
    /// The rule that refuses it.
    pub refusal: Refusal,
}

/// Every group of rules that a draft breaks, the first fault of each group, so that a person sees all of them at once;
/// of the method every group of its own rules:
/// the same rules by which the notice itself is decided. Empty if the law would accept it from its owner now.
#[must_use]
pub fn faults(state: &State, body: &TenderNoticed, at: Instant) -> Vec<Fault> {
    let Some(registered) = &state.registered else {
        return vec![Fault {
            field: "tender",
            refusal: refuse::unknown(),
        }];
    };
    if state.notice.is_some() {
        return vec![Fault {
            field: "tender",
            refusal: refuse::noticed(),
        }];
    }
    let regime = registered.regime;
    let limits = limits::of(regime);
    let found = [
        ("title", gate::stated("title", &body.title)),
        ("closes_at", times(body, limits, at)),
        ("min_bidders", bidders(body, limits)),
        ("publicity_days", publicity(body, limits)),
        ("validity_days", validity(body)),
        ("documents", named_once(&body.documents)),
        ("lots", lots(&body.lots, regime)),
        ("stages", stages(state, &body.stages)),
        ("opening", windows(&body.opening)),
    ];
    let found = found
        .into_iter()
        .filter_map(|(field, checked)| Some((field, checked.err()?)));
    let method = method_faults(&body.method, regime, &body.lots, at).into_iter();
    let method = method
        .chain(enough_valid(body, limits, regime).err())
        .chain(drawable(state, &body.method).err());
    let of_procedure = facts::procedures::faults(body, regime, at);
    let of_procedure = of_procedure.into_iter().map(|fault| (fault.field, fault.refusal));
    found
        .chain(method.map(|refusal| ("method", refusal)))
        .chain(of_procedure)
        .map(|(field, refusal)| Fault { field, refusal })
        .collect()
}

/// Every group of rules that a method breaks in a regime, with its article; `lots` are those of the notice.
#[must_use]
pub fn method_faults(method: &Method, regime: Regime, lots: &[Lot], at: Instant) -> Vec<Refusal> {
    if let Method::Declared(declared) = method {
        return facts::methods::faults(declared, regime, lots, at);
    }
    if regime == Regime::GovernmentProcurement {
        return vec![refuse::method_undeclared()];
    }
    let found = [panel(method, limits::of(regime)), weights(method, regime)];
    found.into_iter().filter_map(Result::err).collect()
}

/// Points of a works tender sum to a hundred, as those of declared methods do.
fn weights(method: &Method, regime: Regime) -> Result<(), Refusal> {
    let Method::Composite {
        items, price_points, ..
    } = method
    else {
        return Ok(());
    };
    let sum = items
        .iter()
        .fold(*price_points, |sum, item| sum.saturating_add(item.max));
    if regime == Regime::Free || sum == ALL_POINTS {
        return Ok(());
    }
    Err(refuse::weights(sum))
}

/// Days count from the later of the notice and the first document given out.
fn times(body: &TenderNoticed, limits: &Limits, at: Instant) -> Result<(), Refusal> {
    if body.closes_at <= at {
        return Err(refuse::deadline_past(body.closes_at));
    }
    let start = body.documents_from.max(at);
    if body.documents_until < start || body.documents_until > body.closes_at {
        return Err(refuse::documents_order());
    }
    // A trade method that is named has periods of its own.
    if body.procedure.is_some() {
        return Ok(());
    }
    let given_out = limits::days_between(start, body.documents_until);
    if given_out < i64::from(limits.documents.number) {
        return Err(refuse::documents_short(given_out, limits.documents));
    }
    let tendering = limits::days_between(start, body.closes_at);
    if tendering < i64::from(limits.tendering.number) {
        return Err(refuse::tendering_short(tendering, limits.tendering));
    }
    Ok(())
}

fn bidders(body: &TenderNoticed, limits: &Limits) -> Result<(), Refusal> {
    if body.min_bidders == 0 {
        return Err(refuse::bidders_few(0, limits.bidders));
    }
    if body.procedure.is_none() && body.min_bidders < limits.bidders.number {
        return Err(refuse::bidders_few(body.min_bidders, limits.bidders));
    }
    Ok(())
}

fn publicity(body: &TenderNoticed, limits: &Limits) -> Result<(), Refusal> {
    if body.procedure.is_none() && body.publicity_days < limits.publicity.number {
        return Err(refuse::publicity_days(
            i64::from(body.publicity_days),
            limits.publicity,
        ));
    }
    Ok(())
}

fn validity(body: &TenderNoticed) -> Result<(), Refusal> {
    if body.validity_days == 0 {
        return Err(refuse::validity_missing());
    }
    Ok(())
}

fn named_once(documents: &[Document]) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    match documents
        .iter()
        .find(|document| !names.insert(&document.name) || document.name.is_empty())
    {
        Some(document) => Err(refuse::twice("document", &document.name)),
        None => Ok(()),
    }
}

fn lots(lots: &[Lot], regime: Regime) -> Result<(), Refusal> {
    if lots.is_empty() {
        return Err(refuse::none("lot"));
    }
    let mut names = BTreeSet::new();
    for lot in lots {
        if !names.insert(&lot.lot) {
            return Err(refuse::twice("lot", lot.lot.as_str()));
        }
        one_lot(lot, regime)?;
    }
    Ok(())
}

fn one_lot(lot: &Lot, regime: Regime) -> Result<(), Refusal> {
    let currency = lot.estimate.currency;
    let amounts = [Some(lot.estimate), lot.ceiling, lot.deposit, lot.floor];
    if amounts
        .iter()
        .flatten()
        .any(|amount| amount.currency != currency || amount.minor < 0)
    {
        return Err(refuse::amounts(&lot.lot));
    }
    if lot.estimate.minor == 0 {
        return Err(refuse::amounts(&lot.lot));
    }
    if let (Some(floor), Some(ceiling)) = (lot.floor, lot.ceiling)
        && floor.minor > ceiling.minor
    {
        return Err(refuse::floor_above_ceiling(&lot.lot));
    }
    if regime == Regime::Free {
        return Ok(());
    }
    if lot.floor.is_some() {
        return Err(refuse::floor(&lot.lot));
    }
    let highest = limits::highest_deposit(lot.estimate, regime);
    match lot.deposit {
        Some(deposit) if deposit.minor > highest.minor => Err(refuse::deposit(&lot.lot, deposit, highest)),
        _ => Ok(()),
    }
}

/// Every stage has its own key; part names are unique in the whole tender because labels name the part alone; what
/// is read out last, with the price, is exactly one letter.
fn stages(state: &State, stages: &[Stage]) -> Result<(), Refusal> {
    let Some(last) = stages.last() else {
        return Err(refuse::none("stage"));
    };
    let (mut names, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for stage in stages {
        // The key of draws opens nothing, and a key that opens draws nothing.
        if stage.stage.as_str() == DRAW_STAGE {
            return Err(refuse::draw_stage());
        }
        if !names.insert(&stage.stage) {
            return Err(refuse::twice("stage", stage.stage.as_str()));
        }
        if stage.parts.is_empty() {
            return Err(refuse::none("part"));
        }
        if let Some(part) = stage.parts.iter().find(|part| !parts.insert(&part.part)) {
            return Err(refuse::twice("part", part.part.as_str()));
        }
        if let Some(part) = stage.parts.iter().find(|part| !is_sealable(part)) {
            return Err(refuse::part_size(&part.part));
        }
        if state
            .keys
            .get(&stage.stage)
            .is_none_or(|assigned| assigned.key_id != stage.key_id)
        {
            return Err(refuse::key_not_assigned(&stage.stage));
        }
        let letters = stage
            .parts
            .iter()
            .filter(|part| part.role == PartRole::Letter)
            .count();
        if letters > 1 || (letters == 0 && stage.stage == last.stage) {
            return Err(refuse::letters(&stage.stage, letters));
        }
    }
    Ok(())
}

fn is_sealable(part: &Part) -> bool {
    let most = if part.role == PartRole::Letter {
        LETTER
    } else {
        u64::MAX
    };
    (1..=most).contains(&part.max_bytes) && seal::pad::padded_len(part.max_bytes).is_some()
}

fn windows(rules: &OpeningRules) -> Result<(), Refusal> {
    let named = [
        ("objection_ms", rules.objection_ms),
        ("share_ms", rules.share_ms),
        ("unlock_ms", rules.unlock_ms),
    ];
    match named
        .into_iter()
        .find(|(_, length)| !(1..=LONGEST_WINDOW).contains(length))
    {
        Some((name, length)) => Err(refuse::window(name, length)),
        None => Ok(()),
    }
}

/// What the method leaves to a draw needs the key for it now: after the notice no key is assigned any more, and the
/// tender would stand still at its result for ever.
fn drawable(state: &State, method: &Method) -> Result<(), Refusal> {
    let waits = method
        .declared()
        .is_some_and(|declared| !declared.drawn.is_empty() || declared.ties.contains(&TieBreak::Drawn));
    if waits && !state.keys.keys().any(|stage| stage.as_str() == DRAW_STAGE) {
        return Err(refuse::draw_key());
    }
    Ok(())
}

/// Without a named trade method three valid bids are due in government procurement, whatever the method of evaluation.
fn enough_valid(body: &TenderNoticed, limits: &Limits, regime: Regime) -> Result<(), Refusal> {
    let (None, Some(declared)) = (&body.procedure, body.method.declared()) else {
        return Ok(());
    };
    if regime == Regime::GovernmentProcurement && declared.min_valid < limits.bidders.number {
        return Err(refuse::bidders_few(declared.min_valid, limits.bidders));
    }
    Ok(())
}

fn panel(method: &Method, limits: &Limits) -> Result<(), Refusal> {
    let (panel, items): (u32, Vec<&str>) = match method {
        Method::LowestEvaluated { panel, must_pass, .. } => {
            (*panel, must_pass.iter().map(ItemId::as_str).collect())
        }
        Method::Composite { panel, items, .. } => {
            (*panel, items.iter().map(|item| item.item.as_str()).collect())
        }
        Method::Declared(_) => return Ok(()),
    };
    let mut names = BTreeSet::new();
    if let Some(item) = items.iter().find(|item| !names.insert(**item)) {
        return Err(refuse::twice("item", item));
    }
    let judged = panel != 0;
    if panel < limits.panel.number || (judged && panel % 2 == 0) {
        return Err(refuse::panel(panel, limits.panel));
    }
    if !judged && !items.is_empty() {
        return Err(refuse::nobody_to_judge());
    }
    Ok(())
}
