//! How much an account may have begun to upload and not finished.
//!
//! Invariant: a place is taken before an upload is begun, so however many begin at once, no account holds more than
//! its share; and a place that nothing stands on any more is given back.

use desk::Vault;
use desk::ports::VaultError;
use facts::AccountId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Unfinished;

/// Uploads that an account may have open.
pub const OPEN: usize = 64;
/// Bytes that the open uploads of an account may announce together: 64 GiB.
pub const ANNOUNCED: u64 = 64 << 30;

/// Why an account may not begin another upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// It has so many open.
    Open(usize),
    /// Those it has open announce so many bytes.
    Announced(u64),
}

#[derive(Debug, Default)]
struct Share {
    /// Bytes announced, by upload.
    open: BTreeMap<String, u64>,
    /// Uploads that are being begun, and their bytes.
    taken: usize,
    taken_bytes: u64,
}

impl Share {
    fn count(&self) -> usize {
        self.open.len().saturating_add(self.taken)
    }

    fn bytes(&self) -> u64 {
        self.open
            .values()
            .fold(self.taken_bytes, |sum, length| sum.saturating_add(*length))
    }
}

/// The uploads that are open, by account; cloned freely.
#[derive(Debug, Clone, Default)]
pub struct Quota(Arc<Mutex<BTreeMap<AccountId, Share>>>);

impl Quota {
    /// The uploads that were open when the process began.
    #[must_use]
    pub fn of(unfinished: Vec<Unfinished>) -> Self {
        let mut shares: BTreeMap<AccountId, Share> = BTreeMap::new();
        for Unfinished { id, owner, length } in unfinished {
            shares.entry(owner).or_default().open.insert(id, length);
        }
        Self(Arc::new(Mutex::new(shares)))
    }

    fn shares(&self) -> MutexGuard<'_, BTreeMap<AccountId, Share>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for one more upload.
    pub fn take(&self, owner: &AccountId, length: u64) -> Result<Place, Full> {
        let mut shares = self.shares();
        let share = shares.entry(owner.clone()).or_default();
        if share.count() >= OPEN {
            return Err(Full::Open(share.count()));
        }
        if share.bytes().saturating_add(length) > ANNOUNCED {
            return Err(Full::Announced(share.bytes()));
        }
        share.taken = share.taken.saturating_add(1);
        share.taken_bytes = share.taken_bytes.saturating_add(length);
        Ok(Place {
            quota: self.clone(),
            owner: owner.clone(),
            length,
        })
    }

    /// The upload is over.
    pub fn release(&self, owner: &AccountId, id: &str) {
        let mut shares = self.shares();
        if let Some(share) = shares.get_mut(owner) {
            share.open.remove(id);
            if share.count() == 0 {
                shares.remove(owner);
            }
        }
    }

    fn open_of(&self, owner: &AccountId) -> Vec<String> {
        self.shares()
            .get(owner)
            .map(|share| share.open.keys().cloned().collect())
            .unwrap_or_default()
    }

    fn owners(&self) -> Vec<AccountId> {
        self.shares().keys().cloned().collect()
    }

    /// Gives back the places of an account's uploads that are over without anybody having said so: completed after
    /// the connection broke, or swept.
    pub async fn look_again(&self, owner: &AccountId, vault: &dyn Vault) {
        for id in self.open_of(owner) {
            let is_over = match vault.progress(&id).await {
                Ok(progress) => progress.digest.is_some(),
                Err(error) => matches!(error, VaultError::Unknown),
            };
            if is_over {
                self.release(owner, &id);
            }
        }
    }

    /// The same for every account.
    pub async fn look_at_all(&self, vault: &dyn Vault) {
        for owner in self.owners() {
            self.look_again(&owner, vault).await;
        }
    }
}

/// A place for an upload that is being begun; given back if it is not begun.
#[derive(Debug)]
pub struct Place {
    quota: Quota,
    owner: AccountId,
    length: u64,
}

impl Place {
    /// The upload was begun under this id.
    pub fn hold(self, id: &str) {
        let mut shares = self.quota.shares();
        shares
            .entry(self.owner.clone())
            .or_default()
            .open
            .insert(id.to_owned(), self.length);
        drop(shares);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut shares = self.quota.shares();
        if let Some(share) = shares.get_mut(&self.owner) {
            share.taken = share.taken.saturating_sub(1);
            share.taken_bytes = share.taken_bytes.saturating_sub(self.length);
            if share.count() == 0 {
                shares.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> AccountId {
        AccountId::parse("bidder-1").unwrap()
    }

    #[test]
    fn so_many_uploads_and_no_more() {
        let quota = Quota::default();
        for n in 0..OPEN {
            quota.take(&owner(), 1).unwrap().hold(&n.to_string());
        }
        assert_eq!(quota.take(&owner(), 1).unwrap_err(), Full::Open(OPEN));
        assert!(quota.take(&AccountId::parse("bidder-2").unwrap(), 1).is_ok());
        quota.release(&owner(), "0");
        assert!(quota.take(&owner(), 1).is_ok());
    }

    #[test]
    fn so_many_bytes_and_no_more() {
        let begun = Unfinished {
            id: "a".to_owned(),
            owner: owner(),
            length: ANNOUNCED - 10,
        };
        let quota = Quota::of(vec![begun]);
        assert_eq!(
            quota.take(&owner(), 11).unwrap_err(),
            Full::Announced(ANNOUNCED - 10)
        );
        quota.take(&owner(), 10).unwrap().hold("b");
        assert_eq!(quota.take(&owner(), 1).unwrap_err(), Full::Announced(ANNOUNCED));
    }

    #[test]
    fn a_place_counts_from_when_it_is_taken_until_it_is_given_back() {
        let quota = Quota::default();
        let places: Vec<Place> = (0..OPEN)
            .map(|_| quota.take(&owner(), ANNOUNCED / 64).unwrap())
            .collect();
        assert_eq!(quota.take(&owner(), 0).unwrap_err(), Full::Open(OPEN));
        drop(places);
        assert!(quota.take(&owner(), ANNOUNCED).is_ok());
        assert!(quota.shares().is_empty());
    }
}
