//! 38: the evaluation report equals the log, candidates wait until it is complete, orders to evaluate again are obeyed.
//!
//! Invariant: the document is put together here from the facts shown, by the record format alone, and only then
//! compared with the digest that the platform put on record and the members signed.

use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::{AwardMade, CandidatesPublicised, CandidatesRevoked};
use facts::body::evaluation::{
    EvaluationConcluded, EvaluationOpened, EvaluationReopened, ReportAssembled, ReportCompleted, ReportSigned,
};
use facts::body::obeyed::OrderReturned;
use facts::body::supervision::OrderReevaluated;
use facts::id::SeatId;
use facts::kind::Visibility;
use facts::{Canonical, Kind, Stream};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Milliseconds in which an order may still be on its way to procurement.
const ON_ITS_WAY: i64 = 60_000;
/// Candidates of a lot that a report recommends, at most.
const CANDIDATES: usize = 3;

/// SHA-256 of the report document of the result at a position (record format, 8.6); `None` if there is none.
#[must_use]
pub fn digest(dossier: &Dossier, concluded: u64) -> Option<[u8; 32]> {
    let stream = dossier.evaluation();
    let told = dossier.shown.told::<EvaluationConcluded>(&stream);
    let result = &told.iter().find(|one| one.seq() == concluded)?.body;
    let (mut facts, mut round) = (Vec::new(), 1_u32);
    let before = dossier.shown.of(&stream).map(|fact| &fact.record);
    for record in before.filter(|record| record.seq <= concluded && record.kind != Kind::FactsDisclosed) {
        if record.kind == Kind::EvaluationReopened {
            round = round.saturating_add(1);
        }
        let mut body = record.body.members().clone();
        if let Visibility::Public { withheld } = record.kind.visibility() {
            body.retain(|name, _| !withheld.contains(&name.as_str()));
        }
        facts.push(json!({ "at": record.at, "body": body, "kind": record.kind, "seq": record.seq }));
    }
    let ranked = result.lots.iter().filter(|lot| !lot.ranking.is_empty());
    let candidates: Vec<Value> = ranked
        .map(|lot| {
            let first = lot.ranking.iter().take(CANDIDATES);
            let bids = first.map(|one| json!({ "bid": one.bid, "code": one.code, "rank": one.rank }));
            json!({ "bids": bids.collect::<Vec<_>>(), "lot": lot.lot })
        })
        .collect();
    let document = json!({
        "candidates": candidates,
        "facts": facts,
        "format": "kaibiao/report/v1",
        "round": round,
        "tender": dossier.tender,
    });
    let bytes = Canonical::of(&document).ok()?.to_bytes();
    Some(seal::hash::sha256(&[&bytes]))
}

/// Looks at every report that the dossier shows, at what was publicised without one, and at orders to evaluate again.
pub(super) fn reports(dossier: &Dossier) -> Finding {
    let (stream, mut found) = (dossier.evaluation(), Findings::new());
    let publicised = dossier.shown.told::<CandidatesPublicised>(&dossier.stream());
    let assembled = dossier.shown.told::<ReportAssembled>(&stream);
    let completed = dossier.shown.told::<ReportCompleted>(&stream);
    let ordered = dossier
        .shown
        .told::<OrderReevaluated>(&Stream::Supervision(dossier.tender.clone()));
    if assembled.is_empty() && publicised.is_empty() && ordered.is_empty() {
        return skipped("there is no evaluation report yet", "尚无评标报告");
    }
    let awarded = !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty();
    let secret = !awarded && dossier.shown.told::<EvaluationOpened>(&stream).is_empty();
    for told in &assembled {
        equals(dossier, told, secret, &mut found);
    }
    for (number, told) in completed.iter().enumerate() {
        let report = assembled.iter().rfind(|one| one.seq() < told.seq());
        let Some(report) = report.filter(|report| report.body.document == told.body.document) else {
            found.fault(
                told.seq(),
                "a report is called complete that was not put together",
                "所称完成的评标报告并不存在",
            );
            continue;
        };
        let earlier = completed.iter().take(number);
        if earlier.into_iter().any(|one| one.seq() > report.seq()) {
            found.fault(told.seq(), "a report is complete twice", "评标报告重复完成");
        }
        if !told.body.silent.is_empty() && told.fact.record.at < report.body.until {
            found.fault(
                told.seq(),
                "the report was closed before its time, with seats that had not spoken",
                "签署期限未满,尚有席位未表态即完成评标报告",
            );
        }
        // What the seats said is disclosed with the award.
        if awarded {
            voices(dossier, report, told, &mut found);
        }
    }
    for told in &publicised {
        let is_reported = completed.iter().any(|done| {
            let own = assembled.iter().rfind(|one| one.seq() < done.seq());
            done.seq() < told.seq() && own.is_some_and(|one| one.body.concluded == told.body.evaluation)
        });
        if !is_reported {
            found.fault(
                told.seq(),
                "the candidates were publicised before the evaluation report was complete",
                "评标报告未完成即公示中标候选人",
            );
        }
    }
    orders(dossier, &ordered, &publicised, &mut found);
    let (count, done) = (assembled.len(), completed.len());
    found.note(
        None,
        format!(
            "{count} reports, {done} complete; compared with the log: {}",
            !secret
        ),
        format!(
            "{count}份评标报告,{done}份已完成;{}",
            if secret {
                "内容尚未公开"
            } else {
                "已与日志比对"
            }
        ),
    );
    found.into()
}

/// A report is of the last result before it, names its round, and its document is the one that follows.
fn equals(dossier: &Dossier, told: &Told<'_, ReportAssembled>, secret: bool, found: &mut Findings) {
    let stream = dossier.evaluation();
    let concluded = dossier.shown.told::<EvaluationConcluded>(&stream);
    let last = concluded.iter().map(Told::seq).rfind(|seq| *seq < told.seq());
    if last != Some(told.body.concluded) {
        found.fault(
            told.seq(),
            "the report is not of the last result before it",
            "评标报告所依据的并非其前最后的评标结果",
        );
        return;
    }
    let again = dossier.shown.told::<EvaluationReopened>(&stream);
    let round = again.iter().filter(|one| one.seq() < told.seq()).count();
    if usize::try_from(told.body.round).ok() != Some(round.saturating_add(1)) {
        found.fault(
            told.seq(),
            format!("the report names round {}", told.body.round),
            format!("评标报告所称轮次{}不符", told.body.round),
        );
    }
    if !secret && digest(dossier, told.body.concluded) != Some(told.body.document.0) {
        found.fault(
            told.seq(),
            "the evaluation report is not the one that follows from the log",
            "评标报告与日志不符",
        );
    }
}

/// What the seats said is what the completion says of them; each signed the digests on record, once and in time.
fn voices(
    dossier: &Dossier,
    report: &Told<'_, ReportAssembled>,
    done: &Told<'_, ReportCompleted>,
    found: &mut Findings,
) {
    let said = dossier.shown.told::<ReportSigned>(&dossier.evaluation());
    let mut spoken: BTreeMap<SeatId, &ReportSigned> = BTreeMap::new();
    let own = said
        .iter()
        .filter(|told| told.seq() > report.seq() && told.seq() < done.seq());
    for told in own {
        let body = &told.body;
        if body.document != report.body.document || body.pdf != report.body.pdf {
            found.fault(
                told.seq(),
                format!("the seat {} signed another report", body.seat),
                format!("席位{}签署的并非该评标报告", body.seat),
            );
        }
        let twice = spoken.insert(body.seat.clone(), body).is_some();
        if twice
            || told.fact.record.at >= report.body.until
            || (body.dissent.is_some() && body.refused.is_some())
        {
            found.fault(
                told.seq(),
                format!(
                    "the seat {} spoke twice, late, or both signed and refused",
                    body.seat
                ),
                format!("席位{}重复、逾期签署,或既签署又拒签", body.seat),
            );
        }
    }
    let of = |test: fn(&ReportSigned) -> bool| -> Vec<SeatId> {
        let chosen = spoken.iter().filter(|(_, body)| test(body));
        chosen.map(|(seat, _)| seat.clone()).collect()
    };
    let seats = super::panel::seated(dossier, done.seq());
    let silent: Vec<SeatId> = seats
        .into_iter()
        .filter(|seat| !spoken.contains_key(seat))
        .collect();
    let body = &done.body;
    let fits = body.signed == of(|body| body.refused.is_none())
        && body.refused == of(|body| body.refused.is_some())
        && body.dissenting == of(|body| body.dissent.is_some())
        && body.silent == silent;
    if !fits {
        found.fault(
            done.seq(),
            "the completion of the report does not say what the seats said",
            "评标报告的完成记录与各席位的签署不符",
        );
    }
}

/// An order to evaluate again is obeyed by procurement, then by evaluation, each in a fact that repeats it; what is
/// publicised and awarded after it is of the new round.
fn orders(
    dossier: &Dossier,
    ordered: &[Told<'_, OrderReevaluated>],
    publicised: &[Told<'_, CandidatesPublicised>],
    found: &mut Findings,
) {
    let revoked = dossier.shown.told::<CandidatesRevoked>(&dossier.stream());
    let again = dossier.shown.told::<EvaluationReopened>(&dossier.evaluation());
    for told in &revoked {
        let body = &told.body;
        let own = |one: &Told<'_, OrderReevaluated>| {
            one.seq() == body.seq
                && one.seq() < told.seq()
                && (&one.body.order, one.body.panel, &one.body.reason)
                    == (&body.order, body.panel, &body.reason)
        };
        if !ordered.iter().any(own) {
            found.fault(
                told.seq(),
                "candidates were revoked without such an order",
                "并无该监督指令,却撤销了中标候选人",
            );
        }
    }
    for (number, told) in (2_u32..).zip(&again) {
        let body = &told.body;
        let own = |one: &Told<'_, CandidatesRevoked>| {
            one.seq() == body.seq
                && one.seq() < told.seq()
                && (&one.body.order, one.body.panel, &one.body.reason)
                    == (&body.order, body.panel, &body.reason)
        };
        if body.round != number || !revoked.iter().any(own) {
            found.fault(
                told.seq(),
                "the evaluation was done again without such an order",
                "并无该监督指令,却重新评标",
            );
        }
    }
    for told in publicised {
        let last = revoked.iter().map(Told::seq).rfind(|seq| *seq < told.seq());
        if last.is_some_and(|seq| told.body.evaluation < seq) {
            found.fault(
                told.seq(),
                "candidates of a revoked result were publicised again",
                "已撤销的评标结果再次公示",
            );
        }
    }
    let Some(award) = dossier
        .shown
        .told::<AwardMade>(&dossier.stream())
        .into_iter()
        .next()
    else {
        return;
    };
    for told in ordered.iter().filter(|told| told.seq() < award.seq()) {
        let obeyed = revoked.iter().find(|one| one.body.seq == told.seq());
        let anew = obeyed.is_some_and(|one| {
            publicised
                .iter()
                .any(|later| (one.seq()..award.seq()).contains(&later.seq()))
        });
        if !anew && !given_back(dossier, told, &award) {
            found.fault(
                award.seq(),
                format!(
                    "the award was made although order {} was not obeyed",
                    told.body.order
                ),
                format!("监督指令{}尚未执行即定标", told.body.order),
            );
        }
    }
}

/// Whether an order was given back for good reason: before there was a result, or because the award was made while the
/// order was on its way.
fn given_back(dossier: &Dossier, order: &Told<'_, OrderReevaluated>, award: &Told<'_, AwardMade>) -> bool {
    let returned = dossier.shown.told::<OrderReturned>(&dossier.stream());
    let back = returned
        .iter()
        .find(|back| back.body.seq == order.seq() && back.body.order == order.body.order);
    let concluded = dossier.shown.told::<EvaluationConcluded>(&dossier.evaluation());
    back.is_some_and(|back| {
        if back.seq() < award.seq() {
            return concluded.first().is_none_or(|first| first.seq() > back.seq());
        }
        award.fact.record.at.since(order.fact.record.at) <= ON_ITS_WAY
    })
}
