//! The keys with which a mutated log is signed again: those of a demonstration, worthless to everybody.
//!
//! Invariant: a key is kept under the public half that it really has, and is never printed.

use super::MutateError;
use facts::Hex;
use seal::SigningKey;
use seal::keyfile::{open_key, open_seed};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// How deep key files are looked for.
const MAX_DEPTH: usize = 6;
/// The largest key file, in bytes.
const MAX_KEY_FILE: u64 = 64 << 10;

/// Keys by their public halves.
#[derive(Default)]
pub struct KeyRing(BTreeMap<[u8; 32], SigningKey>);

impl KeyRing {
    /// An empty ring.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `{"<public key>":"<seed>", …}`, all in hexadecimal.
    pub fn parse(text: &str) -> Result<Self, MutateError> {
        let wrong = |why: &dyn fmt::Display| MutateError::Ring(why.to_string());
        let seeds: BTreeMap<String, Hex<32>> = serde_json::from_str(text).map_err(|why| wrong(&why))?;
        let mut ring = Self::new();
        for (public, seed) in seeds {
            let key = SigningKey::from_seed(seed.bytes());
            if key.public().hex() != public {
                return Err(wrong(&format!("the seed of {public} belongs to another key")));
            }
            ring.add(key);
        }
        Ok(ring)
    }

    /// Opens every key file (`*.pem`) below a folder with one passphrase: account keys, bid keys, and the
    /// signing keys of custodians' seeds. Files that the passphrase does not open are left aside.
    pub fn gather(&mut self, folder: &Path, passphrase: &str) -> Result<(), MutateError> {
        self.gather_at(folder, passphrase, 0)
    }

    fn gather_at(&mut self, folder: &Path, passphrase: &str, depth: usize) -> Result<(), MutateError> {
        let wrong = |why: std::io::Error| MutateError::Ring(format!("{}: {why}", folder.display()));
        if depth > MAX_DEPTH {
            return Ok(());
        }
        for item in std::fs::read_dir(folder).map_err(wrong)? {
            let item = item.map_err(wrong)?;
            let (path, kind) = (item.path(), item.file_type().map_err(wrong)?);
            if kind.is_dir() {
                self.gather_at(&path, passphrase, depth.saturating_add(1))?;
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "pem") {
                if item.metadata().map_err(wrong)?.len() > MAX_KEY_FILE {
                    continue;
                }
                self.open(&std::fs::read_to_string(&path).map_err(wrong)?, passphrase);
            }
        }
        Ok(())
    }

    fn open(&mut self, text: &str, passphrase: &str) {
        let pem = text
            .find("-----BEGIN")
            .and_then(|start| text.get(start..))
            .unwrap_or_default();
        if let Ok(key) = open_key(pem, passphrase) {
            self.add(key);
        } else if let Ok(seed) = open_seed(pem, passphrase) {
            self.add(seed.signing_key());
        }
    }

    /// Adds a key.
    pub fn add(&mut self, key: SigningKey) {
        self.0.insert(key.public().to_bytes(), key);
    }

    /// Takes over the keys of another ring.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The private half of a key.
    #[must_use]
    pub fn get(&self, public: &[u8; 32]) -> Option<&SigningKey> {
        self.0.get(public)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}
