//! Everybody's page of the objections and complaints of a tender: what was raised, when it is answered, what was decided.
//!
//! Invariant: it is made from public facts alone.

use super::words;
use crate::doors::Doors;
use crate::pages::public::board::Notice;
use crate::pages::public::tender::posted;
use crate::pages::public::told::Placed;
use crate::pages::{Layout, shown};
use ::desk::Problem;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use facts::body::complaint::{ComplaintDecided, ComplaintRefused, Grievance};
use facts::body::obeyed::{DeadlineExtended, ExplanationCalled, ExplanationGiven, OrderReturned, StepVoided};
use facts::body::objection::{Against, ObjectionNoted, ObjectionReplied};
use facts::body::supervision::{AccessGranted, AccessRequested, AccessUsed, OrderInquired, OrderVoided};
use facts::body::tender::Regime;
use facts::{Body, Record, Stream, TenderId};
use std::sync::Arc;

/// An objection that was noted, with its reply.
struct Raised {
    noted: Placed<ObjectionNoted>,
    reply: Option<Placed<ObjectionReplied>>,
}

/// An explanation that was ordered.
struct Explained {
    called: Placed<ExplanationCalled>,
    question: Option<String>,
    given: Option<Placed<ExplanationGiven>>,
}

/// Confidential facts that were read in an emergency; shown after the opening.
struct Opened {
    requested: Placed<AccessRequested>,
    granted: Option<Placed<AccessGranted>>,
    used: Vec<Placed<AccessUsed>>,
}

#[derive(Template)]
#[template(path = "hearing/open.html")]
struct Page {
    l: Layout,
    notice: Arc<Notice>,
    is_works: bool,
    is_government: bool,
    raised: Vec<Raised>,
    explained: Vec<Explained>,
    extended: Vec<Placed<DeadlineExtended>>,
    voided: Vec<(Placed<StepVoided>, Option<String>)>,
    given_back: Vec<Placed<OrderReturned>>,
    refused: Vec<Placed<ComplaintRefused>>,
    decided: Vec<Placed<ComplaintDecided>>,
    opened: Vec<Opened>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand arguments over by reference"
)]
impl Page {
    fn against(&self, against: &Against) -> &'static str {
        let grievance = match against {
            Against::Documents => Grievance::Documents,
            Against::Process => Grievance::Process,
            Against::Result => Grievance::Result,
        };
        words::grievance(&self.l, grievance)
    }

    fn cause(&self, refused: &ComplaintRefused) -> &'static str {
        words::cause(&self.l, refused.cause)
    }

    fn outcome(&self, decided: &ComplaintDecided) -> &'static str {
        words::outcome(&self.l, decided.outcome)
    }
}

fn all<B: Body>(records: &[Arc<Record>]) -> Vec<Placed<B>> {
    let read = |record: &Arc<Record>| {
        Some(Placed {
            seq: record.seq,
            at: record.at,
            body: record.of()?,
        })
    };
    records.iter().filter_map(read).collect()
}

pub(super) async fn told(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    let own = doors.public_history(&Stream::Tender(tender.clone())).await?;
    let watch = doors.public_history(&Stream::Supervision(tender)).await?;
    let replies = all::<ObjectionReplied>(&own);
    let given = all::<ExplanationGiven>(&own);
    let inquired = all::<OrderInquired>(&watch);
    let orders = all::<OrderVoided>(&watch);
    let (granted, used) = (all::<AccessGranted>(&watch), all::<AccessUsed>(&watch));
    let raised = all::<ObjectionNoted>(&own).into_iter().map(|noted| Raised {
        // A reply undone by order is followed by another.
        reply: replies
            .iter()
            .rfind(|reply| reply.body.objection == noted.body.objection)
            .cloned(),
        noted,
    });
    let explained = all::<ExplanationCalled>(&own)
        .into_iter()
        .map(|called| Explained {
            question: inquired
                .iter()
                .find(|order| order.seq == called.body.seq)
                .map(|order| order.body.question.clone()),
            given: given
                .iter()
                .find(|given| given.body.order == called.body.order)
                .cloned(),
            called,
        });
    let voided = all::<StepVoided>(&own).into_iter().map(|voided| {
        let order = orders.iter().find(|order| order.seq == voided.body.seq);
        (voided, order.map(|order| order.body.reason.clone()))
    });
    let opened = all::<AccessRequested>(&watch)
        .into_iter()
        .map(|requested| Opened {
            granted: granted
                .iter()
                .find(|granted| granted.body.access == requested.body.access)
                .cloned(),
            used: used
                .iter()
                .filter(|used| used.body.access == requested.body.access)
                .cloned()
                .collect(),
            requested,
        });
    let regime = notice.told.registered.as_ref().map(|fact| fact.body.regime);
    shown(&Page {
        is_works: regime == Some(Regime::Works),
        is_government: regime == Some(Regime::GovernmentProcurement),
        raised: raised.collect(),
        explained: explained.collect(),
        extended: all(&own),
        voided: voided.collect(),
        given_back: all(&own),
        refused: all(&watch),
        decided: all(&watch),
        opened: opened.collect(),
        notice,
        l,
    })
}
