//! Score sheets.

use kaibiao_screen::Strength;
use kaibiao_screen::scores::{LIMITS, Scored, signs};

/// Rows are experts, columns are bids.
fn matrix(rows: &[&[i64]]) -> Vec<Scored> {
    let mut scores = Vec::new();
    for (expert, row) in rows.iter().enumerate() {
        for (bid, points) in row.iter().enumerate() {
            scores.push(Scored {
                expert: format!("seat-{expert}"),
                bid: format!("B{bid}"),
                points: points * 1_000,
            });
        }
    }
    scores
}

#[test]
fn three_experts_who_lift_one_bid_are_seen() {
    let found = signs(
        &matrix(&[
            &[95, 70, 72],
            &[96, 71, 70],
            &[94, 73, 71],
            &[80, 78, 79],
            &[81, 79, 80],
        ]),
        &LIMITS,
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].strength, found[0].subjects.len()), (Strength::Weak, 3));
    assert_eq!(found[0].evidence[0].cells[0].value, "B0");
}

#[test]
fn an_expert_who_stands_apart_is_notable() {
    let found = signs(&matrix(&[&[80, 82], &[81, 80], &[82, 81], &[80, 30]]), &LIMITS);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].strength, found[0].subjects.clone()),
        (Strength::Notable, vec!["seat-3".to_owned()])
    );
}

#[test]
fn orders_that_agree_to_the_last_place_are_seen() {
    let found = signs(
        &matrix(&[&[90, 89, 88, 87], &[86, 85, 84, 83], &[91, 90, 82, 81]]),
        &LIMITS,
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].evidence[0].cells[0].value, "B0 > B1 > B2 > B3");
    let ties = matrix(&[&[90, 90, 88, 87], &[86, 86, 84, 83], &[91, 91, 89, 88]]);
    assert!(signs(&ties, &LIMITS).is_empty());
}

#[test]
fn ordinary_sheets_and_empty_ones_are_passed_over() {
    let ordinary = matrix(&[&[85, 88, 82], &[84, 83, 86], &[88, 85, 87]]);
    assert!(signs(&ordinary, &LIMITS).is_empty());
    assert!(signs(&[], &LIMITS).is_empty());
    assert!(signs(&matrix(&[&[0, 0], &[0, 0], &[0, 0]]), &LIMITS).is_empty());
}
