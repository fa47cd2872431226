//! The opening hall (开标大厅): an opening as it happens, for everybody, and the same for a wall display.
//!
//! Invariant: what the server writes here are public facts of the tender in their order; the script that goes on live
//! folds the same facts, so that whoever comes late, or has no script and reloads, sees the same hall.

use crate::doors::Doors;
use crate::pages::public::board::Notice;
use crate::pages::public::tender::posted;
use crate::pages::public::told::Told;
use crate::pages::public::words;
use crate::pages::{Layout, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::ceremony::Member;
use facts::body::opening::{OpenedPart, OpeningRecorded, Unopened};
use facts::id::StageId;
use facts::{AccountId, TenderId};
use std::sync::Arc;

/// The pages; in the procurement zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/hall/{tender}", get(hall))
        .route("/hall/{tender}/screen", get(screen))
}

/// A stage with the custodians of its key.
struct Holders {
    stage: StageId,
    /// Shares needed to open.
    k: u16,
    members: Vec<Member>,
}

#[derive(Template)]
#[template(path = "hall/hall.html")]
struct Hall {
    l: Layout,
    notice: Arc<Notice>,
    holders: Vec<Holders>,
    /// Whether it is for a wall display: nothing to press, large letters.
    is_wall: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand arguments over by reference, and call methods"
)]
impl Hall {
    fn told(&self) -> &Told {
        &self.notice.told
    }

    fn phase(&self) -> &'static str {
        let (zh, en) = words::phase(self.notice.phase);
        self.l.say(zh, en)
    }

    fn rows<'a>(&self, recorded: &'a OpeningRecorded) -> Vec<(&'a AccountId, &'a OpenedPart)> {
        Told::rows(recorded)
    }

    fn cause(&self, unopened: &Unopened) -> &'static str {
        let (zh, en) = words::cause(unopened.cause);
        self.l.say(zh, en)
    }

    /// Account of the person who looks; empty for a stranger.
    fn account(&self) -> String {
        let caller = self.l.caller.as_ref();
        caller
            .map(|caller| caller.account.to_string())
            .unwrap_or_default()
    }

    /// Roles of the person who looks, with spaces between.
    fn roles(&self) -> String {
        let roles = self.l.caller.iter().flat_map(|caller| &caller.roles);
        let words: Vec<&str> = roles.map(|role| role.word()).collect();
        words.join(" ")
    }

    /// Shares that open a stage; `None` where its key is not known.
    fn needed(&self, stage: &StageId) -> Option<u16> {
        let of = self.holders.iter().find(|of| of.stage == *stage);
        of.map(|of| of.k)
    }

    /// The custodian of an index in a stage, by account.
    fn holder(&self, stage: &StageId, index: &u16) -> &str {
        let of = self.holders.iter().find(|of| of.stage == *stage);
        let mut members = of.iter().flat_map(|of| &of.members);
        let member = members.find(|member| member.index == *index);
        member.map_or("", |member| member.account.as_str())
    }
}

async fn hall(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    shown(&made(&doors, l, &tender, false).await?)
}

async fn screen(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    shown(&made(&doors, l, &tender, true).await?)
}

async fn made(doors: &Doors, l: Layout, tender: &TenderId, is_wall: bool) -> Result<Hall, Problem> {
    let notice = posted(doors, tender).await?;
    let mut holders = Vec::with_capacity(notice.told.keys.len());
    for fact in &notice.told.keys {
        if let Some(card) = doors.card(&fact.body.ceremony, &fact.body.key_id).await? {
            holders.push(Holders {
                stage: fact.body.stage.clone(),
                k: card.k,
                members: card.members,
            });
        }
    }
    Ok(Hall {
        l,
        notice,
        holders,
        is_wall,
    })
}
