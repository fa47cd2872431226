//! What waits stays until it is answered, and the passing of its limit makes it red; pages, search and entity tags.

use super::support::*;
use super::{live, seen};
use axum::http::StatusCode;
use facts::body::award::AwardMade;
use facts::body::card::{CardIssued, Colour};
use facts::body::obeyed::{ExplanationCalled, ExplanationGiven, OrderReturned};
use facts::body::objection::{Against, ObjectionNoted};
use facts::body::supervision::{AccessGranted, AccessRequested, OrderInquired, OrderVoided};
use facts::id::{AccessId, ObjectionId};
use facts::time::DAY;
use facts::{Hex, Stream};
use serde_json::{Value, json};

fn procured() -> Stream {
    Stream::Tender(tender("T1"))
}

fn supervised() -> Stream {
    Stream::Supervision(tender("T1"))
}

/// Kind, name and whether it is overdue, of all that waits but cards.
fn waits(cockpit: &Value) -> Vec<(String, String, bool)> {
    let needs = cockpit["needs"].as_array().unwrap().iter();
    let needs = needs.filter(|need| need["what"] != "card");
    needs
        .map(|need| {
            let text = |name: &str| need[name].as_str().unwrap().to_owned();
            (text("what"), text("about"), need["overdue"].as_bool().unwrap())
        })
        .collect()
}

fn one(what: &str, about: &str, overdue: bool) -> Vec<(String, String, bool)> {
    vec![(what.to_owned(), about.to_owned(), overdue)]
}

async fn object(world: &World, name: &str, due: Option<facts::Instant>) {
    let noted = ObjectionNoted {
        against: Against::Documents,
        calendar: String::new(),
        due,
        objection: ObjectionId::parse(name).unwrap(),
        seq: 0,
        tender: tender("T1"),
    };
    world.write(procured(), &noted).await;
}

#[tokio::test]
async fn an_explanation_is_asked_for_called_for_overdue_and_given() {
    let world = world().await;
    let inquired = OrderInquired {
        basis: "b".into(),
        complaint: None,
        order: order("O1"),
        question: "why?".into(),
        tender: tender("T1"),
        until: START.plus(DAY),
    };
    world.write(supervised(), &inquired).await;
    assert_eq!(waits(&seen(&world).await), one("order", "O1", false));
    let called = ExplanationCalled {
        order: order("O1"),
        seq: 0,
        tender: tender("T1"),
        until: START.plus(DAY),
    };
    world.write(procured(), &called).await;
    assert_eq!(waits(&seen(&world).await), one("explanation", "O1", false));
    world.clock.advance(DAY + 1);
    let late = seen(&world).await;
    assert_eq!(waits(&late), one("explanation", "O1", true));
    assert_eq!(late["counts"]["explanations"], 1);
    assert!(late["counts"]["overdue"].as_u64().unwrap() >= 1, "{late}");
    assert_eq!(live(&late, "T1")["late"]["clock"], "explanation");
    let given = ExplanationGiven {
        order: order("O1"),
        tender: tender("T1"),
        text: "so".into(),
    };
    world.write(procured(), &given).await;
    assert_eq!(waits(&seen(&world).await), []);
}

#[tokio::test]
async fn an_order_waits_until_it_is_given_back() {
    let world = world().await;
    let voided = OrderVoided {
        basis: "b".into(),
        order: order("O1"),
        reason: "r".into(),
        step: 0,
        tender: tender("T1"),
    };
    world.write(supervised(), &voided).await;
    assert_eq!(waits(&seen(&world).await), one("order", "O1", false));
    let seq = world.log.rows().len() as u64 - 1;
    let returned = OrderReturned {
        cause: "step.unknown".into(),
        order: order("O1"),
        seq,
        tender: tender("T1"),
    };
    world.write(procured(), &returned).await;
    assert_eq!(waits(&seen(&world).await), []);
}

#[tokio::test]
async fn an_access_waits_for_the_second_supervisor() {
    let world = world().await;
    let access = || AccessId::parse("A1").unwrap();
    let requested = AccessRequested {
        access: access(),
        basis: "b".into(),
        reason: "secret-reason".into(),
        seqs: vec![1],
        tender: tender("T1"),
    };
    world.write(supervised(), &requested).await;
    let cockpit = seen(&world).await;
    assert_eq!(waits(&cockpit), one("access", "A1", false));
    assert!(!cockpit.to_string().contains("secret-reason"));
    let granted = AccessGranted {
        access: access(),
        reason: "r".into(),
        tender: tender("T1"),
    };
    world.write(supervised(), &granted).await;
    assert_eq!(waits(&seen(&world).await), []);
}

#[tokio::test]
async fn an_award_past_the_limit_of_its_contract_is_not_over() {
    let world = world().await;
    let award = AwardMade {
        awards: vec![],
        tender: tender("T1"),
    };
    world.write(procured(), &award).await;
    world.clock.advance(60 * DAY);
    let cockpit = seen(&world).await;
    assert_eq!((&cockpit["over"], &cockpit["live_total"]), (&json!(0), &json!(1)));
    let procedure = live(&cockpit, "T1");
    assert_eq!(
        (&procedure["late"]["clock"], procedure.get("next")),
        (&json!("report"), None)
    );
    let names: Vec<String> = waits(&cockpit).into_iter().map(|(_, about, _)| about).collect();
    assert_eq!(names, ["report", "contract"]);
}

#[tokio::test]
async fn overdue_comes_first_however_much_waits_and_the_rest_has_pages() {
    let world = world().await;
    for n in 0..30 {
        object(&world, &format!("E{n:02}"), None).await;
    }
    object(&world, "near", Some(START.plus(2 * DAY))).await;
    object(&world, "late", Some(START.plus(1))).await;
    world.clock.advance(10);
    let first = seen(&world).await;
    let names: Vec<String> = waits(&first).into_iter().map(|(_, about, _)| about).collect();
    assert_eq!(
        (names[0].as_str(), names[1].as_str(), names.len()),
        ("late", "near", 25)
    );
    assert_eq!(
        (&first["needs_total"], &first["needs_pages"]),
        (&json!(32), &json!(2))
    );
    let (_, rest) = world.get("/api/cockpit?needs_page=2", "supervisor").await;
    assert_eq!(waits(&rest).len(), 7);
    let (_, overdue) = world.get("/api/cockpit?what=overdue", "supervisor").await;
    assert_eq!(waits(&overdue), one("objection", "late", true));
}

#[tokio::test]
async fn live_procedures_are_paged_and_searched_the_newest_concern_first() {
    let world = world().await;
    world.fill(120).await;
    object(&world, "old", None).await;
    let filled = Stream::Tender(tender("F77"));
    world.clock.advance(1_000);
    let noted = ObjectionNoted {
        against: Against::Documents,
        calendar: String::new(),
        due: None,
        objection: ObjectionId::parse("new").unwrap(),
        seq: 0,
        tender: tender("F77"),
    };
    world.write(filled, &noted).await;
    let cockpit = seen(&world).await;
    let names: Vec<&str> = cockpit["live"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["tender"].as_str().unwrap())
        .collect();
    assert_eq!((names.len(), names[0], names[1]), (50, "F77", "T1"));
    assert_eq!(
        (&cockpit["live_total"], &cockpit["pages"]),
        (&json!(121), &json!(3))
    );
    let (_, last) = world.get("/api/cockpit?page=99", "supervisor").await;
    assert_eq!(
        (&last["page"], last["live"].as_array().unwrap().len()),
        (&json!(3), 21)
    );
    let (_, found) = world.get("/api/cockpit?q=tender%20f11", "supervisor").await;
    assert_eq!(found["live_total"], 11, "F11 and F110 to F119");
    let (status, refused) = world.get("/api/cockpit?page=x", "supervisor").await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("query.malformed"))
    );
}

#[tokio::test]
async fn the_state_stays_while_only_times_and_last_facts_change() {
    let world = world().await;
    let before = seen(&world).await;
    world.clock.advance(20_000);
    world
        .write(
            Stream::Tender(tender("T1")),
            &facts::body::tender::TenderRegistered {
                agent: None,
                buyer: facts::AccountId::parse("buyer").unwrap(),
                regime: facts::body::tender::Regime::Works,
                tender: tender("T1"),
                title: "Tender T1".into(),
            },
        )
        .await;
    let after = seen(&world).await;
    assert_ne!(live(&before, "T1")["last"], live(&after, "T1")["last"]);
    assert_eq!(before["state"], after["state"]);
    object(&world, "E1", None).await;
    assert_ne!(seen(&world).await["state"], after["state"]);
}

#[tokio::test]
async fn a_card_in_the_log_is_not_the_last_thing_that_happened() {
    let world = world().await;
    let last = live(&seen(&world).await, "T1")["last"].clone();
    world.clock.advance(5_000);
    let issued = CardIssued {
        about: String::new(),
        ahead: None,
        at: START,
        basis: vec!["b".into()],
        colour: Colour::Yellow,
        due: None,
        en: "e".into(),
        facts: vec![],
        follows: None,
        raised: START,
        rule: "A01".into(),
        since: 0,
        size: 1,
        tender: tender("T1"),
        told: vec![],
        version: Hex([0; 32]),
        zh: "z".into(),
    };
    world.write(supervised(), &issued).await;
    assert_eq!(live(&seen(&world).await, "T1")["last"], last);
    let (_, matter) = world.get("/api/docket/T1", "supervisor").await;
    let kinds: Vec<&str> = matter["facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| fact["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"card.issued"), "{matter}");
}
