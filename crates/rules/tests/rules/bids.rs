//! Cases of bids, read from what the list and the record disclosed.

use crate::stories::{closes, works};
use crate::{Case, case};
use facts::Kind;
use facts::body::opening::OpeningRecorded;
use facts::time::{DAY, MINUTE};
use kaibiao_rules::Colour::{Red, Yellow};

pub const CASES: &[Case] = &[
    // The last of the three had arrived 31 hours before the deadline.
    case("B05", works, |s| s.arrived(Kind::BidSubmitted, -3 * DAY), Red),
    case("B07", works, |s| s.arrived(Kind::BidSubmitted, -3 * DAY), Red),
    case(
        "B08",
        works,
        |s| s.arrived(Kind::BidSubmitted, MINUTE + 1),
        Yellow,
    ),
    case("B09", works, |s| s.shift(Kind::ShareGiven, -2 * DAY), Red),
    case(
        "B14",
        works,
        |s| s.change(|r: &mut OpeningRecorded| r.bids[1].account = r.bids[0].account.clone()),
        Red,
    ),
    case(
        "B15",
        works,
        |s| s.change(|r: &mut OpeningRecorded| r.bids[1].account = crate::story::id("op1")),
        Red,
    ),
    case(
        "B16",
        works,
        |s| s.change(|r: &mut OpeningRecorded| r.bids[1].account = crate::story::id("agent")),
        Red,
    ),
];

#[test]
fn nothing_is_said_of_bids_before_the_list() {
    let mut story = works();
    story.until(closes().plus(2_500));
    let told = story.board();
    let known = told.board.procedure(&crate::story::tender()).unwrap();
    assert!(known.submitted.is_empty());
    for rule in ["B05", "B07", "B08", "B14", "B15", "B16", "O02", "O12"] {
        assert_eq!(
            told.standing(rule),
            kaibiao_rules::board::Standing::Silent,
            "{rule}"
        );
    }
}
