//! A vault in a folder of its own, and streams that end in every way.

use bytes::Bytes;
use desk::Entropy;
use facts::AccountId;
use futures_util::stream::{self, BoxStream, StreamExt};
use kaibiao_store::{Limits, Vault};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use std::io::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(crate) const LONGEST: u64 = 1 << 30;

struct Seeded(Mutex<ChaCha20Rng>);

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(buffer);
    }
}

pub(crate) fn open(folder: &Path) -> Vault {
    let entropy = Arc::new(Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(5))));
    Vault::open(folder, entropy, Limits { longest: LONGEST }).unwrap()
}

pub(crate) fn room() -> (TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(&folder.path().join("vault"));
    (folder, vault)
}

pub(crate) fn anna() -> AccountId {
    AccountId::parse("anna").unwrap()
}

/// Bytes that look like nothing.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    ChaCha20Rng::seed_from_u64(length as u64).fill_bytes(&mut bytes);
    bytes
}

pub(crate) type Stream = BoxStream<'static, Result<Bytes, Error>>;

fn pieces(bytes: &[u8]) -> Vec<Result<Bytes, Error>> {
    bytes
        .chunks(16_000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect()
}

pub(crate) fn whole(bytes: &[u8]) -> Stream {
    stream::iter(pieces(bytes)).boxed()
}

/// The connection breaks after the bytes.
pub(crate) fn breaking(bytes: &[u8]) -> Stream {
    stream::iter(pieces(bytes))
        .chain(stream::iter([Err(Error::other("reset by peer"))]))
        .boxed()
}

/// The connection hangs after the bytes.
pub(crate) fn hanging(bytes: &[u8]) -> Stream {
    stream::iter(pieces(bytes)).chain(stream::pending()).boxed()
}

/// All files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
