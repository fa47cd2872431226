//! 29: every draw was asked for once, over a pool frozen before, pinned to the log, answered by custodians; what came
//! of it (calls, coefficients, the order for ties) follows from its numbers.

use super::draws::{self, Drawn};
use crate::dossier::Dossier;
use crate::keys::Key;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::AwardMade;
use facts::body::draw::{
    CallAnswered, CallLapsed, CoefficientDrawn, DRAW_STAGE, DrawRequested, ExpertCalled, Subject, TieDrawn,
};
use facts::body::evaluation::{CodesDrawn, RecusalDeclared};
use facts::body::seat::SeatVacated;
use facts::id::StageId;
use facts::{Hex, Stream};
use ledger::message;
use std::collections::BTreeMap;

pub(super) fn drawn(dossier: &Dossier) -> Finding {
    let stream = dossier.evaluation();
    let requested = dossier.shown.told::<DrawRequested>(&stream);
    if requested.is_empty() {
        return skipped("this tender has no draw", "本项目没有随机抽取");
    }
    let mut found = Findings::new();
    let mut names = BTreeMap::new();
    let key = StageId::parse(DRAW_STAGE)
        .ok()
        .and_then(|stage| dossier.keys().get(&stage));
    for told in &requested {
        if let Some(first) = names.insert(told.body.draw.clone(), told.seq()) {
            found.fault(
                told.seq(),
                format!("the draw {} was asked for at {first} already", told.body.draw),
                format!("抽取{}已在条目{first}申请过", told.body.draw),
            );
            continue;
        }
        match draws::computed(dossier, told, key) {
            Ok(Some(drawn)) => consequences(dossier, &stream, &drawn, &mut found),
            Ok(None) => found.note(
                told.seq(),
                format!("the draw {} is not complete", told.body.draw),
                format!("抽取{}尚未完成", told.body.draw),
            ),
            Err((seq, en, zh)) => found.fault(seq, en, zh),
        }
    }
    if key.is_none_or(|key: &Key| key.certificate().is_none()) {
        found.fault(
            None,
            "no key was assigned to the draws of this tender",
            "本项目未分配抽取密钥",
        );
    }
    found.note(
        None,
        format!("{} draws recomputed", requested.len()),
        format!("重算了{}项抽取", requested.len()),
    );
    found.into()
}

fn consequences(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    match &drawn.subject {
        Subject::Experts { .. } => {
            // Until the award the calls are secret, and nothing can be said of them.
            if !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty() {
                calls(dossier, stream, drawn, found);
            }
        }
        Subject::Coefficients {} => coefficients(dossier, stream, drawn, found),
        Subject::Order {} => ties(dossier, stream, drawn, found),
    }
}

/// Every call opens the commitment at its place of the order, and none is skipped; a place is called only when a seat
/// is without a member and without an open call.
fn calls(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    let called = dossier.shown.told::<ExpertCalled>(stream);
    let called: Vec<_> = called
        .iter()
        .filter(|told| told.body.draw == drawn.draw)
        .collect();
    for (place, told) in (0_u32..).zip(&called) {
        let body = &told.body;
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
            && !ended(dossier, stream, held.body.place, drawn, &held.body, told.seq())
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
}

/// Whether a call had come to nothing, or its expert had left the seat, in an entry up to `until`.
fn ended(
    dossier: &Dossier,
    stream: &Stream,
    place: u32,
    drawn: &Drawn,
    call: &ExpertCalled,
    until: u64,
) -> bool {
    let shown = &dossier.shown;
    let declined = shown.told::<CallAnswered>(stream).iter().any(|told| {
        told.body.draw == drawn.draw && told.body.place == place && !told.body.accept && told.seq() < until
    });
    let lapsed = shown
        .told::<CallLapsed>(stream)
        .iter()
        .any(|told| told.body.draw == drawn.draw && told.body.place == place && told.seq() < until);
    let recused = shown
        .told::<RecusalDeclared>(stream)
        .iter()
        .any(|told| told.body.seat == call.seat && !told.body.conflicts.is_empty() && told.seq() < until);
    let vacated = shown
        .told::<SeatVacated>(stream)
        .iter()
        .any(|told| told.body.seat == call.seat && told.seq() < until);
    declined || lapsed || recused || vacated
}

fn coefficients(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    let told = dossier.shown.told::<CoefficientDrawn>(stream);
    let told = told.iter().find(|told| told.body.draw == drawn.draw);
    let method = dossier.rules().map(|rules| &rules.notice.method);
    let wanted = method
        .and_then(|method| method.declared())
        .map(|declared| &declared.drawn);
    let expected = wanted.map(|wanted| draws::values(drawn.seed, wanted));
    if told.map(|told| &told.body.values) != expected.as_ref() {
        found.fault(
            told.map_or(drawn.completed, Told::seq),
            "the coefficients are not those that the seed gives within the ranges of the method",
            "系数与种子及评标办法规定的范围不符",
        );
    }
}

fn ties(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    let told = dossier.shown.told::<TieDrawn>(stream);
    let Some(told) = told.iter().find(|told| told.body.draw == drawn.draw) else {
        found.fault(drawn.completed, "no order follows the draw", "抽取未得出顺序");
        return;
    };
    let ids: Vec<_> = told
        .body
        .order
        .iter()
        .map(|code| {
            Hex(message::drawn(
                &told.body.tender,
                &told.body.draw,
                code.as_str(),
                &[0; 32],
            ))
        })
        .collect();
    if ids != drawn.order {
        found.fault(
            told.seq(),
            "the order for ties is not the one drawn",
            "并列顺序与抽取结果不符",
        );
    }
    let codes = dossier.shown.told::<CodesDrawn>(stream);
    if let Some(codes) = codes.first()
        && codes.body.codes.len() != told.body.order.len()
    {
        found.fault(
            told.seq(),
            "the order does not hold every code",
            "顺序未包含全部编号",
        );
    }
}
