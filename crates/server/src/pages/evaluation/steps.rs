//! The steps around the scores on pages of their own: questions and time, prices, scores after the reveal.
//!
//! Invariant: a page shows what `GET /api/evaluations/{tender}/steps` tells the same seat, and nothing before the seat is
//! declared free of conflict; what is done there is signed in the browser.

use super::spread::Spreading;
use super::{Row, now, place, row, words};
use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Outage, Problem};
use evaluate::desks::PlaceView;
use evaluate::desks::ledger::{LowBidView, PriceView};
use evaluate::desks::spread::{ScoresView, SpreadView};
use evaluate::desks::steps::StepsView;
use facts::body::evaluation::{CorrectionRule, LowPriceTest};
use facts::id::SeatId;
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Currency, Hex, Money, Role};
use std::ops::Deref;

/// The pages.
pub(super) fn routes() -> Router<Doors> {
    Router::new()
        .route("/seat/{tender}/questions", get(questions))
        .route("/seat/{tender}/prices", get(prices))
        .route("/seat/{tender}/scores", get(scores))
}

/// Times that may be given for an answer, in milliseconds, shortest first.
const TIMES: [i64; 7] = [10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, DAY, 3 * DAY, 6 * DAY];
/// More time that may be asked for.
const MORE: [i64; 6] = [30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, DAY, 2 * DAY];

/// What each of these pages knows.
struct Seated {
    l: Layout,
    account: String,
    /// The log's origin; devices sign it.
    origin: String,
    title: String,
    place: PlaceView,
    now: &'static str,
    suspended: bool,
    free: bool,
    /// SHA-256 of the steps as the API spells them: the script tells by it what came after the page was made.
    told: Hex<32>,
    /// Absent until the seat is declared free of conflict.
    steps: Option<StepsView>,
}

macro_rules! page {
    ($name:ident, $path:literal, $tab:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name(Seated);

        impl $name {
            const TAB: &'static str = $tab;
        }

        impl Deref for $name {
            type Target = Seated;

            fn deref(&self) -> &Seated {
                &self.0
            }
        }
    };
}

page!(QuestionsPage, "evaluation/questions.html", "questions");
page!(PricesPage, "evaluation/prices.html", "prices");
page!(ScoresPage, "evaluation/scores.html", "scores");

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand fields on by reference, and call what they say as methods of the page"
)]
impl Seated {
    async fn of(doors: &Doors, signed: Signed, tender: &str) -> Result<Self, Problem> {
        let expert = signed.caller.must(Role::Expert)?.clone();
        let seat = place(doors, &expert, tender).await?;
        let l = signed.l;
        let now = now(&l, &seat);
        let Row {
            place: view,
            title,
            suspended,
            ..
        } = row(doors, &l, &seat).await?;
        let free = seat.own.free;
        let steps = free.then(|| StepsView::of(seat.tender.clone(), &seat.seat, &seat.state));
        let told = serde_json::to_vec(&steps).map_err(|e| Outage::new("writing a page", e))?;
        Ok(Self {
            told: Hex(ledger::hash::sha256(&told)),
            account: expert.to_string(),
            origin: doors.about.origin.clone(),
            title,
            place: view,
            now,
            suspended,
            free,
            steps,
            l,
        })
    }

    /// A length of time in words.
    fn span(&self, ms: &i64) -> String {
        words::span(&self.l, *ms)
    }

    /// Times for an answer that are not below the least.
    fn times(&self, least: &i64) -> Vec<(i64, String)> {
        let enough = TIMES.into_iter().filter(|ms| ms >= least);
        enough.map(|ms| (ms, words::span(&self.l, ms))).collect()
    }

    /// All times that may be given for an answer.
    fn all_times(&self) -> Vec<(i64, String)> {
        self.times(&0)
    }

    /// More time that may be asked for.
    fn more(&self) -> Vec<(i64, String)> {
        MORE.into_iter()
            .map(|ms| (ms, words::span(&self.l, ms)))
            .collect()
    }

    /// A whole price of the evaluation's currency.
    fn amount(&self, minor: &i64) -> String {
        let opened = self
            .steps
            .as_ref()
            .and_then(|steps| steps.prices.as_ref()?.first());
        let currency = opened.map_or(Currency::CNY, |price| price.opened.currency);
        self.l.money(&Money::new(currency, *minor))
    }

    /// The rules of correction: name, words.
    fn rules(&self) -> [(&'static str, &'static str); 4] {
        words::RULES.map(|rule| (words::rule_name(rule), words::rule(&self.l, rule)))
    }

    fn rule(&self, rule: &CorrectionRule) -> &'static str {
        words::rule(&self.l, *rule)
    }

    fn test(&self, test: &LowPriceTest) -> &'static str {
        words::test(&self.l, *test)
    }

    fn percent(&self, bp: &i64) -> String {
        words::percent(*bp)
    }

    /// The grounds of a change: name, words.
    fn grounds(&self) -> [(&'static str, &'static str); 4] {
        words::GROUNDS.map(|ground| (words::ground_name(ground), words::ground(&self.l, ground)))
    }

    /// Prices that may be corrected: of bids that are in, and not corrected yet.
    fn correctable<'a>(&self, prices: &'a [PriceView]) -> Vec<&'a PriceView> {
        let open = prices
            .iter()
            .filter(|price| price.correction.is_none() && price.out.is_none());
        open.collect()
    }

    fn is_judgeable(&self, bid: &LowBidView) -> bool {
        bid.heard && !bid.mine
    }

    /// The own values that may be changed: bid, item, title, value in force, highest value.
    fn own<'a>(&self, scores: &'a ScoresView) -> Vec<(&'a SpreadView, i64)> {
        let own = scores.items.iter().filter_map(|item| {
            let apart = item.seats.iter().find(|apart| apart.seat == self.place.seat)?;
            Some((item, apart.value))
        });
        own.collect()
    }
}

impl Spreading for ScoresPage {
    fn layout(&self) -> &Layout {
        &self.l
    }

    fn seat(&self) -> Option<&SeatId> {
        Some(&self.place.seat)
    }
}

async fn questions(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    shown(&QuestionsPage(Seated::of(&doors, signed, &tender).await?))
}

async fn prices(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    shown(&PricesPage(Seated::of(&doors, signed, &tender).await?))
}

async fn scores(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    shown(&ScoresPage(Seated::of(&doors, signed, &tender).await?))
}
