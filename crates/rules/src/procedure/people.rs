//! Which key acts for which account with which roles, as the public enrolments say.
//!
//! Invariant: names, employers and contacts are not in it, and not needed for it: an enrolment as a stranger sees it,
//! without what is withheld, says as much.

use facts::{AccountId, Hex, Kind, Record, Role};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// As much of an enrolment as everybody may read; the members that are withheld may be missing.
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
        if record.kind == Kind::AccountEnrolled
            && let Ok(body) = record.body.read::<Enrolled>()
        {
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

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Canonical, Instant, Stream};

    #[test]
    fn an_enrolment_is_known_without_what_is_withheld_of_it() {
        let key = Hex([7; 32]);
        let account = AccountId::parse("anna").unwrap();
        let shown = serde_json::json!({
            "account": "anna", "held": "00", "key": key, "proof": "00", "roles": ["supervisor"],
        });
        let record = |kind| Record {
            seq: 1,
            at: Instant(0),
            stream: Stream::Account(account.clone()),
            kind,
            actor: None,
            body: Canonical::new(shown.as_object().unwrap().clone()).unwrap(),
            arrived: None,
        };
        let mut people = People::default();
        people.observe(&record(Kind::AccountRevoked));
        assert!(!people.holds(&account, Role::Supervisor));
        people.observe(&record(Kind::AccountEnrolled));
        let fingerprint = Hex(ledger::hash::sha256(&key.0));
        assert!(people.acts_as(&fingerprint, Role::Supervisor) && !people.holds(&account, Role::Buyer));
        // What was erased says nothing.
        let mut erased = record(Kind::AccountEnrolled);
        erased.body = Canonical::default();
        people.observe(&erased);
        assert_eq!(people.account(&fingerprint), Some(&account));
    }
}
