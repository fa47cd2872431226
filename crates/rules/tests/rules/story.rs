//! A procedure as a list of facts that a test changes one by one before it is played to a board.
//!
//! Invariant: positions are given when it is played, so a fact may be added or moved without counting anything.

use facts::body::account::AccountEnrolled;
use facts::body::bid::BidSubmitted;
use facts::body::opening::ListFrozen;
use facts::body::platform::FactsDisclosed;
use facts::{AccountId, Body, Canonical, Context, Hex, Instant, Kind, Record, Role, Stream, TenderId};
use kaibiao_rules::board::Standing;
use kaibiao_rules::{Board, CHINA, Card, RuleBook};
use std::sync::{Arc, LazyLock};

static BOOK: LazyLock<Arc<RuleBook>> = LazyLock::new(|| Arc::new(RuleBook::parse(CHINA).unwrap()));

/// The rules of this build.
pub fn book() -> &'static Arc<RuleBook> {
    &BOOK
}

pub fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

pub fn id<T: std::str::FromStr<Err = facts::id::IdError>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The key of an account in stories: 32 bytes of its name, repeated.
pub fn key(account: &str) -> Hex<32> {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = account.as_bytes()[place % account.len()];
    }
    Hex(bytes)
}

#[derive(Debug, Clone)]
struct Event {
    at: Instant,
    arrived: Option<Instant>,
    actor: Option<Hex<32>>,
    stream: Stream,
    kind: Kind,
    body: Canonical,
}

#[derive(Debug, Clone, Default)]
pub struct Story {
    events: Vec<Event>,
}

/// A board that was told a story.
pub struct Told {
    pub board: Board,
    pub records: Vec<Record>,
    pub end: Instant,
}

fn stream_of(kind: Kind) -> Stream {
    match kind.context() {
        Context::Evaluate => Stream::Evaluation(tender()),
        Context::Supervise => Stream::Supervision(tender()),
        _ => Stream::Tender(tender()),
    }
}

impl Story {
    pub fn add<B: Body>(&mut self, at: Instant, body: &B) -> &mut Self {
        self.signed(at, None, body)
    }

    /// A fact that an account signed.
    pub fn signed<B: Body>(&mut self, at: Instant, by: Option<&str>, body: &B) -> &mut Self {
        self.events.push(Event {
            at,
            arrived: None,
            actor: by.map(|account| Hex(ledger::hash::sha256(&key(account).0))),
            stream: stream_of(B::KIND),
            kind: B::KIND,
            body: Canonical::of(body).unwrap(),
        });
        self
    }

    /// An account with a role.
    pub fn enrolled(&mut self, at: Instant, account: &str, role: Role) -> &mut Self {
        let name: AccountId = id(account);
        let body = AccountEnrolled {
            account: name.clone(),
            contact: String::new(),
            custody: None,
            employer: String::new(),
            held: Hex::default(),
            key: key(account),
            name: String::new(),
            proof: Hex([0; 64]),
            roles: vec![role],
            salt: Hex::default(),
            until: None,
        };
        self.add(at, &body);
        self.events.last_mut().unwrap().stream = Stream::Account(name);
        self
    }

    /// The rules of this build are adopted.
    pub fn adopted(&mut self, at: Instant) -> &mut Self {
        let body = kaibiao_rules::adopted::wanted(book(), None, at);
        self.signed(at, Some("supervisor"), &body);
        self.events.last_mut().unwrap().stream = Stream::Rules;
        self
    }

    /// The facts of that kind arrived so many milliseconds before their entry.
    pub fn arrived(&mut self, kind: Kind, before: i64) {
        for event in self.events.iter_mut().filter(|event| event.kind == kind) {
            event.arrived = Some(event.at.plus(-before));
        }
    }

    /// Changes every fact of that kind.
    pub fn change<B: Body>(&mut self, change: impl Fn(&mut B)) {
        let mut any = false;
        for event in self.events.iter_mut().filter(|event| event.kind == B::KIND) {
            let mut body: B = event.body.read().unwrap();
            change(&mut body);
            event.body = Canonical::of(&body).unwrap();
            any = true;
        }
        assert!(any, "no {} in the story", B::KIND);
    }

    /// The same, and moves the facts in time.
    pub fn shift(&mut self, kind: Kind, millis: i64) {
        for event in self.events.iter_mut().filter(|event| event.kind == kind) {
            event.at = event.at.plus(millis);
        }
    }

    /// Who signed the facts of that kind.
    pub fn sign(&mut self, kind: Kind, by: &str) {
        for event in self.events.iter_mut().filter(|event| event.kind == kind) {
            event.actor = Some(Hex(ledger::hash::sha256(&key(by).0)));
        }
    }

    pub fn remove(&mut self, kind: Kind) {
        self.events.retain(|event| event.kind != kind);
    }

    /// Drops everything from that instant on.
    pub fn until(&mut self, end: Instant) {
        self.events.retain(|event| event.at < end);
    }

    pub fn records(&self) -> Vec<Record> {
        let mut events = self.events.clone();
        events.sort_by_key(|event| event.at);
        let mut records: Vec<Record> = (0_u64..)
            .zip(events)
            .map(|(seq, event)| Record {
                seq,
                at: event.at,
                stream: event.stream,
                kind: event.kind,
                actor: event.actor,
                body: event.body,
                arrived: event.arrived,
            })
            .collect();
        let sealed: Vec<(u64, Kind)> = records
            .iter()
            .filter(|record| record.kind.is_confidential())
            .map(|record| (record.seq, record.kind))
            .collect();
        let bids: Vec<(u64, BidSubmitted)> = records
            .iter()
            .filter_map(|record| Some((record.seq, record.of()?)))
            .collect();
        for record in &mut records {
            if let Some(mut list) = record.of::<ListFrozen>() {
                for listed in &mut list.envelopes {
                    let bid = bids.iter().find(|(_, bid)| bid.bid == listed.bid);
                    listed.seq = bid.map_or(listed.seq, |(seq, _)| *seq);
                }
                record.body = Canonical::of(&list).unwrap();
            }
            if let Some(mut shown) = record.of::<FactsDisclosed>() {
                let context = match record.stream {
                    Stream::Evaluation(_) => Context::Evaluate,
                    Stream::Supervision(_) => Context::Supervise,
                    _ => Context::Procure,
                };
                let before = sealed
                    .iter()
                    .filter(|(seq, kind)| *seq < record.seq && kind.context() == context);
                shown.seqs = before.map(|(seq, _)| *seq).collect();
                record.body = Canonical::of(&shown).unwrap();
            }
        }
        records
    }

    /// A disclosure of what a context sealed so far.
    pub fn disclose(&mut self, at: Instant, evaluation: bool) -> &mut Self {
        let body = FactsDisclosed {
            basis: "招标投标法36".into(),
            seqs: vec![],
        };
        self.add(at, &body);
        if evaluation {
            self.events.last_mut().unwrap().stream = Stream::Evaluation(tender());
        }
        self
    }

    /// A disclosure of what supervision sealed so far.
    pub fn disclose_supervision(&mut self, at: Instant) -> &mut Self {
        self.disclose(at, false);
        self.events.last_mut().unwrap().stream = Stream::Supervision(tender());
        self
    }

    pub fn board(&self) -> Told {
        let records = self.records();
        let mut board = Board::new(Arc::clone(book()));
        for record in &records {
            play(&mut board, record, &records);
        }
        board.settle();
        let end = records.last().unwrap().at.plus(60 * facts::time::DAY);
        Told { board, records, end }
    }
}

/// Tells a board one record, with what it discloses.
pub fn play(board: &mut Board, record: &Record, all: &[Record]) {
    let wanted = Board::wanted(record);
    let shown: Vec<Record> = wanted
        .iter()
        .filter_map(|seq| all.get(usize::try_from(*seq).unwrap()).cloned())
        .collect();
    board.observe(record, &shown);
}

impl Told {
    pub fn standing(&self, rule: &str) -> Standing {
        let mut standings = self.board.standings(rule);
        standings.next().unwrap().1
    }

    pub fn all_cards(&self) -> Vec<Card> {
        self.board.cards_of(&tender(), self.end)
    }

    /// Open or late cards of a rule; one that was cured before its limit is no breach.
    pub fn cards(&self, rule: &str) -> Vec<Card> {
        let mut cards = self.all_cards();
        cards.retain(|card| {
            card.rule == rule
                && card
                    .ended
                    .is_none_or(|_| card.colour == kaibiao_rules::Colour::Red)
        });
        cards
    }

    pub fn size(&self) -> u64 {
        self.records.len() as u64
    }
}
