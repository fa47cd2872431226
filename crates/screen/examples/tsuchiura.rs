//! How the screens separate a ring of bidders from the rest: runs them over the sealed bids of Tsuchiura, 2007 to 2010
//! (replication data of Kawai, Nakabayashi, Ortner and Chassang on missing bids), and prints tables in Markdown.
//!
//! `cargo run --release -p kaibiao-screen --example tsuchiura -- auctions-2007-2010.csv`
//!
//! Invariant: prints figures only, no row of the data. Nothing is fitted to the data; the thresholds are those that the
//! platform uses.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks on its terminal"
)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "counts of a small table, and columns that were checked to be there"
)]

use facts::{Currency, Instant, Money};
use kaibiao_screen::cobidding::{self, Past};
use kaibiao_screen::fixed::{count, decimal, percent, share, wide};
use kaibiao_screen::ocds::{Compiled, RedFlags};
use kaibiao_screen::prices::{self, Measures, Offer};
use kaibiao_screen::{Code, Strength};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

/// One auction.
#[derive(Default)]
struct Auction {
    date: i64,
    reserve: i64,
    bids: Vec<Bid>,
}

struct Bid {
    firm: String,
    /// Nothing where the bidder handed in no price.
    price: Option<i64>,
    won: bool,
    ring: bool,
    out: bool,
}

impl Auction {
    fn offers(&self) -> Vec<Offer> {
        let offer = |bid: &Bid| {
            Some(Offer {
                bidder: bid.firm.clone(),
                price: Money::new(Currency::JPY, bid.price?),
            })
        };
        self.bids.iter().filter_map(offer).collect()
    }

    fn measures(&self) -> Option<Measures> {
        let prices: Vec<i64> = self.bids.iter().filter_map(|bid| bid.price).collect();
        prices::measures(&prices).filter(|measured| measured.prices >= 3)
    }

    fn winner(&self) -> Option<&Bid> {
        self.bids.iter().find(|bid| bid.won)
    }
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("say where auctions-2007-2010.csv is");
        return ExitCode::FAILURE;
    };
    match read(&path) {
        Ok(auctions) => {
            report(&auctions);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{path}: {why}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &str) -> Result<BTreeMap<u64, Auction>, Box<dyn std::error::Error>> {
    let mut rows = csv::Reader::from_path(path)?;
    let header = rows.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|known| known == name)
            .ok_or(format!("no column {name}"))
    };
    let wanted = [
        "pid",
        "date",
        "bidder_id",
        "reserveprice",
        "bid",
        "winner",
        "is_cartel",
        "belowminprice",
    ];
    let at: Vec<usize> = wanted.into_iter().map(column).collect::<Result<_, _>>()?;
    let mut auctions: BTreeMap<u64, Auction> = BTreeMap::new();
    for row in rows.records() {
        let row = row?;
        let auction = auctions.entry(row[at[0]].parse()?).or_default();
        auction.date = row[at[1]].parse()?;
        auction.reserve = row[at[3]].parse()?;
        auction.bids.push(Bid {
            firm: row[at[2]].to_owned(),
            price: match &row[at[4]] {
                "" => None,
                price => Some(price.parse()?),
            },
            won: &row[at[5]] == "1",
            ring: &row[at[6]] == "1",
            out: &row[at[7]] == "1",
        });
    }
    Ok(auctions)
}

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

fn report(auctions: &BTreeMap<u64, Auction>) {
    let all: Vec<&Auction> = auctions.values().collect();
    let firms: BTreeMap<&str, bool> = all
        .iter()
        .flat_map(|auction| auction.bids.iter().map(|bid| (bid.firm.as_str(), bid.ring)))
        .collect();
    let ring = firms.values().filter(|ring| **ring).count();
    let bids: usize = all.iter().map(|auction| auction.bids.len()).sum();
    println!(
        "{} auctions, {bids} bids, {} firms, of which {ring} in the ring.\n",
        all.len(),
        firms.len()
    );
    measures(&all);
    signs(auctions);
    firms_and_pairs(auctions, &firms);
    missing(&all);
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

fn measures(auctions: &[&Auction]) {
    println!(
        "| measure of a tender with at least three bids | {} |",
        QUESTIONS.map(|(name, _)| name).join(" | ")
    );
    println!("|---|---|---|---|");
    let cases = |question: fn(&Auction) -> Option<bool>| -> Vec<(Measures, bool)> {
        let answered = |auction: &&Auction| Some((auction.measures()?, question(auction)?));
        auctions.iter().filter_map(answered).collect()
    };
    let counts = QUESTIONS.map(|(_, question)| {
        let cases = cases(question);
        let ring = cases.iter().filter(|(_, ring)| *ring).count();
        format!("{ring} against {}", cases.len() - ring)
    });
    println!("| tenders | {} |", counts.join(" | "));
    for (name, measure) in MEASURES {
        let areas = QUESTIONS.map(|(_, question)| {
            let values: Vec<(i64, bool)> = cases(question)
                .iter()
                .filter_map(|(measured, ring)| Some((measure(measured)?, *ring)))
                .collect();
            short(area(&values))
        });
        println!("| AUC: {name} | {} |", areas.join(" | "));
    }
    println!();
}

/// The signs that the platform would raise, against the first two questions.
fn signs(auctions: &BTreeMap<u64, Auction>) {
    let mut raised: BTreeMap<(Code, bool), BTreeSet<u64>> = BTreeMap::new();
    for (pid, auction) in auctions {
        for sign in prices::signs(&auction.offers(), &prices::LIMITS) {
            for strong in [false, true] {
                if !strong || sign.strength > Strength::Weak {
                    raised.entry((sign.code, strong)).or_default().insert(*pid);
                }
            }
        }
    }
    for flag in flags(auctions) {
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
    println!("Shares of all tenders: {}.\n", bases.join("; "));
    println!(
        "| sign | tenders | precision: all in the ring | recall | precision: winner in the ring | recall |"
    );
    println!("|---|---|---|---|---|---|");
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
        println!(
            "| {} {}{name} | {} | {} |",
            code.word(),
            code.about().title.en,
            pids.len(),
            cells.join(" | ")
        );
    }
    println!();
}

fn rate(part: usize, whole: usize) -> String {
    share(count(part), count(whole)).map_or("–".to_owned(), percent)
}

/// The auctions as compiled releases, through the red flags.
fn flags(auctions: &BTreeMap<u64, Auction>) -> Vec<kaibiao_screen::ocds::Flag> {
    let mut flags = RedFlags::new(kaibiao_screen::ocds::LIMITS, None);
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
        match Compiled::parse(&text) {
            Ok(release) => flags.take(&release),
            Err(why) => eprintln!("{pid}: {why}"),
        }
    }
    flags.finish()
}

fn firms_and_pairs(auctions: &BTreeMap<u64, Auction>, ring: &BTreeMap<&str, bool>) {
    let history: Vec<Past> = auctions
        .iter()
        .map(|(pid, auction)| Past {
            at: Instant(auction.date),
            tender: format!("{pid:04}"),
            bidders: auction.bids.iter().map(|bid| bid.firm.clone()).collect(),
            winner: auction.winner().map(|bid| bid.firm.clone()),
        })
        .collect();
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
    println!(
        "| measure of a firm with at least {} bids | ring against rest | AUC |",
        limits.bids
    );
    println!("|---|---|---|");
    let sizes = format!("{inside} against {}", many.len() - inside);
    let wins = |firm: &cobidding::Firm| share(count(firm.wins) * wide(1_000_000), wide(firm.expected));
    println!(
        "| bids in all | {sizes} | {} |",
        rated(&|_, firm| i64::try_from(firm.bids).ok())
    );
    println!(
        "| wins over wins of equal chances | {sizes} | {} |",
        rated(&|_, firm| wins(firm))
    );
    println!(
        "| partners in half of the rarer one's tenders, at least {} together | {sizes} | {} |\n",
        limits.together,
        rated(&|name, _| Some(partners(name)))
    );

    let both = |names: &[&str; 2]| names.iter().all(|name| ring[name]);
    let inside = pairs.keys().filter(|names| both(names)).count();
    let sizes = format!("{inside} against {}", pairs.len() - inside);
    let of = |measure: &dyn Fn(&cobidding::Pair) -> Option<i64>| {
        let values = pairs
            .iter()
            .filter_map(|(names, pair)| Some((measure(pair)?, both(names))));
        short(area(&values.collect::<Vec<_>>()))
    };
    println!(
        "| measure of a pair with at least {} tenders together | both in the ring against rest | AUC |",
        limits.together
    );
    println!("|---|---|---|");
    println!(
        "| tenders together | {sizes} | {} |",
        of(&|pair| i64::try_from(pair.together).ok())
    );
    println!(
        "| share of the rarer one's tenders | {sizes} | {} |",
        of(&|pair| Some(pair.bound()))
    );
    let turns = pairs.iter().filter(|(_, pair)| pair.rotation().is_some());
    let inside = turns.clone().filter(|(names, _)| both(names)).count();
    println!(
        "| wins that change hands, of at least four | {inside} against {} | {} |\n",
        turns.count() - inside,
        of(&cobidding::Pair::rotation)
    );
}

/// Where bids lie from the lowest other bid, in parts of the reserve price: competition leaves no hole around zero.
fn missing(auctions: &[&Auction]) {
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
    println!(
        "| bid minus lowest other bid, of the reserve price | ring, {} bids | rest, {} bids |",
        totals[0], totals[1]
    );
    println!("|---|---|---|");
    for (bin, edges) in EDGES.windows(2).enumerate() {
        let shares = [0, 1].map(|side| rate(counts[bin][side], totals[side]));
        println!(
            "| {} to under {} | {} |",
            percent(edges[0]),
            percent(edges[1]),
            shares.join(" | ")
        );
    }
}
