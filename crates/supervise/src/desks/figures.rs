//! Statistics as programs read them.
//!
//! Invariant: for supervisors alone; months are read strictly, and an end before its beginning is refused.

use super::SupervisorDesk;
use crate::figures::{By, Month, Ruled, Statistics, events};
use axum::Json;
use axum::extract::{Query, State};
use desk::{Caller, Problem};
use facts::{Instant, Refusal, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// `buyer`, `agent`, `trade` or `month`; by buyer if absent.
    pub by: Option<String>,
    /// First month, `YYYY-MM`; from the beginning of the log if absent or empty.
    pub from: Option<String>,
    /// Last month; to this day if absent or empty.
    pub until: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The division.
    pub by: By,
    /// First month.
    pub from: Option<Month>,
    /// Last month.
    pub until: Option<Month>,
}

impl Wanted {
    /// Reads it.
    pub fn read(&self) -> Result<Asked, Refusal> {
        let by = self.by.as_deref().filter(|by| !by.is_empty());
        let by = by.map_or(Some(By::Buyer), By::parse).ok_or_else(|| {
            Refusal::new(
                "query.malformed",
                "Figures are divided by buyer, agent, trade or month.",
                "统计口径须为 buyer(招标人)、agent(代理机构)、trade(行业)或 month(月份)之一。",
            )
        })?;
        let month = |text: &Option<String>| -> Result<Option<Month>, Refusal> {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(|text| Month::parse(text).ok_or_else(|| no_month(text)))
                .transpose()
        };
        let (from, until) = (month(&self.from)?, month(&self.until)?);
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(Refusal::new(
                "query.malformed",
                "The last month lies before the first; exchange them.",
                "截止月份早于起始月份,请对调。",
            ));
        }
        Ok(Asked { by, from, until })
    }
}

fn no_month(text: &str) -> Refusal {
    Refusal::new(
        "query.malformed",
        format!("{text:?} is no month; write it as 2026-11."),
        format!("“{text}”不是月份,请写作 2026-11 的形式。"),
    )
}

impl Asked {
    /// From its first instant on, before its last.
    #[must_use]
    pub fn bounds(&self) -> (Instant, Instant) {
        (
            self.from.map_or(Instant(i64::MIN), Month::begins),
            self.until.map_or(Instant(i64::MAX), Month::ends),
        )
    }
}

/// Figures as of an instant: the one of the question, or the last of the months asked about where these are over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatisticsView {
    /// The instant.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Entries of the log taken in.
    pub size: u64,
    /// The figures.
    #[serde(flatten)]
    pub statistics: Statistics,
    /// The rules in force at the instant; absent before the first adoption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl super::Oversight {
    /// Figures of a time, as the log stands now; of months that are over, as it stood at their end.
    pub async fn statistics(&self, asked: Asked, now: Instant) -> Result<StatisticsView, desk::Outage> {
        self.with_both(move |docket, board| {
            let (from, until) = asked.bounds();
            let at = now.min(until.plus(-1));
            StatisticsView {
                at,
                size: asked.until.map_or(docket.next(), |month| month.size(docket)),
                statistics: Statistics::of(&events(docket, board, at), asked.by, from, until),
                version: Ruled::of(board, at).map(|ruled| ruled.version.to_string()),
            }
        })
        .await
    }
}

/// Figures by buyer, agent, trade or month
#[utoipa::path(
    get, path = "/api/statistics", params(Wanted),
    responses((status = 200, description = "Procedures, openings, bids of opened tenders, failures, awards against ceilings, cards issued by colour, warnings, cards ended and how, orders, complaints; of months that are over as the log stood at their end", body = StatisticsView))
)]
pub(super) async fn statistics(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<StatisticsView>, Problem> {
    caller.must(Role::Supervisor)?;
    let asked = wanted.read()?;
    Ok(Json(desk.oversight.statistics(asked, desk.now()).await?))
}
