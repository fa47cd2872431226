//! A dossier as the checks see it: files, log, facts, and what several checks compute together.
//!
//! Invariant: everything here is derived from the files once, and no check changes it.

use crate::bids::{self, Bids};
use crate::keys::{self, StageKeys};
use crate::log::Log;
use crate::manifest::{self, Manifest, ManifestError};
use crate::opened::{self, Batch, OpenedPart};
use crate::people::People;
use crate::policy::Policy;
use crate::rules::{self, Rules};
use crate::shown::{Shown, Told};
use crate::source::{FileError, Source, SourceError};
use facts::body::evaluation::EvaluationReopened;
use facts::{Body, Hex, Stream, TenderId};
use ledger::{Checkpoint, Note};
use seal::Point;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

/// The largest note read, in bytes.
pub const MAX_NOTE: u64 = 64 << 10;

/// Why a dossier cannot be examined at all.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// It cannot be opened.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file without which nothing can be said is missing or too long.
    #[error(transparent)]
    File(#[from] FileError),
    /// The manifest is not accepted.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// An earlier word of the log on itself.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Where it comes from.
    pub name: String,
    /// The note.
    pub note: String,
    /// The size in its file's name, for checkpoints of the dossier.
    pub named: Option<u64>,
}

/// A dossier that was read.
#[derive(Debug)]
pub struct Dossier {
    /// What the user trusts.
    pub policy: Policy,
    /// The files.
    pub source: Source,
    /// The manifest.
    pub manifest: Manifest,
    /// The note `log/checkpoint`.
    pub checkpoint: String,
    /// Earlier checkpoints, of the user and of the dossier.
    pub earlier: Vec<Earlier>,
    /// The log.
    pub log: Log,
    /// The facts.
    pub shown: Shown,
    /// The tender.
    pub tender: TenderId,
    rules: OnceLock<Option<Rules>>,
    bids: OnceLock<Bids>,
    keys: OnceLock<StageKeys>,
    opened: OnceLock<Vec<OpenedPart>>,
    people: OnceLock<People>,
    batches: OnceLock<BTreeMap<u64, Batch>>,
}

impl Dossier {
    /// Reads everything but documents and bodies, which are streamed when a check wants them.
    pub fn load(path: &Path, policy: Policy) -> Result<Self, DossierError> {
        let source = Source::open(path)?;
        let manifest = Manifest::parse(&source.read(manifest::NAME, manifest::MAX_MANIFEST)?)?;
        let checkpoint = text(source.read("log/checkpoint", MAX_NOTE)?);
        let earlier = earlier(&source, &policy)?;
        let log = Log::load(&source, manifest.size);
        let shown = Shown::load(&source, &log);
        let tender = manifest.tender.clone();
        Ok(Self {
            policy,
            source,
            manifest,
            checkpoint,
            earlier,
            log,
            shown,
            tender,
            rules: OnceLock::new(),
            bids: OnceLock::new(),
            keys: OnceLock::new(),
            opened: OnceLock::new(),
            people: OnceLock::new(),
            batches: OnceLock::new(),
        })
    }

    /// The stream of the tender.
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream::Tender(self.tender.clone())
    }

    /// The stream of its evaluation.
    #[must_use]
    pub fn evaluation(&self) -> Stream {
        Stream::Evaluation(self.tender.clone())
    }

    /// The facts of one kind in the last round of the evaluation: after the last `evaluation.reopened`, if any.
    #[must_use]
    pub fn round<B: Body>(&self) -> Vec<Told<'_, B>> {
        self.round_until(u64::MAX)
    }

    /// The facts of one kind before a position, in the round of that position.
    #[must_use]
    pub fn round_until<B: Body>(&self, end: u64) -> Vec<Told<'_, B>> {
        let stream = self.evaluation();
        let again = self.shown.told::<EvaluationReopened>(&stream);
        let begins = again.iter().map(Told::seq).rfind(|seq| *seq < end).unwrap_or(0);
        let told = self.shown.told::<B>(&stream).into_iter();
        told.filter(|told| (begins..end).contains(&told.seq())).collect()
    }

    /// The notice and the chain of its addenda; `None` before the notice.
    pub fn rules(&self) -> Option<&Rules> {
        self.rules.get_or_init(|| rules::of(self)).as_ref()
    }

    /// The bids as far as they are disclosed.
    pub fn bids(&self) -> &Bids {
        self.bids.get_or_init(|| bids::of(self))
    }

    /// The key of each stage, recomputed from its ceremony.
    pub fn keys(&self) -> &StageKeys {
        self.keys.get_or_init(|| keys::of(self))
    }

    /// Everybody who may act.
    pub fn people(&self) -> &People {
        self.people.get_or_init(|| People::of(&self.shown))
    }

    /// The verdict on the batch of shares at a position.
    ///
    /// # Errors
    /// The first envelope whose partial opening is false, with the reason.
    pub fn batch(&self, seq: u64) -> Result<&Vec<Point>, (Option<Hex<16>>, String)> {
        let batches = self.batches.get_or_init(|| opened::batches(self));
        match batches.get(&seq) {
            Some(batch) => batch.as_ref().map_err(Clone::clone),
            None => Err((None, "there is no such batch".to_owned())),
        }
    }

    /// What every envelope of every settled list opens to.
    pub fn opened(&self) -> &[OpenedPart] {
        self.opened.get_or_init(|| opened::of(self))
    }

    /// What the note `log/checkpoint` says, whoever signed it.
    #[must_use]
    pub fn claimed(&self) -> Option<Checkpoint> {
        let note = Note::parse(&self.checkpoint).ok()?;
        Checkpoint::parse_text(note.unverified_text()).ok()
    }
}

fn earlier(source: &Source, policy: &Policy) -> Result<Vec<Earlier>, FileError> {
    let kept = policy.checkpoints.iter().zip(1_u32..);
    let mut earlier: Vec<Earlier> = kept
        .map(|(note, n)| Earlier {
            name: format!("policy checkpoint {n}"),
            note: note.clone(),
            named: None,
        })
        .collect();
    let names: Vec<String> = source
        .files()
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("checkpoints/"))
        .map(str::to_owned)
        .collect();
    for name in names {
        let size = name
            .strip_prefix("checkpoints/")
            .and_then(|size| size.parse().ok());
        // A file that is not named after a size fits none.
        let size = Some(size.unwrap_or(u64::MAX));
        earlier.push(Earlier {
            note: text(source.read(&name, MAX_NOTE)?),
            named: size,
            name,
        });
    }
    Ok(earlier)
}

/// Bytes that are not UTF-8 become replacement characters, under which no signature verifies.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
