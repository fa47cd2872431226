//! Cases of score sheets.

use crate::stories::{goods, works};
use crate::story::id;
use crate::{Case, case};
use facts::body::evaluation::ScoreRevealed;
use kaibiao_rules::Colour::{Red, Yellow};

fn set(s: &mut crate::Story, item: &str, value: i64) {
    s.change(|r: &mut ScoreRevealed| {
        if r.seat == id("D-1") {
            r.sheet.get_mut(&id("K1")).unwrap().insert(id(item), value);
        }
    });
}

pub const CASES: &[Case] = &[
    case("V01", works, |s| set(s, "friends", 100), Red),
    case("V03", goods, |s| set(s, "years", 1_000), Red),
    case("V04", works, |s| set(s, "plan", 4_001), Red),
    // The median is 33.60; 12.00 of 40 points away is 30 %.
    case("V06", works, |s| set(s, "plan", 2_159), Yellow),
    case(
        "V19",
        goods,
        |s| {
            let all = s.records();
            let first = all.iter().find_map(facts::Record::of::<ScoreRevealed>).unwrap();
            s.change(|r: &mut ScoreRevealed| {
                if r.seat == id("D-2") {
                    r.sheet = first.sheet.clone();
                }
            });
        },
        Yellow,
    ),
];

#[test]
fn thirty_per_cent_away_is_not_more_than_thirty() {
    let mut story = works();
    set(&mut story, "plan", 2_160);
    assert_eq!(story.board().cards("V06"), []);
}
