//! What `/openapi.json` says beside what the zones do.

use crate::platform::{Database, Platform, on_both};
use crate::web::{ask, get};
use serde_json::Value;
use std::collections::BTreeSet;

fn filled(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push('1');
        rest = after.split_once('}').unwrap().1;
    }
    filled + rest
}

/// The methods that a path says it takes, when it is asked with one that nothing takes.
fn allowed(base: &str, path: &str) -> BTreeSet<String> {
    let answer = ask(base, "PUT", path, &[], b"{}");
    assert_eq!(answer.status, 405, "PUT {path}: {}", answer.text());
    assert_eq!(answer.code(), "route.method");
    answer
        .header("allow")
        .split(',')
        .map(|method| method.trim().to_lowercase())
        .collect()
}

fn check(database: &Database) {
    let platform = Platform::start(database);
    let zones = platform.addresses();
    for base in [&zones.procurement, &zones.evaluation, &zones.supervision] {
        let answer = get(base, "/openapi.json");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/json");
        let document: Value = answer.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let mut described: BTreeSet<String> = item.as_object().unwrap().keys().cloned().collect();
            if described.contains("get") {
                described.insert("head".to_owned());
            }
            assert_eq!(allowed(base, &filled(path)), described, "{base}{path}");
        }
    }
}

#[test]
fn every_path_takes_the_methods_that_are_described_and_no_others() {
    check(&Database::sqlite());
}

#[test]
fn answers_have_the_members_that_are_described() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement();
        let document = get(base, "/openapi.json").json();
        for path in ["/health", "/api/platform", "/api/tenders", "/api/ceremonies"] {
            let reference =
                &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
            let name = reference["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            let described = document["components"]["schemas"][name]["properties"]
                .as_object()
                .unwrap();
            let described: BTreeSet<&String> = described.keys().collect();
            let answer = get(base, path).json();
            let sent: BTreeSet<&String> = answer.as_object().unwrap().keys().collect();
            assert_eq!(sent, described, "{path} on {}", database.name);
        }
    });
}
