//! The policy: what the user of the verifier trusts, learned by another way than the dossier.
//!
//! Invariant: nothing in a dossier can widen a policy; an unknown member is an error, not ignored.

use facts::body::platform::Registrar;
use ledger::VerifierKey;
use serde::Deserialize;

/// The largest policy file read, in bytes.
pub const MAX_POLICY: u64 = 1 << 20;

/// A policy that was read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The log's origin line.
    pub origin: String,
    /// The log's key.
    pub log_key: VerifierKey,
    /// The key of refusal statements, if known.
    pub refusal_key: Option<VerifierKey>,
    /// Checkpoint notes kept from earlier visits.
    pub checkpoints: Vec<String>,
    /// Accounts that may enrol others.
    pub registrars: Vec<Registrar>,
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not the TOML wanted.
    #[error("policy: {0}")]
    Toml(#[from] toml::de::Error),
    /// A verifier key is malformed.
    #[error("policy: {member}: {why}")]
    Key {
        /// The member.
        member: &'static str,
        /// What is wrong.
        why: ledger::VkeyError,
    },
    /// A verifier key has the wrong name.
    #[error("policy: {member} is named {found:?}, but must be named {expected:?}")]
    Name {
        /// The member.
        member: &'static str,
        /// The name found.
        found: String,
        /// The name that belongs to the origin.
        expected: String,
    },
    /// Nobody may enrol accounts.
    #[error("policy: at least one [[registrar]] is needed")]
    NoRegistrar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    origin: String,
    log_key: String,
    refusal_key: Option<String>,
    #[serde(default)]
    checkpoints: Vec<String>,
    #[serde(default)]
    registrar: Vec<Registrar>,
}

impl Policy {
    /// Reads the TOML text of a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text)?;
        let log_key = named("log_key", &file.log_key, &file.origin)?;
        let refusals = ledger::refusal_note::signer_name(&file.origin);
        let refusal_key = file
            .refusal_key
            .map(|text| named("refusal_key", &text, &refusals))
            .transpose()?;
        if file.registrar.is_empty() {
            return Err(PolicyError::NoRegistrar);
        }
        Ok(Self {
            origin: file.origin,
            log_key,
            refusal_key,
            checkpoints: file.checkpoints,
            registrars: file.registrar,
        })
    }
}

fn named(member: &'static str, text: &str, expected: &str) -> Result<VerifierKey, PolicyError> {
    let key = VerifierKey::parse(text).map_err(|why| PolicyError::Key { member, why })?;
    if key.name() == expected {
        return Ok(key);
    }
    Err(PolicyError::Name {
        member,
        found: key.name().to_owned(),
        expected: expected.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_must_name_registrars_and_nothing_unknown() {
        let key = seal::SigningKey::from_seed(&[7; 32]);
        let log = ledger::NoteSigner::new("kaibiao.test/log", key)
            .unwrap()
            .verifier()
            .to_string();
        let base = format!("origin = \"kaibiao.test/log\"\nlog_key = \"{log}\"\n");
        assert!(matches!(Policy::parse(&base), Err(PolicyError::NoRegistrar)));
        let registrar = format!("[[registrar]]\naccount = \"R1\"\nkey = \"{}\"\n", "ab".repeat(32));
        let policy = Policy::parse(&format!("{base}{registrar}")).unwrap();
        assert_eq!(policy.registrars.len(), 1);
        assert!(matches!(
            Policy::parse(&format!("{base}trust = true\n{registrar}")),
            Err(PolicyError::Toml(_))
        ));
        let other = base.replace("origin = \"kaibiao.test/log\"", "origin = \"kaibiao.test/other\"");
        assert!(matches!(
            Policy::parse(&format!("{other}{registrar}")),
            Err(PolicyError::Name { .. })
        ));
    }
}
