//! Secrecy: envelopes, custodians' shares, key ceremony, partial openings and proofs, signatures, key files.
//!
//! Everything here is a function of its arguments: bytes in, bytes out.
//! There is no file, no socket, no clock and no ambient randomness in this crate; whoever needs chance passes
//! a generator.
//! The formats are written down in `SPEC.md` beside this crate, completely enough to be built again in another
//! language, and the vectors under `tests/vectors` hold the worked values.

pub mod base16;
pub mod dleq;
pub mod group;
pub mod hash;
pub mod header;
pub mod kem;
pub mod label;
pub mod lp;
pub mod oracle;
pub mod sign;
pub mod suite;

pub use group::{Point, Scalar, SecretScalar};
pub use header::Header;
pub use label::Label;
pub use lp::lp;
pub use sign::{PublicKey, Signature, SigningKey};
pub use suite::Suite;
