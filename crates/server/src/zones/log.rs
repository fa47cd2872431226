//! The public log over HTTP: C2SP tlog-tiles paths, entries with what is public of them, proofs.
//!
//! Invariant: what this shows of a confidential fact that is not disclosed is its commitment, and
//! every field it shows can be checked against that commitment.

use crate::doors::Doors;
use crate::zones::kept::{is_known, tagged, unchanged};
use crate::zones::problem::{bad_request, not_found};
use crate::zones::shapes::{ConsistencyView, EntryView, ProofsView};
use crate::zones::shield::FOREVER;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use desk::{Outage, Problem, ReadLog, mark};
use facts::{Hex, Visibility};
use ledger::tiles::{Resource, TileId};
use ledger::{Entry, OpenedPayload, Receipt, TileSet, prove};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the log.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(tile))
        .routes(routes!(entry))
        .routes(routes!(proof))
        .routes(routes!(proofs))
        .routes(routes!(consistency))
}

/// The newest checkpoint
///
/// A C2SP signed note: origin, size, root.
#[utoipa::path(
    get, path = "/log/checkpoint", tag = "log",
    responses((status = 200, description = "The signed note", content_type = "text/plain", body = String))
)]
async fn checkpoint(State(doors): State<Doors>) -> Result<Response, Problem> {
    let latest = doors.pen.latest().ok_or_else(|| no_entry(0, 0))?;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, latest.note.to_string()).into_response())
}

/// A tile of hashes or a bundle of entries
///
/// The paths of C2SP tlog-tiles: `{L}/{N}` and `entries/{N}`, N in groups of three digits (`x001/234`), partial ones
/// with `.p/{W}`. Complete and partial ones alike never change.
#[utoipa::path(
    get, path = "/log/tile/{*path}", tag = "log",
    params(("path" = String, Path, description = "`{L}/{N}`, `{L}/{N}.p/{W}`, `entries/{N}` or `entries/{N}.p/{W}`; it has slashes")),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn tile(State(doors): State<Doors>, Path(path): Path<String>) -> Result<Response, Problem> {
    let named = Resource::parse(&format!("tile/{path}"))
        .map_err(|e| not_found("log.path", e.to_string(), "日志路径不正确。"))?;
    let size = size_of(&doors);
    let absent = || {
        not_found(
            "log.beyond",
            format!("the log has {size} entries; this tile lies beyond them"),
            format!("日志现有 {size} 条记录,所请求的分块尚不存在。"),
        )
    };
    match named {
        Resource::Tile(id) => {
            let whole = TileId::at(id.level, id.index, size).ok_or_else(absent)?;
            if whole.width < id.width {
                return Err(absent());
            }
            let bytes = doors
                .log
                .tile(id.level, id.index, id.width)
                .await?
                .ok_or_else(absent)?;
            Ok((
                [
                    (CONTENT_TYPE, "application/octet-stream"),
                    (CACHE_CONTROL, FOREVER),
                ],
                bytes,
            )
                .into_response())
        }
        Resource::Bundle(id) => {
            let end = id.first().saturating_add(u64::from(id.width));
            if end > size {
                return Err(absent());
            }
            let entries = doors.log.entries(id.first(), u32::from(id.width)).await?;
            let bytes = ledger::bundle::encode(entries.iter().map(AsRef::as_ref))
                .map_err(|e| Outage::new("writing an entry bundle", e))?;
            Ok((
                [
                    (CONTENT_TYPE, "application/octet-stream"),
                    (CACHE_CONTROL, FOREVER),
                ],
                bytes,
            )
                .into_response())
        }
    }
}

/// What is public of an entry's payload; `None` if nothing is, or if it was erased.
///
/// `size` is that of the log which tells: what a later entry disclosed is not public by it.
pub async fn public_payload(
    log: &dyn ReadLog,
    entry: &Entry,
    size: u64,
) -> Result<Option<OpenedPayload>, Outage> {
    let disclosed = log.mark(mark::DISCLOSED, &entry.seq.to_string()).await?;
    let disclosed = disclosed.is_some_and(|at| at.parse().is_ok_and(|at: u64| at < size));
    let withheld: &[&str] = match entry.kind.map(facts::Kind::visibility) {
        _ if disclosed => &[],
        Some(Visibility::Public { withheld }) => withheld,
        Some(Visibility::Confidential) | None => return Ok(None),
    };
    let payload = log.payload(entry.seq).await?;
    Ok(payload.map(|payload| payload.opened(withheld)))
}

/// One entry by its position.
pub async fn entry_at(log: &dyn ReadLog, seq: u64) -> Result<Option<Entry>, Outage> {
    let Some(bytes) = log.entries(seq, 1).await?.into_iter().next() else {
        return Ok(None);
    };
    Entry::parse(&bytes)
        .map(Some)
        .map_err(|e| Outage::new("reading an entry of the log", e))
}

/// The log is not that long.
pub(crate) fn no_entry(seq: u64, size: u64) -> Problem {
    not_found(
        "log.beyond",
        format!("the log has {size} entries, numbered from 0; there is no entry {seq}"),
        format!("日志现有 {size} 条记录(从 0 编号),没有第 {seq} 条。"),
    )
}

/// One entry and what is public of its payload
///
/// It changes only when its payload is disclosed or erased; `ETag` tells.
#[utoipa::path(
    get, path = "/log/entry/{seq}", tag = "log",
    params(("seq" = u64, Path, description = "Position, from 0")),
    responses((status = 200, body = EntryView), (status = 304, description = "Unchanged since the `ETag` you named"))
)]
async fn entry(
    State(doors): State<Doors>,
    Path(seq): Path<u64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let size = size_of(&doors);
    let bytes = if seq < size {
        doors.log.entries(seq, 1).await?.into_iter().next()
    } else {
        None
    };
    let Some(bytes) = bytes else {
        return Err(no_entry(seq, size));
    };
    let entry = Entry::parse(&bytes).map_err(|e| Outage::new("reading an entry of the log", e))?;
    let payload = public_payload(doors.log.as_ref(), &entry, u64::MAX).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let view = EntryView {
        entry: text,
        payload: payload.map(|p| p.to_value()),
    };
    let body = serde_json::to_vec(&view).map_err(|e| Outage::new("showing an entry", e))?;
    Ok(revalidated(&headers, body))
}

/// An answer that may be kept but must be asked about again each time: a payload may be disclosed, or erased.
fn revalidated(headers: &HeaderMap, body: Vec<u8>) -> Response {
    let tag = format!("\"{}\"", Hex(ledger::hash::sha256(&body)));
    if is_known(headers, &tag) {
        return unchanged(tag);
    }
    tagged(tag, body)
}

fn size_of(doors: &Doors) -> u64 {
    doors.pen.latest().map_or(0, |latest| latest.size)
}

/// The tiles that a proof needs.
pub(crate) async fn fetch(doors: &Doors, plan: Vec<TileId>) -> Result<TileSet, Outage> {
    let mut set = TileSet::new();
    for id in plan {
        if let Some(bytes) = doors.log.tile(id.level, id.index, id.width).await? {
            set.insert(id, &bytes)
                .map_err(|e| Outage::new("reading a tile", e))?;
        }
    }
    Ok(set)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct At {
    /// Entries of the checkpoint to prove under, one that was kept; the newest otherwise.
    size: Option<u64>,
}

/// The proof of an entry
///
/// A C2SP `.tlog-proof` with what is public of the entry's payload.
#[utoipa::path(
    get, path = "/log/proof/{seq}", tag = "log",
    params(("seq" = u64, Path, description = "Position, from 0"), At),
    responses((status = 200, description = "The proof", content_type = "text/plain", body = String))
)]
async fn proof(
    State(doors): State<Doors>,
    Path(seq): Path<u64>,
    Query(at): Query<At>,
) -> Result<Response, Problem> {
    let latest = doors.pen.latest().ok_or_else(|| no_entry(seq, 0))?;
    let (size, note) = match at.size {
        None => (latest.size, latest.note.to_string()),
        Some(size) if size == latest.size => (size, latest.note.to_string()),
        Some(size) => match doors.log.checkpoint(size).await? {
            Some((kept, note)) if kept == size => (kept, note),
            _ => {
                return Err(not_found(
                    "log.no_checkpoint",
                    format!("No checkpoint of {size} entries was kept; ask without a size for the latest."),
                    format!("没有保存 {size} 条记录处的检查点;不带 size 即可取得最新证明。"),
                ));
            }
        },
    };
    if seq >= size {
        return Err(no_entry(seq, size));
    }
    let text = proven(&doors, seq, size, &note).await?;
    let name = format!("attachment; filename=\"{seq}.tlog-proof\"");
    Ok((
        [
            (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
            (CONTENT_DISPOSITION, name),
        ],
        text,
    )
        .into_response())
}

/// The `.tlog-proof` of an entry with what is public of it.
async fn proven(doors: &Doors, seq: u64, size: u64, note: &str) -> Result<String, Problem> {
    let tiles = fetch(doors, prove::plan_inclusion(seq, size)).await?;
    let proof = prove::inclusion(&tiles, seq, size)
        .ok_or_else(|| Outage::new("proving an inclusion", "a tile is missing"))?;
    let bytes = doors
        .log
        .entries(seq, 1)
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| no_entry(seq, size))?;
    let entry = Entry::parse(&bytes).map_err(|e| Outage::new("reading an entry of the log", e))?;
    let Some(payload) = public_payload(doors.log.as_ref(), &entry, u64::MAX).await? else {
        return Ok(bare(seq, &proof, note));
    };
    let receipt = Receipt {
        entry: bytes.to_vec(),
        payload,
        index: seq,
        proof,
        checkpoint: note.to_owned(),
    };
    Ok(receipt.write())
}

/// A proof without extra data: nothing of the payload is public, or it was erased.
fn bare(seq: u64, proof: &[ledger::Hash], note: &str) -> String {
    let mut text = format!("c2sp.org/tlog-proof@v1\nindex {seq}\n");
    for hash in proof {
        text.push_str(&ledger::checkpoint::hash_base64(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(note);
    text
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Many {
    /// Positions, separated by commas, at most 256.
    seqs: String,
}

/// Proofs given in one answer at most.
const AT_ONCE: usize = 256;

/// Characters of proofs after which an answer ends: the next request goes on.
const ENOUGH: usize = 16 << 20;

/// Many proofs under one checkpoint
///
/// Of the first positions asked for: of at least one, and of all unless they are long together. Ask again for the rest.
#[utoipa::path(get, path = "/log/proofs", tag = "log", params(Many), responses((status = 200, body = ProofsView)))]
async fn proofs(State(doors): State<Doors>, Query(many): Query<Many>) -> Result<Response, Problem> {
    let seqs: Option<Vec<u64>> = many.seqs.split(',').map(|text| text.parse().ok()).collect();
    let seqs = seqs.filter(|seqs| seqs.len() <= AT_ONCE).ok_or_else(|| {
        bad_request(
            "log.seqs",
            format!("seqs is a list of at most {AT_ONCE} positions, separated by commas."),
            format!("seqs 为以逗号分隔的位置列表,至多 {AT_ONCE} 个。"),
        )
    })?;
    let latest = doors.pen.latest().ok_or_else(|| no_entry(0, 0))?;
    let mut texts = Vec::with_capacity(seqs.len());
    let mut length = 0_usize;
    for seq in seqs {
        if seq >= latest.size {
            return Err(no_entry(seq, latest.size));
        }
        let text = proven(&doors, seq, latest.size, &latest.note).await?;
        length = length.saturating_add(text.len());
        if length > ENOUGH && !texts.is_empty() {
            break;
        }
        texts.push(text);
    }
    Ok(Json(ProofsView { proofs: texts }).into_response())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Between {
    /// The smaller size.
    from: u64,
    /// The larger size, not above the log's.
    to: u64,
}

/// The proof that a smaller log is the beginning of a larger
#[utoipa::path(
    get, path = "/log/consistency", tag = "log", params(Between), responses((status = 200, body = ConsistencyView))
)]
async fn consistency(State(doors): State<Doors>, Query(span): Query<Between>) -> Result<Response, Problem> {
    let size = size_of(&doors);
    if span.from > span.to || span.to > size {
        return Err(bad_request(
            "log.span",
            format!("from must not exceed to, and to must not exceed the log's {size} entries"),
            format!("起点不得大于终点,终点不得超过日志现有的 {size} 条记录。"),
        ));
    }
    let tiles = fetch(&doors, prove::plan_consistency(span.from, span.to)).await?;
    let path = prove::consistency(&tiles, span.from, span.to)
        .ok_or_else(|| Outage::new("proving consistency", "a tile is missing"))?;
    let proof: Vec<Hex<32>> = path.into_iter().map(Hex).collect();
    Ok(([(CACHE_CONTROL, FOREVER)], Json(ConsistencyView { proof })).into_response())
}
