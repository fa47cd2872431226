//! Pages of expert pools: for registrars alone, in both languages; an entry as it was written, a suspension as it stands.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign};
use crate::platform::{Database, Platform};
use crate::seat_pages::Who;
use facts::body::pool::{Credential, Employment, ExpertListed, ExpertReinstated, ExpertSuspended};
use facts::id::PoolId;
use facts::time::DAY;
use facts::{AccountId, Instant, Role, Stream};

const EMPLOYER: &str = "<script>alert(1)</script> Design Institute";

fn pool() -> PoolId {
    PoolId::parse("county").unwrap()
}

fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

fn listed(name: &str, speciality: &str, region: &str, now: Instant) -> ExpertListed {
    ExpertListed {
        account: account(name),
        credentials: vec![
            Credential {
                title: "Senior engineer".to_owned(),
                until: None,
            },
            Credential {
                title: "Constructor 1".to_owned(),
                until: Some(now.plus(-DAY)),
            },
        ],
        employer: EMPLOYER.to_owned(),
        kin: vec!["Zhang San".to_owned(), "Li Si".to_owned()],
        past: vec![Employment {
            employer: "Jia Construction".to_owned(),
            until: now.plus(-400 * DAY),
        }],
        pool: pool(),
        regions: vec![region.to_owned()],
        senior: true,
        since: now.plus(-4_000 * DAY),
        specialities: vec![speciality.to_owned()],
    }
}

/// Two experts in the pool; the second is suspended for good.
fn platform() -> (Platform, Instant) {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    let now = Instant(
        crate::web::get(&base, "/api/platform").json()["now"]
            .as_i64()
            .unwrap(),
    );
    for name in ["expert-1", "expert-2"] {
        land(&base, &enrolment(name, &key(name), Role::Expert));
    }
    land(&base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    let stream = || Stream::Pool(pool());
    let room = platform.addresses().evaluation.clone();
    let registrar = key("registrar");
    for body in [
        listed("expert-1", "A01", "32", now),
        listed("expert-2", "B02", "34", now),
    ] {
        land(&room, &sign(&registrar, stream(), &body));
    }
    let suspended = ExpertSuspended {
        account: account("expert-2"),
        from: now.plus(-DAY),
        pool: pool(),
        reason: "年度考核不合格".to_owned(),
        until: None,
    };
    land(&room, &sign(&registrar, stream(), &suspended));
    (platform, now)
}

#[test]
fn a_registrar_sees_the_pools_their_experts_and_each_entry() {
    let (platform, _) = platform();
    let zone = platform.addresses().evaluation.clone();
    let registrar = Who::signed_in(&zone, "evaluation", "registrar");
    let paths = [
        "/pools",
        "/pools/county",
        "/pools/county/experts/expert-1",
        "/pools/county/experts/expert-2",
        "/pools/empty",
        "/pools?pool=no%20name",
    ];
    for path in paths {
        for language in ["zh", "en"] {
            let page = registrar.opens(path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            assert!(!page.text().contains("<script>alert"), "{path}");
        }
    }
    let pools = registrar.opens("/pools", "en").text();
    assert!(pools.contains("href=\"/pools/county\""), "{pools}");
    let page = registrar.opens("/pools/county", "en").text();
    for said in [
        "expert-1",
        "expert-2",
        "年度考核不合格",
        "(for good)",
        "may be drawn",
        "expired",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let entry = registrar.opens("/pools/county/experts/expert-1", "en").text();
    for said in [
        "Zhang San\nLi Si",
        "Jia Construction",
        "value=\"A01\"",
        "readonly",
        "Constructor 1 | ",
    ] {
        assert!(entry.contains(said), "{said}: {entry}");
    }
    assert!(!entry.contains("id=\"reinstate\""), "nobody suspended expert-1");
    let other = registrar.opens("/pools/county/experts/expert-2", "zh").text();
    assert!(
        other.contains("id=\"reinstate\"") && other.contains("暂停,不参加抽取"),
        "{other}"
    );
    assert_eq!(
        registrar.opens("/pools/county/experts/expert-9", "en").status,
        404
    );
    let mistake = registrar.opens("/pools?pool=no%20name", "en").text();
    assert!(
        mistake.contains("id=\"pool-error\"") && mistake.contains("value=\"no name\""),
        "{mistake}"
    );
    // Opening by name leads to the page of the pool; ureq follows without the cookie.
    let led = registrar.opens("/pools?pool=county", "en").text();
    assert!(led.contains("data-next=\"/pools/county\""), "{led}");
}

#[test]
fn a_pool_is_searched_by_text_trade_region_and_standing() {
    let (platform, _) = platform();
    let zone = platform.addresses().evaluation.clone();
    let registrar = Who::signed_in(&zone, "evaluation", "registrar");
    let found = |query: &str| -> Vec<&str> {
        let page = registrar.opens(&format!("/pools/county?{query}"), "en").text();
        ["expert-1", "expert-2"]
            .into_iter()
            .filter(|name| page.contains(&format!("data-expert=\"{name}\"")))
            .collect()
    };
    assert_eq!(found(""), ["expert-1", "expert-2"]);
    assert_eq!(found("speciality=A0102"), ["expert-1"]);
    assert_eq!(found("speciality=B"), ["expert-2"]);
    assert_eq!(found("region=341125"), ["expert-2"]);
    assert_eq!(found("state=suspended"), ["expert-2"]);
    assert_eq!(found("state=active"), ["expert-1"]);
    assert_eq!(found("text=EXPERT-1"), ["expert-1"]);
    assert_eq!(found("text=design%20inst"), ["expert-1", "expert-2"]);
    assert!(found("text=nobody").is_empty());
    assert!(found("page=9").is_empty());
    assert!(found("page=x&%ff").len() == 2);
}

#[test]
fn a_lifted_suspension_is_gone_from_the_page() {
    let (platform, _) = platform();
    let body = ExpertReinstated {
        account: account("expert-2"),
        pool: pool(),
        reason: "复核合格".to_owned(),
    };
    let zone = platform.addresses().evaluation.clone();
    land(&zone, &sign(&key("registrar"), Stream::Pool(pool()), &body));
    let registrar = Who::signed_in(&zone, "evaluation", "registrar");
    let page = registrar.opens("/pools/county/experts/expert-2", "en").text();
    assert!(
        page.contains("May be drawn") && !page.contains("id=\"reinstate\""),
        "{page}"
    );
}

#[test]
fn nobody_else_sees_a_pool() {
    let (platform, _) = platform();
    let zones = platform.addresses();
    let paths = ["/pools", "/pools/county", "/pools/county/experts/expert-1"];
    for name in ["buyer", "expert-1"] {
        let other = Who::signed_in(&zones.evaluation, "evaluation", name);
        for path in paths {
            let page = other.opens(path, "en");
            assert_eq!(page.status, 403, "{name} {path}");
            assert!(!page.text().contains("Design Institute"), "{name} {path}");
        }
    }
    for path in paths {
        let stranger = open(&zones.evaluation, path, "en").text();
        assert!(stranger.contains(&format!("data-next=\"{path}\"")), "{path}");
    }
    // The registrar's session of the procurement zone opens no pool, and that zone has none.
    let elsewhere = Who::signed_in(&zones.procurement, "procurement", "registrar");
    for path in paths {
        assert_eq!(elsewhere.opens(path, "en").status, 404, "{path}");
    }
}
