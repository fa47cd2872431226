//! The result of an evaluation in words: ranks, scores, rejections with their clauses.
//!
//! Invariant: made from the public `evaluation.concluded`; figures are shown as they stand in it, to the last digit.

use crate::pages::Layout;
use facts::body::evaluation::{EvaluationConcluded, LotResult, Rejected};
use std::fmt::Write as _;

/// One lot.
pub(super) struct Lot {
    /// Its id.
    pub(super) id: String,
    /// Best first.
    pub(super) ranking: Vec<Ranked>,
    /// Out, with the clause in words and as it stands.
    pub(super) rejected: Vec<(String, String, String)>,
}

/// One bid with its figures.
pub(super) struct Ranked {
    /// From 1; ties share it.
    pub(super) rank: u32,
    /// The code.
    pub(super) code: String,
    /// Points of panel, price and in all; an em dash where the price alone decides.
    pub(super) points: [String; 3],
}

/// The lots of a result.
pub(super) fn lots(l: &Layout, body: &EvaluationConcluded) -> Vec<Lot> {
    body.lots.iter().map(|one| lot(l, one)).collect()
}

fn lot(l: &Layout, one: &LotResult) -> Lot {
    Lot {
        id: one.lot.to_string(),
        ranking: one
            .ranking
            .iter()
            .map(|bid| Ranked {
                rank: bid.rank,
                code: bid.code.to_string(),
                points: [bid.panel_e4, bid.price_e4, bid.total_e4].map(|e4| points(e4, bid.total_e4)),
            })
            .collect(),
        rejected: one
            .rejected
            .iter()
            .map(|bid| (bid.code.to_string(), clause(l, bid), bid.clause.clone()))
            .collect(),
    }
}

/// Ten-thousandths of a point as points with four decimals.
fn points(e4: i64, total: i64) -> String {
    if total == 0 {
        return "\u{2014}".to_owned();
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _infallible = write!(text, "{}.{:04}", e4.div_euclid(10_000), e4.rem_euclid(10_000));
    text
}

/// The clause in words.
fn clause(l: &Layout, bid: &Rejected) -> String {
    let (word, item) = bid.clause.split_once(':').unwrap_or((&bid.clause, ""));
    let (zh, en) = match word {
        "above_ceiling" => ("报价高于最高限价", "above the ceiling"),
        "below_floor" => ("报价低于最低限价", "below the floor"),
        "must_pass" => ("必须通过的条款未通过", "failed an item that must be passed"),
        "review" => ("初步评审未通过", "failed the preliminary review"),
        "price_unconfirmed" => ("未确认修正后的报价", "did not confirm the corrected price"),
        "low_price" => (
            "异常低价未能说明",
            "an abnormally low price that was not explained",
        ),
        "same_brand" => ("同品牌,按一家计算", "same brand, counted as one"),
        _ => ("其他", "other"),
    };
    let said = l.say(zh, en);
    if item.is_empty() {
        said.to_owned()
    } else {
        format!("{said} {item}")
    }
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn points_keep_four_decimals() {
        assert_eq!(points(881_000, 1_000), "88.1000");
        assert_eq!(points(5, 5), "0.0005");
        assert_eq!(points(0, 0), "\u{2014}");
    }
}
