//! The course of a procedure.

use crate::codes;
use kaibiao_screen::Strength;
use kaibiao_screen::course::{Course, LIMITS, signs};

#[test]
fn a_candidate_who_gives_up_is_seen() {
    let course = Course {
        given_up: vec![("north".into(), "no funds".into()), ("south".into(), " ".into())],
        ..Course::default()
    };
    let found = signs(&course, &LIMITS);
    assert_eq!(codes(&found), ["K19", "K19"]);
    let strengths: Vec<Strength> = found.iter().map(|sign| sign.strength).collect();
    assert_eq!(
        strengths,
        [Strength::Notable, Strength::Strong],
        "no reason weighs more than a reason"
    );
}

#[test]
fn twice_put_off_or_failed_is_seen_and_once_is_not() {
    let course = |extensions, failures| Course {
        extensions,
        failures,
        ..Course::default()
    };
    assert_eq!(codes(&signs(&course(2, 0), &LIMITS)), ["K21"]);
    assert_eq!(codes(&signs(&course(0, 2), &LIMITS)), ["K21"]);
    assert!(signs(&course(1, 1), &LIMITS).is_empty());
}

#[test]
fn many_documents_and_few_bids_are_seen() {
    let course = |taken, bids| Course {
        taken: Some(taken),
        bids,
        ..Course::default()
    };
    assert_eq!(codes(&signs(&course(15, 3), &LIMITS)), ["K22"]);
    assert!(signs(&course(14, 3), &LIMITS).is_empty());
    assert!(
        signs(&course(9, 1), &LIMITS).is_empty(),
        "too few to say anything"
    );
    assert_eq!(codes(&signs(&course(usize::MAX, 0), &LIMITS)), ["K22"]);
    assert!(signs(&Course::default(), &LIMITS).is_empty());
}
