//! What custodians and everybody may see of an opening: the envelopes of a frozen list, opened bodies.
//!
//! Invariant: an envelope is shown from the freezing of its list on, a body only once it is opened and its part is
//! public.

use crate::doors::Doors;
use crate::zones::files::send;
use crate::zones::problem::not_found;
use crate::zones::shapes::EnvelopeView;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::Problem;
use desk::ports::Content;
use facts::body::opening::{Cause, Unopened};
use facts::id::StageId;
use facts::{Hex, TenderId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of openings.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new()
        .routes(routes!(envelopes))
        .routes(routes!(body))
}

/// The envelopes of a frozen list (开标名单)
///
/// Everything a custodian needs to check what it is asked to open; there from `list.frozen` on.
#[utoipa::path(
    get, path = "/api/tenders/{tender}/envelopes/{stage}", tag = "opening",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("stage" = String, Path, description = "The stage"),
    ),
    responses((status = 200, body = Vec<EnvelopeView>))
)]
async fn envelopes(
    State(doors): State<Doors>,
    Path((tender, stage)): Path<(TenderId, StageId)>,
) -> Result<Json<Vec<EnvelopeView>>, Problem> {
    let known = doors.tender(&tender).await?;
    let opening = known.openings.get(&stage).ok_or_else(|| {
        not_found(
            "list.unknown",
            format!("The list of {tender}, stage {stage}, is not frozen yet."),
            format!("招标项目 {tender} 阶段 {stage} 的开标名单尚未形成。"),
        )
    })?;
    let mut list = Vec::with_capacity(opening.frozen.envelopes.len());
    for listed in &opening.frozen.envelopes {
        let Some(bid) = known.bids.get(&listed.bid) else {
            continue;
        };
        let Some(submitted) = bid.submissions.iter().find(|s| s.seq == listed.seq) else {
            continue;
        };
        let envelope = submitted
            .body
            .envelopes
            .iter()
            .find(|e| e.submission == listed.submission);
        let Some(envelope) = envelope else { continue };
        list.push(EnvelopeView {
            bid: listed.bid.clone(),
            bid_key: bid.key,
            blk: envelope.blk,
            body_digest: envelope.body_digest,
            body_length: envelope.body_length,
            closes_at: known.closes_at(&submitted.body.rules),
            envelope: listed.envelope,
            header: envelope.header,
            key_id: envelope.key_id,
            lot: envelope.lot.clone(),
            part: envelope.part.clone(),
            rules: submitted.body.rules,
            seq: listed.seq,
            sig: envelope.sig,
            submission: listed.submission,
        });
    }
    Ok(Json(list))
}

/// A sealed body, once it is opened and its part is public
#[utoipa::path(
    get, path = "/api/tenders/{tender}/bodies/{submission}", tag = "opening", operation_id = "sealed_body",
    params(
        ("tender" = String, Path, description = "The tender"),
        ("submission" = String, Path, description = "The envelope's id"),
    ),
    responses((status = 200, description = "The sealed bytes", content_type = "application/octet-stream", body = Vec<u8>))
)]
async fn body(
    State(doors): State<Doors>,
    Path((tender, submission)): Path<(TenderId, Hex<16>)>,
) -> Result<Response, Problem> {
    let state = doors.tender(&tender).await?;
    let absent = || {
        not_found(
            "body.unknown",
            format!("{tender} shows no opened public envelope {submission}."),
            format!("招标项目 {tender} 没有已公开的信封 {submission}。"),
        )
    };
    let digest = public_bodies(&state)
        .into_iter()
        .find(|(id, _)| *id == submission)
        .ok_or_else(absent)?
        .1;
    send(&doors, Content::Body, digest.0, None)
        .await?
        .ok_or_else(absent)
}

/// The sealed bodies that anybody may have: parts that are not for the panel alone, of recorded stages, which
/// were opened or must be shown to be the bidder's own bad envelope. What stays closed stays with the platform.
#[must_use]
pub fn public_bodies(state: &procure::State) -> Vec<(Hex<16>, Hex<32>)> {
    let mut bodies = Vec::new();
    for (opening, recorded) in state
        .openings
        .values()
        .filter_map(|o| Some((o, o.recorded.as_ref()?)))
    {
        for part in recorded.body.bids.iter().flat_map(|bid| &bid.parts) {
            let is_panels = state
                .part(&part.part)
                .is_none_or(|(_, known)| !known.role.is_public());
            let is_bad = |unopened: &Unopened| unopened.cause == Cause::BidderBadEnvelope;
            if is_panels || !part.unopened.as_ref().is_none_or(is_bad) {
                continue;
            }
            let listed = opening
                .frozen
                .envelopes
                .iter()
                .find(|listed| listed.submission == part.submission);
            let bid = listed.and_then(|listed| Some((listed, state.bids.get(&listed.bid)?)));
            let Some((listed, bid)) = bid else { continue };
            let submitted = bid.submissions.iter().filter(|s| s.seq == listed.seq);
            let mut envelopes = submitted.flat_map(|s| &s.body.envelopes);
            if let Some(envelope) = envelopes.find(|e| e.submission == part.submission) {
                bodies.push((part.submission, envelope.body_digest));
            }
        }
    }
    bodies
}
