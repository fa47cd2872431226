//! 29, calls: who was called follows from the order drawn, place by place.
//!
//! Invariant: a place of the order is consumed once, and a seat is offered again only after it fell vacant.

use super::draws::Drawn;
use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::body::draw::{CallAnswered, CallLapsed, ExpertCalled};
use facts::body::evaluation::{EvaluationReopened, RecusalDeclared};
use facts::body::seat::SeatVacated;
use facts::body::supervision::Panel;
use facts::{Hex, Stream};
use ledger::message;
use std::collections::BTreeSet;

/// Every call opens the commitment at its place of the order, and none is skipped; a place is called only when a seat
/// is without a member and without an open call.
pub(super) fn follow(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    let called = dossier.shown.told::<ExpertCalled>(stream);
    let called: Vec<_> = called
        .iter()
        .filter(|told| told.body.draw == drawn.draw)
        .collect();
    for (place, told) in (0_u32..).zip(&called) {
        let body = &told.body;
        let numbers = 1..=drawn.wanted;
        if told.seq() < drawn.completed
            || !{ numbers }.any(|number| body.seat.as_str() == format!("{}-{number}", drawn.draw))
        {
            found.fault(
                told.seq(),
                format!(
                    "{} was called before the draw, or to a seat that it does not fill",
                    body.expert
                ),
                format!("{}在抽取之前被通知,或被通知到非该抽取的席位", body.expert),
            );
        }
        let id = Hex(message::drawn(
            &body.tender,
            &body.draw,
            body.expert.as_str(),
            body.salt.bytes(),
        ));
        let due = usize::try_from(place)
            .ok()
            .and_then(|place| drawn.order.get(place));
        if body.place != place || due != Some(&id) {
            found.fault(
                told.seq(),
                format!(
                    "{} was called at place {} and is not the one due there",
                    body.expert, body.place
                ),
                format!("{}在第{}位被通知,并非该位应抽取的专家", body.expert, body.place),
            );
        }
        let mut before = called.iter().take(usize::try_from(place).unwrap_or(usize::MAX));
        let held = before.rfind(|other| other.body.seat == body.seat);
        if let Some(held) = held
            && !ended(dossier, stream, drawn, held, told.seq())
        {
            found.fault(
                told.seq(),
                format!(
                    "{} was called to the seat {} while it was not vacant",
                    body.expert, body.seat
                ),
                format!("席位{}并未空缺,却又通知{}", body.seat, body.expert),
            );
        }
    }
    if (called.len() as u64) < drawn.wanted.min(drawn.order.len() as u64) {
        found.fault(
            drawn.completed,
            format!(
                "{} experts were called where {} are due",
                called.len(),
                drawn.wanted
            ),
            format!("仅通知{}名专家,应为{}名", called.len(), drawn.wanted),
        );
    }
    let called: Vec<&ExpertCalled> = called.into_iter().map(|told| &told.body).collect();
    answers(dossier, stream, drawn, &called, found);
}

/// An expert comes by accepting in time, once, and not after being passed over.
fn answers(
    dossier: &Dossier,
    stream: &Stream,
    drawn: &Drawn,
    called: &[&ExpertCalled],
    found: &mut Findings,
) {
    let answered = dossier.shown.told::<CallAnswered>(stream);
    let answered = answered.iter().filter(|told| told.body.draw == drawn.draw);
    let lapsed = dossier.shown.told::<CallLapsed>(stream);
    let mut said = BTreeSet::new();
    for told in answered {
        let place = told.body.place;
        let call = called.iter().find(|call| call.place == place);
        let passed = |one: &Told<'_, CallLapsed>| {
            one.body.draw == drawn.draw && one.body.place == place && one.seq() < told.seq()
        };
        let in_time = call.is_some_and(|call| told.fact.record.at < call.until);
        if !in_time || !said.insert(place) || lapsed.iter().any(passed) {
            found.fault(
                told.seq(),
                format!("the answer for place {place} comes twice, without a call or after its time"),
                format!("第{place}位的答复重复、未经通知或逾期"),
            );
        }
    }
}

/// Whether a call had come to nothing, or its expert had left the seat, in an entry after it and before `until`.
fn ended(
    dossier: &Dossier,
    stream: &Stream,
    drawn: &Drawn,
    held: &Told<'_, ExpertCalled>,
    until: u64,
) -> bool {
    let (shown, call, place) = (&dossier.shown, &held.body, held.body.place);
    let between = held.seq()..until;
    let declined = shown.told::<CallAnswered>(stream).iter().any(|told| {
        told.body.draw == drawn.draw
            && told.body.place == place
            && !told.body.accept
            && between.contains(&told.seq())
    });
    let lapsed = shown.told::<CallLapsed>(stream).iter().any(|told| {
        told.body.draw == drawn.draw && told.body.place == place && between.contains(&told.seq())
    });
    let recused = shown.told::<RecusalDeclared>(stream).iter().any(|told| {
        told.body.seat == call.seat && !told.body.conflicts.is_empty() && between.contains(&told.seq())
    });
    let vacated = shown
        .told::<SeatVacated>(stream)
        .iter()
        .any(|told| told.body.seat == call.seat && between.contains(&told.seq()));
    let again = shown
        .told::<EvaluationReopened>(stream)
        .iter()
        .any(|told| told.body.panel == Panel::New && between.contains(&told.seq()));
    declined || lapsed || recused || vacated || again
}
