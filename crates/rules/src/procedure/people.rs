//! Which key acts for which account with which roles, as the public enrolments say.
//!
//! Invariant: names, employers and contacts are not in it, and not needed for it: an enrolment as a stranger sees it,
//! without what is withheld, says as much.

use facts::{AccountId, Hex, Kind, Record, Role};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What everybody may see of an enrolment and counts here.
#[derive(Deserialize)]
struct Enrolled {
    account: AccountId,
    key: Hex<32>,
    roles: Vec<Role>,
}

/// The accounts of the platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    keys: BTreeMap<Hex<32>, AccountId>,
    roles: BTreeMap<AccountId, BTreeSet<Role>>,
}

impl People {
    /// Takes in an enrolment; other facts change nothing.
    pub fn observe(&mut self, record: &Record) {
        if record.kind != Kind::AccountEnrolled {
            return;
        }
        if let Ok(body) = record.body.read::<Enrolled>() {
            let fingerprint = Hex(ledger::hash::sha256(&body.key.0));
            self.keys.insert(fingerprint, body.account.clone());
            self.roles.insert(body.account, body.roles.into_iter().collect());
        }
    }

    /// The account whose key has this fingerprint.
    #[must_use]
    pub fn account(&self, fingerprint: &Hex<32>) -> Option<&AccountId> {
        self.keys.get(fingerprint)
    }

    /// Whether an account holds a role.
    #[must_use]
    pub fn holds(&self, account: &AccountId, role: Role) -> bool {
        self.roles.get(account).is_some_and(|roles| roles.contains(&role))
    }

    /// Whether the key with this fingerprint is that of an account with a role.
    #[must_use]
    pub fn acts_as(&self, fingerprint: &Hex<32>, role: Role) -> bool {
        self.account(fingerprint)
            .is_some_and(|account| self.holds(account, role))
    }
}
