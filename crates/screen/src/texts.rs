//! Screens of texts: near-identical documents (K11), the same slips of the pen (K12), mixed-in documents (K05).
//!
//! Invariant: the tender's own text counts for nothing. Whatever all bidders were given, and copied as they had to, is
//! taken out before anything is compared.

mod grams;
mod slips;

pub use slips::slips;

use crate::fixed::{count, percent, share};
use crate::sign::{Code, Evidence, Sign, Strength, say};
use grams::Fingerprint;
use std::collections::{BTreeMap, HashSet};

/// The text of one file of a bid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// Whose bid.
    pub bidder: String,
    /// Which file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// When texts are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Share of the shorter text's own fingerprints that the longer one has too, in millionths.
    pub alike: i64,
    /// Fewest fingerprints a text must have of its own; below, it says nothing.
    pub least: usize,
    /// Fewest slips in common.
    pub slips: usize,
}

/// 80 % (K11), three places (K12).
pub const LIMITS: Limits = Limits {
    alike: 800_000,
    least: 24,
    slips: 3,
};

/// Most passages shown of one pair.
const SHOWN: usize = 3;
/// Most characters shown of a passage.
const PASSAGE: usize = 120;

/// Characters as they are compared: letters and digits alone, in lower case and narrow form.
pub(crate) fn plain(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide.saturating_sub(0xfee0)).unwrap_or(c),
            _ => c,
        })
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// One text per bidder: all files of a bid, in the order of their names.
fn bids(documents: &[Document]) -> BTreeMap<&str, Vec<char>> {
    let mut ordered: Vec<&Document> = documents.iter().collect();
    ordered.sort();
    let mut bids: BTreeMap<&str, Vec<char>> = BTreeMap::new();
    for document in ordered {
        bids.entry(&document.bidder)
            .or_default()
            .extend(plain(&document.text));
    }
    bids
}

/// All signs of the texts of one tender; `given` is the tender's own text, `names` are the names of each bidder.
#[must_use]
pub fn signs(
    documents: &[Document],
    given: &[&str],
    names: &BTreeMap<String, Vec<String>>,
    limits: &Limits,
) -> Vec<Sign> {
    let given: Vec<Vec<char>> = given.iter().map(|text| plain(text)).collect();
    let bids = bids(documents);
    let mut signs = alike(&bids, &given, limits);
    signs.extend(slips(&bids, &given, limits.slips));
    signs.extend(mixed(documents, &given, names));
    signs.sort();
    signs
}

/// K11: pairs of bids whose own texts are alike.
fn alike(bids: &BTreeMap<&str, Vec<char>>, given: &[Vec<char>], limits: &Limits) -> Vec<Sign> {
    let known: HashSet<u64> = given.iter().flat_map(|text| grams::all(text)).collect();
    let printed: Vec<(&str, Fingerprint<'_>)> = bids
        .iter()
        .map(|(bidder, text)| (*bidder, Fingerprint::new(text, &known)))
        .filter(|(_, print)| print.len() >= limits.least)
        .collect();
    let mut signs = Vec::new();
    for (index, (left, one)) in printed.iter().enumerate() {
        for (right, other) in printed.iter().skip(index.saturating_add(1)) {
            let common = one.common(other);
            let shorter = one.len().min(other.len());
            let Some(alike) = share(count(common), count(shorter)).filter(|alike| *alike >= limits.alike)
            else {
                continue;
            };
            let mut evidence = vec![
                Evidence::value(
                    say("剔除招标文件后的相似度", "alike without the tender's text"),
                    percent(alike),
                ),
                Evidence::row(
                    say("自有文本指纹数", "fingerprints of own text"),
                    [(left, one.len()), (right, other.len())]
                        .map(|(bidder, len)| ((*bidder).to_owned(), len.to_string())),
                ),
            ];
            for passage in one.passages(other, SHOWN, PASSAGE) {
                let cells = [left, right].map(|bidder| ((*bidder).to_owned(), passage.clone()));
                evidence.push(Evidence::row(
                    say("相同段落(已去标点)", "passage in both, without punctuation"),
                    cells,
                ));
            }
            let strength = if alike >= 950_000 {
                Strength::Strong
            } else {
                Strength::Notable
            };
            let pair = [(*left).to_owned(), (*right).to_owned()];
            signs.push(Sign::new(Code::K11, pair, strength, evidence));
        }
    }
    signs
}

/// K05: a name of another bidder in the files of this one, unless the tender itself says it.
fn mixed(documents: &[Document], given: &[Vec<char>], names: &BTreeMap<String, Vec<String>>) -> Vec<Sign> {
    let given: Vec<String> = given.iter().map(|text| text.iter().collect()).collect();
    let searched = |name: &String| {
        let name: String = plain(name).into_iter().collect();
        let long = name.chars().count() >= 4;
        (long && !given.iter().any(|text| text.contains(&name))).then_some(name)
    };
    let names: Vec<(&String, String)> = names
        .iter()
        .flat_map(|(bidder, names)| names.iter().filter_map(searched).map(move |name| (bidder, name)))
        .collect();
    let mut signs = Vec::new();
    for document in documents {
        let text: String = plain(&document.text).into_iter().collect();
        let own: Vec<&String> = names
            .iter()
            .filter(|(bidder, _)| **bidder == document.bidder)
            .map(|(_, name)| name)
            .collect();
        for (bidder, name) in &names {
            // A subsidiary's name may contain its parent's: what is part of the own name is no other's.
            let others = **bidder != document.bidder && !own.iter().any(|own| own.contains(name.as_str()));
            let Some(at) = text.find(name.as_str()).filter(|_| others) else {
                continue;
            };
            let cells = [
                (document.bidder.clone(), around(&text, at, name)),
                ((*bidder).clone(), name.clone()),
            ];
            let evidence = vec![
                Evidence::row(
                    say(
                        "文件中的字样与其所属投标人",
                        "words in the file, and whose name they are",
                    ),
                    cells,
                ),
                Evidence::row(
                    say("出处", "found in"),
                    [(document.bidder.clone(), document.name.clone())],
                ),
            ];
            let pair = [document.bidder.clone(), (*bidder).clone()];
            signs.push(Sign::new(Code::K05, pair, Strength::Strong, evidence));
        }
    }
    signs
}

/// A few characters before and after what was found.
fn around(text: &str, at: usize, name: &str) -> String {
    let (before, after) = text.split_at_checked(at).unwrap_or(("", text));
    let lead: String = {
        let mut last: Vec<char> = before.chars().rev().take(12).collect();
        last.reverse();
        last.into_iter().collect()
    };
    let rest: String = after
        .chars()
        .take(name.chars().count().saturating_add(12))
        .collect();
    format!("{lead}{rest}")
}
