//! 通知: what concerns whoever is signed in, in this zone.
//!
//! Invariant: a person sees the own notices of this zone and nobody else's; what was seen is marked by its person alone.

pub mod settings;

use crate::doors::Doors;
use crate::pages::query::parsed;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use desk::Problem;
use facts::Instant;
use notify::What;
use notify::what::leads_to;
use store::Kept;

/// Notices on the page.
const SHOWN: u32 = 200;

/// The page, of every zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/notices", get(inbox).post(seen))
        .merge(settings::routes())
}

/// A notice as the page shows it.
struct Line {
    kept: Kept,
    /// Chinese and English.
    sentence: (&'static str, &'static str),
}

impl Line {
    fn of(kept: Kept) -> Option<Self> {
        // What a newer program noted is shown by that program.
        let sentence = What::parse(&kept.what)?.sentence();
        Some(Self { kept, sentence })
    }
}

#[derive(Template)]
#[template(path = "notices/inbox.html")]
struct Inbox {
    l: Layout,
    lines: Vec<Line>,
}

async fn inbox(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let (account, zone) = (signed.caller.account.as_str(), doors.gate.zone.word());
    let kept = doors.notices.inbox(account, zone, signed.l.now, SHOWN).await?;
    shown(&Inbox {
        lines: kept.into_iter().filter_map(Line::of).collect(),
        l: signed.l,
    })
}

async fn seen(State(doors): State<Doors>, signed: Signed, body: String) -> Result<Response, Problem> {
    let fields = parsed(&body);
    let field = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let number = |name: &str| field(name).and_then(|value| value.parse::<i64>().ok());
    let (account, zone) = (signed.caller.account.as_str(), doors.gate.zone.word());
    match (field("do"), number("at")) {
        (Some("all"), Some(at)) => {
            // No further than what the page showed: what came since is still unseen.
            let until = Instant(at).min(signed.l.now);
            doors.notices.see_all(account, zone, until).await?;
        }
        (Some("open" | "seen"), Some(at)) => {
            let seq = field("seq").and_then(|value| value.parse().ok());
            let what = field("what").unwrap_or_default();
            let kept = match seq {
                Some(seq) => doors.notices.see(account, zone, seq, what, Instant(at)).await?,
                None => false,
            };
            if !kept {
                return Ok(StatusCode::BAD_REQUEST.into_response());
            }
            if field("do") == Some("open")
                && let Some(what) = What::parse(what)
            {
                let tender = field("tender").and_then(|tender| facts::TenderId::parse(tender).ok());
                let audience = field("audience").unwrap_or_default();
                let tender = tender.as_ref().map(facts::TenderId::as_str);
                return Ok(Redirect::to(&leads_to(what, audience, tender)).into_response());
            }
        }
        _ => return Ok(StatusCode::BAD_REQUEST.into_response()),
    }
    Ok(Redirect::to("/notices").into_response())
}
