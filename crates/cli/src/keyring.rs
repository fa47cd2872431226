//! Key files and passphrases: read, written, never printed.

use crate::failure::{self, Failure};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The variable that may hold the passphrase of key files, for scripts.
pub const PASSPHRASE: &str = "KAIBIAO_PASSPHRASE";

/// Where the passphrase comes from.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PassphraseSource {
    /// File whose first line is the passphrase of the key file (otherwise `KAIBIAO_PASSPHRASE`, otherwise asked for)
    #[arg(long, value_name = "FILE", global = true)]
    pub passphrase_file: Option<PathBuf>,
}

impl PassphraseSource {
    /// The passphrase: from the file, the variable, or the person.
    pub fn read(&self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        if let Some(path) = &self.passphrase_file {
            let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failure::file(path))?);
            return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
        }
        if let Ok(text) = std::env::var(PASSPHRASE) {
            return Ok(Zeroizing::new(text));
        }
        rpassword::prompt_password(format!("{prompt}: "))
            .map(Zeroizing::new)
            .map_err(|e| {
                Failure::Input(format!(
                    "no passphrase: {e}; set {PASSPHRASE} or --passphrase-file"
                ))
            })
    }

    /// A new passphrase: asked for twice when a person types it.
    pub fn choose(&self) -> Result<Zeroizing<String>, Failure> {
        let first = self.read("New passphrase for the key file")?;
        if self.passphrase_file.is_none() && std::env::var_os(PASSPHRASE).is_none() {
            let second = self.read("The same passphrase again")?;
            if *first != *second {
                return Err(Failure::Input(
                    "the two passphrases differ; nothing was written".to_owned(),
                ));
            }
        }
        if first.chars().count() < 8 {
            return Err(Failure::Input(
                "a passphrase needs at least 8 characters; nothing was written".to_owned(),
            ));
        }
        Ok(first)
    }
}

/// Writes a secret file that only its owner can read, and never over another file.
pub fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failure::file(path))?;
    file.write_all(text.as_bytes()).map_err(failure::file(path))?;
    file.sync_all().map_err(failure::file(path))
}

/// A PEM file without what stands before it, such as the remark in example keys that they are worthless.
fn pem(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failure::file(path))?);
    let start = text.find("-----BEGIN").unwrap_or_default();
    Ok(Zeroizing::new(text.get(start..).unwrap_or_default().to_owned()))
}

/// Opens an account's key file.
pub fn signing_key(path: &Path, source: &PassphraseSource) -> Result<seal::SigningKey, Failure> {
    let pem = pem(path)?;
    let passphrase = source.read(&format!("Passphrase of {}", path.display()))?;
    seal::keyfile::open_key(&pem, passphrase.as_bytes())
        .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
}

/// Opens a custodian's seed file.
pub fn seed(path: &Path, source: &PassphraseSource) -> Result<seal::custodian::CustodianSeed, Failure> {
    let pem = pem(path)?;
    let passphrase = source.read(&format!("Passphrase of {}", path.display()))?;
    seal::keyfile::open_seed(&pem, passphrase.as_bytes())
        .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
}
