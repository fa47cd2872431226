//! The front door (前台): what every act goes through, whatever it is about.
//!
//! Invariant: an [`Admitted`] act is canonical, signed by a key that may bring about its kind, for this log, on a
//! history that is ours. Everything later may rely on that.

use crate::actor::{Actor, Directory, expired};
use crate::problem::Problem;
use crate::session::Zone;
use crate::signer::Signer;
use crate::{Clock, Failure, Landed, Pen};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use facts::kind::Author;
use facts::{Act, Hex, Instant, Kind, Refusal, Seen};
use ledger::act::ActError;
use ledger::{Hash, RefusalNote};
use serde::Serialize;
use std::sync::Arc;

/// The most bytes of one act, as it stands in a request.
pub use ledger::act::MAX_ACT;

/// An act that came through the front door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The act.
    pub act: Act,
    /// Its digest.
    pub digest: Hash,
    /// Who signed it.
    pub actor: Actor,
    /// When its last byte had been received.
    pub arrived: Instant,
    /// The last instant at which what its author does may enter the log, if there is one.
    pub until: Option<Instant>,
}

/// An act that was turned away, with its digest if it was legible and signed.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Names the act in a refusal statement; `None` if nobody's signature was seen.
    pub digest: Option<Hash>,
    /// Why.
    pub failure: Failure,
}

impl From<Refusal> for Rejected {
    fn from(refusal: Refusal) -> Self {
        Self {
            digest: None,
            failure: refusal.into(),
        }
    }
}

/// The front door of one zone; cloned freely.
#[derive(Clone)]
pub struct Front {
    /// The zone: it takes acts of its own contexts only.
    pub zone: Zone,
    /// The pen, for the head and its roots.
    pub pen: Pen,
    /// Finds actors by key.
    pub directory: Directory,
    /// Signs refusals.
    pub signer: Arc<dyn Signer>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

/// What `POST /api/acts` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    /// Position of the fact.
    pub seq: u64,
    /// The log's time, milliseconds since 1970.
    pub at: i64,
    /// The receipt, a C2SP `.tlog-proof`.
    pub receipt: String,
}

impl Front {
    /// Takes an act whose last byte has just been received.
    pub async fn admit(&self, bytes: &[u8]) -> Result<Admitted, Rejected> {
        let arrived = self.clock.now();
        let act = ledger::act::read(bytes).map_err(|error| unreadable(&error))?;
        self.take(act, arrived).await
    }

    /// Takes an act that was read already.
    pub async fn take(&self, act: Act, arrived: Instant) -> Result<Admitted, Rejected> {
        let zone = Zone::of(act.kind.context());
        if zone != self.zone {
            return Err(elsewhere(&act, zone).into());
        }
        let key = self
            .directory
            .key(&act.key)
            .map_err(|error| unreadable(&error.into()))?;
        let verified = ledger::act::verify_by(self.pen.origin(), &act, &key);
        let digest = verified.map_err(|error| unreadable(&error))?;
        let checked = async {
            let actor = self.directory.author(&act.key, act.kind).await??;
            self.directory.remember(key);
            if let Author::Roles(roles) = act.kind.author() {
                actor.must(roles)?;
            }
            let until = self.until(&actor, &act).await?;
            if let (Some(account), Some(end)) = (&actor.account, until.filter(|end| arrived > *end)) {
                return Err(expired(account, end).into());
            }
            self.seen(&act.seen).await?;
            Ok::<_, Failure>((actor, until))
        };
        match checked.await {
            Ok((actor, until)) => Ok(Admitted {
                act,
                digest,
                actor,
                arrived,
                until,
            }),
            Err(failure) => Err(Rejected {
                digest: Some(digest),
                failure,
            }),
        }
    }

    /// The end of the account behind an act. Shares are given whatever has ended, as [`Directory::author`] says why.
    async fn until(&self, actor: &Actor, act: &Act) -> Result<Option<Instant>, Failure> {
        match &actor.account {
            Some(account) if act.kind != Kind::ShareGiven => Ok(self.directory.until(account).await?),
            _ => Ok(None),
        }
    }

    /// The fact that an admitted act brought about already, if it did. Ask before looking at what the act says
    /// against the present state: an act sent twice is answered twice, whatever has happened since.
    pub async fn earlier(&self, admitted: &Admitted) -> Result<Option<Landed>, Failure> {
        match self.pen.position(admitted.digest, admitted.act.seen.size).await? {
            Some(seq) => Ok(Some(self.pen.landed(seq).await?)),
            None => Ok(None),
        }
    }

    /// Whether the history the author saw is ours: a second history would show here first.
    async fn seen(&self, seen: &Seen) -> Result<(), Failure> {
        match self.pen.root(seen.size).await? {
            None => Err(ahead(seen.size, self.pen.latest().map_or(0, |latest| latest.size)).into()),
            Some(root) if root == *seen.root.bytes() => Ok(()),
            Some(root) => {
                tracing::error!(size = seen.size, ours = %Hex(root), theirs = %seen.root, "an author saw another history");
                Err(fork(seen).into())
            }
        }
    }

    /// The answer to an act: 201 with the receipt, 200 if it had landed before, or the problem with the refusal
    /// signed.
    pub async fn answer(&self, digest: Hash, landed: Result<Vec<Landed>, Failure>) -> Response {
        match self.accepted(landed).await {
            Ok((status, accepted)) => (status, Json(accepted)).into_response(),
            Err(failure) => self.turn_away(Some(digest), failure).await,
        }
    }

    /// The answer to an act that was turned away: the problem, or the receipt if the very act had landed before.
    /// What has happened since (an account revoked, a deadline passed) takes no receipt back from its author.
    pub async fn turn_away(&self, digest: Option<Hash>, failure: Failure) -> Response {
        if let (Some(digest), Failure::Refused(_)) = (digest, &failure) {
            let earlier = match self.pen.position(digest, 0).await {
                Ok(Some(seq)) => self.pen.landed(seq).await.map(Some),
                Ok(None) => Ok(None),
                Err(outage) => Err(outage),
            };
            match earlier {
                Ok(Some(landed)) => {
                    if let Ok((status, accepted)) = self.accepted(Ok(vec![landed])).await {
                        return (status, Json(accepted)).into_response();
                    }
                }
                Ok(None) => {}
                Err(outage) => return Problem::from(outage).into_response(),
            }
        }
        self.refuse(digest, failure).await.into_response()
    }

    async fn accepted(
        &self,
        landed: Result<Vec<Landed>, Failure>,
    ) -> Result<(StatusCode, Accepted), Failure> {
        let landed = landed?;
        let fact = landed
            .iter()
            .find(|fact| fact.record.actor.is_some())
            .or_else(|| landed.first());
        let Some(fact) = fact else {
            let what = "the law took the act and decided on nothing";
            return Err(crate::Outage::new("answering an act", what).into());
        };
        let status = if fact.fresh {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        Ok((
            status,
            Accepted {
                seq: fact.seq,
                at: fact.at.0,
                receipt: fact.receipt().await?,
            },
        ))
    }

    /// The problem of an act that was turned away or refused, with the signed statement if the act is known.
    pub async fn refuse(&self, digest: Option<Hash>, failure: Failure) -> Problem {
        let refusal = match failure {
            Failure::Outage(outage) => return Problem::Outage(outage),
            Failure::Refused(refusal) => refusal,
        };
        let Some(digest) = digest else {
            return refusal.into();
        };
        match self.statement(digest, &refusal).await {
            Ok(note) => Problem::from(refusal).with_statement(note),
            Err(outage) => {
                tracing::error!(%outage, "a refusal could not be signed");
                refusal.into()
            }
        }
    }

    /// The signed statement that an act was refused (拒收证明).
    pub async fn statement(&self, act: Hash, refusal: &Refusal) -> Result<String, crate::Outage> {
        let (size, root) = self.pen.latest().map_or_else(
            || (0, ledger::hash::empty_root()),
            |latest| (latest.size, latest.root),
        );
        let note = RefusalNote {
            origin: self.pen.origin().to_owned(),
            code: refusal.code.to_string(),
            act,
            at: self.clock.now(),
            size,
            root,
            sentence: refusal.en.clone(),
        };
        self.signer.refusal(&note).await
    }
}

fn unreadable(error: &ActError) -> Refusal {
    let code = match error {
        ActError::Long(_) => "act.too_large",
        ActError::Form(_) => "act.malformed",
        ActError::Key(_) => "act.key_malformed",
        ActError::Signature => "act.signature",
    };
    Refusal::new(
        code,
        format!("The act is not accepted: {error}."),
        format!("该签名操作不予接受:{error}。"),
    )
}

fn elsewhere(act: &Act, zone: Zone) -> Refusal {
    Refusal::new(
        "act.zone_not_allowed",
        format!("An act {} is taken by the zone {} only.", act.kind, zone.word()),
        format!("{} 只能向 {} 分区提交。", act.kind, zone.word()),
    )
}

fn ahead(seen: u64, ours: u64) -> Refusal {
    Refusal::new(
        "seen.ahead",
        format!(
            "The act names a log of {seen} entries, but this log has {ours}. If you saw that head here, keep its checkpoint: it shows that entries were taken back."
        ),
        format!(
            "该操作所见日志有 {seen} 条,而本日志只有 {ours} 条。若确曾在本平台见到,请保存该检查点:它证明日志曾被回退。"
        ),
    )
}

fn fork(seen: &Seen) -> Refusal {
    Refusal::new(
        "seen.fork",
        format!(
            "The act names the root {} for {} entries, but this log has another root there. If that head was signed by this log, keep its checkpoint: it shows that there are two histories.",
            seen.root, seen.size
        ),
        format!(
            "该操作所见 {} 条日志的根 {} 与本日志不符。若该检查点确由本日志签名,请保存:它证明存在两份历史。",
            seen.size, seen.root
        ),
    )
}
