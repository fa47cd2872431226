//! The board of the rules as it follows the log.
//!
//! Invariant: a confidential record is read again only when its disclosure is in the log; what it says is taken in
//! with the disclosure, so that a process that may not read it earlier shows the same.

use desk::{Outage, ReadLog};
use facts::{Instant, Record};
use rules::{Board, RuleBook};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Records read at a time.
const PAGE: u32 = 1_024;
/// Disclosed records that lie no further apart are read in one go.
const NEAR: u64 = 64;

/// A board that catches up with the log whenever it is read; cloned freely.
#[derive(Clone)]
pub struct Following {
    log: Arc<dyn ReadLog>,
    board: Arc<Mutex<Board>>,
    /// The rule file of this build.
    own: Arc<RuleBook>,
    /// The latest instant that the log or a caller told of, in milliseconds.
    latest: Arc<AtomicI64>,
}

impl Following {
    /// A board under the version in force; before one is adopted, under the rules of this build.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>) -> Self {
        let own = Arc::new(RuleBook::of_this_build());
        Self {
            log,
            board: Arc::new(Mutex::new(Board::new(own.clone()))),
            own,
            latest: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// The rule file of this build.
    #[must_use]
    pub fn own(&self) -> Arc<RuleBook> {
        self.own.clone()
    }

    /// It is so late by now; versions come into force by it.
    pub fn tell(&self, at: Instant) {
        self.latest.fetch_max(at.0, Ordering::AcqRel);
    }

    fn latest(&self, at: Instant) -> Instant {
        Instant(self.latest.fetch_max(at.0, Ordering::AcqRel).max(at.0))
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the board with everything that was in the log when this was called.
    ///
    /// It is the board under the version in force at the latest instant known, if this program knows all its checks.
    pub async fn with<T: Send>(&self, read: impl FnOnce(&Board) -> T + Send) -> Result<T, Outage> {
        let size = self.log.head().await?.size;
        loop {
            let next = self.board().next();
            if next >= size {
                let mut board = self.board();
                let known = board
                    .in_force(self.latest(board.latest()))
                    .and_then(|adoption| adoption.book.clone());
                if let Some(book) = known {
                    board.rule_by(book);
                }
                board.settle();
                return Ok(read(&board));
            }
            let records = self.log.records(next, PAGE).await?;
            if records.is_empty() {
                return Err(Outage::new(
                    "following the log",
                    "the store gives no records below its own head",
                ));
            }
            let mut told = Vec::with_capacity(records.len());
            for record in records {
                let shown = self.shown(&record).await?;
                told.push((record, shown));
            }
            let mut board = self.board();
            for (record, shown) in &told {
                board.observe(record, shown);
            }
        }
    }

    /// What a record discloses.
    async fn shown(&self, record: &Record) -> Result<Vec<Record>, Outage> {
        let wanted: BTreeSet<u64> = Board::wanted(record).into_iter().collect();
        let mut shown = Vec::with_capacity(wanted.len());
        let mut left = wanted.iter().copied().peekable();
        while let Some(first) = left.next() {
            let mut last = first;
            while let Some(next) = left.next_if(|next| next.saturating_sub(last) <= NEAR) {
                last = next;
                if last.saturating_sub(first) >= u64::from(PAGE) {
                    break;
                }
            }
            let many = u32::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(PAGE);
            let records = self.log.records(first, many).await?;
            shown.extend(records.into_iter().filter(|record| wanted.contains(&record.seq)));
        }
        Ok(shown)
    }
}
