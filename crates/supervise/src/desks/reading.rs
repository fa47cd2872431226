//! The board of signs as it follows the log, and the reading of opened files beside it.
//!
//! Invariant: what was taken in stays, tender by tender; no request reads a file, and no file that cannot be read keeps a
//! page from anybody.

use super::{Oversight, PAGE};
use crate::signs::{Board, Read, handed};
use desk::Outage;
use facts::Stream;

impl Oversight {
    /// Reads the signs of all tenders opened when this was called.
    ///
    /// Of a tender that changed the whole history is read again: what was sealed when its record passed by is disclosed
    /// by now, and a store that keeps zones apart hands it out only from then on. What was taken in stays, tender by
    /// tender, if whoever asked goes away meanwhile. No file is read here: see [`Self::read_on`].
    pub async fn with_signs<T: Send>(&self, read: impl FnOnce(&Board) -> T + Send) -> Result<T, Outage> {
        let mut board = self.board.lock().await;
        let size = self.log.head().await?.size;
        while board.next() < size {
            let records = self.log.records(board.next(), PAGE).await?;
            if records.is_empty() {
                return Err(Outage::new(
                    "following the log",
                    "the store gives no records below its own head",
                ));
            }
            for record in &records {
                board.observe(record);
            }
        }
        while let Some(tender) = board.waits() {
            let mut history = self.log.history(&Stream::Tender(tender.clone()), 0).await?;
            history.extend(self.log.history(&Stream::Evaluation(tender.clone()), 0).await?);
            board.take(tender, &history);
        }
        board.settle();
        Ok(read(&board))
    }

    /// Reads the public files of one opened tender, if any waits; whether there was one.
    ///
    /// A task of the zone calls this again and again; requests wait neither for files nor for their comparison. A tender
    /// whose files cannot be asked for is put off, and keeps none of the others.
    pub async fn read_on(&self) -> Result<bool, Outage> {
        let Some(files) = &self.files else {
            return Ok(false);
        };
        let Some(opened) = self.with_signs(Board::to_read).await? else {
            self.board.lock().await.try_again();
            return Ok(false);
        };
        let tender = opened.tender.clone();
        let handed = match files.read(&opened).await {
            Ok(handed) => handed,
            Err(outage) => {
                self.board.lock().await.put_off(tender);
                return Err(outage);
            }
        };
        let work = move || Read {
            seq: opened.seq,
            signs: handed::signs(&opened, &handed),
            unreadable: handed.unreadable,
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(read) => {
                self.board.lock().await.read(&tender, read);
                Ok(true)
            }
            Err(why) => {
                self.board.lock().await.put_off(tender);
                Err(Outage::new("comparing opened files", why))
            }
        }
    }
}
