//! Clustered uploads.

use facts::Instant;
use facts::time::{DAY, HOUR, MINUTE, SECOND};
use kaibiao_screen::Strength;
use kaibiao_screen::timing::{LIMITS, Upload, signs};

const CLOSED: Instant = Instant(100 * DAY);

fn uploads(before: &[(i64, &str)]) -> Vec<Upload> {
    let upload = |(before, bidder): &(i64, &str)| Upload {
        at: CLOSED.plus(-before),
        bidder: (*bidder).to_owned(),
    };
    before.iter().map(upload).collect()
}

#[test]
fn three_within_minutes_on_a_quiet_day_are_strong() {
    let day = 2 * DAY;
    let found = signs(
        &uploads(&[
            (day, "a"),
            (day - MINUTE, "b"),
            (day - 2 * MINUTE, "c"),
            (5 * DAY, "d"),
        ]),
        CLOSED,
        &LIMITS,
    );
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].strength, found[0].subjects.len()),
        (Strength::Strong, 3)
    );
    assert_eq!(found[0].evidence[0].cells.len(), 3);
}

#[test]
fn the_same_cluster_before_the_deadline_is_weak() {
    let found = signs(
        &uploads(&[(90 * SECOND, "a"), (60 * SECOND, "b"), (30 * SECOND, "c")]),
        CLOSED,
        &LIMITS,
    );
    assert_eq!(found[0].strength, Strength::Weak);
}

#[test]
fn two_are_enough_only_within_half_a_minute() {
    let near = uploads(&[(3 * HOUR, "a"), (3 * HOUR - 30 * SECOND, "b")]);
    assert_eq!(signs(&near, CLOSED, &LIMITS)[0].strength, Strength::Notable);
    let far = uploads(&[(3 * HOUR, "a"), (3 * HOUR - 31 * SECOND, "b")]);
    assert!(signs(&far, CLOSED, &LIMITS).is_empty());
}

#[test]
fn one_bidder_alone_is_no_cluster() {
    assert!(
        signs(
            &uploads(&[(HOUR, "a"), (HOUR, "a"), (HOUR, "a")]),
            CLOSED,
            &LIMITS
        )
        .is_empty()
    );
    assert!(signs(&[], CLOSED, &LIMITS).is_empty());
}
