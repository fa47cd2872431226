//! Cards in the log: issued once, yellow and then red, warned of, ended; the same whoever looks and whenever; and
//! nothing of it before the opening that depends on who bids.

use crate::Story;
use crate::stories::{closes, result_at, start, works};
use crate::story::{Told, book, tender};
use facts::body::card::{Ahead, CardEnded, CardIssued, CardWarned, Colour, How};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Body, Draft, Instant, Kind, Record};
use kaibiao_rules::Board;
use kaibiao_rules::issued::{self, Issued, Look};
use std::sync::Arc;

fn adopted(mut story: Story) -> Story {
    story.adopted(start().plus(-DAY));
    story
}

/// Looks at a story at an instant, with what was issued before; what follows is issued from `place` on.
fn step(told: &Board, cards: &mut Issued, at: Instant, place: u64) -> Vec<Draft> {
    let Some(look) = told.look(&tender(), at) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    loop {
        let drafts = issued::decide(cards, &look, at).unwrap();
        if drafts.is_empty() {
            return all;
        }
        for draft in drafts {
            let seq = place + u64::try_from(all.len()).unwrap();
            cards.observe(&draft.record(seq, at));
            all.push(draft);
        }
    }
}

/// Plays a story as the housekeeper would: after every fact, and whenever a card changes by time alone.
fn kept(story: &Story, until: Instant) -> (Vec<(Instant, Draft)>, Issued) {
    let records = story.records();
    let (mut board, mut cards, mut all) = (Board::new(Arc::clone(book())), Issued::default(), Vec::new());
    let mut look = |board: &Board, at: Instant, cards: &mut Issued| {
        let place = 1_000_000 + u64::try_from(all.len()).unwrap();
        all.extend(step(board, cards, at, place).into_iter().map(|draft| (at, draft)));
    };
    for (place, record) in records.iter().enumerate() {
        crate::story::play(&mut board, record, &records);
        board.settle();
        let next = records.get(place + 1).map_or(until, |next| next.at);
        let mut now = record.at;
        look(&board, now, &mut cards);
        while let Some(later) = board.next_change(&tender(), now).filter(|later| *later < next) {
            now = later;
            look(&board, now, &mut cards);
        }
    }
    (all, cards)
}

fn of<B: Body>(drafts: &[(Instant, Draft)]) -> Vec<(Instant, B)> {
    let read =
        |(at, draft): &(Instant, Draft)| (draft.kind == B::KIND).then(|| (*at, draft.body.read().unwrap()));
    drafts.iter().filter_map(read).collect()
}

fn late() -> Story {
    let mut story = adopted(works());
    story.shift(Kind::CandidatesPublicised, 6 * DAY);
    story.shift(Kind::AwardMade, 6 * DAY);
    story
}

#[test]
fn a_limit_that_passes_gets_a_yellow_card_its_warnings_a_red_card_and_an_end() {
    let (drafts, cards) = kept(&late(), result_at().plus(60 * DAY));
    let issued: Vec<(Instant, CardIssued)> = of(&drafts)
        .into_iter()
        .filter(|(_, card): &(_, CardIssued)| card.rule == "A01")
        .collect();
    let colours: Vec<Colour> = issued.iter().map(|(_, card)| card.colour).collect();
    assert_eq!(colours, [Colour::Yellow, Colour::Red]);
    let (yellow, red) = (&issued[0], &issued[1]);
    let due = yellow.1.due.unwrap();
    assert_eq!(
        (yellow.0, yellow.1.ahead),
        (due.plus(-48 * HOUR), Some(Ahead::H48))
    );
    assert_eq!(
        (red.0, red.1.raised, red.1.ahead),
        (due.plus(1), due.plus(1), Some(Ahead::Over))
    );
    assert_eq!(yellow.1.version, book().version);
    assert!(yellow.1.told.iter().any(|who| who == "supervisors") && yellow.1.told.len() > 1);
    assert!(!yellow.1.facts.is_empty() && yellow.1.size > yellow.1.facts[0]);
    let warned: Vec<(Instant, CardWarned)> = of(&drafts);
    let of_a01: Vec<Ahead> = (warned.iter())
        .filter(|(_, warned)| warned.due == due)
        .map(|(_, warned)| warned.ahead)
        .collect();
    assert_eq!(of_a01, [Ahead::H24, Ahead::Today]);
    let course = cards
        .courses()
        .find(|course| course.red.as_ref().is_some_and(|red| red.body.rule == "A01"));
    let course = course.unwrap();
    assert_eq!(
        course.red.as_ref().unwrap().body.follows,
        Some(course.yellow.as_ref().unwrap().seq)
    );
    let (_, at, ended) = course.ended.as_ref().unwrap();
    assert_eq!(
        (ended.how, ended.card),
        (How::Cured, course.red.as_ref().unwrap().seq)
    );
    assert_eq!(*at, result_at().plus(6 * DAY).max(*at));
}

#[test]
fn nothing_is_issued_twice_however_often_it_is_looked_at() {
    let story = late();
    let (once, cards) = kept(&story, result_at().plus(60 * DAY));
    let mut causes: Vec<_> = of::<CardIssued>(&once)
        .into_iter()
        .map(|(_, card)| (issued::cause(&card), card.colour))
        .collect();
    let all = causes.len();
    causes.sort();
    causes.dedup();
    assert_eq!(causes.len(), all);
    let ended = of::<CardEnded>(&once);
    assert!(!ended.is_empty());
    let told = story.board();
    for later in 0..5 {
        let at = told.end.plus(later * DAY);
        let look = told.board.look(&tender(), at).unwrap();
        assert_eq!(issued::decide(&cards, &look, at).unwrap(), Vec::new());
        assert!(!issued::is_news(&cards, &look));
    }
}

#[test]
fn the_same_input_gives_the_same_cards() {
    let until = result_at().plus(60 * DAY);
    assert_eq!(kept(&late(), until).0, kept(&late(), until).0);
}

#[test]
fn whoever_looks_late_still_issues_the_red_card_and_its_end_but_no_stale_warning() {
    let Told { board, end, .. } = late().board();
    let mut cards = Issued::default();
    let drafts: Vec<(Instant, Draft)> = step(&board, &mut cards, end, 1_000_000)
        .into_iter()
        .map(|draft| (end, draft))
        .collect();
    let of_a01: Vec<Colour> = (of::<CardIssued>(&drafts).iter())
        .filter(|(_, card)| card.rule == "A01")
        .map(|(_, card)| card.colour)
        .collect();
    assert_eq!(of_a01, [Colour::Red]);
    assert_eq!(of::<CardWarned>(&drafts).len(), 0);
    assert!(
        of::<CardEnded>(&drafts)
            .iter()
            .any(|(_, ended)| ended.how == How::Cured)
    );
}

#[test]
fn without_an_adopted_version_nothing_is_issued_and_a_stale_look_is_refused() {
    let told = works().board();
    assert_eq!(told.board.look(&tender(), told.end), None);
    let mut later = works();
    later.adopted(start().plus(-DAY));
    let told = later.board();
    let look: Look = told.board.look(&tender(), told.end).unwrap();
    for at in [told.end.plus(-1), told.end.plus(2 * MINUTE)] {
        assert_eq!(
            issued::decide(&Issued::default(), &look, at).unwrap_err().code,
            "cards.stale"
        );
    }
}

#[test]
fn a_start_that_is_replaced_ends_the_card_of_the_one_before() {
    let mut story = adopted(works());
    story.until(result_at().plus(1));
    let concluded: Record = (story.records().into_iter())
        .find(|record| record.kind == Kind::EvaluationConcluded)
        .unwrap();
    let body: facts::body::evaluation::EvaluationConcluded = concluded.of().unwrap();
    story.add(result_at().plus(4 * DAY), &body);
    let (drafts, _) = kept(&story, result_at().plus(4 * DAY + 1));
    let ended: Vec<(Instant, CardEnded)> = of(&drafts);
    let replaced = ended
        .iter()
        .find(|(_, ended)| ended.how == How::Replaced)
        .unwrap();
    let last = story.records().last().unwrap().seq;
    assert_eq!((replaced.0, replaced.1.by), (result_at().plus(4 * DAY), last));
}

#[test]
fn before_the_list_the_cards_are_the_same_whoever_bids() {
    let seen = |change: fn(&mut Story)| {
        let mut story = adopted(works());
        story.until(closes().plus(2_500));
        // A breach of the notice, so that there is a card at all.
        story.shift(Kind::TenderNoticed, 10 * DAY);
        change(&mut story);
        let (drafts, _) = kept(&story, closes().plus(3_000));
        let cards = of::<CardIssued>(&drafts).into_iter();
        let told: Vec<_> = cards
            .map(|(at, mut card)| {
                // Positions count confidential entries too, as every public entry does.
                (card.facts, card.since, card.size) = (Vec::new(), 0, 0);
                (at, card)
            })
            .collect();
        assert!(!told.is_empty());
        told
    };
    assert_eq!(seen(|_| {}), seen(|story| story.remove(Kind::BidSubmitted)));
}
