//! Before the opening nobody learns who bids, how many do, or what they offer: not from any answer, not from the log,
//! not from what the server writes about its work.
//!
//! What does show, and is documented as a limit: how many confidential entries the whole log has, and when.

use crate::http::{Answer, ask, get};
use crate::people::{Person, custodians, head, id, newcomer, post_act, registrar, sign};
use crate::platform::{Database, PASSPHRASE, Platform, on_both};
use crate::programs::Daemon;
use crate::shape;
use crate::tender::{Bid, PLAINTEXT, Tender, announce, name, price, seal_bid, submit_bid};
use cli::Zone;
use facts::body::bid::BidWithdrawn;
use facts::body::tender::QuestionAsked;
use facts::{Hex, Kind, Role};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const BIDDERS: usize = 4;
const A_BODY: &str = "a body";

struct Run {
    platform: Platform,
    tender: Tender,
    bids: Vec<Bid>,
    tokens: Tokens,
    daemon: Option<Daemon>,
}

/// Sessions that look at the same things as the public.
struct Tokens {
    buyer: String,
    supervisor: String,
    bystander: String,
}

/// The same script for all runs, but for the bids: `bids` submitted, then one more withdrawn and one question if
/// there are any.
fn run(mut platform: Platform, daemon: Option<Daemon>, bids: usize) -> Run {
    if daemon.is_none() {
        platform.resume();
    }
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut supervisor = newcomer(&platform, &mut registry, "supervisor", Role::Supervisor);
    let mut bidders: Vec<Person> = (1..=BIDDERS)
        .map(|n| newcomer(&platform, &mut registry, &format!("bidder-{n:02}"), Role::Bidder))
        .collect();
    let mut bystander = newcomer(&platform, &mut registry, "bidder-09", Role::Bidder);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let mut sealed = Vec::new();
    for (n, bidder) in (1..)
        .zip(bidders.iter_mut())
        .take(if bids == 0 { 0 } else { bids + 1 })
    {
        let mut bid = seal_bid(&platform, bidder, &tender, n);
        submit_bid(bidder, &mut bid);
        if n > bids {
            let body = BidWithdrawn {
                bid: bid.folder.bid.clone(),
                tender: tender.id.clone(),
            };
            let done = bidder.session.act(&bid.key, tender.stream(), &body);
            done.unwrap();
            let text = "脚手架费用是否单列?".to_owned();
            let body = QuestionAsked {
                question: id("question-secret"),
                tender: tender.id.clone(),
                text,
            };
            bidder.act(tender.stream(), &body);
        }
        sealed.push(bid);
    }
    let tokens = Tokens {
        buyer: buyer.token(Zone::Procurement),
        supervisor: supervisor.token(Zone::Supervision),
        bystander: bystander.token(Zone::Procurement),
    };
    Run {
        platform,
        tender,
        bids: sealed,
        tokens,
        daemon,
    }
}

impl Run {
    /// Every answer that somebody who is not the bidder can get about the tender, by what was asked.
    fn answers(&self) -> BTreeMap<String, Answer> {
        let addresses = &self.platform.addresses;
        let public = [
            "/",
            "/health",
            "/api/platform",
            "/api/tenders",
            "/api/tenders/T1",
            "/api/tenders/T1/envelopes/open",
            "/api/tenders/T1/bids/mine",
            "/api/ceremonies",
            "/api/ceremonies/ceremony-T1",
            "/api/accounts/buyer",
            "/api/accounts/bidder-01",
            "/log/checkpoint",
        ];
        let mut answers = BTreeMap::new();
        for path in public {
            for (who, token) in [
                ("public", None),
                ("buyer", Some(&self.tokens.buyer)),
                ("bystander", Some(&self.tokens.bystander)),
            ] {
                let token = token.map(String::as_str);
                let answer = ask(&addresses.procurement, "GET", path).bearer(token).send();
                answers.insert(format!("{who} {path}"), answer);
            }
        }
        let body = format!("/api/tenders/T1/bodies/{}", self.some_submission());
        // The answer repeats what was asked, so it is looked at for its shape alone.
        answers.insert(A_BODY.to_owned(), get(&addresses.procurement, &body));
        let result = get(&addresses.evaluation, "/api/evaluations/T1/result");
        answers.insert("the result".to_owned(), result);
        for path in [
            "/api/cockpit",
            "/api/docket",
            "/api/docket/T1",
            "/api/docket/T1/cards",
            "/api/cards",
            "/api/rules",
            "/api/audit",
            "/api/flags",
            "/api/screens",
            "/api/screens/T1",
            "/api/statistics",
        ] {
            let answer = ask(&addresses.supervision, "GET", path)
                .bearer(Some(&self.tokens.supervisor))
                .send();
            // Of a tender that is not opened yet there are no signs at all.
            let fine = answer.status == 200 || (path == "/api/screens/T1" && answer.status == 404);
            assert!(fine, "{path}: {}", answer.text());
            answers.insert(format!("supervisor {path}"), answer);
        }
        answers
    }

    fn some_submission(&self) -> Hex<16> {
        self.bids
            .first()
            .map_or(Hex([7; 16]), |bid| bid.folder.sealed[0].envelope.submission)
    }

    fn dossier(&self) -> Vec<u8> {
        let answer = get(&self.platform.addresses.procurement, "/api/tenders/T1/dossier");
        assert_eq!(answer.status, 200);
        answer.body
    }

    fn entries(&self) -> Vec<Value> {
        let base = &self.platform.addresses.procurement;
        let size = head(base).size;
        (0..size)
            .map(|seq| get(base, &format!("/log/entry/{seq}")).json())
            .collect()
    }

    /// Everything that must not be read anywhere before the opening.
    fn secrets(&self) -> BTreeSet<String> {
        let mut secrets: BTreeSet<String> =
            ["question-secret", "脚手架", PLAINTEXT].map(str::to_owned).into();
        for (n, bid) in (1..).zip(&self.bids) {
            let public = bid.key.public();
            secrets.extend([bid.folder.bid.to_string(), name(n), price(n).to_string()]);
            secrets.extend([
                Hex(public.to_bytes()).to_string(),
                Hex(public.fingerprint()).to_string(),
            ]);
            for part in &bid.folder.sealed {
                secrets.insert(part.envelope.submission.to_string());
                secrets.insert(part.envelope.body_digest.to_string());
                secrets.insert(part.envelope.header.to_string());
            }
        }
        secrets
    }
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

fn shape_of(answer: &Answer) -> Value {
    let mut body = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(document) => document,
        Err(_) => Value::from(answer.text()),
    };
    // How many checkpoints were kept depends on how long the test took.
    if let Some(members) = body.as_object_mut() {
        members.remove("checkpoints");
    }
    json!([answer.status, shape::of(&body)])
}

/// Names of the files of a tar archive.
fn files(tar: &[u8]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut at = 0;
    while let Some(header) = tar.get(at..at + 512).filter(|header| header[0] != 0) {
        let text = |range: std::ops::Range<usize>| {
            String::from_utf8_lossy(&header[range])
                .trim_end_matches('\0')
                .to_owned()
        };
        let size = usize::from_str_radix(text(124..135).trim(), 8).unwrap();
        names.insert(text(0..100));
        at += 512 + size.div_ceil(512) * 512;
    }
    names
}

fn nothing_shows_before_the_opening(database: &Database) {
    let without = run(Platform::prepare(&database.another(), [0; 3]), None, 0);
    let with = run(Platform::prepare(database, [0; 3]), None, 3);
    let (none, some) = (without.answers(), with.answers());
    for (asked, answer) in &some {
        assert_eq!(
            shape_of(answer),
            shape_of(&none[asked]),
            "{asked} tells whether there are bids"
        );
    }
    // Confidential entries are all alike; the public ones are the same in both runs.
    let kinds = |entries: &[Value]| -> Vec<String> {
        let entries = entries.iter().map(|shown| shown["entry"].clone());
        let entries = entries.map(|entry| match entry {
            Value::String(text) => serde_json::from_str(&text).unwrap(),
            other => other,
        });
        entries
            .map(|entry: Value| format!("{} {}", entry["kind"], entry["subj"]))
            .collect()
    };
    let (quiet, loud) = (without.entries(), with.entries());
    let (mut quiet, mut loud) = (kinds(&quiet), kinds(&loud));
    let confidential = |kinds: &mut Vec<String>| {
        let before = kinds.len();
        kinds.retain(|kind| !kind.contains("confidential"));
        before - kinds.len()
    };
    // Four entered, four submitted, one withdrew, one asked.
    assert_eq!((confidential(&mut quiet), confidential(&mut loud)), (0, 10));
    assert_eq!(quiet, loud);
    for shown in with.entries() {
        let text = shown.to_string();
        if text.contains("confidential") {
            let entry = match &shown["entry"] {
                Value::String(text) => serde_json::from_str(text).unwrap(),
                other => other.clone(),
            };
            for member in ["actor", "sig", "subj"] {
                assert_eq!(entry[member], "", "{text}");
            }
            assert!(shown["payload"].is_null(), "{text}");
        }
    }
    // The dossier holds the same files, but for the positions in their names.
    let names = |run: &Run| -> Vec<String> {
        let names = files(&run.dossier());
        names
            .iter()
            .filter(|name| !name.starts_with("checkpoints/"))
            .map(|name| shape::of_text(name))
            .collect()
    };
    assert_eq!(names(&without), names(&with));
    // The buyer reads questions, and not whose they are.
    let asked = |token: Option<&str>| {
        let base = &with.platform.addresses.procurement;
        ask(base, "GET", "/api/tenders/T1/questions").bearer(token).send()
    };
    let questions = asked(Some(&with.tokens.buyer));
    assert!(
        questions.text().contains("脚手架") && !questions.text().contains("bidder-"),
        "{}",
        questions.text()
    );
    for token in [None, Some(with.tokens.bystander.as_str())] {
        assert!([401, 403].contains(&asked(token).status));
    }
    // And no word of any bid is anywhere.
    let mut everything: Vec<(String, Vec<u8>)> = some
        .into_iter()
        .filter(|(asked, _)| asked != A_BODY)
        .map(|(asked, answer)| (asked, answer.body))
        .collect();
    everything.push(("the dossier".to_owned(), with.dossier()));
    everything.extend(
        (0..)
            .zip(with.entries())
            .map(|(seq, e)| (format!("entry {seq}"), e.to_string().into_bytes())),
    );
    for secret in with.secrets() {
        for (asked, bytes) in &everything {
            assert!(!contains(bytes, &secret), "{asked} shows {secret}");
        }
    }
    for (asked, bytes) in everything.iter().filter(|(asked, _)| asked.contains("T1")) {
        for n in 1..=BIDDERS {
            let account = format!("bidder-{n:02}");
            assert!(
                !contains(bytes, &account) || asked.contains("account"),
                "{asked} shows {account}"
            );
        }
    }
}

/// The server's own log at its most talkative: no name, no price, no plaintext, no token, no passphrase.
fn nothing_shows_in_the_servers_log(database: &Database) {
    let mut platform = Platform::prepare(database, [0; 3]);
    let daemon = Daemon::start(&mut platform, "trace");
    let mut run = run(platform, Some(daemon), 1);
    // Something refused, something malformed and something unknown leave their traces too.
    let base = run.platform.addresses.procurement.clone();
    let body = json!({ "question": "question-secret", "tender": "T1", "text": "脚手架" });
    let seen = head(&base);
    let refused = sign(
        &run.bids[0].key,
        &run.tender.stream(),
        Kind::QuestionAsked,
        &body,
        seen,
    );
    assert_eq!(post_act(&base, ledger::act::write(&refused).unwrap()).status, 403);
    post_act(&base, format!("{{\"body\":{{\"text\":\"{PLAINTEXT}\"}}}}"));
    run.answers();
    let log = run.daemon.take().unwrap().stop();
    assert!(
        log.lines().count() > 20,
        "the filter lets nothing through:\n{log}"
    );
    let mut secrets = run.secrets();
    secrets.extend([PASSPHRASE, "13800000000", "有限公司"].map(str::to_owned));
    secrets.extend([
        run.tokens.buyer.clone(),
        run.tokens.supervisor.clone(),
        run.tokens.bystander.clone(),
    ]);
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert!(line.is_none(), "the server's log shows {secret:?}: {line:?}");
    }
}

on_both!(nothing_shows_before_the_opening, nothing_shows_in_the_servers_log);
