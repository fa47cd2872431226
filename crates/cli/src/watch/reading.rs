//! Reading what is public of the entries: every public fact, and every fact that a disclosure names.
//!
//! Invariant: an entry whose content is not shown is accepted only if a `fact.erased` in the log names it; everything
//! else that is missing, or is not what the entry commits to, is a failed check.

use super::facts::{Facts, Line};
use super::follow::{Watched, bundles, untrue};
use crate::failure::Failure;
use crate::session::Session;
use facts::body::platform::{FactErased, FactsDisclosed};
use facts::{Kind, Record, Seen};
use ledger::{Entry, Hash};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Entries read before what was read is written down.
const STEP: u64 = 4_096;
/// How often a missing content is looked for in a newer head, because it may have been erased meanwhile.
const AGAIN: u32 = 3;

#[derive(Deserialize)]
struct Consistency {
    proof: Vec<facts::Hex<32>>,
}

/// Reads a log into a folder.
pub struct Reading<'a> {
    /// The platform.
    pub session: &'a mut Session,
    /// The folder.
    pub keep: &'a Path,
    /// What was read of the log.
    pub watched: Watched,
    /// The public facts of it.
    pub facts: Facts,
    /// Entries whose erasure is in the log.
    erased: BTreeSet<u64>,
    /// Entries of which nothing was shown.
    gone: BTreeSet<u64>,
    /// Where the file of facts was read up to, for the two above.
    noted: u64,
}

/// What a monitor remembers between two looks of what is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Absent {
    erased: BTreeSet<u64>,
    gone: BTreeSet<u64>,
    noted: u64,
}

impl<'a> Reading<'a> {
    /// Goes on with what a folder keeps.
    pub fn resume(session: &'a mut Session, keep: &'a Path, absent: Absent) -> Result<Self, Failure> {
        let watched = Watched::read(keep, session.origin())?;
        let facts = Facts::open(keep, watched.facts())?;
        // A folder that was read anew from the beginning makes what was remembered of it void.
        let absent = if absent.noted <= facts.length() {
            absent
        } else {
            Absent::default()
        };
        let mut reading = Self {
            session,
            keep,
            watched,
            facts,
            erased: absent.erased,
            gone: absent.gone,
            noted: absent.noted,
        };
        reading.note()?;
        Ok(reading)
    }

    /// What there is to remember.
    #[must_use]
    pub fn absent(&self) -> Absent {
        Absent {
            erased: self.erased.clone(),
            gone: self.gone.clone(),
            noted: self.noted,
        }
    }

    fn note(&mut self) -> Result<(), Failure> {
        let (erased, gone) = (&mut self.erased, &mut self.gone);
        self.noted = self.facts.read(self.noted, |line| {
            if line.is_gone() {
                gone.insert(line.seq());
            } else if let Some(body) = line.record()?.as_ref().and_then(Record::of::<FactErased>) {
                erased.insert(body.seq);
            }
            Ok(true)
        })?;
        Ok(())
    }

    /// Reads on up to a head that was verified; how many entries were new.
    pub fn follow(&mut self, head: Seen) -> Result<u64, Failure> {
        let mut new = 0_u64;
        loop {
            let mut watched = self.watched.clone();
            let http = &self.session.procurement;
            let prove = |from: u64, to: u64| -> Result<Vec<Hash>, Failure> {
                let answer: Consistency = http.get(&format!("/log/consistency?from={from}&to={to}"))?;
                Ok(answer.proof.iter().map(|hash| hash.0).collect())
            };
            let entries = watched.step(head, STEP, bundles(http), prove)?;
            if entries.is_empty() {
                return Ok(new);
            }
            let lines = self.lines(&entries)?;
            self.facts.append(&lines)?;
            watched.hold(self.facts.length());
            watched.write(self.keep)?;
            self.watched = watched;
            self.note()?;
            new = new.saturating_add(u64::try_from(entries.len()).unwrap_or(u64::MAX));
        }
    }

    /// The lines of new entries.
    fn lines(&mut self, entries: &[Entry]) -> Result<Vec<Line>, Failure> {
        let public: Vec<&Entry> = entries.iter().filter(|entry| entry.kind.is_some()).collect();
        let seqs: Vec<u64> = public.iter().map(|entry| entry.seq).collect();
        let shown = self.session.shown(&seqs)?;
        let mut lines = Vec::with_capacity(public.len());
        for (entry, receipt) in public.iter().zip(&shown) {
            let Some(receipt) = receipt else {
                lines.push(Line::gone(entry));
                continue;
            };
            if receipt.entry != entry.to_bytes() {
                return Err(untrue(format_args!("entry {} is served in two ways", entry.seq)));
            }
            let line = Line::shown(receipt, None);
            if entry.kind == Some(Kind::FactsDisclosed) {
                self.disclosed(&line, &mut lines)?;
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// What a disclosure shows.
    fn disclosed(&mut self, line: &Line, lines: &mut Vec<Line>) -> Result<(), Failure> {
        let record = line.record()?;
        let body = record.as_ref().and_then(Record::of::<FactsDisclosed>);
        let named: BTreeSet<u64> = body
            .map(|body| body.seqs)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let named: Vec<u64> = named.into_iter().collect();
        let shown = self.session.shown(&named)?;
        for (seq, receipt) in named.iter().zip(&shown) {
            let by = line.seq();
            lines.push(match receipt {
                Some(receipt) => Line::shown(receipt, Some(by)),
                None => Line::undisclosed(*seq, by),
            });
        }
        Ok(())
    }

    /// Looks for erasures of everything that is not shown. What is shown again meanwhile has to be read anew: then the
    /// answer is no.
    pub fn explained(&mut self) -> Result<bool, Failure> {
        for round in 0..=AGAIN {
            let missing: Vec<u64> = self.gone.difference(&self.erased).copied().collect();
            if missing.is_empty() {
                return Ok(true);
            }
            let shown = self.session.shown(&missing)?;
            let still = missing.iter().zip(&shown).find(|(_, shown)| shown.is_none());
            match still {
                None => return Ok(false),
                Some((seq, _)) if round == AGAIN => return Err(withheld(*seq)),
                Some(_) => self.catch_up()?,
            }
        }
        Ok(true)
    }

    /// Reads up to the newest head.
    fn catch_up(&mut self) -> Result<(), Failure> {
        std::thread::sleep(std::time::Duration::from_secs(1));
        let head = self.session.kept.observe(&self.session.procurement)?;
        self.follow(head).map(drop)
    }

    /// Asks again for up to `many` facts that were shown before, from a place in the file on; where to go on.
    pub fn again(&mut self, from: u64, many: usize) -> Result<u64, Failure> {
        let from = if from < self.facts.length() { from } else { 0 };
        let mut seqs = Vec::with_capacity(many);
        if many == 0 {
            return Ok(from);
        }
        let next = self.facts.read(from, |line| {
            if !line.is_gone() && !self.erased.contains(&line.seq()) {
                seqs.push(line.seq());
            }
            Ok(seqs.len() < many)
        })?;
        for round in 0..=AGAIN {
            let shown = self.session.shown(&seqs)?;
            let missing = seqs
                .iter()
                .zip(&shown)
                .find(|(seq, shown)| shown.is_none() && !self.erased.contains(seq));
            match missing {
                None => break,
                Some((seq, _)) if round == AGAIN => return Err(withheld(*seq)),
                Some(_) => self.catch_up()?,
            }
        }
        Ok(next)
    }
}

fn withheld(seq: u64) -> Failure {
    untrue(format_args!(
        "the content of entry {seq} is public and is not shown, and no erasure in the log names it"
    ))
}

/// Forgets what was read, so that it is read anew.
pub fn forget(keep: &Path, origin: &str) -> Result<(), Failure> {
    Watched::nothing(origin).write(keep)
}
