//! The inbox of the registrars: what is kept, who reads it, what the applicant learns, when it goes.

use crate::people::{enrolment, key, land, send, sign, sign_in};
use crate::platform::{Database, Platform, on_both};
use crate::web::{Answer, ask};
use facts::body::account::AccountEnrolled;
use facts::time::{DAY, HOUR};
use facts::{Role, Stream};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A request as an applicant makes it.
fn request(account: &str, file: &str) -> AccountEnrolled {
    enrolment(account, &key(file), Role::Bidder).body.read().unwrap()
}

fn post(base: &str, path: &str, body: &impl serde::Serialize, token: Option<&str>) -> Answer {
    let bearer = format!("Bearer {}", token.unwrap_or_default());
    let mut headers = vec![JSON];
    if token.is_some() {
        headers.push(("authorization", &bearer));
    }
    ask(base, "POST", path, &headers, &serde_json::to_vec(body).unwrap())
}

fn asked(base: &str, body: &AccountEnrolled) -> Value {
    let answer = post(base, "/api/enrolments", body, None);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

fn standing(base: &str, ticket: &Value) -> Answer {
    post(
        base,
        "/api/enrolments/standing",
        &json!({ "ticket": ticket["ticket"] }),
        None,
    )
}

fn waiting(base: &str, token: &str) -> Vec<Value> {
    let bearer = format!("Bearer {token}");
    let answer = ask(base, "GET", "/api/enrolments", &[("authorization", &bearer)], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["requests"].as_array().unwrap().clone()
}

/// Whether a text stands anywhere in the files of the database.
fn is_on_disk(platform: &Platform, text: &str) -> bool {
    let folder = platform.vault().parent().unwrap().to_owned();
    std::fs::read_dir(folder).unwrap().any(|file| {
        let path = file.unwrap().path();
        path.is_file()
            && std::fs::read(path)
                .unwrap()
                .windows(text.len())
                .any(|w| w == text.as_bytes())
    })
}

#[test]
fn a_request_waits_is_read_by_registrars_alone_and_goes_when_the_account_is_enrolled() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement();
        let body = request("bidder-01", "bidder-01");
        let ticket = asked(base, &body);
        let told = standing(base, &ticket).json();
        assert_eq!(
            (told["state"].as_str(), told["account"].as_str()),
            (Some("waiting"), Some("bidder-01"))
        );
        assert!(
            told.get("name").is_none() && told.get("request").is_none(),
            "{told}"
        );

        assert_eq!(refused(&ask(base, "GET", "/api/enrolments", &[], b"")).0, 401);
        let registrar = sign_in(base, "procurement", &key("registrar"));
        let found = waiting(base, &registrar);
        assert_eq!(found.len(), 1);
        let read: AccountEnrolled = serde_json::from_value(found[0]["request"].clone()).unwrap();
        assert_eq!(read, body);

        let act = sign(&key("registrar"), Stream::Account(body.account.clone()), &body);
        land(base, &act);
        assert_eq!(standing(base, &ticket).json()["state"], "enrolled");
        assert_eq!(waiting(base, &registrar).len(), 0);
        let bidder = sign_in(base, "procurement", &key("bidder-01"));
        let bearer = format!("Bearer {bidder}");
        let others = ask(base, "GET", "/api/enrolments", &[("authorization", &bearer)], b"");
        assert_eq!(refused(&others), (403, "role.missing".to_owned()));
    });
}

#[test]
fn what_is_declined_is_erased_and_the_applicant_learns_why() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement();
        let mut body = request("bidder-01", "bidder-01");
        body.employer = "Jiangbei-Bridge-Works-7741".to_owned();
        body.held = facts::Hex(ledger::message::held(
            body.salt.bytes(),
            &body.contact,
            &body.employer,
            &body.name,
        ));
        let ticket = asked(base, &body);
        let registrar = sign_in(base, "procurement", &key("registrar"));
        let id = waiting(base, &registrar)[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/enrolments/{id}/refusal");
        assert_eq!(post(base, &path, &json!({ "reason": "x" }), None).status, 401);
        let silent = post(base, &path, &json!({ "reason": " " }), Some(&registrar));
        assert_eq!(refused(&silent), (422, "enrolment.reason_malformed".to_owned()));
        let declined = post(base, &path, &json!({ "reason": "证件不符" }), Some(&registrar));
        assert_eq!(declined.status, 204, "{}", declined.text());
        let told = standing(base, &ticket).json();
        assert_eq!(
            (told["state"].as_str(), told["reason"].as_str()),
            (Some("declined"), Some("证件不符"))
        );
        let again = post(base, &path, &json!({ "reason": "x" }), Some(&registrar));
        assert_eq!(refused(&again), (404, "enrolment.unknown".to_owned()));
        assert!(!is_on_disk(&platform, "Jiangbei-Bridge-Works-7741"));
        // The same key may ask again, from the hour after.
        platform.set_clock(HOUR);
        let ticket = asked(base, &body);
        let id = waiting(base, &sign_in(base, "procurement", &key("registrar")))[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let registrar = sign_in(base, "procurement", &key("registrar"));
        let bearer = format!("Bearer {registrar}");
        let gone = ask(
            base,
            "DELETE",
            &format!("/api/enrolments/{id}"),
            &[("authorization", &bearer)],
            b"",
        );
        assert_eq!(gone.status, 204, "{}", gone.text());
        assert_eq!(
            refused(&standing(base, &ticket)),
            (404, "enrolment.unknown".to_owned())
        );
    });
}

#[test]
fn a_request_that_does_not_hold_is_not_kept() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let good = request("bidder-01", "bidder-01");
    let try_with = |change: &dyn Fn(&mut Value)| {
        let mut body = serde_json::to_value(&good).unwrap();
        change(&mut body);
        refused(&post(base, "/api/enrolments", &body, None))
    };
    let code =
        |(status, code): (u16, String), wanted: &str| assert_eq!((status, code.as_str()), (422, wanted));
    code(
        try_with(&|body| body["name"] = json!("somebody else")),
        "account.held_malformed",
    );
    code(
        try_with(&|body| body["roles"] = json!(["bidder", "expert"])),
        "account.roles_conflict",
    );
    code(
        try_with(&|body| body["name"] = json!("x".repeat(201))),
        "enrolment.malformed",
    );
    code(try_with(&|body| body["name"] = json!("")), "enrolment.malformed");
    code(
        try_with(&|body| body["surplus"] = json!(1)),
        "enrolment.malformed",
    );
    let long = try_with(&|body| body["surplus"] = json!("x".repeat(9_000)));
    assert_eq!(long, (413, "request.too_large".to_owned()));
    platform.set_clock(2 * HOUR);
    code(
        try_with(&|body| body["account"] = json!("bidder-02")),
        "account.proof_malformed",
    );
    let registrar = sign_in(base, "procurement", &key("registrar"));
    assert!(waiting(base, &registrar).is_empty());
}

#[test]
fn one_request_a_name_an_address_and_an_hour_one_a_key_and_none_for_a_name_that_is_taken() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    asked(base, &request("bidder-01", "bidder-01"));
    let twice = post(base, "/api/enrolments", &request("bidder-01", "bidder-02"), None);
    assert_eq!(refused(&twice), (429, "rate.enrolments".to_owned()));
    let same_key = post(base, "/api/enrolments", &request("bidder-02", "bidder-01"), None);
    assert_eq!(refused(&same_key), (409, "enrolment.waiting".to_owned()));
    land(base, &enrolment("bidder-03", &key("bidder-03"), Role::Bidder));
    for name in ["bidder-03", "registry"] {
        let taken = post(base, "/api/enrolments", &request(name, "bidder-04"), None);
        assert_eq!(refused(&taken), (409, "account.exists".to_owned()), "{name}");
    }
    // Two keys ask for a name: one gets it, the other learns so.
    platform.set_clock(HOUR);
    let other = asked(base, &request("bidder-01", "bidder-04"));
    assert_eq!(
        send(base, &enrolment("bidder-01", &key("bidder-01"), Role::Bidder)).status,
        201
    );
    assert_eq!(standing(base, &other).json()["state"], "taken");
}

#[test]
fn a_request_of_any_zone_is_decided_in_the_procurement_zone_and_forgotten_after_a_fortnight() {
    let platform = Platform::start(&Database::sqlite());
    let zones = platform.addresses();
    let ticket = asked(&zones.evaluation, &request("expert-9", "bidder-01"));
    assert_eq!(standing(&zones.supervision, &ticket).json()["state"], "waiting");
    for base in [&zones.evaluation, &zones.supervision] {
        assert_eq!(ask(base, "GET", "/api/enrolments", &[], b"").status, 405);
    }
    let registrar = sign_in(&zones.procurement, "procurement", &key("registrar"));
    assert_eq!(waiting(&zones.procurement, &registrar).len(), 1);
    platform.set_clock(14 * DAY + 1);
    assert_eq!(
        refused(&standing(&zones.evaluation, &ticket)).1,
        "enrolment.unknown"
    );
    let registrar = sign_in(&zones.procurement, "procurement", &key("registrar"));
    assert!(waiting(&zones.procurement, &registrar).is_empty());
}
