//! Secrecy: envelopes, custodians' shares, key ceremony, partial openings and proofs, signatures, key files.
//!
//! Everything here is a function of its arguments: bytes in, bytes out.
//! There is no file, no socket, no clock and no ambient randomness in this crate; whoever needs chance passes
//! a generator.
//! The formats are written down in `SPEC.md` beside this crate, completely enough to be built again in another
//! language, and the vectors under `tests/vectors` hold the worked values.

pub mod base16;
pub mod body_hash;
pub mod cob256;
pub mod combine;
pub mod custodian;
pub mod dkg;
pub mod dleq;
pub mod draw;
pub mod envelope;
pub mod group;
pub mod hash;
pub mod header;
pub mod heartbeat;
pub mod kem;
pub mod keyfile;
pub mod label;
pub mod lp;
pub mod open;
pub mod oracle;
pub mod pad;
pub mod partial;
pub mod pop;
pub mod sign;
pub mod stream;
pub mod suite;
pub mod treehash;

pub use body_hash::{BodyHasher, body_digest};
pub use combine::{CombineError, combine};
pub use custodian::CustodianSeed;
pub use envelope::{EnvelopeSealer, Sealed, envelope_hash};
pub use group::{Point, Scalar, SecretScalar};
pub use header::{Header, HeaderError};
pub use kem::{derive_key, seal_kem};
pub use label::{Label, blk};
pub use lp::lp;
pub use open::{OpenError, Opening};
pub use partial::{Partial, PartialError, Target, partial_open, verify_partial};
pub use sign::{PublicKey, Signature, SigningKey};
pub use suite::Suite;
pub use treehash::{TreeHasher, root_of_leaves, segment_leaf};
