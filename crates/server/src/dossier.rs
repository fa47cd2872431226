//! The dossier (证据包): everything that is public of a tender, in one tar file that anybody can verify offline.
//!
//! Layout in `docs/record-format.md`. Invariant: memory does not grow with the tender, and nothing goes
//! in that the zone does not serve to everybody.

use crate::doors::Doors;
use crate::zones::log::public_payload;
use crate::zones::procurement::{documents, public_bodies};
use desk::Outage;
use desk::ports::Content;
use facts::{Hex, TenderId};
use ledger::{BundleId, Entry, TileId};
use ring_sha::Sha256;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

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
        let mut hashing = Hashing { inner: source, hash: Sha256::new() };
        self.tar.append_data(&mut header, path, &mut hashing).map_err(broken)?;
        let sha256 = Hex(hashing.hash.finish());
        self.files.push(json!({ "bytes": length, "path": path, "sha256": sha256 }));
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

/// Writes the dossier to a nameless temporary file, rewound for reading.
pub async fn write(doors: &Doors, tender: &TenderId, state: &procure::State) -> Result<tokio::fs::File, Outage> {
    let latest = doors.pen.latest().ok_or_else(|| Outage::new("writing a dossier", "the log is empty"))?;
    let file = tempfile::tempfile().map_err(broken)?;
    let mut archive = Archive { tar: tar::Builder::new(file), files: Vec::new() };
    archive.add("log/checkpoint", latest.note.as_bytes())?;
    log_files(doors, latest.size, &mut archive).await?;
    checkpoints(doors, latest.size, &mut archive).await?;
    for document in documents(doors, tender).await? {
        if let Some(path) = doors.vault.path(Content::Document, document.sha256.0).await? {
            let name = format!("documents/{}", document.sha256);
            let known = archive.files.iter().any(|file| file.get("path").is_some_and(|p| *p == name));
            if !known {
                archive.add_file(&name, &path)?;
            }
        }
    }
    for (submission, digest) in public_bodies(state) {
        if let Some(path) = doors.vault.path(Content::Body, digest.0).await? {
            archive.add_file(&format!("bodies/{submission}"), &path)?;
        }
    }
    let mut files = std::mem::take(&mut archive.files);
    files.sort_by(|a, b| a.get("path").and_then(Value::as_str).cmp(&b.get("path").and_then(Value::as_str)));
    let manifest = json!({
        "files": files,
        "format": "kaibiao/dossier/v1",
        "origin": doors.about.origin,
        "size": latest.size,
        "tender": tender,
    });
    archive.add("manifest.json", manifest.to_string().as_bytes())?;
    let mut file = archive.tar.into_inner().map_err(broken)?;
    file.flush().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok(tokio::fs::File::from_std(file))
}

async fn log_files(doors: &Doors, size: u64, archive: &mut Archive) -> Result<(), Outage> {
    for id in TileId::all(size) {
        let bytes = doors.log.tile(id.level, id.index, id.width).await?;
        let bytes = bytes.ok_or_else(|| Outage::new("writing a dossier", format!("{id} is missing")))?;
        archive.add(&format!("log/{}", id.path()), &bytes)?;
    }
    for id in BundleId::all(size) {
        let entries = doors.log.entries(id.first(), u32::from(id.width)).await?;
        let bundle = ledger::bundle::encode(entries.iter().map(AsRef::as_ref))
            .map_err(|e| Outage::new("writing a dossier", e))?;
        archive.add(&format!("log/{}", id.path()), &bundle)?;
        for bytes in &entries {
            let entry = Entry::parse(bytes).map_err(|e| Outage::new("writing a dossier", e))?;
            if let Some(payload) = public_payload(doors.log.as_ref(), &entry).await? {
                archive.add(&format!("payloads/{}.json", entry.seq), &payload.to_bytes())?;
            }
        }
    }
    Ok(())
}

/// The kept checkpoints, from the newest down.
async fn checkpoints(doors: &Doors, size: u64, archive: &mut Archive) -> Result<(), Outage> {
    let mut below = size;
    while below > 0 {
        let Some((kept, note)) = doors.log.checkpoint(below).await? else { return Ok(()) };
        archive.add(&format!("checkpoints/{kept}"), note.as_bytes())?;
        below = kept.saturating_sub(1);
    }
    Ok(())
}
