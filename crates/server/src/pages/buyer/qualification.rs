//! The buyer's review of the qualification (资格审查): who is qualified, item by item, with the files that say so.
//!
//! Invariant: the page shows the bids of the opening record and nothing of the evaluation; the law counts the votes.

use super::check::not_yours;
use super::owns;
use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use crate::zones::qualification::{QualificationView, QualifiedBid, QualifiedItem, view};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::{Role, TenderId};

pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/buyer/{tender}/qualification", get(page))
}

#[derive(Template)]
#[template(path = "buyer/qualification.html")]
struct Review {
    l: Layout,
    account: String,
    tender: TenderId,
    shown: QualificationView,
}

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Review {
    fn is_failed(&self, bid: &QualifiedBid) -> bool {
        bid.votes.iter().any(|vote| !vote.passes)
    }

    /// What was decided of an item, in words.
    fn said(&self, bid: &QualifiedBid, item: &QualifiedItem) -> String {
        match bid.votes.iter().find(|vote| vote.item == item.item) {
            Some(vote) if vote.passes => self.l.say("合格", "qualified").to_owned(),
            Some(vote) => format!("{}{}", self.l.say("不合格:", "not qualified: "), vote.reason),
            None => String::new(),
        }
    }
}

async fn page(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let state = doors.tender(&tender).await?;
    if !owns(&state, &account) {
        return Err(not_yours(&tender));
    }
    shown(&Review {
        account: account.to_string(),
        shown: view(&state),
        tender,
        l: signed.l,
    })
}
