//! The configuration file of a server: read strictly, every path relative to the file.
//!
//! Invariant: worthless example keys and the demonstration's clock are refused unless `demo = true`.

mod edge;
pub mod mail;
pub mod notices;

pub use edge::{Rate, RatesConfig, TlsConfig, UploadsConfig};

use desk::Zone;
use facts::{AccountId, Hex};
use mail::MailConfig;
use notices::NoticesConfig;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The marker that stands in every file of `keys-example/`.
pub const WORTHLESS: &str = "openly worthless";

/// A server's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `sqlite://PATH` or `postgres://…`.
    pub database: String,
    /// Demonstration: example keys, a movable clock, times without legal meaning.
    #[serde(default)]
    pub demo: bool,
    /// File with the clock's offset in milliseconds; demonstrations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo_clock: Option<PathBuf>,
    /// Largest upload in bytes.
    #[serde(default = "default_upload")]
    pub max_upload: u64,
    /// The log.
    pub log: LogConfig,
    /// Mail to people who subscribed; without it the platform sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailConfig>,
    /// How notices to persons leave the platform.
    #[serde(default)]
    pub notices: NoticesConfig,
    /// How often somebody may come.
    #[serde(default)]
    pub rates: RatesConfig,
    /// Accounts that may enrol others, named in the founding entry.
    pub registrars: Vec<RegistrarConfig>,
    /// TLS by the server itself; without it, a proxy in front is needed for anything but trials on one machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsConfig>,
    /// What is kept of uploads.
    #[serde(default)]
    pub uploads: UploadsConfig,
    /// Folder of sealed bodies and documents.
    pub vault: PathBuf,
    /// Addresses.
    pub zones: ZonesConfig,
}

/// The log's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// PKCS#8 file of the Ed25519 key that signs checkpoints; its passphrase is read from the
    /// environment variable `KAIBIAO_LOG_PASSPHRASE`.
    pub key: PathBuf,
    /// Origin line, e.g. `ggzy.example.cn/log2026`.
    pub origin: String,
    /// PKCS#8 file of the Ed25519 key that signs refusals; same passphrase.
    pub refusal_key: PathBuf,
}

/// A registrar of the founding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarConfig {
    /// The account.
    pub account: AccountId,
    /// Its Ed25519 public key.
    pub key: Hex<32>,
}

/// Addresses on which the zones listen. Equal addresses are refused: each zone is its own door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZonesConfig {
    /// Evaluation.
    pub evaluation: SocketAddr,
    /// Procurement and the public.
    pub procurement: SocketAddr,
    /// How the zones are reached from outside, if not by these addresses over plain HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<PublicUrls>,
    /// Supervision.
    pub supervision: SocketAddr,
}

impl ZonesConfig {
    /// The address of a zone.
    #[must_use]
    pub const fn address(&self, zone: Zone) -> SocketAddr {
        match zone {
            Zone::Evaluation => self.evaluation,
            Zone::Procurement => self.procurement,
            Zone::Supervision => self.supervision,
        }
    }
}

/// How the zones are reached from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicUrls {
    /// Evaluation.
    pub evaluation: String,
    /// Procurement.
    pub procurement: String,
    /// Supervision.
    pub supervision: String,
}

const fn default_upload() -> u64 {
    4 * 1024 * 1024 * 1024
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not of the right shape.
    #[error("{path}: {source}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A setting contradicts another.
    #[error("{path}: {what}")]
    Setting {
        /// The file.
        path: PathBuf,
        /// What and why.
        what: String,
    },
}

impl Config {
    /// Reads and checks a configuration file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut config: Self = toml::from_str(&text).map_err(|source| ConfigError::Shape {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        let setting = |what: &str| ConfigError::Setting {
            path: path.to_owned(),
            what: what.to_owned(),
        };
        let zones = [
            config.zones.procurement,
            config.zones.evaluation,
            config.zones.supervision,
        ];
        let fixed: Vec<_> = zones.iter().filter(|address| address.port() != 0).collect();
        if fixed
            .iter()
            .enumerate()
            .any(|(i, a)| fixed.iter().skip(i.saturating_add(1)).any(|b| a == b))
        {
            return Err(setting("two zones have one address; give each zone its own"));
        }
        if config.demo_clock.is_some() && !config.demo {
            return Err(setting("demo_clock is set but demo is not true"));
        }
        if config.registrars.is_empty() {
            return Err(setting("registrars is empty: nobody could ever be enrolled"));
        }
        if let Some(fault) = config.mail.as_ref().and_then(MailConfig::fault) {
            return Err(setting(fault));
        }
        if let Some(fault) = config.notices.fault() {
            return Err(setting(fault));
        }
        let base = path.parent().unwrap_or_else(|| Path::new("."));
        for file in [
            &mut config.vault,
            &mut config.log.key,
            &mut config.log.refusal_key,
        ] {
            *file = base.join(&*file);
        }
        for file in config
            .tls
            .iter_mut()
            .flat_map(|tls| [&mut tls.certificate, &mut tls.key])
        {
            *file = base.join(&*file);
        }
        if let Some(file) = &mut config.demo_clock {
            *file = base.join(&*file);
        }
        if let Some(file) = config.database.strip_prefix("sqlite://") {
            config.database = format!("sqlite://{}", base.join(file).display());
        }
        config.refuse_worthless(path)?;
        Ok(config)
    }

    fn refuse_worthless(&self, path: &Path) -> Result<(), ConfigError> {
        if self.demo {
            return Ok(());
        }
        for key in [&self.log.key, &self.log.refusal_key] {
            let text = std::fs::read_to_string(key).map_err(|source| ConfigError::Read {
                path: key.clone(),
                source,
            })?;
            let example = key.components().any(|part| part.as_os_str() == "keys-example");
            if text.contains(WORTHLESS) || example {
                let what = format!(
                    "{} is one of the example keys that everybody has; make your own with `kaibiaod init`",
                    key.display()
                );
                return Err(ConfigError::Setting {
                    path: path.to_owned(),
                    what,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(extra: &str, zone: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kaibiao.toml");
        std::fs::write(dir.path().join("k.pem"), "a key").unwrap();
        let text = format!(
            "database = \"sqlite://log.sqlite\"\nvault = \"vault\"\n{extra}\n\
             [log]\nkey = \"k.pem\"\norigin = \"example.org/log\"\nrefusal_key = \"k.pem\"\n\
             [zones]\nprocurement = \"127.0.0.1:7700\"\nevaluation = \"{zone}\"\nsupervision = \"127.0.0.1:7702\"\n\
             [[registrars]]\naccount = \"registry\"\nkey = \"{}\"\n",
            "00".repeat(32)
        );
        std::fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = config("", "127.0.0.1:7701").unwrap();
        assert!(config.vault.is_absolute() && config.vault.ends_with("vault"));
        assert!(config.database.ends_with("/log.sqlite"));
        let tls = "tls = { certificate = \"c.pem\", key = \"t.pem\" }";
        let tls = self::config(tls, "127.0.0.1:7701").unwrap().tls.unwrap();
        assert!(tls.certificate.is_absolute() && tls.key.ends_with("t.pem"));
    }

    #[test]
    fn contradictions_are_refused_with_a_sentence() {
        let clock = config("demo_clock = \"c\"", "127.0.0.1:7701").unwrap_err();
        assert!(clock.to_string().contains("demo_clock"), "{clock}");
        let zones = config("", "127.0.0.1:7700").unwrap_err();
        assert!(zones.to_string().contains("two zones"), "{zones}");
        let never = config(
            "rates = { reads = { burst = 0, per_second = 1 } }",
            "127.0.0.1:7701",
        )
        .unwrap_err();
        assert!(never.to_string().contains("zero"), "{never}");
        let unknown = config("colour = 1", "127.0.0.1:7701").unwrap_err();
        assert!(unknown.to_string().contains("colour"), "{unknown}");
    }

    #[test]
    fn example_keys_are_refused_outside_demonstrations() {
        let dir = tempfile::tempdir().unwrap();
        let key = dir.path().join("k.pem");
        std::fs::write(&key, format!("# {WORTHLESS}\n")).unwrap();
        let mut config = config("demo = true", "127.0.0.1:7701").unwrap();
        config.log.key.clone_from(&key);
        config.log.refusal_key = key;
        assert!(config.refuse_worthless(Path::new("x")).is_ok());
        config.demo = false;
        assert!(
            config
                .refuse_worthless(Path::new("x"))
                .unwrap_err()
                .to_string()
                .contains("example keys")
        );
    }
}
