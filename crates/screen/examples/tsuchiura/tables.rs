//! The tables: measures of prices and signs against the ring.
//!
//! Invariant: figures only, no row of the data. Nothing is fitted to the data; the thresholds are those that the
//! platform uses.

mod auctions;
mod firms;

use auctions::Auction;
use kaibiao_screen::cobidding::{self, Market};
use kaibiao_screen::fixed::{count, decimal, percent, share};
use kaibiao_screen::ocds::{Compiled, Gauge, Group, LIMITS, RedFlags, Report, Voice};
use kaibiao_screen::prices::{self, Measures};
use kaibiao_screen::{Code, Strength};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// What the screens are asked to find, among the auctions for which the question has an answer.
type Question = (&'static str, fn(&Auction) -> Option<bool>);

const QUESTIONS: [Question; 3] = [
    ("all bidders in the ring", |auction| {
        Some(auction.bids.iter().all(|bid| bid.ring))
    }),
    ("winner in the ring", |auction| {
        auction.winner().map(|bid| bid.ring)
    }),
    ("any bidder in the ring", |auction| {
        Some(auction.bids.iter().any(|bid| bid.ring))
    }),
];

/// A measure, turned so that more of it is what the literature finds suspicious.
type Measure = (&'static str, fn(&Measures) -> Option<i64>);

const MEASURES: [Measure; 7] = [
    ("low coefficient of variation (S01)", |m| Some(-m.variation)),
    ("low spread", |m| Some(-m.spread)),
    ("large gap of the two lowest, of the lowest", |m| {
        Some(m.two_lowest)
    }),
    ("large relative distance (S02)", |m| m.distance),
    ("large normalized distance (S03)", |m| m.normalized),
    ("large alternative distance", |m| m.alternative),
    ("low skewness (S04)", |m| m.skew.map(|skew| -skew)),
];

/// All tables over the auctions of a file.
pub(crate) fn tables(path: &str) -> Result<String, Box<dyn std::error::Error>> {
    let auctions = auctions::read(path)?;
    let mut out = String::new();
    report(&mut out, &auctions)?;
    Ok(out)
}

fn report(out: &mut String, auctions: &BTreeMap<u64, Auction>) -> fmt::Result {
    let all: Vec<&Auction> = auctions.values().collect();
    let firms: BTreeMap<&str, bool> = all
        .iter()
        .flat_map(|auction| auction.bids.iter().map(|bid| (bid.firm.as_str(), bid.ring)))
        .collect();
    let ring = firms.values().filter(|ring| **ring).count();
    let bids: usize = all.iter().map(|auction| auction.bids.len()).sum();
    writeln!(
        out,
        "{} auctions, {bids} bids, {} firms, of which {ring} in the ring.\n",
        all.len(),
        firms.len()
    )?;
    let flags = flags(auctions);
    measures(out, &all)?;
    signs(out, auctions, &flags)?;
    firms::named(out, auctions, &firms, &flags)?;
    firms::firms_and_pairs(out, auctions, &firms)?;
    firms::missing(out, &all)
}

/// Area under the curve: the chance that a case of the ring has more of the measure than another, ties as half.
fn area(values: &[(i64, bool)]) -> Option<i64> {
    let (mut sorted, mut below, mut twice) = (values.to_vec(), 0_usize, 0_usize);
    sorted.sort_unstable();
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        let ring = group.iter().filter(|(_, ring)| *ring).count();
        let rest = group.len() - ring;
        twice += ring * (2 * below + rest);
        below += rest;
    }
    let ring = values.iter().filter(|(_, ring)| *ring).count();
    share(count(twice), count(2 * ring * (values.len() - ring)))
}

fn short(millionths: Option<i64>) -> String {
    millionths.map_or("–".to_owned(), |value| {
        let rounded = decimal(value + 500);
        rounded[..rounded.len() - 3].to_owned()
    })
}

fn measures(out: &mut String, auctions: &[&Auction]) -> fmt::Result {
    writeln!(
        out,
        "| measure of a tender with at least three bids | {} |",
        QUESTIONS.map(|(name, _)| name).join(" | ")
    )?;
    writeln!(out, "|---|---|---|---|")?;
    let cases = |question: fn(&Auction) -> Option<bool>| -> Vec<(Measures, bool)> {
        let answered = |auction: &&Auction| Some((auction.measures()?, question(auction)?));
        auctions.iter().filter_map(answered).collect()
    };
    let counts = QUESTIONS.map(|(_, question)| {
        let cases = cases(question);
        let ring = cases.iter().filter(|(_, ring)| *ring).count();
        format!("{ring} against {}", cases.len() - ring)
    });
    writeln!(out, "| tenders | {} |", counts.join(" | "))?;
    for (name, measure) in MEASURES {
        let areas = QUESTIONS.map(|(_, question)| {
            let values: Vec<(i64, bool)> = cases(question)
                .iter()
                .filter_map(|(measured, ring)| Some((measure(measured)?, *ring)))
                .collect();
            short(area(&values))
        });
        writeln!(out, "| AUC: {name} | {} |", areas.join(" | "))?;
    }
    writeln!(out)
}

/// The signs that the platform would raise, against the first two questions.
fn signs(out: &mut String, auctions: &BTreeMap<u64, Auction>, flags: &Report) -> fmt::Result {
    let history = firms::history(auctions);
    let market = Market::new(&history, &cobidding::LIMITS);
    let mut raised: BTreeMap<(Code, bool), BTreeSet<u64>> = BTreeMap::new();
    for (pid, auction) in auctions {
        let among: BTreeSet<String> = auction.bids.iter().map(|bid| bid.firm.clone()).collect();
        let mut found = prices::signs(&auction.offers(), &prices::LIMITS);
        found.extend(market.signs(&among));
        for sign in found {
            for strong in [false, true] {
                if !strong || sign.strength > Strength::Weak {
                    raised.entry((sign.code, strong)).or_default().insert(*pid);
                }
            }
        }
    }
    for gauge in flags.gauges.iter().filter(|gauge| gauge.group == Group::Process) {
        raised.entry((gauge.code, false)).or_default();
    }
    for flag in &flags.flags {
        if let Some(pid) = flag.id.strip_prefix("ocds-").and_then(|pid| pid.parse().ok()) {
            raised.entry((flag.code, false)).or_default().insert(pid);
        }
    }
    let asked = &QUESTIONS[..2];
    let bases: Vec<String> = asked
        .iter()
        .map(|(name, question)| {
            let answers: Vec<bool> = auctions.values().filter_map(question).collect();
            let ring = answers.iter().filter(|ring| **ring).count();
            format!("{name}: {}", rate(ring, answers.len()))
        })
        .collect();
    writeln!(out, "Shares of all tenders: {}.\n", bases.join("; "))?;
    writeln!(
        out,
        "| sign | tenders | precision: all in the ring | recall | precision: winner in the ring | recall |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for ((code, strong), pids) in &raised {
        let cells: Vec<String> = asked
            .iter()
            .flat_map(|(_, question)| {
                let answer = |pid: &u64| question(&auctions[pid]);
                let hits = pids.iter().filter(|pid| answer(pid) == Some(true)).count();
                let known = pids.iter().filter(|pid| answer(pid).is_some()).count();
                let ring = auctions.keys().filter(|pid| answer(pid) == Some(true)).count();
                [rate(hits, known), rate(hits, ring)]
            })
            .collect();
        let name = if *strong { ", notable or strong" } else { "" };
        writeln!(
            out,
            "| {} {}{name} | {} | {} |",
            code.word(),
            code.about().title.en,
            raised_in(*code, pids, flags),
            cells.join(" | ")
        )?;
    }
    writeln!(out)
}

/// In how many tenders a sign was raised; why in none, where it could not be.
fn raised_in(code: Code, pids: &BTreeSet<u64>, flags: &Report) -> String {
    let gauge = |gauge: &&Gauge| gauge.code == code && gauge.group == Group::Process;
    match flags.gauges.iter().find(gauge) {
        Some(gauge) if gauge.voice != Voice::Speaks => firms::cases(gauge),
        _ => pids.len().to_string(),
    }
}

fn rate(part: usize, whole: usize) -> String {
    share(count(part), count(whole)).map_or("–".to_owned(), percent)
}

/// The auctions as compiled releases, through the red flags.
fn flags(auctions: &BTreeMap<u64, Auction>) -> Report {
    let mut flags = RedFlags::new(LIMITS, None);
    for (pid, auction) in auctions {
        let bids = auction.bids.iter().map(|bid| {
            let status = match bid.price {
                None => "withdrawn",
                Some(_) if bid.out => "disqualified",
                Some(_) => "valid",
            };
            format!(
                r#"{{"status":"{status}","tenderers":[{{"id":"{}"}}],"value":{{"amount":{},"currency":"JPY"}}}}"#,
                bid.firm,
                bid.price.unwrap_or_default()
            )
        });
        let bids: Vec<String> = bids.collect();
        let awards = auction.winner().map_or(String::new(), |bid| {
            format!(r#"{{"status":"active","suppliers":[{{"id":"{}"}}]}}"#, bid.firm)
        });
        let text = format!(
            r#"{{"ocid":"ocds-{pid}","tender":{{"procurementMethod":"selective"}},"bids":{{"details":[{}]}},"awards":[{awards}]}}"#,
            bids.join(",")
        );
        if let Ok(release) = Compiled::parse(&text) {
            flags.take(&release);
        }
    }
    flags.report()
}
