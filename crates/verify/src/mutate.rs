//! Mutations: a dossier broken in one place, as a dishonest platform with everybody's keys could.
//!
//! Each mutation rewrites the log from the first changed entry on, signs it again with the log's
//! key, and signs every act again whose author's key is in the ring; so exactly one check finds it.
//! Invariant: without the keys of a demonstration nothing can be mutated, and an act whose key is
//! missing keeps the head of the old log, which check 37 finds.

mod edit;
mod recipes;
mod recipes_late;
mod recipes_supervised;
mod ring;

use crate::bundle::{self, BundleError, Content, Files};
use crate::dossier::Dossier;
use facts::TenderId;
use std::fmt;
use std::path::Path;

pub use edit::{Draft, Line, Spoil};
pub use recipes_supervised::WAYS;
pub use ring::KeyRing;

/// Why a dossier cannot be mutated.
#[derive(Debug, thiserror::Error)]
pub enum MutateError {
    /// The key ring is malformed.
    #[error("keys: {0}")]
    Ring(String),
    /// A key is needed that the ring does not have.
    #[error("the key {0} is needed and not in the ring")]
    Key(String),
    /// There is no such way.
    #[error("check {check:02} is not broken in the way {way:?}; there are {known}")]
    Way {
        /// The check.
        check: u8,
        /// What was asked for.
        way: String,
        /// What there is.
        known: String,
    },
    /// The dossier has nothing that could be broken in this way.
    #[error("check {check:02} cannot be broken here: {why}")]
    Nothing {
        /// The check.
        check: u8,
        /// What is missing.
        why: String,
    },
    /// The result cannot be written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

/// A mutated dossier, not yet written.
#[derive(Debug)]
pub struct Mutated {
    /// The check that is broken.
    pub check: u8,
    /// What was done.
    pub what: String,
    /// Acts that keep the head of the old log, because their keys are not in the ring.
    pub unsigned: usize,
    files: Files,
    manifest: Vec<u8>,
}

impl Mutated {
    /// Writes it into a new directory.
    pub fn write(&self, folder: &Path) -> Result<(), MutateError> {
        Ok(bundle::write(&self.files, &self.manifest, folder)?)
    }
}

impl fmt::Display for Mutated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check {:02} is broken: {}", self.check, self.what)?;
        if self.unsigned > 0 {
            write!(
                f,
                "; {} acts could not be signed again, so check 37 fails too",
                self.unsigned
            )?;
        }
        Ok(())
    }
}

/// Breaks one check of a dossier.
pub fn mutate(dossier: &Dossier, check: u8, ring: &KeyRing) -> Result<Mutated, MutateError> {
    mutate_as(dossier, check, None, ring)
}

/// Breaks one check of a dossier in one of the [`WAYS`] that there are for it; in the first, or the only one, if none
/// is named.
pub fn mutate_as(
    dossier: &Dossier,
    check: u8,
    way: Option<&str>,
    ring: &KeyRing,
) -> Result<Mutated, MutateError> {
    let mut draft = Draft::of(dossier);
    let known: Vec<&str> = (WAYS.iter())
        .filter(|(of, _)| *of == check)
        .map(|(_, way)| *way)
        .collect();
    if let Some(way) = way.filter(|way| !known.contains(way)) {
        return Err(MutateError::Way {
            check,
            way: way.to_owned(),
            known: if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            },
        });
    }
    let way = way.or(known.first().copied()).unwrap_or_default();
    let what = recipes_supervised::of_supervision(&mut draft, dossier, check, way)
        .or_else(|| recipes::log_level(&mut draft, dossier, check, ring))
        .or_else(|| recipes_late::of_tender(&mut draft, dossier, check, ring))
        .unwrap_or_else(|| Err(format!("there is no mutation of check {check:02}")));
    let what = what.map_err(|why| MutateError::Nothing { check, why })?;
    let public = dossier.policy.log_key.key().to_bytes();
    let log_key = ring
        .get(&public)
        .ok_or_else(|| MutateError::Key(hex::encode(public)))?;
    let (mut files, unsigned) = draft.files(log_key, ring)?;
    let (origin, size) = (draft.origin().to_owned(), draft.size());
    recipes::file_level(&mut files, dossier, check, log_key)
        .map_err(|why| MutateError::Nothing { check, why })?;
    let mut manifest = bundle::manifest(&files, &origin, size, &dossier.tender)?;
    if check == 1 {
        manifest = behind_the_manifest(&mut files, manifest);
    }
    Ok(Mutated {
        check,
        what,
        unsigned,
        files,
        manifest,
    })
}

/// Changes a document after the manifest was made; without documents, adds a file it does not name.
fn behind_the_manifest(files: &mut Files, manifest: Vec<u8>) -> Vec<u8> {
    let document = files.keys().find(|name| name.starts_with("documents/")).cloned();
    let name = document.unwrap_or_else(|| "stray".to_owned());
    files.insert(
        name,
        Content::Bytes(b"not the document that was announced".to_vec()),
    );
    manifest
}

/// A new manifest for files that were changed by hand; for tests of other faults.
pub fn repack(files: &Files, origin: &str, size: u64, tender: &TenderId) -> Result<Vec<u8>, MutateError> {
    Ok(bundle::manifest(files, origin, size, tender)?)
}
