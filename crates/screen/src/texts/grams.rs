//! Fingerprints of a text: hashes of overlapping runs of characters, thinned by winnowing (Schleimer, Wilkerson and
//! Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003).
//!
//! Invariant: two texts that share a run of `RUN + WINDOW − 1` characters share a fingerprint, wherever it stands; the
//! hash is fixed, so the same texts always give the same answer.

use std::collections::{BTreeSet, HashMap, HashSet};

/// Characters of a hashed run: about a clause of Chinese, two words of English.
const RUN: usize = 12;
/// Runs of which one is kept.
const WINDOW: usize = 8;

/// A Mersenne prime: remainders are cheap and collisions rare enough for assistance.
const PRIME: u128 = (1 << 61) - 1;
const BASE: u128 = 1_000_003;

fn hash(run: &[char]) -> u64 {
    let value = run.iter().fold(1_u128, |value, c| {
        value
            .wrapping_mul(BASE)
            .wrapping_add(u128::from(u32::from(*c)))
            .checked_rem(PRIME)
            .unwrap_or_default()
    });
    u64::try_from(value).unwrap_or_default()
}

/// The hash of every run of a text.
pub(super) fn all(text: &[char]) -> impl Iterator<Item = u64> {
    text.windows(RUN).map(hash)
}

/// The thinned fingerprints of a text, without those of texts that were given to all.
pub(super) struct Fingerprint<'a> {
    text: &'a [char],
    places: HashMap<u64, usize>,
}

impl<'a> Fingerprint<'a> {
    pub(super) fn new(text: &'a [char], known: &HashSet<u64>) -> Self {
        let own: Vec<(u64, usize)> = all(text)
            .zip(0..)
            .filter(|(hash, _)| !known.contains(hash))
            .collect();
        let mut places = HashMap::new();
        for window in own.windows(WINDOW.min(own.len().max(1))) {
            if let Some((hash, at)) = window
                .iter()
                .min_by_key(|(hash, at)| (*hash, std::cmp::Reverse(*at)))
            {
                places.entry(*hash).or_insert(*at);
            }
        }
        Self { text, places }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn common(&self, other: &Self) -> usize {
        let (few, many) = if self.len() <= other.len() {
            (self, other)
        } else {
            (other, self)
        };
        few.places
            .keys()
            .filter(|hash| many.places.contains_key(hash))
            .count()
    }

    /// The longest passages that stand in both, longest first.
    pub(super) fn passages(&self, other: &Self, most: usize, longest: usize) -> Vec<String> {
        let shared = self
            .places
            .iter()
            .filter_map(|(hash, at)| Some((*at, *other.places.get(hash)?)));
        let mut starts: Vec<(usize, usize)> = shared.collect();
        starts.sort_unstable();
        let mut found: BTreeSet<(std::cmp::Reverse<usize>, usize, usize)> = BTreeSet::new();
        let mut covered = 0;
        for (here, there) in starts {
            if here < covered {
                continue;
            }
            let (from, length) = extended(self.text, here, other.text, there);
            covered = from.saturating_add(length);
            if length >= RUN {
                found.insert((std::cmp::Reverse(length), from, there));
            }
        }
        found
            .into_iter()
            .take(most)
            .map(|(length, from, _)| self.text.iter().skip(from).take(length.0.min(longest)).collect())
            .collect()
    }
}

/// Where a common passage begins in the first text, and how long it is.
fn extended(one: &[char], here: usize, other: &[char], there: usize) -> (usize, usize) {
    let (head, tail) = one.split_at_checked(here).unwrap_or((one, &[]));
    let (front, rest) = other.split_at_checked(there).unwrap_or((other, &[]));
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let back = head.iter().rev().zip(front.iter().rev()).take_while(same).count();
    let forth = tail.iter().zip(rest).take_while(same).count();
    (here.saturating_sub(back), back.saturating_add(forth))
}
