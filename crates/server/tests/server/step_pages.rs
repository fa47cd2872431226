//! The pages of the steps around the scores: prices sealed until all have committed, the ledger, low prices, deviations
//! and changed scores; each shows what the API tells the same seat, in both languages.

mod told;

use crate::pages::assert_page;
use crate::people::{enrolment, key, land, sign};
use crate::platform::{Database, Platform};
use crate::seat_pages::{Who, code, fact, free, lot, tender};
use facts::body::evaluation::{
    Change, ChangeGround, ClarificationAsked, ClarificationReturned, CodedBid, CodesDrawn, Correction,
    CorrectionRule, EvaluationConcluded, EvaluationOpened, ExtensionAsked, LowPriceHit, LowPriceJudged,
    LowPriceTest, PanelAppointed, PriceCorrected, ReviewClosed, ScoreChanged, ScoreCommitted, ScoreRevealed,
};
use facts::body::tender::{
    Basis, Brands, Category, Declared, LowPrice, Method, PriceRule, Pricing, Regime, Scored,
    TenderRegistered, TieBreak,
};
use facts::id::{ClarificationId, ItemId, SeatId};
use facts::money::Currency;
use facts::{AccountId, BidId, Draft, Hex, Instant, Money, Role, Stream};
use std::collections::BTreeMap;
use told::{asked, closed, committed, corrected, judged, returned, revealed};

const BIDS: [(&str, &str, i64); 2] = [
    ("code-a", "bid-of-the-first", 912_345_600),
    ("code-b", "bid-of-the-second", 300_000_000),
];

fn seat(number: usize) -> SeatId {
    SeatId::parse(&format!("seat-{number}")).unwrap()
}

fn item() -> ItemId {
    ItemId::parse("plan").unwrap()
}

fn question(name: &str) -> ClarificationId {
    ClarificationId::parse(name).unwrap()
}

fn method() -> Method {
    Method::Declared(Box::new(Declared {
        adjustments: vec![],
        basis: Basis::Notice,
        category: Category::Goods,
        deductions: vec![],
        drawn: vec![],
        items: vec![Scored {
            item: item(),
            max: 6_000,
            steps: vec![],
            title: "实施方案".into(),
            weight_bp: 10_000,
        }],
        low_price: Some(LowPrice {
            answer_ms: 1_800_000,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: 0,
        panel: 3,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 4_000,
            rule: PriceRule::LowestFirst,
        },
        review: vec![],
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    }))
}

/// Three experts sit on T1; 1 and 2 are declared.
fn platform() -> Platform {
    let mut platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    land(&base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    for expert in ["expert-1", "expert-2", "expert-3", "expert-4"] {
        land(&base, &enrolment(expert, &key(expert), Role::Expert));
    }
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Free,
        tender: tender(),
        title: "<script>alert(1)</script>".to_owned(),
    };
    land(&base, &sign(&key("buyer"), Stream::Tender(tender()), &body));
    let coded = |(name, _, minor): (&str, &str, i64)| CodedBid {
        brand: None,
        ceiling: None,
        code: code(name),
        deviations: BTreeMap::new(),
        floor: None,
        lot: lot(),
        price: Money::new(Currency::CNY, minor),
    };
    let seats = (1..=3).map(|n| (seat(n), AccountId::parse(&format!("expert-{n}")).unwrap()));
    platform.write(vec![
        fact(&EvaluationOpened {
            bids: BIDS.map(coded).to_vec(),
            method: method(),
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
        free("seat-1"),
        free("seat-2"),
    ]);
    platform
}

fn pages(who: &Who<'_>, path: &str) -> [String; 2] {
    ["zh", "en"].map(|language| {
        let page = who.opens(path, language);
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert_page(&page, language, path);
        page.text()
    })
}

fn shows(pages: &[String; 2], texts: &[&str]) {
    for (page, text) in pages
        .iter()
        .flat_map(|page| texts.iter().map(move |text| (page, text)))
    {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

fn hides(pages: &[String; 2], texts: &[&str]) {
    for (page, text) in pages
        .iter()
        .flat_map(|page| texts.iter().map(move |text| (page, text)))
    {
        assert!(!page.contains(text), "{text} is in {page}");
    }
}

const ALL: [&str; 3] = ["/seat/T1/questions", "/seat/T1/prices", "/seat/T1/scores"];
/// What a price looks like, however it is written.
const PRICES: [&str; 6] = [
    "9123456",
    "9,123,456",
    "912345600",
    "3,000,000",
    "300000000",
    "bid-of-",
];

#[test]
fn prices_are_sealed_until_every_seat_has_committed() {
    let mut platform = platform();
    platform.write(vec![closed(), asked("words", "code-a", None)]);
    let zone = platform.addresses().evaluation.clone();
    let one = Who::signed_in(&zone, "evaluation", "expert-1");
    for path in ALL {
        let pages = pages(&one, path);
        hides(&pages, &PRICES);
        hides(
            &pages,
            &["<script>", "<b>", "expert-2", "data-low", "data-correction"],
        );
    }
    shows(&pages(&one, "/seat/T1/prices"), &["id=\"sealed\""]);
    shows(&pages(&one, "/seat/T1/scores"), &["id=\"sealed\""]);
    shows(
        &pages(&one, "/seat/T1/questions"),
        &["data-question=\"words\"", "id=\"extend\""],
    );
    let told = one.asks("/api/evaluations/T1/steps");
    let view = told.json();
    // Each page names what it was made from, so that its script knows what came since.
    let digest = Hex(ledger::hash::sha256(told.text().as_bytes()));
    for path in ALL {
        shows(&pages(&one, path), &[&format!("data-told=\"{digest}\"")]);
    }
    hides(&[told.text(), String::new()], &PRICES);
    assert_eq!(
        (&view["prices"], &view["low_prices"], &view["scores"]),
        (&().into(), &().into(), &().into())
    );
    // Which price is low shows neither in the least time for an answer.
    let least: Vec<i64> = (view["recipients"].as_array().unwrap().iter())
        .map(|bid| bid["least_ms"].as_i64().unwrap())
        .collect();
    assert_eq!(least, [1_800_000; 2]);

    // Who has not declared is shown nothing; to whoever sits elsewhere there is no such evaluation.
    let three = Who::signed_in(&zone, "evaluation", "expert-3");
    let four = Who::signed_in(&zone, "evaluation", "expert-4");
    for path in ALL {
        let undeclared = pages(&three, path);
        hides(&undeclared, &["code-a", "data-question", "<form id="]);
        assert_eq!(four.opens(path, "en").status, 404, "{path}");
    }
    assert_eq!(three.asks("/api/evaluations/T1/steps").status, 403);
    assert_eq!(four.asks("/api/evaluations/T1/steps").status, 404);
    let buyer = Who::signed_in(&zone, "evaluation", "buyer");
    assert_eq!(buyer.opens("/seat/T1/prices", "en").status, 403);
}

#[test]
fn the_ledger_keeps_the_opened_price_and_a_low_one_is_judged_by_every_seat() {
    let mut platform = platform();
    platform.write(committed());
    platform.write(vec![
        asked("low", "code-b", None),
        asked("price", "code-a", Some(900_000_000)),
        corrected(),
    ]);
    {
        let zone = platform.addresses().evaluation.clone();
        let one = Who::signed_in(&zone, "evaluation", "expert-1");
        let before = pages(&one, "/seat/T1/prices");
        shows(
            &before,
            &[
                "9,123,456.00",
                "3,000,000.00",
                "9,000,000.00",
                "p. 3",
                "data-low=\"code-b\"",
                "财库〔2026〕2号",
            ],
        );
        // Half of the second-lowest, 4,561,728.00, and of the mean, 3,030,864.00; neither forms to judge nor to ask again.
        shows(&before, &["4,561,728.00", "3,030,864.00"]);
        hides(
            &before,
            &[
                "data-judge=",
                "data-explain=",
                "correct-code\" name=\"code\"><option value=\"code-a",
            ],
        );
        let view = one.asks("/api/evaluations/T1/steps").json();
        assert_eq!(view["prices"][0]["correction"]["state"], "asked");
        assert_eq!(view["prices"][0]["counts"]["minor"], 912_345_600);
        assert_eq!(
            view["prices"][0]["out"],
            serde_json::Value::Null,
            "not out while it waits"
        );
    }
    platform.write(vec![
        returned("low", None),
        returned("price", Some(true)),
        judged(1),
        judged(2),
    ]);
    {
        let zone = platform.addresses().evaluation.clone();
        let one = Who::signed_in(&zone, "evaluation", "expert-1");
        let three = Who::signed_in(&zone, "evaluation", "expert-3");
        let own = pages(&one, "/seat/T1/prices");
        shows(&own, &["reason of 1", "costs are &#60;as shown&#62;"]);
        hides(&own, &["reason of 2", "data-judge="]);
        let other = pages(&three, "/seat/T1/prices");
        shows(&other, &["data-judge=\"code-b\""]);
        hides(&other, &["reason of 1", "reason of 2"]);
        let view = one.asks("/api/evaluations/T1/steps").json();
        let price = &view["prices"][0];
        assert_eq!(price["correction"]["state"], "confirmed");
        assert_eq!(
            (&price["opened"]["minor"], &price["counts"]["minor"]),
            (&912_345_600.into(), &900_000_000.into())
        );
        assert_eq!(price["evaluated"]["minor"], 900_000_000);
    }
    platform.write(vec![judged(3)]);
    let zone = platform.addresses().evaluation.clone();
    let one = Who::signed_in(&zone, "evaluation", "expert-1");
    shows(
        &pages(&one, "/seat/T1/prices"),
        &["reason of 1", "reason of 2", "reason of 3"],
    );
}

#[test]
fn scores_are_compared_after_the_last_reveal_and_a_change_shows_both_values() {
    let mut platform = platform();
    platform.write(committed());
    platform.write(vec![revealed(1, 3_000), revealed(2, 3_050)]);
    {
        let zone = platform.addresses().evaluation.clone();
        let one = Who::signed_in(&zone, "evaluation", "expert-1");
        let early = pages(&one, "/seat/T1/scores");
        shows(&early, &["id=\"sealed\""]);
        hides(&early, &["30.50"]);
        assert_eq!(
            one.asks("/api/evaluations/T1/steps").json()["scores"],
            serde_json::Value::Null
        );
    }
    let concluded = || {
        fact(&EvaluationConcluded {
            lots: vec![],
            tender: tender(),
        })
    };
    let change = fact(&ScoreChanged {
        changes: vec![Change {
            code: code("code-a"),
            from: 5_500,
            item: item(),
            to: 3_100,
        }],
        ground: ChangeGround::Extreme,
        reason: "far <above> the others".into(),
        seat: seat(3),
        tender: tender(),
    });
    platform.write(vec![revealed(3, 5_500), concluded()]);
    {
        let zone = platform.addresses().evaluation.clone();
        let three = Who::signed_in(&zone, "evaluation", "expert-3");
        let shown = pages(&three, "/seat/T1/scores");
        // Mean of 30, 30.5 and 55; the third is far by more than 30 % of 60 points.
        shows(
            &shown,
            &[
                "38.5000",
                "30.5000",
                "16.5000",
                "55.00",
                "id=\"change\"",
                "data-from=\"5500\"",
            ],
        );
        let view = three.asks("/api/evaluations/T1/steps").json();
        let apart = &view["scores"]["items"][0]["seats"][2];
        assert_eq!(
            (&apart["far"], &apart["from_mean_e4"]),
            (&true.into(), &165_000.into())
        );
        assert_eq!(apart["z_e2"], 141, "16.5 over a standard deviation of 11.669");
        assert_eq!(view["scores"]["seats"][2]["far"], 2);
    }
    platform.write(vec![change, concluded()]);
    let zone = platform.addresses().evaluation.clone();
    let one = Who::signed_in(&zone, "evaluation", "expert-1");
    let shown = pages(&one, "/seat/T1/scores");
    shows(
        &shown,
        &[
            "55.00",
            "31.00",
            "far &#60;above&#62; the others",
            "id=\"changes\"",
        ],
    );
    let view = one.asks("/api/evaluations/T1/steps").json();
    let change = &view["scores"]["changes"][0];
    assert_eq!(
        (&change["from"], &change["to"], &change["ground"]),
        (&5_500.into(), &3_100.into(), &"extreme".into())
    );
}

#[test]
fn more_time_is_asked_for_with_a_reason_that_the_panel_reads() {
    let mut platform = platform();
    platform.write(vec![fact(&ExtensionAsked {
        ms: 7_200_000,
        reason: "long files".into(),
        seat: seat(2),
        tender: tender(),
    })]);
    let zone = platform.addresses().evaluation.clone();
    let one = Who::signed_in(&zone, "evaluation", "expert-1");
    let two = Who::signed_in(&zone, "evaluation", "expert-2");
    shows(
        &pages(&one, "/seat/T1/questions"),
        &["long files", "id=\"extend\""],
    );
    hides(&pages(&two, "/seat/T1/questions"), &["<form id=\"extend\""]);
}
