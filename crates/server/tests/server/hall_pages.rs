//! The hall and the custodians' pages: there for everybody or for their role, whole in both languages, and silent about
//! bids before the opening.

use crate::pages::{assert_page, open};
use crate::people::{enrolled, enrolment, key, keys, land, sign, sign_in_body};
use crate::platform::{Database, ORIGIN, Platform};
use crate::web::{ask, get};
use facts::body::account::Custody;
use facts::body::ceremony::{CeremonyCalled, Member, Purpose};
use facts::body::tender::{Regime, TenderRegistered};
use facts::{AccountId, CeremonyId, Hex, Role, Stream, TenderId};
use rand_core::OsRng;
use seal::custodian::CustodianSeed;
use seal::pop::StaticKey;

fn registered(base: &str, title: &str) {
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    let tender = TenderId::parse("T1").unwrap();
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender.clone(),
        title: title.to_owned(),
    };
    land(base, &sign(&key("buyer"), Stream::Tender(tender), &body));
}

/// Signs in with a cookie, as a browser does.
fn cookie(base: &str, name: &str) -> String {
    let body = sign_in_body(base, "procurement", &key(name));
    let json = ("content-type", "application/json");
    let answer = ask(base, "POST", "/api/session?cookie=1", &[json], &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

fn seed(number: u8) -> CustodianSeed {
    let path = keys().join(format!("custodian-{number}-seed.pem"));
    let text = std::fs::read_to_string(path).unwrap();
    let pem = &text[text.find("-----BEGIN").unwrap()..];
    seal::keyfile::open_seed(pem, "openly-worthless").unwrap()
}

/// Enrols a custodian with its custody keys; the member of a roster.
fn custodian(base: &str, number: u8) -> Member {
    let name = format!("custodian-{number}");
    let account = AccountId::parse(&name).unwrap();
    let own = seed(number);
    let (signer, sealing) = (own.signing_key(), own.static_point());
    let signing = signer.public();
    let possession = StaticKey {
        origin: ORIGIN,
        account: &name,
        signing: &signing,
        sealing: &sealing,
    };
    let message = ledger::message::enrol(ORIGIN, &account, &signing.to_bytes());
    let (point, public) = (Hex(sealing.to_bytes()), Hex(signing.to_bytes()));
    let mut body = enrolled(&name, &key(&name), Role::Custodian);
    body.custody = Some(Custody {
        point,
        point_proof: Hex(possession.prove(&own, &mut OsRng).to_bytes()),
        signer: public,
        signer_proof: Hex(signer.sign(&message).to_bytes()),
    });
    land(
        base,
        &sign(&key("registrar"), Stream::Account(account.clone()), &body),
    );
    Member {
        account,
        index: u16::from(number),
        point,
        signer: public,
    }
}

#[test]
fn the_hall_is_there_for_everybody_and_says_nothing_of_bids_before_the_opening() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    registered(base, "<script>alert(1)</script> 道路");
    for path in ["/hall/T1", "/hall/T1/screen"] {
        for language in ["zh", "en"] {
            let page = open(base, path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            let html = page.text();
            assert!(
                html.contains("data-tender=\"T1\"") && html.contains("data-account=\"\""),
                "{html}"
            );
            assert!(
                html.contains("http-equiv=\"refresh\"") && html.contains("js/pages/hall.js"),
                "{html}"
            );
            assert_eq!(
                html.contains("class=\"wall\""),
                path.ends_with("screen"),
                "{html}"
            );
            assert!(!html.contains("bid-"), "{html}");
        }
    }
    let page = open(base, "/hall/T9", "en");
    assert_eq!(page.status, 404);
    assert!(page.text().contains("tender.unknown"), "{}", page.text());
}

#[test]
fn the_custodians_desk_is_for_custodians() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    registered(base, "道路");
    custodian(base, 1);
    let language = ("accept-language", "en");
    let html = ("accept", "text/html");
    let with = |cookie: &str| {
        ask(
            base,
            "GET",
            "/custodian",
            &[language, html, ("cookie", cookie)],
            b"",
        )
    };
    let page = with(&cookie(base, "custodian-1"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert_page(&page, "en", "/custodian");
    assert!(
        page.text().contains("data-account=\"custodian-1\""),
        "{}",
        page.text()
    );
    let buyer = with(&cookie(base, "buyer"));
    assert_eq!(buyer.status, 403, "{}", buyer.text());
    // A stranger is led to signing in and back.
    let stranger = open(base, "/custodian", "en");
    assert!(
        stranger.text().contains("data-next=\"/custodian\""),
        "{}",
        stranger.text()
    );
}

#[test]
fn a_ceremony_has_one_link_and_tells_its_steps_without_script() {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement();
    registered(base, "道路");
    let members: Vec<Member> = (1..=3).map(|number| custodian(base, number)).collect();
    let ceremony = CeremonyId::parse("c-1").unwrap();
    let called = CeremonyCalled {
        ceremony: ceremony.clone(),
        k: 2,
        keys: 1,
        members,
        purpose: Purpose::Stock,
        session: Hex([7; 32]),
    };
    land(base, &sign(&key("buyer"), Stream::Ceremony(ceremony), &called));
    for language in ["zh", "en"] {
        let page = open(base, "/ceremonies/c-1", language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, "/ceremonies/c-1");
        let html = page.text();
        assert!(
            html.contains("custodian-3") && !html.contains("id=\"step\""),
            "{html}"
        );
        // Three custodians with three steps each, none taken.
        let awaited = if language == "en" {
            "<td>awaited"
        } else {
            "<td>等待"
        };
        assert_eq!(html.matches(awaited).count(), 9, "{html}");
    }
    let own = [("accept", "text/html"), ("cookie", &cookie(base, "custodian-2"))];
    let page = ask(base, "GET", "/ceremonies/c-1?lang=en", &own, b"").text();
    assert!(
        page.contains("data-ceremony=\"c-1\" data-account=\"custodian-2\""),
        "{page}"
    );
    assert_eq!(open(base, "/ceremonies/none", "en").status, 404);
    assert_eq!(get(base, "/ceremonies/none").code(), "ceremony.unknown");
}
