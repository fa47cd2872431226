//! The page of an evaluation report (评标报告), the same in every zone for those who may read it there.
//!
//! Invariant: it shows what the API gives the same caller, put together again from the log, and its PDF is the one whose
//! digest the members signed.

use crate::doors::Doors;
use crate::pages::{Layout, shown};
use crate::printing::names;
use crate::zones::reports::{Round, allowed, assembled};
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Problem, Zone};
use evaluate::Reported;
use evaluate::report::{Language, Piece, present};
use facts::TenderId;
use facts::body::evaluation::ReportAssembled;

/// The page, at the address that it has in a zone.
pub fn routes(zone: Zone) -> Router<Doors> {
    let routes = Router::new();
    match zone {
        Zone::Procurement => routes.route("/tenders/{tender}/report", get(page)),
        Zone::Evaluation => routes.route("/seat/{tender}/report", get(page)),
        Zone::Supervision => routes.route("/docket/{tender}/report", get(page)),
    }
}

/// What one seat said of the report.
struct Voice {
    seat: String,
    said: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    l: Layout,
    tender: TenderId,
    title: String,
    /// Where the page leads back to.
    back: String,
    /// The PDF.
    pdf: String,
    assembled: ReportAssembled,
    /// Position of the fact that put it on record.
    seq: u64,
    /// Position of the fact that completed it.
    completed: Option<u64>,
    /// Earlier rounds that may be read here.
    rounds: Vec<u32>,
    voices: Vec<Voice>,
    pieces: Vec<Piece>,
}

fn voices(l: &Layout, reported: &Reported, seats: impl Iterator<Item = String>) -> Vec<Voice> {
    let of = |seat: String| {
        let said = reported.signed.iter().find(|(id, _)| id.as_str() == seat);
        let (said, words) = match said {
            Some((_, body)) => match (&body.dissent, &body.refused) {
                (_, Some(reason)) => (l.say("拒绝签署", "refused to sign"), reason.clone()),
                (Some(dissent), None) => (
                    l.say("签署,有不同意见", "signed, with a different opinion"),
                    dissent.clone(),
                ),
                (None, None) => (l.say("已签署", "signed"), String::new()),
            },
            None if reported.completed.is_some() => (
                l.say(
                    "未签署亦未说明理由,视为同意",
                    "said nothing in time: deemed to agree",
                ),
                String::new(),
            ),
            None => (l.say("尚未签署", "not signed yet"), String::new()),
        };
        Voice { seat, said, words }
    };
    seats.map(of).collect()
}

async fn page(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
    Query(round): Query<Round>,
) -> Result<Response, Problem> {
    let reported = allowed(&doors, l.caller.as_ref(), &tender, round).await?;
    let report = assembled(&doors, &tender, &reported).await?;
    let (title, names) = names(doors.tender(&tender).await?.as_ref());
    let language = if l.is_zh() { Language::Zh } else { Language::En };
    let mut pieces = present(&report, &title, &names, language);
    let places = match pieces.pop() {
        Some(Piece::Sign(places)) => places,
        Some(other) => {
            pieces.push(other);
            Vec::new()
        }
        None => Vec::new(),
    };
    let (seq, assembled) = reported.assembled.clone();
    let (back, pdf) = match l.zone {
        Zone::Procurement => (
            format!("/tenders/{tender}"),
            format!("/api/tenders/{tender}/report.pdf"),
        ),
        Zone::Evaluation => (
            format!("/seat/{tender}"),
            format!("/api/evaluations/{tender}/report.pdf"),
        ),
        Zone::Supervision => (
            format!("/docket/{tender}"),
            format!("/api/docket/{tender}/report.pdf"),
        ),
    };
    shown(&ReportPage {
        voices: voices(&l, &reported, places.into_iter().map(|(seat, _)| seat)),
        rounds: if l.zone == Zone::Evaluation {
            Vec::new()
        } else {
            (1..report.round).collect()
        },
        pdf: format!("{pdf}?round={}", assembled.round),
        completed: reported.completed,
        back,
        seq,
        assembled,
        title,
        tender,
        pieces,
        l,
    })
}
