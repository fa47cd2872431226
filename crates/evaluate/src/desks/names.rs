//! Where a file of an anonymous bid still names its bidder (暗标检查).
//!
//! Invariant: a seat learns places, never a name; and only a seat that may read the file learns anything.

use super::{ExpertDesk, no_file, over, seat, undeclared};
use axum::Json;
use axum::extract::{Path, State};
use desk::{Caller, Problem};
use facts::id::{CodeId, PartId};
use serde::Serialize;
use utoipa::ToSchema;

/// What the search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct NamesView {
    /// `metadata`, `text`, `name` (of a file inside) or `within:` with an inner file; empty: nothing found, which is
    /// no proof, for pictures and unusual encodings are not read.
    pub places: Vec<String>,
}

/// Where a file names its bidder
///
/// The names that the platform knows of the bidder behind the code are looked for in text, properties and inner
/// files. The panel decides what follows; the search rejects nothing.
///
/// 暗标检查:在文本、元数据及内含文件中查找平台所知的投标人名称,只报告位置;如何处理由评标委员会决定。
#[utoipa::path(
    get, path = "/api/evaluations/{tender}/files/{code}/{part}/names",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("code" = String, Path, description = "The code"),
        ("part" = String, Path, description = "The part"),
    ),
    responses((status = 200, body = NamesView), (status = 404, description = "No such file for you"))
)]
pub(super) async fn names(
    State(desk): State<ExpertDesk>,
    caller: Caller,
    Path((tender, code, part)): Path<(String, String, String)>,
) -> Result<Json<NamesView>, Problem> {
    let (tender, evaluation) = desk.evaluation(&caller, &tender).await?;
    let (id, own) = seat(&evaluation, &caller)?;
    if !own.free {
        return Err(undeclared());
    }
    if evaluation.concluded.is_some() {
        return Err(over());
    }
    super::device::present(&evaluation.room, id, desk.gate.clock.now())?;
    let (Ok(code), Ok(part)) = (CodeId::parse(&code), PartId::parse(&part)) else {
        return Err(no_file());
    };
    let places = desk
        .dossiers
        .named(&tender, &code, &part)
        .await?
        .ok_or_else(no_file)?;
    Ok(Json(NamesView {
        places: places.iter().map(crate::blind::Place::word).collect(),
    }))
}
