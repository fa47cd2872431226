//! The vault: a folder of sealed bodies and documents, each under its digest, written once.
//!
//! Layout: `uploads/ID.json` and `uploads/ID.part` while an upload goes on; `body/AA/DIGEST` and
//! `document/AA/DIGEST` (AA: the first two digits) when complete; `opened/NAME` for plaintext.
//!
//! Invariant: an offset that was reported is on disk, and an object under a digest is whole. One process receives
//! uploads in a folder; any number may read complete objects.

mod files;
mod intake;
mod ticket;

use async_trait::async_trait;
use bytes::Bytes;
use desk::ports::{Content, Progress, VaultError};
use desk::{Entropy, Outage};
use facts::AccountId;
use futures_util::stream::BoxStream;
use intake::Lanes;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use ticket::Ticket;

/// What the vault accepts.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest upload, in bytes.
    pub longest: u64,
}

/// An upload that was begun and is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// Its id.
    pub id: String,
    /// Who began it.
    pub owner: AccountId,
    /// Bytes announced.
    pub length: u64,
}

/// A vault on a folder.
pub struct Vault {
    folder: Arc<PathBuf>,
    entropy: Arc<dyn Entropy>,
    limits: Limits,
    lanes: Arc<Lanes>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("folder", &self.folder)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// The word of a content in paths and tickets.
const fn word(content: Content) -> &'static str {
    match content {
        Content::Body => "body",
        Content::Document => "document",
    }
}

/// Where a complete object stands.
fn object(folder: &Path, content: Content, digest: &[u8; 32]) -> PathBuf {
    let name = hex::encode(digest);
    folder
        .join(word(content))
        .join(name.get(..2).unwrap_or_default())
        .join(name)
}

/// Runs file work beside the async threads.
async fn beside<T: Send + 'static, E: Send + 'static + From<Outage>>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Outage::new("working in the vault", error).into()),
    }
}

/// Says what was being done when the file system failed.
fn broken(context: &'static str) -> impl Fn(std::io::Error) -> Outage {
    move |error| Outage::new(context, error)
}

impl Vault {
    /// Opens the vault in a folder, made if it is not there.
    pub fn open(
        folder: impl Into<PathBuf>,
        entropy: Arc<dyn Entropy>,
        limits: Limits,
    ) -> Result<Self, Outage> {
        let folder = folder.into();
        for part in ["uploads", "opened", word(Content::Body), word(Content::Document)] {
            files::private_folder(&folder.join(part)).map_err(broken("opening the vault"))?;
        }
        Ok(Self {
            folder: Arc::new(folder),
            entropy,
            limits,
            lanes: Arc::default(),
        })
    }

    /// Removes unfinished uploads on which nothing has arrived since `before`, and tickets of finished ones that
    /// old; how many there were.
    pub async fn sweep(&self, before: SystemTime) -> Result<usize, Outage> {
        let folder = Arc::clone(&self.folder);
        let stale =
            beside(move || ticket::stale(&folder, before).map_err(broken("sweeping the vault"))).await?;
        let mut swept = 0_usize;
        for id in stale {
            if self.remove(&id).await? {
                swept = swept.saturating_add(1);
            }
        }
        Ok(swept)
    }

    /// The uploads that were begun and are not finished.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, Outage> {
        let folder = Arc::clone(&self.folder);
        beside(move || {
            let mut found = Vec::new();
            for id in ticket::ids(&folder).map_err(broken("listing uploads"))? {
                // One that ended while we were looking has no ticket any more.
                let ticket = Ticket::read(&folder, &id)?.filter(|ticket| ticket.digest.is_none());
                found.extend(ticket.map(|Ticket { owner, length, .. }| Unfinished { id, owner, length }));
            }
            Ok(found)
        })
        .await
    }

    /// Removes ticket and part of an upload, and whether there was one.
    async fn remove(&self, id: &str) -> Result<bool, Outage> {
        let lane = self.lanes.of(id);
        let mut kept = lane.take_over().await;
        *kept = None;
        let (folder, name) = (Arc::clone(&self.folder), id.to_owned());
        let removed =
            beside(move || ticket::remove(&folder, &name).map_err(broken("removing an upload"))).await?;
        self.lanes.forget(id);
        Ok(removed)
    }
}

async fn ticket(folder: &Arc<PathBuf>, id: &str) -> Result<Ticket, VaultError> {
    if !ticket::is_id(id) {
        return Err(VaultError::Unknown);
    }
    let (folder, id) = (Arc::clone(folder), id.to_owned());
    beside(move || Ticket::read(&folder, &id)?.ok_or(VaultError::Unknown)).await
}

#[async_trait]
impl desk::Vault for Vault {
    async fn begin(&self, owner: &AccountId, content: Content, length: u64) -> Result<String, VaultError> {
        if length > self.limits.longest {
            return Err(VaultError::TooLong(self.limits.longest));
        }
        let id = hex::encode(self.entropy.seed());
        let ticket = Ticket {
            id: id.clone(),
            owner: owner.clone(),
            content,
            length,
            digest: None,
        };
        let folder = Arc::clone(&self.folder);
        beside(move || {
            ticket
                .begin(&folder)
                .map_err(|error| broken("beginning an upload")(error).into())
        })
        .await
        .map(|()| id)
    }

    async fn progress(&self, id: &str) -> Result<Progress, VaultError> {
        let ticket = ticket(&self.folder, id).await?;
        let folder = Arc::clone(&self.folder);
        beside(move || {
            ticket
                .progress(&folder)
                .map_err(|error| broken("looking at an upload")(error).into())
        })
        .await
    }

    async fn receive(
        &self,
        id: &str,
        offset: u64,
        bytes: BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<Progress, VaultError> {
        // Before a lane is made for it: an unknown id must leave nothing behind.
        ticket(&self.folder, id).await?;
        let (folder, lanes, id) = (Arc::clone(&self.folder), Arc::clone(&self.lanes), id.to_owned());
        // A task of its own: the caller goes away when its client does, and what arrived must be kept even then.
        let task = tokio::spawn(async move {
            let lane = lanes.of(&id);
            let mut kept = lane.take_over().await;
            // Read again: while we waited for our turn the upload may have been completed or abandoned.
            let ticket = ticket(&folder, &id).await?;
            let progress = intake::receive(&folder, &lane, &mut kept, ticket, offset, bytes).await?;
            if progress.digest.is_some() {
                lanes.forget(&id);
            }
            Ok(progress)
        });
        task.await
            .map_err(|error| Outage::new("receiving an upload", error))?
    }

    async fn abandon(&self, id: &str) -> Result<(), VaultError> {
        ticket(&self.folder, id).await?;
        if self.remove(id).await? {
            Ok(())
        } else {
            Err(VaultError::Unknown)
        }
    }

    async fn length(&self, content: Content, digest: [u8; 32]) -> Result<Option<u64>, Outage> {
        let path = object(&self.folder, content, &digest);
        match tokio::fs::metadata(&path).await {
            Ok(found) => Ok(Some(found.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(broken("looking for an object")(error)),
        }
    }

    async fn path(&self, content: Content, digest: [u8; 32]) -> Result<Option<PathBuf>, Outage> {
        let there = self.length(content, digest).await?.is_some();
        Ok(there.then(|| object(&self.folder, content, &digest)))
    }

    async fn opened(&self, name: &str) -> Result<PathBuf, Outage> {
        if !files::is_plain_name(name) {
            return Err(Outage::new(
                "naming a file for plaintext",
                format!("{name:?} is not a plain file name"),
            ));
        }
        Ok(self.folder.join("opened").join(name))
    }
}
