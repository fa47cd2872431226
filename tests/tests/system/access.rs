//! Who may do what: every route of every zone, and every kind of fact, for everybody.
//!
//! Invariant: the answers are golden files; a route that is not asked here stands in `golden/uncovered.txt`, which
//! may only shrink.

mod routes;

use crate::golden;
use crate::http::{Ask, ask};
use crate::people::{
    Person, custodians, enrol, example, example_seed, head, newcomer, post_act, registrar, revoke, sign,
    sign_in,
};
use crate::platform::{Database, Platform, on_both};
use crate::tender::{announce, seal_bid, submit_bid};
use cli::Zone;
use facts::kind::Author;
use facts::{Context, Hex, Kind, Role, Stream};
use routes::{common, own, sign_out};
use seal::SigningKey;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Who asks. The last three hold no living session of the zone.
const WHO: [&str; 12] = [
    "anonymous",
    "buyer",
    "agent",
    "bidder",
    "custodian",
    "expert",
    "supervisor",
    "registrar",
    "operator",
    "revoked",
    "foreign",
    "garbage",
];

const ZONES: [Zone; 3] = [Zone::Procurement, Zone::Evaluation, Zone::Supervision];

struct Scene {
    platform: Platform,
    /// The key of each of [`WHO`] that has one.
    keys: Vec<Option<SigningKey>>,
    upload: String,
    bid: SigningKey,
}

/// One route, and how it is asked.
struct Route {
    method: &'static str,
    /// As it is registered.
    template: &'static str,
    /// What tells two ways of asking apart.
    remark: &'static str,
    request: Ask,
}

fn base(platform: &Platform, zone: Zone) -> &str {
    match zone {
        Zone::Procurement => &platform.addresses.procurement,
        Zone::Evaluation => &platform.addresses.evaluation,
        Zone::Supervision => &platform.addresses.supervision,
    }
}

/// A platform with somebody in every role, a tender that takes bids, one bid, one upload under way.
fn scene(database: &Database) -> Scene {
    let platform = Platform::start(database);
    let mut registry = registrar(&platform);
    let mut buyer = newcomer(&platform, &mut registry, "buyer", Role::Buyer);
    let mut bidder = newcomer(&platform, &mut registry, "bidder-01", Role::Bidder);
    let mut keepers = custodians(&platform, &mut registry, 3);
    let others = [
        ("agent-1", "bidder-02", Role::Agent),
        ("expert-1", "expert-1", Role::Expert),
        ("supervisor", "supervisor", Role::Supervisor),
        ("operator-1", "bidder-03", Role::Operator),
        ("leaver", "bidder-04", Role::Bidder),
    ];
    for (account, key, role) in others {
        let person = Person::new(&platform, account, key);
        enrol(&mut registry, &person, role, None);
    }
    let tender = announce(&platform, &mut buyer, &mut keepers, "T1");
    let mut bid = seal_bid(&platform, &mut bidder, &tender, 1);
    submit_bid(&mut bidder, &mut bid);
    let token = bidder.token(Zone::Procurement);
    let begun = begin(&platform, "body").bearer(Some(&token)).send();
    let upload = begun.header("location").unwrap().to_owned();
    let key = |name: &str| Some(example(name));
    let keys = vec![
        None,
        key("buyer"),
        key("bidder-02"),
        key("bidder-01"),
        key("custodian-1"),
        key("expert-1"),
        key("supervisor"),
        key("registrar"),
        key("bidder-03"),
        key("bidder-04"),
        None,
        None,
    ];
    Scene {
        platform,
        keys,
        upload,
        bid: bid.key,
    }
}

fn begin(platform: &Platform, content: &str) -> Ask {
    use base64::Engine as _;
    let kind = base64::engine::general_purpose::STANDARD.encode(content);
    ask(&platform.addresses.procurement, "POST", "/api/uploads")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", "10")
        .header("upload-metadata", &format!("kind {kind}"))
}

/// A token of each of [`WHO`] in a zone; whoever is revoked signed in before.
fn tokens(scene: &Scene, zone: Zone) -> Vec<Option<String>> {
    let sign_in = |zone: Zone, key: &SigningKey| {
        let answer = sign_in(base(&scene.platform, zone), zone, key);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    };
    let mut tokens: Vec<_> = scene
        .keys
        .iter()
        .map(|key| key.as_ref().map(|key| sign_in(zone, key)))
        .collect();
    // The very person whom this zone serves, signed in to another one.
    let (elsewhere, whose) = match zone {
        Zone::Procurement => (Zone::Evaluation, "bidder-01"),
        Zone::Evaluation => (Zone::Procurement, "expert-1"),
        Zone::Supervision => (Zone::Procurement, "supervisor"),
    };
    tokens[10] = Some(sign_in(elsewhere, &example(whose)));
    tokens[11] = Some("00".repeat(32));
    tokens
}

fn routes(scene: &Scene, zone: Zone) -> Vec<Route> {
    // Signing out is asked last: nobody has a session afterwards.
    common(scene, zone)
        .into_iter()
        .chain(own(scene, zone))
        .chain([sign_out(scene, zone)])
        .collect()
}

fn everybody_at_every_route(database: &Database) {
    let scene = scene(database);
    let all: Vec<_> = ZONES.iter().map(|zone| tokens(&scene, *zone)).collect();
    revoke(&mut registrar(&scene.platform), &crate::people::id("leaver"));
    let before = head(&scene.platform.addresses.procurement);
    let mut text = format!("{:<14}{:<62}", "zone", "route");
    for who in WHO {
        write!(text, " {who:>10}").unwrap();
    }
    text.push('\n');
    for (zone, tokens) in ZONES.into_iter().zip(&all) {
        for route in routes(&scene, zone) {
            let named = format!("{} {}{}", route.method, route.template, route.remark);
            write!(text, "{:<14}{named:<62}", zone.word()).unwrap();
            for token in tokens {
                let answer = route.request.clone().bearer(token.as_deref()).send();
                assert!(answer.status < 500, "{named}: {}", answer.text());
                if answer.status >= 400 && route.method != "HEAD" {
                    answer.problem();
                }
                write!(text, " {:>10}", answer.status).unwrap();
            }
            text.push('\n');
        }
    }
    assert_eq!(
        head(&scene.platform.addresses.procurement),
        before,
        "looking writes nothing"
    );
    golden::compare("access.txt", &text);
}

fn zone_of(kind: Kind) -> Zone {
    match kind.context() {
        Context::Platform | Context::Procure => Zone::Procurement,
        Context::Evaluate => Zone::Evaluation,
        Context::Supervise => Zone::Supervision,
    }
}

/// Who keeps expert pools.
const REGISTRAR: Author = Author::Roles(&[Role::Registrar]);

fn stream_of(kind: Kind) -> Stream {
    let tender = || crate::people::id("T1");
    match kind.context() {
        Context::Platform if kind.name().starts_with("account.") => {
            Stream::Account(crate::people::id("nobody"))
        }
        Context::Platform => Stream::Platform,
        Context::Procure if kind.name().starts_with("ceremony.") => {
            Stream::Ceremony(crate::people::id("ceremony-T1"))
        }
        Context::Procure => Stream::Tender(tender()),
        Context::Evaluate if kind.author() == REGISTRAR => Stream::Pool(crate::people::id("county")),
        Context::Evaluate => Stream::Evaluation(tender()),
        Context::Supervise if kind == Kind::RulesAdopted => Stream::Rules,
        Context::Supervise => Stream::Supervision(tender()),
    }
}

/// An act without content: who may not bring the fact about is told so before anybody looks at the content.
fn everybody_at_every_kind_of_fact(database: &Database) {
    let scene = scene(database);
    revoke(&mut registrar(&scene.platform), &crate::people::id("leaver"));
    let seen = head(&scene.platform.addresses.procurement);
    let accounts = WHO
        .iter()
        .zip(&scene.keys)
        .filter_map(|(who, key)| Some((*who, key.clone()?)));
    let mut signers: Vec<(&str, SigningKey)> = accounts.collect();
    signers.push(("custody key", example_seed(1).signing_key()));
    signers.push(("bid key", scene.bid.clone()));
    signers.push(("unknown key", SigningKey::from_seed(&[9; 32])));
    let mut text = format!("{:<24}", "fact");
    for (who, _) in &signers {
        write!(text, " {who:>22}").unwrap();
    }
    text.push('\n');
    for kind in Kind::ALL {
        write!(text, "{:<24}", kind.name()).unwrap();
        for (_, key) in &signers {
            let act = sign(key, &stream_of(*kind), *kind, &json!({}), seen);
            let bytes = ledger::act::write(&act).unwrap();
            let answer = post_act(base(&scene.platform, zone_of(*kind)), bytes);
            assert!((400..500).contains(&answer.status), "{kind}: {}", answer.text());
            let code = answer.problem();
            write!(text, " {code:>22}").unwrap();
        }
        text.push('\n');
    }
    assert_eq!(
        head(&scene.platform.addresses.procurement),
        seen,
        "a refused act writes nothing"
    );
    golden::compare("acts.txt", &text);
}

/// `{tender}` and `{id}` are one to this comparison, and so are all paths below the tiles.
fn plain(path: &str) -> String {
    if path.starts_with("/log/tile/") {
        return "/log/tile/{}".to_owned();
    }
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn every_documented_route_is_asked(database: &Database) {
    let scene = scene(database);
    let mut missing = BTreeSet::new();
    for zone in ZONES {
        let asked: BTreeSet<String> = routes(&scene, zone)
            .iter()
            .map(|route| format!("{} {}", route.method, plain(route.template)))
            .collect();
        let document = ask(base(&scene.platform, zone), "GET", "/openapi.json").send();
        assert_eq!(
            document.status,
            200,
            "{} has no description of its routes",
            zone.word()
        );
        for (path, operations) in document.json()["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete", "head", "options"] {
                let named = format!("{} {}", method.to_uppercase(), plain(path));
                if operations.get(method).is_some() && !asked.contains(&named) {
                    missing.insert(format!("{} {named}", zone.word()));
                }
            }
        }
    }
    let mut found = missing.into_iter().collect::<Vec<_>>().join("\n");
    if !found.is_empty() {
        found.push('\n');
    }
    golden::compare("uncovered.txt", &found);
}

on_both!(
    everybody_at_every_route,
    everybody_at_every_kind_of_fact,
    every_documented_route_is_asked
);
