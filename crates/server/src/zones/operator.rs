//! The operator's view of a process: health, version, storage, age of the log, chores.
//!
//! Invariant: it says nothing of any tender, account or bid; an operator has no more rights than anybody in the log.

use crate::doors::Doors;
use crate::machine::MachineView;
use axum::Json;
use axum::extract::State;
use desk::{Caller, Outage, Problem};
use facts::Role;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes, of every zone: each may be a process of its own.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(operator))
}

/// What the process can tell.
pub async fn look(doors: &Doors) -> Result<MachineView, Outage> {
    let machine = &doors.machine;
    let (size, signatures) = doors.pen.latest().map_or((0, 0), |latest| {
        let note = latest.note.to_string();
        (
            latest.size,
            note.lines().filter(|line| line.starts_with("\u{2014} ")).count(),
        )
    });
    Ok(MachineView {
        database: machine.database().await?,
        erasures: machine.erasures().await?,
        last: machine.last(size).await?,
        now: doors.clock.now(),
        // One of them is the log's own.
        cosignatures: signatures.saturating_sub(1),
        size,
        started: machine.started(),
        vault_gib: machine.vault_gib().await?,
        version: env!("CARGO_PKG_VERSION"),
        zone: doors.gate.zone.word(),
    })
}

/// The state of the machine, for operators
///
/// Sizes and times of the process that serves this zone; nothing of tenders, accounts or bids.
///
/// 运行状况:供平台运行人员查看;不含任何项目、账户或投标的内容。
#[utoipa::path(
    get, path = "/api/operator", tag = "platform", security(("session" = [])),
    responses((status = 200, body = MachineView))
)]
async fn operator(State(doors): State<Doors>, caller: Caller) -> Result<Json<MachineView>, Problem> {
    caller.must(Role::Operator)?;
    Ok(Json(look(&doors).await?))
}
