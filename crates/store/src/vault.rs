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
mod used;

use async_trait::async_trait;
use bytes::Bytes;
use desk::ports::{Checksum, Content, Progress, VaultError};
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

/// A finished upload that no fact is known to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// Its id.
    pub id: String,
    /// Who began it.
    pub owner: AccountId,
    /// Its bytes.
    pub length: u64,
    /// The digest by which a fact would name it.
    pub digest: [u8; 32],
    /// Since when it waits for that; the beginning of all time if its owner has ended it.
    pub since: SystemTime,
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

    /// Removes unfinished uploads on which nothing has arrived since `before`, and tickets that old of what a fact
    /// names; how many there were.
    pub async fn sweep(&self, before: SystemTime) -> Result<usize, Outage> {
        let mut swept = 0_usize;
        for ticket in self.tickets().await? {
            let waits = ticket.digest.is_some() && !ticket.is_named;
            let folder = &self.folder;
            let is_old = ticket::touched(folder, &ticket.id).is_some_and(|last| last < before);
            if !waits && is_old && self.remove(&ticket.id).await? {
                swept = swept.saturating_add(1);
            }
        }
        Ok(swept)
    }

    async fn tickets(&self) -> Result<Vec<Ticket>, Outage> {
        let folder = Arc::clone(&self.folder);
        beside(move || ticket::all(&folder)).await
    }

    /// How many bytes lie in the vault, counted file by file.
    pub async fn used(&self) -> Result<u64, Outage> {
        let folder = Arc::clone(&self.folder);
        beside(move || used::count(&folder).map_err(broken("counting the vault"))).await
    }

    /// The uploads that were begun and are not finished.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, Outage> {
        let tickets = self.tickets().await?.into_iter();
        let open = tickets.filter(|ticket| ticket.digest.is_none());
        Ok(open
            .map(
                |Ticket {
                     id, owner, length, ..
                 }| Unfinished { id, owner, length },
            )
            .collect())
    }

    /// The uploads that are finished, and that no fact is known to name.
    pub async fn unnamed(&self) -> Result<Vec<Unnamed>, Outage> {
        let mut found = Vec::new();
        for ticket in self.tickets().await? {
            let Some(digest) = ticket.digest.filter(|_| !ticket.is_named) else {
                continue;
            };
            let last = ticket::touched(&self.folder, &ticket.id);
            found.push(Unnamed {
                // Whoever has ended it does not wait for anything.
                since: last
                    .filter(|_| !ticket.is_ended)
                    .unwrap_or(SystemTime::UNIX_EPOCH),
                id: ticket.id,
                owner: ticket.owner,
                length: ticket.length,
                digest,
            });
        }
        Ok(found)
    }

    /// Removes a finished upload and its bytes, unless another upload has the same. Only for what no fact names, and
    /// while none can come to name it.
    pub async fn discard(&self, id: &str) -> Result<(), Outage> {
        let (folder, id) = (Arc::clone(&self.folder), id.to_owned());
        beside(move || {
            let _alone = files::settling();
            let Some(ticket) = Ticket::read(&folder, &id)? else {
                return Ok(());
            };
            let Some(digest) = ticket.digest.filter(|_| !ticket.is_named) else {
                return Ok(());
            };
            let others = ticket::all(&folder)?;
            let same = |other: &Ticket| other.content == ticket.content && other.digest == Some(digest);
            if !others.iter().any(|other| other.id != id && same(other)) {
                files::remove(&object(&folder, ticket.content, &digest))
                    .map_err(broken("discarding an upload"))?;
            }
            ticket::remove(&folder, &id).map_err(broken("discarding an upload"))?;
            Ok(())
        })
        .await
    }

    async fn rewrite(&self, ticket: Ticket, doing: &'static str) -> Result<(), Outage> {
        let folder = Arc::clone(&self.folder);
        beside(move || {
            let _alone = files::settling();
            ticket.write(&folder).map_err(broken(doing))
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
    beside(move || {
        let ticket = Ticket::read(&folder, &id)?.filter(|ticket| !ticket.is_ended);
        ticket.ok_or(VaultError::Unknown)
    })
    .await
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
            sound: None,
            is_named: false,
            is_ended: false,
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
        let looked = ticket(&self.folder, id).await?;
        let folder = Arc::clone(&self.folder);
        let seen = beside(move || match looked.progress(&folder) {
            Ok(progress) => Ok(Some(progress)),
            // Completed or ended since its ticket was read: then the ticket says so.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(VaultError::from(broken("looking at an upload")(error))),
        });
        if let Some(progress) = seen.await? {
            return Ok(progress);
        }
        let looked = ticket(&self.folder, id).await?;
        let folder = Arc::clone(&self.folder);
        beside(move || {
            looked
                .progress(&folder)
                .map_err(|error| broken("looking at an upload")(error).into())
        })
        .await
    }

    async fn receive_part(
        &self,
        id: &str,
        offset: u64,
        checksum: Option<Checksum>,
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
            let progress =
                intake::receive(&folder, &lane, &mut kept, ticket, offset, checksum, bytes).await?;
            if progress.digest.is_some() {
                lanes.forget(&id);
            }
            Ok(progress)
        });
        task.await
            .map_err(|error| Outage::new("receiving an upload", error))?
    }

    async fn abandon(&self, id: &str) -> Result<(), VaultError> {
        let mut ticket = ticket(&self.folder, id).await?;
        if ticket.digest.is_some() {
            ticket.is_ended = true;
            return Ok(self.rewrite(ticket, "ending an upload").await?);
        }
        if self.remove(id).await? {
            Ok(())
        } else {
            Err(VaultError::Unknown)
        }
    }

    async fn keep(&self, id: &str) -> Result<(), Outage> {
        let folder = Arc::clone(&self.folder);
        let name = id.to_owned();
        let read = beside(move || Ticket::read(&folder, &name)).await?;
        let Some(mut ticket) = read.filter(|ticket| ticket.digest.is_some() && !ticket.is_named) else {
            return Ok(());
        };
        ticket.is_named = true;
        self.rewrite(ticket, "keeping an upload").await
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
