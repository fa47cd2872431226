//! The inbox of the registrars (注册申请收件箱): requests to be enrolled, kept beside the log until they are decided.
//!
//! Invariant: what a request says of a person is kept no longer than until it is decided, or for [`LIFE`]; it is known
//! outside by the SHA-256 of a ticket that the applicant alone holds.

use crate::Outage;
use async_trait::async_trait;
use bytes::Bytes;
use facts::time::DAY;
use facts::{AccountId, Hex, Instant};
use ledger::Hash;

/// A request, or word of what became of it, is kept for so long, in milliseconds: 14 days.
pub const LIFE: i64 = 14 * DAY;
/// Requests that wait at most.
pub const MOST: u32 = 2_000;

/// A request that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// SHA-256 of the applicant's ticket.
    pub id: Hash,
    /// The account asked for.
    pub account: AccountId,
    /// The key to be enrolled.
    pub key: Hex<32>,
    /// When it came.
    pub since: Instant,
    /// When it is forgotten.
    pub until: Instant,
    /// The body of `account.enrolled` as the applicant made it, canonical JSON.
    pub body: Bytes,
}

/// How a request was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The account was enrolled under the key of the request.
    Enrolled,
    /// A registrar declined, and said why.
    Declined,
    /// The account's name now belongs to another key.
    Taken,
}

impl Outcome {
    /// The word of it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::Declined => "declined",
            Self::Taken => "taken",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Enrolled, Self::Declined, Self::Taken]
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }
}

/// What an applicant may know of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The account asked for.
    pub account: AccountId,
    /// The key to be enrolled.
    pub key: Hex<32>,
    /// When it came.
    pub since: Instant,
    /// When this is forgotten.
    pub until: Instant,
    /// How it was decided; `None` while it waits.
    pub outcome: Option<Outcome>,
    /// What a registrar said of a request that was declined.
    pub reason: Option<String>,
}

/// Whether a request was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It waits now.
    Waiting,
    /// A request under the same key waits already.
    Already,
    /// [`MOST`] wait.
    Full,
}

/// Keeping requests to be enrolled.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps a request, durably.
    async fn ask(&self, request: &Request) -> Result<Kept, Outage>;

    /// What became of a request; `None` if there is none, or none any more.
    async fn standing(&self, id: Hash, now: Instant) -> Result<Option<Standing>, Outage>;

    /// The requests that wait, oldest first.
    async fn waiting(&self, now: Instant) -> Result<Vec<Request>, Outage>;

    /// Decides a request and erases what it said; `false` if it does not wait.
    async fn decide(&self, id: Hash, outcome: Outcome, reason: Option<&str>) -> Result<bool, Outage>;

    /// Removes a request without a trace; `false` if there is none.
    async fn discard(&self, id: Hash) -> Result<bool, Outage>;

    /// Removes what has outlived its time; how many were removed.
    async fn forget(&self, now: Instant) -> Result<u64, Outage>;
}
