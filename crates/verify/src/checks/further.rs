//! 29, further draws (补抽): seats are asked for once, and a further draw only takes on those that an order used up left
//! empty.
//!
//! Invariant: nobody draws again because of who was drawn: as long as one of an order can still come, no other order
//! exists for its seats.

use super::panel;
use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::Stream;
use facts::body::award::AwardMade;
use facts::body::draw::{
    CallAnswered, CallLapsed, DrawCompleted, DrawRequested, ExpertCalled, PoolFrozen, Subject,
};
use facts::body::evaluation::PanelAppointed;
use facts::body::seat::RepresentativesNamed;
use facts::id::DrawId;
use std::collections::BTreeSet;

/// A draw of experts that was asked for.
struct Asked<'a> {
    seq: u64,
    draw: &'a DrawId,
    after: Option<&'a DrawId>,
    seats: u64,
}

/// Whether every draw of experts is for seats that nobody drew for, or that an order used up left empty.
pub(super) fn lawful(
    dossier: &Dossier,
    stream: &Stream,
    requested: &[Told<'_, DrawRequested>],
    found: &mut Findings,
) {
    let asked: Vec<Asked<'_>> = requested.iter().filter_map(asked).collect();
    let mut fresh = asked.iter().filter(|one| one.after.is_none());
    let mut named = BTreeSet::new();
    for told in dossier.shown.told::<PanelAppointed>(stream) {
        named.extend(told.body.seats.into_keys());
    }
    for told in dossier.shown.told::<RepresentativesNamed>(stream) {
        named.extend(told.body.seats.into_keys());
    }
    let seats = fresh
        .clone()
        .fold(named.len() as u64, |sum, one| sum.saturating_add(one.seats));
    if let Some(last) = fresh.next_back()
        && seats > panel::members(dossier) as u64
    {
        found.fault(
            last.seq,
            format!("seats of the panel were drawn for twice: {seats} were asked for"),
            format!("评委席位被重复抽取：共申请{seats}个"),
        );
    }
    for one in asked.iter().filter(|one| one.after.is_some()) {
        used_up(dossier, stream, &asked, one, found);
    }
}

fn asked<'a>(told: &'a Told<'_, DrawRequested>) -> Option<Asked<'a>> {
    match &told.body.subject {
        Subject::Experts { after, seats, .. } => Some(Asked {
            seq: told.seq(),
            draw: &told.body.draw,
            after: after.as_ref(),
            seats: u64::from(*seats),
        }),
        Subject::Coefficients {} | Subject::Order {} => None,
    }
}

/// The order before is used up: all of it was called, nobody was still to answer, and so many seats stayed empty.
fn used_up(dossier: &Dossier, stream: &Stream, asked: &[Asked<'_>], one: &Asked<'_>, found: &mut Findings) {
    let Some(used) = one.after else { return };
    let shown = &dossier.shown;
    let frozen = shown.told::<PoolFrozen>(stream);
    let frozen = frozen.iter().find(|told| told.body.draw == *used);
    let completed = shown.told::<DrawCompleted>(stream);
    let done = completed
        .iter()
        .any(|told| told.body.draw == *used && told.seq() < one.seq);
    let earlier = asked
        .iter()
        .any(|other| other.draw == used && other.seq < one.seq);
    let Some(frozen) = frozen.filter(|_| done && earlier) else {
        found.fault(
            one.seq,
            format!("the draw {} follows {used}, which was not complete", one.draw),
            format!("补抽{}所接的抽取{used}尚未完成", one.draw),
        );
        return;
    };
    // Until the award the calls are secret, and nothing can be said of them.
    if shown.told::<AwardMade>(&dossier.stream()).is_empty() {
        return;
    }
    let called = shown.told::<ExpertCalled>(stream);
    let called: Vec<_> = (called.iter())
        .filter(|told| told.body.draw == *used && told.seq() < one.seq)
        .collect();
    let mut ended = BTreeSet::new();
    for told in shown.told::<CallAnswered>(stream) {
        if told.body.draw == *used && told.seq() < one.seq {
            ended.insert(told.body.place);
        }
    }
    for told in shown.told::<CallLapsed>(stream) {
        if told.body.draw == *used && told.seq() < one.seq {
            ended.insert(told.body.place);
        }
    }
    if called.len() != frozen.body.ids.len() || called.iter().any(|told| !ended.contains(&told.body.place)) {
        found.fault(
            one.seq,
            format!(
                "the draw {} follows {used}, whose order was not used up",
                one.draw
            ),
            format!("补抽{}时，抽取{used}的次序尚未用完", one.draw),
        );
    }
    let of = |number: u64| format!("{used}-{number}");
    let own: BTreeSet<String> = (1..=frozen.body.wanted).map(of).collect();
    let sitting = panel::seated(dossier, one.seq);
    let sitting = sitting.iter().filter(|seat| own.contains(seat.as_str())).count() as u64;
    let taken = (asked
        .iter()
        .filter(|other| other.after == Some(used) && other.seq < one.seq))
    .fold(0_u64, |sum, other| sum.saturating_add(other.seats));
    let empty = frozen.body.wanted.saturating_sub(sitting).saturating_sub(taken);
    if one.seats > empty {
        found.fault(
            one.seq,
            format!(
                "the draw {} is for {} seats, and {empty} stay empty",
                one.draw, one.seats
            ),
            format!("补抽{}为{}个席位，而空缺仅{empty}个", one.draw, one.seats),
        );
    }
}
