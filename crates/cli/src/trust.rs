//! What this machine remembers of a platform: its origin, its log key, the last head it saw.
//!
//! Invariant: a head is used only if it is signed by the pinned key and consistent with the head
//! kept before; so every user is a witness against a rewritten or forked history.

use crate::failure::{self, Failure};
use crate::http::Http;
use facts::body::platform::Registrar;
use facts::{Hex, Seen};
use ledger::{Checkpoint, VerifierKey, verify_consistency};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What is pinned and kept of one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// The log's origin.
    pub origin: String,
    /// The checkpoint key (vkey).
    pub log_key: String,
    /// The greatest head seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Seen>,
    /// The key of refusal statements (vkey), where a policy file names it.
    #[serde(skip)]
    pub refusal_key: Option<String>,
    /// Who may enrol accounts, where a policy file names them.
    #[serde(skip)]
    pub registrars: Vec<Registrar>,
}

/// The answer of `GET /log/consistency`.
#[derive(Debug, Deserialize)]
struct Consistency {
    proof: Vec<Hex<32>>,
}

impl Trust {
    /// Reads a policy file: the one that kaibiao-verify reads, of which this needs origin and keys.
    pub fn read_policy(path: &Path) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Policy {
            origin: String,
            log_key: String,
            refusal_key: Option<String>,
            #[serde(default)]
            registrar: Vec<Registrar>,
        }
        let text = std::fs::read_to_string(path).map_err(failure::file(path))?;
        let Policy {
            origin,
            log_key,
            refusal_key,
            registrar: registrars,
        } = toml::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))?;
        Ok(Self {
            origin,
            log_key,
            kept: None,
            refusal_key,
            registrars,
        })
    }

    /// Reads what this machine keeps (TOML).
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(failure::file(path))?;
        toml::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
    }

    fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = toml::to_string(self).map_err(|e| Failure::Input(e.to_string()))?;
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).map_err(failure::file(&beside))?;
        std::fs::rename(&beside, path).map_err(failure::file(path))
    }

    /// The pinned key.
    pub fn verifier(&self) -> Result<VerifierKey, Failure> {
        VerifierKey::parse(&self.log_key).map_err(|e| Failure::Input(format!("log_key: {e}")))
    }
}

/// Where a platform's trust is kept, and its present content.
///
/// A log is remembered by its origin: the same log at another address is the same log, and its head must continue. An
/// address is remembered with the origin it presented, so that it cannot pass for a first contact with another log.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    /// The file that says which log was met at this address.
    address: PathBuf,
    /// What is trusted.
    pub trust: Trust,
    /// Whether this platform was met for the first time, without a policy file.
    pub first_contact: bool,
}

/// A file name that no two texts share.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            name.push('%');
            name.push_str(&hex::encode([byte]));
        }
    }
    name
}

impl Kept {
    /// The trust for the platform at `base`, which says that it keeps the log `origin` under `log_key`: from `policy`,
    /// from memory, or on first contact from what the platform says of itself.
    pub fn load(
        home: &Path,
        base: &str,
        policy: Option<&Path>,
        origin: &str,
        log_key: &str,
    ) -> Result<Self, Failure> {
        let folder = home.join("platforms");
        let addresses = folder.join("addresses");
        std::fs::create_dir_all(&addresses).map_err(failure::file(&addresses))?;
        let address = addresses.join(file_name(base));
        if address.exists() {
            let known = std::fs::read_to_string(&address).map_err(failure::file(&address))?;
            if known != origin {
                return Err(Failure::Check(format!(
                    "{base} presents the log {origin}, but was the address of the log {known}; if it moved, remove {}",
                    address.display()
                )));
            }
        }
        let path = folder.join(format!("{}.toml", file_name(origin)));
        let remembered = if path.exists() {
            Some(Trust::read(&path)?)
        } else {
            None
        };
        let pinned = policy.map(Trust::read_policy).transpose()?;
        let (trust, first_contact) = match (pinned, remembered) {
            (Some(policy), Some(memory)) => {
                if policy.origin != memory.origin || policy.log_key != memory.log_key {
                    return Err(Failure::Check(format!(
                        "the policy file names another log or key than this machine remembers of {origin} in {}",
                        path.display()
                    )));
                }
                // What the policy says counts; what it does not know is the head that was seen.
                (
                    Trust {
                        kept: memory.kept,
                        ..policy
                    },
                    false,
                )
            }
            (Some(policy), None) => (policy, false),
            (None, Some(memory)) => (memory, false),
            (None, None) => (
                Trust {
                    origin: origin.to_owned(),
                    log_key: log_key.to_owned(),
                    kept: None,
                    refusal_key: None,
                    registrars: Vec::new(),
                },
                true,
            ),
        };
        let kept = Self {
            path,
            address,
            trust,
            first_contact,
        };
        kept.trust.verifier()?;
        Ok(kept)
    }

    /// Fetches the head, verifies it against the pinned key and the kept head, and keeps it.
    pub fn observe(&mut self, http: &Http) -> Result<Seen, Failure> {
        let text = http.get_text("/log/checkpoint")?;
        let seen = self.verify(&text)?;
        self.follow(http, seen)?;
        self.remember_address()?;
        Ok(seen)
    }

    fn remember_address(&self) -> Result<(), Failure> {
        if self.address.exists() {
            return Ok(());
        }
        std::fs::write(&self.address, &self.trust.origin).map_err(failure::file(&self.address))
    }

    /// Verifies a checkpoint note against the pinned key and origin.
    pub fn verify(&self, text: &str) -> Result<Seen, Failure> {
        let found = Checkpoint::open(text, &self.trust.origin, &self.trust.verifier()?)
            .map_err(|e| Failure::Check(format!("the checkpoint: {e}")))?;
        Ok(Seen {
            root: Hex(found.root),
            size: found.size,
        })
    }

    /// Checks that a verified head continues the kept one, and keeps it if it is greater.
    pub fn follow(&mut self, http: &Http, seen: Seen) -> Result<(), Failure> {
        match self.trust.kept {
            Some(kept) if kept.size == seen.size => {
                if kept.root != seen.root {
                    return Err(fork(kept, seen));
                }
                return Ok(());
            }
            Some(kept) if kept.size > seen.size => Self::consistent(http, seen, kept)?,
            Some(kept) if kept.size > 0 => {
                Self::consistent(http, kept, seen)?;
                self.trust.kept = Some(seen);
                self.trust.write(&self.path)?;
            }
            _ => {
                self.trust.kept = Some(seen);
                self.trust.write(&self.path)?;
            }
        }
        Ok(())
    }

    fn consistent(http: &Http, old: Seen, new: Seen) -> Result<(), Failure> {
        if old.size == 0 {
            return Ok(());
        }
        let asked = http.get(&format!("/log/consistency?from={}&to={}", old.size, new.size));
        // A platform that signed both heads can prove that one continues the other; if it refuses, it cannot.
        let answer: Consistency = asked.map_err(|failure| match failure {
            Failure::Refused { .. } => fork(old, new),
            other => other,
        })?;
        let hashes: Vec<[u8; 32]> = answer.proof.iter().map(|h| h.0).collect();
        verify_consistency(old.size, new.size, &old.root.0, &new.root.0, &hashes).map_err(|_| fork(old, new))
    }
}

fn fork(old: Seen, new: Seen) -> Failure {
    Failure::Check(format!(
        "the log of {} entries with root {} does not continue the log of {} entries with root {} that this machine \
         saw before: history was rewritten or you are shown another log than others; keep both checkpoints and tell \
         the supervisor",
        new.size, new.root, old.size, old.root
    ))
}

#[cfg(test)]
mod tests {
    use super::{Hex, Kept, Seen};
    use crate::failure::Failure;
    use ledger::NoteSigner;
    use seal::SigningKey;
    use std::path::Path;

    const ORIGIN: &str = "tenders.example/log";

    fn key(seed: u8, origin: &str) -> String {
        let signer = NoteSigner::new(origin, SigningKey::from_seed(&[seed; 32])).unwrap();
        signer.verifier().to_string()
    }

    fn met(home: &Path, address: &str) -> Kept {
        let mut kept = Kept::load(home, address, None, ORIGIN, &key(1, ORIGIN)).unwrap();
        kept.trust.kept.get_or_insert(Seen {
            root: Hex([5; 32]),
            size: 7,
        });
        kept.trust.write(&kept.path).unwrap();
        kept.remember_address().unwrap();
        kept
    }

    #[test]
    fn a_log_is_the_same_at_every_address() {
        let home = tempfile::tempdir().unwrap();
        assert!(met(home.path(), "http://127.0.0.1:4000").first_contact);
        let moved = met(home.path(), "https://tenders.example");
        assert!(!moved.first_contact);
        assert_eq!(moved.trust.kept.unwrap().size, 7);
    }

    #[test]
    fn an_address_cannot_pass_for_a_first_contact_with_another_log() {
        let home = tempfile::tempdir().unwrap();
        met(home.path(), "http://127.0.0.1:4000");
        let other = Kept::load(
            home.path(),
            "http://127.0.0.1:4000",
            None,
            "other/log",
            &key(2, "other/log"),
        );
        assert!(matches!(other, Err(Failure::Check(_))), "{other:?}");
        // The same origin under another key: the key that was met first counts.
        let kept = Kept::load(
            home.path(),
            "http://127.0.0.1:5000",
            None,
            ORIGIN,
            &key(2, ORIGIN),
        )
        .unwrap();
        assert_eq!(kept.trust.log_key, key(1, ORIGIN));
    }
}
