//! The fold over releases: flags of one release at once, outliers when all were seen.
//!
//! Invariant: one pass, and memory only for names and counts, so that a hundred thousand releases fit.

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

/// Red flags over many releases.
#[derive(Debug)]
pub struct RedFlags {
    limits: Limits,
    flags: Vec<Flag>,
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
        let mut raise = |code, value| self.flags.push(Flag::new(code, Group::Process, ocid, value));
        if is_short(release, self.limits.days) {
            raise(Code::R003, YES);
        }
        if is_single(release) {
            raise(Code::R018, YES);
        }
        let same = same_prices(release, currency);
        if !same.is_empty() {
            raise(Code::R028, YES);
        }
        if is_late(release) {
            raise(Code::R030, YES);
        }
        if let Some(others) =
            all_others_out(release).filter(|others| *others >= self.limits.disqualified.max(1))
        {
            let value = i64::try_from(others).unwrap_or(i64::MAX).saturating_mul(YES);
            raise(Code::R035, value);
        }
        if is_lowest_out(release, currency) {
            raise(Code::R036, YES);
        }
        for tenderer in same {
            self.flags
                .push(Flag::new(Code::R028, Group::Tenderer, tenderer, YES));
        }
        self.outliers.take(release, ocid, currency, self.limits.digits);
    }

    /// All flags, ascending, each once.
    #[must_use]
    pub fn finish(self) -> Vec<Flag> {
        let mut flags = self.flags;
        flags.extend(self.outliers.finish(self.limits.least));
        flags.sort();
        flags.dedup();
        flags
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

/// R003: fewer days between start and end of the tender period of an open procedure.
fn is_short(release: &Compiled<'_>, days: i64) -> bool {
    let Some(tender) = &release.tender else {
        return false;
    };
    let Some(period) = tender
        .period
        .as_ref()
        .filter(|_| tender.procurement_method.as_deref() == Some("open"))
    else {
        return false;
    };
    let (start, end) = (
        instant(period.start_date.as_deref()),
        instant(period.end_date.as_deref()),
    );
    start.zip(end).is_some_and(|(start, end)| {
        let length = end.as_second().saturating_sub(start.as_second());
        length >= 0 && length < days.saturating_mul(86_400)
    })
}

/// R018: one tenderer in a competitive procedure.
fn is_single(release: &Compiled<'_>) -> bool {
    let Some(tender) = &release.tender else {
        return false;
    };
    if !matches!(tender.procurement_method.as_deref(), Some("open" | "selective")) {
        return false;
    }
    if let Some(number) = tender.number_of_tenderers {
        return number == 1;
    }
    let tenderers: BTreeSet<&str> = release.submitted().flat_map(Bid::tenderers).collect();
    tenderers.len() == 1
}

/// R028: tenderers whose prices are those of others.
fn same_prices<'a>(release: &'a Compiled<'_>, currency: &str) -> BTreeSet<&'a str> {
    let mut prices: BTreeMap<_, BTreeSet<Vec<&str>>> = BTreeMap::new();
    for bid in release.submitted() {
        let Some((amount, _)) = bid.price().filter(|(_, of)| *of == currency) else {
            continue;
        };
        let mut tenderers: Vec<&str> = bid.tenderers().collect();
        tenderers.sort_unstable();
        if !tenderers.is_empty() {
            prices.entry(amount).or_default().insert(tenderers);
        }
    }
    let same = prices.into_values().filter(|bids| bids.len() >= 2);
    same.flatten().flatten().collect()
}

/// R030: a valid bid that came after the deadline, of a supplier of an active award.
fn is_late(release: &Compiled<'_>) -> bool {
    let end = release.tender.as_ref().and_then(|tender| tender.period.as_ref());
    let Some(end) = end.and_then(|period| instant(period.end_date.as_deref())) else {
        return false;
    };
    let suppliers = suppliers(release);
    release
        .submitted()
        .filter(|bid| bid.is("valid"))
        .filter(|bid| instant(bid.date.as_deref()).is_some_and(|date| date > end))
        .any(|bid| bid.tenderers().any(|tenderer| suppliers.contains(tenderer)))
}

fn suppliers<'a>(release: &'a Compiled<'_>) -> BTreeSet<&'a str> {
    let suppliers = release
        .active()
        .flat_map(|award| award.suppliers.iter().flatten());
    suppliers.filter_map(|supplier| supplier.id.as_deref()).collect()
}

/// R035: how many other tenderers were disqualified where only the winner's bids are valid.
fn all_others_out(release: &Compiled<'_>) -> Option<usize> {
    let of = |status: &'static str| {
        let bids = release.submitted().filter(move |bid| bid.is(status));
        bids.flat_map(Bid::tenderers).collect::<BTreeSet<&str>>()
    };
    let valid = of("valid");
    let alone = release.is_final() && valid.len() == 1 && valid == suppliers(release);
    alone.then(|| of("disqualified").difference(&valid).count())
}

/// R036: every bid at the lowest price is disqualified, something was awarded, and price alone decides, as far as the
/// tender says what decides.
fn is_lowest_out(release: &Compiled<'_>, currency: &str) -> bool {
    let criteria = release
        .tender
        .as_ref()
        .and_then(|tender| tender.award_criteria.as_deref());
    if release.active().next().is_none() || !matches!(criteria, None | Some("priceOnly" | "lowestCost")) {
        return false;
    }
    let priced = || {
        let bids = release.submitted();
        bids.filter_map(|bid| {
            bid.price()
                .filter(|(_, of)| *of == currency)
                .map(|(amount, _)| (amount, bid))
        })
    };
    let Some(lowest) = priced().map(|(amount, _)| amount).min() else {
        return false;
    };
    priced()
        .filter(|(amount, _)| *amount == lowest)
        .all(|(_, bid)| bid.is("disqualified"))
}
