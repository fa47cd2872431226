//! Every kind of fact: who is told of it, and that nobody else is.
//!
//! Invariant: the table, `cases.json`, has one case for each kind that is somebody's concern, and the secret kinds tell nobody beyond
//! those whom they name.

#![cfg(test)]
#![expect(clippy::arithmetic_side_effects, reason = "test code")]

use facts::time::{DAY, HOUR};
use facts::{AccountId, Canonical, Hex, Instant, Kind, Record, Stream};
use kaibiao_notify::concern::{Concern, concern};
use kaibiao_notify::{Change, Notice, What, World};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

const CLOSES: i64 = 20 * DAY;

fn key(account: &str) -> Hex<32> {
    Hex(Sha256::digest(account.as_bytes()).into())
}

fn hex(byte: u8) -> Value {
    json!(Hex([byte; 32]).to_string())
}

fn long(byte: u8, length: usize) -> Value {
    json!(format!("{byte:02x}").repeat(length))
}

/// A log that grows.
struct Log {
    world: World,
    seq: u64,
    at: i64,
}

impl Log {
    fn learn(&mut self, kind: Kind, stream: &str, author: &str, body: &Value) -> Vec<Change> {
        self.seq += 1;
        self.at += HOUR;
        let actor = (!author.is_empty()).then(|| Hex(Sha256::digest(key(author).bytes()).into()));
        self.world.learn(&Record {
            seq: self.seq,
            at: Instant(self.at),
            stream: Stream::parse(stream).unwrap(),
            kind,
            actor,
            body: Canonical::of(body).unwrap(),
            arrived: None,
        })
    }
}

fn enrolled(account: &str, role: &str) -> Value {
    json!({
        "account": account, "contact": "c", "employer": "e", "held": hex(1), "key": key(account).to_string(),
        "name": "n", "proof": long(2, 64), "roles": [role], "salt": hex(3), "until": 400 * DAY,
    })
}

fn member(index: u16) -> Value {
    let account = format!("custodian-{index}");
    json!({ "account": account, "index": index, "point": hex(4), "signer": hex(5) })
}

fn assigned(stage: &str) -> Value {
    json!({ "ceremony": "C1", "key_id": hex(6), "slot": 0, "stage": stage, "tender": "T1" })
}

fn noticed(closes_at: i64) -> Value {
    json!({
        "closes_at": closes_at, "documents": [], "documents_from": 0, "documents_until": 1, "lots": [],
        "method": { "method": "lowest_evaluated", "adjustments": [], "must_pass": [], "panel": 3 },
        "min_bidders": 3,
        "opening": { "bidder_lock": false, "objection_ms": 1, "remedy": "r", "share_ms": 1, "unlock_ms": 1 },
        "publicity_days": 3, "region": "11", "stages": [], "tender": "T1", "title": "Road", "trade": "A01",
        "validity_days": 90,
    })
}

fn entered(number: u8) -> Value {
    json!({
        "account": format!("bidder-{number}"), "bid": format!("B{number}"), "key": hex(8), "proof": long(9, 64),
        "tender": "T1",
    })
}

fn called(place: u32, expert: &str) -> Value {
    json!({
        "draw": "D1", "expert": expert, "place": place, "salt": hex(10), "seat": format!("S{place}"),
        "tender": "T1", "until": 30 * DAY,
    })
}

fn answered(place: u32, accept: bool) -> Value {
    json!({ "accept": accept, "draw": "D1", "place": place, "reason": "r", "tender": "T1" })
}

fn listed(bid: &str, byte: u8) -> Value {
    json!({ "bid": bid, "envelope": hex(11), "seq": 3, "submission": long(byte, 16) })
}

fn frozen() -> Value {
    json!({
        "envelopes": [listed("B1", 1), listed("B2", 2)], "list": hex(12), "stage": "main", "tender": "T1",
        "until": 21 * DAY,
    })
}

/// Two bidders, three custodians, two experts who accepted and one who did not answer.
fn scene() -> Log {
    let mut log = Log {
        world: World::default(),
        seq: 0,
        at: 0,
    };
    for (account, role) in [
        ("buyer", "buyer"),
        ("agent", "agent"),
        ("bidder-1", "bidder"),
        ("bidder-2", "bidder"),
        ("custodian-1", "custodian"),
        ("custodian-2", "custodian"),
        ("custodian-3", "custodian"),
        ("expert-1", "expert"),
        ("expert-2", "expert"),
        ("expert-3", "expert"),
        ("supervisor", "supervisor"),
        ("operator", "operator"),
    ] {
        log.learn(
            Kind::AccountEnrolled,
            &format!("account/{account}"),
            "",
            &enrolled(account, role),
        );
    }
    let ceremony = json!({
        "ceremony": "C1", "k": 2, "keys": 2, "members": [member(1), member(2), member(3)],
        "purpose": { "for": "stock" }, "session": hex(13),
    });
    log.learn(Kind::CeremonyCalled, "ceremony/C1", "buyer", &ceremony);
    let registered =
        json!({ "agent": "agent", "buyer": "buyer", "regime": "works", "tender": "T1", "title": "Road" });
    log.learn(Kind::TenderRegistered, "tender/T1", "buyer", &registered);
    for stage in ["main", "draw"] {
        log.learn(Kind::KeyAssigned, "tender/T1", "buyer", &assigned(stage));
    }
    log.learn(Kind::TenderNoticed, "tender/T1", "buyer", &noticed(CLOSES));
    log.learn(Kind::BidEntered, "tender/T1", "bidder-1", &entered(1));
    log.learn(Kind::BidEntered, "tender/T1", "bidder-2", &entered(2));
    let question = json!({ "question": "Q1", "tender": "T1", "text": "SECRET-TEXT" });
    log.learn(Kind::QuestionAsked, "tender/T1", "bidder-1", &question);
    log.learn(Kind::ListFrozen, "tender/T1", "", &frozen());
    let objected = json!({ "objection": "O1", "tender": "T1", "text": "SECRET-TEXT" });
    log.learn(Kind::CandidatesObjected, "tender/T1", "bidder-2", &objected);
    let complaint = json!({
        "claims": "c", "complaint": "C1", "evidence": [], "grievance": "documents", "known": 0, "objections": [],
        "requests": "r", "tender": "T1", "tracking": hex(14),
    });
    log.learn(Kind::ComplaintFiled, "supervision/T1", "bidder-1", &complaint);
    let access = json!({ "access": "A1", "basis": "b", "reason": "r", "seqs": [1], "tender": "T1" });
    log.learn(Kind::AccessRequested, "supervision/T1", "supervisor", &access);
    log.learn(Kind::CardIssued, "supervision/T1", "", &card());
    for place in 1..=3 {
        log.learn(
            Kind::ExpertCalled,
            "evaluation/T1",
            "",
            &called(place, &format!("expert-{place}")),
        );
    }
    for place in 1..=2 {
        let author = format!("expert-{place}");
        log.learn(
            Kind::CallAnswered,
            "evaluation/T1",
            &author,
            &answered(place, true),
        );
    }
    log
}

/// A yellow card about what the buyer has to do; the agent is not told.
fn card() -> Value {
    json!({
        "about": "", "ahead": "h48", "at": 0, "basis": ["b"], "colour": "yellow", "due": 2_592_000_000_i64,
        "en": "SECRET-TEXT", "facts": [], "raised": 0, "rule": "A01", "since": 1, "size": 9, "tender": "T1",
        "told": ["buyer", "supervisors"], "version": hex(15), "zh": "SECRET-TEXT",
    })
}

/// Told now, and told later, as `audience account what`.
fn told(changes: &[Change], now: i64) -> (BTreeSet<String>, BTreeSet<String>) {
    let line = |notice: &Notice| {
        format!(
            "{} {} {}",
            notice.audience.word(),
            notice.account,
            notice.what.word()
        )
    };
    let all: Vec<&Notice> = (changes.iter())
        .filter_map(|change| match change {
            Change::Tell(notice) => Some(notice),
            Change::Withdraw(_) => None,
        })
        .collect();
    let part = |is_now: bool| {
        let some = all.iter().filter(|notice| (notice.at.0 == now) == is_now);
        some.map(|notice| line(notice)).collect()
    };
    (part(true), part(false))
}

/// One kind with a body, who acts, and who is told of it now and later.
#[derive(Deserialize)]
struct Case {
    kind: Kind,
    author: String,
    body: Value,
    now: BTreeSet<String>,
    later: BTreeSet<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn stream_of(kind: Kind) -> &'static str {
    match concern(kind) {
        Concern::Pool => "pool/P1",
        Concern::Ceremony => "ceremony/C1",
        Concern::Person => "account/somebody",
        Concern::Panel => "evaluation/T1",
        Concern::Tender if kind.context() == facts::Context::Supervise => "supervision/T1",
        Concern::Tender | Concern::Nobody => "tender/T1",
    }
}

#[test]
fn of_every_kind_exactly_those_are_told_whom_it_concerns() {
    let cases = cases();
    for kind in Kind::ALL {
        let of: Vec<&Case> = cases.iter().filter(|case| case.kind == *kind).collect();
        assert_eq!(of.len(), usize::from(concern(*kind) != Concern::Nobody), "{kind}");
    }
    for case in &cases {
        let mut log = scene();
        let changes = log.learn(case.kind, stream_of(case.kind), &case.author, &case.body);
        let (now, later) = told(&changes, log.at);
        assert_eq!(now, case.now, "{}", case.kind);
        assert_eq!(later, case.later, "{}", case.kind);
        assert!(
            changes.iter().all(|change| match change {
                Change::Tell(notice) => notice.what.is_for(notice.audience),
                Change::Withdraw(_) => true,
            }),
            "{}",
            case.kind
        );
    }
    for kind in Kind::ALL.iter().filter(|kind| concern(**kind) == Concern::Nobody) {
        assert!(
            scene().learn(*kind, stream_of(*kind), "", &json!({})).is_empty(),
            "{kind}"
        );
    }
}

#[test]
fn what_is_secret_reaches_nobody_but_the_one_it_names_and_leaves_no_word_outside() {
    let bidders = ["bidder-1", "bidder-2", "expert-3"];
    let experts = ["expert-1", "expert-2", "expert-3"];
    for case in cases() {
        let mut log = scene();
        let changes = log.learn(case.kind, stream_of(case.kind), &case.author, &case.body);
        for change in changes {
            let Change::Tell(notice) = change else { continue };
            let account = notice.account.as_str();
            let is_bids = matches!(
                case.kind,
                Kind::BidEntered | Kind::BidSubmitted | Kind::BidConfirmed | Kind::BidWithdrawn
            );
            assert!(!is_bids || bidders.contains(&account), "{}: {account}", case.kind);
            let is_panels = case.kind.is_confidential()
                && concern(case.kind) == Concern::Panel
                && case.kind != Kind::EvaluationOpened;
            assert!(
                !is_panels || experts.contains(&account),
                "{}: {account}",
                case.kind
            );
            // Outside of the platform no message ties a bidder, an expert, or a confidential fact to a tender.
            let is_secret =
                case.kind.is_confidential() || matches!(notice.audience.word(), "bidder" | "expert");
            assert_eq!(notice.discreet, is_secret, "{}: {account}", case.kind);
        }
    }
}

#[test]
fn a_sentence_is_fixed_and_has_no_number() {
    let mut words = BTreeSet::new();
    for what in What::ALL {
        assert!(words.insert(what.word()), "{what:?}");
        assert_eq!(What::parse(what.word()), Some(*what));
        let (zh, en) = what.sentence();
        for sentence in [zh, en] {
            assert!(
                !sentence.contains(|c: char| c.is_ascii_digit()) && !sentence.contains('{'),
                "{sentence}"
            );
        }
        assert!(zh.ends_with('。') && en.ends_with('.'), "{what:?}");
    }
}

#[test]
fn every_word_of_a_card_is_told_of_it_and_of_its_warnings() {
    for (word, audience, account) in [
        ("agent", "owner", "agent"),
        ("buyer", "owner", "buyer"),
        ("operators", "operator", "operator"),
        ("supervisors", "supervisor", "supervisor"),
    ] {
        let mut log = scene();
        let mut issued = card();
        issued["told"] = json!([word]);
        let changes = log.learn(Kind::CardIssued, "supervision/T1", "", &issued);
        let only = |what: &str| BTreeSet::from([format!("{audience} {account} {what}")]);
        assert_eq!(told(&changes, log.at).0, only("card.issued"), "{word}");
        for ahead in ["h24", "today", "over"] {
            let warned = json!({
                "ahead": ahead, "at": 0, "card": log.seq, "due": 2_592_000_000_i64, "size": 9, "tender": "T1",
            });
            let mut again = scene();
            again.learn(Kind::CardIssued, "supervision/T1", "", &issued);
            let changes = again.learn(Kind::CardWarned, "supervision/T1", "", &warned);
            assert_eq!(told(&changes, again.at).0, only("card.warned"), "{word}: {ahead}");
        }
    }
}

#[test]
fn a_round_is_told_when_everybody_finished_the_last() {
    let mut log = scene();
    for (index, tells) in [(1, false), (2, false), (3, true)] {
        let body = json!({ "ceremony": "C1", "index": index, "slots": [] });
        let changes = log.learn(Kind::CeremonyCommitted, "ceremony/C1", "", &body);
        assert_eq!(changes.len(), if tells { 3 } else { 0 }, "{index}");
    }
    for (seat, told) in [("S1", 0), ("S2", 2)] {
        let body = json!({ "commitment": hex(1), "seat": seat, "tender": "T1" });
        let changes = log.learn(Kind::ScoreCommitted, "evaluation/T1", "expert-2", &body);
        assert_eq!(changes.len(), told, "{seat}");
    }
}

#[test]
fn a_suspension_silences_reminders_and_moves_them_by_its_length() {
    let mut log = scene();
    let held = json!({ "order": "R1", "seq": 1, "tender": "T1" });
    let changes = log.learn(Kind::TenderSuspended, "tender/T1", "", &held);
    let since = log.at;
    let withdrawn = changes.iter().filter_map(|change| match change {
        Change::Withdraw(withdrawn) => Some(withdrawn.what),
        Change::Tell(_) => None,
    });
    assert_eq!(
        withdrawn.collect::<Vec<_>>(),
        [What::DeadlineNear, What::OpeningSoon]
    );
    log.at += 3 * DAY;
    let changes = log.learn(Kind::TenderResumed, "tender/T1", "", &held);
    let moved = CLOSES + log.at - since;
    let due: BTreeSet<i64> = (changes.iter())
        .filter_map(|change| match change {
            Change::Tell(notice) => notice.until.map(|until| until.0),
            Change::Withdraw(_) => None,
        })
        .collect();
    assert_eq!(due, BTreeSet::from([moved]));
}

#[test]
fn nobody_is_told_of_what_they_did_themselves() {
    for case in cases().iter().filter(|case| !case.author.is_empty()) {
        // A ceremony's round and what comes after the last commitment is everybody's turn.
        if case.kind == Kind::CeremonyCalled {
            continue;
        }
        let mut log = scene();
        let changes = log.learn(case.kind, stream_of(case.kind), &case.author, &case.body);
        let (now, _) = told(&changes, log.at);
        let author = AccountId::parse(&case.author).unwrap();
        assert!(
            now.iter()
                .all(|line| line.split(' ').nth(1) != Some(author.as_str())),
            "{}: {now:?}",
            case.kind
        );
    }
}
