//! The same records give the same cards: whole, in any batches, and again; a sealed fact changes nothing.

use crate::stories::{ALL, closes, works};
use crate::story::{book, play, tender};
use facts::Record;
use facts::body::opening::OpeningRecorded;
use kaibiao_rules::Board;
use proptest::prelude::*;
use std::sync::Arc;

#[test]
fn every_prefix_settled_or_not_ends_in_the_same_cards() {
    for (name, story) in ALL {
        let mut story = story();
        story.change(|r: &mut OpeningRecorded| r.bids[1].account = crate::story::id("agent"));
        let records = story.records();
        let mut slow = Board::new(Arc::clone(book()));
        for record in &records {
            play(&mut slow, record, &records);
            slow.settle();
        }
        let told = story.board();
        let (one, other) = (told.all_cards(), slow.cards_of(&tender(), told.end));
        assert!(!one.is_empty(), "{name}");
        assert_eq!(one, other, "{name}");
        // What was seen once changes nothing.
        for record in &records {
            play(&mut slow, record, &records);
        }
        slow.settle();
        assert_eq!(one, slow.cards_of(&tender(), told.end), "{name}");
        assert_eq!(
            serde_json::to_string(&one).unwrap(),
            serde_json::to_string(&other).unwrap()
        );
    }
}

#[test]
fn before_the_list_the_board_is_the_same_whoever_bids() {
    let seen = |change: fn(&mut crate::Story)| {
        let mut story = works();
        story.until(closes().plus(2_500));
        change(&mut story);
        let told = story.board();
        let known = told.board.procedure(&tender()).unwrap().clone();
        (
            known.last.at,
            known.closed.is_some(),
            told.board.cards_of(&tender(), told.end),
        )
    };
    let with = seen(|_| {});
    let without = seen(|story| story.remove(facts::Kind::BidSubmitted));
    let stripped = |cards: Vec<kaibiao_rules::Card>| -> Vec<(String, kaibiao_rules::Colour)> {
        cards.into_iter().map(|card| (card.name(), card.colour)).collect()
    };
    assert_eq!(
        (with.0, with.1, stripped(with.2)),
        (without.0, without.1, stripped(without.2))
    );
}

proptest! {
    /// A body that was erased, or that came in pieces, never stops the board.
    #[test]
    fn erased_bodies_never_stop_it(gone in proptest::collection::btree_set(0_usize..80, 0..20)) {
        let records: Vec<Record> = works().records().into_iter().enumerate().map(|(place, mut record)| {
            if gone.contains(&place) {
                record.body = facts::Canonical::default();
            }
            record
        }).collect();
        let mut board = Board::new(Arc::clone(book()));
        for record in &records {
            play(&mut board, record, &records);
        }
        board.settle();
        let end = records.last().unwrap().at;
        for card in board.cards(end) {
            prop_assert!(card.facts.iter().all(|seq| *seq < records.len() as u64));
        }
    }
}
