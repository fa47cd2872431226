//! Pages about a person's own keys: they are pages of every zone, and lead nobody to another site.

use crate::pages::{assert_page, open};
use crate::platform::{Database, Platform};

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
