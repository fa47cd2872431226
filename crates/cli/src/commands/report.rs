//! The evaluation report on the machine of whoever reads it: fetched, and compared with what the log says.
//!
//! Invariant: nobody signs a digest without the file it is of, and without having put the document's digest together
//! from the document that was shown.

use crate::failure::{self, Failure};
use crate::machine::Machine;
use crate::session::{Session, Zone};
use facts::body::evaluation::{ReportAssembled, ReportSigned};
use facts::id::SeatId;
use facts::{Canonical, Hex, TenderId};
use ledger::hash::sha256;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Fetches the report that a path of a zone shows and writes its PDF; what the log says of it. Once it is complete, its
/// annex (附页) with what the members said is written beside it, `NAME-annex.pdf`.
pub fn fetched(
    session: &Session,
    zone: Zone,
    path: &str,
    out: &Path,
) -> Result<(ReportAssembled, Option<PathBuf>), Failure> {
    let view: Value = session.zone(zone).get(path)?;
    let assembled = shown(&view)?;
    session.zone(zone).download(&format!("{path}.pdf"), out)?;
    is_it(&assembled, out)?;
    if view.get("completed").is_none_or(Value::is_null) {
        return Ok((assembled, None));
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let annex = out.with_file_name(format!("{stem}-annex.pdf"));
    let query = format!("{path}.pdf?round={}&annex=true", assembled.round);
    session.zone(zone).download(&query, &annex)?;
    Ok((assembled, Some(annex)))
}

/// What the log says of the report, after its document was compared with it.
fn shown(view: &Value) -> Result<ReportAssembled, Failure> {
    let member = |name: &str| view.get(name).cloned().unwrap_or_default();
    let assembled: ReportAssembled =
        serde_json::from_value(member("assembled")).map_err(|e| Failure::Input(e.to_string()))?;
    let document = Canonical::of(&member("document")).map_err(|e| Failure::Input(e.to_string()))?;
    if Hex(sha256(&document.to_bytes())) != assembled.document {
        return Err(Failure::Check(
            "the report shown is not the one whose digest is in the log; do not sign it, and tell the supervisor".to_owned(),
        ));
    }
    Ok(assembled)
}

/// Fetches a report, writes its PDF, and says what it is.
pub fn run(
    machine: &Machine,
    zone: Zone,
    tender: &TenderId,
    out: &Path,
    key: Option<&Path>,
) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    if let Some(key) = key {
        session.sign_in(&machine.key(key)?, zone)?;
    }
    let path = match zone {
        Zone::Evaluation => format!("/api/evaluations/{tender}/report"),
        Zone::Procurement => format!("/api/tenders/{tender}/report"),
        Zone::Supervision => format!("/api/docket/{tender}/report"),
    };
    let (read, annex) = fetched(&session, zone, &path, out)?;
    let beside = annex.as_ref().map_or_else(String::new, |annex| {
        format!("; what the members said: {}", annex.display())
    });
    machine.say(
        &format!(
            "{}: report of round {}, {} pages{beside}",
            out.display(),
            read.round,
            read.pages
        ),
        &json!({
            "file": out, "annex": annex, "document": read.document, "pdf": read.pdf, "round": read.round,
        }),
    );
    Ok(())
}

fn is_it(assembled: &ReportAssembled, paper: &Path) -> Result<(), Failure> {
    let bytes = std::fs::read(paper).map_err(failure::file(paper))?;
    if Hex(sha256(&bytes)) == assembled.pdf {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "{} is not the report on record (SHA-256 {}); fetch it again",
        paper.display(),
        assembled.pdf
    )))
}

/// The signature of a seat under the file it has read.
pub fn signed(
    session: &Session,
    tender: &TenderId,
    seat: SeatId,
    paper: &Path,
    dissent: Option<String>,
    refused: Option<String>,
) -> Result<ReportSigned, Failure> {
    let path = format!("/api/evaluations/{tender}/report");
    let assembled = shown(&session.zone(Zone::Evaluation).get(&path)?)?;
    is_it(&assembled, paper)?;
    Ok(ReportSigned {
        dissent,
        document: assembled.document,
        pdf: assembled.pdf,
        refused,
        seat,
        tender: tender.clone(),
    })
}
