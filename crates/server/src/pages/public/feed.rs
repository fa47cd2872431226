//! Feeds (Atom, RFC 4287): new notices by search, and everything that happens to one tender.
//!
//! Invariant: an entry's id is its place in the log, so that a reader sees each once, however often it asks.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::public::board::Notice;
use crate::pages::public::search::Typed;
use crate::pages::public::tender::posted;
use crate::pages::public::told::Event;
use crate::pages::public::words;
use crate::pages::show::rfc3339;
use crate::zones::problem::bad_request;
use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desk::{Outage, Problem};
use facts::{Instant, Kind, TenderId};

/// The feeds.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/feed.atom", get(all))
        .route("/tenders/{tender}/feed.atom", get(one))
}

/// Entries in a feed.
const ENTRIES: usize = 50;

struct Item {
    tender: TenderId,
    title: String,
    event: Event,
}

#[derive(Template)]
#[template(path = "public/feed.xml", escape = "html")]
struct Feed {
    l: Layout,
    title: String,
    own: String,
    page: String,
    updated: Instant,
    items: Vec<Item>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand arguments over by reference, and call methods"
)]
impl Feed {
    fn kind(&self, kind: &Kind) -> &'static str {
        let (zh, en) = words::kind(*kind);
        self.l.say(zh, en)
    }

    fn iso(&self, at: &Instant) -> String {
        rfc3339(*at)
    }
}

fn items(notice: &Notice) -> impl Iterator<Item = Item> + '_ {
    notice.told.events.iter().map(|event| Item {
        tender: notice.tender.clone(),
        title: notice.told.title().to_owned(),
        event: *event,
    })
}

fn sent(l: Layout, title: String, own: &str, page: &str, mut items: Vec<Item>) -> Result<Response, Problem> {
    items.sort_unstable_by_key(|item| std::cmp::Reverse(item.event.seq));
    items.truncate(ENTRIES);
    let base = l.zones.procurement.clone();
    let feed = Feed {
        title,
        own: format!("{base}{own}"),
        page: format!("{base}{page}"),
        updated: items.first().map_or(Instant(0), |item| item.event.at),
        items,
        l,
    };
    let text = feed.render().map_err(|e| Outage::new("writing a feed", e))?;
    let headers = [
        (CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=60"),
    ];
    Ok((headers, text).into_response())
}

async fn all(State(doors): State<Doors>, l: Layout, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let typed = Typed::of(query.as_deref().unwrap_or_default());
    let search = typed.read().map_err(|mistakes| {
        let first = mistakes.first();
        let (zh, en) = first.map_or(("", ""), |mistake| (mistake.zh, mistake.en));
        let field = first.map_or("", |mistake| mistake.field);
        bad_request(
            "query.malformed",
            format!("{field}: {en}"),
            format!("{field}:{zh}"),
        )
    })?;
    let posted = doors.board.look(&doors).await?;
    let items = search
        .find(&posted)
        .into_iter()
        .flat_map(|notice| items(notice))
        .collect();
    let title = l.say("招标信息", "Tenders").to_owned();
    let query = typed.query(None);
    sent(
        l,
        title,
        &format!("/feed.atom?{query}"),
        &format!("/?{query}"),
        items,
    )
}

async fn one(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    let page = format!("/tenders/{tender}");
    let title = format!("{tender} {}", notice.told.title());
    sent(
        l,
        title,
        &format!("{page}/feed.atom"),
        &page,
        items(&notice).collect(),
    )
}
