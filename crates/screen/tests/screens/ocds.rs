//! Red flags over releases: one that raises each, one that does not.

use kaibiao_screen::ocds::{Compiled, Flag, LIMITS, RedFlags};
use std::fmt::Write;

fn flags(releases: &[String]) -> Vec<Flag> {
    let mut flags = RedFlags::new(LIMITS, None);
    for release in releases {
        flags.take(&Compiled::parse(release).unwrap());
    }
    flags.finish()
}

fn words(flags: &[Flag]) -> Vec<String> {
    flags
        .iter()
        .map(|flag| format!("{} {:?} {} {}", flag.code.word(), flag.group, flag.id, flag.value))
        .collect()
}

/// A bid: tenderer, status, amount.
type Bid = (&'static str, &'static str, &'static str);

/// A release with bids and one active award, its tender as given.
fn release(ocid: &str, tender: &str, bids: &[Bid], winner: &str) -> String {
    let mut details = String::new();
    for (tenderer, status, amount) in bids {
        let comma = if details.is_empty() { "" } else { "," };
        write!(
            details,
            r#"{comma}{{"status":"{status}","tenderers":[{{"id":"{tenderer}"}}],"value":{{"amount":{amount},"currency":"CNY"}}}}"#
        )
        .unwrap();
    }
    format!(
        r#"{{"ocid":"{ocid}","buyer":{{"id":"buyer-{ocid}"}},"tender":{{{tender}}},"bids":{{"details":[{details}]}},
        "awards":[{{"status":"active","suppliers":[{{"id":"{winner}"}}]}}]}}"#
    )
}

#[test]
fn a_short_period_of_an_open_procedure() {
    let period = |method: &str, end: &str| {
        format!(
            r#"{{"ocid":"A","tender":{{"procurementMethod":"{method}","tenderPeriod":{{"startDate":"2026-03-01T00:00:00Z","endDate":"{end}"}}}}}}"#
        )
    };
    assert_eq!(
        words(&flags(&[period("open", "2026-03-15T23:59:59Z")])),
        ["R003 Process A 1000000"]
    );
    assert!(flags(&[period("open", "2026-03-16T00:00:00Z")]).is_empty());
    assert!(flags(&[period("direct", "2026-03-02T00:00:00Z")]).is_empty());
    assert!(flags(&[period("open", "soon")]).is_empty());
}

#[test]
fn a_single_bid_in_competition() {
    let stated = |number: u32| {
        format!(r#"{{"ocid":"A","tender":{{"procurementMethod":"selective","numberOfTenderers":{number}}}}}"#)
    };
    assert_eq!(words(&flags(&[stated(1)])), ["R018 Process A 1000000"]);
    assert!(flags(&[stated(2)]).is_empty());
    let counted = release("A", r#""procurementMethod":"open""#, &[("x", "valid", "5")], "x");
    assert_eq!(words(&flags(&[counted])), ["R018 Process A 1000000"]);
}

#[test]
fn one_price_of_two_tenderers() {
    let same = release(
        "A",
        "",
        &[
            ("x", "valid", "100"),
            ("y", "valid", "1e2"),
            ("z", "valid", "101"),
        ],
        "x",
    );
    assert_eq!(
        words(&flags(&[same])),
        [
            "R028 Process A 1000000",
            "R028 Tenderer x 1000000",
            "R028 Tenderer y 1000000"
        ]
    );
    let own = release("A", "", &[("x", "valid", "100"), ("x", "valid", "100")], "x");
    assert!(flags(&[own]).is_empty());
}

#[test]
fn a_late_bid_that_won() {
    let late = |date: &str, supplier: &str| {
        format!(
            r#"{{"ocid":"A","tender":{{"tenderPeriod":{{"endDate":"2026-03-16T00:00:00Z"}}}},
            "bids":{{"details":[{{"status":"valid","date":"{date}","tenderers":[{{"id":"x"}}]}}]}},
            "awards":[{{"status":"active","suppliers":[{{"id":"{supplier}"}}]}}]}}"#
        )
    };
    assert_eq!(
        words(&flags(&[late("2026-03-16T08:00:01+08:00", "x")])),
        ["R030 Process A 1000000"]
    );
    assert!(flags(&[late("2026-03-16T08:00:00+08:00", "x")]).is_empty());
    assert!(flags(&[late("2026-03-17T00:00:00Z", "y")]).is_empty());
}

#[test]
fn all_others_disqualified_and_the_lowest_disqualified() {
    let bids = [
        ("x", "valid", "120"),
        ("y", "disqualified", "100"),
        ("z", "disqualified", "110"),
    ];
    assert_eq!(
        words(&flags(&[release("A", "", &bids, "x")])),
        ["R035 Process A 2000000", "R036 Process A 1000000"]
    );
    let quality = release("A", r#""awardCriteria":"bestProposal""#, &bids, "x");
    assert_eq!(words(&flags(&[quality])), ["R035 Process A 2000000"]);
    let fair = [
        ("x", "valid", "100"),
        ("y", "valid", "110"),
        ("z", "disqualified", "120"),
    ];
    assert!(flags(&[release("A", "", &fair, "x")]).is_empty());
    // A valid bid at the same lowest price: it was not price that was put aside.
    let tie = [
        ("x", "valid", "100"),
        ("y", "disqualified", "100"),
        ("z", "valid", "110"),
    ];
    assert!(
        words(&flags(&[release("A", "", &tie, "x")]))
            .iter()
            .all(|word| !word.starts_with("R036"))
    );
}

/// Twenty processes whose second price lies 5 to 7 % above the first, and two that stand out.
#[test]
fn gaps_that_stand_out_on_either_side() {
    let mut releases: Vec<String> = (0..20)
        .map(|index| {
            let second = (1_050 + index).to_string();
            let second: &'static str = Box::leak(second.into_boxed_str());
            release(
                &format!("T{index:02}"),
                "",
                &[("x", "valid", "1000"), ("y", "valid", second)],
                "x",
            )
        })
        .collect();
    releases.push(release(
        "close",
        "",
        &[("x", "valid", "1000"), ("y", "valid", "1001")],
        "x",
    ));
    releases.push(release(
        "cheap",
        "",
        &[("x", "valid", "500"), ("y", "valid", "1000")],
        "x",
    ));
    // Not the lowest bid won: price alone did not decide.
    releases.push(release(
        "other",
        "",
        &[("x", "valid", "2000"), ("y", "valid", "1000")],
        "x",
    ));
    assert_eq!(
        words(&flags(&releases)),
        ["R024 Process close 1000", "R058 Process cheap 1000000"]
    );
}

#[test]
fn a_tenderer_who_always_loses_and_a_buyer_who_always_disqualifies() {
    let mut releases = Vec::new();
    for index in 0..30 {
        let name: &'static str = ["p", "q", "r", "s", "t"][index % 5];
        let lost: &'static str = ["q", "r", "s", "t", "p"][index % 5];
        let bids = [
            (name, "valid", "100"),
            (lost, "valid", "120"),
            ("loser", "valid", "150"),
        ];
        releases.push(release(&format!("T{index:02}"), "", &bids, name));
    }
    let found = words(&flags(&releases));
    assert_eq!(found, ["R025 Tenderer loser 0"]);

    let mut releases = Vec::new();
    for buyer in 0..8 {
        for process in 0..3 {
            let status = if buyer == 7 { "disqualified" } else { "valid" };
            let bids = [("x", "valid", "100"), ("y", "valid", "110"), ("z", status, "120")];
            let text = release(&format!("{buyer}-{process}"), "", &bids, "x");
            releases.push(text.replace(&format!("buyer-{buyer}-{process}"), &format!("buyer-{buyer}")));
        }
    }
    assert!(words(&flags(&releases)).contains(&"R038 Buyer buyer-7 333333".to_owned()));
    assert!(
        !words(&flags(&releases[..21]))
            .iter()
            .any(|word| word.starts_with("R038"))
    );
}

#[test]
fn a_supplier_of_everything() {
    let supplied = |supplier: &str, classes: &[&str]| {
        let items: Vec<String> = classes
            .iter()
            .map(|class| format!(r#"{{"classification":{{"id":"{class}"}}}}"#))
            .collect();
        format!(
            r#"{{"ocid":"{supplier}","awards":[{{"status":"active","suppliers":[{{"id":"{supplier}"}}],"items":[{}]}}]}}"#,
            items.join(",")
        )
    };
    let mut releases: Vec<String> = (0..9)
        .map(|index| supplied(&format!("s{index}"), &["45233130", "45100000"]))
        .collect();
    assert!(flags(&releases).is_empty());
    releases.push(supplied("all", &["45000000", "33000000", "09000000", "72000000"]));
    assert_eq!(words(&flags(&releases)), ["R048 Tenderer all 4000000"]);
}

#[test]
fn what_says_nothing_raises_nothing() {
    for text in [
        "{}",
        r#"{"ocid":"A"}"#,
        r#"{"ocid":"A","tender":null,"bids":{"details":null},"awards":[]}"#,
    ] {
        assert!(flags(&[text.to_owned()]).is_empty(), "{text}");
    }
    for wrong in ["", "[]", " [{}]", r#"{"ocid":5}"#, r#"{"bids":7}"#] {
        let error = Compiled::parse(wrong).unwrap_err().to_string();
        assert!(error.starts_with("not a compiled release"), "{wrong}");
    }
    let odd = release("A", "", &[("x", "valid", "\"100\""), ("y", "valid", "null")], "x");
    assert!(flags(&[odd]).is_empty(), "a price that is no number is no price");
}
