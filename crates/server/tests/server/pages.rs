//! The pages: both languages whole, headers, no inline script or style, problems as people and programs read them,
//! sessions in cookies.

use crate::people::{enrolment, key, land, sign_in_body};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask, get};
use facts::Role;
use kaibiao_server::pages::nav;

/// Opens a page as a browser does.
pub(crate) fn open(base: &str, path: &str, language: &str) -> Answer {
    let headers = [("accept", "text/html,*/*;q=0.8"), ("accept-language", language)];
    ask(base, "GET", path, &headers, b"")
}

/// The text without `<code>`, `<bdi>` and `<title>`: what is left is chrome, not data.
fn chrome(html: &str) -> String {
    let mut left = html.to_owned();
    for tag in ["code", "bdi", "title"] {
        let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
        while let Some((before, after)) = left.split_once(&open) {
            left = format!("{before}{}", after.split_once(&close).unwrap().1);
        }
    }
    // What a choice sends is not what it says: stages of rules are named in Chinese by their file.
    while let Some((before, after)) = left.split_once("<option value=\"") {
        left = format!("{before}<option{}", after.split_once('"').unwrap().1);
    }
    // What says of itself that it is Chinese: citations of articles.
    while let Some((before, after)) = left.rsplit_once(" lang=\"zh-CN\"") {
        let (outside, tag) = before.rsplit_once('<').unwrap();
        let name = tag.split(' ').next().unwrap();
        if name == "html" {
            break;
        }
        left = format!("{outside}{}", after.split_once(&format!("</{name}>")).unwrap().1);
    }
    left
}

/// What every page keeps to.
pub(crate) fn assert_page(answer: &Answer, language: &str, what: &str) {
    let html = answer.text();
    assert_eq!(
        answer.header("content-type"),
        "text/html; charset=utf-8",
        "{what}: {html}"
    );
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(
        answer.header("cross-origin-opener-policy"),
        "same-origin",
        "{what}"
    );
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        "same-origin",
        "{what}"
    );
    for banned in [
        " style=",
        "<style",
        " onclick=",
        " onload=",
        "javascript:",
        "<script>",
    ] {
        assert!(!html.contains(banned), "{what} has {banned}");
    }
    assert_eq!(html.matches("<h1").count(), 1, "{what}");
    let tag = if language == "zh" { "zh-CN" } else { "en" };
    assert!(html.contains(&format!("<html lang=\"{tag}\"")), "{what}");
    let chinese: String = chrome(&html)
        .chars()
        .filter(|c| matches!(*c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
        .collect();
    if language == "en" {
        assert_eq!(chinese, "", "{what} in English");
    } else {
        assert!(chinese.chars().count() > 20, "{what} in Chinese");
    }
    assert!(answer.body.len() < 100_000, "{what}: {} bytes", answer.body.len());
}

#[test]
fn every_entry_of_the_navigation_is_a_page_in_both_languages() {
    let platform = Platform::start(&Database::sqlite());
    let zones = platform.addresses();
    let bases = [
        (desk::Zone::Procurement, &zones.procurement),
        (desk::Zone::Evaluation, &zones.evaluation),
        (desk::Zone::Supervision, &zones.supervision),
    ];
    for (zone, base) in bases {
        for entry in nav::ENTRIES.iter().filter(|entry| entry.zones.contains(&zone)) {
            for language in ["zh", "en"] {
                let what = format!("{} {} {language}", zone.word(), entry.href);
                let answer = open(base, entry.href, language);
                if entry.roles.is_empty() {
                    assert_eq!(answer.status, 200, "{what}");
                    assert_page(&answer, language, &what);
                } else {
                    // A role's page asks a stranger to sign in; ureq follows the redirection.
                    assert!([200, 303, 401, 404].contains(&answer.status), "{what}");
                }
            }
        }
    }
}

#[test]
fn problems_are_pages_for_people_and_documents_for_programs() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    for (path, code) in [
        ("/nothing/here", "route.unknown"),
        ("/api/tenders/T9", "tender.unknown"),
    ] {
        for language in ["zh", "en"] {
            let page = open(base, path, language);
            assert_eq!(page.status, 404, "{path}");
            assert_page(&page, language, path);
            let html = page.text();
            assert!(html.contains(code), "{html}");
            assert!(html.contains(page.header("kaibiao-operation")), "{html}");
        }
        let document = get(base, path);
        assert_eq!((document.status, document.code().as_str()), (404, code));
    }
}

#[test]
fn language_and_theme_are_kept_in_cookies() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let chosen = open(base, "/about?lang=en&theme=dark", "zh");
    assert_page(&chosen, "en", "?lang=en");
    assert!(chosen.text().contains("data-bs-theme=\"dark\""));
    let cookies: Vec<_> = chosen
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap())
        .collect();
    assert!(
        cookies.iter().any(|cookie| cookie.starts_with("lang=en;")),
        "{cookies:?}"
    );
    assert!(
        cookies.iter().any(|cookie| cookie.starts_with("theme=dark;")),
        "{cookies:?}"
    );
    let kept = [("cookie", "lang=en; theme=light"), ("accept-language", "zh")];
    let kept = ask(base, "GET", "/about", &kept, b"");
    assert_page(&kept, "en", "cookie");
    assert!(kept.text().contains("data-bs-theme=\"light\""));
    // What is no language is no choice.
    let other = open(base, "/about?lang=%3Cscript%3E&theme=x", "en");
    assert_page(&other, "en", "?lang=nonsense");
    assert!(other.headers.get("set-cookie").is_none());
}

#[test]
fn a_session_in_a_cookie_opens_its_zone_for_this_site_alone() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("bidder-01", &key("bidder-01"), Role::Bidder));
    let body = sign_in_body(base, "procurement", &key("bidder-01"));
    let json = ("content-type", "application/json");
    let answer = ask(base, "POST", "/api/session?cookie=1", &[json], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json().get("token").is_none(), "{}", answer.text());
    let set = answer.header("set-cookie").to_owned();
    for part in ["kaibiao-procurement=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap();

    let page = ask(
        base,
        "GET",
        "/about",
        &[("cookie", cookie), ("accept-language", "en")],
        b"",
    );
    assert_page(&page, "en", "signed in");
    assert!(page.text().contains("bidder-01"));
    assert_eq!(page.header("cache-control"), "no-store");
    // The same token in another zone, under its name there: nobody.
    let elsewhere = cookie.replace("procurement", "supervision");
    let page = ask(
        &platform.addresses().supervision,
        "GET",
        "/about",
        &[("cookie", &elsewhere)],
        b"",
    );
    assert!(!page.text().contains("bidder-01"));

    // Another site's page cannot use it; a program without a browser's headers is not asked.
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let refused = ask(
            base,
            "DELETE",
            "/api/session",
            &[("cookie", cookie), foreign],
            b"",
        );
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "request.cross_site")
        );
    }
    let own = [("cookie", cookie), ("sec-fetch-site", "same-origin")];
    let ended = ask(base, "DELETE", "/api/session", &own, b"");
    assert_eq!(ended.status, 204, "{}", ended.text());
    assert!(ended.header("set-cookie").contains("Max-Age=0"));
    let page = ask(base, "GET", "/about", &own, b"");
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("bidder-01"));
    // And by the form that needs no script.
    let out = ask(base, "POST", "/sign-out", &own, b"");
    assert!([200, 303].contains(&out.status), "{}", out.status);
}

#[test]
fn files_are_kept_under_their_version_and_asked_about_without() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    let html = open(base, "/about", "en").text();
    let mut seen = 0;
    for piece in html.split('"').filter(|piece| piece.starts_with("/static/")) {
        let file = get(base, piece);
        assert_eq!(file.status, 200, "{piece}");
        assert!(file.header("cache-control").contains("immutable"), "{piece}");
        let plain = piece.split('?').next().unwrap();
        let again = get(base, plain);
        assert_eq!(again.header("cache-control"), "public, no-cache", "{plain}");
        let known = [("if-none-match", again.header("etag"))];
        let unchanged = ask(base, "GET", plain, &known, b"");
        assert_eq!(unchanged.status, 304, "{plain}");
        // A browser takes the policy of a kept file from this answer; a worker needs that of pages.
        let policy = "content-security-policy";
        assert_eq!(unchanged.header(policy), again.header(policy), "{plain}");
        seen += 1;
    }
    assert!(seen >= 4, "{html}");
    for hidden in [
        "/static/../templates/base.html",
        "/static/nothing.css",
        "/static/vendor",
    ] {
        assert_eq!(get(base, hidden).status, 404, "{hidden}");
    }
    let small = ask(base, "GET", "/static/app.css", &[("accept-encoding", "br")], b"");
    assert_eq!(small.header("content-encoding"), "br");
}

#[test]
fn every_template_is_used() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    let mut templates = Vec::new();
    for (folder, end) in [
        (root.join("src/pages"), "rs"),
        (root.join("../../web/templates"), "html"),
    ] {
        let mut open = vec![folder.clone()];
        while let Some(next) = open.pop() {
            for entry in std::fs::read_dir(&next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path
                    .extension()
                    .is_some_and(|known| known == end || known == "xml")
                {
                    sources.push_str(&std::fs::read_to_string(&path).unwrap());
                    if end == "html" {
                        templates.push(path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned());
                    }
                }
            }
        }
    }
    assert!(templates.len() > 4);
    for template in templates {
        assert!(
            sources.contains(&format!("\"{template}\"")),
            "nothing uses {template}"
        );
    }
}
