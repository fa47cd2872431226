//! A bidder's own objections, and the buyer's desk on which they are answered.
//!
//! Invariant: the buyer sees what is said and when it must be answered, never by whom; a bidder sees the own ones alone.

use super::{key_of, words};
use crate::doors::Doors;
use crate::pages::public::board::Notice;
use crate::pages::public::tender::posted;
use crate::pages::{Layout, Signed, buyer, shown};
use crate::zones::objections::{ObjectionView, heard};
use ::desk::Problem;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use facts::body::complaint::Grievance;
use facts::body::supervision::OrderInquired;
use facts::body::tender::Regime;
use facts::{AccountId, Instant, Role, Stream, TenderId};
use std::sync::Arc;

/// What the tabs of a bidder's tender need.
struct Place {
    account: AccountId,
    notice: Arc<Notice>,
}

#[derive(Template)]
#[template(path = "hearing/own.html")]
struct Own {
    l: Layout,
    place: Place,
    regime: Option<Regime>,
    objections: Vec<ObjectionView>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand arguments over by reference"
)]
impl Own {
    /// The page among those of a tender.
    const TAB: &'static str = "objections";

    fn against(&self, grievance: &Grievance) -> &'static str {
        words::grievance(&self.l, *grievance)
    }

    fn is_government(&self) -> bool {
        self.regime == Some(Regime::GovernmentProcurement)
    }

    fn is_works(&self) -> bool {
        self.regime == Some(Regime::Works)
    }
}

pub(super) async fn own(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Bidder)?.clone();
    let notice = posted(&doors, &tender).await?;
    let state = doors.tender(&tender).await?;
    let objections = match key_of(&doors, &signed.caller).await? {
        Some(key) => heard(&doors, &state, Some(&key)).await?,
        None => Vec::new(),
    };
    shown(&Own {
        l: signed.l,
        place: Place { account, notice },
        regime: state.registered.as_ref().map(|body| body.regime),
        objections,
    })
}

/// An explanation that supervision wants.
struct Wanted {
    order: String,
    question: String,
    until: Instant,
}

#[derive(Template)]
#[template(path = "hearing/owed.html")]
struct Owed {
    l: Layout,
    account: AccountId,
    tender: TenderId,
    title: String,
    waiting: Vec<ObjectionView>,
    answered: Vec<ObjectionView>,
    wanted: Vec<Wanted>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand arguments over by reference"
)]
impl Owed {
    fn against(&self, grievance: &Grievance) -> &'static str {
        words::grievance(&self.l, *grievance)
    }

    fn is_late(&self, objection: &ObjectionView) -> bool {
        objection.due.is_some_and(|due| self.l.now >= due)
    }
}

pub(super) async fn owed(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let state = doors.tender(&tender).await?;
    if !buyer::owns(&state, &account) {
        return Err(buyer::not_yours(&tender));
    }
    // Objections at the opening are answered in the hall, those to the candidates on the page of the tender.
    let here = |view: &ObjectionView| {
        matches!(
            view.against,
            Grievance::Documents | Grievance::Process | Grievance::Result
        )
    };
    let all = heard(&doors, &state, None).await?.into_iter().filter(here);
    let (answered, mut waiting): (Vec<_>, Vec<_>) = all.partition(|view| view.replied);
    waiting.sort_by_key(|view| view.due);
    let watch = doors.public_history(&Stream::Supervision(tender.clone())).await?;
    let inquired = watch.iter().filter_map(|record| record.of::<OrderInquired>());
    let wanted = inquired.filter_map(|order| {
        let open = state.explanations.get(&order.order)?;
        open.given.is_none().then(|| Wanted {
            order: order.order.to_string(),
            question: order.question,
            until: open.until,
        })
    });
    shown(&Owed {
        title: state
            .registered
            .as_ref()
            .map(|body| body.title.clone())
            .unwrap_or_default(),
        wanted: wanted.collect(),
        l: signed.l,
        account,
        tender,
        waiting,
        answered,
    })
}
