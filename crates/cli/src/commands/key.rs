//! Key files: made here, tested by reading them back, never sent anywhere.

use crate::entropy;
use crate::failure::Failure;
use crate::keyring;
use crate::machine::Machine;
use clap::Subcommand;
use facts::Hex;
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use serde_json::json;
use std::path::PathBuf;

/// What to do with keys.
#[derive(Subcommand)]
pub enum Key {
    /// Make an account key: an encrypted PKCS#8 file that OpenSSL reads too
    New {
        /// File to write; never over an existing one
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show the public part of a key file
    Show {
        /// The key file
        file: PathBuf,
    },
    /// Make a custodian's seed: the only secret a custodian keeps
    NewSeed {
        /// File to write; never over an existing one
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Show the public keys that follow from a custodian's seed
    ShowSeed {
        /// The seed file
        file: PathBuf,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: Key) -> Result<(), Failure> {
    let unusable = |e: seal::keyfile::KeyFileError| Failure::Input(e.to_string());
    match command {
        Key::New { out } => {
            let passphrase = machine.global.passphrase.choose()?;
            let key = SigningKey::generate(&mut entropy::rng());
            let pem = seal::keyfile::seal_key(&key, passphrase.as_bytes(), &mut entropy::rng())
                .map_err(unusable)?;
            keyring::write_secret(&out, &pem)?;
            let read = machine_key(&pem, passphrase.as_bytes())?;
            if read.public() != key.public() {
                return Err(Failure::Check(format!(
                    "{} does not read back as it was written",
                    out.display()
                )));
            }
            public(machine, &key, &out);
        }
        Key::Show { file } => public(machine, &machine.key(&file)?, &file),
        Key::NewSeed { out } => {
            let passphrase = machine.global.passphrase.choose()?;
            let seed = CustodianSeed::generate(&mut entropy::rng());
            let pem = seal::keyfile::seal_seed(&seed, passphrase.as_bytes(), &mut entropy::rng())
                .map_err(unusable)?;
            keyring::write_secret(&out, &pem)?;
            let read = seal::keyfile::open_seed(&pem, passphrase.as_bytes()).map_err(unusable)?;
            if read.static_point() != seed.static_point() {
                return Err(Failure::Check(format!(
                    "{} does not read back as it was written",
                    out.display()
                )));
            }
            seed_public(machine, &seed);
        }
        Key::ShowSeed { file } => seed_public(machine, &keyring::seed(&file, &machine.global.passphrase)?),
    }
    Ok(())
}

fn machine_key(pem: &str, passphrase: &[u8]) -> Result<SigningKey, Failure> {
    seal::keyfile::open_key(pem, passphrase).map_err(|e| Failure::Input(e.to_string()))
}

fn public(machine: &Machine, key: &SigningKey, file: &std::path::Path) {
    let (public, fingerprint) = (Hex(key.public().to_bytes()), Hex(key.public().fingerprint()));
    machine.say(
        &format!(
            "{}\npublic key:  {public}\nfingerprint: {fingerprint}",
            file.display()
        ),
        &json!({ "public": public, "fingerprint": fingerprint }),
    );
}

fn seed_public(machine: &Machine, seed: &CustodianSeed) {
    let (signer, point) = (
        Hex(seed.signing_key().public().to_bytes()),
        Hex(seed.static_point().to_bytes()),
    );
    machine.say(
        &format!("signing key:  {signer}\nstatic point: {point}"),
        &json!({ "signer": signer, "point": point }),
    );
}
