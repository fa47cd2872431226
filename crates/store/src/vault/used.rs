//! How much lies in the vault.
//!
//! Invariant: what is counted is lengths; no content is read and no name is told.

use std::io::{Error, ErrorKind};
use std::path::Path;

/// What vanishes while it is counted counts as gone.
fn there<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Bytes of all files in a folder and below.
pub(super) fn count(folder: &Path) -> Result<u64, Error> {
    let mut sum = 0_u64;
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Some(entries) = there(std::fs::read_dir(&next))? else {
            continue;
        };
        for entry in entries {
            let entry = entry?;
            match there(entry.metadata())? {
                Some(known) if known.is_dir() => open.push(entry.path()),
                Some(known) => sum = sum.saturating_add(known.len()),
                None => {}
            }
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn files_are_counted_in_folders_and_below() {
        let vault = tempfile::tempdir().unwrap();
        let body = vault.path().join("body/0a");
        std::fs::create_dir_all(&body).unwrap();
        std::fs::write(body.join("x"), [0; 700]).unwrap();
        std::fs::write(body.join("y"), [0; 300]).unwrap();
        std::fs::write(vault.path().join("z"), "z").unwrap();
        assert_eq!(count(vault.path()).unwrap(), 1_001);
        assert_eq!(count(&vault.path().join("nothing")).unwrap(), 0);
    }
}
