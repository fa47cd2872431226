//! A sign (线索): what was seen, on which basis, how strongly, with the evidence side by side.
//!
//! Invariant: every sign is yellow. The rules K01 to K10 of the law say 视为串通 of facts that a court or an authority
//! has found; a screen sees equal strings, so it only points at them.

use serde::{Serialize, Serializer};

/// One sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Say {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// Both sentences.
#[must_use]
pub const fn say(zh: &'static str, en: &'static str) -> Say {
    Say { zh, en }
}

/// Whether a sign states a plain fact of the record or a statistic that competition can produce as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Anybody can see it by looking at the evidence: equal strings, equal differences.
    Exact,
    /// A measure over a distribution; only assistance.
    Statistical,
}

/// How much a sign asks for a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Common among honest bids as well; counts beside others.
    Weak,
    /// Worth a look by itself.
    Notable,
    /// Hard to explain by chance.
    Strong,
}

/// What somebody's side of a row says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Cell {
    /// Whose: a bidder, an expert, a tender, or empty for what concerns all.
    pub of: String,
    /// What stands there: an amount in minor units, a string of the record, a time.
    pub value: String,
}

/// One row of evidence: the same thing of several, side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Evidence {
    /// What is compared.
    pub about: Say,
    /// The sides, in order.
    pub cells: Vec<Cell>,
}

impl Evidence {
    /// A row over several sides.
    pub fn row(about: Say, cells: impl IntoIterator<Item = (String, String)>) -> Self {
        let cells = cells.into_iter().map(|(of, value)| Cell { of, value }).collect();
        Self { about, cells }
    }

    /// A row with one value that concerns all.
    #[must_use]
    pub fn value(about: Say, value: String) -> Self {
        Self::row(about, [(String::new(), value)])
    }
}

/// A sign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Sign {
    /// Which screen.
    pub code: Code,
    /// The article of law or rule.
    pub basis: &'static str,
    /// Whether fact or statistic.
    pub nature: Nature,
    /// How strongly.
    pub strength: Strength,
    /// Whom it concerns, ascending, each once.
    pub subjects: Vec<String>,
    /// The evidence.
    pub evidence: Vec<Evidence>,
}

impl Sign {
    /// The only colour of a sign.
    pub const CARD: &'static str = "yellow";

    /// A sign; basis and nature follow from the code.
    #[must_use]
    pub fn new(
        code: Code,
        subjects: impl IntoIterator<Item = String>,
        strength: Strength,
        evidence: Vec<Evidence>,
    ) -> Self {
        let mut subjects: Vec<String> = subjects.into_iter().collect();
        subjects.sort();
        subjects.dedup();
        let about = code.about();
        Self {
            code,
            basis: about.basis,
            nature: about.nature,
            strength,
            subjects,
            evidence,
        }
    }
}

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// What it is called.
    pub title: Say,
    /// The article or rule it serves.
    pub basis: &'static str,
    /// Where the screen comes from.
    pub source: &'static str,
    /// Fact or statistic.
    pub nature: Nature,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $code:ident: $zh:literal, $en:literal, $basis:literal, $source:expr, $nature:ident;)+) => {
        /// The screens; the letter says where a code comes from: K rules of supervision, S statistics of the
        /// literature on cartels, R red flags of the Open Contracting Partnership.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $code,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code as written.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)+ }
            }

            /// What it means.
            #[must_use]
            pub const fn about(self) -> About {
                match self {
                    $(Self::$code => About {
                        title: say($zh, $en),
                        basis: $basis,
                        source: $source,
                        nature: Nature::$nature,
                    },)+
                }
            }
        }
    };
}

const RULES: &str = "supervision-rules K01–K22";
const IMHOF: &str = "Imhof, Karagök, Rutz 2018, Journal of Competition Law & Economics 14(2); Imhof 2017, \
    Simple Statistical Screens to Detect Bid Rigging, SES 484";
const HUBER: &str = "Huber, Imhof 2019, International Journal of Industrial Organization 65; Wallimann, Imhof, \
    Huber 2023, Computational Economics 62";
const CARDINAL: &str = "Open Contracting Partnership, Cardinal: indicators";

codes! {
    /// Files of one author or one document.
    K01: "同一单位或个人编制", "files by one author", "条例40(一);87号令37(一)", RULES, Exact;
    /// One contact for several.
    K02: "委托同一单位或个人办理", "bids handled by one person", "条例40(二);87号令37(二)", RULES, Exact;
    /// One person in several teams.
    K03: "项目管理成员为同一人", "one person in several teams", "条例40(三);87号令37(三)", RULES, Exact;
    /// Another bidder's name in a file.
    K05: "投标文件相互混装", "another bidder's name in a file", "条例40(五);87号令37(五)", RULES, Exact;
    /// One payer of several deposits.
    K06: "保证金出自同一账户", "deposits from one account", "条例40(六);87号令37(六)", RULES, Exact;
    /// One device for several.
    K07: "硬件特征相同", "one device for several bids", "条例40(二);惠公易函〔2020〕78号", RULES, Exact;
    /// One certificate or key for several.
    K08: "同一加密锁或证书", "one certificate for several bids", "条例40(二)", RULES, Exact;
    /// One licence of the pricing tool for several.
    K09: "计价软件授权号相同", "one licence of the pricing tool", "条例40(一)", RULES, Exact;
    /// One network address for several.
    K10: "网络地址雷同", "one network address for several bids", "条例40(二)", RULES, Exact;
    /// Texts that are alike after the tender's own text is taken out.
    K11: "技术标文本雷同", "near-identical texts", "条例40(四);87号令37(四)",
        "winnowing: Schleimer, Wilkerson, Aiken 2003, SIGMOD", Statistical;
    /// The same deviations from the wording of the tender.
    K12: "相同的笔误", "the same slips of the pen", "条例40(四);87号令37(四)", RULES, Exact;
    /// Prices in a regular series.
    K13: "报价呈规律性差异", "prices in a regular series", "条例40(四);87号令37(四)", RULES, Exact;
    /// Uploads within minutes.
    K14: "上传时间高度聚集", "clustered uploads", "条例40(四)", RULES, Statistical;
    /// The same firms together, with one of them always losing or in turn.
    K15: "长期抱团、陪标、轮流中标", "repeated co-bidding, rotation, cover bids", "发改法规〔2022〕1117号(十一)",
        "Imhof, Karagök, Rutz 2018; supervision-rules K15", Statistical;
    /// Somebody with a hand in several firms.
    K16: "投标人之间存在关联", "bidders with ties", "发改法规〔2022〕1117号(十一)", RULES, Exact;
    /// A candidate gave up.
    K19: "中标候选人放弃中标", "a candidate gave up", "条例55、74", RULES, Exact;
    /// Experts who favour one bid together, or one who stands apart.
    K20: "评委评分异常", "unusual scores of experts", "supervision-rules K20", RULES, Statistical;
    /// Put off or failed again and again.
    K21: "多次延期或多次失败", "put off or failed repeatedly", "supervision-rules K21", RULES, Exact;
    /// Many took the document, few bid.
    K22: "获取文件数显著多于投标数", "many took the document, few bid", "supervision-rules K22", RULES, Statistical;

    /// The coefficient of variation is low.
    S01: "报价离散系数偏低", "low variation of prices", "条例40(四)", IMHOF, Statistical;
    /// The losing bids lie close together, far from the winner.
    S02: "落标报价扎堆、与最低价拉开", "losing bids bunched away from the lowest", "条例40(四)", IMHOF, Statistical;
    /// The gap of the two lowest exceeds the mean gap of all.
    S03: "最低两价差距异常", "gap of the two lowest out of proportion", "条例40(四)", HUBER, Statistical;
    /// The distribution leans to the high side.
    S04: "报价分布左偏", "prices skewed to the high side", "条例40(四)", HUBER, Statistical;

    /// Short submission period.
    R003: "投标期限过短", "short period for bids", "OCP R003", CARDINAL, Exact;
    /// Single bid received.
    R018: "只有一家投标", "single bid received", "OCP R018", CARDINAL, Exact;
    /// Price close to the winning bid.
    R024: "次低价紧贴中标价", "price close to the winning bid", "OCP R024", CARDINAL, Statistical;
    /// Excessive unsuccessful bids.
    R025: "落标次数异常多", "excessive unsuccessful bids", "OCP R025", CARDINAL, Statistical;
    /// Identical bid prices.
    R028: "报价相同", "identical prices", "OCP R028", CARDINAL, Exact;
    /// Late bid won.
    R030: "逾期投标中标", "late bid won", "OCP R030", CARDINAL, Exact;
    /// All except the winning bid disqualified.
    R035: "除中标人外全部被否决", "all except the winning bid disqualified", "OCP R035", CARDINAL, Exact;
    /// Lowest bid disqualified.
    R036: "最低价被否决", "lowest bid disqualified", "OCP R036", CARDINAL, Exact;
    /// Excessive disqualified bids.
    R038: "否决投标比例过高", "excessive disqualified bids", "OCP R038", CARDINAL, Statistical;
    /// Heterogeneous supplier.
    R048: "供应品类过杂", "heterogeneous supplier", "OCP R048", CARDINAL, Statistical;
    /// Heavily discounted bid.
    R058: "中标价远低于次低价", "heavily discounted bid", "OCP R058", CARDINAL, Statistical;
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}
