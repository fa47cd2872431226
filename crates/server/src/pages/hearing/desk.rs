//! The desk of complaints: for supervisors every complaint and what can be done in it, for complainants their own.
//!
//! Invariant: a bidder sees the complaints of the own key and no others; what is offered follows from where a complaint
//! stands, and the law decides again when it is signed.

use super::{key_of, words};
use crate::doors::Doors;
use crate::pages::unsure::unsure;
use crate::pages::{Layout, Signed, shown};
use crate::zones::complaints::{self, ComplaintSummary, ComplaintView};
use ::desk::Problem;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use facts::id::{ComplaintId, OrderId};
use facts::{Instant, Role, Stream, TenderId};
use supervise::complaint::{Complaint, End};

#[derive(Template)]
#[template(path = "hearing/list.html")]
struct List {
    l: Layout,
    /// Whether a supervisor looks.
    watches: bool,
    unsure: Vec<String>,
    running: Vec<ComplaintSummary>,
    ended: Vec<ComplaintSummary>,
}

impl List {
    fn about(&self, one: &ComplaintSummary) -> &'static str {
        words::grievance(&self.l, one.grievance)
    }

    fn state(&self, one: &ComplaintSummary) -> &'static str {
        words::state(&self.l, one.state)
    }

    /// What is due next in a complaint.
    fn next(one: &ComplaintSummary) -> Option<Instant> {
        one.admission_due.or(one.due)
    }
}

pub(super) async fn list(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must_any(&[Role::Supervisor, Role::Bidder])?;
    let watches = signed.caller.is(Role::Supervisor);
    let key = key_of(&doors, &signed.caller).await?;
    let seen = match (watches, key) {
        (true, _) => complaints::listed(&doors, None).await?,
        (false, Some(key)) => complaints::listed(&doors, Some(&key)).await?,
        (false, None) => Vec::new(),
    };
    let (mut ended, mut running): (Vec<_>, Vec<_>) = seen.into_iter().partition(ComplaintSummary::is_over);
    for list in [&mut ended, &mut running] {
        list.sort_by_key(|one| List::next(one).map_or(i64::MAX, |at| at.0));
    }
    shown(&List {
        unsure: unsure(&signed.l, running.iter().filter_map(List::next)),
        l: signed.l,
        watches,
        running,
        ended,
    })
}

/// Whether a complaint was filed with that key.
fn is_own(complaint: &Complaint, key: Option<&facts::Hex<32>>) -> bool {
    complaint.filed.paper.is_none() && key == Some(&complaint.by)
}

/// One step in the course of a complaint.
struct Step {
    at: Instant,
    name: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "hearing/one.html")]
struct One {
    l: Layout,
    account: String,
    /// Whether a supervisor looks.
    watches: bool,
    /// Whether the complainant looks, or a supervisor who enters what came on paper.
    files: bool,
    title: String,
    view: ComplaintView,
    steps: Vec<Step>,
    outcome: &'static str,
    /// Until when what is missing may be handed in.
    missing_until: Option<Instant>,
    may_return: bool,
    unsure: Vec<String>,
    orders: Vec<OrderId>,
}

impl One {
    fn about(&self) -> &'static str {
        words::grievance(&self.l, self.view.filed.grievance)
    }

    fn state(&self) -> &'static str {
        words::state(&self.l, self.view.summary.state)
    }

    fn is(&self, word: &str) -> bool {
        self.view.summary.state == word
    }

    /// Whether it is still to be taken up.
    fn waits(&self) -> bool {
        self.is("filed") || self.is("returned")
    }

    fn is_over(&self) -> bool {
        self.is("refused") || self.is("decided") || self.is("withdrawn")
    }

    /// Whether the law bars it for that cause.
    fn is_barred(&self, cause: &str) -> bool {
        self.view.obstacle == Some(cause)
    }

    fn obstacle(&self) -> &'static str {
        match self.view.obstacle {
            Some("late") => self.l.say(
                "已超过投诉时效,依法不予受理。",
                "It came too late and cannot be taken up.",
            ),
            Some(_) => self.l.say(
                "投诉人未就同一事项先提出异议或质疑,依法不予受理。",
                "The complainant raised no objection about the same matter first; it cannot be taken up.",
            ),
            None => "",
        }
    }
}

fn course(l: &Layout, complaint: &Complaint) -> Vec<Step> {
    let mut steps = vec![Step {
        at: complaint.received,
        name: l.say("收到投诉", "Received"),
        text: String::new(),
    }];
    let mut step = |at: Instant, name: &'static str, text: String| steps.push(Step { at, name, text });
    if let Some((at, body)) = &complaint.returned {
        step(
            *at,
            l.say("退回补正", "Sent back to be completed"),
            body.missing.clone(),
        );
    }
    if let Some((at, body)) = &complaint.supplemented {
        step(*at, l.say("投诉人补正", "Completed"), body.text.clone());
    }
    if let Some((at, _)) = &complaint.accepted {
        step(*at, l.say("受理", "Taken up"), String::new());
    }
    for pause in &complaint.pauses {
        let ground = words::ground(l, pause.ground);
        let name = l.say("办理期限中止", "Clock stopped");
        step(pause.from, name, format!("{ground}: {}", pause.reason));
        if let Some(until) = pause.until {
            step(until, l.say("恢复计算期限", "Clock went on"), String::new());
        }
    }
    match &complaint.ended {
        Some((at, End::Refused(body))) => {
            let text = format!(
                "{}; {} ({})",
                words::cause(l, body.cause),
                body.reason,
                body.basis
            );
            step(*at, l.say("不予受理", "Not taken up"), text);
        }
        Some((at, End::Decided(body))) => {
            let remedy = body
                .remedy
                .as_ref()
                .map_or_else(String::new, |remedy| format!(" → {remedy}"));
            let text = format!("{} ({}){remedy}", body.reason, body.basis);
            step(*at, l.say("处理决定", "Decided"), text);
        }
        Some((at, End::Withdrawn(reason))) => step(*at, l.say("撤回", "Withdrawn"), reason.clone()),
        None => {}
    }
    steps
}

pub(super) async fn one(
    State(doors): State<Doors>,
    signed: Signed,
    Path((tender, complaint)): Path<(TenderId, ComplaintId)>,
) -> Result<Response, Problem> {
    signed.caller.must_any(&[Role::Supervisor, Role::Bidder])?;
    let watches = signed.caller.is(Role::Supervisor);
    let (regime, found) = complaints::one(&doors, &tender, &complaint).await?;
    let own = is_own(&found, key_of(&doors, &signed.caller).await?.as_ref());
    if !watches && !own {
        // To anybody else it is as if it were not there.
        return Err(Problem::unknown(
            "There is no such complaint of yours.",
            "您没有这一投诉。",
        ));
    }
    let l = signed.l;
    let view = complaints::view(&doors, regime, &found).await?;
    let title = doors
        .oversight
        .with_docket(|docket| docket.matter(&tender).map(|matter| matter.title.clone()))
        .await?;
    let state = doors.laws.orders.state(&Stream::Supervision(tender)).await?;
    let outcome = match &found.ended {
        Some((_, End::Decided(body))) => words::outcome(&l, body.outcome),
        _ => "",
    };
    let missing_until = found
        .returned
        .as_ref()
        .filter(|_| found.supplemented.is_none())
        .map(|(_, body)| body.until);
    let summary = &view.summary;
    let limits = [summary.admission_due, summary.due, missing_until];
    let for_supervisors = [view.window_end, view.due_if_now].into_iter().filter(|_| watches);
    let unsure = unsure(&l, limits.into_iter().chain(for_supervisors).flatten());
    shown(&One {
        unsure,
        account: signed.caller.account.to_string(),
        watches,
        files: own || (watches && found.filed.paper.is_some()),
        title: title.unwrap_or_default(),
        steps: course(&l, &found),
        outcome,
        missing_until,
        may_return: found.returned.is_none(),
        orders: state.known.iter().cloned().collect(),
        view,
        l,
    })
}
