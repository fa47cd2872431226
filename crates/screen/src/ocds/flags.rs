//! The fold over releases: flags of one release at once, outliers when all were seen.
//!
//! Invariant: one pass, and memory only for names and counts, so that a hundred thousand releases fit.

use super::gauge::{Gauge, Report, Voice};
use super::outliers::Outliers;
use super::release::{Bid, Compiled};
use crate::sign::Code;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Whom a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A contracting process, by `ocid`.
    Process,
    /// A buyer, by `buyer/id`.
    Buyer,
    /// A procuring entity, by `tender/procuringEntity/id`.
    ProcuringEntity,
    /// A tenderer, by `bids/details/tenderers/id`.
    Tenderer,
}

/// A red flag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flag {
    /// Which.
    pub code: Code,
    /// About what.
    pub group: Group,
    /// Its identifier.
    pub id: String,
    /// The measure in millionths: a ratio, or a count; one where the flag is a plain yes.
    pub value: i64,
}

impl Flag {
    pub(super) fn new(code: Code, group: Group, id: &str, value: i64) -> Self {
        Self {
            code,
            group,
            id: id.to_owned(),
            value,
        }
    }
}

/// What can be set; the fences of outliers follow from the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Shortest period for bids in days (R003).
    pub days: i64,
    /// Fewest disqualified bidders beside the winner (R035).
    pub disqualified: usize,
    /// Fewest bids of a tenderer, or processes of a buyer (R038).
    pub least: u64,
    /// First digits of a classification that tell trades apart (R048).
    pub digits: usize,
}

/// Value of a flag that is a plain yes.
const YES: i64 = 1_000_000;

/// The flags that one release raises by itself.
const OWN: [Code; 6] = [
    Code::R003,
    Code::R018,
    Code::R028,
    Code::R030,
    Code::R035,
    Code::R036,
];

/// Red flags over many releases.
#[derive(Debug)]
pub struct RedFlags {
    limits: Limits,
    flags: Vec<Flag>,
    /// How many releases state what a flag reads.
    asked: BTreeMap<Code, usize>,
    outliers: Outliers,
    currency: Option<String>,
    releases: u64,
}

impl RedFlags {
    /// Nothing seen yet. Prices in another currency than `currency`, or than the first one seen, are left out.
    #[must_use]
    pub fn new(limits: Limits, currency: Option<String>) -> Self {
        Self {
            limits,
            flags: Vec::new(),
            asked: BTreeMap::new(),
            outliers: Outliers::default(),
            currency,
            releases: 0,
        }
    }

    /// Releases seen that name their process.
    #[must_use]
    pub const fn releases(&self) -> u64 {
        self.releases
    }

    /// Takes in a release; one without `ocid` is passed over.
    pub fn take(&mut self, release: &Compiled<'_>) {
        let Some(ocid) = release.ocid() else { return };
        self.releases = self.releases.saturating_add(1);
        if self.currency.is_none() {
            self.currency = first_currency(release).map(str::to_owned);
        }
        let currency = self.currency.as_deref().unwrap_or_default();
        let same = same_prices(release, currency);
        let yes = |is: bool| i64::from(is).saturating_mul(YES);
        let others = all_others_out(release).map(|others| {
            let many = others >= self.limits.disqualified.max(1);
            let value = i64::try_from(others).unwrap_or(i64::MAX).saturating_mul(YES);
            if many { value } else { 0 }
        });
        let values = [
            is_short(release, self.limits.days).map(yes),
            is_single(release).map(yes),
            same.as_ref().map(|same| yes(!same.is_empty())),
            is_late(release).map(yes),
            others,
            is_lowest_out(release, currency).map(yes),
        ];
        for (code, value) in OWN.into_iter().zip(values) {
            let Some(value) = value else { continue };
            let asked = self.asked.entry(code).or_default();
            *asked = asked.saturating_add(1);
            if value > 0 {
                self.flags.push(Flag::new(code, Group::Process, ocid, value));
            }
        }
        for tenderer in same.into_iter().flatten() {
            self.flags
                .push(Flag::new(Code::R028, Group::Tenderer, tenderer, YES));
        }
        self.outliers.take(release, ocid, currency, self.limits.digits);
    }

    /// All flags, ascending, each once.
    #[must_use]
    pub fn finish(self) -> Vec<Flag> {
        self.report().flags
    }

    /// All flags, and of each flag how much it could be asked of and from where on it is raised.
    #[must_use]
    pub fn report(self) -> Report {
        let mut flags = self.flags;
        let (more, measured) = self.outliers.finish(self.limits.least);
        flags.extend(more);
        flags.sort();
        flags.dedup();
        let mut gauges: Vec<Gauge> = OWN
            .into_iter()
            .map(|code| {
                let cases = self.asked.get(&code).copied().unwrap_or_default();
                let voice = if cases == 0 { Voice::Nothing } else { Voice::Speaks };
                Gauge {
                    code,
                    group: Group::Process,
                    cases,
                    fence: None,
                    voice,
                }
            })
            .collect();
        gauges.extend(measured);
        gauges.sort_by_key(|gauge| (gauge.code, gauge.group));
        Report {
            flags,
            gauges,
            releases: self.releases,
            currency: self.currency,
        }
    }
}

fn first_currency<'a>(release: &'a Compiled<'_>) -> Option<&'a str> {
    release
        .submitted()
        .find_map(|bid| bid.price().map(|(_, currency)| currency))
}

fn instant(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

/// R003: fewer days between start and end of the tender period of an open procedure; nothing of others.
fn is_short(release: &Compiled<'_>, days: i64) -> Option<bool> {
    let tender = release.tender.as_ref()?;
    let is_open = tender.procurement_method.as_deref() == Some("open");
    let period = tender.period.as_ref().filter(|_| is_open)?;
    let start = instant(period.start_date.as_deref())?;
    let end = instant(period.end_date.as_deref())?;
    let length = end.as_second().saturating_sub(start.as_second());
    Some(length >= 0 && length < days.saturating_mul(86_400))
}

/// R018: one tenderer in a competitive procedure; nothing of others.
fn is_single(release: &Compiled<'_>) -> Option<bool> {
    let tender = release.tender.as_ref()?;
    if !matches!(tender.procurement_method.as_deref(), Some("open" | "selective")) {
        return None;
    }
    if let Some(number) = tender.number_of_tenderers {
        return Some(number == 1);
    }
    let tenderers: BTreeSet<&str> = release.submitted().flat_map(Bid::tenderers).collect();
    (!tenderers.is_empty()).then_some(tenderers.len() == 1)
}

/// R028: tenderers whose prices are those of others; nothing where there are not two prices.
fn same_prices<'a>(release: &'a Compiled<'_>, currency: &str) -> Option<BTreeSet<&'a str>> {
    let mut prices: BTreeMap<_, BTreeSet<Vec<&str>>> = BTreeMap::new();
    let mut many = 0_usize;
    for bid in release.submitted() {
        let Some((amount, _)) = bid.price().filter(|(_, of)| *of == currency) else {
            continue;
        };
        let mut tenderers: Vec<&str> = bid.tenderers().collect();
        tenderers.sort_unstable();
        if !tenderers.is_empty() {
            many = many.saturating_add(1);
            prices.entry(amount).or_default().insert(tenderers);
        }
    }
    let same = prices.into_values().filter(|bids| bids.len() >= 2);
    (many >= 2).then(|| same.flatten().flatten().collect())
}

/// R030: a valid bid that came after the deadline, of a supplier of an active award; nothing where no time is stated.
fn is_late(release: &Compiled<'_>) -> Option<bool> {
    let period = release.tender.as_ref()?.period.as_ref()?;
    let end = instant(period.end_date.as_deref())?;
    let suppliers = suppliers(release);
    let mut dates = release
        .submitted()
        .filter(|bid| bid.is("valid") && bid.tenderers().any(|tenderer| suppliers.contains(tenderer)))
        .filter_map(|bid| instant(bid.date.as_deref()))
        .peekable();
    dates.peek()?;
    Some(dates.any(|date| date > end))
}

fn suppliers<'a>(release: &'a Compiled<'_>) -> BTreeSet<&'a str> {
    let suppliers = release
        .active()
        .flat_map(|award| award.suppliers.iter().flatten());
    suppliers.filter_map(|supplier| supplier.id.as_deref()).collect()
}

/// R035: how many other tenderers were disqualified where only the winner's bids are valid, and zero where others are;
/// nothing before an award.
fn all_others_out(release: &Compiled<'_>) -> Option<usize> {
    let of = |status: &'static str| {
        let bids = release.submitted().filter(move |bid| bid.is(status));
        bids.flat_map(Bid::tenderers).collect::<BTreeSet<&str>>()
    };
    let suppliers = suppliers(release);
    if suppliers.is_empty() || !release.is_final() {
        return None;
    }
    let valid = of("valid");
    let is_alone = valid.len() == 1 && valid == suppliers;
    Some(if is_alone {
        of("disqualified").difference(&valid).count()
    } else {
        0
    })
}

/// R036: every bid at the lowest price is disqualified, something was awarded, and price alone decides, as far as the
/// tender says what decides; nothing of others.
fn is_lowest_out(release: &Compiled<'_>, currency: &str) -> Option<bool> {
    let criteria = release
        .tender
        .as_ref()
        .and_then(|tender| tender.award_criteria.as_deref());
    if release.active().next().is_none() || !matches!(criteria, None | Some("priceOnly" | "lowestCost")) {
        return None;
    }
    let priced = || {
        let bids = release.submitted();
        bids.filter_map(|bid| {
            bid.price()
                .filter(|(_, of)| *of == currency)
                .map(|(amount, _)| (amount, bid))
        })
    };
    let lowest = priced().map(|(amount, _)| amount).min()?;
    let mut at_lowest = priced().filter(|(amount, _)| *amount == lowest);
    Some(at_lowest.all(|(_, bid)| bid.is("disqualified")))
}
