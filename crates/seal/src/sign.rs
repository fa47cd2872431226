//! Ed25519 (RFC 8032) with one rule of verification for everybody.
//!
//! Invariant: a [`PublicKey`] is canonical, not of small order and free of torsion, and signatures are checked
//! without cofactor and with a refusal of small-order R. What is accepted here is accepted by every laxer
//! verifier too (OpenSSL, Go, browsers), so nobody can sign something that only some tools believe.

use ed25519_dalek::{SECRET_KEY_LENGTH, Signer, VerifyingKey};
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

use crate::base16::{self, HexError};
use crate::hash::sha256;

/// Why 32 bytes are not accepted as a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a point of the curve.
    #[error("the public key is not a point of the curve")]
    NotAPoint,
    /// The same point has another, canonical encoding.
    #[error("the public key is not the canonical encoding of its point")]
    NotCanonical,
    /// The point's order divides 8: everybody can sign for it.
    #[error("the public key has small order: anybody can sign for it")]
    SmallOrder,
    /// The point has a component of small order: verifiers disagree about its signatures.
    #[error("the public key has a component of small order: verifiers would disagree about its signatures")]
    Torsion,
    /// The text is not hexadecimal of the right length.
    #[error(transparent)]
    Hex(#[from] HexError),
}

/// The signature is not by this key over this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature is not by this key over this message")]
pub struct SignatureError;

/// A public key that satisfies the rule above.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Accepts a key for registration or verification.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::Torsion);
        }
        Ok(Self(key))
    }

    /// [`PublicKey::parse`] on 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        Self::parse(&base16::decode(text)?)
    }

    /// The 32-byte encoding.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The 32-byte encoding, borrowed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Lower-case hexadecimal of the encoding.
    #[must_use]
    pub fn hex(&self) -> String {
        base16::encode(self.0.as_bytes())
    }

    /// SHA-256 of the encoding: how labels and logs name a key.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&[self.0.as_bytes()])
    }

    /// Cofactorless verification (RFC 8032, section 5.1.7) that also refuses a small-order R.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| SignatureError)
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({})", self.hex())
    }
}

/// A signature, `R ‖ S`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// Reads 128 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, HexError> {
        base16::decode(text).map(Self)
    }

    /// The 64 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        self.0
    }

    /// Lower-case hexadecimal of the 64 bytes.
    #[must_use]
    pub fn hex(&self) -> String {
        base16::encode(&self.0)
    }
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature({})", self.hex())
    }
}

/// A private key; wiped on drop, never printed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a 32-byte seed (the private key of RFC 8032).
    #[must_use]
    pub fn from_seed(seed: &[u8; SECRET_KEY_LENGTH]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// A fresh key.
    #[must_use]
    pub fn generate(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        let mut seed = Zeroizing::new([0; SECRET_KEY_LENGTH]);
        rng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// Signs. The message starts with a fixed tag and is a length-prefixed list: see [`mod@crate::lp`].
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The 32-byte seed, wiped on drop.
    #[must_use]
    pub fn to_seed(&self) -> Zeroizing<[u8; SECRET_KEY_LENGTH]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey(of {})", self.public().hex())
    }
}
