//! Live: events sent by the server (`text/event-stream`) to whoever watches a tender or the log.
//!
//! Invariant: a heartbeat tells that silence is silence; it carries the server's time and no position, so that it
//! moves nobody's place.

use crate::doors::Doors;
use crate::gazette::Watcher;
use crate::zones::problem::problem;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use desk::{Clock, Outage, Problem};
use facts::{Stream, TenderId};
use futures_util::stream;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Between two checkpoints that are told: of many in a row the newest is enough.
const PACE: Duration = Duration::from_millis(500);
/// What a client is asked to wait before it comes back, in milliseconds.
const RETRY: &str = "retry: 2000\n\n";

/// The routes of the procurement zone.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(events))
}

/// The routes of every zone.
pub fn of_the_log() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(checkpoints))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// Position of the last fact that is known already, for clients that cannot set `Last-Event-ID`.
    after: Option<u64>,
}

/// A tender as it happens
///
/// Server-sent events. `fact`: a public fact of the tender, from the first on, each once, in the order in which they
/// became public; its `id` is the position in the log, its data the record and the tender's phase after it. Facts that
/// were sealed come when they are disclosed, just before the `facts.disclosed` that discloses them. `time`: a heartbeat
/// every ten seconds, with the server's clock. A client that comes back with `Last-Event-ID` misses nothing.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/events", tag = "tenders", operation_id = "tender_events",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("last-event-id" = Option<u64>, Header, description = "Position of the last fact that is known already"),
        Place,
    ),
    responses((status = 200, description = "The events; they do not end", content_type = "text/event-stream", body = String))
)]
async fn events(
    State(doors): State<Doors>,
    Path(tender): Path<TenderId>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    doors.tender(&tender).await?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = last.and_then(|id| id.trim().parse().ok()).or(place.after);
    let watcher = doors.gazette.watch(&Stream::Tender(tender), after).await?;
    let watcher = watcher.ok_or_else(too_many)?;
    let live = Live {
        watcher,
        heart: heart(),
        clock: doors.clock.clone(),
    };
    let begin =
        stream::once(async { Ok::<_, std::convert::Infallible>(Bytes::from_static(RETRY.as_bytes())) });
    let told = stream::unfold(live, |mut live| async move {
        let piece = live.next().await?;
        Some((Ok(piece), live))
    });
    answer(Body::from_stream(futures_util::StreamExt::chain(begin, told)))
}

struct Live {
    watcher: Watcher,
    heart: Interval,
    clock: Arc<dyn Clock>,
}

impl Live {
    async fn next(&mut self) -> Option<Bytes> {
        tokio::select! {
            // The first beat is due at once: the time is told before anything else.
            biased;
            _ = self.heart.tick() => Some(time(self.clock.as_ref())),
            piece = self.watcher.next() => piece,
        }
    }
}

fn heart() -> Interval {
    let mut heart = tokio::time::interval(HEARTBEAT);
    heart.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heart
}

fn time(clock: &dyn Clock) -> Bytes {
    Bytes::from(format!("event: time\ndata: {{\"now\":{}}}\n\n", clock.now().0))
}

/// The log as it grows
///
/// Server-sent events. `checkpoint`: the newest checkpoint, at most two a second; its `id` is the size, its data
/// `{"note", "size"}` with the C2SP signed note. `time`: a heartbeat every ten seconds.
#[utoipa::path(
    get, path = "/api/log/events", tag = "log", operation_id = "log_events",
    responses((status = 200, description = "The events; they do not end", content_type = "text/event-stream", body = String))
)]
async fn checkpoints(State(doors): State<Doors>) -> Result<Response, Problem> {
    let (place, mut closing) = doors.gazette.place().ok_or_else(too_many)?;
    let mut heads = doors.pen.watch();
    heads.mark_changed();
    let (mut heart, clock) = (heart(), doors.clock.clone());
    let told = async_stream(move |sender| async move {
        let _held = place;
        loop {
            let piece = tokio::select! {
                biased;
                _ = closing.wait_for(|is_closing| *is_closing) => return,
                _ = heart.tick() => time(clock.as_ref()),
                changed = heads.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let latest = heads.borrow_and_update().clone();
                    let Some(latest) = latest else { continue };
                    let data = serde_json::json!({ "note": latest.note.to_string(), "size": latest.size });
                    Bytes::from(format!("id: {}\nevent: checkpoint\ndata: {data}\n\n", latest.size))
                }
            };
            if sender.send(Ok(piece)).await.is_err() {
                return;
            }
            tokio::time::sleep(PACE).await;
        }
    });
    answer(told)
}

/// A body of pieces that a task sends; the task ends when the body is dropped and it has something to say.
fn async_stream<F>(
    task: impl FnOnce(tokio::sync::mpsc::Sender<Result<Bytes, std::convert::Infallible>>) -> F,
) -> Body
where
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, pieces) = tokio::sync::mpsc::channel(1);
    tokio::spawn(task(sender));
    Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(pieces))
}

fn answer(body: Body) -> Result<Response, Problem> {
    Response::builder()
        .header(CONTENT_TYPE, "text/event-stream")
        .header(CACHE_CONTROL, "no-store")
        // Proxies that gather an answer before they hand it on are asked not to.
        .header("x-accel-buffering", "no")
        .body(body)
        .map_err(|e| Outage::new("answering with events", e).into())
}

fn too_many() -> Problem {
    problem(
        StatusCode::TOO_MANY_REQUESTS,
        "rate.watchers",
        "Too many people are watching just now; try again in a minute, or ask for the page itself.",
        "正在实时观看的人数过多,请稍后再试,或直接查询页面。",
    )
}
