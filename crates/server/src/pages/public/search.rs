//! The search of the notices: what was typed, what of it is wrong, which tenders it finds.
//!
//! Invariant: what was typed is shown again as it was typed; a field that cannot be read finds nothing by itself and
//! says beside itself why.

use crate::pages::public::board::{Notice, Posted};
use crate::pages::query::{parsed, written};
use crate::pages::show::parse_day;
use facts::time::DAY;
use facts::{Instant, Money};
use procure::tender::Phase;
use std::sync::Arc;

/// Tenders on one page.
pub const PAGE: usize = 20;
/// The most characters that a field takes.
const LONGEST: usize = 200;

/// Groups of phases that one can search for: word, Chinese, English.
pub const STAGES: [(&str, &str, &str); 8] = [
    ("open", "招标中", "Open for bids"),
    ("opening", "开标", "Opening"),
    ("evaluation", "评标", "Evaluation"),
    ("publicised", "候选人公示", "Candidates publicised"),
    ("awarded", "已中标", "Awarded"),
    ("ended", "流标或终止", "Failed or terminated"),
    ("registered", "已登记,未公告", "Registered, not yet published"),
    ("suspended", "暂停中", "Suspended"),
];

/// What was typed into the fields of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Words in title, lots and id.
    pub text: String,
    /// Beginning of the trade class.
    pub trade: String,
    /// Beginning of the region's code.
    pub region: String,
    /// Group of phases.
    pub stage: String,
    /// Least amount.
    pub min: String,
    /// Greatest amount.
    pub max: String,
    /// First day of the deadline.
    pub from: String,
    /// Last day of the deadline.
    pub to: String,
    /// Page, from 1.
    pub page: String,
}

/// A mistake beside its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Name of the field.
    pub field: &'static str,
    /// The sentence in Chinese.
    pub zh: &'static str,
    /// The sentence in English.
    pub en: &'static str,
}

/// A search that can be carried out.
#[derive(Debug, Clone, Default)]
pub struct Search {
    words: Vec<String>,
    trade: String,
    region: String,
    stage: Option<&'static str>,
    min: Option<String>,
    max: Option<String>,
    from: Option<Instant>,
    until: Option<Instant>,
    /// Page, from 1.
    pub page: usize,
}

const AMOUNT: (&str, &str) = (
    "请填写金额,如 1200000 或 1200000.50,单位为元。",
    "Write an amount in yuan, such as 1200000 or 1200000.50.",
);
const DATE: (&str, &str) = (
    "请按“年-月-日”填写日期,如 2026-11-22。",
    "Write the date as year-month-day, such as 2026-11-22.",
);

impl Typed {
    /// The fields of a query.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let mut typed = Self::default();
        for (name, value) in parsed(query) {
            let value: String = value.trim().chars().take(LONGEST).collect();
            if let Some(field) = typed.field(&name) {
                *field = value;
            }
        }
        typed
    }

    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "text" => &mut self.text,
            "trade" => &mut self.trade,
            "region" => &mut self.region,
            "stage" => &mut self.stage,
            "min" => &mut self.min,
            "max" => &mut self.max,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "page" => &mut self.page,
            _ => return None,
        })
    }

    /// The same search as a query, on another page or on none.
    #[must_use]
    pub fn query(&self, page: Option<usize>) -> String {
        let page = page.map(|page| page.to_string()).unwrap_or_default();
        let pairs = [
            ("text", self.text.as_str()),
            ("trade", &self.trade),
            ("region", &self.region),
            ("stage", &self.stage),
            ("min", &self.min),
            ("max", &self.max),
            ("from", &self.from),
            ("to", &self.to),
            ("page", &page),
        ];
        let pairs: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        written(&pairs)
    }

    /// Whether anything is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.query(None).is_empty()
    }

    /// Reads the fields; the mistakes, if there are any.
    pub fn read(&self) -> Result<Search, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let mut mistake = |field, (zh, en)| mistakes.push(Mistake { field, zh, en });
        let stage = STAGES
            .iter()
            .map(|(word, ..)| *word)
            .find(|word| *word == self.stage);
        if stage.is_none() && !self.stage.is_empty() {
            mistake("stage", ("没有这一阶段。", "There is no such stage."));
        }
        for (field, text) in [("min", &self.min), ("max", &self.max)] {
            if !text.is_empty() && amount(text).is_none() {
                mistake(field, AMOUNT);
            }
        }
        if let (Some(min), Some(max)) = (amount(&self.min), amount(&self.max))
            && min.minor > max.minor
        {
            mistake(
                "max",
                ("上限低于下限。", "The greatest amount is less than the least."),
            );
        }
        let (from, to) = (parse_day(&self.from), parse_day(&self.to));
        for (field, text, day) in [("from", &self.from, from), ("to", &self.to, to)] {
            if !text.is_empty() && day.is_none() {
                mistake(field, DATE);
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            mistake(
                "to",
                ("结束日期早于开始日期。", "The last day is before the first."),
            );
        }
        if self.region.bytes().any(|byte| !byte.is_ascii_digit()) {
            let sentence = (
                "请填写行政区划代码的前几位数字,如 33 或 3301。",
                "Write the first digits of the region's code, such as 33 or 3301.",
            );
            mistake("region", sentence);
        }
        let page = if self.page.is_empty() {
            Some(1)
        } else {
            self.page.parse().ok().filter(|page| *page > 0)
        };
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Search {
            words: self
                .text
                .to_lowercase()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            trade: self.trade.to_lowercase(),
            region: self.region.clone(),
            stage,
            min: Some(self.min.clone()).filter(|text| !text.is_empty()),
            max: Some(self.max.clone()).filter(|text| !text.is_empty()),
            from,
            until: to.map(|day| day.plus(DAY)),
            page: page.unwrap_or(1),
        })
    }
}

fn amount(text: &str) -> Option<Money> {
    Money::parse(text, facts::money::Currency::CNY).ok()
}

impl Search {
    /// The tenders found, newest first.
    #[must_use]
    pub fn find<'a>(&self, posted: &'a Posted) -> Vec<&'a Arc<Notice>> {
        posted.newest.iter().filter(|notice| self.fits(notice)).collect()
    }

    fn fits(&self, notice: &Notice) -> bool {
        let terms = notice.told.notice.as_ref().map(|fact| &fact.body);
        let trade = terms.map(|terms| terms.trade.to_lowercase()).unwrap_or_default();
        let region = terms.map(|terms| terms.region.as_str()).unwrap_or_default();
        self.words.iter().all(|word| notice.haystack.contains(word))
            && trade.starts_with(&self.trade)
            && region.starts_with(&self.region)
            && self.stage.is_none_or(|stage| is_at(notice, stage))
            && self.fits_amount(notice.amount)
            && self.fits_deadline(notice.closes_at)
    }

    fn fits_amount(&self, known: Option<Money>) -> bool {
        if self.min.is_none() && self.max.is_none() {
            return true;
        }
        let Some(known) = known else { return false };
        // In the tender's own currency, whose minor units may be others; what it cannot express does not fit.
        let bound = |text: &Option<String>, fits: &dyn Fn(i64) -> bool| match text {
            None => true,
            Some(text) => Money::parse(text, known.currency).is_ok_and(|bound| fits(bound.minor)),
        };
        bound(&self.min, &|least| known.minor >= least) && bound(&self.max, &|most| known.minor <= most)
    }

    fn fits_deadline(&self, closes_at: Option<Instant>) -> bool {
        if self.from.is_none() && self.until.is_none() {
            return true;
        }
        closes_at.is_some_and(|at| {
            self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
        })
    }
}

fn is_at(notice: &Notice, stage: &str) -> bool {
    match stage {
        "suspended" => notice.suspended,
        "registered" => notice.phase == Phase::Registered,
        "open" => notice.phase == Phase::Noticed,
        "opening" => matches!(
            notice.phase,
            Phase::Closed | Phase::Listed | Phase::Sharing | Phase::Recorded
        ),
        "evaluation" => notice.phase == Phase::Opened,
        "publicised" => notice.phase == Phase::Publicised,
        "awarded" => notice.phase == Phase::Awarded,
        _ => matches!(notice.phase, Phase::Failed | Phase::Terminated),
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "test code")]
mod tests {
    use super::*;
    use crate::pages::public::told::Told;
    use facts::TenderId;
    use facts::money::Currency;
    use std::collections::BTreeMap;

    fn notice(id: &str, yuan: Option<i64>, phase: Phase, closes_at: &str) -> Arc<Notice> {
        Arc::new(Notice {
            tender: TenderId::parse(id).unwrap(),
            told: Told::default(),
            phase,
            suspended: id == "T3",
            closes_at: parse_day(closes_at),
            down: None,
            held: None,
            amount: yuan.map(|yuan| Money::new(Currency::CNY, yuan * 100)),
            place: 0,
            haystack: format!("{} 道路 road works", id.to_lowercase()),
        })
    }

    fn found(query: &str) -> Vec<String> {
        let newest = vec![
            notice("T1", Some(1_000_000), Phase::Noticed, "2026-11-22"),
            notice("T2", Some(2_000_000), Phase::Listed, "2026-12-01"),
            notice("T3", None, Phase::Failed, "x"),
        ];
        let posted = Posted {
            size: 1,
            notices: BTreeMap::new(),
            newest,
        };
        let search = Typed::of(query).read().unwrap();
        search
            .find(&posted)
            .iter()
            .map(|n| n.tender.to_string())
            .collect()
    }

    #[test]
    fn every_filter_finds_what_it_names() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &["T1", "T2", "T3"]),
            ("text=ROAD+t2", &["T2"]),
            ("text=道路", &["T1", "T2", "T3"]),
            ("text=bridge", &[]),
            ("stage=open", &["T1"]),
            ("stage=opening", &["T2"]),
            ("stage=ended", &["T3"]),
            ("stage=suspended", &["T3"]),
            ("min=1500000", &["T2"]),
            ("max=1000000.00", &["T1"]),
            ("from=2026-11-22&to=2026-11-22", &["T1"]),
            ("from=2026-11-23", &["T2"]),
        ];
        for (query, wanted) in cases {
            assert_eq!(found(query), wanted, "{query}");
        }
    }

    #[test]
    fn mistakes_stand_beside_their_fields_and_what_was_typed_stays() {
        let typed = Typed::of("min=much&max=1&from=22.11.2026&to=2026-02-30&stage=x&region=zj&text=%3Cb%3E");
        let fields: Vec<&str> = typed.read().unwrap_err().iter().map(|m| m.field).collect();
        assert_eq!(fields, ["stage", "min", "from", "to", "region"]);
        assert_eq!((typed.min.as_str(), typed.text.as_str()), ("much", "<b>"));
        let crossed = Typed::of("min=2&max=1&from=2026-11-22&to=2026-11-21");
        let fields: Vec<&str> = crossed.read().unwrap_err().iter().map(|m| m.field).collect();
        assert_eq!(fields, ["max", "to"]);
        assert_eq!(Typed::of("page=0").read().unwrap().page, 1);
    }

    #[test]
    fn a_search_survives_as_a_link() {
        let typed = Typed::of("text=%E9%81%93%E8%B7%AF&min=5&lang=en&page=3");
        assert_eq!(Typed::of(&typed.query(Some(3))), typed);
        assert_eq!(Typed::of(&typed.query(None)).page, "");
    }
}
