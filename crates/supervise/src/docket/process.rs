//! How far an evaluation is (评标进程): seats occupied, declarations and commitments in, the step reached.
//!
//! Invariant: of a sealed fact only its kind, its time and the name of the seat are taken, never what it says: no score,
//! no code, no price, no reason and no person can stand here. A zone that may not read sealed bodies counts each such
//! fact as a seat of its own, and never more than there are seats.

use facts::body::evaluation::EvaluationReopened;
use facts::body::supervision::Panel;
use facts::body::tender::TenderNoticed;
use facts::{Instant, Kind, Record};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The step that an evaluation has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 组建评标委员会: the panel is being drawn or appointed.
    Forming,
    /// The bids are there under codes.
    Opened,
    /// 回避声明: members declare conflicts, or none.
    Declaring,
    /// 初步评审.
    Reviewing,
    /// 详细评审: members commit to their sheets.
    Scoring,
    /// The sheets are revealed.
    Revealing,
    /// 评标结果: there is a result.
    Concluded,
    /// 评标报告: the report is put together and waits for signatures.
    Reported,
    /// The report is complete.
    Completed,
}

/// Seats that did something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Seats(BTreeSet<String>);

impl Seats {
    fn add(&mut self, record: &Record) {
        self.0
            .insert(seat(record).unwrap_or_else(|| format!("#{}", record.seq)));
    }

    fn take(&mut self, record: &Record) {
        match seat(record) {
            Some(seat) => {
                self.0.remove(&seat);
            }
            None => {
                self.0.pop_first();
            }
        }
    }
}

/// The one member of a sealed body that is looked at.
fn seat(record: &Record) -> Option<String> {
    let member = record.body.members().get("seat")?;
    member.as_str().map(str::to_owned)
}

/// How far the evaluation of one tender is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Process {
    seats: u32,
    present: Seats,
    declared: Seats,
    committed: Seats,
    revealed: Seats,
    reached: Option<Step>,
    round: u32,
    since: Option<Instant>,
}

/// The same as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProcessView {
    /// Sheets committed to.
    pub committed: u32,
    /// Members who declared.
    pub declared: u32,
    /// Seats occupied now.
    pub present: u32,
    /// Sheets revealed.
    pub revealed: u32,
    /// The round, from 1.
    pub round: u32,
    /// Seats of the panel, as the notice says; 0 where it says none.
    pub seats: u32,
    /// Since when it is at this step.
    #[schema(value_type = i64)]
    pub since: Instant,
    /// The step reached.
    pub step: Step,
}

impl Process {
    /// Takes in a fact of the stream `evaluation/T`, or the notice of the tender.
    pub(super) fn observe(&mut self, record: &Record) {
        if let Some(notice) = record.of::<TenderNoticed>() {
            self.seats = notice.method.panel();
            return;
        }
        match record.kind {
            Kind::DrawRequested | Kind::PanelAppointed | Kind::ExpertCalled => {
                self.reach(Step::Forming, record);
            }
            Kind::EvaluationOpened => self.reach(Step::Opened, record),
            Kind::SeatEntered => self.present.add(record),
            Kind::SeatLeft => self.present.take(record),
            Kind::SeatVacated => {
                for seats in [
                    &mut self.present,
                    &mut self.declared,
                    &mut self.committed,
                    &mut self.revealed,
                ] {
                    seats.take(record);
                }
            }
            Kind::RecusalDeclared => {
                self.declared.add(record);
                self.reach(Step::Declaring, record);
            }
            Kind::QualificationReviewed | Kind::ReviewVoted => self.reach(Step::Reviewing, record),
            Kind::ReviewClosed => self.reach(Step::Scoring, record),
            Kind::ScoreCommitted => {
                self.committed.add(record);
                self.reach(Step::Scoring, record);
            }
            Kind::ScoreRevealed => {
                self.revealed.add(record);
                self.reach(Step::Revealing, record);
            }
            Kind::EvaluationConcluded => {
                self.present = Seats::default();
                self.reach(Step::Concluded, record);
            }
            Kind::ReportAssembled => self.reach(Step::Reported, record),
            Kind::ReportCompleted => self.reach(Step::Completed, record),
            Kind::EvaluationReopened => self.again(record),
            _ => {}
        }
    }

    fn reach(&mut self, step: Step, record: &Record) {
        if self.reached.is_none_or(|reached| reached < step) {
            (self.reached, self.since) = (Some(step), Some(record.at));
        }
    }

    /// 重新评标: a round begins; another panel has declared nothing yet.
    fn again(&mut self, record: &Record) {
        let stays = record
            .of::<EvaluationReopened>()
            .is_some_and(|body| body.panel == Panel::Same);
        *self = Self {
            seats: self.seats,
            declared: if stays {
                std::mem::take(&mut self.declared)
            } else {
                Seats::default()
            },
            round: self.round.saturating_add(1),
            reached: Some(if stays { Step::Opened } else { Step::Forming }),
            since: Some(record.at),
            ..Self::default()
        };
    }

    /// As numbers; `None` before anything of the evaluation happened.
    #[must_use]
    pub fn view(&self) -> Option<ProcessView> {
        let (step, since) = self.reached.zip(self.since)?;
        let count = |seats: &Seats| {
            let many = u32::try_from(seats.0.len()).unwrap_or(u32::MAX);
            if self.seats == 0 {
                many
            } else {
                many.min(self.seats)
            }
        };
        Some(ProcessView {
            committed: count(&self.committed),
            declared: count(&self.declared),
            present: count(&self.present),
            revealed: count(&self.revealed),
            round: self.round.saturating_add(1),
            seats: self.seats,
            since,
            step,
        })
    }

    /// Whether bids are being evaluated and there is no result yet.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.reached
            .is_some_and(|step| (Step::Opened..Step::Concluded).contains(&step))
    }
}
