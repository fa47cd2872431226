//! The platform's own keys: read once at the start, or made by `kaibiaod init`.

use crate::config::Config;
use desk::Keys;
use ledger::{NoteSigner, refusal_note};
use std::path::Path;
use zeroize::Zeroizing;

/// The variable with the passphrase of the log's key files.
pub const PASSPHRASE: &str = "KAIBIAO_LOG_PASSPHRASE";

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(pub String);

fn read(path: &Path, passphrase: &str) -> Result<seal::SigningKey, KeyError> {
    let text = Zeroizing::new(
        std::fs::read_to_string(path).map_err(|e| KeyError(format!("{}: {e}", path.display())))?,
    );
    let start = text.find("-----BEGIN").unwrap_or_default();
    seal::keyfile::open_key(text.get(start..).unwrap_or_default(), passphrase.as_bytes())
        .map_err(|e| KeyError(format!("{}: {e}", path.display())))
}

/// Opens both keys with the passphrase from the environment.
pub fn load(config: &Config) -> Result<Keys, KeyError> {
    let passphrase = Zeroizing::new(std::env::var(PASSPHRASE).map_err(|_| {
        KeyError(format!(
            "{PASSPHRASE} is not set; it holds the passphrase of {}",
            config.log.key.display()
        ))
    })?);
    load_with(config, &passphrase)
}

/// Opens both keys.
pub fn load_with(config: &Config, passphrase: &str) -> Result<Keys, KeyError> {
    let origin = &config.log.origin;
    let named = |e: ledger::VkeyError| KeyError(format!("the log's origin {origin:?}: {e}"));
    let log = NoteSigner::new(origin, read(&config.log.key, passphrase)?).map_err(named)?;
    let refusals = refusal_note::signer(origin, read(&config.log.refusal_key, passphrase)?).map_err(named)?;
    Ok(Keys { log, refusals })
}
