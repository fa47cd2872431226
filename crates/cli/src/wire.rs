//! What the platform's HTTP API says, as far as people's machines read it.

use facts::{Bytes, Hex, Instant, Role};
use serde::{Deserialize, Serialize};

/// `GET /api/platform`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Platform {
    /// Whether this is a demonstration.
    pub demo: bool,
    /// The log's head as the server says it.
    pub head: Head,
    /// The checkpoint key (vkey).
    pub log_key: String,
    /// The server's clock.
    pub now: Instant,
    /// The log's origin.
    pub origin: String,
    /// The key that signs refusals (vkey).
    pub refusal_key: String,
    /// Addresses of the zones.
    pub zones: Zones,
}

/// Size and root of the log.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Head {
    /// Root.
    pub root: Hex<32>,
    /// Entries.
    pub size: u64,
}

/// Where each zone answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Zones {
    /// Evaluation.
    pub evaluation: String,
    /// Procurement and the public.
    pub procurement: String,
    /// Supervision.
    pub supervision: String,
}

/// `POST /api/session`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who signed in.
    pub account: String,
    /// Until when the token works.
    pub expires: Instant,
    /// The account's roles.
    pub roles: Vec<Role>,
    /// The bearer token.
    pub token: String,
}

/// `POST /api/acts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// Time of the entry.
    pub at: Instant,
    /// The receipt, a `.tlog-proof` file.
    pub receipt: String,
    /// Position.
    pub seq: u64,
}

/// One public record of a history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordView {
    /// Fingerprint of the acting key, or `platform`.
    pub actor: String,
    /// Time of the entry.
    pub at: Instant,
    /// The body.
    pub body: serde_json::Value,
    /// The kind.
    pub kind: String,
    /// Position.
    pub seq: u64,
}

/// `GET /api/tenders/{id}` and `GET /api/ceremonies/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HistoryView {
    /// The public records, in order.
    pub records: Vec<RecordView>,
    /// What they amount to.
    pub state: serde_json::Value,
}

/// One element of `GET /api/tenders/{id}/envelopes/{stage}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnvelopeView {
    /// The bid.
    pub bid: String,
    /// Public key of the bid.
    pub bid_key: Hex<32>,
    /// Bidder's own lock, committed.
    pub blk: Hex<32>,
    /// Digest of the sealed body.
    pub body_digest: Hex<32>,
    /// Length of the sealed body.
    pub body_length: u64,
    /// The deadline in the label.
    pub closes_at: Instant,
    /// Hash of the envelope.
    pub envelope: Hex<32>,
    /// The header.
    pub header: Bytes,
    /// The key it is sealed to.
    pub key_id: Hex<32>,
    /// The lot.
    pub lot: String,
    /// The part.
    pub part: String,
    /// The rules acknowledged.
    pub rules: Hex<32>,
    /// Position of the `bid.submitted` fact.
    pub seq: u64,
    /// The bid key's signature over the envelope hash.
    pub sig: Bytes,
    /// The envelope.
    pub submission: Hex<16>,
}

/// RFC 9457.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Problem {
    /// Stable code.
    #[serde(default)]
    pub code: String,
    /// The sentence in English.
    #[serde(default)]
    pub detail: String,
    /// Operation id, to name when asking for help.
    #[serde(default)]
    pub operation: String,
    /// The signed refusal statement.
    #[serde(default)]
    pub refusal: Option<String>,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// The sentence in Chinese.
    #[serde(default)]
    pub zh: String,
}
