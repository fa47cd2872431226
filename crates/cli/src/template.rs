//! Complete tender notices to start from: every member present, every value to be looked at.
//!
//! Invariant: a template keeps to the law at the instant it is made for; times, numbers and panels are those of the
//! table of trade methods, so that a changed row changes the template.

use facts::body::tender::{
    Basis, Category, Declared, Flow, FlowStep, Lot, LowPrice, Method, OpeningRules, Part, PartRole,
    PriceRule, Pricing, Procedure, Regime, ReviewItem, Reviewer, Scored, Stage, TenderNoticed, TieBreak, Way,
};
use facts::body::tender::{Brands, Deduction, DeductionFrom};
use facts::calendar::{add_days, start_of};
use facts::id::{ItemId, LotId, PartId, StageId};
use facts::procedures::{self, Days, Price};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{AccountId, Currency, Hex, Instant, Money, TenderId};

const MEBIBYTE: u64 = 1024 * 1024;

/// The template, with times that satisfy the statutory minimum from `now`.
#[must_use]
pub fn notice(now: Instant) -> Option<TenderNoticed> {
    Some(TenderNoticed {
        closes_at: now.plus(26 * DAY),
        documents: Vec::new(),
        documents_from: now.plus(HOUR),
        documents_until: now.plus(6 * DAY),
        lots: vec![Lot {
            ceiling: Some(Money::new(Currency::CNY, 1_200_000_000)),
            deposit: Some(Money::new(Currency::CNY, 20_000_000)),
            estimate: Money::new(Currency::CNY, 1_100_000_000),
            floor: None,
            lot: LotId::parse("1").ok()?,
            title: "标段一".to_owned(),
        }],
        method: Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: Vec::new(),
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: HOUR,
            remedy: "无法解密的,按 20 号令第三十一条处理;补救方案见招标文件。".to_owned(),
            share_ms: 2 * HOUR,
            unlock_ms: 30 * MINUTE,
        },
        procedure: None,
        publicity_days: 3,
        region: "341125".to_owned(),
        stages: vec![stage("open", &[LETTER, TECHNICAL], false)?],
        tender: TenderId::parse("T2026-001").ok()?,
        title: "工程施工招标".to_owned(),
        trade: "A01".to_owned(),
        validity_days: 90,
    })
}

const LETTER: (&str, PartRole, u64) = ("letter", PartRole::Letter, 64 * 1024);
const QUOTE: (&str, PartRole, u64) = ("quote", PartRole::Letter, 64 * 1024);
const QUALIFICATION: (&str, PartRole, u64) = ("qualification", PartRole::Qualification, 512 * MEBIBYTE);
const TECHNICAL: (&str, PartRole, u64) = ("technical", PartRole::Panel, 512 * MEBIBYTE);

fn stage(name: &str, parts: &[(&str, PartRole, u64)], invited: bool) -> Option<Stage> {
    let part = |(name, role, max_bytes): &(&str, PartRole, u64)| {
        Some(Part {
            max_bytes: *max_bytes,
            part: PartId::parse(name).ok()?,
            role: *role,
        })
    };
    Some(Stage {
        invited,
        key_id: Hex([0; 32]),
        parts: parts.iter().map(part).collect::<Option<_>>()?,
        stage: StageId::parse(name).ok()?,
    })
}

/// The template of a trade method: below every threshold, with the shortest times, the fewest bidders and the smallest
/// panel of its row.
#[must_use]
pub fn of(way: Way, now: Instant) -> Option<TenderNoticed> {
    let row = procedures::of(way);
    let procedure = procedure(way)?;
    let from = now.plus(HOUR);
    let given_out = row.documents(&procedure);
    // Over a long holiday working days of the documents may end after the calendar days of the deadline.
    let closes_at = over(row.tendering(&procedure), from).max(over(given_out, from));
    let documents_until = if given_out.number > 0 {
        over(given_out, from)
    } else {
        closes_at
    };
    let (title, trade) = named(way);
    let works = row.regime == Regime::Works;
    let estimate = if works { 1_100_000_000 } else { 90_000_000 };
    let mut notice = TenderNoticed {
        closes_at,
        documents_from: from,
        documents_until,
        method: method(way)?,
        min_bidders: row.bidders.least,
        publicity_days: row.publicity(&procedure).number,
        stages: stages(row.price.0, way)?,
        title: title.to_owned(),
        trade: trade.to_owned(),
        procedure: Some(procedure),
        ..notice(now)?
    };
    for lot in &mut notice.lots {
        lot.estimate.minor = estimate;
        lot.ceiling = Some(lot.estimate);
        lot.deposit = Some(Money::new(Currency::CNY, estimate / 100));
        title.clone_into(&mut lot.title);
    }
    Some(notice)
}

/// 09:30 in China on the day after a period is over: whoever signs some hours later is still in time.
fn over(days: Days, from: Instant) -> Instant {
    start_of(add_days(days.reached(from), 1)).plus(9 * HOUR + 30 * MINUTE)
}

const fn named(way: Way) -> (&'static str, &'static str) {
    match way {
        Way::Tendering => ("工程施工招标", "A01"),
        Way::OpenTendering => ("货物公开招标", "C01"),
        Way::Consultation => ("服务竞争性磋商", "D01"),
        Way::Negotiation => ("货物竞争性谈判", "C01"),
        Way::Inquiry => ("货物询价", "C01"),
        Way::SingleSource => ("货物单一来源采购", "C01"),
        Way::Comparison => ("小额服务比选", "D01"),
    }
}

/// Offers first and final quotes later, or all at once.
fn stages(price: Price, way: Way) -> Option<Vec<Stage>> {
    // In open tendering of government procurement the buyer reviews the qualification (87号令44).
    if way == Way::OpenTendering {
        return Some(vec![stage("open", &[LETTER, QUALIFICATION, TECHNICAL], false)?]);
    }
    Some(match price {
        Price::Final | Price::Negotiated => vec![
            stage("open", &[LETTER, TECHNICAL], false)?,
            stage("final", &[QUOTE], true)?,
        ],
        Price::Once | Price::Unchangeable | Price::Flow => vec![stage("open", &[LETTER, TECHNICAL], false)?],
    })
}

fn procedure(way: Way) -> Option<Procedure> {
    let flow = || Flow {
        addendum_days: 1,
        documents_days: 3,
        publicity_days: 1,
        rule: "(本地比选办法的名称与文号)".to_owned(),
        steps: vec![
            FlowStep::Notice,
            FlowStep::Documents,
            FlowStep::Clarification,
            FlowStep::Quotes,
            FlowStep::Opening,
            FlowStep::Comparison,
            FlowStep::Publicity,
            FlowStep::Award,
        ],
        tendering_days: 5,
    };
    let single = way == Way::SingleSource;
    Some(Procedure {
        approval: None,
        flow: (way == Way::Comparison).then(flow),
        ground: single.then(|| "政府采购法31(一):只能从唯一供应商处采购(写明理由)".to_owned()),
        shown: None,
        supplier: if single {
            Some(AccountId::parse("SUPPLIER").ok()?)
        } else {
            None
        },
        way,
    })
}

const fn basis(way: Way) -> Basis {
    match way {
        Way::Tendering => Basis::Composite,
        Way::OpenTendering => Basis::LowPriceScore,
        Way::Consultation => Basis::Consultation,
        Way::Negotiation | Way::Inquiry | Way::SingleSource => Basis::Negotiation,
        Way::Comparison => Basis::Notice,
    }
}

/// The items scored, with their points in hundredths, and the points of the price.
const fn points(way: Way) -> (&'static [(&'static str, &'static str, i64)], i64) {
    match way {
        Way::Tendering => (
            &[
                ("plan", "施工组织设计", 3_000),
                ("team", "项目管理机构", 1_500),
                ("record", "企业业绩", 1_500),
            ],
            4_000,
        ),
        Way::OpenTendering => (
            &[
                ("technical", "技术参数响应", 3_500),
                ("service", "售后服务", 1_500),
                ("record", "业绩", 1_000),
            ],
            4_000,
        ),
        Way::Consultation => (
            &[
                ("scheme", "服务方案", 4_500),
                ("team", "服务团队", 2_000),
                ("record", "业绩", 1_500),
            ],
            2_000,
        ),
        Way::Negotiation | Way::Inquiry | Way::SingleSource | Way::Comparison => (&[], 0),
    }
}

fn method(way: Way) -> Option<Method> {
    let row = procedures::of(way);
    let (scored, price) = points(way);
    let item = |(item, title, max): &(&str, &str, i64)| {
        Some(Scored {
            item: ItemId::parse(item).ok()?,
            max: *max,
            steps: Vec::new(),
            title: (*title).to_owned(),
            weight_bp: 10_000,
        })
    };
    let government = row.regime == Regime::GovernmentProcurement;
    let deduction = Deduction {
        basis: "财库〔2020〕46号、财库〔2022〕19号".to_owned(),
        bp: 1_000,
        from: DeductionFrom::Price,
        item: ItemId::parse("small-firm").ok()?,
    };
    let reviewed = |by, item: &str, clause: &str, title: &str| {
        Some(ReviewItem {
            by,
            clause: clause.to_owned(),
            item: ItemId::parse(item).ok()?,
            title: title.to_owned(),
        })
    };
    let review = if way == Way::OpenTendering {
        vec![
            reviewed(
                Reviewer::Buyer,
                "qualification",
                "投标人资格条件",
                "满足全部资格条件",
            )?,
            reviewed(Reviewer::Panel, "conformity", "实质性要求", "满足全部实质性要求")?,
        ]
    } else {
        vec![reviewed(
            Reviewer::Panel,
            "requirements",
            "资格与实质性要求",
            "满足全部资格与实质性要求",
        )?]
    };
    Some(Method::Declared(Box::new(Declared {
        adjustments: Vec::new(),
        basis: basis(way),
        category: match way {
            Way::Tendering => Category::Works,
            Way::Consultation | Way::Comparison => Category::Services,
            _ => Category::Goods,
        },
        deductions: if government { vec![deduction] } else { Vec::new() },
        drawn: Vec::new(),
        items: scored.iter().map(item).collect::<Option<_>>()?,
        low_price: government.then_some(LowPrice {
            answer_ms: 30 * MINUTE,
            ceiling_bp: 4_500,
            mean_bp: 5_000,
            second_bp: 5_000,
        }),
        min_valid: row.bidders.least,
        panel: row.panel.least.max(3),
        places: 2,
        price: Pricing {
            benchmark: None,
            points: price,
            rule: if scored.is_empty() {
                PriceRule::Order
            } else {
                PriceRule::LowestFirst
            },
        },
        review,
        same_brand: Brands::Ignored,
        ties: vec![TieBreak::Price],
        trim: None,
    })))
}

#[cfg(test)]
mod tests {
    use super::of;
    use facts::body::tender::{PartRole, TenderNoticed, Way};
    use facts::procedures::{self, Price, TABLE};
    use facts::time::{DAY, HOUR};
    use facts::{Canonical, Instant};

    /// Faults of a template by its row and by the law of methods.
    fn faults(notice: &TenderNoticed, way: Way, at: Instant) -> Vec<String> {
        let regime = procedures::of(way).regime;
        let of_row = procedures::faults(notice, regime, at).into_iter();
        let declared = notice.method.declared().unwrap();
        let of_method = facts::methods::faults(declared, regime, &notice.lots, at);
        of_row
            .map(|fault| fault.refusal.en)
            .chain(of_method.into_iter().map(|refusal| refusal.en))
            .collect()
    }

    #[test]
    fn every_template_is_lawful_on_every_day_of_the_year_and_half_a_day_later() {
        for row in &TABLE {
            for day in 0..365 {
                // 2026-01-01 00:30 in China, and so on.
                let now = Instant(1_767_198_600_000 + day * DAY);
                let notice = of(row.way, now).unwrap();
                for at in [now, now.plus(12 * HOUR)] {
                    assert_eq!(
                        faults(&notice, row.way, at),
                        Vec::<String>::new(),
                        "{:?} on day {day}",
                        row.way
                    );
                }
                assert!(notice.documents_until <= notice.closes_at);
            }
        }
    }

    #[test]
    fn a_template_is_the_smallest_that_its_row_allows() {
        let now = Instant(1_772_413_200_000);
        for row in &TABLE {
            let notice = of(row.way, now).unwrap();
            assert_eq!(notice.min_bidders, row.bidders.least, "{:?}", row.way);
            assert_eq!(notice.method.panel(), row.panel.least.max(3), "{:?}", row.way);
            let rounds = notice.stages.iter().filter(|stage| stage.invited).count();
            let talks = matches!(row.price.0, Price::Final | Price::Negotiated);
            assert_eq!(rounds, usize::from(talks), "{:?}", row.way);
            let last = notice.stages.last().unwrap();
            assert!(last.parts.iter().any(|part| part.role == PartRole::Letter));
            assert!(Canonical::of(&notice).is_ok());
            let mut early = notice;
            early.closes_at = now.plus(DAY);
            let due = row.tendering.number > 0 || row.way == Way::Comparison;
            assert_eq!(!faults(&early, row.way, now).is_empty(), due, "{:?}", row.way);
        }
    }
}
