//! Files that survive: written, flushed to the disk, moved, and the move flushed too.
//!
//! Invariant: when a function here returns, a power failure no longer undoes what it did.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{Error, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Flushes the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)?.sync_all()
}

/// Makes a folder that only its owner may enter, with its parents.
pub(super) fn private_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    folder.parent().map_or(Ok(()), sync_folder)
}

/// An empty file that only its owner may read, replacing what was there.
pub(super) fn fresh(path: &Path) -> Result<File, Error> {
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Not followed if somebody puts a link there meanwhile: the name must be new.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Replaces a file whole: a reader sees the old bytes or the new ones.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let draft = path.with_extension("draft");
    let mut file = fresh(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

static SETTLING: Mutex<()> = Mutex::new(());

/// Held by whoever puts an object under its digest or takes one away: what is found there stays until let go.
pub(super) fn settling() -> MutexGuard<'static, ()> {
    SETTLING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Moves a flushed file to its final place, read-only. What stands there already has the same content and stays.
pub(super) fn settle(part: &Path, object: &Path) -> Result<(), Error> {
    if let Some(folder) = object.parent() {
        private_folder(folder)?;
    }
    if object.exists() {
        std::fs::remove_file(part)?;
    } else {
        std::fs::set_permissions(part, Permissions::from_mode(0o400))?;
        std::fs::rename(part, object)?;
    }
    object.parent().map_or(Ok(()), sync_folder)?;
    part.parent().map_or(Ok(()), sync_folder)
}

/// Removes a file, and whether it was there.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A name that leads nowhere but into the folder it is put in.
pub(super) fn is_plain_name(name: &str) -> bool {
    (1..=200).contains(&name.len())
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
