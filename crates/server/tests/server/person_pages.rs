//! Pages about a person's own keys: they are pages of every zone, and lead nobody to another site.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign, sign_in_body};
use crate::platform::{Database, Platform};
use crate::web::{ask, get};
use facts::body::account::AccountEnrolled;
use facts::time::DAY;
use facts::{Hex, Instant, Role};

#[test]
fn signing_in_is_a_page_of_every_zone() {
    let platform = Platform::start(&Database::sqlite());
    let zones = platform.addresses();
    for base in [&zones.procurement, &zones.evaluation, &zones.supervision] {
        for language in ["zh", "en"] {
            let page = open(base, "/sign-in?next=/log", language);
            assert_eq!(page.status, 200);
            assert_page(&page, language, "sign-in");
            assert!(page.text().contains("data-next=\"/log\""), "{}", page.text());
        }
    }
}

#[test]
fn signing_in_leads_to_no_other_site_and_shows_what_was_asked_as_text() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    for asked in ["//evil.example/", "https://evil.example/", "%2F%5Cevil.example"] {
        let page = open(base, &format!("/sign-in?next={asked}"), "en").text();
        assert!(page.contains("data-next=\"/\""), "{asked}");
        assert!(
            !page.contains("=\"//evil") && !page.contains("=\"https://evil"),
            "{asked}"
        );
    }
    let hostile = open(base, "/sign-in?next=/%22%3E%3Cscript%3E", "en").text();
    assert!(!hostile.contains("<script>"), "{hostile}");
}

#[test]
fn keys_are_made_and_listed_on_pages_of_every_zone() {
    let platform = Platform::start(&Database::sqlite());
    let zones = platform.addresses();
    for base in [&zones.procurement, &zones.evaluation, &zones.supervision] {
        for (path, language) in [
            ("/enrol", "zh"),
            ("/enrol", "en"),
            ("/keys", "zh"),
            ("/keys", "en"),
        ] {
            let page = open(base, path, language);
            assert_eq!(page.status, 200);
            assert_page(&page, language, path);
        }
    }
    let page = open(&zones.procurement, "/enrol", "en").text();
    for role in facts::Role::ALL {
        assert!(page.contains(&format!("value=\"{}\"", role.word())), "{role:?}");
    }
}

#[test]
fn a_registrar_of_the_founding_is_an_account_like_others() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let known = get(base, "/api/accounts/registry");
    assert_eq!(known.status, 200, "{}", known.text());
    let known = known.json();
    assert_eq!(
        known["key"],
        Hex(key("registrar").public().to_bytes()).to_string()
    );
    assert_eq!(
        (known["enrolled"].as_u64(), &known["roles"]),
        (Some(0), &serde_json::json!(["registrar"]))
    );
    let unknown = get(base, "/api/accounts/registry-2");
    assert_eq!(
        (unknown.status, unknown.code().as_str()),
        (404, "account.unknown")
    );

    let page = ask(
        base,
        "GET",
        "/registrar",
        &[("cookie", &cookie(base, "registrar")), ("accept-language", "en")],
        b"",
    );
    assert_page(&page, "en", "/registrar");
    assert!(
        page.text().contains("data-account=\"registry\""),
        "{}",
        page.text()
    );
}

#[test]
fn whoever_is_signed_in_is_told_when_the_account_ends() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let now = get(base, "/api/platform").json()["now"].as_i64().unwrap();
    let act = enrolment("bidder-01", &key("bidder-01"), Role::Bidder);
    let mut body: AccountEnrolled = act.body.read().unwrap();
    body.until = Some(Instant(now + 90 * DAY));
    land(base, &sign(&key("registrar"), act.stream, &body));
    let seen = |days: i64, language: &str| {
        platform.set_clock(days * DAY);
        let cookie = cookie(base, "bidder-01");
        let page = ask(
            base,
            "GET",
            "/about",
            &[("cookie", &cookie), ("accept-language", language)],
            b"",
        );
        assert_page(&page, language, "/about");
        page.text()
    };
    assert!(!seen(29, "en").contains("ending"));
    let warned = seen(31, "en");
    assert!(
        warned.contains("class=\"note ending\"") && warned.contains("(58 d left)"),
        "{warned}"
    );
    assert!(seen(84, "zh").contains("class=\"note ending close\""));
    platform.set_clock(91 * DAY);
    let late = ask(
        base,
        "POST",
        "/api/session",
        &[("content-type", "application/json")],
        &sign_in_body(base, "procurement", &key("bidder-01")),
    );
    assert_eq!((late.status, late.code().as_str()), (403, "account.expired"));
    let known = get(base, "/api/accounts/bidder-01").json();
    assert_eq!(known["until"].as_i64(), Some(now + 90 * DAY));
}

/// The cookie of a fresh session.
fn cookie(base: &str, file: &str) -> String {
    let body = sign_in_body(base, "procurement", &key(file));
    let answer = ask(
        base,
        "POST",
        "/api/session?cookie=1",
        &[("content-type", "application/json")],
        &body,
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}
