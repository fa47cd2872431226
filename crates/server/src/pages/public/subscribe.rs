//! Subscriptions: the feed of any search.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::public::notices::Form;
use crate::pages::public::search::Typed;
use crate::pages::shown;
use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use std::collections::BTreeSet;

/// The page.
pub fn routes() -> Router<Doors> {
    Router::new().route("/subscribe", get(subscribe))
}

#[derive(Template)]
#[template(path = "public/subscribe.html")]
struct Subscribe {
    l: Layout,
    form: Form,
    feed: String,
}

async fn subscribe(
    State(doors): State<Doors>,
    l: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let posted = doors.board.look(&doors).await?;
    let typed = Typed::of(query.as_deref().unwrap_or_default());
    let trades = posted
        .newest
        .iter()
        .filter_map(|notice| notice.told.notice.as_ref());
    let trades: BTreeSet<String> = trades.map(|fact| fact.body.trade.clone()).collect();
    let query = typed.query(None);
    let mark = if query.is_empty() { "" } else { "?" };
    let feed = format!("{}/feed.atom{mark}{query}", l.zones.procurement);
    let mistakes = typed.read().err().unwrap_or_default();
    let form = Form {
        typed,
        mistakes,
        trades,
    };
    shown(&Subscribe { l, form, feed })
}
