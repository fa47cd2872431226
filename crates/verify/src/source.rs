//! Where a dossier's files come from: a directory or a tar file, read in place.
//!
//! Invariant: nothing outside the dossier is ever opened, links are refused, and no file is read
//! into memory beyond the limit that its reader sets.

use crate::tar::{self, TarError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The most files that a dossier may have.
pub const MAX_FILES: usize = 2_000_000;
const MAX_DEPTH: usize = 12;

/// The files of a dossier.
#[derive(Debug, Clone)]
pub struct Source {
    root: PathBuf,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Folder(BTreeMap<String, u64>),
    Tar(tar::Index),
}

/// Why a dossier cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be opened or listed.
    #[error("{path}: {why}")]
    Read {
        /// The path.
        path: String,
        /// What happened.
        why: std::io::Error,
    },
    /// The tar is malformed.
    #[error("{path}: {why}")]
    Tar {
        /// The path.
        path: String,
        /// What is wrong.
        why: TarError,
    },
    /// Something that is neither a file nor a directory, or too many or too deep.
    #[error("{path}: {why}")]
    Strange {
        /// The path.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
}

/// Why one file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// It is longer than a file of its kind may be.
    #[error("{name} has {length} bytes, but at most {limit} are allowed")]
    Long {
        /// Its name.
        name: String,
        /// Its length.
        length: u64,
        /// The limit.
        limit: u64,
    },
    /// It cannot be read.
    #[error("{name}: {why}")]
    Read {
        /// Its name.
        name: String,
        /// What happened.
        why: std::io::Error,
    },
}

impl Source {
    /// Opens a directory or a tar file and lists what is in it.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let shown = || path.display().to_string();
        let read = |why| SourceError::Read { path: shown(), why };
        let place = if std::fs::metadata(path).map_err(read)?.is_dir() {
            let mut files = BTreeMap::new();
            list(path, "", 0, &mut files)?;
            Place::Folder(files)
        } else {
            let mut file = BufReader::new(File::open(path).map_err(read)?);
            let index = tar::index(&mut file, MAX_FILES);
            Place::Tar(index.map_err(|why| SourceError::Tar { path: shown(), why })?)
        };
        Ok(Self {
            root: path.to_owned(),
            place,
        })
    }

    /// The names of all files, ascending, with their lengths in bytes.
    #[must_use]
    pub fn files(&self) -> Box<dyn Iterator<Item = (&str, u64)> + '_> {
        match &self.place {
            Place::Folder(files) => Box::new(files.iter().map(|(name, length)| (name.as_str(), *length))),
            Place::Tar(index) => Box::new(index.iter().map(|(name, (_, length))| (name.as_str(), *length))),
        }
    }

    /// The length of a file, if it is there.
    #[must_use]
    pub fn length(&self, name: &str) -> Option<u64> {
        match &self.place {
            Place::Folder(files) => files.get(name).copied(),
            Place::Tar(index) => index.get(name).map(|(_, length)| *length),
        }
    }

    /// A reader of exactly the file's bytes.
    pub fn reader(&self, name: &str) -> Result<Box<dyn Read>, FileError> {
        let failed = |why| FileError::Read {
            name: name.to_owned(),
            why,
        };
        let missing = || FileError::Missing(name.to_owned());
        match &self.place {
            Place::Folder(files) => {
                let length = files.get(name).ok_or_else(missing)?;
                let file = File::open(self.root.join(name)).map_err(failed)?;
                Ok(Box::new(file.take(*length)))
            }
            Place::Tar(index) => {
                let (offset, length) = index.get(name).ok_or_else(missing)?;
                let mut file = File::open(&self.root).map_err(failed)?;
                file.seek(SeekFrom::Start(*offset)).map_err(failed)?;
                Ok(Box::new(file.take(*length)))
            }
        }
    }

    /// A whole file of at most `limit` bytes.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, FileError> {
        let length = self
            .length(name)
            .ok_or_else(|| FileError::Missing(name.to_owned()))?;
        if length > limit {
            return Err(FileError::Long {
                name: name.to_owned(),
                length,
                limit,
            });
        }
        let mut bytes = Vec::new();
        let read = self.reader(name)?.read_to_end(&mut bytes);
        read.map_err(|why| FileError::Read {
            name: name.to_owned(),
            why,
        })?;
        Ok(bytes)
    }
}

fn list(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, u64>,
) -> Result<(), SourceError> {
    let shown = || folder.display().to_string();
    let read = |why| SourceError::Read { path: shown(), why };
    let strange = |path: &Path, why| SourceError::Strange {
        path: path.display().to_string(),
        why,
    };
    if depth > MAX_DEPTH {
        return Err(strange(folder, "directories are nested too deeply"));
    }
    for item in std::fs::read_dir(folder).map_err(read)? {
        let item = item.map_err(read)?;
        let path = item.path();
        let name = item
            .file_name()
            .into_string()
            .map_err(|_| strange(&path, "the name is not UTF-8"))?;
        let name = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        let kind = item.file_type().map_err(read)?;
        if kind.is_dir() {
            list(&path, &name, depth.saturating_add(1), files)?;
        } else if kind.is_file() {
            files.insert(name, item.metadata().map_err(read)?.len());
        } else {
            return Err(strange(&path, "it is neither a file nor a directory"));
        }
        if files.len() > MAX_FILES {
            return Err(strange(folder, "there are too many files"));
        }
    }
    Ok(())
}
