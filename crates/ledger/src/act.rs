//! Acts: signed, checked, named by their digest, and written for the wire.
//!
//! Invariant: the digest covers everything the author signed and the key, so the same act sent
//! twice has one digest and two different acts never share one.

use crate::hash::{Hash, sha256};
use crate::message;
use facts::{Act, Canonical, Hex, Kind, Seen, Stream};
use seal::{PublicKey, Signature, SigningKey};
use serde::{Deserialize, Serialize};

/// The most bytes an act may have on the wire: 4 MiB.
pub const MAX_ACT: usize = 4 << 20;

/// Why an act is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The bytes are not an act in canonical JSON.
    #[error("not an act: {0}")]
    Form(#[from] facts::canonical::CanonicalError),
    /// Longer than [`MAX_ACT`].
    #[error("an act of {0} bytes, but at most 4194304 are allowed")]
    Long(usize),
    /// The key is one that verifiers would disagree about.
    #[error("the act's key is refused: {0}")]
    Key(#[from] seal::sign::KeyError),
    /// The signature is not the key's over this act.
    #[error("the act's signature does not verify under its key for this log")]
    Signature,
}

/// The bytes that the author signs, see [`message::act`].
#[must_use]
pub fn message(origin: &str, act: &Act) -> Vec<u8> {
    message::act(
        origin,
        &act.stream,
        act.kind,
        &act.body,
        act.nonce.bytes(),
        &act.seen,
    )
}

/// The digest that names an act: `SHA-256(message ‖ key)`.
#[must_use]
pub fn digest(origin: &str, act: &Act) -> Hash {
    let mut bytes = message(origin, act);
    bytes.extend_from_slice(act.key.bytes());
    sha256(&bytes)
}

/// Signs an act.
#[must_use]
pub fn sign(
    origin: &str,
    stream: Stream,
    kind: Kind,
    body: Canonical,
    nonce: [u8; 16],
    seen: Seen,
    key: &SigningKey,
) -> Act {
    let message = message::act(origin, &stream, kind, &body, &nonce, &seen);
    Act {
        stream,
        kind,
        body,
        nonce: Hex(nonce),
        seen,
        key: Hex(key.public().to_bytes()),
        sig: Hex(key.sign(&message).to_bytes()),
    }
}

/// Checks the signature by the strict rule of [`seal::sign`].
pub fn verify(origin: &str, act: &Act) -> Result<PublicKey, ActError> {
    let key = PublicKey::parse(act.key.bytes())?;
    verify_by(origin, act, &key)?;
    Ok(key)
}

/// Checks the signature as [`verify`] does and gives the [`digest`], for whoever keeps the act's key read: reading a
/// key costs as much as checking a signature.
pub fn verify_by(origin: &str, act: &Act, key: &PublicKey) -> Result<Hash, ActError> {
    if key.as_bytes() != act.key.bytes() {
        return Err(ActError::Signature);
    }
    let mut bytes = message(origin, act);
    key.verify(&bytes, &Signature(*act.sig.bytes()))
        .map_err(|_| ActError::Signature)?;
    bytes.extend_from_slice(act.key.bytes());
    Ok(sha256(&bytes))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    body: serde_json::Map<String, serde_json::Value>,
    key: Hex<32>,
    kind: Kind,
    nonce: Hex<16>,
    seen: Seen,
    sig: Hex<64>,
    stream: Stream,
}

/// The act as canonical JSON, for `POST /api/acts`.
pub fn write(act: &Act) -> Result<Vec<u8>, ActError> {
    let wire = Wire {
        body: act.body.members().clone(),
        key: act.key,
        kind: act.kind,
        nonce: act.nonce,
        seen: act.seen,
        sig: act.sig,
        stream: act.stream.clone(),
    };
    Ok(Canonical::of(&wire)?.to_bytes())
}

/// Reads an act from its canonical JSON; the signature is not looked at.
pub fn read(bytes: &[u8]) -> Result<Act, ActError> {
    if bytes.len() > MAX_ACT {
        return Err(ActError::Long(bytes.len()));
    }
    let wire: Wire = Canonical::parse(bytes)?.read()?;
    Ok(Act {
        stream: wire.stream,
        kind: wire.kind,
        body: Canonical::new(wire.body)?,
        nonce: wire.nonce,
        seen: wire.seen,
        key: wire.key,
        sig: wire.sig,
    })
}
