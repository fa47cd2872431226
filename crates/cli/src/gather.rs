//! Fetching facts with their proofs: nothing is believed on the platform's word.

use crate::failure::Failure;
use crate::session::Session;
use crate::wire::HistoryView;
use facts::body::ceremony::CeremonyCalled;
use facts::record::Body;
use facts::{CeremonyId, Stream, TenderId};
use ledger::ceremony::{Proven, Witnessed};
use ledger::{Checkpoint, Receipt};
use serde::Deserialize;
use std::time::Duration;

/// Facts fetched in one request.
const AT_ONCE: usize = 64;
/// Times a platform that shows an older log is asked again.
const PATIENCE: u32 = 12;
/// Times a platform that fails to show one entry is asked for it.
const TRIES: u32 = 3;

/// `GET /log/proofs`.
#[derive(Deserialize)]
struct Proofs {
    proofs: Vec<String>,
}

impl Session {
    /// The facts at these positions, each proven under a checkpoint of the pinned key that is no older than the head
    /// this machine saw before.
    pub fn proven(&mut self, seqs: &[u64]) -> Result<Vec<Proven>, Failure> {
        let mut facts = Vec::with_capacity(seqs.len());
        let mut rest = seqs;
        while !rest.is_empty() {
            let (part, _) = rest.split_at(rest.len().min(AT_ONCE));
            let texts = self.proofs(part)?;
            for (seq, text) in rest.iter().zip(&texts) {
                facts.push(self.believe(*seq, text)?);
            }
            rest = rest.get(texts.len()..).unwrap_or_default();
        }
        Ok(facts)
    }

    /// Proofs of the first of these positions: of at least one, of all if they fit one answer.
    fn proofs(&mut self, seqs: &[u64]) -> Result<Vec<String>, Failure> {
        let list: Vec<String> = seqs.iter().map(ToString::to_string).collect();
        let path = format!("/log/proofs?seqs={}", list.join(","));
        let mut waited = 0;
        loop {
            let Proofs { proofs } = self.procurement.get(&path)?;
            let Some(newest) = proofs.last().filter(|_| proofs.len() <= seqs.len()) else {
                return Err(Failure::Check(
                    "the platform gave another number of proofs than asked for".to_owned(),
                ));
            };
            if self.is_current(newest)? {
                return Ok(proofs);
            }
            // Where every zone has its own process, one may lag another by a moment.
            if waited == PATIENCE {
                return Err(Failure::Check(
                    "the platform shows an older log than this machine saw before".to_owned(),
                ));
            }
            waited = waited.saturating_add(1);
            std::thread::sleep(Duration::from_millis(250));
        }
    }

    fn is_current(&self, proof: &str) -> Result<bool, Failure> {
        // The checkpoint stands behind the first empty line, also where nothing of the payload is shown.
        let (_, note) = proof.split_once("\n\n").unwrap_or_default();
        let seen = self.kept.verify(note)?;
        Ok(self.kept.trust.kept.is_none_or(|kept| seen.size >= kept.size))
    }

    /// The proof of one entry with what is public of it.
    pub(crate) fn proof(&mut self, seq: u64) -> Result<String, Failure> {
        let mut texts = self.proofs(&[seq])?;
        let text = texts.pop().unwrap_or_default();
        let receipt =
            Receipt::parse(&text).map_err(|e| Failure::Check(format!("the proof of entry {seq}: {e}")))?;
        let seen = self.kept.verify(&receipt.checkpoint)?;
        self.kept.follow(&self.procurement, seen)?;
        Ok(text)
    }

    /// What is shown of the entries at these positions, each proven like [`Session::proven`]; `None` where the
    /// platform shows nothing. One that it fails to answer for while it answers for others is refused as withheld.
    pub(crate) fn shown(&mut self, seqs: &[u64]) -> Result<Vec<Option<Receipt>>, Failure> {
        let mut all = Vec::with_capacity(seqs.len());
        let mut rest = seqs;
        while !rest.is_empty() {
            let (part, _) = rest.split_at(rest.len().min(AT_ONCE));
            let texts = match self.proofs(part) {
                Err(Failure::Network(why)) => vec![self.insisted(part, why)?],
                Err(Failure::Refused { code, sentence, .. }) if code.starts_with("rate") => {
                    return Err(Failure::Network(sentence));
                }
                Err(Failure::Refused { sentence, .. }) => {
                    return Err(Failure::Check(format!(
                        "entries {part:?} are withheld: {sentence}"
                    )));
                }
                texts => texts?,
            };
            for (seq, text) in rest.iter().zip(&texts) {
                let is_bare = !text.lines().nth(1).is_some_and(|line| line.starts_with("extra "));
                all.push(if is_bare {
                    None
                } else {
                    let receipt = Receipt::parse(text)
                        .map_err(|e| Failure::Check(format!("the proof of entry {seq}: {e}")))?;
                    self.believe_receipt(*seq, &receipt)?;
                    Some(receipt)
                });
            }
            rest = rest.get(texts.len()..).unwrap_or_default();
        }
        Ok(all)
    }

    /// The proof of the first of these positions, asked for alone and more than once.
    fn insisted(&mut self, part: &[u64], why: String) -> Result<String, Failure> {
        let Some(seq) = part.first().copied() else {
            return Err(Failure::Network(why));
        };
        for _ in 0..TRIES {
            match self.proofs(&[seq]) {
                Err(Failure::Network(_)) => std::thread::sleep(Duration::from_secs(1)),
                Ok(texts) => return Ok(texts.into_iter().next().unwrap_or_default()),
                Err(failure) => return Err(failure),
            }
        }
        // The founding is always public: a platform that shows it and not this one is not away.
        if seq > 0 && self.proofs(&[0]).is_ok() {
            return Err(Failure::Check(format!("entry {seq} is withheld: {why}")));
        }
        Err(Failure::Network(why))
    }

    fn believe(&mut self, seq: u64, text: &str) -> Result<Proven, Failure> {
        let receipt =
            Receipt::parse(text).map_err(|e| Failure::Check(format!("the proof of entry {seq}: {e}")))?;
        self.believe_receipt(seq, &receipt)
    }

    fn believe_receipt(&mut self, seq: u64, receipt: &Receipt) -> Result<Proven, Failure> {
        let wrong = |why: &dyn std::fmt::Display| Failure::Check(format!("the proof of entry {seq}: {why}"));
        let verifier = self.kept.trust.verifier()?;
        let checkpoint =
            Checkpoint::open(&receipt.checkpoint, self.origin(), &verifier).map_err(|e| wrong(&e))?;
        let seen = facts::Seen {
            root: facts::Hex(checkpoint.root),
            size: checkpoint.size,
        };
        self.kept.follow(&self.procurement, seen)?;
        let origin = self.origin().to_owned();
        Proven::new(
            &origin,
            &checkpoint,
            seq,
            &receipt.entry,
            &receipt.payload,
            &receipt.proof,
        )
        .map_err(|e| wrong(&e))
    }

    /// Proves that a head, of whatever size, is one of the log that this machine follows.
    pub fn follow(&mut self, head: facts::Seen) -> Result<(), Failure> {
        self.kept.follow(&self.procurement, head)
    }

    /// The public history of a tender.
    pub fn tender(&self, tender: &TenderId) -> Result<HistoryView, Failure> {
        self.procurement.get(&format!("/api/tenders/{tender}"))
    }

    /// A ceremony, every step proven and signed by the custodian who took it.
    pub fn witnessed(&mut self, ceremony: &CeremonyId) -> Result<Witnessed, Failure> {
        let history: HistoryView = self.procurement.get(&format!("/api/ceremonies/{ceremony}"))?;
        let seqs: Vec<u64> = history.records.iter().map(|record| record.seq).collect();
        let facts = self.proven(&seqs)?;
        Witnessed::new(ceremony, &facts).map_err(|e| Failure::Check(e.to_string()))
    }

    /// A tender's public facts in order, every one proven, and all of that tender.
    pub fn proven_tender(&mut self, tender: &TenderId) -> Result<Vec<Proven>, Failure> {
        let seqs: Vec<u64> = self
            .tender(tender)?
            .records
            .iter()
            .map(|record| record.seq)
            .collect();
        if !seqs.is_sorted_by(|one, next| one < next) {
            return Err(Failure::Check(format!(
                "the facts of {tender} are not in the order of the log"
            )));
        }
        let facts = self.proven(&seqs)?;
        let stream = Stream::Tender(tender.clone());
        match facts.iter().find(|fact| fact.record().stream != stream) {
            Some(stranger) => Err(Failure::Check(format!(
                "entry {} is shown as a fact of {tender}, but is one of {}",
                stranger.record().seq,
                stranger.record().stream
            ))),
            None => Ok(facts),
        }
    }

    /// The ceremonies that list a custodian with this signing key, newest last.
    pub fn ceremonies_of(&self, signer: &facts::Hex<32>) -> Result<Vec<CeremonyCalled>, Failure> {
        #[derive(Deserialize)]
        struct List {
            ceremonies: Vec<CeremonyCalled>,
        }
        let list: List = self.procurement.get("/api/ceremonies")?;
        let mine = |called: &CeremonyCalled| called.members.iter().any(|member| member.signer == *signer);
        Ok(list.ceremonies.into_iter().filter(mine).collect())
    }
}

/// Positions of the facts of a kind.
#[must_use]
pub fn positions<B: Body>(facts: &[Proven]) -> Vec<u64> {
    facts
        .iter()
        .filter(|fact| fact.record().kind == B::KIND)
        .map(|fact| fact.record().seq)
        .collect()
}

/// All typed bodies of one kind among proven facts, with their positions.
#[must_use]
pub fn bodies<B: Body>(facts: &[Proven]) -> Vec<(u64, B)> {
    facts
        .iter()
        .filter_map(|fact| fact.record().of::<B>().map(|body| (fact.record().seq, body)))
        .collect()
}
