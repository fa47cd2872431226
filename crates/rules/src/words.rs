//! The closed lists of words that a rule file uses: units, kinds of procedure, methods.
//!
//! Invariant: a word that is not here is not read.

use facts::body::tender::{Basis, Method, Regime, TenderNoticed, Way};
use serde::{Deserialize, Serialize};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Calendar days; the first is not counted.
    Day,
    /// Working days by the file's calendar; the first is not counted.
    WorkingDay,
    /// Hours.
    Hour,
    /// Minutes.
    Minute,
    /// Seconds.
    Second,
    /// Months.
    Month,
    /// Years.
    Year,
    /// Basis points: hundredths of a per cent.
    Bp,
    /// Fen of CNY.
    Fen,
    /// Things counted: persons, bids, quotes.
    Count,
}

impl Unit {
    /// The word in the rule file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::WorkingDay => "working_day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Month => "month",
            Self::Year => "year",
            Self::Bp => "bp",
            Self::Fen => "fen",
            Self::Count => "count",
        }
    }
}

/// A kind of procedure, by the law that governs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegimeWord {
    /// 工程招标.
    Works,
    /// 政府采购.
    GovernmentProcurement,
    /// 比选 and others without a national law.
    Free,
    /// 土地、矿业权.
    Land,
    /// 国有产权.
    StateProperty,
    /// 拍卖.
    Auction,
    /// 政务服务.
    Service,
}

impl RegimeWord {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Works,
        Self::GovernmentProcurement,
        Self::Free,
        Self::Land,
        Self::StateProperty,
        Self::Auction,
        Self::Service,
    ];

    /// The word in the rule file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::GovernmentProcurement => "government_procurement",
            Self::Free => "free",
            Self::Land => "land",
            Self::StateProperty => "state_property",
            Self::Auction => "auction",
            Self::Service => "service",
        }
    }
}

impl From<Regime> for RegimeWord {
    fn from(regime: Regime) -> Self {
        match regime {
            Regime::Works => Self::Works,
            Regime::GovernmentProcurement => Self::GovernmentProcurement,
            Regime::Free => Self::Free,
        }
    }
}

/// A method of evaluation, by the article it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodWord {
    /// 经评审的最低投标价法.
    LowestEvaluated,
    /// 综合评估法.
    Composite,
    /// 最低评标价法.
    LowestPrice,
    /// 综合评分法.
    LowPriceScore,
    /// 竞争性磋商.
    Consultation,
    /// 竞争性谈判、询价.
    Negotiation,
    /// 单一来源.
    SingleSource,
    /// As the notice says.
    Notice,
}

impl MethodWord {
    /// The word of a notice: its trade method where it names one that settles it, else its method of evaluation.
    #[must_use]
    pub fn of(notice: &TenderNoticed) -> Self {
        match notice.procedure.as_ref().map(|procedure| procedure.way) {
            Some(Way::Consultation) => Self::Consultation,
            Some(Way::Negotiation | Way::Inquiry) => Self::Negotiation,
            Some(Way::SingleSource) => Self::SingleSource,
            Some(Way::Comparison) => Self::Notice,
            Some(Way::Tendering | Way::OpenTendering) | None => Self::from(&notice.method),
        }
    }
}

impl From<&Method> for MethodWord {
    fn from(method: &Method) -> Self {
        match method {
            Method::LowestEvaluated { .. } => Self::LowestEvaluated,
            Method::Composite { .. } => Self::Composite,
            Method::Declared(declared) => match declared.basis {
                Basis::LowestEvaluated => Self::LowestEvaluated,
                Basis::Composite => Self::Composite,
                Basis::LowestPrice => Self::LowestPrice,
                Basis::LowPriceScore => Self::LowPriceScore,
                Basis::Consultation => Self::Consultation,
                Basis::Negotiation => Self::Negotiation,
                Basis::Notice => Self::Notice,
            },
        }
    }
}
