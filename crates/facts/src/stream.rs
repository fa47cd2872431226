//! Streams: the subject of a fact, one history each.

use crate::id::{AccountId, CeremonyId, IdError, PoolId, TenderId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The thing whose history a fact belongs to; written `word/id` (or `platform`, or `rules`, alone).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// The platform itself.
    Platform,
    /// The rules of supervision, whose versions concern every tender.
    Rules,
    /// One account.
    Account(AccountId),
    /// One key ceremony.
    Ceremony(CeremonyId),
    /// One tender, with its bids and its opening.
    Tender(TenderId),
    /// The evaluation of one tender.
    Evaluation(TenderId),
    /// One pool of experts.
    Pool(PoolId),
    /// The supervision of one tender.
    Supervision(TenderId),
}

/// Why a text names no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// The word before the slash is unknown.
    #[error(
        "{0:?} names no stream: expected platform, rules, account/…, ceremony/…, tender/…, evaluation/…, pool/… or supervision/…"
    )]
    Word(String),
    /// The id after the slash is malformed.
    #[error(transparent)]
    Id(#[from] IdError),
}

impl Stream {
    /// Reads a stream name.
    pub fn parse(text: &str) -> Result<Self, StreamError> {
        if text == "platform" {
            return Ok(Self::Platform);
        }
        if text == "rules" {
            return Ok(Self::Rules);
        }
        match text.split_once('/') {
            Some(("account", id)) => Ok(Self::Account(AccountId::parse(id)?)),
            Some(("ceremony", id)) => Ok(Self::Ceremony(CeremonyId::parse(id)?)),
            Some(("tender", id)) => Ok(Self::Tender(TenderId::parse(id)?)),
            Some(("evaluation", id)) => Ok(Self::Evaluation(TenderId::parse(id)?)),
            Some(("pool", id)) => Ok(Self::Pool(PoolId::parse(id)?)),
            Some(("supervision", id)) => Ok(Self::Supervision(TenderId::parse(id)?)),
            _ => Err(StreamError::Word(text.chars().take(80).collect())),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Rules => f.write_str("rules"),
            Self::Account(id) => write!(f, "account/{id}"),
            Self::Ceremony(id) => write!(f, "ceremony/{id}"),
            Self::Tender(id) => write!(f, "tender/{id}"),
            Self::Evaluation(id) => write!(f, "evaluation/{id}"),
            Self::Pool(id) => write!(f, "pool/{id}"),
            Self::Supervision(id) => write!(f, "supervision/{id}"),
        }
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
