//! Flags that compare with all the rest: R024, R025, R038, R048, R058.
//!
//! Invariant: fences are Tukey's over the releases seen; where all values are the same there is no outlier.

use super::flags::{Flag, Group};
use super::release::{Award, Bid, Compiled};
use crate::fixed::{Wide, fences, quartiles, share, wide};
use crate::sign::Code;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::Saturating;

/// A part of a whole, and of how many processes.
#[derive(Debug, Clone, Copy, Default)]
struct Ratio {
    part: u64,
    whole: u64,
    processes: u64,
}

impl Ratio {
    fn add(&mut self, part: u64, whole: u64) {
        self.part = self.part.saturating_add(part);
        self.whole = self.whole.saturating_add(whole);
        self.processes = self.processes.saturating_add(1);
    }

    fn millionths(self) -> Option<i64> {
        share(wide(self.part), wide(self.whole))
    }
}

/// What is kept of the releases.
#[derive(Debug, Default)]
pub(super) struct Outliers {
    /// R024, R058: (second − winner) / winner, in millionths, by process.
    gaps: Vec<(String, i64)>,
    /// R025: wins of valid bids, by tenderer.
    wins: HashMap<String, Ratio>,
    /// R038: disqualified of submitted.
    buyers: HashMap<String, Ratio>,
    entities: HashMap<String, Ratio>,
    tenderers: HashMap<String, Ratio>,
    /// R048: first digits of what was awarded, by supplier.
    trades: HashMap<String, HashSet<String>>,
}

/// Changes the value of a name, without a copy of the name where it is known.
fn change<V: Default>(map: &mut HashMap<String, V>, name: &str, change: impl FnOnce(&mut V)) {
    if let Some(value) = map.get_mut(name) {
        change(value);
    } else {
        let mut value = V::default();
        change(&mut value);
        map.insert(name.to_owned(), value);
    }
}

impl Outliers {
    pub(super) fn take(&mut self, release: &Compiled<'_>, ocid: &str, currency: &str, digits: usize) {
        if let Some(winner) = release.winner() {
            self.gap(release, ocid, winner, currency);
            let valid: BTreeSet<&str> = release
                .submitted()
                .filter(|bid| bid.is("valid"))
                .filter_map(Bid::tenderer)
                .collect();
            for tenderer in valid {
                change(&mut self.wins, tenderer, |ratio| {
                    ratio.add(u64::from(tenderer == winner), 1);
                });
            }
        }
        self.disqualified(release);
        for award in release.active() {
            self.trades(award, release, digits);
        }
    }

    fn gap(&mut self, release: &Compiled<'_>, ocid: &str, winner: &str, currency: &str) {
        let (mut won, mut second) = (None, None);
        for bid in release.submitted().filter(|bid| bid.is("valid")) {
            let (Some(tenderer), Some((amount, of))) = (bid.tenderer(), bid.price()) else {
                continue;
            };
            if of != currency {
                continue;
            }
            let lowest = if tenderer == winner { &mut won } else { &mut second };
            *lowest = Some(lowest.map_or(amount, |known| amount.min(known)));
        }
        // If the lowest did not win, price alone did not decide.
        let (Some(won), Some(second)) = (won, second) else {
            return;
        };
        if second >= won && won.0 > 0 {
            let gap: Wide = Saturating(second.0) - Saturating(won.0);
            let gap = share(gap, Saturating(won.0)).unwrap_or(i64::MAX);
            self.gaps.push((ocid.to_owned(), gap));
        }
    }

    fn disqualified(&mut self, release: &Compiled<'_>) {
        let (mut out, mut all) = (0_u64, 0_u64);
        for bid in release.submitted() {
            let disqualified = u64::from(bid.is("disqualified"));
            (out, all) = (out.saturating_add(disqualified), all.saturating_add(1));
            for tenderer in bid.tenderers() {
                change(&mut self.tenderers, tenderer, |ratio| ratio.add(disqualified, 1));
            }
        }
        if all == 0 {
            return;
        }
        let buyer = release.buyer.as_ref().and_then(|buyer| buyer.id.as_deref());
        let entity = release
            .tender
            .as_ref()
            .and_then(|tender| tender.procuring_entity.as_ref());
        for (map, name) in [
            (&mut self.buyers, buyer),
            (&mut self.entities, entity.and_then(|entity| entity.id.as_deref())),
        ] {
            if let Some(name) = name {
                change(map, name, |ratio| ratio.add(out, all));
            }
        }
    }

    fn trades(&mut self, award: &Award<'_>, release: &Compiled<'_>, digits: usize) {
        let Some([supplier]) = award.suppliers.as_deref() else {
            return;
        };
        let Some(supplier) = supplier.id.as_deref() else {
            return;
        };
        // An award that lists nothing is for what the tender lists.
        let tender = release.tender.as_ref().and_then(|tender| tender.items.as_deref());
        let items = award.items.as_deref().or(tender).unwrap_or_default();
        for item in items {
            let class = item.classification.as_ref().and_then(|class| class.id.as_deref());
            let first = class.and_then(|class| class.get(..digits));
            let Some(first) = first.filter(|first| first.bytes().all(|byte| byte.is_ascii_digit())) else {
                continue;
            };
            change(&mut self.trades, supplier, |trades: &mut HashSet<String>| {
                if !trades.contains(first) {
                    trades.insert(first.to_owned());
                }
            });
        }
    }

    pub(super) fn finish(self, least: u64) -> Vec<Flag> {
        let mut flags = Vec::new();
        self.gap_flags(&mut flags);
        self.loser_flags(&mut flags);
        for (group, map) in [
            (Group::Buyer, &self.buyers),
            (Group::ProcuringEntity, &self.entities),
        ] {
            disqualified_flags(&mut flags, group, map, |ratio| ratio.processes >= least);
        }
        disqualified_flags(&mut flags, Group::Tenderer, &self.tenderers, |ratio| {
            ratio.whole >= least
        });
        let varieties = || {
            let counted = self.trades.iter();
            counted.map(|(name, trades)| (name, i64::try_from(trades.len()).unwrap_or(i64::MAX)))
        };
        if let Some((_, upper)) = spread(varieties().map(|(_, variety)| variety.saturating_mul(1_000_000))) {
            for (name, variety) in varieties() {
                let value = variety.saturating_mul(1_000_000);
                if value >= upper && variety > 1 {
                    flags.push(Flag::new(Code::R048, Group::Tenderer, name, value));
                }
            }
        }
        flags
    }

    fn gap_flags(&self, flags: &mut Vec<Flag>) {
        let Some((lower, upper)) = spread(self.gaps.iter().map(|(_, gap)| *gap)) else {
            return;
        };
        for (ocid, gap) in &self.gaps {
            if *gap <= lower {
                flags.push(Flag::new(Code::R024, Group::Process, ocid, *gap));
            }
            if *gap >= upper {
                flags.push(Flag::new(Code::R058, Group::Process, ocid, *gap));
            }
        }
    }

    fn loser_flags(&self, flags: &mut Vec<Flag>) {
        let millions = |count: u64| i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        let mut counts: Vec<i64> = self.wins.values().map(|ratio| millions(ratio.whole)).collect();
        counts.sort_unstable();
        let many = quartiles(&counts).map(|(_, third)| third);
        let ratios = || {
            self.wins
                .iter()
                .filter_map(|(name, ratio)| Some((name, *ratio, ratio.millionths()?)))
        };
        let (Some(many), Some((lower, _))) = (many, spread(ratios().map(|(_, _, value)| value))) else {
            return;
        };
        for (name, ratio, value) in ratios() {
            if millions(ratio.whole) >= many && value <= lower {
                flags.push(Flag::new(Code::R025, Group::Tenderer, name, value));
            }
        }
    }
}

/// The fences, unless there is nothing that could lie outside of them.
fn spread(values: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    let values: Vec<i64> = values.collect();
    let first = values.first()?;
    if values.iter().all(|value| value == first) {
        return None;
    }
    fences(values)
}

fn disqualified_flags(
    flags: &mut Vec<Flag>,
    group: Group,
    map: &HashMap<String, Ratio>,
    counts: impl Fn(&Ratio) -> bool,
) {
    let ratios = || {
        map.iter()
            .filter(|(_, ratio)| counts(ratio))
            .filter_map(|(name, ratio)| Some((name, ratio.millionths()?)))
    };
    let Some((_, upper)) = spread(ratios().map(|(_, value)| value)) else {
        return;
    };
    for (name, value) in ratios() {
        if value >= upper && value > 0 {
            flags.push(Flag::new(Code::R038, group, name, value));
        }
    }
}
