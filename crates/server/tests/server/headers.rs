//! Every route of every zone, in the clear and by TLS, for strangers and for whoever is signed in: the headers of
//! caution, cookies, other sites, the end of sessions.
//!
//! Invariant: the routes are those that the descriptions list and those that the sources of the pages register, so a
//! new one is walked as soon as it exists.

use crate::people::{enrolment, key, land, sign_in_body};
use crate::platform::{Database, Platform};
use crate::tls;
use crate::web::{Answer, agent, read, request};
use facts::Role;
use std::collections::BTreeSet;
use std::path::Path;

const WHO: &str = "bidder-01";

/// A zone as a browser reaches it: redirections are answers of their own.
struct Site {
    base: String,
    agent: ureq::Agent,
}

impl Site {
    fn of(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            agent: agent(base, 0),
        }
    }

    fn is_tls(&self) -> bool {
        self.base.starts_with("https://")
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let answer = request(&self.agent, &self.base, method, path, headers, body).and_then(read);
        answer.unwrap_or_else(|e| panic!("{method} {}{path}: {e}", self.base))
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, b"")
    }
}

/// A path with something plausible in every place.
fn filled(path: &str) -> String {
    let mut filled = path.to_owned();
    for (name, value) in [
        ("{*path}", "app.css"),
        ("{tender}", "T1"),
        ("{account}", WHO),
        ("{seq}", "0"),
    ] {
        filled = filled.replace(name, value);
    }
    while let Some((before, after)) = filled.split_once('{') {
        filled = format!("{before}1{}", after.split_once('}').unwrap().1);
    }
    filled
}

fn sources(folder: &Path, found: &mut String) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// The paths that the pages register, of whatever zone.
fn pages() -> BTreeSet<String> {
    let mut text = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root.join("pages"), &mut text);
    let registered = text.split(".route(").skip(1);
    let paths: BTreeSet<String> = registered
        .map(|rest| {
            let path = rest
                .trim_start()
                .strip_prefix('"')
                .expect("a route is registered by a literal");
            path.split('"').next().unwrap().to_owned()
        })
        .collect();
    assert!(paths.len() > 30 && paths.contains("/sign-out"), "{paths:?}");
    paths
}

/// Every method and path of a zone.
fn routes(site: &Site) -> Vec<(String, String)> {
    let described = site.get("/openapi.json", &[]).json();
    let mut all = Vec::new();
    for (path, item) in described["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            all.push((method.to_uppercase(), filled(path)));
        }
    }
    for path in pages() {
        // The one page that takes what is sent; signing out comes last, by itself.
        if path != "/sign-out" {
            all.push(("GET".to_owned(), filled(&path)));
        }
    }
    all.push(("GET".to_owned(), "/nothing/here".to_owned()));
    all.push(("PUT".to_owned(), "/".to_owned()));
    all.retain(|(method, path)| (method.as_str(), path.as_str()) != ("DELETE", "/api/session"));
    all
}

fn assert_policy(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    assert_eq!(directives[0], "default-src 'none'", "{what}: {policy}");
    for part in ["base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(directives.contains(&part), "{what}: {policy}");
    }
    for banned in ["unsafe", "*", "http:", "https:", "strict-dynamic", "nonce"] {
        assert!(!policy.contains(banned), "{what}: {policy}");
    }
    if answer.header("content-type").starts_with("text/html") {
        for part in [
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(directives.contains(&part), "{what}: {policy}");
        }
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{what}"
        );
        let html = answer.text();
        for banned in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            " onerror=",
            "javascript:",
        ] {
            assert!(!html.contains(banned), "{what} has {banned}");
        }
        // A script is a file of this site; there is none between the tags.
        for piece in html.split("<script").skip(1) {
            let tag = piece.split('>').next().unwrap();
            assert!(tag.contains(" src=\"/static/"), "{what}: <script{tag}>");
            assert!(piece.contains("></script>"), "{what}: <script{tag}>");
        }
    }
}

fn assert_guarded(site: &Site, answer: &Answer, signed_in: bool, what: &str) {
    assert_policy(answer, what);
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    for told in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!answer.headers.contains_key(told), "{what} tells {told}");
    }
    assert_eq!(answer.header("kaibiao-operation").len(), 16, "{what}");
    let strict = answer.header("strict-transport-security");
    assert_eq!(
        strict,
        if site.is_tls() { "max-age=31536000" } else { "" },
        "{what}"
    );
    let caching = answer.header("cache-control");
    if signed_in {
        assert_eq!(caching, "no-store", "{what}");
    } else {
        assert!(!caching.is_empty(), "{what}");
    }
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        let has = |wanted: &str| cookie.split(';').any(|part| part.trim() == wanted);
        assert!(
            has("HttpOnly") && has("Path=/") && cookie.contains("SameSite="),
            "{what}: {cookie}"
        );
        assert_eq!(has("Secure"), site.is_tls(), "{what}: {cookie}");
        assert!(!cookie.contains("Domain"), "{what}: {cookie}");
    }
}

/// Signs in as a browser does; the cookie, as it is sent back.
fn cookie(site: &Site, zone: &str) -> String {
    let body = sign_in_body(&site.base, zone, &key(WHO));
    let json = ("content-type", "application/json");
    let answer = site.ask("POST", "/api/session?cookie=1", &[json], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_guarded(site, &answer, false, "signing in");
    let set = answer.header("set-cookie").to_owned();
    let whole = set.split("; ").collect::<BTreeSet<_>>();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(whole.contains(part), "{set}");
    }
    // Twelve hours, less the moment since.
    let age = whole.iter().find_map(|part| part.strip_prefix("Max-Age="));
    let age: u64 = age.unwrap().parse().unwrap();
    assert!((43_140..=43_200).contains(&age), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with(&format!("kaibiao-{zone}=")), "{set}");
    cookie
}

/// Every route, for strangers and for whoever is signed in.
fn walk(site: &Site, zone: &str) {
    let cookie = cookie(site, zone);
    let own = ("sec-fetch-site", "same-origin");
    for accept in ["text/html,*/*;q=0.8", "application/json"] {
        for (method, path) in routes(site) {
            for signed_in in [false, true] {
                let what = format!("{zone} {method} {path} {accept} signed in: {signed_in}");
                let mut headers = vec![("accept", accept), ("accept-language", "en"), own];
                if signed_in {
                    headers.push(("cookie", &cookie));
                }
                let answer = site.ask(&method, &path, &headers, b"");
                assert!(answer.status < 500, "{what}: {}", answer.status);
                // Files of the site are the same for everybody.
                assert_guarded(site, &answer, signed_in && !path.starts_with("/static/"), &what);
            }
        }
    }
    // The choice of a language is a cookie too.
    let chosen = site.get("/about?lang=en&theme=dark", &[("accept", "text/html")]);
    assert_eq!(chosen.headers.get_all("set-cookie").iter().count(), 2);
    assert_guarded(site, &chosen, false, "a choice");
}

/// Whatever changes something is refused when another site's page asks for it.
fn keep_others_out(site: &Site, zone: &str) {
    let cookie = cookie(site, zone);
    let mut asked = BTreeSet::new();
    let mut all = routes(site);
    all.push(("DELETE".to_owned(), "/api/session".to_owned()));
    all.push(("POST".to_owned(), "/sign-out".to_owned()));
    for (method, path) in all {
        if ["GET", "HEAD", "OPTIONS"].contains(&method.as_str()) {
            continue;
        }
        asked.insert(format!("{method} {path}"));
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let answer = site.ask(&method, &path, &[("cookie", &cookie), foreign], b"");
            let what = format!("{zone} {method} {path} {foreign:?}");
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "request.cross_site"),
                "{what}"
            );
            assert_guarded(site, &answer, true, &what);
        }
    }
    assert!(asked.len() >= 5, "{asked:?}");
    let page = site.get("/about", &[("cookie", &cookie)]);
    assert!(page.text().contains(WHO), "nobody was signed out");
}

fn all(platform: &Platform) {
    let zones = platform.addresses();
    land(platform.procurement(), &enrolment(WHO, &key(WHO), Role::Bidder));
    for (zone, base) in [
        ("procurement", &zones.procurement),
        ("evaluation", &zones.evaluation),
        ("supervision", &zones.supervision),
    ] {
        let site = Site::of(base);
        walk(&site, zone);
        keep_others_out(&site, zone);
    }
}

#[test]
fn every_route_is_guarded_in_the_clear() {
    let platform = Platform::start(&Database::sqlite());
    all(&platform);
}

#[test]
fn every_route_is_guarded_by_tls() {
    let dir = tempfile::tempdir().unwrap();
    let made = tls::init(dir.path());
    let platform = Platform::start_with(&Database::sqlite(), |config| config.tls = made.tls);
    assert!(platform.procurement().starts_with("https://"));
    all(&platform);
}

#[test]
fn a_session_ends_by_itself() {
    const MINUTE: i64 = 60_000;
    let platform = Platform::start(&Database::sqlite());
    let site = Site::of(platform.procurement());
    land(platform.procurement(), &enrolment(WHO, &key(WHO), Role::Bidder));
    let knows = |cookie: &str| {
        let page = site.get("/about", &[("cookie", cookie)]);
        let listed = site.get("/api/tenders/T1/bids/mine", &[("cookie", cookie)]);
        assert_eq!(page.text().contains(WHO), listed.status != 401);
        page.text().contains(WHO)
    };
    let unused = cookie(&site, "procurement");
    assert!(knows(&unused));
    platform.set_clock(31 * MINUTE);
    assert!(!knows(&unused), "not used for half an hour");
    let used = cookie(&site, "procurement");
    for step in 1..=29 {
        platform.set_clock((31 + 25 * step) * MINUTE);
        let hours = 25 * step / 60;
        assert_eq!(knows(&used), 25 * step < 12 * 60, "after {hours} hours");
    }
}
