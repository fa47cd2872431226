//! Writes a dossier: log, tiles, checkpoints, payloads, documents, bodies, manifest.
//!
//! Invariant: what is written depends on the parts alone, so the same parts give the same bytes.

use crate::manifest::{FORMAT, Listing, Manifest};
use crate::source::Source;
use facts::{Canonical, Hex, TenderId};
use ledger::{BundleId, Checkpoint, Hash, NoteSigner, TileId, hash::root_of, leaf_hash};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

/// Where the bytes of a file come from.
#[derive(Debug, Clone)]
pub enum Content {
    /// Here they are.
    Bytes(Vec<u8>),
    /// A file of that name in another dossier.
    Of(Source, String),
}

/// The files of a dossier by name, without the manifest.
pub type Files = BTreeMap<String, Content>;

/// The parts from which the log's files are made.
#[derive(Debug, Clone)]
pub struct LogParts {
    /// The log's origin.
    pub origin: String,
    /// The exact bytes of the entries.
    pub entries: Vec<Vec<u8>>,
    /// Sizes at which checkpoints are kept.
    pub kept: Vec<u64>,
}

/// Why a dossier cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// An entry is too long for a bundle.
    #[error(transparent)]
    Entry(#[from] ledger::bundle::BundleError),
    /// A checkpoint cannot be signed.
    #[error(transparent)]
    Checkpoint(#[from] ledger::CheckpointError),
    /// The manifest has no canonical form.
    #[error(transparent)]
    Manifest(#[from] facts::canonical::CanonicalError),
    /// The directory exists.
    #[error("{0} exists already")]
    Exists(String),
}

impl LogParts {
    /// Entry bundles, tiles and checkpoints.
    pub fn files(&self, signer: &NoteSigner) -> Result<Files, BundleError> {
        let mut files = Files::new();
        let leaves: Vec<Hash> = self.entries.iter().map(|entry| leaf_hash(entry)).collect();
        let size = leaves.len() as u64;
        let mut put = |name: String, bytes: Vec<u8>| files.insert(name, Content::Bytes(bytes));
        for (index, entries) in (0_u64..).zip(self.entries.chunks(256)) {
            let Some(bundle) = BundleId::at(index, size) else {
                break;
            };
            let bytes = ledger::bundle::encode(entries.iter().map(Vec::as_slice))?;
            put(format!("log/{}", bundle.path()), bytes);
        }
        let (mut hashes, mut level) = (leaves.clone(), 0_u8);
        while !hashes.is_empty() {
            for (index, tile) in (0_u64..).zip(hashes.chunks(256)) {
                let Some(id) = TileId::at(level, index, size) else {
                    break;
                };
                put(format!("log/{}", id.path()), tile.as_flattened().to_vec());
            }
            hashes = hashes.chunks_exact(256).map(root_of).collect();
            level = level.saturating_add(1);
        }
        put(
            "log/checkpoint".to_owned(),
            self.checkpoint(&leaves, size, signer)?.into_bytes(),
        );
        for kept in self.kept.iter().filter(|kept| **kept <= size) {
            put(
                format!("checkpoints/{kept}"),
                self.checkpoint(&leaves, *kept, signer)?.into_bytes(),
            );
        }
        Ok(files)
    }

    fn checkpoint(&self, leaves: &[Hash], size: u64, signer: &NoteSigner) -> Result<String, BundleError> {
        let covered = usize::try_from(size)
            .ok()
            .and_then(|size| leaves.get(..size))
            .unwrap_or(leaves);
        let checkpoint = Checkpoint {
            origin: self.origin.clone(),
            size,
            root: root_of(covered),
        };
        Ok(checkpoint.sign(signer)?)
    }
}

impl Content {
    fn reader(&self) -> io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(bytes.as_slice())),
            Self::Of(source, name) => source
                .reader(name)
                .map_err(io::Error::other)
                .map(|read| read as Box<dyn Read>),
        }
    }

    fn listing(&self, path: &str) -> io::Result<Listing> {
        let mut reader = self.reader()?;
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let (mut piece, mut bytes) = (vec![0_u8; 1 << 20], 0_u64);
        loop {
            let read = reader.read(&mut piece)?;
            if read == 0 {
                break;
            }
            context.update(piece.get(..read).unwrap_or_default());
            bytes = bytes.saturating_add(read as u64);
        }
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(context.finish().as_ref());
        Ok(Listing {
            bytes,
            path: path.to_owned(),
            sha256: Hex(sha256),
        })
    }
}

/// The manifest of these files.
pub fn manifest(files: &Files, origin: &str, size: u64, tender: &TenderId) -> Result<Vec<u8>, BundleError> {
    let listings = files.iter().map(|(path, content)| content.listing(path));
    let manifest = Manifest {
        files: listings.collect::<io::Result<_>>()?,
        format: FORMAT.to_owned(),
        origin: origin.to_owned(),
        size,
        tender: tender.clone(),
    };
    Ok(Canonical::of(&manifest)?.to_bytes())
}

/// Writes the files and the manifest into a new directory.
pub fn write(files: &Files, manifest: &[u8], folder: &Path) -> Result<(), BundleError> {
    if folder.exists() {
        return Err(BundleError::Exists(folder.display().to_string()));
    }
    for (name, content) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut file = std::fs::File::create(path)?;
        io::copy(&mut content.reader()?, &mut file)?;
    }
    std::fs::write(folder.join(crate::manifest::NAME), manifest)?;
    Ok(())
}
