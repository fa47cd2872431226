//! Screens of score sheets (K20): experts who lift one bid together, an expert who stands apart, orders that agree to
//! the last place.
//!
//! Invariant: run over sheets that the award disclosed, never before; a bid that is simply better lifts every sheet, so
//! agreement is weak and only distance is notable.

use crate::fixed::{Wide, count, decimal, over, percent, share, wide};
use crate::sign::{Code, Evidence, Sign, Strength, say};
use std::collections::{BTreeMap, BTreeSet};

/// Total that one expert gave one bid, in thousandths of a point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scored {
    /// The expert's seat.
    pub expert: String,
    /// The bid.
    pub bid: String,
    /// Thousandths of a point.
    pub points: i64,
}

/// What counts as unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Fewest experts who act alike.
    pub experts: usize,
    /// How far above an expert's own mean a bid must be, in millionths of that mean.
    pub lifted: i64,
    /// How far a score must be from the mean of the other experts', in millionths of that mean.
    pub apart: i64,
    /// Fewest bids whose order is compared.
    pub order: usize,
}

/// Three experts, 20 % above their own mean; 30 % away from the others; orders of at least four bids.
pub const LIMITS: Limits = Limits {
    experts: 3,
    lifted: 200_000,
    apart: 300_000,
    order: 4,
};

type Sheet<'a> = BTreeMap<&'a str, i64>;

/// The signs of one evaluation.
#[must_use]
pub fn signs(scores: &[Scored], limits: &Limits) -> Vec<Sign> {
    let mut sheets: BTreeMap<&str, Sheet<'_>> = BTreeMap::new();
    let mut sorted: Vec<&Scored> = scores.iter().collect();
    sorted.sort();
    for score in sorted {
        sheets
            .entry(&score.expert)
            .or_default()
            .insert(&score.bid, score.points);
    }
    let bids: BTreeSet<&str> = sheets.values().flat_map(|sheet| sheet.keys().copied()).collect();
    let mut signs: Vec<Sign> = bids
        .iter()
        .filter_map(|bid| lifted(bid, &sheets, limits))
        .collect();
    signs.extend(apart(&sheets, limits));
    signs.extend(orders(&sheets, limits));
    signs.sort();
    signs
}

fn mean(points: impl Iterator<Item = i64>) -> Option<Wide> {
    let (sum, n) = points.fold((wide(0), 0_usize), |(sum, n), points| {
        (sum + wide(points), n.saturating_add(1))
    });
    over(sum, count(n))
}

/// How far above or below a mean, in millionths of it.
fn away(points: i64, mean: Wide) -> Option<i64> {
    (mean.0 > 0).then(|| share(wide(points) - mean, mean))?
}

fn points(points: i64) -> String {
    decimal(points.saturating_mul(1_000))
}

/// Several experts put the same bid far above their own mean of the other bids.
fn lifted(bid: &str, sheets: &BTreeMap<&str, Sheet<'_>>, limits: &Limits) -> Option<Sign> {
    let lifting: Vec<(String, String)> = sheets
        .iter()
        .filter_map(|(expert, sheet)| {
            let own = *sheet.get(bid)?;
            let rest = mean(
                sheet
                    .iter()
                    .filter(|(other, _)| **other != bid)
                    .map(|(_, points)| *points),
            )?;
            let above = away(own, rest).filter(|above| *above >= limits.lifted)?;
            Some((
                (*expert).to_owned(),
                format!("{} (+{})", points(own), percent(above)),
            ))
        })
        .collect();
    if lifting.len() < limits.experts.max(1) {
        return None;
    }
    let subjects: Vec<String> = lifting.iter().map(|(expert, _)| expert.clone()).collect();
    let about = say(
        "评分(高于该评委对其余投标均分)",
        "score, and how far above the expert's mean of the others",
    );
    let evidence = vec![
        Evidence::value(say("投标", "bid"), bid.to_owned()),
        Evidence::row(about, lifting),
    ];
    Some(Sign::new(Code::K20, subjects, Strength::Weak, evidence))
}

/// A score far from the mean of the other experts' of the same bid.
fn apart(sheets: &BTreeMap<&str, Sheet<'_>>, limits: &Limits) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (expert, sheet) in sheets {
        for (bid, own) in sheet {
            let others = sheets
                .iter()
                .filter(|(other, _)| *other != expert)
                .filter_map(|(other, sheet)| Some((*other, *sheet.get(bid)?)));
            let others: Vec<(&str, i64)> = others.collect();
            let Some(mean) = mean(others.iter().map(|(_, points)| *points)).filter(|_| others.len() >= 2)
            else {
                continue;
            };
            let Some(distance) = away(*own, mean).filter(|away| away.saturating_abs() >= limits.apart) else {
                continue;
            };
            let all = [(*expert, *own)].into_iter().chain(others);
            let evidence = vec![
                Evidence::value(say("投标", "bid"), (*bid).to_owned()),
                Evidence::row(
                    say("评分", "scores"),
                    all.map(|(who, given)| (who.to_owned(), points(given))),
                ),
                Evidence::value(
                    say("与其他评委均分之差", "away from the mean of the others"),
                    percent(distance),
                ),
            ];
            signs.push(Sign::new(
                Code::K20,
                [(*expert).to_owned()],
                Strength::Notable,
                evidence,
            ));
        }
    }
    signs
}

/// Several experts put many bids into exactly the same order.
fn orders(sheets: &BTreeMap<&str, Sheet<'_>>, limits: &Limits) -> Vec<Sign> {
    let mut orders: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for (expert, sheet) in sheets {
        let mut order: Vec<(i64, &str)> = sheet.iter().map(|(bid, points)| (*points, *bid)).collect();
        order.sort_unstable();
        // With equal scores there is no one order to agree on.
        let strict = order.array_windows().all(|[a, b]| a.0 != b.0);
        if strict && order.len() >= limits.order {
            let order = order.into_iter().rev().map(|(_, bid)| bid).collect();
            orders.entry(order).or_default().push(expert);
        }
    }
    orders
        .into_iter()
        .filter(|(_, experts)| experts.len() >= limits.experts.max(2))
        .map(|(order, experts)| {
            let order = order.join(" > ");
            let cells = experts.iter().map(|expert| ((*expert).to_owned(), order.clone()));
            let row = Evidence::row(say("排序", "order"), cells);
            Sign::new(
                Code::K20,
                experts.iter().map(|e| (*e).to_owned()),
                Strength::Weak,
                vec![row],
            )
        })
        .collect()
}
