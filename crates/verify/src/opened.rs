//! What the envelopes of the settled lists open to: shares verified, combined, bodies decrypted.
//!
//! Invariant: only batches whose every proof was verified here are combined; whatever the record
//! says is not consulted.

use crate::bids::Submitted;
use crate::dossier::Dossier;
use crate::rules::Rules;
use facts::body::bid::{Envelope, Letter};
use facts::body::opening::{BidUnlocked, ListSettled, ShareGiven};
use facts::id::StageId;
use facts::{BidId, Canonical, Hex};
use seal::cob256::{Opener, PREFIX};
use seal::pad::Unpadder;
use seal::{Header, Opening, Partial, Point, Suite, Target};
use std::collections::BTreeMap;
use std::io::Read;

/// The largest letter read, in bytes.
const MAX_LETTER: usize = 8 << 20;
/// Bytes read at a time from a body.
const PIECE: usize = 1 << 20;

/// One envelope of a settled list.
#[derive(Debug, Clone)]
pub struct OpenedPart {
    /// The stage.
    pub stage: StageId,
    /// The envelope.
    pub submission: Hex<16>,
    /// What came of it.
    pub result: Opened,
}

/// What came of opening an envelope.
#[derive(Debug, Clone)]
pub enum Opened {
    /// It opened.
    Plain(Plain),
    /// It does not open, for a reason that lies in the envelope.
    Bad(String),
    /// It cannot be tried: no body in the dossier, or too few shares.
    Untried(Untried),
}

/// Why an envelope cannot be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untried {
    /// The body is for the panel alone, or was never there.
    NoBody,
    /// The fact that names the envelope is not shown, or its key is not known.
    NoFact,
    /// Fewer than k valid batches.
    NoQuorum,
}

/// A plaintext.
#[derive(Debug, Clone)]
pub struct Plain {
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Its length.
    pub bytes: u64,
    /// The file itself, if it is small enough to be a letter.
    pub text: Option<Vec<u8>>,
}

impl Plain {
    /// The letter, if the file is one in canonical form.
    #[must_use]
    pub fn letter(&self) -> Option<Letter> {
        Canonical::parse(self.text.as_deref()?).ok()?.read().ok()
    }
}

/// An envelope with everything it is checked against.
pub(crate) struct Listed<'a> {
    pub(crate) bid: &'a BidId,
    pub(crate) submitted: &'a Submitted,
    pub(crate) envelope: &'a Envelope,
}

/// The disclosed envelope with that id that a list may mean.
pub(crate) fn envelope(dossier: &Dossier, submission: Hex<16>) -> Option<Listed<'_>> {
    dossier.bids().iter().find_map(|(bid, known)| {
        known.submitted.iter().rev().find_map(|submitted| {
            let envelope = submitted
                .body
                .envelopes
                .iter()
                .find(|one| one.submission == submission)?;
            Some(Listed {
                bid,
                submitted,
                envelope,
            })
        })
    })
}

/// A batch that verifies whole, or the first envelope that fails and why.
pub type Batch = Result<Vec<Point>, (Option<Hex<16>>, String)>;

/// Every batch of the tender by its position, checked against the settled list of its stage.
pub(crate) fn batches(dossier: &Dossier) -> BTreeMap<u64, Batch> {
    let stream = dossier.stream();
    let settled = dossier.shown.told::<ListSettled>(&stream);
    let given = dossier.shown.told::<ShareGiven>(&stream);
    let checked = given.into_iter().map(|told| {
        let list = settled
            .iter()
            .find(|list| list.body.stage == told.body.stage && list.body.list == told.body.list);
        let batch = match list {
            Some(list) => verify_batch(dossier, &list.body, &told.body),
            None => Err((None, "it answers no settled list".to_owned())),
        };
        (told.seq(), batch)
    });
    checked.collect()
}

/// The first valid batch of each custodian for a settled list.
fn valid_batches<'a>(dossier: &'a Dossier, settled: &ListSettled) -> BTreeMap<u16, &'a Vec<Point>> {
    let mut valid = BTreeMap::new();
    for told in dossier.shown.told::<ShareGiven>(&dossier.stream()) {
        if told.body.stage == settled.stage
            && let Ok(points) = dossier.batch(told.seq())
        {
            valid.entry(told.body.index).or_insert(points);
        }
    }
    valid
}

/// Checks every partial of a batch; the first false one is named.
fn verify_batch(dossier: &Dossier, settled: &ListSettled, given: &ShareGiven) -> Batch {
    if given.partials.len() != settled.submissions.len() {
        let counts = (given.partials.len(), settled.submissions.len());
        return Err((
            None,
            format!("{} partial openings for {} envelopes", counts.0, counts.1),
        ));
    }
    let key = dossier
        .keys()
        .get(&settled.stage)
        .and_then(|key| key.certificate());
    let certificate = key.ok_or_else(|| (None, "the stage has no recomputed key".to_owned()))?;
    let y_i = certificate.share(given.index);
    let y_i = y_i.ok_or_else(|| (None, format!("there is no custodian {}", given.index)))?;
    let mut points = Vec::with_capacity(given.partials.len());
    for (submission, partial) in settled.submissions.iter().zip(&given.partials) {
        let wrong = |why: String| (Some(*submission), why);
        let partial = Partial::parse(partial.bytes()).map_err(|why| wrong(why.to_string()))?;
        let sealed = envelope(dossier, *submission).zip(dossier.rules());
        let (listed, rules) = sealed.ok_or_else(|| wrong("the envelope is not disclosed".to_owned()))?;
        let (label, header) =
            head(rules, &listed).ok_or_else(|| wrong("the envelope has no readable head".to_owned()))?;
        let target = Target {
            suite: Suite::Tree64k,
            y: certificate.y(),
            label_digest: &label.digest(Suite::Tree64k),
            body_digest: listed.envelope.body_digest.bytes(),
            header: &header,
        };
        seal::verify_partial(&target, given.index, y_i, &partial).map_err(|why| wrong(why.to_string()))?;
        points.push(partial.d);
    }
    Ok(points)
}

fn head(rules: &Rules, listed: &Listed<'_>) -> Option<(seal::Label, Header)> {
    Some((
        listed.submitted.label(rules, listed.envelope)?,
        Header::parse(listed.envelope.header.bytes()).ok()?,
    ))
}

pub(crate) fn of(dossier: &Dossier) -> Vec<OpenedPart> {
    let mut opened = Vec::new();
    for settled in dossier.shown.told::<ListSettled>(&dossier.stream()) {
        let valid = valid_batches(dossier, &settled.body);
        for (place, submission) in settled.body.submissions.iter().enumerate() {
            let partials: Vec<(u16, Point)> = valid
                .iter()
                .filter_map(|(index, points)| Some((*index, *points.get(place)?)))
                .collect();
            let result = open(dossier, &settled.body, *submission, &partials);
            opened.push(OpenedPart {
                stage: settled.body.stage.clone(),
                submission: *submission,
                result,
            });
        }
    }
    opened
}

fn open(dossier: &Dossier, settled: &ListSettled, submission: Hex<16>, partials: &[(u16, Point)]) -> Opened {
    let name = format!("bodies/{submission}");
    if dossier.source.length(&name).is_none() {
        return Opened::Untried(Untried::NoBody);
    }
    let key = dossier
        .keys()
        .get(&settled.stage)
        .and_then(|key| key.certificate());
    let sealed = envelope(dossier, submission).zip(dossier.rules());
    let (Some(certificate), Some((listed, rules))) = (key, sealed) else {
        return Opened::Untried(Untried::NoFact);
    };
    let Some((label, header)) = head(rules, &listed) else {
        return Opened::Untried(Untried::NoFact);
    };
    let k = usize::from(certificate.roster().k());
    if partials.len() < k {
        return Opened::Untried(Untried::NoQuorum);
    }
    let z = match seal::combine(k, partials) {
        Ok(z) => z,
        Err(why) => return Opened::Bad(why.to_string()),
    };
    let beta = beta(dossier, &settled.stage, submission);
    let opening = Opening {
        suite: Suite::Tree64k,
        label: &label,
        header: &header,
        y: certificate.y(),
        z: &z,
        beta: beta.as_ref(),
    };
    let result = dossier.source.reader(&name).map_err(|why| why.to_string());
    match result.and_then(|body| decrypt(body, &opening, listed.envelope)) {
        Ok(plain) => Opened::Plain(plain),
        Err(why) => Opened::Bad(why),
    }
}

/// The secret that the bidder gave for an envelope.
pub(crate) fn beta(dossier: &Dossier, stage: &StageId, submission: Hex<16>) -> Option<[u8; 32]> {
    let unlocked = dossier.shown.told::<BidUnlocked>(&dossier.stream());
    let own = unlocked
        .iter()
        .filter(|told| told.body.stage == *stage)
        .flat_map(|told| &told.body.keys);
    own.into_iter()
        .find(|key| key.submission == submission)
        .map(|key| key.beta.0)
}

/// Decrypts in one pass and in constant memory, hashing the sealed and the plain side.
fn decrypt(mut body: Box<dyn Read>, opening: &Opening<'_>, envelope: &Envelope) -> Result<Plain, String> {
    let said = |why: &dyn std::fmt::Display| why.to_string();
    let mut digest = seal::BodyHasher::new(Suite::Tree64k);
    let mut prefix = [0_u8; PREFIX];
    body.read_exact(&mut prefix).map_err(|why| said(&why))?;
    digest.update(&prefix);
    let mut opener: Opener = opening.opener(&prefix).map_err(|why| said(&why))?;
    let (mut frame, mut file) = (Unpadder::new(), ring::digest::Context::new(&ring::digest::SHA256));
    let (mut text, mut bytes, mut length) = (Some(Vec::new()), 0_u64, PREFIX as u64);
    let mut sink = |data: &[u8]| {
        file.update(data);
        bytes = bytes.saturating_add(data.len() as u64);
        let fits = text
            .as_ref()
            .is_some_and(|text: &Vec<u8>| text.len().saturating_add(data.len()) <= MAX_LETTER);
        if let (Some(kept), true) = (&mut text, fits) {
            kept.extend_from_slice(data);
        } else {
            text = None;
        }
    };
    let (mut piece, mut plain) = (vec![0_u8; PIECE], Vec::with_capacity(PIECE));
    loop {
        let read = body.read(&mut piece).map_err(|why| said(&why))?;
        let sealed = piece.get(..read).unwrap_or_default();
        if sealed.is_empty() {
            break;
        }
        digest.update(sealed);
        length = length.saturating_add(read as u64);
        plain.clear();
        opener.update(sealed, &mut plain).map_err(|why| said(&why))?;
        frame.update(&plain, &mut sink).map_err(|why| said(&why))?;
    }
    plain.clear();
    opener.finish(&mut plain).map_err(|why| said(&why))?;
    frame.update(&plain, &mut sink).map_err(|why| said(&why))?;
    frame.finish().map_err(|why| said(&why))?;
    if length != envelope.body_length || digest.finish() != envelope.body_digest.0 {
        return Err("the body is not the one whose length and digest were handed in".to_owned());
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(file.finish().as_ref());
    Ok(Plain { sha256, bytes, text })
}
