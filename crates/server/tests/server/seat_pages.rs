//! The pages of experts and operators: for them alone, in both languages; of an evaluation the own seat and nothing else,
//! of the machine nothing of tenders.

use crate::pages::{assert_page, open};
use crate::people::{enrolment, key, land, sign, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask};
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationConcluded, EvaluationOpened, LotResult, PanelAppointed, Ranked,
    RecusalDeclared, Rejected,
};
use facts::body::tender::{Method, Regime, ScoreItem, TenderRegistered};
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::money::Currency;
use facts::{AccountId, BidId, Body, Draft, Money, Role, Stream, TenderId};
use std::collections::BTreeMap;

const BIDS: [(&str, &str, i64); 2] = [
    ("code-a", "bid-of-the-first", 912_345_600),
    ("code-b", "bid-of-the-second", 934_567_800),
];

pub(crate) fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

pub(crate) fn fact<B: Body>(body: &B) -> Draft {
    Draft::platform(Stream::Evaluation(tender()), body).unwrap()
}

pub(crate) fn code(text: &str) -> CodeId {
    CodeId::parse(text).unwrap()
}

pub(crate) fn lot() -> LotId {
    LotId::parse("lot-1").unwrap()
}

/// T1 is being evaluated by the experts 1 and 2; expert 3 sits on no panel.
fn platform() -> Platform {
    let mut platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    land(&base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    land(&base, &enrolment("keeper", &key("bidder-04"), Role::Operator));
    land(
        &base,
        &enrolment("supervisor", &key("supervisor"), Role::Supervisor),
    );
    for expert in ["expert-1", "expert-2", "expert-3"] {
        land(&base, &enrolment(expert, &key(expert), Role::Expert));
    }
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Free,
        tender: tender(),
        title: "<script>alert(1)</script> '道路'".to_owned(),
    };
    land(&base, &sign(&key("buyer"), Stream::Tender(tender()), &body));
    let method = Method::Composite {
        above: 200,
        below: 100,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![ScoreItem {
            item: ItemId::parse("construction").unwrap(),
            max: 4_000,
            title: "施工组织设计".to_owned(),
        }],
        panel: 2,
        price_points: 6_000,
    };
    let coded = |(name, _, minor): (&str, &str, i64)| CodedBid {
        brand: None,
        ceiling: None,
        code: code(name),
        deviations: BTreeMap::new(),
        floor: None,
        lot: lot(),
        price: Money::new(Currency::CNY, minor),
    };
    let seats = ["expert-1", "expert-2"]
        .into_iter()
        .zip(1..)
        .map(|(expert, number)| {
            let seat = SeatId::parse(&format!("seat-{number}")).unwrap();
            (seat, AccountId::parse(expert).unwrap())
        });
    platform.write(vec![
        fact(&EvaluationOpened {
            bids: BIDS.map(coded).to_vec(),
            method,
            opening: 0,
            tender: tender(),
            way: None,
            qualification: None,
            unqualified: Vec::new(),
        }),
        fact(&CodesDrawn {
            codes: BIDS
                .map(|(name, bid, _)| (code(name), BidId::parse(bid).unwrap()))
                .into(),
            tender: tender(),
        }),
        fact(&PanelAppointed {
            reason: None,
            seats: seats.collect(),
            tender: tender(),
        }),
    ]);
    platform
}

pub(crate) fn free(seat: &str) -> Draft {
    fact(&RecusalDeclared {
        conflicts: Vec::new(),
        seat: SeatId::parse(seat).unwrap(),
        tender: tender(),
    })
}

fn concluded() -> Draft {
    let [first, second] = BIDS.map(|(name, bid, _)| (code(name), BidId::parse(bid).unwrap()));
    fact(&EvaluationConcluded {
        lots: vec![LotResult {
            counted: None,
            benchmark_e4: Some(9_123_456_000_000),
            lot: lot(),
            ranking: vec![Ranked {
                bid: first.1,
                code: first.0,
                evaluated: 912_345_600,
                panel_e4: 371_250,
                price_e4: 598_012,
                rank: 1,
                total_e4: 969_262,
            }],
            rejected: vec![Rejected {
                bid: second.1,
                clause: "must_pass:licence".to_owned(),
                code: second.0,
            }],
        }],
        tender: tender(),
    })
}

pub(crate) struct Who<'a> {
    base: &'a str,
    cookie: String,
}

impl<'a> Who<'a> {
    pub(crate) fn signed_in(base: &'a str, zone: &str, name: &str) -> Self {
        let token = sign_in(base, zone, &key(name));
        let cookie = format!("kaibiao-{zone}={token}");
        Self { base, cookie }
    }

    pub(crate) fn opens(&self, path: &str, language: &str) -> Answer {
        let headers = [
            ("accept", "text/html,*/*;q=0.8"),
            ("accept-language", language),
            ("cookie", self.cookie.as_str()),
        ];
        ask(self.base, "GET", path, &headers, b"")
    }

    pub(crate) fn asks(&self, path: &str) -> Answer {
        ask(self.base, "GET", path, &[("cookie", self.cookie.as_str())], b"")
    }
}

/// Who else sits there, who bids, and for how much: none of it is an expert's to know.
fn assert_blind(text: &str, own: &str, what: &str) {
    let others = ["expert-1", "expert-2", "expert-3"];
    let hidden = others.into_iter().filter(|name| *name != own);
    for name in hidden.chain([
        "bid-of-",
        "9123456",
        "9,123,456",
        "912345600",
        "934567800",
        "<script>",
    ]) {
        assert!(!text.contains(name), "{what} shows {name}: {text}");
    }
}

#[test]
fn an_expert_sees_the_own_seat_in_both_languages_and_nothing_behind_the_codes() {
    let mut platform = platform();
    let zone = platform.addresses().evaluation.clone();
    let expert = Who::signed_in(&zone, "evaluation", "expert-1");
    for path in ["/seat", "/seat/T1"] {
        for language in ["zh", "en"] {
            let page = expert.opens(path, language);
            assert_eq!(page.status, 200, "{path}: {}", page.text());
            assert_page(&page, language, path);
            assert_eq!(page.header("cache-control"), "no-store", "{path}");
            let html = page.text();
            assert_blind(&html, "expert-1", path);
            assert!(
                html.contains("seat-1") && !html.contains("seat-2"),
                "{path}: {html}"
            );
            let due = ["请作出回避声明", "Declare your conflicts of interest, or none"];
            assert!(due.iter().any(|words| html.contains(words)), "{path}: {html}");
        }
    }
    let html = expert.opens("/seat/T1", "en").text();
    assert!(
        html.contains("data-account=\"expert-1\"") && html.contains("data-seat=\"seat-1\""),
        "{html}"
    );
    let script = html
        .split('"')
        .find(|piece| piece.contains("js/pages/seat-tender.js"))
        .unwrap();
    assert_eq!(open(&zone, script, "en").status, 200);

    // Before the declaration there are no codes; after it there are codes, and still no names.
    let view = expert.asks("/api/evaluations/T1").json();
    assert_eq!(
        (view["codes"].as_array().unwrap().len(), &view["due"]),
        (0, &true.into())
    );
    assert_eq!(view["waiting"], 2);
    drop(expert);
    platform.write(vec![free("seat-1")]);
    let zone = platform.addresses().evaluation.clone();
    let expert = Who::signed_in(&zone, "evaluation", "expert-1");
    let view = expert.asks("/api/evaluations/T1");
    assert_blind(&view.text(), "expert-1", "the view");
    let view = view.json();
    assert_eq!(
        (view["codes"].as_array().unwrap().len(), &view["due"]),
        (2, &false.into())
    );
    assert_eq!(
        (&view["step"], &view["waiting"]),
        (&"declaring".into(), &1.into())
    );
    assert!(
        expert
            .opens("/seat", "en")
            .text()
            .contains("Waits for the declarations of others")
    );
}

#[test]
fn whoever_sits_on_no_panel_finds_no_evaluation() {
    let platform = platform();
    let zone = platform.addresses().evaluation.clone();
    let third = Who::signed_in(&zone, "evaluation", "expert-3");
    let none = third.asks("/api/evaluations").json();
    assert_eq!(none["evaluations"].as_array().unwrap().len(), 0);
    assert!(!third.opens("/seat", "en").text().contains("/seat/T1"));
    for path in ["/seat/T1", "/seat/T9", "/seat/%3Cb%3E"] {
        let page = third.opens(path, "en");
        assert_eq!(page.status, 404, "{path}");
        assert_page(&page, "en", path);
    }
    let [there, nowhere] = ["/seat/T1", "/seat/T9"].map(|path| third.opens(path, "en").text());
    let said = |html: &str| {
        let (_, main) = html.split_once("<main").unwrap();
        main.split_once("<code").unwrap().0.to_owned()
    };
    assert_eq!(said(&there), said(&nowhere), "an evaluation shows by its refusal");
    for (name, status) in [("buyer", 403), ("supervisor", 403), ("bidder-04", 403)] {
        let other = Who::signed_in(&zone, "evaluation", name);
        for path in ["/seat", "/seat/T1", "/api/evaluations"] {
            assert_eq!(other.opens(path, "en").status, status, "{name} {path}");
        }
    }
    // ureq follows the redirection.
    let stranger = open(&zone, "/seat/T1", "en");
    assert!(stranger.text().contains("data-next=\"/seat/T1\""));
}

#[test]
fn an_experts_session_opens_nothing_elsewhere() {
    let platform = platform();
    let zones = platform.addresses();
    let seat = Who::signed_in(&zones.evaluation, "evaluation", "expert-1");
    let own = seat.asks("/api/evaluations").json();
    assert_eq!(own["evaluations"][0]["tender"], "T1");
    assert_eq!(own["evaluations"][0]["seat"], "seat-1");
    let token = seat.cookie.split_once('=').unwrap().1;
    let paths = [
        (
            "procurement",
            &zones.procurement,
            vec!["/bidder", "/buyer", "/custodian", "/registrar", "/operator"],
        ),
        (
            "supervision",
            &zones.supervision,
            vec!["/docket", "/docket/T1", "/chain", "/operator"],
        ),
    ];
    for (zone, base, paths) in paths {
        let carried = Who {
            base,
            cookie: format!("kaibiao-{zone}={token}; {}", seat.cookie),
        };
        let signed = Who::signed_in(base, zone, "expert-1");
        for path in paths {
            let page = carried.opens(path, "en").text();
            assert!(page.contains(&format!("data-next=\"{path}\"")), "{zone} {path}");
            assert_eq!(signed.opens(path, "en").status, 403, "{zone} {path}");
        }
        assert_eq!(signed.opens("/seat", "en").status, 404, "{zone} has no seats");
    }
    assert_eq!(seat.opens("/operator", "en").status, 403);
}

#[test]
fn the_result_is_shown_with_figures_and_clauses() {
    let mut platform = platform();
    platform.write(vec![free("seat-1"), free("seat-2"), concluded()]);
    let zone = platform.addresses().evaluation.clone();
    let expert = Who::signed_in(&zone, "evaluation", "expert-2");
    for language in ["zh", "en"] {
        let page = expert.opens("/seat/T1", language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, "the result");
        let html = page.text();
        for shown in [
            "37.1250",
            "59.8012",
            "96.9262",
            "must_pass:licence",
            "data-result=",
        ] {
            assert!(html.contains(shown), "{shown}: {html}");
        }
    }
    let view = expert.asks("/api/evaluations/T1").json();
    assert_eq!(
        (&view["step"], &view["signed"], &view["closed"]),
        (&"concluded".into(), &false.into(), &false.into())
    );
    let list = expert.asks("/api/evaluations").json();
    assert_eq!(list["evaluations"][0]["step"], "concluded");
    // Asked again it is among those that are over.
    assert_eq!(expert.asks("/api/evaluations").json(), list);
}

#[test]
fn an_operator_sees_the_machine_and_nothing_of_tenders() {
    let platform = platform();
    let zones = platform.addresses();
    for (zone, base) in [
        ("procurement", &zones.procurement),
        ("evaluation", &zones.evaluation),
        ("supervision", &zones.supervision),
    ] {
        let operator = Who::signed_in(base, zone, "bidder-04");
        for language in ["zh", "en"] {
            let page = operator.opens("/operator", language);
            assert_eq!(page.status, 200, "{}", page.text());
            assert_page(&page, language, zone);
            let html = page.text();
            assert!(
                html.contains("href=\"/operator\"") && html.contains(env!("CARGO_PKG_VERSION")),
                "{html}"
            );
            for hidden in ["\"T1\"", "/tenders/", "expert-", "道路"] {
                assert!(!html.contains(hidden), "{zone} shows {hidden}");
            }
        }
        let view = operator.asks("/api/operator").json();
        assert_eq!(
            (&view["zone"], &view["database"]["name"]),
            (&zone.into(), &"SQLite".into())
        );
        assert_eq!(
            (&view["cosignatures"], &view["erasures"]["waiting"]),
            (&0.into(), &0.into())
        );
        assert!(view["database"]["bytes"].as_u64().unwrap() > 10_000, "{view}");
        assert!(
            view["last"].as_i64().unwrap() <= view["now"].as_i64().unwrap(),
            "{view}"
        );
        assert_eq!(
            operator.opens("/api/docket", "en").status,
            if zone == "supervision" { 403 } else { 404 }
        );
    }
    let buyer = Who::signed_in(&zones.procurement, "procurement", "buyer");
    for path in ["/operator", "/api/operator"] {
        assert_eq!(buyer.opens(path, "en").status, 403, "{path}");
    }
}
