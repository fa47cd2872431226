//! The report: on record once, signed or refused by every member, complete; and the evaluation done again by order.
//!
//! Invariant: a report is complete only when every seat has signed or refused with reasons, or the time to sign is
//! over; a seat that says nothing counts as agreeing (招标投标法实施条例53); a new round forgets scores and result of
//! the one before, and nothing of it leaves the history.

use super::panel::own;
use super::state::Origin;
use super::steps::Steps;
use super::{State, call, platform};
use crate::Signed;
use facts::body::award::CandidatesRevoked;
use facts::body::evaluation::{EvaluationReopened, ReportAssembled, ReportCompleted, ReportSigned};
use facts::body::supervision::Panel;
use facts::id::SeatId;
use facts::time::DAY;
use facts::{Draft, Hex, Instant, Record, Refusal, Stream, TenderId};
use std::collections::BTreeMap;

/// Milliseconds in which the members sign. The law sets no number; a day fits into the three within which the
/// publicity has to begin (招标投标法实施条例54).
pub const SIGNING: i64 = DAY;
/// Most characters of a dissenting opinion or of the reasons of a refusal.
const LONGEST: usize = 4_000;

/// The report of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Position and body of its fact.
    pub assembled: (u64, ReportAssembled),
    /// What the seats said of it.
    pub signed: BTreeMap<SeatId, ReportSigned>,
    /// Position of the fact that completed it.
    pub completed: Option<u64>,
}

/// Digests of a report that was put together from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// Position of the result it reports.
    pub concluded: u64,
    /// SHA-256 of the canonical report document.
    pub document: Hex<32>,
    /// SHA-256 of the printed report.
    pub pdf: Hex<32>,
    /// Its pages.
    pub pages: u32,
}

impl State {
    /// The round of the evaluation, from 1.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.reopened.saturating_add(1)
    }

    /// The position of the result that awaits its report.
    #[must_use]
    pub fn awaits_report(&self) -> Option<u64> {
        let (seq, _) = self.concluded.as_ref().filter(|_| self.report.is_none())?;
        Some(*seq)
    }

    /// When the report is complete even without the seats that said nothing.
    #[must_use]
    pub fn report_due(&self) -> Option<Instant> {
        let report = self.report.as_ref().filter(|report| report.completed.is_none())?;
        Some(report.assembled.1.until)
    }

    pub(super) fn reported(&mut self, record: &Record) {
        if let Some(body) = record.of::<ReportAssembled>() {
            self.report = Some(Reported {
                assembled: (record.seq, body),
                signed: BTreeMap::new(),
                completed: None,
            });
        }
        let Some(report) = &mut self.report else { return };
        if let Some(body) = record.of::<ReportSigned>() {
            report.signed.insert(body.seat.clone(), body);
        }
        if record.of::<ReportCompleted>().is_some() {
            report.completed = Some(record.seq);
        }
    }

    /// Begins a round: what is judged stays, and who judges unless the order says otherwise.
    pub(super) fn reopen(&mut self, body: Option<EvaluationReopened>) {
        let Some(body) = body else { return };
        self.reopened = body.round.saturating_sub(1);
        self.earlier.extend(self.report.take());
        (self.concluded, self.concluded_at) = (None, None);
        // What was drawn stays drawn; votes, questions, corrections and judgements are those of a round.
        self.steps = Steps {
            drawn: std::mem::take(&mut self.steps.drawn),
            order: std::mem::take(&mut self.steps.order),
            ..Steps::default()
        };
        for seat in self.seats.values_mut() {
            seat.commitment = None;
            seat.sheet = None;
            let Some(expert) = seat.expert.clone().filter(|_| body.panel == Panel::New) else {
                continue;
            };
            if let Origin::Drawn(draw) = &seat.origin
                && let Some(drawing) = self.draws.get_mut(draw)
            {
                drawing.spent(&expert);
            }
            self.recused.insert(expert);
            seat.expert = None;
            seat.free = false;
        }
        self.room.present.clear();
        if body.panel == Panel::New {
            // Who judges now hears nothing of those who judged before.
            self.room.votes.clear();
            self.room.said.clear();
        }
    }
}

pub(super) fn assemble(state: &State, told: &Assembled, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state
        .opened
        .as_ref()
        .filter(|_| state.awaits_report() == Some(told.concluded))
    else {
        return Err(super::refusals::nothing_due());
    };
    let stream = Stream::Evaluation(opened.tender.clone());
    let body = ReportAssembled {
        concluded: told.concluded,
        document: told.document,
        pages: told.pages,
        pdf: told.pdf,
        round: state.round(),
        tender: opened.tender.clone(),
        until: at.plus(SIGNING),
    };
    let mut drafts = vec![platform(&stream, &body)?];
    if state.seats.is_empty() {
        let nobody = completed(state, &BTreeMap::new(), &opened.tender, told.document);
        drafts.push(platform(&stream, &nobody)?);
    }
    Ok(drafts)
}

pub(super) fn sign(state: &State, signed: Signed<ReportSigned>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    own(state, &signed, &body.seat)?;
    let Some(report) = state
        .report
        .as_ref()
        .filter(|report| report.assembled.1.tender == body.tender)
    else {
        return Err(none(&body.tender));
    };
    let (_, assembled) = &report.assembled;
    if report.signed.contains_key(&body.seat) {
        return Err(already(&body.seat));
    }
    if report.completed.is_some() || at >= assembled.until {
        return Err(late());
    }
    if body.document != assembled.document || body.pdf != assembled.pdf {
        return Err(other(&assembled.document));
    }
    if body.refused.is_some() && body.dissent.is_some() {
        return Err(both());
    }
    for text in [&body.dissent, &body.refused].into_iter().flatten() {
        if text.trim().is_empty() || text.chars().count() > LONGEST {
            return Err(unreasoned());
        }
    }
    let mut all = report.signed.clone();
    all.insert(body.seat.clone(), body.clone());
    let last = state.seats.keys().all(|seat| all.contains_key(seat));
    let completed = completed(state, &all, &body.tender, assembled.document);
    let stream = Stream::Evaluation(body.tender.clone());
    let mut drafts = vec![signed.draft()];
    if last {
        drafts.push(platform(&stream, &completed)?);
    }
    Ok(drafts)
}

/// Refused as `nothing.due` while there is time, and when the report is complete.
pub(super) fn close(state: &State, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let due = state.report_due().is_some_and(|until| at >= until);
    let Some(report) = state.report.as_ref().filter(|_| due) else {
        return Err(super::refusals::nothing_due());
    };
    let (_, assembled) = &report.assembled;
    let body = completed(state, &report.signed, &assembled.tender, assembled.document);
    Ok(vec![platform(
        &Stream::Evaluation(assembled.tender.clone()),
        &body,
    )?])
}

fn completed(
    state: &State,
    said: &BTreeMap<SeatId, ReportSigned>,
    tender: &TenderId,
    document: Hex<32>,
) -> ReportCompleted {
    let which = |test: fn(&ReportSigned) -> bool| {
        let chosen = said.iter().filter(|(_, body)| test(body));
        chosen.map(|(seat, _)| seat.clone()).collect()
    };
    let silent = state.seats.keys().filter(|seat| !said.contains_key(*seat));
    ReportCompleted {
        dissenting: which(|body| body.dissent.is_some()),
        document,
        refused: which(|body| body.refused.is_some()),
        signed: which(|body| body.refused.is_none()),
        silent: silent.cloned().collect(),
        tender: tender.clone(),
    }
}

/// Begins a round by order; of a panel that was drawn, the next of the same call order are called to its seats.
///
/// Refused as `nothing.due` where nothing was opened yet. Where prices alone decide, the courier has the result
/// computed anew at its next look.
pub(super) fn reopen(
    state: &State,
    order: CandidatesRevoked,
    seq: u64,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state
        .opened
        .as_ref()
        .filter(|opened| opened.tender == order.tender)
    else {
        return Err(super::refusals::nothing_due());
    };
    let body = EvaluationReopened {
        order: order.order,
        panel: order.panel,
        reason: order.reason,
        round: state.round().saturating_add(1),
        seq,
        tender: opened.tender.clone(),
    };
    let mut drafts = vec![platform(&Stream::Evaluation(opened.tender.clone()), &body)?];
    if body.panel == Panel::New {
        for (draw, drawing) in &state.draws {
            let drawn = state
                .seats
                .iter()
                .filter(|(_, seat)| seat.expert.is_some() && seat.origin == Origin::Drawn(draw.clone()));
            let seats = drawn.map(|(id, _)| id.clone()).collect();
            drafts.extend(call::next(state, drawing, seats, &[], at)?);
        }
    }
    Ok(drafts)
}

fn none(tender: &TenderId) -> Refusal {
    Refusal::new(
        "report.none",
        format!(
            "There is no report of tender {tender} to sign; it is put together when the result is computed."
        ),
        format!("招标项目{tender}尚无评标报告可签,评标结果产生后自动汇编。"),
    )
}

fn already(seat: &SeatId) -> Refusal {
    Refusal::new(
        "report.signed_already",
        format!("Seat {seat} has signed the report or refused to already."),
        format!("席位{seat}已签署或已拒签评标报告。"),
    )
}

fn late() -> Refusal {
    Refusal::new(
        "report.late",
        "The report is complete; nothing more is added to it. What you found since goes to the supervisor.",
        "评标报告已签署完毕,不再接受签署;此后发现的问题请报告监督部门。",
    )
}

fn other(document: &Hex<32>) -> Refusal {
    Refusal::new(
        "report.other_invalid",
        format!("This is not the report on record; read and sign the one whose digest is {document}."),
        format!("所签并非在案的评标报告,请阅读并签署摘要为{document}的报告。"),
    )
}

fn both() -> Refusal {
    Refusal::new(
        "report.both_invalid",
        "Either sign, with a dissenting opinion if you have one, or refuse to sign; not both.",
        "或签署(可附不同意见),或拒绝签署,不能同时选择。",
    )
}

fn unreasoned() -> Refusal {
    Refusal::new(
        "report.text_invalid",
        format!(
            "State the dissenting opinion or the refusal with its reasons, in 1 to {LONGEST} characters."
        ),
        format!("不同意见或拒签须书面说明理由,1至{LONGEST}字(招标投标法实施条例第五十三条)。"),
    )
}
