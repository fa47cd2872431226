//! What the zones answer, as types: members in the order of their names, the same in the answer and in its
//! description.
//!
//! Invariant: a member that is described is the member that is sent; nothing is described by hand twice.

use crate::doors::Addresses;
use facts::body::account::Custody;
use facts::body::tender::Regime;
use facts::id::{LotId, PartId};
use facts::{AccountId, BidId, Hex, Instant, Kind, Record, Role, TenderId};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Whether the zone works.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always true: a zone that does not work answers with a problem.
    pub ok: bool,
    /// Entries in the log.
    pub size: u64,
}

/// What the platform says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformView {
    /// Whether this is a demonstration, with worthless keys and a movable clock.
    pub demo: bool,
    /// The head of the log.
    pub head: HeadView,
    /// Key that signs checkpoints, in the form of a C2SP verifier key.
    pub log_key: String,
    /// The platform's clock, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub now: Instant,
    /// Origin line of the log.
    pub origin: String,
    /// Key that signs refusals, in the form of a C2SP verifier key.
    pub refusal_key: String,
    /// Where each zone answers.
    pub zones: Addresses,
}

/// Size and root of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadView {
    /// Root of the Merkle tree (RFC 6962).
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub root: Hex<32>,
    /// Entries.
    pub size: u64,
}

/// One entry of the log and what is public of its payload.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// The entry's exact bytes: canonical JSON, hashed as they stand.
    pub entry: String,
    /// The opened payload: slots in the order of the leaves, each `{name, salt, value}` or `{leaf}`; null if nothing
    /// of it is public, or if it was erased.
    #[schema(value_type = Option<Object>)]
    pub payload: Option<Value>,
}

/// Several proofs under one checkpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofsView {
    /// C2SP `.tlog-proof` texts, in the order asked for.
    pub proofs: Vec<String>,
}

/// A consistency proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyView {
    /// Hashes of the proof (RFC 6962 2.1.2).
    #[schema(value_type = Vec<String>)]
    pub proof: Vec<Hex<32>>,
}

/// One record of a history.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordView {
    /// SHA-256 of the key that signed, or `platform`.
    pub actor: String,
    /// The log's time, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The body, as `docs/record-format.md` describes it under the kind.
    #[schema(value_type = Object)]
    pub body: Map<String, Value>,
    /// The kind of fact.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// For a fact of one's own: its receipt, a C2SP `.tlog-proof` that opens every field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Position in the log.
    pub seq: u64,
}

impl RecordView {
    /// A record as the API shows it.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self {
            actor: record
                .actor
                .map_or_else(|| "platform".to_owned(), |key| key.to_string()),
            at: record.at,
            body: record.body.members().clone(),
            kind: record.kind,
            receipt: None,
            seq: record.seq,
        }
    }
}

/// An account, as far as it is public: names and addresses of people are not.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    /// The account.
    #[schema(value_type = String)]
    pub account: AccountId,
    /// The further keys of a custodian.
    #[schema(value_type = Option<Object>)]
    pub custody: Option<Custody>,
    /// Position of its enrolment in the log: ask there for the proof, and believe that. 0 for registrars of the
    /// founding.
    pub enrolled: u64,
    /// Ed25519 public key.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub key: Hex<32>,
    /// When it was revoked.
    #[schema(value_type = Option<i64>)]
    pub revoked: Option<Instant>,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    pub roles: BTreeSet<Role>,
    /// The last instant at which it may act, if it has an end.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Instant>,
}

/// The key ceremonies.
#[derive(Debug, Serialize, ToSchema)]
pub struct CeremoniesView {
    /// Bodies of their `ceremony.called`, in the order of the calls.
    #[schema(value_type = Vec<Object>)]
    pub ceremonies: Vec<facts::body::ceremony::CeremonyCalled>,
}

/// One key ceremony.
#[derive(Debug, Serialize, ToSchema)]
pub struct CeremonyView {
    /// Its public records.
    pub records: Vec<RecordView>,
    /// What they amount to.
    pub state: CeremonyState,
}

/// Where a key ceremony stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct CeremonyState {
    /// Index of the first custodian whose step is awaited.
    pub awaited: Option<u16>,
    /// When the step comes too late and the ceremony fails.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Instant>,
    /// The phase, in a word.
    pub phase: Option<&'static str>,
}

/// The tenders.
#[derive(Debug, Serialize, ToSchema)]
pub struct TendersView {
    /// Each in short, in the order of registration.
    pub tenders: Vec<TenderSummary>,
}

/// A tender in short. Before the opening nothing in it depends on the bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenderSummary {
    /// The deadline in force (投标截止时间), suspensions counted.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The phase, in a word.
    pub phase: &'static str,
    /// Which law applies: `works` or `free`.
    #[schema(value_type = Option<String>)]
    pub regime: Option<Regime>,
    /// Hash of the rules in force: notice and addenda.
    #[schema(value_type = Option<String>)]
    pub rules: Option<Hex<32>>,
    /// Whether an order of supervision holds it up.
    pub suspended: bool,
    /// The tender.
    #[schema(value_type = Option<String>)]
    pub tender: Option<TenderId>,
    /// Its title.
    pub title: Option<String>,
}

/// One tender.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenderView {
    /// Its public records.
    pub records: Vec<RecordView>,
    /// What they amount to.
    pub state: TenderSummary,
}

/// A bidder's own bid in a tender.
#[derive(Debug, Serialize, ToSchema)]
pub struct MineView {
    /// The bid; null if the bidder has not entered the tender.
    #[schema(value_type = Option<String>)]
    pub bid: Option<BidId>,
    /// Its facts, each with its receipt.
    pub facts: Vec<RecordView>,
    /// Whether it stands: handed in and not withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// Number of its last revision, 0 before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
}

/// One envelope of a frozen list, with what a custodian needs to check and open it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EnvelopeView {
    /// The bid.
    #[schema(value_type = String)]
    pub bid: BidId,
    /// Public key of the bid.
    #[schema(value_type = String)]
    pub bid_key: Hex<32>,
    /// The bidder's own lock, committed; zeros where there is none.
    #[schema(value_type = String)]
    pub blk: Hex<32>,
    /// Tree digest of the sealed body.
    #[schema(value_type = String)]
    pub body_digest: Hex<32>,
    /// Length of the sealed body in bytes.
    pub body_length: u64,
    /// The deadline in the label.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// Hash of the envelope.
    #[schema(value_type = String)]
    pub envelope: Hex<32>,
    /// The header.
    #[schema(value_type = String)]
    pub header: Hex<128>,
    /// The key it is sealed to.
    #[schema(value_type = String)]
    pub key_id: Hex<32>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
    /// Hash of the rules that the bidder acknowledged.
    #[schema(value_type = String)]
    pub rules: Hex<32>,
    /// Position of its `bid.submitted`.
    pub seq: u64,
    /// The bid key's signature over the envelope.
    #[schema(value_type = String)]
    pub sig: Hex<64>,
    /// The envelope's id.
    #[schema(value_type = String)]
    pub submission: Hex<16>,
}

/// The result of an evaluation (评标结果).
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// Body of `evaluation.concluded`.
    #[schema(value_type = Object)]
    pub body: facts::body::evaluation::EvaluationConcluded,
    /// Its position in the log.
    pub seq: u64,
}

/// The draws of a tender.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrawsView {
    /// The draws, ascending by name.
    pub draws: Vec<DrawView>,
}

/// One draw.
#[derive(Debug, Serialize, ToSchema)]
pub struct DrawView {
    /// The draw.
    #[schema(value_type = String)]
    pub draw: facts::id::DrawId,
    /// Positions of its public facts, ascending.
    pub seqs: Vec<u64>,
    /// `frozen`, `pinned` or `completed`.
    pub state: &'static str,
}
