//! The evaluation: recusal, the room, anonymous dossiers, sealed scores, reveal.

use crate::cast::{Person, told};
use crate::tell;
use cli::commands::evaluation::KeptSheet;
use cli::commands::report;
use cli::{Failure, Zone};
use facts::body::evaluation::{EvaluationConcluded, RecusalDeclared, Sheet};
use facts::body::seat::ChairVoted;
use facts::id::{CodeId, ItemId, PartId, SeatId};
use facts::{Stream, TenderId};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Who of the experts holds which seat.
pub(crate) type Panel = Vec<(usize, SeatId)>;

/// Declarations, the room, reading, commitments, reveals, result.
pub(crate) fn evaluate(
    buyer: &mut Person,
    experts: &mut [Person],
    panel: &Panel,
    tender: &TenderId,
) -> Result<EvaluationConcluded, String> {
    let stream = Stream::Evaluation(tender.clone());
    for (expert, seat) in panel {
        let expert = experts.get_mut(*expert).ok_or("no such expert")?;
        let body = RecusalDeclared {
            conflicts: Vec::new(),
            seat: seat.clone(),
            tender: tender.clone(),
        };
        expert
            .session
            .act(&expert.key, stream.clone(), &body)
            .map_err(told)?;
        expert.session.enter(&expert.key, tender, seat).map_err(told)?;
    }
    tell::done(
        "every expert declared that there is no conflict of interest (回避声明) and came in from one device",
    );
    for (expert, seat) in panel {
        let expert = experts.get_mut(*expert).ok_or("no such expert")?;
        let candidate = panel
            .first()
            .map_or_else(|| seat.clone(), |first| first.1.clone());
        let body = ChairVoted {
            candidate,
            seat: seat.clone(),
            tender: tender.clone(),
        };
        expert
            .session
            .act(&expert.key, stream.clone(), &body)
            .map_err(told)?;
    }
    tell::done("the panel elected its chair");
    let mut kept = Vec::with_capacity(panel.len());
    for (number, (expert, seat)) in (0_i64..).zip(panel) {
        let expert = experts.get_mut(*expert).ok_or("no such expert")?;
        let sheet = read_and_score(expert, tender, number)?;
        cli::commands::evaluation::check_sheet(&mut expert.session, tender, &sheet).map_err(told)?;
        let sheet = KeptSheet::new(tender.clone(), seat.clone(), sheet);
        let body = sheet.committed().map_err(told)?;
        expert
            .session
            .act(&expert.key, stream.clone(), &body)
            .map_err(told)?;
        kept.push(sheet);
        if number == 0 {
            reveal_too_early(expert, &stream, &kept)?;
        }
    }
    tell::done("every expert read anonymous dossiers and signed a commitment to a whole sheet");
    for ((expert, _), sheet) in panel.iter().zip(&kept) {
        let expert = experts.get_mut(*expert).ok_or("no such expert")?;
        expert
            .session
            .act(&expert.key, stream.clone(), &sheet.revealed())
            .map_err(told)?;
    }
    tell::done("all sheets revealed; the platform computed the ranking from the log");
    let result = result(buyer, tender)?;
    sign(experts, panel, tender)?;
    Ok(result)
}

/// Every member reads the report and signs the digest of it; one has a dissenting opinion.
fn sign(experts: &mut [Person], panel: &Panel, tender: &TenderId) -> Result<(), String> {
    let path = format!("/api/evaluations/{tender}/report");
    for (number, (expert, seat)) in panel.iter().enumerate() {
        let expert = experts.get_mut(*expert).ok_or("no such expert")?;
        let paper = expert.home.join("report.pdf");
        let (assembled, _) = patiently(|| report::fetched(&expert.session, Zone::Evaluation, &path, &paper))?;
        if number == 0 {
            tell::done(&format!(
                "the report is put together from the log: {} pages, SHA-256 {}",
                assembled.pages, assembled.pdf
            ));
        }
        let dissent = (number == 1).then(|| "项目班子的评分标准偏宽,建议今后细化。".to_owned());
        let body =
            report::signed(&expert.session, tender, seat.clone(), &paper, dissent, None).map_err(told)?;
        let stream = Stream::Evaluation(tender.clone());
        expert.session.act(&expert.key, stream, &body).map_err(told)?;
    }
    tell::done(
        "every member signed the report with the own key, one with a dissenting opinion (招标投标法实施条例53)",
    );
    Ok(())
}

/// Tries while the platform says that there is nothing yet.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T, String> {
    for _ in 0..600 {
        match attempt() {
            Err(Failure::Refused { .. }) => std::thread::sleep(Duration::from_millis(50)),
            done => return done.map_err(told),
        }
    }
    attempt().map_err(told)
}

fn reveal_too_early(expert: &mut Person, stream: &Stream, kept: &[KeptSheet]) -> Result<(), String> {
    let Some(sheet) = kept.first() else { return Ok(()) };
    match expert.session.act(&expert.key, stream.clone(), &sheet.revealed()) {
        Err(Failure::Refused { code, sentence, .. }) => {
            tell::refused(&format!(
                "a reveal before all have committed is refused ({code}): {sentence}"
            ));
            Ok(())
        }
        Err(failure) => Err(told(failure)),
        Ok(_) => Err("a reveal before all commitments was accepted".to_owned()),
    }
}

/// What the expert's seat shows: codes and items; reads one file; scores by what can be seen.
fn read_and_score(expert: &mut Person, tender: &TenderId, number: i64) -> Result<Sheet, String> {
    expert.sign_in(Zone::Evaluation)?;
    let http = expert.session.zone(Zone::Evaluation);
    let view: Value = http.get(&format!("/api/evaluations/{tender}")).map_err(told)?;
    let text = view.to_string();
    if text.contains("bidder-") || text.contains("\"price\"") {
        return Err("an expert's seat shows a name or a price".to_owned());
    }
    let codes = view
        .get("codes")
        .and_then(Value::as_array)
        .ok_or("the seat shows no codes")?;
    let items = view
        .get("items")
        .and_then(Value::as_array)
        .ok_or("the seat shows no items")?;
    if number == 0
        && let Some(first) = codes.first()
    {
        read_one(expert, tender, first)?;
    }
    let mut sheet = Sheet::new();
    for (place, code) in (0_i64..).zip(codes) {
        let mut own = BTreeMap::new();
        for item in items {
            let name = item.get("item").and_then(Value::as_str).unwrap_or_default();
            let max = item.get("max").and_then(Value::as_i64).unwrap_or(1);
            own.insert(
                ItemId::parse(name).map_err(|e| e.to_string())?,
                points(max, place, number),
            );
        }
        let code = code.get("code").and_then(Value::as_str).unwrap_or_default();
        sheet.insert(CodeId::parse(code).map_err(|e| e.to_string())?, own);
    }
    Ok(sheet)
}

/// Experts judge a little differently: between three quarters and all of the points.
fn points(max: i64, place: i64, expert: i64) -> i64 {
    if max <= 1 {
        return max;
    }
    let spread = place
        .saturating_mul(7)
        .saturating_add(expert.saturating_mul(3))
        .rem_euclid(25);
    max.saturating_mul(75_i64.saturating_add(spread)).div_euclid(100)
}

fn read_one(expert: &Person, tender: &TenderId, code: &Value) -> Result<(), String> {
    let files = code.get("files").and_then(Value::as_array);
    let Some(file) = files.and_then(|files| files.first()) else {
        return Ok(());
    };
    let part = file.get("part").and_then(Value::as_str).unwrap_or_default();
    let code = code.get("code").and_then(Value::as_str).unwrap_or_default();
    let to = expert.home.join("dossier.bin");
    let (code, part) = (
        CodeId::parse(code).map_err(|e| e.to_string())?,
        PartId::parse(part).map_err(|e| e.to_string())?,
    );
    let bytes = expert
        .session
        .read_file(tender, &code, &part, &to)
        .map_err(told)?;
    tell::note(&format!(
        "{} read {part} of {code}: {bytes} bytes, no name, no price",
        expert.account
    ));
    Ok(())
}

/// The result, once the platform has computed it.
pub(crate) fn result(person: &Person, tender: &TenderId) -> Result<EvaluationConcluded, String> {
    let http = person.session.zone(Zone::Evaluation);
    for _ in 0..600 {
        let shown: Result<Value, Failure> = http.get(&format!("/api/evaluations/{tender}/result"));
        match shown {
            Ok(value) => {
                let body = value.get("body").cloned().unwrap_or_default();
                return serde_json::from_value(body).map_err(|e| e.to_string());
            }
            Err(Failure::Refused { .. }) => std::thread::sleep(Duration::from_millis(50)),
            Err(failure) => return Err(told(failure)),
        }
    }
    Err(format!("the evaluation of {tender} does not conclude"))
}
