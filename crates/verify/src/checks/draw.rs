//! 29: every draw was asked for once, over a pool frozen before, pinned to the log, answered by custodians; what came
//! of it (calls, coefficients, the order for ties) follows from its numbers.

use super::calls;
use super::draws::{self, Drawn};
use super::further;
use crate::dossier::Dossier;
use crate::keys::Key;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::AwardMade;
use facts::body::draw::{
    CoefficientDrawn, DRAW_STAGE, DrawCompleted, DrawRequested, ExpertCalled, PoolFrozen, Subject, TieDrawn,
};
use facts::body::evaluation::{CodesDrawn, EvaluationConcluded};
use facts::body::tender::TieBreak;
use facts::id::{DrawId, StageId};
use facts::{Hex, Stream};
use ledger::message;
use std::collections::BTreeMap;

pub(super) fn drawn(dossier: &Dossier) -> Finding {
    let stream = dossier.evaluation();
    let requested = dossier.shown.told::<DrawRequested>(&stream);
    let mut found = Findings::new();
    due(dossier, &stream, &mut found);
    unfounded(dossier, &stream, &requested, &mut found);
    further::lawful(dossier, &stream, &requested, &mut found);
    if requested.is_empty() && !found.failed() {
        return skipped("this tender has no draw", "本项目没有随机抽取");
    }
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
            Ok(None) => incomplete(dossier, &stream, told, &mut found),
            Err((seq, en, zh)) => found.fault(seq, en, zh),
        }
    }
    if !requested.is_empty() && key.is_none_or(|key: &Key| key.certificate().is_none()) {
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

/// What the method leaves to a draw was drawn before the result.
fn due(dossier: &Dossier, stream: &Stream, found: &mut Findings) {
    let method = dossier.rules().map(|rules| &rules.notice.method);
    let Some(method) = method.and_then(|method| method.declared()) else {
        return;
    };
    let concluded = dossier.shown.told::<EvaluationConcluded>(stream);
    let Some(end) = concluded.first().map(Told::seq) else {
        return;
    };
    let drawn = dossier.shown.told::<CoefficientDrawn>(stream);
    let ordered = dossier.shown.told::<TieDrawn>(stream);
    if (!method.drawn.is_empty() && drawn.iter().all(|told| told.seq() > end))
        || (method.ties.contains(&TieBreak::Drawn) && ordered.iter().all(|told| told.seq() > end))
    {
        found.fault(
            end,
            "there is a result although what the method leaves to a draw was not drawn before it",
            "评标办法规定抽取的事项未经抽取即已得出结果",
        );
    }
}

/// Nothing that only a draw may bring about stands there without one, and coefficients and ties are drawn once.
fn unfounded(
    dossier: &Dossier,
    stream: &Stream,
    requested: &[Told<'_, DrawRequested>],
    found: &mut Findings,
) {
    let shown = &dossier.shown;
    let mut stated: Vec<(u64, DrawId)> = Vec::new();
    stated.extend((shown.told::<PoolFrozen>(stream).into_iter()).map(|one| (one.seq(), one.body.draw)));
    stated.extend((shown.told::<DrawCompleted>(stream).into_iter()).map(|one| (one.seq(), one.body.draw)));
    stated.extend((shown.told::<CoefficientDrawn>(stream).into_iter()).map(|one| (one.seq(), one.body.draw)));
    stated.extend((shown.told::<TieDrawn>(stream).into_iter()).map(|one| (one.seq(), one.body.draw)));
    stated.extend((shown.told::<ExpertCalled>(stream).into_iter()).map(|one| (one.seq(), one.body.draw)));
    for (seq, draw) in stated {
        let founded = |told: &&Told<'_, DrawRequested>| told.body.draw == draw && told.seq() < seq;
        if !requested.iter().any(|told| founded(&told)) {
            found.fault(
                seq,
                format!("nobody asked for the draw {draw}"),
                format!("无人申请抽取{draw}"),
            );
        }
    }
    for once in [Subject::Coefficients {}, Subject::Order {}] {
        if let Some(second) = requested.iter().filter(|told| told.body.subject == once).nth(1) {
            found.fault(
                second.seq(),
                "coefficients, or the order for ties, were asked for a second time",
                "系数或并列顺序被第二次申请抽取",
            );
        }
    }
}

/// Before a draw is complete nothing may follow from it.
fn incomplete(dossier: &Dossier, stream: &Stream, told: &Told<'_, DrawRequested>, found: &mut Findings) {
    let draw = &told.body.draw;
    let shown = &dossier.shown;
    let coefficients = shown.told::<CoefficientDrawn>(stream).into_iter();
    let ties = shown.told::<TieDrawn>(stream).into_iter();
    let calls = shown.told::<ExpertCalled>(stream).into_iter();
    let early = { coefficients }.any(|one| one.body.draw == *draw)
        || { ties }.any(|one| one.body.draw == *draw)
        || { calls }.any(|one| one.body.draw == *draw);
    if early {
        found.fault(
            told.seq(),
            format!("something follows from the draw {draw}, which is not complete"),
            format!("抽取{draw}尚未完成,却已有结果"),
        );
    } else {
        found.note(
            told.seq(),
            format!("the draw {draw} is not complete"),
            format!("抽取{draw}尚未完成"),
        );
    }
}

fn consequences(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    match &drawn.subject {
        Subject::Experts { .. } => {
            // Until the award the calls are secret, and nothing can be said of them.
            if !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty() {
                calls::follow(dossier, stream, drawn, found);
            }
        }
        Subject::Coefficients {} => coefficients(dossier, stream, drawn, found),
        Subject::Order {} => ties(dossier, stream, drawn, found),
    }
}

fn coefficients(dossier: &Dossier, stream: &Stream, drawn: &Drawn, found: &mut Findings) {
    let told = dossier.shown.told::<CoefficientDrawn>(stream);
    let own: Vec<_> = told.iter().filter(|told| told.body.draw == drawn.draw).collect();
    let told = own
        .first()
        .copied()
        .filter(|told| own.len() == 1 && told.seq() > drawn.completed);
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
    let own: Vec<_> = told.iter().filter(|told| told.body.draw == drawn.draw).collect();
    let Some(told) = own
        .first()
        .filter(|told| own.len() == 1 && told.seq() > drawn.completed)
    else {
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
