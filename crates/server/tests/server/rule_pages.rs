//! Rules and cards as pages and as JSON: for supervisors alone, in both languages, with the facts that a card rests on.

use crate::overseen::{opens, platform, tender};
use crate::pages::assert_page;
use crate::people::{key, land, sign};
use facts::body::card::RulesAdopted;
use facts::body::opening::{ListFrozen, ListSettled};
use facts::calendar::CHINA;
use facts::id::StageId;
use facts::{Draft, Hex, Instant, Stream};
use serde_json::Value;

/// A list settled long ago without a record of the opening.
fn without_record() -> Vec<Draft> {
    let stage = || StageId::parse("open").unwrap();
    let list = ListFrozen {
        envelopes: vec![],
        list: Hex([0; 32]),
        stage: stage(),
        tender: tender(),
        until: Instant(0),
    };
    let settled = ListSettled {
        excluded: vec![],
        list: Hex([0; 32]),
        stage: stage(),
        submissions: vec![],
        tender: tender(),
        until: Instant(0),
    };
    let stream = || Stream::Tender(tender());
    vec![
        Draft::platform(stream(), &list).unwrap(),
        Draft::platform(stream(), &settled).unwrap(),
    ]
}

#[test]
fn rules_and_cards_are_shown_to_supervisors_with_the_facts_they_rest_on() {
    let mut platform = platform();
    platform.write(without_record());
    let zone = platform.addresses().supervision.clone();
    let paths = [
        "/rules",
        "/rules?page=5",
        "/rules?regime=works&card=red&state=checked",
        "/rules/B01",
        "/rules/O07",
        "/cards",
        "/docket/T1",
    ];
    for path in paths {
        for language in ["zh", "en"] {
            let page = opens(&zone, "supervisor", path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
        }
        assert_eq!(opens(&zone, "bidder-04", path, "en").status, 403, "{path}");
    }
    // A year without the State Council's notice is named beside the calendar, and no other.
    for year in CHINA.years {
        let said = format!("{}年放假安排尚未公布", year.year);
        let page = opens(&zone, "supervisor", "/rules", "zh").text();
        assert_eq!(page.contains(&said), !year.confirmed, "{said}");
    }
    assert_eq!(opens(&zone, "supervisor", "/rules/Z99", "en").status, 404);
    let narrowed = opens(
        &zone,
        "supervisor",
        "/rules?regime=works&card=red&state=checked",
        "en",
    )
    .text();
    assert!(narrowed.contains("/rules/B01") && !narrowed.contains("/rules/Q01"));
    let answer: Value = opens(&zone, "supervisor", "/api/cards", "en").json();
    let cards = answer["cards"].as_array().unwrap();
    let card = cards.iter().find(|card| card["rule"] == "O07").unwrap();
    assert_eq!(
        (card["colour"].as_str(), card["ahead"].as_str()),
        (Some("red"), Some("over"))
    );
    let settled = card["facts"][0].as_u64().unwrap();
    for path in ["/cards", "/rules/O07", "/docket/T1"] {
        let page = opens(&zone, "supervisor", path, "en").text();
        assert!(
            page.contains(&format!("/log/entries/{settled}")),
            "{path}: {page}"
        );
    }
    let of: Value = opens(&zone, "supervisor", "/api/docket/T1/cards", "en").json();
    assert_eq!(of["version"], answer["version"]);
    assert_eq!(
        opens(&zone, "supervisor", "/api/docket/T2/cards", "en").status,
        404
    );
    let rules: Value = opens(&zone, "supervisor", "/api/rules", "en").json();
    assert_eq!(rules["rules"].as_array().unwrap().len(), 224);
}

/// A version that this program cannot run stays in force; the page says so, and no other is passed off as it.
#[test]
fn a_version_that_cannot_be_run_is_said_to_be_so() {
    let mut platform = platform();
    let zone = platform.addresses().supervision.clone();
    let wanted = opens(&zone, "supervisor", "/api/rules/adoption", "en").json();
    let mut body: RulesAdopted = serde_json::from_value(wanted).unwrap();
    assert!(
        !opens(&zone, "supervisor", "/rules", "en")
            .text()
            .contains("cannot run the version")
    );
    body.from = Instant(0);
    body.calendar = "cn-workdays/2040/1".to_owned();
    body.version = Hex([9; 32]);
    body.file["calendar"] = body.calendar.clone().into();
    platform.write(vec![Draft::platform(Stream::Rules, &body).unwrap()]);
    let zone = platform.addresses().supervision.clone();
    for (language, said) in [
        ("zh", "本程序无法运行现行采用的版本"),
        ("en", "This program cannot run the version in force"),
    ] {
        let page = opens(&zone, "supervisor", "/rules", language);
        assert_page(&page, language, "/rules");
        assert!(
            page.text().contains(said) && page.text().contains(&body.version.to_string()),
            "{}",
            page.text()
        );
    }
}

#[test]
fn once_the_rules_are_adopted_the_housekeeper_issues_the_card_once() {
    let mut platform = platform();
    platform.write(without_record());
    let zone = platform.addresses().supervision.clone();
    let none: Value = opens(&zone, "supervisor", "/api/cards/issued", "en").json();
    assert_eq!(none["cards"].as_array().unwrap().len(), 0);
    let wanted = opens(&zone, "supervisor", "/api/rules/adoption", "en").json();
    let body: RulesAdopted = serde_json::from_value(wanted).unwrap();
    land(&zone, &sign(&key("supervisor"), Stream::Rules, &body));
    let issued = || -> Vec<Value> {
        let answer: Value = opens(&zone, "supervisor", "/api/cards/issued", "en").json();
        answer["cards"].as_array().unwrap().clone()
    };
    let of_o07 = |cards: &[Value]| cards.iter().filter(|one| one["card"]["rule"] == "O07").count();
    let mut cards = issued();
    for _ in 0..100 {
        if of_o07(&cards) > 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        cards = issued();
    }
    assert_eq!(of_o07(&cards), 1, "{cards:?}");
    let card = cards.iter().find(|one| one["card"]["rule"] == "O07").unwrap();
    assert_eq!(card["card"]["colour"], "red");
    assert_eq!(card["card"]["version"], body.version.to_string());
    // However long it is looked at, it stands there once.
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(issued(), cards);
    let seq = card["seq"].as_u64().unwrap();
    for path in ["/cards", "/rules/O07", "/cards?told=supervisors"] {
        for language in ["zh", "en"] {
            let page = opens(&zone, "supervisor", path, language);
            assert_page(&page, language, path);
            assert!(
                page.text().contains(&format!("/log/entries/{seq}")),
                "{path}: {}",
                page.text()
            );
        }
    }
    let others = opens(&zone, "supervisor", "/cards?told=nobody", "en").text();
    assert!(!others.contains(&format!("/log/entries/{seq}\"")));
    assert!(
        opens(&zone, "supervisor", "/rules/O07", "en")
            .text()
            .contains(&body.version.to_string())
    );
}
