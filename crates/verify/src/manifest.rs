//! The manifest of a dossier: every file with its length and hash.
//!
//! Invariant: a manifest that was read is canonical, names clean paths in ascending order, and no
//! path twice.

use facts::{Canonical, Hex, TenderId};
use serde::{Deserialize, Serialize};

/// The name of the manifest in the dossier.
pub const NAME: &str = "manifest.json";
/// The largest manifest read, in bytes.
pub const MAX_MANIFEST: u64 = 64 << 20;
/// The format this verifier reads.
pub const FORMAT: &str = "kaibiao/dossier/v1";

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// All other files, ascending by path.
    pub files: Vec<Listing>,
    /// [`FORMAT`].
    pub format: String,
    /// The log's origin.
    pub origin: String,
    /// Number of entries of the log in the dossier.
    pub size: u64,
    /// The tender.
    pub tender: TenderId,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// Length in bytes.
    pub bytes: u64,
    /// Path within the dossier.
    pub path: String,
    /// SHA-256 of the file.
    pub sha256: Hex<32>,
}

/// Why a manifest is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not canonical JSON of the right shape.
    #[error("manifest.json: {0}")]
    Shape(#[from] facts::canonical::CanonicalError),
    /// Another format.
    #[error("manifest.json: the format is {0:?}, but this verifier reads kaibiao/dossier/v1")]
    Format(String),
    /// A path that a dossier may not have.
    #[error("manifest.json: {0:?} is not a clean path")]
    Path(String),
    /// Paths out of order, or one twice.
    #[error("manifest.json: {0:?} is out of order or named twice")]
    Order(String),
}

impl Manifest {
    /// Reads the bytes of a manifest.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = Canonical::parse(bytes)?.read()?;
        if manifest.format != FORMAT {
            return Err(ManifestError::Format(manifest.format.chars().take(80).collect()));
        }
        let mut last: Option<&str> = None;
        for listing in &manifest.files {
            if !is_clean(&listing.path) || listing.path == NAME {
                return Err(ManifestError::Path(listing.path.chars().take(200).collect()));
            }
            if last.is_some_and(|last| last.as_bytes() >= listing.path.as_bytes()) {
                return Err(ManifestError::Order(listing.path.clone()));
            }
            last = Some(&listing.path);
        }
        Ok(manifest)
    }
}

/// Whether a path stays inside the dossier and in its alphabet.
#[must_use]
pub fn is_clean(path: &str) -> bool {
    let part = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    path.len() <= 255 && path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_dossier_are_refused() {
        for path in ["a/../b", "/a", "a//b", "a/", "", "a\\b", "标", "./a"] {
            assert!(!is_clean(path), "{path}");
            let text = format!(
                "{{\"files\":[{{\"bytes\":1,\"path\":{path:?},\"sha256\":\"{}\"}}],\"format\":\"{FORMAT}\",\"origin\":\"o\",\"size\":1,\"tender\":\"T\"}}",
                "00".repeat(32)
            );
            assert!(
                matches!(Manifest::parse(text.as_bytes()), Err(ManifestError::Path(_))),
                "{path}"
            );
        }
        assert!(is_clean("log/tile/entries/x001/234.p/7"));
    }

    #[test]
    fn order_and_format_are_checked() {
        let listing = |path: &str| {
            format!(
                "{{\"bytes\":1,\"path\":\"{path}\",\"sha256\":\"{}\"}}",
                "00".repeat(32)
            )
        };
        let text = |files: &str, format: &str| {
            format!(
                "{{\"files\":[{files}],\"format\":\"{format}\",\"origin\":\"o\",\"size\":1,\"tender\":\"T\"}}"
            )
        };
        let twice = text(&format!("{},{}", listing("a"), listing("a")), FORMAT);
        assert!(matches!(
            Manifest::parse(twice.as_bytes()),
            Err(ManifestError::Order(_))
        ));
        let other = text(&listing("a"), "kaibiao/dossier/v9");
        assert!(matches!(
            Manifest::parse(other.as_bytes()),
            Err(ManifestError::Format(_))
        ));
        assert!(Manifest::parse(text(&listing("a"), FORMAT).as_bytes()).is_ok());
    }
}
