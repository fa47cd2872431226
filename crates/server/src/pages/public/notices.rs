//! The first page of the procurement zone: the notices, with search and filters.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::public::board::Notice;
use crate::pages::public::search::{Mistake, PAGE, STAGES, Typed};
use crate::pages::public::words;
use crate::pages::shown;
use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::Instant;
use procure::Phase;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The page.
pub fn routes() -> Router<Doors> {
    Router::new().route("/", get(notices))
}

/// The form of the search with its mistakes; also on the page of subscriptions.
#[derive(Debug, Clone)]
pub struct Form {
    /// What was typed.
    pub typed: Typed,
    /// What of it cannot be read.
    pub mistakes: Vec<Mistake>,
    /// Trade classes in use.
    pub trades: BTreeSet<String>,
}

impl Form {
    /// The groups of phases.
    #[must_use]
    pub fn stages(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &STAGES
    }

    /// The mistake in a field.
    #[must_use]
    pub fn mistake(&self, l: &Layout, field: &str) -> Option<&'static str> {
        let mistake = self.mistakes.iter().find(|mistake| mistake.field == field)?;
        Some(l.say(mistake.zh, mistake.en))
    }
}

#[derive(Template)]
#[template(path = "public/notices.html")]
struct Notices {
    l: Layout,
    form: Form,
    rows: Vec<Arc<Notice>>,
    total: usize,
    page: usize,
    pages: usize,
    /// Tenders that take bids now.
    open: usize,
    /// The next deadline among them.
    soonest: Option<Instant>,
}

impl Notices {
    fn phase(&self, notice: &Notice) -> &'static str {
        let (zh, en) = words::phase(notice.phase);
        self.l.say(zh, en)
    }

    fn region(&self, notice: &Notice) -> String {
        let code = notice.told.notice.as_ref().map(|fact| fact.body.region.as_str());
        named_region(&self.l, code.unwrap_or_default())
    }

    fn link(&self, page: usize) -> String {
        format!("/?{}", self.form.typed.query(Some(page)))
    }
}

/// A region by its code and, where it is known, its province.
#[must_use]
pub fn named_region(l: &Layout, code: &str) -> String {
    match words::province(code) {
        Some((zh, en)) => format!("{} {code}", l.say(zh, en)),
        None => code.to_owned(),
    }
}

async fn notices(
    State(doors): State<Doors>,
    l: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let posted = doors.board.look(&doors).await?;
    let typed = Typed::of(query.as_deref().unwrap_or_default());
    let searched = typed.read();
    let (found, mistakes, page) = match &searched {
        Ok(search) => (search.find(&posted), Vec::new(), search.page),
        Err(mistakes) => (Vec::new(), mistakes.clone(), 1),
    };
    let total = found.len();
    let pages = total.div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let skipped = page.saturating_sub(1).saturating_mul(PAGE);
    let rows = found.into_iter().skip(skipped).take(PAGE).cloned().collect();
    let deadlines: Vec<Instant> = (posted.newest.iter())
        .filter(|notice| notice.phase == Phase::Noticed && !notice.suspended)
        .filter_map(|notice| notice.closes_at.filter(|at| *at > l.now))
        .collect();
    let trades = posted
        .newest
        .iter()
        .filter_map(|notice| notice.told.notice.as_ref());
    let form = Form {
        typed,
        trades: trades.map(|fact| fact.body.trade.clone()).collect(),
        mistakes,
    };
    let is_wrong = !form.mistakes.is_empty();
    let mut response = shown(&Notices {
        l,
        form,
        rows,
        total,
        page,
        pages,
        open: deadlines.len(),
        soonest: deadlines.into_iter().min(),
    })?;
    if is_wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
