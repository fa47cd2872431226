//! The gazette (公报): what is public of a stream, kept in memory and told at once to whoever watches.
//!
//! Invariants: a fact stands on a page exactly once, in the order in which facts became public, and no confidential
//! one before it is disclosed; nobody can tell from a page, its revision or the time of its events that there are
//! facts which it does not show. The page of a stream is read from the log once and read on as the log grows, however
//! many ask for it or watch it.

mod page;
mod watcher;

pub use page::{Event, Page};
pub use watcher::Watcher;

use desk::pen::Batch;
use desk::{Outage, Pen, ReadLog};
use facts::Stream;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, watch};

/// Pages kept; those that somebody watches stay in any case.
pub const PAGES: usize = 512;
/// Events kept on pages that nobody watches, together.
pub const EVENTS: usize = 200_000;
/// Watchers that a process takes at once.
pub const WATCHERS: usize = 20_000;
/// A page that could not be read on is tried again after so long.
const AGAIN: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Pages {
    kept: HashMap<Stream, Kept>,
    /// Grows with every use: the page with the smallest number was not asked for the longest.
    uses: u64,
}

struct Kept {
    page: Arc<Page>,
    used: u64,
}

struct Office {
    log: Arc<dyn ReadLog>,
    pen: Pen,
    is_sole: bool,
    pages: Mutex<Pages>,
    places: Arc<Semaphore>,
    closing: watch::Sender<bool>,
}

/// The pages of a process; cloned freely.
#[derive(Clone)]
pub struct Gazette(Arc<Office>);

impl Gazette {
    /// A gazette without pages. `is_sole`: whether this process alone writes the log.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>, pen: Pen, is_sole: bool) -> Self {
        Self(Arc::new(Office {
            log,
            pen,
            is_sole,
            pages: Mutex::default(),
            places: Arc::new(Semaphore::new(WATCHERS)),
            closing: watch::Sender::new(false),
        }))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page of a stream with everything in it that was public when this was called.
    pub async fn page(&self, stream: &Stream) -> Result<Arc<Page>, Outage> {
        let page = self.kept(stream);
        // Asked before the log is: what lands meanwhile is read again next time.
        let size = self.0.pen.latest().map_or(0, |latest| latest.size);
        let known = self.0.is_sole.then_some(size);
        page.read_on(self.0.log.as_ref(), known).await?;
        Ok(page)
    }

    fn kept(&self, stream: &Stream) -> Arc<Page> {
        let mut pages = self.pages();
        pages.uses = pages.uses.saturating_add(1);
        let used = pages.uses;
        let kept = pages.kept.entry(stream.clone()).or_insert_with(|| Kept {
            page: Arc::new(Page::new(stream.clone())),
            used,
        });
        kept.used = used;
        let page = kept.page.clone();
        pages.make_room();
        page
    }

    /// Watches a stream from after the fact at `after`, or from its beginning; `None` if too many watch already.
    pub async fn watch(&self, stream: &Stream, after: Option<u64>) -> Result<Option<Watcher>, Outage> {
        let Ok(place) = self.0.places.clone().try_acquire_owned() else {
            return Ok(None);
        };
        let page = self.kept(stream);
        // Watched before it is read: what landed before is read here, what lands from now on is told.
        let mut watcher = Watcher::new(page, self.0.closing.subscribe(), place);
        watcher.page().read_on(self.0.log.as_ref(), None).await?;
        watcher.start_after(after);
        Ok(Some(watcher))
    }

    /// A place for somebody who watches something else, and the word that the process is stopping; `None` if too
    /// many watch already.
    #[must_use]
    pub fn place(&self) -> Option<(tokio::sync::OwnedSemaphorePermit, watch::Receiver<bool>)> {
        let place = self.0.places.clone().try_acquire_owned().ok()?;
        Some((place, self.0.closing.subscribe()))
    }

    /// Gives up the page of a stream, when content of it was erased from the log. Whoever watches it is sent away and
    /// comes back.
    pub fn forget(&self, stream: &Stream) {
        if let Some(kept) = self.pages().kept.remove(stream) {
            kept.page.close();
        }
    }

    fn watched(&self) -> Vec<Arc<Page>> {
        let pages = self.pages();
        let pages = pages.kept.values().map(|kept| &kept.page);
        pages.filter(|page| page.is_watched()).cloned().collect()
    }

    /// Reads the watched pages of these streams on; those that could not be read.
    async fn read_on(&self, touched: impl Fn(&Stream) -> bool) -> BTreeSet<String> {
        let mut owed = BTreeSet::new();
        for page in self.watched() {
            if !touched(page.stream()) {
                continue;
            }
            if let Err(outage) = page.read_on(self.0.log.as_ref(), None).await {
                tracing::error!(%outage, stream = %page.stream(), "reading the log on for those who watch");
                owed.insert(page.stream().to_string());
            }
        }
        owed
    }

    /// Reads on what is watched, as facts land, until told to stop; then everybody who watches is sent away.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        let mut batches = self.0.pen.follow();
        let mut heads = self.0.pen.watch();
        let mut owed: BTreeSet<String> = BTreeSet::new();
        loop {
            owed = tokio::select! {
                _ = stop.changed() => break,
                landed = batches.recv() => match landed {
                    Ok(batch) => {
                        let touched = streams(&batch);
                        let more = self.read_on(|stream| touched.contains(stream)).await;
                        owed.into_iter().chain(more).collect()
                    }
                    // Too slow to have been told of each: everything is looked at.
                    Err(RecvError::Lagged(_)) => self.read_on(|_| true).await,
                    Err(RecvError::Closed) => break,
                },
                // Where others write too, every new head may be theirs.
                Ok(()) = heads.changed(), if !self.0.is_sole => self.read_on(|_| true).await,
                () = tokio::time::sleep(AGAIN), if !owed.is_empty() => {
                    self.read_on(|stream| owed.contains(&stream.to_string())).await
                }
            };
        }
        self.0.closing.send_replace(true);
    }
}

fn streams(batch: &Batch) -> Vec<Stream> {
    let mut streams: Vec<Stream> = Vec::new();
    for record in batch.iter() {
        if !streams.contains(&record.stream) {
            streams.push(record.stream.clone());
        }
    }
    streams
}

impl Pages {
    /// Gives up the pages that were not asked for the longest and that nobody holds.
    fn make_room(&mut self) {
        loop {
            let idle = self
                .kept
                .iter()
                .filter(|(_, kept)| Arc::strong_count(&kept.page) == 1);
            let events = idle.clone().map(|(_, kept)| kept.page.len());
            let events = events.fold(0_usize, usize::saturating_add);
            if self.kept.len() <= PAGES && events <= EVENTS {
                return;
            }
            let oldest = idle.min_by_key(|(_, kept)| kept.used);
            let Some(oldest) = oldest.map(|(stream, _)| stream.clone()) else {
                return;
            };
            self.kept.remove(&oldest);
        }
    }
}
