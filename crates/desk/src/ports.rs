//! Ports: the few verbs that desks need of the world outside.
//!
//! Reading and appending are separate traits, so that a zone which may only read cannot be given more.

use crate::Mark;
use async_trait::async_trait;
use bytes::Bytes;
use facts::{Instant, Record, Stream};
use std::path::PathBuf;

/// Something outside failed; shown to nobody, logged once.
#[derive(Debug, thiserror::Error)]
#[error("{context}: {source}")]
pub struct Outage {
    /// What was being done.
    pub context: &'static str,
    /// The cause.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Outage {
    /// An outage with its cause.
    pub fn new(context: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            context,
            source: source.into(),
        }
    }
}

/// The time of day; the only way to learn it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;
}

/// Randomness; the only way to draw it.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// Thirty-two unpredictable bytes.
    fn seed(&self) -> [u8; 32] {
        let mut seed = [0; 32];
        self.fill(&mut seed);
        seed
    }
}

/// Reading the log.
#[async_trait]
pub trait ReadLog: Send + Sync {
    /// The head: size, leaf hash and time of the last entry, root of the tree.
    async fn head(&self) -> Result<ledger::Head, Outage>;

    /// The records of one stream from position `from` on, in order. An erased record keeps its
    /// place with an empty body.
    async fn history(&self, stream: &Stream, from: u64) -> Result<Vec<Record>, Outage>;

    /// The records of the whole log from `from` on, in order, at most `limit`.
    async fn records(&self, from: u64, limit: u32) -> Result<Vec<Record>, Outage>;

    /// The decisions of complaints (`complaint.decided`) of all tenders below position `before`, the newest first, at
    /// most `limit`.
    async fn decisions(&self, before: u64, limit: u32) -> Result<Vec<Record>, Outage>;

    /// The exact entry bytes from `from` on, in order, at most `limit`.
    async fn entries(&self, from: u64, limit: u32) -> Result<Vec<Bytes>, Outage>;

    /// The committed payload of an entry; `None` if erased or beyond the head.
    async fn payload(&self, seq: u64) -> Result<Option<ledger::Payload>, Outage>;

    /// The position of the fact that an act (by its digest) brought about.
    async fn position(&self, act: [u8; 32]) -> Result<Option<u64>, Outage>;

    /// `width` hashes of the tile, if the tree is that large; for complete and partial tiles.
    async fn tile(&self, level: u8, index: u64, width: u16) -> Result<Option<Bytes>, Outage>;

    /// Names of the streams that begin with `prefix` (e.g. `tender/`), ascending by first entry,
    /// after the stream `after` if given, at most `limit`.
    async fn streams(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<Stream>, Outage>;

    /// The value of a mark.
    async fn mark(&self, name: &str, key: &str) -> Result<Option<String>, Outage>;

    /// The kept checkpoint note of the greatest size not above `size`.
    async fn checkpoint(&self, size: u64) -> Result<Option<(u64, String)>, Outage>;
}

/// One entry on its way into the log.
#[derive(Debug, Clone)]
pub struct Row {
    /// Position.
    pub seq: u64,
    /// Time of the entry.
    pub at: Instant,
    /// The entry's bytes.
    pub entry: Bytes,
    /// Its leaf hash.
    pub leaf: [u8; 32],
    /// The stream, also of confidential facts.
    pub stream: Stream,
    /// The fact's name, also of confidential facts.
    pub kind: facts::Kind,
    /// The payload with its salts, as `ledger::Payload::to_bytes`.
    pub payload: Bytes,
    /// Digest of the act that brought it about.
    pub act: Option<[u8; 32]>,
    /// Marks it leaves.
    pub marks: Vec<Mark>,
}

/// Why a batch was not appended. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another writer was first: a position, an act or a mark is taken. Read the head again.
    #[error("another writer was first")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Appending to the log.
#[async_trait]
pub trait AppendLog: ReadLog {
    /// Appends the rows and complete tiles `(level, index, 8192 bytes)` in one durable
    /// transaction: all or nothing, compare-and-append on the position.
    async fn append(&self, rows: &[Row], tiles: &[(u8, u64, Bytes)]) -> Result<(), AppendError>;

    /// Which of these marks (name, key) exist already.
    async fn taken(&self, marks: &[(&str, &str)]) -> Result<Vec<(String, String)>, Outage>;

    /// Keeps a checkpoint note.
    async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), Outage>;

    /// Deletes the payload of an entry (erasure); its entry stays.
    async fn erase(&self, seq: u64) -> Result<(), Outage>;
}

/// What an upload is for, and so by which digest it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A sealed body, known by its tree digest (seal's SPEC).
    Body,
    /// A document, known by its SHA-256.
    Document,
}

/// How far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Bytes durably received.
    pub offset: u64,
    /// Bytes announced.
    pub length: u64,
    /// What it is for.
    pub content: Content,
    /// The account that uploads.
    pub owner: facts::AccountId,
    /// The digest, once complete.
    pub digest: Option<[u8; 32]>,
    /// When something last arrived, by the clock of the file system.
    pub touched: Instant,
}

/// What a part of an upload must add up to, or nothing of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    /// SHA-1: it finds what went wrong on the way, not what somebody changed on purpose.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
}

/// Why an upload cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No such upload or object.
    #[error("there is no such upload")]
    Unknown,
    /// The offset does not follow what was received.
    #[error("{expected} bytes were received so far, the part starts at {found}")]
    Offset {
        /// Where the next part must start.
        expected: u64,
        /// Where it started.
        found: u64,
    },
    /// More bytes than announced.
    #[error("more than the {0} bytes announced")]
    TooLong(u64),
    /// The part is not what its sender says; nothing of it was kept.
    #[error("the part does not have its checksum; {0} bytes were received before it")]
    Checksum(u64),
    /// The connection broke; what arrived is kept.
    #[error("the connection broke after {0} bytes")]
    Broken(u64),
    /// The store failed.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Keeping sealed bodies and documents: content-addressed, written once, streamed.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Announces an upload and gives it an unguessable id.
    async fn begin(
        &self,
        owner: &facts::AccountId,
        content: Content,
        length: u64,
    ) -> Result<String, VaultError>;

    /// How far an upload has come.
    async fn progress(&self, id: &str) -> Result<Progress, VaultError>;

    /// Receives bytes at an offset, durably, in constant memory. Completing the length computes
    /// the digest and moves the bytes to their place in the vault.
    async fn receive(
        &self,
        id: &str,
        offset: u64,
        bytes: futures_util::stream::BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<Progress, VaultError> {
        self.receive_part(id, offset, None, bytes).await
    }

    /// The same; of a part with a checksum everything is kept or nothing.
    async fn receive_part(
        &self,
        id: &str,
        offset: u64,
        checksum: Option<Checksum>,
        bytes: futures_util::stream::BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<Progress, VaultError>;

    /// Forgets an upload. What was finished is gone from then on for whoever began it; its bytes go when it is certain
    /// that no fact names them.
    async fn abandon(&self, id: &str) -> Result<(), VaultError>;

    /// A fact names what was uploaded under this id: it stays for good.
    async fn keep(&self, id: &str) -> Result<(), Outage>;

    /// Length of a complete object, if it is here.
    async fn length(&self, content: Content, digest: [u8; 32]) -> Result<Option<u64>, Outage>;

    /// The file that holds a complete object.
    async fn path(&self, content: Content, digest: [u8; 32]) -> Result<Option<PathBuf>, Outage>;

    /// Where the plaintext of that name lies, or will lie once the opening worker has written it: in a
    /// folder beside the vault that only the platform's own account can read.
    async fn opened(&self, name: &str) -> Result<PathBuf, Outage>;
}
