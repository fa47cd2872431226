//! Keys of signed notes (C2SP signed-note): Ed25519, signature type 0x01.
//!
//! Invariant: a key is known by its name and its id together, and the id follows from name and key.

use crate::hash::sha256;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use seal::sign::KeyError;
use seal::{PublicKey, Signature, SigningKey};
use std::fmt;

/// The signature type of plain Ed25519.
const ED25519: u8 = 1;

/// Why a text is no verifier key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VkeyError {
    /// Not `name+id+key`.
    #[error("a verifier key is written name+id+key, with 8 hexadecimal digits and base64")]
    Form,
    /// The name is empty or has a space, a plus sign or a control character.
    #[error("{0:?} is no key name: it must not be empty nor have spaces, plus signs or control characters")]
    Name(String),
    /// The signature type is not Ed25519.
    #[error("signature type {0:#04x} is not supported, only 0x01 (Ed25519)")]
    Type(u8),
    /// The id does not follow from name and key.
    #[error("the key id {found} does not belong to the key: {expected} does")]
    Id {
        /// The id that follows.
        expected: String,
        /// The id written.
        found: String,
    },
    /// The key itself is refused.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Whether a text may name a key: not empty, no Unicode space, no plus, no control character.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

fn id_of(name: &str, key: &PublicKey) -> [u8; 4] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.extend_from_slice(&[b'\n', ED25519]);
    bytes.extend_from_slice(key.as_bytes());
    let [a, b, c, d, ..] = sha256(&bytes);
    [a, b, c, d]
}

/// A key that verifies notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: PublicKey,
}

impl VerifierKey {
    /// The key under a name.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, VkeyError> {
        if !is_name(name) {
            return Err(VkeyError::Name(name.chars().take(80).collect()));
        }
        Ok(Self {
            name: name.to_owned(),
            id: id_of(name, &key),
            key,
        })
    }

    /// Reads `name+hexid+base64(0x01 ‖ key)`.
    pub fn parse(text: &str) -> Result<Self, VkeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VkeyError::Form);
        };
        let id: [u8; 4] = seal::base16::decode(id).map_err(|_| VkeyError::Form)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| VkeyError::Form)?;
        let (kind, bytes) = bytes.split_first().ok_or(VkeyError::Form)?;
        if *kind != ED25519 {
            return Err(VkeyError::Type(*kind));
        }
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| VkeyError::Form)?;
        let key = Self::new(name, PublicKey::parse(&bytes)?)?;
        if key.id != id {
            return Err(VkeyError::Id {
                expected: seal::base16::encode(&key.id),
                found: seal::base16::encode(&id),
            });
        }
        Ok(key)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id: the first four bytes of `SHA-256(name ‖ 0A ‖ 01 ‖ key)`.
    #[must_use]
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature) else {
            return false;
        };
        self.key.verify(text.as_bytes(), &Signature(signature)).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(
            f,
            "{}+{}+{}",
            self.name,
            seal::base16::encode(&self.id),
            STANDARD.encode(bytes)
        )
    }
}

impl std::str::FromStr for VerifierKey {
    type Err = VkeyError;
    fn from_str(text: &str) -> Result<Self, VkeyError> {
        Self::parse(text)
    }
}

/// A key that signs notes; never printed.
#[derive(Clone)]
pub struct NoteSigner {
    verifier: VerifierKey,
    key: SigningKey,
}

impl NoteSigner {
    /// The key under a name.
    pub fn new(name: &str, key: SigningKey) -> Result<Self, VkeyError> {
        Ok(Self {
            verifier: VerifierKey::new(name, key.public())?,
            key,
        })
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The signature line over a text, with its newline.
    pub(crate) fn line(&self, text: &str) -> String {
        let mut bytes = self.verifier.id.to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("\u{2014} {} {}\n", self.verifier.name, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner(of {})", self.verifier)
    }
}
