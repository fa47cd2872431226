//! An honest platform under rules of supervision: after every fact, and whenever time changes the rules' mind, it
//! writes the cards that follow.

use super::{HOUR, World};
use facts::body::card::RulesAdopted;
use facts::{Draft, Instant, Record, Stream};
use rules::issued::decide;
use rules::{Board, RuleBook};
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    static ADOPTS: Cell<bool> = const { Cell::new(false) };
}

/// The rules and all that they may have read.
#[derive(Debug)]
pub struct Watch {
    board: Board,
    records: Vec<Record>,
    /// What an honest platform would write and this one does not.
    silent: Option<fn(&Draft) -> bool>,
}

/// A world made by `make` in which a supervisor adopts the rules of this build right after the enrolments.
pub fn watched(make: impl FnOnce() -> World) -> World {
    ADOPTS.set(true);
    let world = make();
    ADOPTS.set(false);
    world
}

/// The rules of this build, if the world is to be watched.
pub fn begin() -> Option<Watch> {
    ADOPTS.get().then(|| Watch {
        board: Board::new(Arc::new(RuleBook::of_this_build())),
        records: Vec::new(),
        silent: None,
    })
}

impl World {
    /// A supervisor adopts a rule file.
    pub fn adopt(&mut self, file: &[u8]) -> u64 {
        let book = RuleBook::parse(file).unwrap();
        let adopted: RulesAdopted = rules::adopted::wanted(&book, None, self.now);
        self.act("SUP", &Stream::Rules, &adopted)
    }

    /// From now on the platform does not write what this picks.
    pub fn silence(&mut self, picks: fn(&Draft) -> bool) {
        self.watch.as_mut().unwrap().silent = Some(picks);
    }

    pub(super) fn observe(&mut self, record: &Record) {
        let Some(watch) = &mut self.watch else { return };
        let named = Board::wanted(record);
        let shown: Vec<Record> = watch
            .records
            .iter()
            .filter(|record| named.contains(&record.seq))
            .cloned()
            .collect();
        watch.board.observe(record, &shown);
        watch.records.push(record.clone());
    }

    /// Writes what follows now.
    pub(super) fn bring(&mut self) {
        loop {
            let (now, tender) = (self.now, self.tender.clone());
            let Some(watch) = &mut self.watch else { return };
            watch.board.settle();
            let Some(look) = watch.board.look(&tender, now) else {
                return;
            };
            let issued = watch.board.issued(&tender).unwrap();
            let mut drafts = decide(issued, &look, now).unwrap();
            if let Some(silent) = watch.silent {
                drafts.retain(|draft| !silent(draft));
            }
            if drafts.is_empty() {
                return;
            }
            for draft in drafts {
                self.write_down(draft);
            }
        }
    }

    /// Lets time pass to an instant, with what the rules say on the way.
    pub fn pass(&mut self, until: Instant) {
        loop {
            let (now, tender) = (self.now, &self.tender);
            let Some(watch) = &self.watch else { return };
            let next = watch.board.next_change(tender, now);
            let Some(next) = next.filter(|next| *next < until.plus(-HOUR / 60)) else {
                return;
            };
            self.now = next;
            self.bring();
        }
    }
}
