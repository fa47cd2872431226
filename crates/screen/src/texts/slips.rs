//! The same slips of the pen (K12): two bidders, and nobody else, write the same wrong character where the tender's own
//! wording has another.
//!
//! Invariant: a place counts only where the tender writes it in one way alone, and only letters count, so that what
//! bidders are to fill in (numbers, dates, prices) is no slip.

use crate::sign::{Code, Evidence, Sign, Strength, say};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Characters on either side that must be as the tender has them.
const SIDE: usize = 4;
/// Most places shown of one pair.
const SHOWN: usize = 5;

/// Eight characters around a ninth.
type Around = [char; 2 * SIDE];

/// A slip: the tender's passage and what stands there instead.
type Slip = (Around, char);

fn places(text: &[char]) -> impl Iterator<Item = (Around, char)> {
    text.array_windows::<{ 2 * SIDE + 1 }>()
        .map(|[a, b, c, d, middle, e, f, g, h]| ([*a, *b, *c, *d, *e, *f, *g, *h], *middle))
}

/// Pairs of bidders with at least `least` slips of their own in common.
#[must_use]
pub fn slips(bids: &BTreeMap<&str, Vec<char>>, given: &[Vec<char>], least: usize) -> Vec<Sign> {
    let mut right: HashMap<Around, Option<char>> = HashMap::new();
    for (around, middle) in given.iter().flat_map(|text| places(text)) {
        let known = right.entry(around).or_insert(Some(middle));
        // Written in two ways: then neither is wrong.
        if *known != Some(middle) {
            *known = None;
        }
    }
    let mut writers: BTreeMap<Slip, BTreeSet<&str>> = BTreeMap::new();
    for (bidder, text) in bids {
        for (around, middle) in places(text) {
            let other = right
                .get(&around)
                .copied()
                .flatten()
                .filter(|right| *right != middle);
            if other.is_some_and(char::is_alphabetic) && middle.is_alphabetic() {
                writers.entry((around, middle)).or_default().insert(bidder);
            }
        }
    }
    let mut pairs: BTreeMap<[&str; 2], Vec<Slip>> = BTreeMap::new();
    for (slip, writers) in &writers {
        let writers: Vec<&str> = writers.iter().copied().collect();
        if let Ok(pair) = <[&str; 2]>::try_from(writers) {
            pairs.entry(pair).or_default().push(*slip);
        }
    }
    pairs
        .into_iter()
        .filter(|(_, slips)| slips.len() >= least.max(1))
        .map(|(pair, slips)| sign(pair, &slips, &right))
        .collect()
}

fn sign(pair: [&str; 2], slips: &[Slip], right: &HashMap<Around, Option<char>>) -> Sign {
    let mut evidence = vec![Evidence::value(
        say("相同笔误处数", "slips in common"),
        slips.len().to_string(),
    )];
    for (around, middle) in slips.iter().take(SHOWN) {
        let given = right.get(around).copied().flatten().unwrap_or('?');
        let cells = [(String::new(), passage(around, given))]
            .into_iter()
            .chain(pair.map(|bidder| (bidder.to_owned(), passage(around, *middle))));
        evidence.push(Evidence::row(
            say("招标文件与两家的写法", "the tender's wording, and theirs"),
            cells,
        ));
    }
    Sign::new(Code::K12, pair.map(str::to_owned), Strength::Strong, evidence)
}

fn passage(around: &Around, middle: char) -> String {
    let (before, after) = around.split_at(SIDE);
    before.iter().chain([&middle]).chain(after).collect()
}
