//! Filing a complaint, with an account or on paper, and tracking it by its number.
//!
//! Invariant: a tracking number is made in the browser, goes into a query of nobody, and a number that fits nothing is
//! answered like one that never was.

use super::{key_of, words};
use crate::doors::Doors;
use crate::pages::query::parsed;
use crate::pages::{Layout, shown};
use crate::zones::complaints::{self, Tracking, TrackingView};
use crate::zones::objections::{ObjectionView, heard};
use ::desk::Problem;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use facts::body::complaint::Grievance;
use facts::{Hex, Role, TenderId};

#[derive(Template)]
#[template(path = "hearing/new.html")]
struct Form {
    l: Layout,
    /// `account`, `entered` by a supervisor, or `paper`.
    how: &'static str,
    account: String,
    tender: String,
    /// Own objections that may be named.
    objections: Vec<ObjectionView>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand arguments over by reference"
)]
impl Form {
    fn about(&self, grievance: &Grievance) -> &'static str {
        words::grievance(&self.l, *grievance)
    }
}

fn asked(query: &str, name: &str) -> Option<String> {
    parsed(query)
        .into_iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.trim().to_owned())
}

pub(super) async fn form(
    State(doors): State<Doors>,
    l: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wished = asked(query.as_deref().unwrap_or_default(), "tender");
    let tender = wished.and_then(|text| TenderId::parse(&text).ok());
    let how = match &l.caller {
        Some(caller) if caller.is(Role::Bidder) => "account",
        Some(caller) if caller.is(Role::Supervisor) => "entered",
        _ => "paper",
    };
    let mut objections = Vec::new();
    if let (Some(caller), Some(tender)) = (&l.caller, &tender) {
        let state = doors
            .laws
            .tenders
            .state(&facts::Stream::Tender(tender.clone()))
            .await?;
        objections = match (how, key_of(&doors, caller).await?) {
            ("account", Some(key)) => heard(&doors, &state, Some(&key)).await?,
            // A supervisor sees what was raised; the paper says which of them it follows.
            ("entered", _) => heard(&doors, &state, None).await?,
            _ => Vec::new(),
        };
    }
    let account = l.caller.as_ref().map(|caller| caller.account.to_string());
    shown(&Form {
        how,
        account: account.unwrap_or_default(),
        tender: tender.map(|tender| tender.to_string()).unwrap_or_default(),
        objections,
        l,
    })
}

#[derive(Template)]
#[template(path = "hearing/track.html")]
struct Track {
    l: Layout,
    number: String,
    tender: String,
    mistake: &'static str,
    found: Option<TrackingView>,
}

impl Track {
    fn about(&self, found: &TrackingView) -> &'static str {
        words::grievance(&self.l, found.summary.grievance)
    }

    fn state(&self, found: &TrackingView) -> &'static str {
        words::state(&self.l, found.summary.state)
    }
}

pub(super) async fn track(l: Layout, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let tender = asked(query.as_deref().unwrap_or_default(), "tender").unwrap_or_default();
    shown(&Track {
        l,
        number: String::new(),
        tender,
        mistake: "",
        found: None,
    })
}

pub(super) async fn tracked(
    State(doors): State<Doors>,
    l: Layout,
    body: String,
) -> Result<Response, Problem> {
    let number = asked(&body, "number").unwrap_or_default();
    let tender = asked(&body, "tender").unwrap_or_default();
    let mut page = Track {
        mistake: "",
        found: None,
        number,
        tender,
        l,
    };
    let read = Hex::<32>::parse(&page.number.to_lowercase()).ok();
    let (Some(number), Ok(tender)) = (read, TenderId::parse(&page.tender)) else {
        page.mistake = page.l.say(
            "请填写回执上的项目编号和 64 位查询编号。",
            "Write the tender and the number of 64 digits as they stand on the receipt.",
        );
        return shown(&page);
    };
    match complaints::tracked(&doors, &Tracking { number, tender }).await {
        Ok(found) => page.found = Some(found),
        Err(outage @ Problem::Outage(_)) => return Err(outage),
        Err(_) => {
            page.mistake = page.l.say(
                "该查询编号与本项目的投诉不符,请与回执核对。",
                "This number fits no complaint about this tender; compare both with your receipt.",
            );
        }
    }
    shown(&page)
}
