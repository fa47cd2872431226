//! Recipes for supervision: origins of bids, separation of roles, complaints and orders, cards. Each check is broken in several ways.
//!
//! Invariant: each recipe changes one thing and says in words what it was.

use super::edit::Draft;
use super::recipes::{Done, flip_hex};
use crate::dossier::Dossier;
use crate::shown::Fact;
use facts::time::DAY;
use facts::{Kind, Role, Stream};
use serde_json::{Value, json};

/// Milliseconds after which a card is late beyond doubt.
const LATE: i64 = 1_200_000;

/// The ways in which the checks of supervision are broken; the first of a check is taken if none is named.
pub const WAYS: &[(u8, &str)] = &[
    (28, "letter"),
    (28, "origin"),
    (34, "bidder-expert"),
    (34, "bidder-supervisor"),
    (40, "day"),
    (40, "pause"),
    (40, "unobeyed"),
    (40, "twice"),
    (41, "text"),
    (41, "colour"),
    (41, "due"),
    (41, "facts"),
    (41, "told"),
    (41, "version"),
    (41, "dropped"),
    (41, "delayed"),
    (41, "unwarned"),
    (41, "unended"),
];

pub(super) fn of_supervision(draft: &mut Draft, dossier: &Dossier, check: u8, way: &str) -> Option<Done> {
    Some(match (check, way) {
        (28, "origin") => origin(draft, dossier),
        (34, "bidder-expert") => second_role(draft, dossier, Role::Expert),
        (34, "bidder-supervisor") => second_role(draft, dossier, Role::Supervisor),
        (40, "day") => day(draft, dossier),
        (40, "pause") => pause(draft, dossier),
        (40, "unobeyed") => unobeyed(draft, dossier),
        (40, "twice") => twice(draft, dossier),
        (41, "text") => card(draft, dossier, "zh", "says something else", |value| {
            *value = json!("另有说明");
        }),
        (41, "colour") => card(draft, dossier, "colour", "has the other colour", |value| {
            *value = json!(if *value == "red" { "yellow" } else { "red" });
        }),
        (41, "due") => card(draft, dossier, "due", "sets a limit a day later", |value| {
            *value = json!(value.as_i64().unwrap_or_default().saturating_add(DAY));
        }),
        (41, "facts") => card(draft, dossier, "facts", "names another fact", |value| {
            *value = json!([0]);
        }),
        (41, "told") => card(draft, dossier, "told", "tells nobody", |value| *value = json!([])),
        (41, "version") => card(draft, dossier, "version", "is of another version", flip_hex),
        (41, "dropped") => elsewhere(draft, dossier, Kind::CardIssued),
        (41, "delayed") => delayed(draft, dossier),
        (41, "unwarned") => elsewhere(draft, dossier, Kind::CardWarned),
        (41, "unended") => elsewhere(draft, dossier, Kind::CardEnded),
        _ => return None,
    })
}

/// Facts of a kind in the tender's streams, in order.
fn own(dossier: &Dossier, kind: Kind) -> Vec<&Fact> {
    let supervision = Stream::Supervision(dossier.tender.clone());
    let streams = [dossier.stream(), dossier.evaluation(), supervision];
    let facts = dossier.shown.facts();
    facts
        .filter(|fact| fact.record.kind == kind && streams.contains(&fact.record.stream))
        .collect()
}

fn first(dossier: &Dossier, kind: Kind, member: &str) -> Result<u64, String> {
    let facts = own(dossier, kind).into_iter();
    let mut having = facts.filter(|fact| fact.record.body.members().contains_key(member));
    let fact = having
        .next()
        .ok_or_else(|| format!("there is no {kind} with {member}"))?;
    Ok(fact.record.seq)
}

/// The number of an address gives away that there was one which is not in the list.
fn origin(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = first(dossier, Kind::OriginsCompared, "bids")?;
    let mut is_changed = false;
    draft.change(seq, "bids", |bids| {
        let known = bids.as_array_mut().into_iter().flatten();
        if let Some(address) = known.filter_map(|bid| bid.get_mut("address")).next_back() {
            *address = json!(90);
            is_changed = true;
        }
    })?;
    if is_changed {
        Ok(format!("an address in {seq} has a number that does not follow"))
    } else {
        Err(format!("{seq} knows no address"))
    }
}

fn second_role(draft: &mut Draft, dossier: &Dossier, role: Role) -> Done {
    let entered = dossier.bids().values().find_map(|bid| bid.entered.first());
    let (_, entered) = entered.ok_or("no bidder is disclosed")?;
    let account = dossier
        .people()
        .account(&entered.account)
        .ok_or("the bidder is not enrolled")?;
    draft.change(account.seq, "roles", |roles| {
        if let Value::Array(roles) = roles {
            roles.push(json!(role));
        }
    })?;
    Ok(format!(
        "the bidder {} is enrolled at {} with a second role",
        entered.account, account.seq
    ))
}

fn later(value: &mut Value) {
    *value = json!(value.as_i64().unwrap_or_default().saturating_add(DAY));
}

fn day(draft: &mut Draft, dossier: &Dossier) -> Done {
    let kinds = [Kind::ObjectionNoted, Kind::ComplaintAccepted];
    let seq = kinds
        .into_iter()
        .find_map(|kind| first(dossier, kind, "due").ok());
    let seq = seq.ok_or("no objection is noted, and no complaint is accepted")?;
    draft.change(seq, "due", later)?;
    Ok(format!("the day that the fact at {seq} states is a day later"))
}

fn pause(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = first(dossier, Kind::ComplaintContinued, "due")?;
    draft.change(seq, "due", later)?;
    Ok(format!(
        "the complaint that goes on at {seq} is given back a day more than it paused"
    ))
}

/// What procurement did for an order, with the order.
fn answers(dossier: &Dossier) -> Vec<(u64, Value, Value)> {
    let kinds = [
        Kind::TenderSuspended,
        Kind::TenderResumed,
        Kind::ExplanationCalled,
        Kind::DeadlineExtended,
        Kind::StepVoided,
        Kind::OrderReturned,
    ];
    let stream = dossier.stream();
    let answers = dossier
        .shown
        .of(&stream)
        .filter(|fact| kinds.contains(&fact.record.kind));
    let named = answers.filter_map(|fact| {
        let members = fact.record.body.members();
        let (order, seq) = (members.get("order")?, members.get("seq")?);
        let is_order = order
            .as_str()
            .is_some_and(|order| !order.starts_with("objection-"));
        is_order.then(|| (fact.record.seq, order.clone(), seq.clone()))
    });
    named.collect()
}

fn unobeyed(draft: &mut Draft, dossier: &Dossier) -> Done {
    let answers = answers(dossier);
    let (seq, order, _) = answers.first().ok_or("no order was obeyed")?;
    draft.change(*seq, "order", |order| *order = json!("another"))?;
    Ok(format!(
        "what obeyed the order {order} at {seq} names another order"
    ))
}

fn twice(draft: &mut Draft, dossier: &Dossier) -> Done {
    let answers = answers(dossier);
    let [(_, order, given), .., (last, ..)] = answers.as_slice() else {
        return Err("fewer than two orders were obeyed".to_owned());
    };
    draft.change(*last, "order", |value| *value = order.clone())?;
    draft.change(*last, "seq", |value| *value = given.clone())?;
    Ok(format!("the order {order} is obeyed a second time, at {last}"))
}

fn card(
    draft: &mut Draft,
    dossier: &Dossier,
    member: &str,
    how: &str,
    edit: impl FnOnce(&mut Value),
) -> Done {
    let seq = first(dossier, Kind::CardIssued, member)?;
    draft.change(seq, member, edit)?;
    Ok(format!("the card at {seq} {how}"))
}

/// The platform did not write the fact for this tender, but for another.
fn elsewhere(draft: &mut Draft, dossier: &Dossier, kind: Kind) -> Done {
    let facts = own(dossier, kind);
    let fact = facts.last().ok_or_else(|| format!("there is no {kind}"))?;
    let seq = fact.record.seq;
    let other = facts::TenderId::parse("elsewhere").map_err(|why| why.to_string())?;
    draft.change(seq, "tender", |tender| *tender = json!(other))?;
    let line = draft.line(seq).ok_or("no such entry")?;
    line.entry.subj = Some(Stream::Supervision(other));
    Ok(format!(
        "the {kind} at {seq} stands in the stream of another tender"
    ))
}

/// A card comes to the log long after it was due: it changes places with an enrolment.
fn delayed(draft: &mut Draft, dossier: &Dossier) -> Done {
    let at = |seq: u64| dossier.log.entry(seq).map(|entry| entry.ts);
    let enrolled = dossier
        .shown
        .facts()
        .filter(|fact| fact.record.kind == Kind::AccountEnrolled)
        .map(|fact| fact.record.seq);
    let enrolled: Vec<u64> = enrolled.collect();
    let ended: Vec<u64> = own(dossier, Kind::CardEnded)
        .iter()
        .map(|fact| fact.record.seq)
        .collect();
    for fact in own(dossier, Kind::CardIssued) {
        let seq = fact.record.seq;
        let next = ended.iter().copied().find(|end| *end > seq).unwrap_or(u64::MAX);
        let late = enrolled.iter().copied().find(|other| {
            let apart = at(*other).zip(at(seq)).map(|(other, card)| other.since(card));
            *other > seq && *other < next && apart.is_some_and(|apart| apart > LATE)
        });
        let Some((other, ts)) = late.and_then(|other| Some((other, at(other)?))) else {
            continue;
        };
        draft.swap(seq, other)?;
        draft.change(other, "at", |value| *value = json!(ts))?;
        for kind in [Kind::CardIssued, Kind::CardWarned, Kind::CardEnded] {
            for naming in own(dossier, kind) {
                let place = if naming.record.seq == seq {
                    other
                } else {
                    naming.record.seq
                };
                for member in ["card", "follows"] {
                    let named = naming.record.body.members().get(member).and_then(Value::as_u64);
                    if named == Some(seq) {
                        draft.change(place, member, |value| *value = json!(other))?;
                    }
                }
            }
        }
        return Ok(format!("the card at {seq} came only at {other}"));
    }
    Err("no enrolment comes long enough after a card and before its end".to_owned())
}
