//! The table against its neighbours, and cases that every verifier answers alike (`tests/golden/procedures.json`).

mod cases;
mod more;

use super::*;
use crate::body::tender::{
    Basis, Brands, Category, Declared, Document, FlowStep, Lot, Method, OpeningRules, Part, PartRole,
    PriceRule, Pricing, Regime, Scored, Shown, Stage, TieBreak,
};
use crate::time::{DAY, HOUR};
use crate::{Currency, Hex, Money};
use cases::CASES;
use more::MORE;
use serde_json::json;
use std::collections::BTreeSet;

/// Monday 2026-03-02, 09:00 in China.
const AT: Instant = Instant(1_772_413_200_000);
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/procedures.json");

const fn days(n: i64) -> Instant {
    Instant(AT.0.saturating_add(n.saturating_mul(DAY)))
}

fn yuan(n: i64) -> Money {
    Money::new(Currency::CNY, n.saturating_mul(100))
}

fn declared(basis: Basis, category: Category) -> Declared {
    let ranked = matches!(basis, Basis::Consultation | Basis::LowPriceScore);
    Declared {
        adjustments: Vec::new(),
        basis,
        category,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: Vec::<Scored>::new(),
        low_price: None,
        min_valid: 3,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: if ranked {
                PriceRule::LowestFirst
            } else {
                PriceRule::Order
            },
        },
        review: Vec::new(),
        same_brand: Brands::Ignored,
        ties: Vec::new(),
        trim: None,
    }
}

fn stage(name: &str, invited: bool) -> Stage {
    Stage {
        invited,
        key_id: Hex([7; 32]),
        parts: vec![Part {
            max_bytes: 65_536,
            part: format!("letter-{name}").parse().unwrap(),
            role: PartRole::Letter,
        }],
        stage: name.parse().unwrap(),
    }
}

/// A notice that keeps to the row of a trade method, below every threshold.
fn lawful(way: Way) -> TenderNoticed {
    let (basis, invited, tendering) = match way {
        Way::Tendering => (Basis::Composite, false, 20),
        Way::OpenTendering => (Basis::LowPriceScore, false, 20),
        Way::Consultation => (Basis::Consultation, true, 10),
        Way::Negotiation => (Basis::Negotiation, true, 3),
        Way::Inquiry => (Basis::Negotiation, false, 3),
        Way::SingleSource => (Basis::Negotiation, true, 1),
        Way::Comparison => (Basis::Notice, false, 3),
    };
    let mut method = declared(basis, Category::Services);
    let single = way == Way::SingleSource;
    if single {
        method.min_valid = 1;
    }
    let mut stages = vec![stage("first", false)];
    if invited {
        stages.push(stage("final", true));
    }
    let flow = Flow {
        addendum_days: 1,
        documents_days: 2,
        publicity_days: 1,
        rule: "197号".into(),
        steps: vec![
            FlowStep::Notice,
            FlowStep::Documents,
            FlowStep::Quotes,
            FlowStep::Opening,
            FlowStep::Comparison,
            FlowStep::Publicity,
            FlowStep::Award,
        ],
        tendering_days: 3,
    };
    TenderNoticed {
        closes_at: days(tendering).plus(HOUR),
        documents: Vec::<Document>::new(),
        documents_from: AT,
        documents_until: days(tendering.min(7)),
        lots: vec![Lot {
            ceiling: Some(yuan(900_000)),
            deposit: None,
            estimate: yuan(900_000),
            floor: None,
            lot: "L1".parse().unwrap(),
            title: "一包".into(),
        }],
        method: Method::Declared(Box::new(method)),
        min_bidders: if single { 1 } else { 3 },
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: HOUR,
            remedy: "none".into(),
            share_ms: HOUR,
            unlock_ms: HOUR,
        },
        procedure: Some(Procedure {
            approval: None,
            flow: (way == Way::Comparison).then_some(flow),
            ground: single.then(|| "政府采购法31(一)".to_owned()),
            shown: None,
            supplier: single.then(|| "supplier".parse().unwrap()),
            way,
        }),
        publicity_days: 3,
        region: "510000".into(),
        stages,
        tender: "T1".parse().unwrap(),
        title: "t".into(),
        trade: "D01".into(),
        validity_days: 90,
    }
}

fn named(notice: &mut TenderNoticed) -> &mut Procedure {
    notice.procedure.as_mut().unwrap()
}

fn method(notice: &mut TenderNoticed) -> &mut Declared {
    match &mut notice.method {
        Method::Declared(declared) => declared,
        _ => panic!("a declared method"),
    }
}

fn estimate(notice: &mut TenderNoticed, amount: i64) {
    for lot in &mut notice.lots {
        (lot.estimate, lot.ceiling) = (yuan(amount), Some(yuan(amount)));
    }
}

fn codes(notice: &TenderNoticed, regime: Regime) -> Vec<String> {
    let found = faults(notice, regime, AT);
    found
        .into_iter()
        .map(|fault| fault.refusal.code.into_owned())
        .collect()
}

#[test]
fn every_row_is_the_one_of_its_way_and_a_notice_can_keep_to_it() {
    for row in &TABLE {
        assert_eq!(of(row.way).way, row.way);
        assert!(
            row.steps.iter().all(|step| STEPS.contains(&step.name)),
            "{:?}",
            row.way
        );
        assert_eq!(
            codes(&lawful(row.way), row.regime),
            Vec::<String>::new(),
            "{:?}",
            row.way
        );
    }
}

/// The cases as every verifier reads them; `KAIBIAO_GOLDEN=write` writes them anew.
#[test]
fn cases_have_the_faults_that_they_name() {
    let mut told = Vec::new();
    for (name, way, change, expected) in CASES.iter().chain(MORE) {
        let (mut notice, regime) = (lawful(*way), of(*way).regime);
        change(&mut notice);
        assert_eq!(codes(&notice, regime), *expected, "{name}");
        told.push(json!({"at": AT.0, "case": name, "faults": expected, "notice": notice, "regime": regime}));
    }
    let seen: BTreeSet<&str> = CASES
        .iter()
        .chain(MORE)
        .flat_map(|case| case.3)
        .copied()
        .collect();
    assert_eq!(seen.len(), 18, "every fault has a case: {seen:?}");
    let text = format!("{}\n", serde_json::to_string_pretty(&told).unwrap());
    if std::env::var("KAIBIAO_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(GOLDEN, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(GOLDEN).unwrap(), text);
}

#[test]
fn a_sentence_names_the_day_and_the_article() {
    let mut notice = lawful(Way::Negotiation);
    notice.closes_at = days(2);
    let [fault] = faults(&notice, Regime::GovernmentProcurement, AT)
        .try_into()
        .unwrap();
    assert_eq!(fault.field, "closes_at");
    assert!(
        fault.refusal.en.contains("3 working days (74号令29)"),
        "{}",
        fault.refusal.en
    );
    assert!(fault.refusal.zh.contains("2026-03-05"), "{}", fault.refusal.zh);
}

/// The normative table of the record format has every row, with its figures and articles.
#[test]
fn the_record_format_has_the_table() {
    let doc = include_str!("../../../../docs/record-format.md");
    for row in TABLE.iter().filter(|row| row.way != Way::Comparison) {
        let way = serde_json::to_value(row.way).unwrap();
        let start = format!("| {} ", way.as_str().unwrap());
        let line = doc.lines().find(|line| line.starts_with(&start)).unwrap();
        for days in [row.documents, row.tendering, row.addendum, row.publicity] {
            let unit = if days.unit == Unit::Working { "wd" } else { "d" };
            let cell = format!("{} {unit} ({})", days.number, days.article);
            assert!(days.number == 0 || line.contains(&cell), "{cell} in {line}");
        }
        for article in [row.bidders.article, row.panel.article, row.price.1] {
            assert!(line.contains(&format!("({article})")), "{article} in {line}");
        }
    }
}
