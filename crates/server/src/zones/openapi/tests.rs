//! The description beside the routes it describes.

use super::*;
use crate::zones::{evaluation, procurement, supervision};
use async_trait::async_trait;
use desk::memory::{HeldClock, MemoryLog, SeededEntropy};
use desk::{Directory, Gate, HeldSessions, Outage, ReadLog, Reader};
use evaluate::blind::Place;
use evaluate::dossiers::{Content, DossierFile, Dossiers};
use facts::id::{CodeId, PartId};
use facts::{Kind, TenderId};
use std::collections::BTreeSet;

struct NoFiles;

#[async_trait]
impl Dossiers for NoFiles {
    async fn files(&self, _: &TenderId, _: &CodeId) -> Result<Vec<DossierFile>, Outage> {
        Ok(Vec::new())
    }

    async fn content(&self, _: &TenderId, _: &CodeId, _: &PartId) -> Result<Option<Content>, Outage> {
        Ok(None)
    }

    async fn named(&self, _: &TenderId, _: &CodeId, _: &PartId) -> Result<Option<BTreeSet<Place>>, Outage> {
        Ok(None)
    }
}

const ZONES: [Zone; 3] = [Zone::Procurement, Zone::Evaluation, Zone::Supervision];

fn gate(zone: Zone, log: &Arc<dyn ReadLog>) -> Gate {
    Gate {
        zone,
        origin: "example.org/log".into(),
        directory: Directory::new(log.clone(), Reader::new(log.clone())),
        sessions: Arc::new(HeldSessions::default()),
        clock: Arc::new(HeldClock::default()),
        entropy: Arc::new(SeededEntropy::new(1)),
    }
}

/// The paths of a router, as it tells them itself.
fn paths<S>(router: &Router<S>) -> BTreeSet<String> {
    let told = format!("{router:?}");
    let nodes = told.split("paths: {").nth(1).expect("a router tells its paths");
    let nodes = nodes.split('}').collect::<Vec<_>>().join("}");
    let mut found = BTreeSet::new();
    for part in nodes.split("RouteId(").skip(1) {
        let Some(path) = part
            .split_once("): \"")
            .and_then(|(_, rest)| rest.split_once('"'))
        else {
            continue;
        };
        found.insert(path.0.to_owned());
    }
    found
}

/// A scribe that writes into a log of its own; the routes are only looked at.
fn evaluations() -> desk::Scribe<evaluate::Evaluations> {
    let key = || seal::SigningKey::generate(&mut rand_core::OsRng);
    let tools = desk::Tools {
        log: Arc::new(MemoryLog::default()),
        clock: Arc::new(HeldClock::at(facts::Instant(0))),
        entropy: Arc::new(SeededEntropy::new(1)),
        signer: Arc::new(desk::Keys {
            log: ledger::NoteSigner::new("example.org/log", key()).unwrap(),
            refusals: ledger::refusal_note::signer("example.org/log", key()).unwrap(),
        }),
        origin: "example.org/log".to_owned(),
        sole: true,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (pen, _) = runtime.block_on(desk::Pen::start(tools)).unwrap();
    desk::Scribe::new(&pen, |_| Vec::new())
}

/// The description of a zone and all paths that its router has.
fn zone(zone: Zone) -> (Value, BTreeSet<String>) {
    let log: Arc<dyn ReadLog> = Arc::new(MemoryLog::default());
    let (table, desk, seat): (_, _, Router) = match zone {
        Zone::Procurement => (procurement::routes(), None, Router::new()),
        Zone::Evaluation => {
            let (evaluations, pools) = (evaluations(), Reader::new(log.clone()));
            let panels = evaluate::Panels::new(log.clone(), Reader::new(log.clone()));
            let dossiers = Arc::new(NoFiles);
            let seat = evaluate::router(evaluations, panels, pools, dossiers, gate(zone, &log));
            (evaluation::routes(), Some(evaluate::desks::Api::openapi()), seat)
        }
        Zone::Supervision => {
            let key = seal::SigningKey::generate(&mut rand_core::OsRng);
            let key = ledger::NoteSigner::new("example.org/log", key)
                .unwrap()
                .verifier()
                .clone();
            let trust = supervise::Trust {
                origin: "example.org/log".to_owned(),
                key,
            };
            let seat = supervise::router(supervise::Oversight::new(log.clone(), trust), gate(zone, &log));
            (
                supervision::routes(),
                Some(supervise::desks::Api::openapi()),
                seat,
            )
        }
    };
    let (router, api) = table.routes(routes!(description)).split_for_parts();
    let mut all = paths(&router);
    if zone != Zone::Procurement {
        all.extend(paths(&seat));
    }
    (document(zone, api, desk), all)
}

fn object<'a>(value: &'a Value, pointer: &str) -> &'a Map<String, Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_object)
        .unwrap_or_else(|| panic!("no object at {pointer}"))
}

#[test]
fn every_route_is_described_and_nothing_else() {
    for each in ZONES {
        let (document, routes) = zone(each);
        let routes: BTreeSet<String> = routes.iter().map(|path| path.replace("{*", "{")).collect();
        let described: BTreeSet<String> = object(&document, "/paths").keys().cloned().collect();
        assert_eq!(described, routes, "{each:?}");
        assert!(
            described.contains("/openapi.json") && described.contains("/log/tile/{path}"),
            "{described:?}"
        );
    }
    assert!(zone(Zone::Evaluation).1.contains("/api/evaluations/{tender}"));
    assert!(zone(Zone::Supervision).1.contains("/api/audit"));
}

#[test]
fn exactly_the_acts_of_the_zone_are_described() {
    for each in ZONES {
        let (document, _) = zone(each);
        let body = document
            .pointer("/paths/~1api~1acts/post/requestBody/content/application~1json/schema")
            .unwrap();
        assert_eq!(body["$ref"], "#/components/schemas/Act");
        let mapping = object(&document, "/components/schemas/Act/discriminator/mapping");
        let described: BTreeSet<&str> = mapping.keys().map(String::as_str).collect();
        let signed =
            |kind: &&Kind| Zone::of(kind.context()) == each && kind.author() != facts::kind::Author::Platform;
        let kinds: BTreeSet<&str> = Kind::ALL.iter().filter(signed).map(|kind| kind.name()).collect();
        assert_eq!(described, kinds, "{each:?}");
        for kind in kinds {
            let schemas = object(&document, "/components/schemas");
            let act = &schemas[&format!("act.{kind}")];
            assert_eq!(act["properties"]["kind"]["const"], kind);
            assert!(
                act["description"].as_str().unwrap().contains("record-format.md"),
                "{kind}"
            );
            let patterns = object(&document, "/components/schemas/Document/properties/code");
            assert!(
                patterns["examples"]
                    .as_array()
                    .unwrap()
                    .contains(&"clock.behind".into())
            );
            let body = &schemas[&format!("body.{kind}")];
            assert!(
                body["properties"]
                    .as_object()
                    .is_some_and(|members| !members.is_empty()),
                "{kind}: {body}"
            );
            assert_eq!(body["additionalProperties"], false, "{kind}");
        }
    }
}

#[test]
fn the_documents_are_of_openapi_3_1() {
    for each in ZONES {
        let (document, _) = zone(each);
        assert!(
            document["openapi"].as_str().unwrap().starts_with("3.1."),
            "{}",
            document["openapi"]
        );
        let info = object(&document, "/info");
        assert!(
            ["title", "version", "description"]
                .iter()
                .all(|member| info[*member].is_string())
        );
        assert!(
            info["description"].as_str().unwrap().contains("密封"),
            "Chinese is missing"
        );
        check_references(&document, &document);
        check_operations(&document);
        for name in object(&document, "/components/schemas").keys() {
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)),
                "{name}"
            );
        }
    }
}

/// Every `$ref` leads somewhere.
fn check_references(document: &Value, within: &Value) {
    match within {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference
                    .strip_prefix('#')
                    .expect("a reference within the document");
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            members
                .values()
                .for_each(|member| check_references(document, member));
        }
        Value::Array(items) => items.iter().for_each(|item| check_references(document, item)),
        _ => {}
    }
}

fn check_operations(document: &Value) {
    let tags = document["tags"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in object(document, "/paths") {
        assert!(path.starts_with('/'), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            assert!(METHODS.contains(&method.as_str()), "{path}: {method}");
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(ids.insert(id.to_owned()), "the id {id} stands twice");
            assert!(
                operation["summary"].is_string(),
                "{method} {path} is not described"
            );
            for tag in operation["tags"].as_array().unwrap() {
                assert!(
                    tags.iter().any(|known| known["name"] == *tag),
                    "{tag} is not described"
                );
            }
            let responses = operation["responses"].as_object().unwrap();
            assert_eq!(
                responses["default"]["$ref"], "#/components/responses/Problem",
                "{method} {path}"
            );
            for (status, response) in responses {
                assert!(
                    status == "default" || response["description"].is_string(),
                    "{method} {path} {status}"
                );
            }
            check_parameters(path, method, operation);
            for requirement in operation
                .get("security")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                for scheme in requirement.as_object().unwrap().keys() {
                    assert!(
                        document
                            .pointer(&format!("/components/securitySchemes/{scheme}"))
                            .is_some(),
                        "{scheme}"
                    );
                }
            }
        }
    }
}

/// The parameters in the path are those of its template, each once, each required.
fn check_parameters(path: &str, method: &str, operation: &Value) {
    let template: BTreeSet<&str> = path
        .split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect();
    let mut declared = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for parameter in operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let (name, place) = (
            parameter["name"].as_str().unwrap(),
            parameter["in"].as_str().unwrap(),
        );
        assert!(seen.insert((name, place)), "{method} {path}: {name} stands twice");
        assert!(
            parameter["schema"].is_object(),
            "{method} {path}: {name} has no schema"
        );
        if place == "path" {
            assert_eq!(parameter["required"], true, "{method} {path}: {name}");
            declared.insert(name);
        }
    }
    assert_eq!(declared, template, "{method} {path}");
}
