//! Red flags of open contracting over the platform's own tenders, as programs read them.
//!
//! Invariant: for supervisors alone; every flag says what it reads, and where it cannot speak it says why.

use super::SupervisorDesk;
use crate::signs::flagged::{self, READS};
use axum::Json;
use axum::extract::State;
use desk::{Caller, Problem};
use facts::Role;
use screen::Sign;
use screen::ocds::{Flag, Gauge, Group, Report, Voice};
use serde::Serialize;
use utoipa::ToSchema;

/// One thing that a flag is raised about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RaisedView {
    /// The lot as `tender/lot`, or an account.
    pub id: String,
    /// The measure in millionths: a share, a count, or one for a plain yes.
    pub value: i64,
}

/// A flag over one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlagView {
    /// Of how many it could be asked.
    pub cases: usize,
    /// Which flag.
    pub code: &'static str,
    /// From where on it is raised, in millionths, where it compares with others: at or below for R024 and R025.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fence: Option<i64>,
    /// `process` (a lot), `buyer`, `procuring_entity` or `tenderer`.
    #[schema(value_type = String)]
    pub group: Group,
    /// `exact` or `statistical`.
    #[schema(value_type = String)]
    pub nature: screen::Nature,
    /// About whom it is raised, ascending.
    pub raised: Vec<RaisedView>,
    /// What it reads, in Chinese and English.
    pub reads: [&'static str; 2],
    /// Why it cannot speak, in Chinese and English; empty where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence: Option<[&'static str; 2]>,
    /// What it is called, in Chinese and English.
    pub title: [&'static str; 2],
    /// `speaks`, `nothing`, `too_few` or `alike`.
    #[schema(value_type = String)]
    pub voice: Voice,
}

/// All red flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlagsView {
    /// The colour of every flag.
    pub card: &'static str,
    /// The currency whose prices are compared; other lots are left out where a flag reads prices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The flags, by code and group.
    pub flags: Vec<FlagView>,
    /// Lots looked at.
    pub processes: u64,
    /// Entries of the log taken in.
    pub size: u64,
}

impl FlagView {
    fn of(gauge: &Gauge, flags: &[Flag]) -> Self {
        let about = gauge.code.about();
        let meant = |flag: &&Flag| flag.code == gauge.code && flag.group == gauge.group;
        let raised = flags.iter().filter(meant).map(|flag| RaisedView {
            id: flag.id.clone(),
            value: flag.value,
        });
        let reads = READS.iter().find(|(code, _)| *code == gauge.code);
        Self {
            cases: gauge.cases,
            code: gauge.code.word(),
            fence: gauge.fence,
            group: gauge.group,
            nature: about.nature,
            raised: raised.collect(),
            reads: reads.map(|(_, say)| [say.zh, say.en]).unwrap_or_default(),
            silence: flagged::silence(gauge.voice).map(|say| [say.zh, say.en]),
            title: [about.title.zh, about.title.en],
            voice: gauge.voice,
        }
    }
}

impl FlagsView {
    fn of(report: &Report, size: u64) -> Self {
        let view = |gauge| FlagView::of(gauge, &report.flags);
        Self {
            card: Sign::CARD,
            currency: report.currency.clone(),
            flags: report.gauges.iter().map(view).collect(),
            processes: report.releases,
            size,
        }
    }
}

/// Red flags over all opened tenders
#[utoipa::path(
    get, path = "/api/flags",
    responses((status = 200, description = "Every red flag of open contracting: what it reads, of how many it could be asked, its fence, about whom it is raised, and why it cannot speak", body = FlagsView))
)]
pub(super) async fn flags(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
) -> Result<Json<FlagsView>, Problem> {
    caller.must(Role::Supervisor)?;
    let view = desk
        .oversight
        .with_signs(|board| FlagsView::of(board.report(), board.next()))
        .await?;
    Ok(Json(view))
}
