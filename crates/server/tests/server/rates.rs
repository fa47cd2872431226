//! Rates: whoever comes too often is sent away, told when to come again, and then served.

use crate::people::{enrolment, key, land, send, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask, get};
use facts::Role;
use kaibiao_server::config::{Rate, RatesConfig};
use std::time::Duration;

fn rate(burst: u32, per_second: u32) -> Rate {
    Rate {
        burst: burst.try_into().unwrap(),
        per_second: per_second.try_into().unwrap(),
    }
}

fn platform(rates: RatesConfig) -> Platform {
    Platform::start_with(&Database::sqlite(), |config| config.rates = rates)
}

/// The seconds after which to come again.
fn sent_away(answer: &Answer, code: &str) -> u64 {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (429, code),
        "{}",
        answer.text()
    );
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=5).contains(&seconds), "{seconds}");
    let told = answer.json();
    for sentence in [&told["detail"], &told["zh"]] {
        assert!(
            sentence.as_str().unwrap().contains(&seconds.to_string()),
            "{told}"
        );
    }
    seconds
}

#[test]
fn readers_and_signers_in_are_counted_by_address_and_health_is_not() {
    let platform = platform(RatesConfig {
        reads: rate(5, 1),
        sign_ins: rate(2, 1),
        ..RatesConfig::default()
    });
    let base = platform.procurement();
    assert!((0..5).all(|_| get(base, "/api/platform").status == 200));
    let wait = sent_away(&get(base, "/api/platform"), "rate.requests");
    // The zones of a process count together, and an answer to nobody is guarded like any other.
    let other = get(&platform.addresses().evaluation, "/log/checkpoint");
    sent_away(&other, "rate.requests");
    assert_eq!(other.header("x-content-type-options"), "nosniff");
    assert_eq!(other.header("kaibiao-operation").len(), 16);
    assert!((0..20).all(|_| get(base, "/health").status == 200));
    std::thread::sleep(Duration::from_secs(wait));
    assert_eq!(get(base, "/api/platform").status, 200);
    let challenge = || ask(base, "POST", "/api/session/challenge", &[], b"{}");
    assert!((0..2).all(|_| challenge().status == 200));
    sent_away(&challenge(), "rate.sign_ins");
}

#[test]
fn acts_are_counted_by_key_and_one_that_landed_is_answered_all_the_same() {
    let platform = platform(RatesConfig {
        acts_of_key: rate(2, 1),
        ..RatesConfig::default()
    });
    let base = platform.procurement();
    let act = |name: &str| enrolment(name, &key("bidder-01"), Role::Bidder);
    let first = act("bidder-01");
    land(base, &first);
    // Of a bad signature the key is not charged.
    let mut forged = first.clone();
    forged.nonce = facts::Hex([9; 16]);
    assert!((0..5).all(|_| send(base, &forged).status == 422));
    let second = enrolment("bidder-02", &key("bidder-02"), Role::Bidder);
    land(base, &second);
    let third = enrolment("bidder-03", &key("bidder-03"), Role::Bidder);
    let refused = send(base, &third);
    let wait = sent_away(&refused, "rate.acts");
    assert!(
        refused.json()["refusal"].as_str().unwrap().contains("rate.acts"),
        "it is signed"
    );
    assert_eq!(send(base, &first).status, 200, "sent again, answered again");
    std::thread::sleep(Duration::from_secs(wait));
    land(base, &third);
}

#[test]
fn uploads_are_counted_by_account() {
    let platform = platform(RatesConfig {
        uploads: rate(2, 1),
        ..RatesConfig::default()
    });
    let base = platform.procurement();
    let begin = |name: &str, bearer: &str| {
        let headers = [
            ("authorization", bearer),
            ("tus-resumable", "1.0.0"),
            ("upload-length", "3"),
            ("upload-metadata", "kind Ym9keQ=="),
        ];
        let answer = ask(base, "POST", "/api/uploads", &headers, b"");
        assert!([201, 429].contains(&answer.status), "{name}: {}", answer.text());
        answer
    };
    let bearers = ["bidder-01", "bidder-02"].map(|name| {
        land(base, &enrolment(name, &key(name), Role::Bidder));
        format!("Bearer {}", sign_in(base, "procurement", &key(name)))
    });
    assert!((0..2).all(|_| begin("one", &bearers[0]).status == 201));
    sent_away(&begin("one", &bearers[0]), "rate.uploads");
    assert_eq!(
        begin("other", &bearers[1]).status,
        201,
        "another account is another account"
    );
}
