//! Flags that compare with all the rest: R024, R025, R038, R048, R058.
//!
//! Invariant: fences are Tukey's over the releases seen; where all values are the same there is no outlier.

use super::flags::{Flag, Group};
use super::gauge::{FEWEST, Gauge, Voice};
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

    pub(super) fn finish(self, least: u64) -> (Vec<Flag>, Vec<Gauge>) {
        let mut said = Said::default();
        self.gap_flags(&mut said);
        self.loser_flags(&mut said);
        for (group, map) in [
            (Group::Buyer, &self.buyers),
            (Group::ProcuringEntity, &self.entities),
        ] {
            said.disqualified(group, map, |ratio| ratio.processes >= least);
        }
        said.disqualified(Group::Tenderer, &self.tenderers, |ratio| ratio.whole >= least);
        let varieties = || {
            let counted = self.trades.iter();
            counted.map(|(name, trades)| (name, millions(u64::try_from(trades.len()).unwrap_or(u64::MAX))))
        };
        let fences = said.fences(
            Code::R048,
            Group::Tenderer,
            varieties().map(|(_, value)| value),
            Side::Upper,
        );
        if let Some((_, upper)) = fences {
            for (name, value) in varieties() {
                if value >= upper && value > millions(1) {
                    said.raise(Code::R048, Group::Tenderer, name, value);
                }
            }
        }
        (said.flags, said.gauges)
    }

    fn gap_flags(&self, said: &mut Said) {
        let gaps = || self.gaps.iter().map(|(_, gap)| *gap);
        let fences = said.fences(Code::R024, Group::Process, gaps(), Side::Lower);
        said.fences(Code::R058, Group::Process, gaps(), Side::Upper);
        let Some((lower, upper)) = fences else {
            return;
        };
        for (ocid, gap) in &self.gaps {
            if *gap <= lower {
                said.raise(Code::R024, Group::Process, ocid, *gap);
            }
            if *gap >= upper {
                said.raise(Code::R058, Group::Process, ocid, *gap);
            }
        }
    }

    fn loser_flags(&self, said: &mut Said) {
        let mut counts: Vec<i64> = self.wins.values().map(|ratio| millions(ratio.whole)).collect();
        counts.sort_unstable();
        let many = quartiles(&counts).map(|(_, third)| third);
        let ratios = || {
            self.wins
                .iter()
                .filter_map(|(name, ratio)| Some((name, *ratio, ratio.millionths()?)))
        };
        let shares = ratios().map(|(_, _, value)| value);
        let fences = said.fences(Code::R025, Group::Tenderer, shares, Side::Lower);
        let (Some(many), Some((lower, _))) = (many, fences) else {
            return;
        };
        for (name, ratio, value) in ratios() {
            if millions(ratio.whole) >= many && value <= lower {
                said.raise(Code::R025, Group::Tenderer, name, value);
            }
        }
    }
}

/// A count in millionths.
fn millions(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

/// On which side of the fences a flag looks.
#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

/// Flags and gauges as they come.
#[derive(Default)]
struct Said {
    flags: Vec<Flag>,
    gauges: Vec<Gauge>,
}

impl Said {
    fn raise(&mut self, code: Code, group: Group, id: &str, value: i64) {
        self.flags.push(Flag::new(code, group, id, value));
    }

    /// The fences, unless there is nothing that could lie outside of them, which the gauge says.
    fn fences(
        &mut self,
        code: Code,
        group: Group,
        values: impl Iterator<Item = i64>,
        side: Side,
    ) -> Option<(i64, i64)> {
        let values: Vec<i64> = values.collect();
        let cases = values.len();
        let voice = match values.first() {
            None => Voice::Nothing,
            Some(_) if cases < FEWEST => Voice::TooFew,
            Some(first) if values.iter().all(|value| value == first) => Voice::Alike,
            Some(_) => Voice::Speaks,
        };
        let fences = (voice == Voice::Speaks).then(|| fences(values)).flatten();
        let fence = fences.map(|(lower, upper)| match side {
            Side::Lower => lower,
            Side::Upper => upper,
        });
        self.gauges.push(Gauge {
            code,
            group,
            cases,
            fence,
            voice,
        });
        fences
    }

    fn disqualified(&mut self, group: Group, map: &HashMap<String, Ratio>, counts: impl Fn(&Ratio) -> bool) {
        let ratios = || {
            map.iter()
                .filter(|(_, ratio)| counts(ratio))
                .filter_map(|(name, ratio)| Some((name, ratio.millionths()?)))
        };
        let fences = self.fences(Code::R038, group, ratios().map(|(_, value)| value), Side::Upper);
        let Some((_, upper)) = fences else {
            return;
        };
        for (name, value) in ratios() {
            if value >= upper && value > 0 {
                self.raise(Code::R038, group, name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every four values of a small grid, and one far away.
    #[test]
    fn of_four_values_none_stands_out_and_of_five_one_can() {
        let grid: Vec<i64> = [0, 1, 2, 3, 5, 1_000].map(|value| value * 1_000_000).to_vec();
        for length in 1..FEWEST {
            for index in 0..grid.len().pow(u32::try_from(length).unwrap()) {
                let at =
                    |place: usize| grid[index / grid.len().pow(u32::try_from(place).unwrap()) % grid.len()];
                let values: Vec<i64> = (0..length).map(at).collect();
                let Some(first) = values.first() else { continue };
                if values.iter().all(|value| value == first) {
                    continue;
                }
                let (lower, upper) = fences(values.clone()).unwrap();
                assert!(
                    values.iter().all(|value| *value > lower && *value < upper),
                    "{values:?} {lower} {upper}"
                );
            }
        }
        let mut said = Said::default();
        let few = [0, 0, 0, 9_000_000].into_iter();
        assert_eq!(said.fences(Code::R058, Group::Process, few, Side::Upper), None);
        let five = [0, 0, 0, 0, 9_000_000].into_iter();
        let (_, upper) = said
            .fences(Code::R058, Group::Process, five, Side::Upper)
            .unwrap();
        assert!(upper < 9_000_000);
        said.fences(Code::R058, Group::Process, [7; 9].into_iter(), Side::Upper);
        said.fences(Code::R058, Group::Process, [].into_iter(), Side::Upper);
        let voices: Vec<Voice> = said.gauges.iter().map(|gauge| gauge.voice).collect();
        assert_eq!(
            voices,
            [Voice::TooFew, Voice::Speaks, Voice::Alike, Voice::Nothing]
        );
    }
}
