//! Integrity (存证): entry, chain, Merkle tree, checkpoint, proofs, receipt, disclosure, audit.
//!
//! Bytes in, bytes out: the formats are in this crate's SPEC.md, so that an outsider can build the
//! same in another language.
//! Invariant: no I/O, no clock, no ambient randomness; an entry is its exact bytes, and whatever
//! is parsed here is refused unless it is the one canonical spelling of what it says.

pub mod act;
pub mod audit;
pub mod bundle;
pub mod ceremony;
pub mod chain;
pub mod checkpoint;
pub mod disclosure;
pub mod entry;
pub mod hash;
pub mod message;
pub mod note;
pub mod payload;
pub mod proof;
pub mod prove;
pub mod receipt;
pub mod record;
pub mod refusal_note;
mod scan;
pub mod skim;
pub mod tile_set;
pub mod tiles;
pub mod tree;
pub mod vkey;

pub use act::{ActError, digest as act_digest};
pub use chain::{Chain, Head, LinkError, Linked, entry_of};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use disclosure::{OpenError, OpenedPayload, Slot};
pub use entry::{Actor, Entry, EntryError};
pub use hash::{Hash, ZERO, leaf_hash, node_hash};
pub use message::{list_hash, rules_hash};
pub use note::{Note, NoteError};
pub use payload::{Field, Payload, PayloadError};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use receipt::{Receipt, ReceiptError};
pub use record::{Fields, RecordError, act_of, record_of};
pub use refusal_note::RefusalNote;
pub use skim::Skim;
pub use tile_set::TileSet;
pub use tiles::{BundleId, TileId};
pub use tree::{CompletedTile, Tree};
pub use vkey::{NoteSigner, VerifierKey, VkeyError};
