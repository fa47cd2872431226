//! Repeated co-bidding, cover bids and rotation over many procedures (K15).
//!
//! Invariant: counts of past procedures, with the chances that equal bidders would have had beside them; a small market
//! has the same firms in every tender for honest reasons, so nothing here is more than notable.

use crate::fixed::{MILLION, Wide, count, decimal, over, percent, share, wide};
use crate::sign::{Code, Evidence, Sign, Strength, say};
use facts::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// One procedure that ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Past {
    /// When it was opened.
    pub at: Instant,
    /// Which.
    pub tender: String,
    /// Who bid.
    pub bidders: BTreeSet<String>,
    /// Who won, if it is known.
    pub winner: Option<String>,
}

/// What counts as repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fewest procedures together.
    pub together: usize,
    /// Share of the rarer bidder's procedures that the other is in, in millionths.
    pub bound: i64,
    /// Share of neighbouring wins that change hands, in millionths, to be called a rotation.
    pub rotation: i64,
    /// Fewest bids of a firm for its rate of winning to say anything.
    pub bids: usize,
    /// Expected wins, in millionths, from which having none is remarkable.
    pub expected: i64,
    /// Times the expected wins, in millionths, that are remarkable.
    pub excess: i64,
}

/// Five procedures together, in four of five of the rarer one's; rotation in four of five; ten bids; three wins
/// expected and none made; three times the expected.
pub const LIMITS: Limits = Limits {
    together: 5,
    bound: 800_000,
    rotation: 800_000,
    bids: 10,
    expected: 3_000_000,
    excess: 3_000_000,
};

/// What two firms did in the procedures both were in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// Procedures of both.
    pub together: usize,
    /// Procedures of the one that bids less.
    pub rarer: usize,
    /// Who won those of the pair's wins, by time: `true` for the first name.
    pub wins: Vec<bool>,
    /// The procedures, by time.
    pub tenders: Vec<String>,
}

impl Pair {
    /// Share of the rarer bidder's procedures, in millionths.
    #[must_use]
    pub fn bound(&self) -> i64 {
        share(count(self.together), count(self.rarer)).unwrap_or_default()
    }

    /// Share of neighbouring wins that change hands, in millionths; of fewer than four wins it says nothing.
    #[must_use]
    pub fn rotation(&self) -> Option<i64> {
        let changes = self.wins.array_windows().filter(|[a, b]| a != b).count();
        let pairs = self.wins.len().checked_sub(1)?;
        (pairs >= 3).then(|| share(count(changes), count(pairs)))?
    }
}

/// What one firm did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Firm {
    /// Procedures it bid in whose winner is known.
    pub bids: usize,
    /// Of these, how many it won.
    pub wins: usize,
    /// Wins that equal bidders would have had: the sum of one over the number of bidders, in millionths.
    pub expected: i64,
}

/// All firms of a history.
#[must_use]
pub fn firms(history: &[Past]) -> BTreeMap<&str, Firm> {
    let mut firms: BTreeMap<&str, Firm> = BTreeMap::new();
    for past in history {
        let Some(winner) = &past.winner else { continue };
        let chance = over(wide(MILLION), count(past.bidders.len())).unwrap_or_default();
        let chance = i64::try_from(chance.0).unwrap_or_default();
        for bidder in &past.bidders {
            let firm = firms.entry(bidder).or_default();
            firm.bids = firm.bids.saturating_add(1);
            firm.wins = firm.wins.saturating_add(usize::from(bidder == winner));
            firm.expected = firm.expected.saturating_add(chance);
        }
    }
    firms
}

/// All pairs of a history that were together at least `least` times.
#[must_use]
pub fn pairs(history: &[Past], least: usize) -> BTreeMap<[&str; 2], Pair> {
    let mut ordered: Vec<&Past> = history.iter().collect();
    ordered.sort();
    let mut alone: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pairs: BTreeMap<[&str; 2], Pair> = BTreeMap::new();
    for past in ordered {
        let bidders: Vec<&str> = past.bidders.iter().map(String::as_str).collect();
        for (index, first) in bidders.iter().enumerate() {
            let seen = alone.entry(first).or_default();
            *seen = seen.saturating_add(1);
            for second in bidders.iter().skip(index.saturating_add(1)) {
                let pair = pairs.entry([first, second]).or_default();
                pair.together = pair.together.saturating_add(1);
                pair.tenders.push(past.tender.clone());
                let winner = past.winner.as_deref();
                if winner == Some(first) || winner == Some(second) {
                    pair.wins.push(winner == Some(first));
                }
            }
        }
    }
    pairs.retain(|_, pair| pair.together >= least.max(1));
    for ([first, second], pair) in &mut pairs {
        let of = |name: &str| alone.get(name).copied().unwrap_or_default();
        pair.rarer = of(first).min(of(second));
    }
    pairs
}

/// A history, counted once for all procedures that are screened against it.
#[derive(Debug, Clone)]
pub struct Market<'a> {
    pairs: BTreeMap<[&'a str; 2], Pair>,
    firms: BTreeMap<&'a str, Firm>,
    limits: Limits,
}

impl<'a> Market<'a> {
    /// Counts a history.
    #[must_use]
    pub fn new(history: &'a [Past], limits: &Limits) -> Self {
        Self {
            pairs: pairs(history, limits.together),
            firms: firms(history),
            limits: *limits,
        }
    }

    /// The signs among the bidders of one procedure.
    #[must_use]
    pub fn signs(&self, among: &BTreeSet<String>) -> Vec<Sign> {
        let mut signs = Vec::new();
        for (index, first) in among.iter().enumerate() {
            for second in among.iter().skip(index.saturating_add(1)) {
                let pair = self.pairs.get(&[first.as_str(), second.as_str()]);
                if let Some(pair) = pair.filter(|pair| pair.bound() >= self.limits.bound) {
                    signs.push(together([first, second], pair, &self.limits));
                }
            }
            let firm = self.firms.get(first.as_str());
            if let Some(firm) = firm.filter(|firm| firm.bids >= self.limits.bids) {
                signs.extend(rate(first, firm, &self.limits));
            }
        }
        signs.sort();
        signs
    }
}

/// The signs among some bidders of a history.
#[must_use]
pub fn signs(history: &[Past], among: &BTreeSet<String>, limits: &Limits) -> Vec<Sign> {
    Market::new(history, limits).signs(among)
}

fn together(names: [&str; 2], pair: &Pair, limits: &Limits) -> Sign {
    let first = pair.wins.iter().filter(|win| **win).count();
    let second = pair.wins.len().saturating_sub(first);
    let rotation = pair.rotation().filter(|rotation| *rotation >= limits.rotation);
    let one_sided = pair.wins.len() >= limits.together && (first == 0 || second == 0);
    let strength = if rotation.is_some() || one_sided {
        Strength::Notable
    } else {
        Strength::Weak
    };
    let sides = names.map(str::to_owned);
    let won = [first, second].map(|wins| wins.to_string());
    let mut evidence = vec![
        Evidence::value(
            say("共同投标次数", "procedures together"),
            pair.together.to_string(),
        ),
        Evidence::value(
            say("占较少一方投标的比例", "share of the rarer bidder's procedures"),
            percent(pair.bound()),
        ),
        Evidence::row(
            say("其中中标次数", "won of these"),
            sides.clone().into_iter().zip(won),
        ),
        Evidence::value(say("共同投标的项目", "the procedures"), pair.tenders.join(" ")),
    ];
    if let Some(rotation) = rotation {
        evidence.push(Evidence::value(
            say("轮流中标比例", "share of wins that change hands"),
            percent(rotation),
        ));
    }
    Sign::new(Code::K15, sides, strength, evidence)
}

/// A firm that never wins, or nearly always.
fn rate(name: &str, firm: &Firm, limits: &Limits) -> Option<Sign> {
    let never = firm.wins == 0 && firm.expected >= limits.expected;
    let times: Option<Wide> = over(count(firm.wins) * wide(MILLION * MILLION), wide(firm.expected));
    let always = firm.wins >= limits.together && times.is_some_and(|times| times >= wide(limits.excess));
    if !never && !always {
        return None;
    }
    let evidence = vec![
        Evidence::value(say("投标次数", "bids"), firm.bids.to_string()),
        Evidence::value(say("中标次数", "wins"), firm.wins.to_string()),
        Evidence::value(
            say("机会均等时的期望中标数", "wins of equal chances"),
            decimal(firm.expected),
        ),
    ];
    Some(Sign::new(
        Code::K15,
        [name.to_owned()],
        Strength::Notable,
        evidence,
    ))
}
