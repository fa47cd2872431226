//! Signed notes (C2SP signed-note): a text, a blank line, signature lines.
//!
//! Invariant: nothing of a note is believed before [`Note::verify`] found a signature of a known
//! key; a known key whose signature fails spoils the whole note; unknown keys are ignored.

use crate::vkey::{NoteSigner, VerifierKey, is_name};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The longest note in bytes.
pub const MAX_NOTE: usize = 256 << 10;

/// The most signature lines of one note; the specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 64;

/// Why a note is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE`].
    #[error("note: {0} bytes, but at most 262144 are allowed")]
    Long(usize),
    /// A control character other than newline.
    #[error("note: the control character {0:?} is not allowed")]
    Control(char),
    /// No text, or no blank line between text and signatures.
    #[error("note: expected a text ending in a newline, a blank line, then signature lines")]
    Form,
    /// More than [`MAX_SIGNATURES`] lines.
    #[error("note: more than 64 signature lines")]
    Many,
    /// A line after the blank line is no signature line.
    #[error("note: {0:?} is no signature line: expected an em dash, a key name and base64")]
    Line(String),
    /// A key that is known did not make the signature under its name.
    #[error("note: the signature of {0} does not verify")]
    Signature(String),
    /// No key that is known has signed.
    #[error("note: not signed by any key that is known here")]
    Unknown,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub id: [u8; 4],
    /// The signature.
    pub signature: Vec<u8>,
}

/// A note that parses; not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<NoteSignature>,
}

/// Signs a text, which must end in a newline, with each key in turn.
pub fn sign(text: &str, signers: &[&NoteSigner]) -> Result<String, NoteError> {
    check(text)?;
    if text.is_empty() || !text.ends_with('\n') {
        return Err(NoteError::Form);
    }
    let mut note = format!("{text}\n");
    for signer in signers {
        note.push_str(&signer.line(text));
    }
    Ok(note)
}

fn check(note: &str) -> Result<(), NoteError> {
    if note.len() > MAX_NOTE {
        return Err(NoteError::Long(note.len()));
    }
    match note.chars().find(|c| *c < ' ' && *c != '\n') {
        Some(control) => Err(NoteError::Control(control)),
        None => Ok(()),
    }
}

impl<'a> Note<'a> {
    /// Takes a note apart.
    pub fn parse(note: &'a str) -> Result<Self, NoteError> {
        check(note)?;
        let end = note.rfind("\n\n").ok_or(NoteError::Form)?;
        // The text keeps its own newline; the second newline is the blank line.
        let (text, rest) = note
            .split_at_checked(end.saturating_add(1))
            .ok_or(NoteError::Form)?;
        let lines = rest
            .strip_prefix('\n')
            .and_then(|l| l.strip_suffix('\n'))
            .ok_or(NoteError::Form)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::Many);
            }
            let signature =
                signature_line(line).ok_or_else(|| NoteError::Line(line.chars().take(120).collect()))?;
            signatures.push(signature);
        }
        Ok(Self { text, signatures })
    }

    /// The text as it stands: believe it only through [`Note::verify`].
    #[must_use]
    pub const fn unverified_text(&self) -> &'a str {
        self.text
    }

    /// The signature lines.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The text, if at least one of the known keys signed it and none of them signed wrongly.
    pub fn verify(&self, known: &[&VerifierKey]) -> Result<&'a str, NoteError> {
        let mut verified = false;
        for line in &self.signatures {
            let Some(key) = known
                .iter()
                .find(|key| key.name() == line.name && key.id() == line.id)
            else {
                continue;
            };
            if !key.verifies(self.text, &line.signature) {
                return Err(NoteError::Signature(line.name.clone()));
            }
            verified = true;
        }
        if verified {
            Ok(self.text)
        } else {
            Err(NoteError::Unknown)
        }
    }
}

fn signature_line(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    if !is_name(name) || signature.is_empty() {
        return None;
    }
    Some(NoteSignature {
        name: name.to_owned(),
        id: *id,
        signature: signature.to_vec(),
    })
}
