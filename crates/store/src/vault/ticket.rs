//! The ticket of an upload: what was announced, and, once complete, its digest.
//!
//! Invariant: the digest is written on the ticket before the bytes move to their place, so an upload that was cut
//! between the two is finished by whoever looks at it next.

use super::{broken, files, object, word};
use desk::Outage;
use desk::ports::{Content, Progress};
use facts::{AccountId, Instant};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is known of an upload.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    pub(super) id: String,
    pub(super) owner: AccountId,
    pub(super) content: Content,
    /// Bytes announced.
    pub(super) length: u64,
    /// The digest, once complete.
    pub(super) digest: Option<[u8; 32]>,
    /// While parts come with checksums: where the bytes end whose checksum was found right. What lies beyond on the
    /// disk is of a part that was cut, and is cut off.
    pub(super) sound: Option<u64>,
    /// Whether a fact names what was uploaded.
    pub(super) is_named: bool,
    /// Whether whoever began it has ended it after it was complete.
    pub(super) is_ended: bool,
}

/// Whether a text can be the id of an upload: 64 lower-case hexadecimal digits, so never a path.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn file(folder: &Path, id: &str) -> PathBuf {
    folder.join("uploads").join(format!("{id}.json"))
}

impl Ticket {
    /// The file in which the bytes gather.
    pub(super) fn part(&self, folder: &Path) -> PathBuf {
        part(folder, &self.id)
    }

    /// Announces the upload.
    pub(super) fn begin(&self, folder: &Path) -> Result<(), Error> {
        files::fresh(&self.part(folder))?.sync_all()?;
        self.write(folder)
    }

    /// The ticket of that id, if there is one.
    pub(super) fn read(folder: &Path, id: &str) -> Result<Option<Self>, Outage> {
        let bytes = match std::fs::read(file(folder, id)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken("reading a ticket")(error)),
        };
        let damaged = || {
            Outage::new(
                "reading a ticket",
                format!("the ticket of upload {id} is damaged"),
            )
        };
        let fields: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let digest = match fields.get("digest") {
            Some(Value::Null) => None,
            Some(Value::String(digits)) => {
                let mut digest = [0; 32];
                hex::decode_to_slice(digits, &mut digest).map_err(|_| damaged())?;
                Some(digest)
            }
            _ => return Err(damaged()),
        };
        let content = match text("content") {
            Some("body") => Content::Body,
            Some("document") => Content::Document,
            _ => return Err(damaged()),
        };
        let owner = text("owner")
            .and_then(|owner| AccountId::parse(owner).ok())
            .ok_or_else(damaged)?;
        let length = fields.get("length").and_then(Value::as_u64).ok_or_else(damaged)?;
        let flag = |name: &str| fields.get(name).and_then(Value::as_bool).unwrap_or_default();
        Ok(Some(Self {
            id: id.to_owned(),
            owner,
            content,
            length,
            digest,
            sound: fields.get("sound").and_then(Value::as_u64),
            is_named: flag("named"),
            is_ended: flag("ended"),
        }))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), Error> {
        let text = json!({
            "content": word(self.content),
            "digest": self.digest.map(hex::encode),
            "ended": self.is_ended,
            "length": self.length,
            "named": self.is_named,
            "owner": self.owner.as_str(),
            "sound": self.sound,
        });
        files::replace(&file(folder, &self.id), text.to_string().as_bytes())
    }

    /// Writes the digest down and moves the flushed bytes to their place.
    pub(super) fn complete(&mut self, folder: &Path, digest: [u8; 32]) -> Result<(), Error> {
        let _alone = files::settling();
        self.digest = Some(digest);
        self.sound = None;
        self.write(folder)?;
        files::settle(&self.part(folder), &object(folder, self.content, &digest))
    }

    /// How far the upload has come; whatever is reported is on disk.
    pub(super) fn progress(&self, folder: &Path) -> Result<Progress, Error> {
        let part = self.part(folder);
        let offset = if let Some(digest) = self.digest {
            let _alone = files::settling();
            if part.exists() {
                files::settle(&part, &object(folder, self.content, &digest))?;
            }
            self.length
        } else {
            let file = File::open(&part)?;
            let length = file.metadata()?.len();
            file.sync_all()?;
            self.sound.map_or(length, |sound| sound.min(length))
        };
        Ok(self.at(folder, offset))
    }

    /// The progress at an offset.
    pub(super) fn at(&self, folder: &Path, offset: u64) -> Progress {
        let Self {
            length,
            content,
            digest,
            ..
        } = *self;
        Progress {
            offset,
            length,
            content,
            owner: self.owner.clone(),
            digest,
            touched: instant(touched(folder, &self.id).unwrap_or(UNIX_EPOCH)),
        }
    }
}

fn instant(time: SystemTime) -> Instant {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// When something last happened to an upload.
pub(super) fn touched(folder: &Path, id: &str) -> Option<SystemTime> {
    let of = |path: PathBuf| std::fs::metadata(path).and_then(|found| found.modified()).ok();
    of(part(folder, id)).max(of(file(folder, id)))
}

fn part(folder: &Path, id: &str) -> PathBuf {
    folder.join("uploads").join(format!("{id}.part"))
}

/// Removes what an upload left in the folder of uploads, and whether there was a ticket.
pub(super) fn remove(folder: &Path, id: &str) -> Result<bool, Error> {
    // The part goes first: a ticket without bytes can be removed again, bytes without a ticket are found by nobody.
    files::remove(&part(folder, id))?;
    let removed = files::remove(&file(folder, id))?;
    files::sync_folder(&folder.join("uploads"))?;
    Ok(removed)
}

/// Ids of the uploads that have a ticket.
fn ids(folder: &Path) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder.join("uploads"))? {
        let name = item?.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(".json"));
        found.extend(id.filter(|id| is_id(id)).map(str::to_owned));
    }
    Ok(found)
}

/// All tickets. One that ended while we were looking is not among them.
pub(super) fn all(folder: &Path) -> Result<Vec<Ticket>, Outage> {
    let mut found = Vec::new();
    for id in ids(folder).map_err(broken("listing uploads"))? {
        found.extend(Ticket::read(folder, &id)?);
    }
    Ok(found)
}
