//! What each public fact changes in the docket.
//!
//! Invariant: an erased body changes at most the phase and the last fact; nothing here refuses.

use super::demands;
use super::matter::{Clock, LastFact, Matter, Order, Phase};
use facts::body::award::{AwardMade, CandidatesPublicised, TenderResumed, TenderSuspended};
use facts::body::contract::ContractSigned;
use facts::body::obeyed::DeadlineExtended;
use facts::body::opening::{ListFrozen, ListSettled, OpeningRecorded, TenderClosed};
use facts::body::supervision::OrderSuspended;
use facts::body::tender::{Regime, TenderAmended, TenderNoticed, TenderRegistered};
use facts::calendar::{CHINA, add_days, day_of, end_of};
use facts::outage::Passed;
use facts::{Instant, Kind, Record};

/// 招标投标法47: the written report is due within 15 days of the choice of the winner.
const REPORT_DAYS: u32 = 15;
/// 招标投标法46, 政府采购法46: the contract is due within 30 days of the award notice.
const CONTRACT_DAYS: u32 = 30;
/// Windows that procurement gives back the time of a suspension to.
const WINDOWS: [&str; 5] = ["deadline", "unlock", "shares", "opening_objections", "publicity"];

pub(super) fn fold(matter: &mut Matter, record: &Record) {
    let fact = LastFact {
        at: record.at,
        kind: record.kind,
        seq: record.seq,
    };
    matter.facts.push(fact.clone());
    if !matches!(record.kind, Kind::CardIssued | Kind::CardWarned | Kind::CardEnded) {
        matter.last = Some(fact);
    }
    demands::fold(matter, record);
    moved(matter, record);
    for (clock, due) in demands::dues(matter) {
        match due {
            Some(at) => run(matter, clock, at),
            None => stop(matter, &[clock]),
        }
    }
}

fn moved(matter: &mut Matter, record: &Record) {
    match record.kind {
        Kind::TenderRegistered | Kind::TenderNoticed | Kind::TenderAmended => noticed(matter, record),
        Kind::TenderClosed => {
            matter.phase = Phase::Closed;
            matter.passed = record.of().map(|body: TenderClosed| Passed {
                deadline: body.closes_at,
                closed: record.at,
            });
            stop(matter, &["documents", "deadline"]);
        }
        Kind::ListFrozen | Kind::ListSettled | Kind::OpeningRecorded | Kind::OpeningClosed => {
            opening(matter, record);
        }
        Kind::EvaluationOpened => matter.phase = Phase::Evaluating,
        Kind::EvaluationConcluded => matter.phase = Phase::Evaluated,
        Kind::CandidatesPublicised => {
            matter.phase = Phase::Publicised;
            run_if(
                matter,
                "publicity",
                record.of().map(|body: CandidatesPublicised| body.until),
            );
        }
        // 责令重新评标: what was publicised stands no more.
        Kind::CandidatesRevoked => {
            matter.phase = Phase::Evaluating;
            matter.clocks.remove("publicity");
        }
        Kind::AwardMade | Kind::ContractSigned | Kind::AwardReported => afterwards(matter, record),
        Kind::TenderFailed | Kind::TenderTerminated => {
            let failed = record.kind == Kind::TenderFailed;
            matter.phase = if failed { Phase::Failed } else { Phase::Terminated };
            matter.clocks.clear();
        }
        Kind::DeadlineExtended => {
            // The platform was down over the deadline: bids come in again.
            if matter.passed.take().is_some() {
                matter.phase = Phase::Noticed;
            }
            run_if(
                matter,
                "deadline",
                record.of().map(|body: DeadlineExtended| body.closes_at),
            );
        }
        Kind::OrderSuspended | Kind::OrderResumed | Kind::TenderSuspended | Kind::TenderResumed => {
            orders(matter, record);
        }
        _ => {}
    }
}

fn run(matter: &mut Matter, name: &'static str, at: Instant) {
    matter.clocks.insert(
        name,
        Clock {
            at,
            working_day: CHINA.is_working_day(day_of(at)),
        },
    );
}

fn run_if(matter: &mut Matter, name: &'static str, at: Option<Instant>) {
    if let Some(at) = at {
        run(matter, name, at);
    }
}

/// A statutory period that ends with its last day, and that day is a working day.
fn run_days(matter: &mut Matter, name: &'static str, from: Instant, days: u32) {
    let last = CHINA.period_end(day_of(from), days);
    run(matter, name, end_of(last).plus(-1));
}

fn stop(matter: &mut Matter, names: &[&'static str]) {
    for name in names {
        matter.clocks.remove(name);
    }
}

fn noticed(matter: &mut Matter, record: &Record) {
    if let Some(body) = record.of::<TenderRegistered>() {
        (matter.regime, matter.title) = (Some(body.regime), body.title);
    }
    if let Some(body) = record.of::<TenderNoticed>() {
        (matter.phase, matter.title) = (Phase::Noticed, body.title);
        run(matter, "documents", body.documents_until);
        run(matter, "deadline", body.closes_at);
        let binds = add_days(day_of(body.closes_at), body.validity_days);
        run(matter, "validity", end_of(binds).plus(-1));
    }
    if let Some(body) = record.of::<TenderAmended>() {
        let moved = matter.clocks.get("deadline").map(|clock| clock.at);
        if let (Some(before), Some(validity)) = (moved, matter.clocks.get("validity").map(|clock| clock.at)) {
            // Validity runs from the deadline, so it moves by as many days.
            run(matter, "validity", validity.plus(days(before, body.closes_at)));
        }
        run(matter, "deadline", body.closes_at);
    }
}

/// Whole days, in milliseconds, by which a later instant's day follows an earlier one's.
fn days(before: Instant, after: Instant) -> i64 {
    facts::calendar::days_between(day_of(before), day_of(after)).saturating_mul(facts::time::DAY)
}

fn opening(matter: &mut Matter, record: &Record) {
    matter.passed = None;
    match record.kind {
        Kind::ListFrozen => {
            matter.phase = Phase::Listed;
            let body = record.of::<ListFrozen>();
            run_if(matter, "unlock", body.as_ref().map(|body| body.until));
            matter.stage = body.map(|body| body.stage).or(matter.stage.take());
        }
        Kind::ListSettled => {
            matter.phase = Phase::Settled;
            stop(matter, &["unlock"]);
            run_if(matter, "shares", record.of().map(|body: ListSettled| body.until));
        }
        Kind::OpeningRecorded => {
            matter.phase = Phase::Opened;
            stop(matter, &["shares"]);
            run_if(
                matter,
                "opening_objections",
                record.of().map(|body: OpeningRecorded| body.until),
            );
        }
        _ => {
            matter.phase = Phase::OpeningClosed;
            stop(matter, &["opening_objections"]);
        }
    }
}

fn afterwards(matter: &mut Matter, record: &Record) {
    match record.kind {
        Kind::AwardMade => {
            matter.phase = Phase::Awarded;
            matter.clocks.clear();
            if matter.regime == Some(Regime::Works) {
                run_days(matter, "report", record.at, REPORT_DAYS);
            }
            if matter.regime.is_some_and(|regime| regime != Regime::Free) {
                run_days(matter, "contract", record.at, CONTRACT_DAYS);
            }
            let made = record.of::<AwardMade>();
            let awards = made.into_iter().flat_map(|body| body.awards);
            matter.uncontracted = awards.map(|award| award.lot).collect();
        }
        Kind::AwardReported => stop(matter, &["report"]),
        _ => {
            let lot = record.of::<ContractSigned>().map(|body| body.lot);
            let known = lot.is_some_and(|lot| matter.uncontracted.remove(&lot));
            if known && matter.uncontracted.is_empty() {
                matter.phase = Phase::Contracted;
                stop(matter, &["contract"]);
            }
        }
    }
}

fn orders(matter: &mut Matter, record: &Record) {
    if let Some(body) = record.of::<OrderSuspended>() {
        matter.suspended = Some(Order {
            at: record.at,
            basis: body.basis,
            obeyed: false,
            order: body.order,
            reason: body.reason,
        });
    }
    if record.kind == Kind::OrderResumed {
        matter.suspended = None;
    }
    if let Some(body) = record.of::<TenderSuspended>() {
        run_if(matter, "suspension", body.until);
        matter.stopped.get_or_insert(record.at);
        matter.held.insert(body.order.clone());
        if let Some(order) = matter
            .suspended
            .as_mut()
            .filter(|order| order.order == body.order)
        {
            order.obeyed = true;
        }
    }
    if let Some(body) = record.of::<TenderResumed>() {
        matter.held.remove(&body.order);
        // Its time may be over without an order to go on.
        matter.suspended.take_if(|order| order.order == body.order);
        stop(matter, &["suspension"]);
    }
    let goes_on = record.kind == Kind::TenderResumed && matter.held.is_empty();
    if let Some(stopped) = matter.stopped.take_if(|_| goes_on) {
        let lost = record.at.since(stopped);
        for name in WINDOWS {
            if let Some(at) = matter.clocks.get(name).map(|clock| clock.at) {
                run(matter, name, at.plus(lost));
            }
        }
    }
}
