//! The order of bids: by points or by price, then by the declared ways to break a tie.
//!
//! Invariant: bids that no declared way tells apart share a rank; the code only fixes who is listed first.

use super::{Figures, out};
use facts::body::evaluation::{Ranked, Rejected};
use facts::body::tender::{Declared, PriceRule, TieBreak};
use facts::id::CodeId;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Better first; equal where nothing declared tells them apart.
fn compare(declared: &Declared, drawn: &[CodeId], one: &Figures<'_>, other: &Figures<'_>) -> Ordering {
    let first = if declared.price.rule == PriceRule::Order {
        one.contender.evaluated.cmp(&other.contender.evaluated)
    } else {
        other.total_e4.cmp(&one.total_e4)
    };
    declared.ties.iter().fold(first, |so_far, tie| {
        so_far.then_with(|| match tie {
            TieBreak::Evaluated => one.contender.evaluated.cmp(&other.contender.evaluated),
            TieBreak::Price => one.contender.price.cmp(&other.contender.price),
            TieBreak::Panel => other.panel_e4.cmp(&one.panel_e4),
            TieBreak::Item { item } => other.items.get(item).cmp(&one.items.get(item)),
            TieBreak::Drawn => place(drawn, one.code()).cmp(&place(drawn, other.code())),
        })
    })
}

/// Where a code stands in the drawn order; what was not drawn stands behind, undivided.
fn place(drawn: &[CodeId], code: &CodeId) -> usize {
    drawn.iter().position(|other| other == code).unwrap_or(usize::MAX)
}

pub(super) fn sort(declared: &Declared, drawn: &[CodeId], figures: &mut [Figures<'_>]) {
    figures.sort_by(|one, other| {
        compare(declared, drawn, one, other).then_with(|| one.code().cmp(other.code()))
    });
}

/// Takes out all but the best bid of each brand (87号令31).
pub(super) fn one_of_a_brand(figures: &mut Vec<Figures<'_>>) -> Vec<Rejected> {
    let mut kept: BTreeMap<String, CodeId> = BTreeMap::new();
    let mut rejected = Vec::new();
    figures.retain(|figure| {
        let Some(brand) = figure.contender.entrant.coded.brand.as_deref().map(str::trim) else {
            return true;
        };
        if let Some(best) = kept.get(brand) {
            rejected.push(out(&figure.contender.entrant, format!("same_brand:{best}")));
            return false;
        }
        kept.insert(brand.to_owned(), figure.code().clone());
        true
    });
    rejected
}

pub(super) fn ranked(declared: &Declared, drawn: &[CodeId], figures: &[Figures<'_>]) -> Vec<Ranked> {
    let mut ranking: Vec<Ranked> = Vec::with_capacity(figures.len());
    let mut before: Option<&Figures<'_>> = None;
    for (place, this) in (1_u32..).zip(figures) {
        let tied = before.is_some_and(|before| compare(declared, drawn, before, this) == Ordering::Equal);
        let rank = match ranking.last() {
            Some(last) if tied => last.rank,
            _ => place,
        };
        ranking.push(this.ranked(rank));
        before = Some(this);
    }
    ranking
}
