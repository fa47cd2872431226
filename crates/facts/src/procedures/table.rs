//! The rows.
//!
//! Invariant: [`TABLE`] has one row for each [`Way`], in its order; every figure stands beside its article.

use crate::body::tender::{Basis, Regime, Way};

/// What days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Every day.
    Calendar,
    /// Working days of the calendar of the People's Republic of China.
    Working,
}

/// A least period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The article.
    pub article: &'static str,
    /// How many; 0 where nothing is asked.
    pub number: u32,
    /// Which days count.
    pub unit: Unit,
}

/// How many bidders there must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bidders {
    /// The article.
    pub article: &'static str,
    /// The least in the cases that the law lists, with its article; the notice states the ground then.
    pub excepted: Option<(u32, &'static str)>,
    /// Fewer than this fail the procedure.
    pub least: u32,
    /// More than this are not possible.
    pub most: Option<u32>,
}

/// Who judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panel {
    /// The article.
    pub article: &'static str,
    /// Members at least; the number is odd.
    pub least: u32,
    /// Members at least from an amount of all estimates on, in fen; `None`: from the threshold of open tendering.
    pub more: Option<(Option<i64>, u32)>,
}

/// How often a price is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Price {
    /// Sealed once.
    Once,
    /// Sealed once more after talks (最后报价).
    Final,
    /// One quote that nobody may change (74号令46).
    Unchangeable,
    /// Agreed in talks, and then sealed or not.
    Negotiated,
    /// As the flow of the notice says.
    Flow,
}

/// Something that the law says beside the figures, with its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The article.
    pub article: &'static str,
    /// Whether it is so.
    pub holds: bool,
}

/// Who acts in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doer {
    /// The buyer or its agent.
    Buyer,
    /// Bidders or suppliers.
    Bidder,
    /// The panel.
    Panel,
    /// The platform with the custodians.
    Platform,
}

/// One step of a trade method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The article.
    pub article: &'static str,
    /// Who acts.
    pub doer: Doer,
    /// Its name, for programs.
    pub name: &'static str,
}

/// What the law says of one trade method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Days from a substantive addendum to the deadline.
    pub addendum: Days,
    /// The articles that a method of evaluation may follow.
    pub bases: &'static [Basis],
    /// How many bidders.
    pub bidders: Bidders,
    /// Whether what is asked for may change during talks.
    pub changes: Rule,
    /// Days for which documents are given out.
    pub documents: Days,
    /// What makes the procedure fail or end.
    pub failing: &'static str,
    /// The panel.
    pub panel: Panel,
    /// The price rounds, with their article.
    pub price: (Price, &'static str),
    /// Days of publicity, as the notice counts them.
    pub publicity: Days,
    /// The law it belongs to.
    pub regime: Regime,
    /// Its steps.
    pub steps: &'static [Step],
    /// Days from the documents to the deadline.
    pub tendering: Days,
    /// The trade method.
    pub way: Way,
}

const fn days(number: u32, article: &'static str) -> Days {
    Days {
        article,
        number,
        unit: Unit::Calendar,
    }
}

const fn working(number: u32, article: &'static str) -> Days {
    Days {
        article,
        number,
        unit: Unit::Working,
    }
}

const fn step(name: &'static str, doer: Doer, article: &'static str) -> Step {
    Step { article, doer, name }
}

const fn rule(holds: bool, article: &'static str) -> Rule {
    Rule { article, holds }
}

const NOTICE: &str = "the notice";

/// Every name that a step can have.
pub const STEPS: [&str; 11] = [
    "notice",
    "documents",
    "clarification",
    "quotes",
    "opening",
    "talks",
    "final_quotes",
    "final_opening",
    "evaluation",
    "publicity",
    "award",
];

const TENDERING_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "招标投标法16"),
    step("documents", Doer::Buyer, "招标投标法实施条例16"),
    step("clarification", Doer::Buyer, "招标投标法23"),
    step("quotes", Doer::Bidder, "招标投标法28"),
    step("opening", Doer::Platform, "招标投标法34-36"),
    step("evaluation", Doer::Panel, "招标投标法37-40"),
    step("publicity", Doer::Buyer, "招标投标法实施条例54"),
    step("award", Doer::Buyer, "招标投标法45"),
];

const OPEN_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "87号令13"),
    step("documents", Doer::Buyer, "87号令18"),
    step("clarification", Doer::Buyer, "87号令27"),
    step("quotes", Doer::Bidder, "87号令33"),
    step("opening", Doer::Platform, "87号令39-41"),
    step("evaluation", Doer::Panel, "87号令44-58"),
    step("publicity", Doer::Buyer, "87号令69"),
    step("award", Doer::Buyer, "87号令68"),
];

const CONSULTATION_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "财库〔2014〕214号7"),
    step("documents", Doer::Buyer, "财库〔2014〕214号10"),
    step("clarification", Doer::Buyer, "财库〔2014〕214号10"),
    step("quotes", Doer::Bidder, "财库〔2014〕214号11"),
    step("opening", Doer::Platform, "财库〔2014〕214号16"),
    step("talks", Doer::Panel, "财库〔2014〕214号19-20"),
    step("final_quotes", Doer::Bidder, "财库〔2014〕214号21"),
    step("final_opening", Doer::Platform, "财库〔2014〕214号21"),
    step("evaluation", Doer::Panel, "财库〔2014〕214号23-25"),
    step("publicity", Doer::Buyer, "财库〔2014〕214号29"),
    step("award", Doer::Buyer, "财库〔2014〕214号28"),
];

const NEGOTIATION_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "74号令12"),
    step("documents", Doer::Buyer, "74号令29"),
    step("clarification", Doer::Buyer, "74号令29"),
    step("quotes", Doer::Bidder, "74号令29"),
    step("opening", Doer::Platform, "74号令30"),
    step("talks", Doer::Panel, "74号令31-32"),
    step("final_quotes", Doer::Bidder, "74号令33"),
    step("final_opening", Doer::Platform, "74号令33"),
    step("evaluation", Doer::Panel, "74号令35"),
    step("publicity", Doer::Buyer, "74号令18"),
    step("award", Doer::Buyer, "74号令36"),
];

const INQUIRY_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "74号令12"),
    step("documents", Doer::Buyer, "74号令45"),
    step("clarification", Doer::Buyer, "74号令45"),
    step("quotes", Doer::Bidder, "74号令47"),
    step("opening", Doer::Platform, "74号令47"),
    step("evaluation", Doer::Panel, "74号令48"),
    step("publicity", Doer::Buyer, "74号令18"),
    step("award", Doer::Buyer, "74号令49"),
];

const SINGLE_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, "74号令38"),
    step("quotes", Doer::Bidder, "74号令41"),
    step("opening", Doer::Platform, "74号令41"),
    step("talks", Doer::Panel, "74号令41"),
    step("final_quotes", Doer::Bidder, "74号令41"),
    step("final_opening", Doer::Platform, "74号令41"),
    step("evaluation", Doer::Panel, "74号令42"),
    step("publicity", Doer::Buyer, "74号令18"),
    step("award", Doer::Buyer, "74号令42"),
];

const COMPARISON_STEPS: &[Step] = &[
    step("notice", Doer::Buyer, NOTICE),
    step("documents", Doer::Buyer, NOTICE),
    step("clarification", Doer::Buyer, NOTICE),
    step("quotes", Doer::Bidder, NOTICE),
    step("opening", Doer::Platform, NOTICE),
    step("final_quotes", Doer::Bidder, NOTICE),
    step("evaluation", Doer::Panel, NOTICE),
    step("publicity", Doer::Buyer, NOTICE),
    step("award", Doer::Buyer, NOTICE),
];

/// Every trade method.
pub const TABLE: [Row; 7] = [
    Row {
        addendum: days(15, "招标投标法23"),
        bases: &[Basis::LowestEvaluated, Basis::Composite],
        bidders: Bidders {
            article: "招标投标法28",
            excepted: None,
            least: 3,
            most: None,
        },
        changes: rule(false, "招标投标法43"),
        documents: days(5, "招标投标法实施条例16"),
        failing: "招标投标法28, 招标投标法实施条例44: fewer than three bidders",
        panel: Panel {
            article: "招标投标法37",
            least: 5,
            more: None,
        },
        price: (Price::Once, "招标投标法43"),
        publicity: days(3, "招标投标法实施条例54"),
        regime: Regime::Works,
        steps: TENDERING_STEPS,
        tendering: days(20, "招标投标法24"),
        way: Way::Tendering,
    },
    Row {
        addendum: days(15, "87号令27"),
        bases: &[Basis::LowestPrice, Basis::LowPriceScore],
        bidders: Bidders {
            article: "87号令43",
            excepted: None,
            least: 3,
            most: None,
        },
        changes: rule(false, "87号令51"),
        documents: working(5, "87号令18"),
        failing: "87号令43: fewer than three bidders",
        panel: Panel {
            article: "87号令47",
            least: 5,
            more: Some((Some(1_000_000_000), 7)),
        },
        price: (Price::Once, "87号令51"),
        publicity: days(1, "87号令69"),
        regime: Regime::GovernmentProcurement,
        steps: OPEN_STEPS,
        tendering: days(20, "政府采购法35"),
        way: Way::OpenTendering,
    },
    Row {
        addendum: days(5, "财库〔2014〕214号10"),
        bases: &[Basis::Consultation],
        bidders: Bidders {
            article: "财库〔2014〕214号21",
            excepted: Some((2, "财库〔2015〕124号")),
            least: 3,
            most: None,
        },
        changes: rule(true, "财库〔2014〕214号20"),
        documents: working(5, "财库〔2014〕214号10"),
        failing: "财库〔2014〕214号34: fewer suppliers than the notice requires",
        panel: Panel {
            article: "财库〔2014〕214号14",
            least: 3,
            more: None,
        },
        price: (Price::Final, "财库〔2014〕214号21"),
        publicity: days(1, "财库〔2014〕214号29"),
        regime: Regime::GovernmentProcurement,
        steps: CONSULTATION_STEPS,
        tendering: days(10, "财库〔2014〕214号10"),
        way: Way::Consultation,
    },
    Row {
        addendum: working(3, "74号令29"),
        bases: &[Basis::Negotiation],
        bidders: Bidders {
            article: "74号令33",
            excepted: Some((2, "74号令27")),
            least: 3,
            most: None,
        },
        changes: rule(true, "74号令32"),
        documents: days(0, "74号令29"),
        failing: "74号令37: fewer suppliers than the notice requires, or all over the budget",
        panel: Panel {
            article: "74号令7",
            least: 3,
            more: Some((None, 5)),
        },
        price: (Price::Final, "74号令33"),
        publicity: days(1, "74号令18"),
        regime: Regime::GovernmentProcurement,
        steps: NEGOTIATION_STEPS,
        tendering: working(3, "74号令29"),
        way: Way::Negotiation,
    },
    Row {
        addendum: working(3, "74号令45"),
        bases: &[Basis::Negotiation],
        bidders: Bidders {
            article: "74号令50",
            excepted: None,
            least: 3,
            most: None,
        },
        changes: rule(false, "74号令46"),
        documents: days(0, "74号令45"),
        failing: "74号令50: fewer than three suppliers, or all over the budget",
        panel: Panel {
            article: "74号令7",
            least: 3,
            more: Some((None, 5)),
        },
        price: (Price::Unchangeable, "74号令46"),
        publicity: days(1, "74号令18"),
        regime: Regime::GovernmentProcurement,
        steps: INQUIRY_STEPS,
        tendering: working(3, "74号令45"),
        way: Way::Inquiry,
    },
    Row {
        addendum: days(0, "74号令41"),
        bases: &[Basis::Negotiation],
        bidders: Bidders {
            article: "政府采购法31",
            excepted: None,
            least: 1,
            most: Some(1),
        },
        changes: rule(true, "74号令41"),
        documents: days(0, "74号令41"),
        failing: "74号令43: the supplier hands in nothing, or the price is over the budget",
        // 74号令41 asks for professionals and names no number; three is what 74号令7 asks for talks.
        panel: Panel {
            article: "74号令41, 74号令7",
            least: 3,
            more: None,
        },
        price: (Price::Negotiated, "74号令41"),
        publicity: days(1, "74号令18"),
        regime: Regime::GovernmentProcurement,
        steps: SINGLE_STEPS,
        tendering: days(0, "74号令41"),
        way: Way::SingleSource,
    },
    Row {
        addendum: days(0, NOTICE),
        bases: &[Basis::LowestEvaluated, Basis::Composite, Basis::Notice],
        bidders: Bidders {
            article: NOTICE,
            excepted: None,
            least: 1,
            most: None,
        },
        changes: rule(true, NOTICE),
        documents: days(0, NOTICE),
        failing: "fewer bidders than the notice requires",
        panel: Panel {
            article: NOTICE,
            least: 0,
            more: None,
        },
        price: (Price::Flow, NOTICE),
        publicity: days(0, NOTICE),
        regime: Regime::Free,
        steps: COMPARISON_STEPS,
        tendering: days(0, NOTICE),
        way: Way::Comparison,
    },
];
