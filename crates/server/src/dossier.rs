//! The dossier (证据包): everything that is public of a tender, in one tar file that anybody can verify offline.
//!
//! Layout in `docs/record-format.md`. Invariant: memory does not grow with the tender, and nothing goes
//! in that the zone does not serve to everybody.

use crate::doors::Doors;
use crate::zones::log::public_payload;
use crate::zones::openings::public_bodies;
use crate::zones::procurement::documents;
use bytes::Bytes;
use desk::ports::Content;
use desk::{Latest, Outage, Problem};
use facts::{Hex, TenderId};
use ledger::{BundleId, Entry, TileId};
use ring_sha::Sha256;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

mod ring_sha {
    //! SHA-256 of what is written, for the manifest.

    /// A running SHA-256.
    pub(super) struct Sha256(seal::BodyHasher);

    impl Sha256 {
        pub(super) fn new() -> Self {
            Self(seal::BodyHasher::new(seal::Suite::Plain))
        }

        pub(super) fn update(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        pub(super) fn finish(self) -> [u8; 32] {
            self.0.finish()
        }
    }
}

struct Archive {
    tar: tar::Builder<File>,
    files: Vec<Value>,
}

impl Archive {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), Outage> {
        self.stream(path, bytes.len() as u64, &mut &*bytes)
    }

    fn add_file(&mut self, path: &str, file: &Path) -> Result<(), Outage> {
        let mut source = File::open(file).map_err(broken)?;
        let length = source.metadata().map_err(broken)?.len();
        self.stream(path, length, &mut source)
    }

    fn stream(&mut self, path: &str, length: u64, source: &mut impl Read) -> Result<(), Outage> {
        let mut header = tar::Header::new_ustar();
        header.set_size(length);
        header.set_mode(0o644);
        header.set_entry_type(tar::EntryType::Regular);
        let mut hashing = Hashing {
            inner: source,
            hash: Sha256::new(),
        };
        self.tar
            .append_data(&mut header, path, &mut hashing)
            .map_err(broken)?;
        let sha256 = Hex(hashing.hash.finish());
        self.files
            .push(json!({ "bytes": length, "path": path, "sha256": sha256 }));
        Ok(())
    }
}

struct Hashing<'a, R> {
    inner: &'a mut R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

fn broken(error: std::io::Error) -> Outage {
    Outage::new("writing a dossier", error)
}

/// Dossiers written at once: each reads the whole log.
const AT_ONCE: usize = 2;
static WRITING: Semaphore = Semaphore::const_new(AT_ONCE);

/// Looks at tender and log, at most, until both tell of the same records.
const LOOKS: usize = 8;

/// What goes into the archive, on its way to the thread that writes it.
enum Item {
    Bytes(String, Bytes),
    File(String, PathBuf),
}

/// The way to the thread that writes: files are read and written beside the async threads.
struct Way(mpsc::Sender<Item>);

impl Way {
    async fn send(&self, item: Item) -> Result<(), Outage> {
        // The thread says itself why it stopped.
        let stopped = |_| Outage::new("writing a dossier", "the archive could not be written");
        self.0.send(item).await.map_err(stopped)
    }

    async fn bytes(&self, path: impl Into<String>, bytes: impl Into<Bytes>) -> Result<(), Outage> {
        self.send(Item::Bytes(path.into(), bytes.into())).await
    }

    async fn file(&self, path: impl Into<String>, file: PathBuf) -> Result<(), Outage> {
        self.send(Item::File(path.into(), file)).await
    }
}

fn written(mut items: mpsc::Receiver<Item>) -> Result<Archive, Outage> {
    let file = tempfile::tempfile().map_err(broken)?;
    let mut archive = Archive {
        tar: tar::Builder::new(file),
        files: Vec::new(),
    };
    while let Some(item) = items.blocking_recv() {
        match item {
            Item::Bytes(path, bytes) => archive.add(&path, &bytes)?,
            Item::File(path, file) => archive.add_file(&path, &file)?,
        }
    }
    Ok(archive)
}

fn finished(mut archive: Archive, mut manifest: Value) -> Result<File, Outage> {
    let mut files = std::mem::take(&mut archive.files);
    files.sort_by(|a, b| {
        a.get("path")
            .and_then(Value::as_str)
            .cmp(&b.get("path").and_then(Value::as_str))
    });
    if let Some(members) = manifest.as_object_mut() {
        members.insert("files".to_owned(), files.into());
    }
    archive.add("manifest.json", manifest.to_string().as_bytes())?;
    let mut file = archive.tar.into_inner().map_err(broken)?;
    file.flush().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(file)
}

/// Writes the dossier to a nameless temporary file, rewound for reading.
pub async fn write(doors: &Doors, tender: &TenderId) -> Result<tokio::fs::File, Problem> {
    let _place = WRITING
        .acquire()
        .await
        .map_err(|e| Outage::new("writing a dossier", e))?;
    let (latest, state) = moment(doors, tender).await?;
    let (sender, items) = mpsc::channel(64);
    let archive = tokio::task::spawn_blocking(move || written(items));
    let told = tell(doors, tender, &latest, &state, Way(sender)).await;
    let archive = archive.await.map_err(|e| Outage::new("writing a dossier", e))??;
    told?;
    let manifest = json!({
        "format": "kaibiao/dossier/v1",
        "origin": doors.about.origin,
        "size": latest.size,
        "tender": tender,
    });
    let file = tokio::task::spawn_blocking(move || finished(archive, manifest)).await;
    let file = file.map_err(|e| Outage::new("writing a dossier", e))??;
    Ok(tokio::fs::File::from_std(file))
}

/// A checkpoint and the tender with the records that it covers: a record without its bodies, or bodies without their
/// record, would make an honest dossier fail.
async fn moment(doors: &Doors, tender: &TenderId) -> Result<(Arc<Latest>, Arc<procure::State>), Problem> {
    let mut state = doors.tender(tender).await?;
    for _ in 0..LOOKS {
        let latest = doors.pen.latest();
        let before = std::mem::replace(&mut state, doors.tender(tender).await?);
        let records = recorded(&state);
        let covers = |latest: &Arc<Latest>| records.iter().all(|seq| *seq < latest.size);
        if let Some(latest) = latest.filter(|latest| recorded(&before) == records && covers(latest)) {
            return Ok((latest, state));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(Outage::new("writing a dossier", "the tender's records did not stand still").into())
}

/// Positions of the opening records.
fn recorded(state: &procure::State) -> Vec<u64> {
    let records = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref());
    records.map(|recorded| recorded.seq).collect()
}

async fn tell(
    doors: &Doors,
    tender: &TenderId,
    latest: &Latest,
    state: &procure::State,
    way: Way,
) -> Result<(), Outage> {
    way.bytes("log/checkpoint", latest.note.as_bytes().to_vec())
        .await?;
    log_files(doors, latest.size, &way).await?;
    checkpoints(doors, latest.size, &way).await?;
    let mut known = BTreeSet::new();
    for document in documents(doors, tender, latest.size).await? {
        if let Some(path) = doors.vault.path(Content::Document, document.sha256.0).await?
            && known.insert(document.sha256)
        {
            way.file(format!("documents/{}", document.sha256), path).await?;
        }
    }
    for (submission, digest) in public_bodies(state) {
        if let Some(path) = doors.vault.path(Content::Body, digest.0).await? {
            way.file(format!("bodies/{submission}"), path).await?;
        }
    }
    Ok(())
}

async fn log_files(doors: &Doors, size: u64, way: &Way) -> Result<(), Outage> {
    for id in TileId::all(size) {
        let bytes = doors.log.tile(id.level, id.index, id.width).await?;
        let bytes = bytes.ok_or_else(|| Outage::new("writing a dossier", format!("{id} is missing")))?;
        way.bytes(format!("log/{}", id.path()), bytes).await?;
    }
    for id in BundleId::all(size) {
        let entries = doors.log.entries(id.first(), u32::from(id.width)).await?;
        let bundle = ledger::bundle::encode(entries.iter().map(AsRef::as_ref))
            .map_err(|e| Outage::new("writing a dossier", e))?;
        way.bytes(format!("log/{}", id.path()), bundle).await?;
        for bytes in &entries {
            let entry = Entry::parse(bytes).map_err(|e| Outage::new("writing a dossier", e))?;
            if let Some(payload) = public_payload(doors.log.as_ref(), &entry, size).await? {
                way.bytes(format!("payloads/{}.json", entry.seq), payload.to_bytes())
                    .await?;
            }
        }
    }
    Ok(())
}

/// The kept checkpoints, from the newest down.
async fn checkpoints(doors: &Doors, size: u64, way: &Way) -> Result<(), Outage> {
    let mut below = size;
    while below > 0 {
        let Some((kept, note)) = doors.log.checkpoint(below).await? else {
            return Ok(());
        };
        way.bytes(format!("checkpoints/{kept}"), note.into_bytes())
            .await?;
        below = kept.saturating_sub(1);
    }
    Ok(())
}
