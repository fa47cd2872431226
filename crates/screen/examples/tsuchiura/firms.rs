//! What firms and pairs of firms show, and where bids lie from the lowest other one.
//!
//! Invariant: as in the tables beside: figures only.

use super::auctions::Auction;
use super::{area, rate, short};
use facts::Instant;
use kaibiao_screen::cobidding::{self, Market, Past};
use kaibiao_screen::fixed::{count, percent, share, wide};
use kaibiao_screen::ocds::{Gauge, Group, Report, Voice};
use kaibiao_screen::{Code, Sign, Strength};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// The auctions as procedures that ended.
pub(crate) fn history(auctions: &BTreeMap<u64, Auction>) -> Vec<Past> {
    auctions
        .iter()
        .map(|(pid, auction)| Past {
            at: Instant(auction.date),
            tender: format!("{pid:04}"),
            bidders: auction.bids.iter().map(|bid| bid.firm.clone()).collect(),
            winner: auction.winner().map(|bid| bid.firm.clone()),
        })
        .collect()
}

pub(crate) fn firms_and_pairs(
    out: &mut String,
    auctions: &BTreeMap<u64, Auction>,
    ring: &BTreeMap<&str, bool>,
) -> fmt::Result {
    let history = history(auctions);
    let limits = cobidding::LIMITS;
    let firms = cobidding::firms(&history);
    let many: Vec<(&&str, &cobidding::Firm)> = firms
        .iter()
        .filter(|(_, firm)| firm.bids >= limits.bids)
        .collect();
    let pairs = cobidding::pairs(&history, limits.together);
    let partners = |name: &str| {
        let bound = pairs
            .iter()
            .filter(|(names, pair)| names.contains(&name) && pair.bound() >= 500_000);
        i64::try_from(bound.count()).unwrap_or(i64::MAX)
    };
    let rated = |measure: &dyn Fn(&str, &cobidding::Firm) -> Option<i64>| {
        let values = many
            .iter()
            .filter_map(|(name, firm)| Some((measure(name, firm)?, ring[**name])));
        short(area(&values.collect::<Vec<_>>()))
    };
    let inside = many.iter().filter(|(name, _)| ring[**name]).count();
    writeln!(
        out,
        "| measure of a firm with at least {} bids | ring against rest | AUC |",
        limits.bids
    )?;
    writeln!(out, "|---|---|---|")?;
    let sizes = format!("{inside} against {}", many.len() - inside);
    let wins = |firm: &cobidding::Firm| share(count(firm.wins) * wide(1_000_000), wide(firm.expected));
    writeln!(
        out,
        "| bids in all | {sizes} | {} |",
        rated(&|_, firm| i64::try_from(firm.bids).ok())
    )?;
    writeln!(
        out,
        "| wins over wins of equal chances | {sizes} | {} |",
        rated(&|_, firm| wins(firm))
    )?;
    writeln!(
        out,
        "| partners in half of the rarer one's tenders, at least {} together | {sizes} | {} |\n",
        limits.together,
        rated(&|name, _| Some(partners(name)))
    )?;

    let both = |names: &[&str; 2]| names.iter().all(|name| ring[name]);
    let inside = pairs.keys().filter(|names| both(names)).count();
    let sizes = format!("{inside} against {}", pairs.len() - inside);
    let of = |measure: &dyn Fn(&cobidding::Pair) -> Option<i64>| {
        let values = pairs
            .iter()
            .filter_map(|(names, pair)| Some((measure(pair)?, both(names))));
        short(area(&values.collect::<Vec<_>>()))
    };
    writeln!(
        out,
        "| measure of a pair with at least {} tenders together | both in the ring against rest | AUC |",
        limits.together
    )?;
    writeln!(out, "|---|---|---|")?;
    writeln!(
        out,
        "| tenders together | {sizes} | {} |",
        of(&|pair| i64::try_from(pair.together).ok())
    )?;
    writeln!(
        out,
        "| share of the rarer one's tenders | {sizes} | {} |",
        of(&|pair| Some(pair.bound()))
    )?;
    let turns = pairs.iter().filter(|(_, pair)| pair.rotation().is_some());
    let inside = turns.clone().filter(|(names, _)| both(names)).count();
    writeln!(
        out,
        "| wins that change hands, of at least four | {inside} against {} | {} |\n",
        turns.count() - inside,
        of(&cobidding::Pair::rotation)
    )
}

/// Where bids lie from the lowest other bid, in parts of the reserve price: competition leaves no hole around zero.
pub(crate) fn missing(out: &mut String, auctions: &[&Auction]) -> fmt::Result {
    const EDGES: [i64; 9] = [
        -40_000, -20_000, -10_000, -5_000, 0, 5_000, 10_000, 20_000, 40_000,
    ];
    let mut counts = [[0_usize; 2]; 8];
    let mut totals = [0_usize; 2];
    for auction in auctions
        .iter()
        .filter(|auction| auction.bids.len() >= 2 && auction.reserve > 0)
    {
        for (index, bid) in auction.bids.iter().enumerate() {
            let others = auction
                .bids
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index);
            let Some(lowest) = others.filter_map(|(_, other)| other.price).min() else {
                continue;
            };
            let away = bid
                .price
                .and_then(|price| share(wide(price) - wide(lowest), wide(auction.reserve)));
            let Some(away) = away else {
                continue;
            };
            let side = usize::from(!bid.ring);
            totals[side] += 1;
            for (bin, edges) in EDGES.windows(2).enumerate() {
                if edges[0] <= away && away < edges[1] {
                    counts[bin][side] += 1;
                }
            }
        }
    }
    writeln!(
        out,
        "| bid minus lowest other bid, of the reserve price | ring, {} bids | rest, {} bids |",
        totals[0], totals[1]
    )?;
    writeln!(out, "|---|---|---|")?;
    for (bin, edges) in EDGES.windows(2).enumerate() {
        let shares = [0, 1].map(|side| rate(counts[bin][side], totals[side]));
        writeln!(
            out,
            "| {} to under {} | {} |",
            percent(edges[0]),
            percent(edges[1]),
            shares.join(" | ")
        )?;
    }
    Ok(())
}

/// Flags and signs that are about firms and pairs and not about one tender: who is meant, against the ring.
pub(crate) fn named(
    out: &mut String,
    auctions: &BTreeMap<u64, Auction>,
    ring: &BTreeMap<&str, bool>,
    report: &Report,
) -> fmt::Result {
    let history = history(auctions);
    let all: BTreeSet<String> = ring.keys().map(|name| (*name).to_owned()).collect();
    let signs = Market::new(&history, &cobidding::LIMITS).signs(&all);
    writeln!(
        out,
        "| sign about a firm or a pair | could be raised of | raised of | precision: in the ring | recall |\n|---|---|---|---|---|"
    )?;
    let inside = ring.values().filter(|ring| **ring).count();
    for gauge in report
        .gauges
        .iter()
        .filter(|gauge| gauge.group == Group::Tenderer)
    {
        let flags = report
            .flags
            .iter()
            .filter(|flag| flag.group == gauge.group && flag.code == gauge.code);
        let raised: Vec<bool> = flags.map(|flag| ring[flag.id.as_str()]).collect();
        row(out, &name(gauge), &cases(gauge), &raised, inside)?;
    }
    let is_ring = |sign: &Sign| sign.subjects.iter().all(|name| ring[name.as_str()]);
    let least = cobidding::LIMITS.together;
    let pairs = cobidding::pairs(&history, least);
    let both = pairs
        .keys()
        .filter(|names| names.iter().all(|name| ring[name]))
        .count();
    let firms = cobidding::firms(&history);
    let many = firms
        .iter()
        .filter(|(_, firm)| firm.bids >= cobidding::LIMITS.bids);
    let members = many.clone().filter(|(name, _)| ring[**name]).count();
    for (subjects, about, asked, whole) in [
        (1, "wins out of proportion", many.count(), members),
        (2, "together again and again", pairs.len(), both),
        (2, "together, one-sided or in turn", pairs.len(), both),
    ] {
        let strong = about.contains("one-sided");
        let meant = signs.iter().filter(|sign| sign.subjects.len() == subjects);
        let raised: Vec<bool> = meant
            .filter(|sign| !strong || sign.strength > Strength::Weak)
            .map(is_ring)
            .collect();
        let name = format!("{} {about}", Code::K15.word());
        row(out, &name, &asked.to_string(), &raised, whole)?;
    }
    writeln!(out)
}

fn name(gauge: &Gauge) -> String {
    format!("{} {}", gauge.code.word(), gauge.code.about().title.en)
}

/// Of how many a flag could be raised, or why of none.
pub(crate) fn cases(gauge: &Gauge) -> String {
    match gauge.voice {
        Voice::Speaks => gauge.cases.to_string(),
        Voice::Nothing => "nothing in the data".to_owned(),
        Voice::TooFew | Voice::Alike => format!("{}, none of which can stand out", gauge.cases),
    }
}

fn row(out: &mut String, name: &str, asked: &str, raised: &[bool], inside: usize) -> fmt::Result {
    let hits = raised.iter().filter(|ring| **ring).count();
    let (all, precision, recall) = (raised.len(), rate(hits, raised.len()), rate(hits, inside));
    writeln!(out, "| {name} | {asked} | {all} | {precision} | {recall} |")
}
