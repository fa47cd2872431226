//! From rows back to records.
//!
//! Invariant: what is handed out agrees with itself. Entry, leaf, payload and the columns beside them are compared,
//! so a row that somebody changed behind the log's back is an outage, never a record.

use desk::Outage;
use facts::{Canonical, Instant, Kind, Record, Stream};
use ledger::{Entry, Payload};

/// Position, time, stream, kind, entry, payload.
pub(crate) type RecordRow = (i64, i64, String, String, Vec<u8>, Option<Vec<u8>>);

/// More rows than this are decoded beside the async threads, not on them.
const FEW: usize = 32;

/// The records of rows, in order.
pub(crate) async fn records(rows: Vec<RecordRow>) -> Result<Vec<Record>, Outage> {
    if rows.len() <= FEW {
        return rows.iter().map(record).collect();
    }
    let decoded = tokio::task::spawn_blocking(move || rows.iter().map(record).collect());
    decoded
        .await
        .map_err(|error| Outage::new("decoding records", error))?
}

fn record((seq, ts, stream, kind, entry, payload): &RecordRow) -> Result<Record, Outage> {
    let wrong = |why: String| Outage::new("decoding a record", format!("at position {seq}: {why}"));
    let entry = Entry::parse(entry).map_err(|error| wrong(error.to_string()))?;
    let stream = Stream::parse(stream).map_err(|error| wrong(error.to_string()))?;
    let kind = Kind::parse(kind).ok_or_else(|| wrong(format!("{kind:?} is not a kind of fact")))?;
    let record = match payload {
        None => Record {
            seq: entry.seq,
            at: entry.ts,
            stream: stream.clone(),
            kind,
            actor: ledger::record::erased_record(&entry).and_then(|record| record.actor),
            body: Canonical::default(),
            arrived: None,
        },
        Some(payload) => {
            let payload = Payload::from_bytes(payload).map_err(|error| wrong(error.to_string()))?;
            if payload.commit() != entry.commit {
                return Err(wrong(
                    "the payload is not the one the entry commits to".to_owned(),
                ));
            }
            ledger::record_of(&entry, &payload).map_err(|error| wrong(error.to_string()))?
        }
    };
    let public = |shown: bool| shown || entry.kind.is_none();
    let agrees = i64::try_from(record.seq) == Ok(*seq)
        && record.at == Instant(*ts)
        && record.stream == stream
        && record.kind == kind
        && public(entry.kind == Some(kind))
        && public(entry.subj.as_ref() == Some(&stream));
    if agrees {
        Ok(record)
    } else {
        Err(wrong("the entry and the columns beside it disagree".to_owned()))
    }
}
