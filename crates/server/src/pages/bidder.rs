//! The bidder's pages (投标人): my bids, one bid from the notice to its receipts, questions, opening, result.
//!
//! Invariant: of bids a page shows the caller's own and nothing else; keys, files and secrets stay in the browser,
//! which signs every act and sends it to the API.

use crate::couriers::readings::Readings;
use crate::doors::Doors;
use crate::pages::public::board::Notice;
use crate::pages::public::tender::posted;
use crate::pages::public::words;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::tender::Lot;
use facts::{AccountId, BidId, Role, TenderId};
use std::sync::Arc;

/// The pages; in the procurement zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/bidder", get(bids))
        .route("/bidder/tenders/{tender}", get(bid))
        .route("/bidder/tenders/{tender}/questions", get(questions))
        .route("/bidder/tenders/{tender}/opening", get(opening))
        .route("/bidder/tenders/{tender}/result", get(result))
        .route("/bidder/tenders/{tender}/readings", get(readings))
}

/// A tender as its bidder sees it in the list.
struct Row {
    notice: Arc<Notice>,
    /// The caller's bid, if the caller entered.
    own: Option<Own>,
}

/// The caller's own bid in short.
struct Own {
    bid: BidId,
    /// Revision handed in last; 0 before the first.
    revision: u32,
    /// Whether it stands.
    live: bool,
    /// Whether a later addendum waits for an acknowledgement.
    unconfirmed: bool,
}

#[derive(Template)]
#[template(path = "bidder/bids.html")]
struct Bids {
    l: Layout,
    /// Entered, newest first.
    entered: Vec<Row>,
    /// Open for bids, not entered.
    open: Vec<Row>,
}

impl Bids {
    fn phase(&self, notice: &Notice) -> &'static str {
        let (zh, en) = words::phase(notice.phase);
        self.l.say(zh, en)
    }
}

async fn bids(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Bidder)?.clone();
    let posted = doors.board.look(&doors).await?;
    let (mut entered, mut open) = (Vec::new(), Vec::new());
    for notice in &posted.newest {
        if notice.told.notice.is_none() {
            continue;
        }
        let state = doors.tender(&notice.tender).await?;
        let bid = state.entrants.get(&account);
        let own = bid.and_then(|bid| Some((bid, state.bids.get(bid)?)));
        let notice = notice.clone();
        match own {
            Some((bid, known)) => entered.push(Row {
                notice,
                own: Some(Own {
                    bid: bid.clone(),
                    revision: known.revision(),
                    live: known.live,
                    unconfirmed: known.live
                        && state
                            .rules()
                            .is_some_and(|version| version.rules != known.acknowledged),
                }),
            }),
            None if notice.closes_at.is_some_and(|at| at > signed.l.now) => {
                open.push(Row { notice, own: None });
            }
            None => {}
        }
    }
    let l = signed.l;
    shown(&Bids { l, entered, open })
}

/// What the pages of one tender need; what is the bidder's own comes from the API and the browser.
struct Place {
    account: AccountId,
    notice: Arc<Notice>,
    /// Most bytes of one upload.
    max_upload: u64,
}

impl Place {
    async fn of(doors: &Doors, account: AccountId, tender: &TenderId) -> Result<Self, Problem> {
        Ok(Self {
            account,
            notice: posted(doors, tender).await?,
            max_upload: doors.max_upload,
        })
    }
}

macro_rules! page {
    ($name:ident, $path:literal, $tab:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name {
            l: Layout,
            place: Place,
        }

        impl $name {
            /// The page among those of a tender.
            const TAB: &'static str = $tab;

            async fn answer(doors: &Doors, signed: Signed, tender: &TenderId) -> Result<Response, Problem> {
                let account = signed.caller.must(Role::Bidder)?.clone();
                let place = Place::of(doors, account, tender).await?;
                shown(&Self { l: signed.l, place })
            }
        }
    };
}

page!(BidPage, "bidder/bid.html", "bid");

impl BidPage {
    fn lots(&self) -> &[Lot] {
        let noticed = self.place.notice.told.notice.as_ref();
        noticed.map_or(&[], |fact| &fact.body.lots)
    }

    fn asks_deposit(&self) -> bool {
        self.lots().iter().any(|lot| lot.deposit.is_some())
    }
}

page!(QuestionsPage, "bidder/questions.html", "questions");
page!(OpeningPage, "bidder/opening.html", "opening");
page!(ResultPage, "bidder/result.html", "result");

async fn bid(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    BidPage::answer(&doors, signed, &tender).await
}

async fn questions(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    QuestionsPage::answer(&doors, signed, &tender).await
}

async fn opening(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    OpeningPage::answer(&doors, signed, &tender).await
}

async fn result(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    ResultPage::answer(&doors, signed, &tender).await
}

#[derive(Template)]
#[template(path = "bidder/readings.html")]
struct ReadingsPage {
    l: Layout,
    place: Place,
    told: Readings,
}

impl ReadingsPage {
    /// The page among those of a tender.
    const TAB: &'static str = "readings";
}

async fn readings(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Bidder)?.clone();
    let told = crate::couriers::readings::of(&doors, &tender, &account).await?;
    let place = Place::of(&doors, account, &tender).await?;
    shown(&ReadingsPage {
        l: signed.l,
        place,
        told,
    })
}
