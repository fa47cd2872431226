//! The public facts that a monitor has read, in one file: a line each, in the order in which they became public.
//!
//! Invariant: a line is written only of what was proven; the file counts as far as [`super::Watched`] says, and what
//! stands behind that (a crash came between) is cut off. Reading goes line by line, whatever the length.

use crate::failure::{self, Failure};
use facts::Record;
use ledger::record::erased_record;
use ledger::{Entry, OpenedPayload, Receipt, record_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// One line: an entry with what is public of it, or the place of one of which nothing is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Position of the disclosure that shows it, where it stands here because of one; it stands before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<u64>,
    /// The entry's bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    /// What is public of its payload; none where nothing is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
    /// Its position.
    seq: u64,
}

impl Line {
    /// The line of an entry that was shown and proven, for itself or by a disclosure.
    #[must_use]
    pub fn shown(receipt: &Receipt, by: Option<u64>) -> Self {
        Self {
            by,
            entry: Some(String::from_utf8_lossy(&receipt.entry).into_owned()),
            payload: Some(receipt.payload.to_value()),
            seq: receipt.index,
        }
    }

    /// The line of a public entry of which nothing is shown.
    #[must_use]
    pub fn gone(entry: &Entry) -> Self {
        Self {
            by: None,
            entry: Some(String::from_utf8_lossy(&entry.to_bytes()).into_owned()),
            payload: None,
            seq: entry.seq,
        }
    }

    /// The line of an entry that was disclosed and of which nothing is shown.
    #[must_use]
    pub const fn undisclosed(seq: u64, by: u64) -> Self {
        Self {
            by: Some(by),
            entry: None,
            payload: None,
            seq,
        }
    }

    /// Position of the entry.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether nothing of it is shown.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        self.payload.is_none()
    }

    /// The fact, without a body where its content is gone; nothing where not even its entry is known.
    pub fn record(&self) -> Result<Option<Record>, Failure> {
        let damaged =
            |why: &dyn std::fmt::Display| Failure::Input(format!("the kept fact {}: {why}", self.seq));
        let Some(entry) = &self.entry else {
            return Ok(None);
        };
        let entry = Entry::parse(entry.as_bytes()).map_err(|e| damaged(&e))?;
        let Some(payload) = &self.payload else {
            return Ok(erased_record(&entry));
        };
        let payload = OpenedPayload::of_value(payload).map_err(|e| damaged(&e))?;
        record_of(&entry, &payload).map(Some).map_err(|e| damaged(&e))
    }
}

/// The file.
#[derive(Debug)]
pub struct Facts {
    path: PathBuf,
    length: u64,
}

impl Facts {
    /// Opens the file of a folder, of which `length` bytes count.
    pub fn open(keep: &Path, length: u64) -> Result<Self, Failure> {
        let path = keep.join("facts.jsonl");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failure::file(&path))?;
        let found = file.metadata().map_err(failure::file(&path))?.len();
        if found < length {
            return Err(Failure::Input(format!(
                "{} has {found} bytes of {length}; remove the folder to read the log anew",
                path.display()
            )));
        }
        if found > length {
            file.set_len(length).map_err(failure::file(&path))?;
        }
        Ok(Self { path, length })
    }

    /// Bytes that count.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Adds lines; they are on the disk when this returns.
    pub fn append(&mut self, lines: &[Line]) -> Result<(), Failure> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line).map_err(|e| Failure::Input(e.to_string()))?;
            text.push(b'\n');
        }
        let wrong = failure::file(&self.path);
        let mut file = OpenOptions::new().write(true).open(&self.path).map_err(&wrong)?;
        file.seek(SeekFrom::Start(self.length)).map_err(&wrong)?;
        file.write_all(&text).map_err(&wrong)?;
        file.sync_data().map_err(&wrong)?;
        let added = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.length = self.length.saturating_add(added);
        Ok(())
    }

    /// Reads lines from a place on, until `each` says that it is enough; the place behind the last one read.
    pub fn read(
        &self,
        from: u64,
        mut each: impl FnMut(&Line) -> Result<bool, Failure>,
    ) -> Result<u64, Failure> {
        let wrong = failure::file(&self.path);
        let mut file = File::open(&self.path).map_err(&wrong)?;
        file.seek(SeekFrom::Start(from)).map_err(&wrong)?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let (mut at, mut text) = (from, String::new());
        while at < self.length {
            text.clear();
            let read = reader.read_line(&mut text).map_err(&wrong)?;
            let line: Line = serde_json::from_str(&text).map_err(|e| {
                Failure::Input(format!(
                    "{}, byte {at}: {e}; remove the folder to read the log anew",
                    self.path.display()
                ))
            })?;
            at = at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            if !each(&line)? {
                break;
            }
        }
        Ok(at)
    }

    /// Reads facts from a place on as a board takes them: each with the facts that it discloses.
    pub fn each(
        &self,
        from: u64,
        mut each: impl FnMut(&Record, &[Record]) -> Result<bool, Failure>,
    ) -> Result<u64, Failure> {
        let mut shown = Vec::new();
        self.read(from, |line| {
            match line.record()? {
                None => {}
                Some(record) if line.by.is_some() => shown.push(record),
                Some(record) => return each(&record, &std::mem::take(&mut shown)),
            }
            Ok(true)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::body::platform::ClockSuspected;
    use facts::{Draft, Instant, Stream};
    use ledger::{Chain, Head};
    use rand_core::SeedableRng;

    /// Lines of a log.
    fn lines(entries: i64) -> Vec<Line> {
        let mut chain = Chain::resume("test/log", Head::default());
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
        let line = |lag| {
            let draft = Draft::platform(Stream::Platform, &ClockSuspected { lag }).unwrap();
            let linked = chain.extend(draft, Instant(lag), &mut rng).unwrap();
            let receipt = Receipt {
                entry: linked.entry_bytes,
                payload: linked.payload.opened(&[]),
                index: u64::try_from(lag).unwrap(),
                proof: Vec::new(),
                checkpoint: String::new(),
            };
            Line::shown(&receipt, (lag % 3 == 1).then_some(9))
        };
        (0..entries).map(line).collect()
    }

    #[test]
    fn what_a_crash_left_behind_is_cut_off_and_the_rest_reads_as_it_was_written() {
        let keep = tempfile::tempdir().unwrap();
        let lines = lines(6);
        let mut facts = Facts::open(keep.path(), 0).unwrap();
        facts.append(&lines[..4]).unwrap();
        let counts = facts.length();
        facts.append(&lines[4..]).unwrap();
        let facts = Facts::open(keep.path(), counts).unwrap();
        let mut told = Vec::new();
        let end = facts
            .each(0, |record, shown| {
                told.push((record.seq, shown.iter().map(|fact| fact.seq).collect::<Vec<_>>()));
                Ok(true)
            })
            .unwrap();
        assert_eq!(
            (end, told),
            (counts, vec![(0, vec![]), (2, vec![1]), (3, vec![])]),
            "disclosed facts come with what discloses them"
        );
        assert!(matches!(
            Facts::open(keep.path(), counts + 1),
            Err(Failure::Input(_))
        ));
        assert!(Line::undisclosed(7, 9).is_gone() && Line::undisclosed(7, 9).record().unwrap().is_none());
    }
}
