//! The example keys of `keys-example/`: openly worthless, marked so, the same for everybody.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use seal::keyfile::{KeyFileCost, seal_key_at, seal_seed_at};
use std::path::Path;

/// The passphrase of every example key.
pub(crate) const PASSPHRASE: &str = "openly-worthless";

/// What stands before the PEM of every example key.
const MARK: &str = "This key is openly worthless: everybody has it. It serves demonstrations only, and kaibiaod\n\
                    refuses it outside demo mode. Passphrase: openly-worthless\n";

/// The platform's own keys.
pub(crate) const PLATFORM: [&str; 2] = ["log-key", "refusal-key"];

/// People with an account key, besides custodians.
#[must_use]
pub(crate) fn people() -> Vec<String> {
    let mut names: Vec<String> = ["registrar", "buyer", "supervisor", "supervisor-2"]
        .map(str::to_owned)
        .to_vec();
    names.extend((1..=12).map(|n| format!("bidder-{n:02}")));
    names.extend((1..=5).map(|n| format!("expert-{n}")));
    names.extend((1..=5).map(|n| format!("custodian-{n}")));
    names
}

fn cost() -> Result<KeyFileCost, String> {
    // Few rounds: the passphrase protects nothing, and a demonstration opens dozens of these.
    KeyFileCost::rounds(1_000).ok_or_else(|| "no such cost".to_owned())
}

fn generator(name: &str) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(seal::hash::sha256(&[b"kaibiao keys-example ", name.as_bytes()]))
}

/// Writes all example keys.
pub(crate) fn make(dir: &Path) -> Result<(), String> {
    std::fs::create_dir_all(dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let write = |name: String, pem: &str| {
        std::fs::write(dir.join(&name), format!("{MARK}{pem}")).map_err(|e| format!("{name}: {e}"))
    };
    for name in PLATFORM.into_iter().map(str::to_owned).chain(people()) {
        let mut rng = generator(&name);
        let key = SigningKey::generate(&mut rng);
        let pem = seal_key_at(cost()?, &key, PASSPHRASE, &mut rng).map_err(|e| e.to_string())?;
        write(format!("{name}.pem"), &pem)?;
    }
    for number in 1..=5 {
        let name = format!("custodian-{number}-seed");
        let mut rng = generator(&name);
        let seed = CustodianSeed::generate(&mut rng);
        let pem = seal_seed_at(cost()?, &seed, PASSPHRASE, &mut rng).map_err(|e| e.to_string())?;
        write(format!("{name}.pem"), &pem)?;
    }
    Ok(())
}

fn pem(dir: &Path, name: &str) -> Result<String, String> {
    let path = dir.join(format!("{name}.pem"));
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let start = text
        .find("-----BEGIN")
        .ok_or_else(|| format!("{} holds no key", path.display()))?;
    Ok(text.get(start..).unwrap_or_default().to_owned())
}

/// Opens an example key.
pub(crate) fn key(dir: &Path, name: &str) -> Result<SigningKey, String> {
    seal::keyfile::open_key(&pem(dir, name)?, PASSPHRASE).map_err(|e| format!("{name}: {e}"))
}

/// Opens an example seed.
pub(crate) fn seed(dir: &Path, name: &str) -> Result<CustodianSeed, String> {
    seal::keyfile::open_seed(&pem(dir, name)?, PASSPHRASE).map_err(|e| format!("{name}: {e}"))
}
