//! A bid on the bidder's own machine: sealed bodies, heads and secrets in one folder.
//!
//! Invariant: plaintext never leaves the machine, and the encrypted bid key is the only secret in the
//! folder: what replaces or unlocks the bid follows from it.

use crate::failure::{self, Failure};
use crate::{entropy, keyring};
use facts::body::bid::Envelope;
use facts::body::tender::{Part, Stage};
use facts::id::LotId;
use facts::{BidId, Hex, Instant, TenderId};
use seal::stream::seal_stream;
use seal::{Label, Point, SigningKey, Suite};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Name of the description inside the folder.
const DESCRIPTION: &str = "bid.json";

/// The suite of this platform.
pub const SUITE: Suite = Suite::Tree64k;

/// What the folder says of itself; no secret in clear.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BidFolder {
    /// The bid.
    pub bid: BidId,
    /// The bid key, an encrypted PKCS#8 file.
    pub key_file: String,
    /// Revision last submitted; 0 before the first.
    pub revision: u32,
    /// What was sealed last.
    #[serde(default)]
    pub sealed: Vec<SealedPart>,
    /// The rules acknowledged by what was sealed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Hex<32>>,
    /// The tender.
    pub tender: TenderId,
}

/// One sealed part.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedPart {
    /// File of the sealed body inside the folder.
    pub body: String,
    /// What goes into the log.
    pub envelope: Envelope,
    /// SHA-256 of the file that was sealed.
    pub plain_sha256: Hex<32>,
}

/// What a part is sealed for.
#[derive(Debug, Clone)]
pub struct SealingFor<'a> {
    /// The deadline in force.
    pub closes_at: Instant,
    /// Whether bidders lock their envelopes themselves.
    pub lock: bool,
    /// The lot.
    pub lot: &'a LotId,
    /// The part.
    pub part: &'a Part,
    /// The opening key of the stage.
    pub public: Point,
    /// The rules acknowledged.
    pub rules: Hex<32>,
    /// The stage.
    pub stage: &'a Stage,
}

impl BidFolder {
    /// Starts a folder for a new bid with a fresh key.
    pub fn create(
        folder: &Path,
        tender: TenderId,
        cost: seal::keyfile::KeyFileCost,
        passphrase: &str,
    ) -> Result<(Self, SigningKey), Failure> {
        std::fs::create_dir_all(folder).map_err(failure::file(folder))?;
        let key = SigningKey::generate(&mut entropy::rng());
        let pem = seal::keyfile::seal_key_at(cost, &key, passphrase, &mut entropy::rng())
            .map_err(|e| Failure::Input(e.to_string()))?;
        let key_file = "bid-key.pem".to_owned();
        keyring::write_secret(&folder.join(&key_file), &pem)?;
        let bid = BidId::parse(&entropy::name("bid")).map_err(|e| Failure::Input(e.to_string()))?;
        let made = Self {
            bid,
            key_file,
            revision: 0,
            sealed: Vec::new(),
            rules: None,
            tender,
        };
        made.save(folder)?;
        Ok((made, key))
    }

    /// Reads a folder.
    pub fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(DESCRIPTION);
        let text = std::fs::read_to_string(&path).map_err(failure::file(&path))?;
        serde_json::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
    }

    /// Writes the description whole, so that a crash leaves the old or the new one.
    pub fn save(&self, folder: &Path) -> Result<(), Failure> {
        let path = folder.join(DESCRIPTION);
        let beside = folder.join("bid.json.new");
        let text = serde_json::to_string_pretty(self).map_err(|e| Failure::Input(e.to_string()))?;
        let _ = std::fs::remove_file(&beside);
        keyring::write_secret(&beside, &text)?;
        std::fs::rename(&beside, &path).map_err(failure::file(&path))
    }

    /// Opens the bid key.
    pub fn key(&self, folder: &Path, passphrase: &str) -> Result<SigningKey, Failure> {
        let path = folder.join(&self.key_file);
        let pem = std::fs::read_to_string(&path).map_err(failure::file(&path))?;
        seal::keyfile::open_key(&pem, passphrase)
            .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
    }

    /// The body file of a sealed part.
    #[must_use]
    pub fn body_path(&self, folder: &Path, part: &SealedPart) -> PathBuf {
        folder.join(&part.body)
    }

    /// Seals one file as one part, replacing what was sealed for it before.
    pub fn seal_part(
        &mut self,
        folder: &Path,
        key: &SigningKey,
        target: &SealingFor<'_>,
        file: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        let length = std::fs::metadata(file).map_err(failure::file(file))?.len();
        if length > target.part.max_bytes {
            return Err(Failure::Input(format!(
                "{} has {length} bytes; part {} takes at most {} bytes. Nothing was sealed",
                file.display(),
                target.part.part,
                target.part.max_bytes
            )));
        }
        let submission: [u8; 16] = entropy::bytes();
        let beta = target.lock.then(|| unlock_secret(key, &submission));
        let blk = beta.map_or(seal::label::NO_LOCK, |beta| seal::blk(SUITE, &submission, &beta));
        let label = Label {
            tender: self.tender.to_string(),
            lot: target.lot.to_string(),
            part: target.part.part.to_string(),
            submission,
            signer: key.public().fingerprint(),
            key_id: target.stage.key_id.0,
            closes_at: u64::try_from(target.closes_at.0).unwrap_or_default(),
            rules: target.rules.0,
            blk,
        };
        let body = format!("{}-{}.sealed", target.lot, target.part.part);
        let path = folder.join(&body);
        let beside = folder.join(format!("{body}.new"));
        let mut reader = Hashing::new(File::open(file).map_err(failure::file(file))?);
        let mut writer = File::create(&beside).map_err(failure::file(&beside))?;
        let sealed = seal_stream(
            SUITE,
            label,
            &target.public,
            beta.as_ref(),
            length,
            &mut reader,
            &mut writer,
            &mut entropy::rng(),
            progress,
        )
        .map_err(|e| Failure::Input(format!("{}: {e}", file.display())))?;
        writer.sync_all().map_err(failure::file(&beside))?;
        let body_length = writer.metadata().map_err(failure::file(&beside))?.len();
        std::fs::rename(&beside, &path).map_err(failure::file(&path))?;
        let envelope = Envelope {
            blk: Hex(blk),
            body_digest: Hex(sealed.body_digest),
            body_length,
            header: Hex(sealed.header.to_bytes()),
            key_id: target.stage.key_id,
            lot: target.lot.clone(),
            part: target.part.part.clone(),
            sig: Hex(key.sign(&sealed.envelope_hash).to_bytes()),
            submission: Hex(submission),
        };
        self.sealed
            .retain(|p| p.envelope.lot != envelope.lot || p.envelope.part != envelope.part);
        let plain_sha256 = Hex(reader.finish());
        self.sealed.push(SealedPart {
            body,
            envelope,
            plain_sha256,
        });
        self.rules = Some(target.rules);
        self.save(folder)
    }
}

/// The bidder's own secret β of one envelope (投标人解密), derived from the bid key so that nothing
/// else has to be kept: `SHA-256(LP("kaibiao/bidder-lock/v1", seed of the bid key, submission))`.
#[must_use]
pub fn unlock_secret(key: &SigningKey, submission: &[u8; 16]) -> [u8; 32] {
    let seed = key.to_seed();
    let message = zeroize::Zeroizing::new(seal::lp(&[b"kaibiao/bidder-lock/v1", &seed[..], submission]));
    seal::hash::sha256(&[&message])
}

/// A reader that hashes what passes.
struct Hashing<R> {
    inner: R,
    hash: sha2::Sha256,
}

impl<R: std::io::Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: sha2::Digest::new(),
        }
    }

    fn finish(self) -> [u8; 32] {
        sha2::Digest::finalize(self.hash).into()
    }
}

impl<R: std::io::Read> std::io::Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        sha2::Digest::update(&mut self.hash, buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}
