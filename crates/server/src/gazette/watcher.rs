//! Whoever watches a page.
//!
//! Invariant: a watcher is told every event after the place where it began, each once and in order, however slowly it
//! listens: what it has not heard stays on the page.

use super::page::{Edge, Page};
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// Events told in one piece at most.
const PIECE: usize = 64;

/// Somebody who watches a page.
pub struct Watcher {
    page: Arc<Page>,
    edge: watch::Receiver<Edge>,
    closing: watch::Receiver<bool>,
    place: usize,
    _held: OwnedSemaphorePermit,
}

impl Watcher {
    pub(super) fn new(page: Arc<Page>, closing: watch::Receiver<bool>, held: OwnedSemaphorePermit) -> Self {
        Self {
            edge: page.edge(),
            page,
            closing,
            place: 0,
            _held: held,
        }
    }

    pub(super) fn page(&self) -> &Page {
        &self.page
    }

    pub(super) fn start_after(&mut self, after: Option<u64>) {
        self.place = after.map_or(0, |seq| self.page.place_after(seq));
    }

    /// The next events, as they are sent; waits for one if there is none. `None` when the watch is over. May be given
    /// up while it waits, without losing anything.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if *self.closing.borrow() || self.edge.borrow_and_update().is_closed {
                return None;
            }
            let events = self.page.events(self.place, PIECE);
            if !events.is_empty() {
                self.place = self.place.saturating_add(events.len());
                let mut piece = BytesMut::new();
                for event in events {
                    piece.extend_from_slice(&event.frame);
                }
                return Some(piece.freeze());
            }
            tokio::select! {
                _ = self.closing.changed() => {}
                changed = self.edge.changed() => changed.ok()?,
            }
        }
    }
}
