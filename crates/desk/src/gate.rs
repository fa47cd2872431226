//! The gate (门禁): signing in by an answered challenge, and the extractor that tells a handler who calls.
//!
//! Invariant: a [`Caller`] exists only where a living session of this zone and a living account stand behind it; its
//! roles are those of the log now, not those of the sign-in.

pub mod cookie;

use crate::actor::{Directory, expired, lacking};
use crate::problem::Problem;
use crate::session::{CHALLENGE, LIFE, Session, Sessions, Zone};
use crate::{Clock, Entropy, Failure};
use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use facts::kind::Author;
use facts::{AccountId, Hex, Instant, Refusal, Role};
use ledger::hash::sha256;
use seal::{PublicKey, Signature};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that signing in needs; cloned freely, one per zone.
#[derive(Clone)]
pub struct Gate {
    /// The zone it guards.
    pub zone: Zone,
    /// The log's origin, part of what is signed.
    pub origin: Arc<str>,
    /// Finds accounts by key.
    pub directory: Directory,
    /// Where sessions are kept.
    pub sessions: Arc<dyn Sessions>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Where challenges and tokens come from.
    pub entropy: Arc<dyn Entropy>,
}

/// What `POST /api/session/challenge` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Challenge {
    /// Thirty-two random bytes, good for two minutes and one answer.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub challenge: Hex<32>,
}

/// What `POST /api/session` takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's public key.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub key: Hex<32>,
    /// The challenge answered.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub challenge: Hex<32>,
    /// Ed25519 signature over `LP("kaibiao/session/v1", origin, zone, challenge)`.
    #[schema(value_type = String, pattern = "^[0-9a-f]{128}$")]
    pub sig: Hex<64>,
}

/// What `POST /api/session` answers.
#[derive(Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SignedIn {
    /// The bearer token; told once and stored nowhere but by the client. Left out where it is set as a cookie.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$", required = false)]
    pub token: Hex<32>,
    /// The account.
    #[schema(value_type = String)]
    pub account: AccountId,
    /// Its roles.
    #[schema(value_type = Vec<String>)]
    pub roles: BTreeSet<Role>,
    /// When the session ends in any case, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub expires: Instant,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({} until {})", self.account, self.expires)
    }
}

/// Who calls: a signed-in account in this zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Its roles now.
    pub roles: BTreeSet<Role>,
    /// The last instant at which it may act, if it has an end.
    pub until: Option<Instant>,
    /// The zone.
    pub zone: Zone,
    token: Hash,
}

type Hash = ledger::Hash;

impl Caller {
    /// Refuses a caller without the role.
    pub fn must(&self, role: Role) -> Result<&AccountId, Refusal> {
        self.must_any(&[role])
    }

    /// Refuses a caller with none of the roles.
    pub fn must_any(&self, roles: &[Role]) -> Result<&AccountId, Refusal> {
        if roles.iter().any(|role| self.is(*role)) {
            Ok(&self.account)
        } else {
            Err(lacking(roles))
        }
    }

    /// Whether the caller holds the role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

impl Gate {
    /// Gives out a challenge.
    pub async fn challenge(&self) -> Result<Challenge, Failure> {
        let now = self.clock.now();
        let challenge = self.entropy.seed();
        let expires = now.plus(CHALLENGE);
        if !self
            .sessions
            .challenge(sha256(&challenge), self.zone, expires, now)
            .await?
        {
            return Err(busy().into());
        }
        Ok(Challenge {
            challenge: Hex(challenge),
        })
    }

    /// Opens a session for whoever signed the challenge. All refusals read alike, so that nobody learns from them
    /// whether a key is enrolled.
    pub async fn sign_in(&self, answer: &SignIn) -> Result<SignedIn, Failure> {
        let now = self.clock.now();
        let zone = self
            .sessions
            .answer(sha256(answer.challenge.bytes()), now)
            .await?;
        let message = ledger::message::session(&self.origin, self.zone.word(), answer.challenge.bytes());
        let signed = PublicKey::parse(answer.key.bytes())
            .is_ok_and(|key| key.verify(&message, &Signature(*answer.sig.bytes())).is_ok());
        let actor = self
            .directory
            .actor(&answer.key, Author::Roles(&Role::ALL))
            .await?;
        let (Some(zone), true, Ok(actor)) = (zone, signed, actor) else {
            return Err(refused().into());
        };
        let Some(account) = actor.account.filter(|_| zone == self.zone) else {
            return Err(refused().into());
        };
        // Told to the holder of the key alone: the signature was good.
        if let Some(until) = self.directory.until(&account).await?.filter(|until| now > *until) {
            return Err(expired(&account, until).into());
        }
        let token = self.entropy.seed();
        let expires = now.plus(LIFE);
        let session = Session {
            account: account.clone(),
            zone,
            expires,
            used: now,
        };
        if !self.sessions.begin(sha256(&token), session, now).await? {
            return Err(busy().into());
        }
        Ok(SignedIn {
            token: Hex(token),
            account,
            roles: actor.roles,
            expires,
        })
    }

    /// Ends the caller's session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Failure> {
        Ok(self.sessions.end(caller.token).await?)
    }

    /// The caller behind a bearer token.
    pub async fn caller(&self, token: &Hex<32>) -> Result<Caller, Failure> {
        // Looked up by its hash: how long that takes tells nothing of the token.
        let hash = sha256(token.bytes());
        let session = self
            .sessions
            .find(hash, self.clock.now())
            .await?
            .filter(|session| session.zone == self.zone);
        let Some(session) = session else {
            return Err(missing().into());
        };
        let until = self.directory.until(&session.account).await?;
        let roles = self.directory.roles(&session.account).await?;
        let now = self.clock.now();
        let Some(roles) = roles.filter(|_| until.is_none_or(|until| now <= until)) else {
            self.sessions.end(hash).await?;
            return Err(missing().into());
        };
        Ok(Caller {
            account: session.account,
            until,
            roles,
            zone: session.zone,
            token: hash,
        })
    }
}

/// What came with a request to name a session.
enum Shown {
    Bearer(Result<Hex<32>, Refusal>),
    Cookie(Hex<32>),
}

/// The header, else the cookie of the zone.
fn shown(parts: &Parts, zone: Zone) -> Option<Shown> {
    let in_cookie = || cookie::token(&parts.headers, zone).map(Shown::Cookie);
    bearer(parts).map(Shown::Bearer).or_else(in_cookie)
}

fn bearer(parts: &Parts) -> Option<Result<Hex<32>, Refusal>> {
    let value = parts.headers.get(AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    Some(token.and_then(|token| Hex::parse(token).ok()).ok_or_else(missing))
}

impl<S> FromRequestParts<S> for Caller
where
    Gate: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let gate = Gate::from_ref(state);
        let token = match shown(parts, gate.zone) {
            None => return Err(missing().into()),
            Some(Shown::Bearer(token)) => token?,
            Some(Shown::Cookie(token)) => token,
        };
        Ok(gate.caller(&token).await?)
    }
}

impl<S> OptionalFromRequestParts<S> for Caller
where
    Gate: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        let gate = Gate::from_ref(state);
        match shown(parts, gate.zone) {
            None => Ok(None),
            Some(Shown::Bearer(token)) => Ok(Some(gate.caller(&token?).await?)),
            // A browser goes on sending a cookie whose session has ended: that is nobody, not a mistake.
            Some(Shown::Cookie(token)) => match gate.caller(&token).await {
                Ok(caller) => Ok(Some(caller)),
                Err(Failure::Refused(_)) => Ok(None),
                Err(outage @ Failure::Outage(_)) => Err(outage.into()),
            },
        }
    }
}

fn missing() -> Refusal {
    Refusal::new(
        "session.missing",
        "There is no session behind this request, or it has ended; sign in again.",
        "没有有效会话或会话已结束,请重新登录。",
    )
}

fn refused() -> Refusal {
    Refusal::new(
        "session.refused",
        "Signing in was refused: the challenge must be fresh and signed for this zone by the key of an account.",
        "登录被拒绝:须在有效期内,由账户密钥对本分区的质询签名。",
    )
}

fn busy() -> Refusal {
    Refusal::new(
        "session.busy",
        "Too many sessions are open; try again in a minute.",
        "会话过多,请稍后再试。",
    )
}
