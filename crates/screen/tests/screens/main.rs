//! Every screen with one case that it sees and one that it passes over, degenerate input, and what holds for all.
//!
//! Invariant: all names and numbers here are invented.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

mod any_input;
mod cobidding;
mod course;
mod ocds;
mod origins;
mod prices;
mod scores;
mod texts;
mod timing;
mod tsuchiura;

use kaibiao_screen::{Code, Sign};

/// The codes of signs, in order, each as often as it occurs.
fn codes(signs: &[Sign]) -> Vec<&'static str> {
    signs.iter().map(|sign| sign.code.word()).collect()
}

/// The signs of one code.
fn of(signs: &[Sign], code: Code) -> Vec<&Sign> {
    signs.iter().filter(|sign| sign.code == code).collect()
}

#[test]
fn every_code_says_what_it_is_and_where_it_comes_from() {
    let mut words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    for code in Code::ALL {
        let about = code.about();
        for text in [about.title.zh, about.title.en, about.basis, about.source] {
            assert!(!text.is_empty(), "{}", code.word());
        }
    }
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
    assert_eq!(Sign::CARD, "yellow");
}
