//! How much an account may have begun to upload and not finished, and how much finished that no fact names.
//!
//! Invariant: a place is taken before an upload is begun, so however many begin at once, no account holds more than
//! its share; and a place that nothing stands on any more is given back.

use crate::config::UploadsConfig;
use desk::Vault;
use desk::ports::VaultError;
use facts::AccountId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::{Unfinished, Unnamed};

/// Why an account may not begin another upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// It has so many open.
    Open(usize),
    /// Those it has open announce so many bytes.
    Announced(u64),
    /// It has so many finished ones that no fact names.
    Unnamed(usize),
    /// Those take so many bytes.
    UnnamedBytes(u64),
}

#[derive(Debug, Default)]
struct Share {
    /// Bytes announced, by upload.
    open: BTreeMap<String, u64>,
    /// Digest and bytes of those that are finished and that no fact names, by upload.
    unnamed: BTreeMap<String, ([u8; 32], u64)>,
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

    fn unnamed_bytes(&self) -> u64 {
        let lengths = self.unnamed.values().map(|(_, length)| *length);
        lengths.fold(0, u64::saturating_add)
    }

    fn is_idle(&self) -> bool {
        self.count() == 0 && self.unnamed.is_empty()
    }
}

#[derive(Debug, Default)]
struct Shares {
    of: BTreeMap<AccountId, Share>,
    /// Owner and id of what is finished and not named, by digest.
    by_digest: HashMap<[u8; 32], Vec<(AccountId, String)>>,
}

impl Shares {
    fn finish(&mut self, owner: &AccountId, id: &str, digest: [u8; 32], length: u64) {
        let share = self.of.entry(owner.clone()).or_default();
        share.open.remove(id);
        if share.unnamed.insert(id.to_owned(), (digest, length)).is_none() {
            let same = self.by_digest.entry(digest).or_default();
            same.push((owner.clone(), id.to_owned()));
        }
    }

    fn release(&mut self, owner: &AccountId, id: &str) {
        let Some(share) = self.of.get_mut(owner) else {
            return;
        };
        share.open.remove(id);
        if let Some((digest, _)) = share.unnamed.remove(id)
            && let Some(same) = self.by_digest.get_mut(&digest)
        {
            same.retain(|(_, known)| known != id);
            if same.is_empty() {
                self.by_digest.remove(&digest);
            }
        }
        if share.is_idle() {
            self.of.remove(owner);
        }
    }
}

/// The uploads that are open or wait to be named, by account; cloned freely.
#[derive(Debug, Clone, Default)]
pub struct Quota {
    limits: Arc<UploadsConfig>,
    shares: Arc<Mutex<Shares>>,
}

impl Quota {
    /// The uploads that were there when the process began.
    #[must_use]
    pub fn of(limits: &UploadsConfig, unfinished: Vec<Unfinished>, unnamed: Vec<Unnamed>) -> Self {
        let quota = Self {
            limits: Arc::new(limits.clone()),
            shares: Arc::default(),
        };
        let mut shares = quota.shares();
        for Unfinished { id, owner, length } in unfinished {
            shares.of.entry(owner).or_default().open.insert(id, length);
        }
        for one in unnamed {
            shares.finish(&one.owner, &one.id, one.digest, one.length);
        }
        drop(shares);
        quota
    }

    /// How much may be kept.
    #[must_use]
    pub fn limits(&self) -> &UploadsConfig {
        &self.limits
    }

    fn shares(&self) -> MutexGuard<'_, Shares> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for one more upload.
    pub fn take(&self, owner: &AccountId, length: u64) -> Result<Place, Full> {
        let mut shares = self.shares();
        let share = shares.of.entry(owner.clone()).or_default();
        if share.count() >= self.limits.unfinished_uploads {
            return Err(Full::Open(share.count()));
        }
        if share.bytes().saturating_add(length) > self.limits.unfinished_bytes {
            return Err(Full::Announced(share.bytes()));
        }
        if share.unnamed.len() >= self.limits.unreferenced_uploads {
            return Err(Full::Unnamed(share.unnamed.len()));
        }
        if share.unnamed_bytes().saturating_add(length) > self.limits.unreferenced_bytes {
            return Err(Full::UnnamedBytes(share.unnamed_bytes()));
        }
        share.taken = share.taken.saturating_add(1);
        share.taken_bytes = share.taken_bytes.saturating_add(length);
        Ok(Place {
            quota: self.clone(),
            owner: owner.clone(),
            length,
        })
    }

    /// The upload is over, or its bytes are gone.
    pub fn release(&self, owner: &AccountId, id: &str) {
        self.shares().release(owner, id);
    }

    /// The upload is finished; it waits for a fact that names it.
    pub fn finish(&self, owner: &AccountId, id: &str, digest: [u8; 32], length: u64) {
        self.shares().finish(owner, id, digest, length);
    }

    /// Ids of the uploads that a fact with these digests names; they count for nobody from now on.
    #[must_use]
    pub fn name(&self, digests: &[[u8; 32]]) -> Vec<String> {
        let mut shares = self.shares();
        let mut named = Vec::new();
        for digest in digests {
            for (owner, id) in shares.by_digest.get(digest).cloned().unwrap_or_default() {
                shares.release(&owner, &id);
                named.push(id);
            }
        }
        named
    }

    fn open_of(&self, owner: &AccountId) -> Vec<String> {
        self.shares()
            .of
            .get(owner)
            .map(|share| share.open.keys().cloned().collect())
            .unwrap_or_default()
    }

    fn owners(&self) -> Vec<AccountId> {
        self.shares().of.keys().cloned().collect()
    }

    /// Gives back the places of an account's uploads that are over without anybody having said so: completed after
    /// the connection broke, or swept.
    pub async fn look_again(&self, owner: &AccountId, vault: &dyn Vault) {
        for id in self.open_of(owner) {
            match vault.progress(&id).await {
                Ok(progress) => {
                    if let Some(digest) = progress.digest {
                        self.finish(owner, &id, digest, progress.length);
                    }
                }
                Err(VaultError::Unknown) => self.release(owner, &id),
                Err(_) => {}
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
            .of
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
        if let Some(share) = shares.of.get_mut(&self.owner) {
            share.taken = share.taken.saturating_sub(1);
            share.taken_bytes = share.taken_bytes.saturating_sub(self.length);
            if share.is_idle() {
                shares.of.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: usize = 64;
    const ANNOUNCED: u64 = 64 << 30;

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
        let quota = Quota::of(&UploadsConfig::default(), vec![begun], Vec::new());
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
        assert!(quota.shares().of.is_empty());
    }

    #[test]
    fn what_is_finished_counts_until_a_fact_names_it() {
        let limits = UploadsConfig {
            unreferenced_bytes: 100,
            unreferenced_uploads: 2,
            ..UploadsConfig::default()
        };
        let quota = Quota::of(&limits, Vec::new(), Vec::new());
        quota.take(&owner(), 60).unwrap().hold("a");
        quota.finish(&owner(), "a", [1; 32], 60);
        assert_eq!(quota.take(&owner(), 41).unwrap_err(), Full::UnnamedBytes(60));
        quota.take(&owner(), 40).unwrap().hold("b");
        quota.finish(&owner(), "b", [2; 32], 40);
        assert_eq!(quota.take(&owner(), 0).unwrap_err(), Full::Unnamed(2));
        // Two who uploaded the same are both relieved when it is named.
        let other = AccountId::parse("bidder-2").unwrap();
        quota.finish(&other, "c", [1; 32], 60);
        assert_eq!(quota.name(&[[3; 32], [1; 32]]), ["a", "c"]);
        assert!(quota.take(&owner(), 60).is_ok());
        assert!(quota.name(&[[1; 32]]).is_empty());
        quota.release(&owner(), "b");
        let shares = quota.shares();
        assert!(shares.of.is_empty() && shares.by_digest.is_empty(), "{shares:?}");
    }
}
