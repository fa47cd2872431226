//! Arithmetic correction (算术性修正, 87号令59): which price follows from what a bid says of itself.
//!
//! Invariant: the opened price is never overwritten; the steps stand in the order of the law, each from the price that
//! the one before it left.

use facts::body::evaluation::{Correction, CorrectionRule};

/// What a bid states of its price, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The price of the 开标一览表, which was read out.
    pub summary: i64,
    /// The total as written in words (大写), where it is.
    pub words: Option<i64>,
    /// The total of the detailed bid.
    pub total: i64,
    /// Quantity and unit price of every line.
    pub lines: Vec<(i64, i64)>,
}

/// The steps from the opened price to the corrected one; empty if nothing is to correct. `None` beyond 64 bits.
#[must_use]
pub fn derive(stated: &Stated) -> Option<Vec<Correction>> {
    let sum = stated.lines.iter().try_fold(0_i64, |sum, (quantity, unit)| {
        sum.checked_add(quantity.checked_mul(*unit)?)
    })?;
    let mut steps = Vec::new();
    let mut price = stated.summary;
    // The 开标一览表 stands over the rest, so a differing total alone changes nothing of the price.
    if stated.total != price {
        steps.push(step(
            CorrectionRule::SummaryOverRest,
            price,
            price,
            "投标文件合计",
        ));
    }
    if let Some(words) = stated.words.filter(|words| *words != price) {
        steps.push(step(CorrectionRule::WordsOverFigures, price, words, "大写金额"));
        price = words;
    }
    if !stated.lines.is_empty() && sum != price {
        if is_displaced(sum, price) {
            steps.push(step(
                CorrectionRule::DisplacedUnitPrice,
                price,
                price,
                "单价小数点",
            ));
        } else {
            steps.push(step(CorrectionRule::UnitSumOverTotal, price, sum, "单价汇总"));
        }
    }
    Some(steps)
}

/// The first thing wrong with steps that a panel wrote: they must be of the law's order and chain from the opened price.
#[must_use]
pub fn fault(opened: i64, steps: &[Correction]) -> Option<&'static str> {
    let mut price = opened;
    let mut last = None;
    for step in steps {
        if step.before != price {
            return Some("a step does not begin where the one before it ended");
        }
        if last.is_some_and(|last| last > step.rule) {
            return Some("the steps are not in the order of 87号令59");
        }
        if step.after < 0 || step.place.trim().is_empty() {
            return Some("a step has a negative price or names no place in the bid");
        }
        (price, last) = (step.after, Some(step.rule));
    }
    (steps.is_empty() || price == opened).then_some("the steps change nothing")
}

/// Off by a power of ten: the mark of a displaced point or per cent.
fn is_displaced(sum: i64, total: i64) -> bool {
    let (small, large) = (sum.min(total), sum.max(total));
    let mut scaled = i128::from(small);
    for _ in 0..6 {
        scaled = scaled.saturating_mul(10);
        if scaled == i128::from(large) && small > 0 {
            return true;
        }
    }
    false
}

fn step(rule: CorrectionRule, before: i64, after: i64, place: &str) -> Correction {
    Correction {
        after,
        before,
        place: place.to_owned(),
        rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(stated: &Stated) -> Vec<(CorrectionRule, i64)> {
        derive(stated)
            .unwrap()
            .into_iter()
            .map(|step| (step.rule, step.after))
            .collect()
    }

    #[test]
    fn t9_the_sum_of_unit_prices_stands_over_the_total() {
        let stated = Stated {
            summary: 50_000_000,
            words: None,
            total: 50_000_000,
            lines: vec![(100, 490_000)],
        };
        assert_eq!(rules(&stated), [(CorrectionRule::UnitSumOverTotal, 49_000_000)]);
        let steps = derive(&stated).unwrap();
        assert_eq!(fault(50_000_000, &steps), None);
    }

    #[test]
    fn several_mistakes_are_corrected_in_the_order_of_the_law() {
        let stated = Stated {
            summary: 1_000,
            words: Some(1_200),
            total: 1_100,
            lines: vec![(2, 550)],
        };
        assert_eq!(
            rules(&stated),
            [
                (CorrectionRule::SummaryOverRest, 1_000),
                (CorrectionRule::WordsOverFigures, 1_200),
                (CorrectionRule::UnitSumOverTotal, 1_100),
            ]
        );
    }

    #[test]
    fn a_displaced_point_leaves_the_total() {
        let stated = Stated {
            summary: 49_000,
            words: None,
            total: 49_000,
            lines: vec![(10, 490)],
        };
        assert_eq!(rules(&stated), [(CorrectionRule::DisplacedUnitPrice, 49_000)]);
        assert_eq!(
            fault(49_000, &derive(&stated).unwrap()),
            Some("the steps change nothing")
        );
    }

    #[test]
    fn steps_that_do_not_chain_are_refused() {
        let of = |rule, before, after| step(rule, before, after, "p. 3");
        let good = [
            of(CorrectionRule::WordsOverFigures, 10, 20),
            of(CorrectionRule::UnitSumOverTotal, 20, 15),
        ];
        assert_eq!(fault(10, &good), None);
        assert!(fault(11, &good).is_some());
        assert!(
            fault(
                10,
                &[good[0].clone(), of(CorrectionRule::UnitSumOverTotal, 21, 15)]
            )
            .is_some()
        );
        assert!(
            fault(
                10,
                &[
                    of(CorrectionRule::UnitSumOverTotal, 10, 20),
                    of(CorrectionRule::WordsOverFigures, 20, 15)
                ]
            )
            .is_some()
        );
        assert!(fault(10, &[]).is_some());
    }
}
