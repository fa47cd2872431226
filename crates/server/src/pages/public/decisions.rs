//! Decisions on complaints over all tenders, as a page and as a feed (投诉处理决定公告).
//!
//! Invariant: they show what `/api/decisions` answers, which names nobody who complained.

use crate::doors::Doors;
use crate::pages::hearing::outcome;
use crate::pages::layout::Layout;
use crate::pages::show::rfc3339;
use crate::pages::shown;
use crate::zones::decisions::{Before, DecisionView, DecisionsView, PAGE, decided, read};
use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desk::{Outage, Problem};
use facts::Instant;
use serde::Deserialize;

/// The page and its feed.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/decisions", get(page))
        .route("/decisions/feed.atom", get(feed))
}

/// Entries in the feed.
const ENTRIES: u32 = 50;

#[derive(Template)]
#[template(path = "public/decisions.html")]
struct Decisions {
    l: Layout,
    /// Whether newer ones were left out.
    is_later: bool,
    view: DecisionsView,
}

impl Decisions {
    fn outcome(&self, decision: &DecisionView) -> &'static str {
        outcome(&self.l, decision.outcome)
    }
}

#[derive(Template)]
#[template(path = "public/decisions.xml", escape = "html")]
struct Feed {
    l: Layout,
    own: String,
    page: String,
    updated: Instant,
    view: DecisionsView,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand arguments over by reference, and call methods"
)]
impl Feed {
    fn outcome(&self, decision: &DecisionView) -> &'static str {
        outcome(&self.l, decision.outcome)
    }

    fn iso(&self, at: &Instant) -> String {
        rfc3339(*at)
    }
}

/// What the page is asked, beside language and theme.
#[derive(Deserialize)]
struct Place {
    before: Option<u64>,
}

async fn page(
    State(doors): State<Doors>,
    l: Layout,
    asked: Result<Query<Place>, QueryRejection>,
) -> Result<Response, Problem> {
    let Place { before } = read(asked)?;
    let asked = Before { before };
    let view = decided(&doors, asked, PAGE).await?;
    shown(&Decisions {
        is_later: asked.before.is_some(),
        view,
        l,
    })
}

async fn feed(State(doors): State<Doors>, l: Layout) -> Result<Response, Problem> {
    let view = decided(&doors, Before::default(), ENTRIES).await?;
    let base = l.zones.procurement.clone();
    let feed = Feed {
        own: format!("{base}/decisions/feed.atom"),
        page: format!("{base}/decisions"),
        updated: view.decisions.first().map_or(Instant(0), |newest| newest.at),
        view,
        l,
    };
    let text = feed.render().map_err(|e| Outage::new("writing a feed", e))?;
    let headers = [
        (CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=60"),
    ];
    Ok((headers, text).into_response())
}
