//! A supervisor orders a tender to stop, and the platform does not obey: the cards that are due, and those issued.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

use super::*;
use crate::watch::facts::Line;
use facts::body::card::How;
use facts::body::platform::FactErased;
use facts::body::supervision::OrderSuspended;
use facts::body::tender::{Regime, TenderRegistered};
use facts::time::MINUTE;
use facts::{Body, Draft};
use ledger::{Chain, Entry, Head, Receipt};
use rand_core::SeedableRng;
use rules::adopted;
use tempfile::TempDir;

const BEGUN: Instant = Instant(1_790_000_000_000);

/// How a card is made another.
type Change = fn(&mut CardIssued);

/// A log in a folder, as a monitor keeps it.
struct Scene {
    _keep: TempDir,
    facts: Facts,
    chain: Chain,
    rng: rand_chacha::ChaCha20Rng,
    size: u64,
    judge: Judge,
    read: u64,
    found: Vec<Event>,
}

fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

impl Scene {
    /// The rules are adopted, a tender is registered, and an order to stop stands a minute later.
    fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let mut scene = Self {
            facts: Facts::open(keep.path(), 0).unwrap(),
            _keep: keep,
            chain: Chain::resume("test/log", Head::default()),
            rng: rand_chacha::ChaCha20Rng::from_seed([1; 32]),
            size: 0,
            judge: Judge::new(Arc::new(RuleBook::of_this_build())),
            read: 0,
            found: Vec::new(),
        };
        let book = RuleBook::of_this_build();
        let adopted = adopted::wanted(&book, None, BEGUN);
        scene.write(BEGUN, Stream::Rules, &adopted);
        let registered = TenderRegistered {
            agent: None,
            buyer: facts::AccountId::parse("buyer").unwrap(),
            regime: Regime::Free,
            tender: tender(),
            title: "Road".to_owned(),
        };
        scene.write(BEGUN, Stream::Tender(tender()), &registered);
        scene.order(1, BEGUN.plus(MINUTE));
        scene
    }

    fn order(&mut self, number: u8, at: Instant) {
        let order = OrderSuspended {
            basis: "20号令52".to_owned(),
            complaint: None,
            order: facts::id::OrderId::parse(&format!("order-{number}")).unwrap(),
            reason: "A complaint is looked into.".to_owned(),
            tender: tender(),
            until: None,
        };
        self.write(at, Stream::Supervision(tender()), &order);
    }

    fn write<B: Body>(&mut self, at: Instant, stream: Stream, body: &B) {
        self.land(at, Draft::platform(stream, body).unwrap());
    }

    /// Writes a fact and lets the judge read on.
    fn land(&mut self, at: Instant, draft: Draft) {
        let linked = self.chain.extend(draft, at, &mut self.rng).unwrap();
        let receipt = Receipt {
            entry: linked.entry_bytes,
            payload: linked.payload.opened(&[]),
            index: self.size,
            proof: Vec::new(),
            checkpoint: String::new(),
        };
        self.facts.append(&[Line::shown(&receipt, None)]).unwrap();
        self.size += 1;
        let Self {
            facts,
            judge,
            read,
            found,
            ..
        } = self;
        *read = facts
            .each(*read, |record, shown| {
                found.extend(judge.take(facts, record, shown, true)?);
                Ok(true)
            })
            .unwrap();
    }

    /// What an honest platform brings to the log at an instant.
    fn due(&mut self, at: Instant) -> Vec<Draft> {
        self.judge.missing(at);
        let board = self.judge.board();
        let look = board.look(&tender(), at).unwrap();
        decide(board.issued(&tender()).unwrap(), &look, at).unwrap()
    }

    fn missing(&mut self, minutes: i64) -> Vec<Event> {
        self.judge.missing(BEGUN.plus(minutes * MINUTE))
    }

    /// The red card that follows from an order of which nothing came in ten minutes.
    fn red(&mut self, at: Instant) -> CardIssued {
        let drafts = self.due(at);
        let card: Vec<CardIssued> = drafts
            .iter()
            .filter_map(|draft| draft.record(0, at).of())
            .collect();
        assert_eq!(card.len(), 1, "{drafts:?}");
        card.into_iter().next().unwrap()
    }

    fn issue(&mut self, at: Instant, card: &CardIssued) -> Vec<Event> {
        self.write(at, Stream::Supervision(tender()), card);
        std::mem::take(&mut self.found)
    }
}

#[test]
fn a_card_is_missing_after_its_grace_and_not_before() {
    let mut scene = Scene::new();
    assert_eq!(scene.missing(11), Vec::new());
    assert_eq!(scene.missing(20), Vec::new(), "the platform has ten minutes");
    let [event] = &scene.missing(22)[..] else {
        panic!("one card is missing");
    };
    assert_eq!(
        (
            event.kind,
            &event.more["rule"],
            &event.more["tender"],
            &event.more["colour"]
        ),
        ("card", &"S07".into(), &"T1".into(), &"red".into())
    );
    assert!(event.en.contains("S07: a red card is due since"), "{}", event.en);
    assert!(event.zh.contains("应亮红牌"), "{}", event.zh);
    // It comes late, but it comes.
    let at = BEGUN.plus(23 * MINUTE);
    let card = scene.red(at);
    assert_eq!(scene.issue(at, &card), Vec::new());
    assert_eq!(scene.missing(60), Vec::new());
    assert_eq!(scene.judge.open().len(), 1);
}

#[test]
fn a_card_that_does_not_follow_is_told_and_one_in_other_words_is_not() {
    let at = BEGUN.plus(12 * MINUTE);
    let honest = Scene::new().red(at);
    let mut worded = honest.clone();
    worded.en = "Orders are obeyed.".to_owned();
    worded.zh = "指令须执行".to_owned();
    let mut scene = Scene::new();
    assert_eq!(scene.issue(at.plus(100), &worded), Vec::new());
    // Once more.
    assert_eq!(scene.issue(at.plus(200), &honest).len(), 1, "never twice");
    let changes: [(&str, Change); 9] = [
        ("colour", |card| card.colour = facts::body::card::Colour::Yellow),
        ("rule", |card| card.rule = "O07".to_owned()),
        ("about", |card| card.about = "order-2".to_owned()),
        ("due", |card| card.due = card.due.map(|due| due.plus(1))),
        ("told", |card| card.told.clear()),
        ("too early", |card| card.at = BEGUN.plus(10 * MINUTE)),
        ("from later entries", |card| card.size = 9),
        ("facts", |card| card.facts = vec![1]),
        ("version", |card| card.version = Hex([3; 32])),
    ];
    for (what, change) in changes {
        let mut scene = Scene::new();
        let mut card = honest.clone();
        change(&mut card);
        let landed = card.at.max(at).plus(100);
        let found = scene.issue(landed, &card);
        assert_eq!(found.len(), 1, "{what}");
        assert_eq!(found[0].more["fault"], "wrong", "{what}");
        assert!(found[0].en.contains("entry 3"), "{}", found[0].en);
    }
}

#[test]
fn a_card_may_not_know_what_came_between_its_computation_and_itself() {
    let at = BEGUN.plus(12 * MINUTE);
    let mut scene = Scene::new();
    let card = scene.red(at);
    // Another order comes in between, and what ends the first one.
    scene.order(2, at.plus(10));
    let suspended = facts::body::award::TenderSuspended {
        order: facts::id::OrderId::parse("order-1").unwrap(),
        seq: 2,
        tender: tender(),
        until: None,
    };
    scene.write(at.plus(20), Stream::Tender(tender()), &suspended);
    assert_eq!(scene.issue(at.plus(30), &card), Vec::new());
    // The end is due; without it somebody is told.
    let late = scene.missing(12 + 11);
    let [event] = &late[..] else {
        panic!("the end: {late:?}");
    };
    assert_eq!(
        (event.key.as_str(), &event.more["fault"]),
        ("open/5", &"open".into())
    );
    let soon = at.plus(MINUTE);
    let ends: Vec<CardEnded> = scene
        .due(soon)
        .iter()
        .filter_map(|draft| draft.record(0, soon).of())
        .collect();
    let [end] = &ends[..] else {
        panic!("one end: {ends:?}");
    };
    assert_eq!((end.how, end.by), (How::Cured, 4));
    scene.write(soon, Stream::Supervision(tender()), end);
    assert_eq!(std::mem::take(&mut scene.found), Vec::new());
    // The same once more is none.
    scene.write(soon.plus(1), Stream::Supervision(tender()), end);
    assert_eq!(scene.found.len(), 1);
    assert!(scene.judge.open().is_empty());
}

#[test]
fn a_version_that_this_build_does_not_understand_is_named_and_nothing_is_doubted() {
    let mut scene = Scene::new();
    let mut other = adopted::wanted(&RuleBook::of_this_build(), None, BEGUN.plus(2 * MINUTE));
    other.version = Hex([9; 32]);
    other.file = "of a later build".into();
    scene.write(BEGUN.plus(2 * MINUTE), Stream::Rules, &other);
    assert_eq!(scene.missing(60), Vec::new());
    assert_eq!(scene.judge.lacks(), Some(Hex([9; 32])));
    let at = BEGUN.plus(12 * MINUTE);
    let mut card = Scene::new().red(at);
    (card.version, card.size) = (Hex([9; 32]), 4);
    assert_eq!(scene.issue(at, &card), Vec::new());
}

#[test]
fn facts_whose_content_is_gone_keep_their_place() {
    let mut scene = Scene::new();
    let erased = FactErased {
        basis: "个人信息保护法47".to_owned(),
        reason: "asked for".to_owned(),
        seq: 0,
    };
    let draft = Draft::platform(Stream::Platform, &erased).unwrap();
    let linked = scene
        .chain
        .extend(draft, BEGUN.plus(3 * MINUTE), &mut scene.rng)
        .unwrap();
    let entry = Entry::parse(&linked.entry_bytes).unwrap();
    scene.facts.append(&[Line::gone(&entry)]).unwrap();
    let mut last = None;
    scene
        .facts
        .each(scene.read, |record, _| {
            last = Some((record.seq, record.of::<FactErased>()));
            Ok(true)
        })
        .unwrap();
    assert_eq!(last, Some((3, None)));
}
