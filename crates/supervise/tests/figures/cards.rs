//! Cards are counted where their facts stand in the log, and a month that is over keeps its report for ever.

use super::*;
use facts::body::card::{Ahead, CardEnded, CardIssued, CardWarned, How, RulesAdopted};
use facts::time::{DAY, HOUR};
use serde_json::Value;

/// A card as the platform writes it down.
pub(crate) fn issued(tender: &TenderId, rule: &str, colour: Colour, follows: Option<u64>) -> CardIssued {
    CardIssued {
        about: String::new(),
        ahead: None,
        at: Instant(0),
        basis: vec!["b".into()],
        colour,
        due: None,
        en: "e".into(),
        facts: vec![],
        follows,
        // Since when the rules find it is not when it was issued.
        raised: Instant(0),
        rule: rule.into(),
        since: 0,
        size: 1,
        tender: tender.clone(),
        told: vec![],
        version: Hex([0; 32]),
        zh: "z".into(),
    }
}

fn tender() -> TenderId {
    TenderId::parse("T0").unwrap()
}

fn supervision() -> Stream {
    Stream::Supervision(tender())
}

/// The facts of some tenders with a yellow card after each registration, a red one after each failure, and the end of
/// a card after each award.
pub(crate) fn carded(records: Vec<Record>) -> Vec<Record> {
    let mut log = Log(Vec::new());
    for record in records {
        let (kind, at) = (record.kind, record.at);
        let (Stream::Tender(tender) | Stream::Supervision(tender)) = &record.stream else {
            panic!("{:?}", record.stream)
        };
        let (tender, stream) = (tender.clone(), Stream::Supervision(tender.clone()));
        let seq = u64::try_from(log.0.len()).unwrap();
        log.0.push(Record { seq, ..record });
        match kind {
            Kind::TenderRegistered => {
                log.tell(stream, at, &issued(&tender, "A01", Colour::Yellow, None));
            }
            Kind::TenderFailed => log.tell(stream, at, &issued(&tender, "A03", Colour::Red, None)),
            Kind::AwardMade => {
                let card = log
                    .0
                    .iter()
                    .rfind(|card| card.kind == Kind::CardIssued && card.stream == stream)
                    .unwrap()
                    .seq;
                log.tell(stream, at, &ended(&tender, card, How::Cured));
            }
            _ => {}
        }
    }
    log.0
}

fn ended(tender: &TenderId, card: u64, how: How) -> CardEnded {
    CardEnded {
        by: 0,
        card,
        how,
        tender: tender.clone(),
    }
}

fn warned(card: u64) -> CardWarned {
    CardWarned {
        ahead: Ahead::H24,
        at: Instant(0),
        card,
        due: Instant(0),
        size: 1,
        tender: tender(),
    }
}

fn adopted(version: u8, from: Instant) -> RulesAdopted {
    RulesAdopted {
        calendar: format!("calendar-{version}"),
        changed: vec![],
        clocks: vec![],
        file: Value::Null,
        from,
        name: "n".into(),
        version: Hex([version; 32]),
    }
}

/// A card that turns red in February, with a warning before, and one that is open from January on.
fn year() -> Log {
    let mut log = Log(told(&[one(1)]));
    let on = |month, day| start_of(Date::constant(2026, month, day));
    log.tell(Stream::Rules, on(1, 20), &adopted(1, on(1, 20)));
    log.tell(
        supervision(),
        on(1, 25),
        &issued(&tender(), "A01", Colour::Yellow, None),
    );
    let yellow = log.0.last().unwrap().seq;
    log.tell(supervision(), on(1, 26), &warned(yellow));
    log.tell(
        supervision(),
        on(1, 31).plus(23 * HOUR),
        &issued(&tender(), "B01", Colour::Red, None),
    );
    log.tell(Stream::Rules, on(2, 2), &adopted(2, on(2, 2)));
    log.tell(
        supervision(),
        on(2, 3),
        &issued(&tender(), "A01", Colour::Red, Some(yellow)),
    );
    let red = log.0.last().unwrap().seq;
    log.tell(supervision(), on(3, 4), &ended(&tender(), red, How::Replaced));
    log
}

fn report(log: &Log, month: &str) -> MonthReport {
    let (docket, board) = projected(&log.0);
    let later = start_of(Date::constant(2026, 12, 1));
    MonthReport::of(&docket, &board, Month::parse(month).unwrap(), later)
}

#[test]
fn a_card_counts_in_the_month_of_its_fact_with_its_warnings_and_its_end() {
    let log = year();
    let counted = |month: &str| {
        let report = report(&log, month);
        let total = &report.divided[0].total;
        let ended = total.cured + total.lapsed + total.replaced;
        (total.yellow, total.red, total.warned, ended, report.open)
    };
    assert_eq!(counted("2025-12"), (0, 0, 0, 0, (0, 0)));
    assert_eq!(counted("2026-01"), (1, 1, 1, 0, (1, 1)));
    assert_eq!(counted("2026-02"), (0, 1, 0, 0, (2, 0)));
    assert_eq!(counted("2026-03"), (0, 0, 0, 1, (1, 0)));
    assert_eq!(report(&log, "2026-03").divided[0].total.replaced, 1);

    // In January the yellow card is still open; nobody knows yet that a red one follows.
    let january = report(&log, "2026-01");
    let cards: Vec<_> = january
        .cards
        .iter()
        .map(|card| (&*card.card.rule, card.red, card.ended, card.warned))
        .collect();
    assert_eq!(cards, [("B01", None, None, 0), ("A01", None, None, 1)]);
    let march = report(&log, "2026-03");
    assert_eq!(march.cards.len(), 1, "what ended in the month is listed in it");
    assert_eq!(march.cards[0].ended.unwrap().1, How::Replaced);
    assert!(report(&log, "2026-02").cards[0].red.is_none());
}

#[test]
fn what_the_rules_find_and_nobody_wrote_down_is_not_counted() {
    let (docket, board) = projected(&told(&[one(3)]));
    let now = start_of(Date::constant(2026, 12, 1));
    assert!(board.cards(now).count() > 0, "the rules find something");
    assert!(board.open_cards(now).all(|(_, is_logged)| !is_logged));
    let all = events(&docket, &board, now);
    let total = Statistics::of(&all, By::Buyer, Instant(i64::MIN), Instant(i64::MAX)).total;
    assert_eq!((total.red, total.yellow), (0, 0));
}

#[test]
fn a_report_names_rules_and_log_as_they_were_at_the_end_of_its_month() {
    let log = year();
    let version = |month: &str| {
        report(&log, month)
            .rules
            .map(|ruled| (ruled.version.0[0], ruled.calendar))
    };
    assert_eq!(version("2025-12"), None);
    assert_eq!(version("2026-01"), Some((1, "calendar-1".to_owned())));
    assert_eq!(version("2026-02"), Some((2, "calendar-2".to_owned())));
    for month in ["2025-12", "2026-01", "2026-02", "2026-07"] {
        let until = Month::parse(month).unwrap().ends();
        let before = log.0.iter().filter(|record| record.at < until).count();
        assert_eq!(
            report(&log, month).size,
            u64::try_from(before).unwrap(),
            "{month}"
        );
    }
}

#[test]
fn a_month_is_settled_when_something_landed_after_it_or_a_minute_later() {
    let log = Log(told(&[one(1)]));
    let (docket, board) = projected(&log.0);
    let month = Month::parse("2026-01").unwrap();
    let settled = |now: Instant| MonthReport::of(&docket, &board, month, now).settled;
    assert!(!settled(month.ends().plus(-1)) && !settled(month.ends().plus(59_999)));
    assert!(settled(month.ends().plus(60_000)));
    let mut later = Log(log.0.clone());
    later.tell(
        supervision(),
        month.ends(),
        &issued(&tender(), "A01", Colour::Red, None),
    );
    let (docket, board) = projected(&later.0);
    assert!(MonthReport::of(&docket, &board, month, month.ends()).settled);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever is told after the end of a month, its report stays to the last word: notices that bring a trade and a
    /// title, red cards after yellow ones, ends, adoptions, awards, new tenders.
    #[test]
    fn nothing_written_after_a_month_changes_its_report(stories in prop::collection::vec(story(), 1..6), month in 1_i8..8) {
        let mut records = told(&stories);
        records.sort_by_key(|record| record.at);
        let mut log = Log(carded(records));
        let last = log.0.last().unwrap().at;
        // A cause has one card of each colour, and ends once.
        let over: Vec<u64> = log.0.iter().filter_map(Record::of::<CardEnded>).map(|body| body.card).collect();
        let cards = log.0.iter().filter(|record| !over.contains(&record.seq));
        let cards: Vec<(u64, CardIssued)> = cards.filter_map(|record| Some((record.seq, record.of()?))).collect();
        let told = |tender: &TenderId| Stream::Supervision(tender.clone());
        for (seq, card) in cards.iter().filter(|(_, card)| card.colour == Colour::Yellow) {
            log.tell(told(&card.tender), last, &issued(&card.tender, "A01", Colour::Red, Some(*seq)));
        }
        for (seq, card) in &cards {
            log.tell(told(&card.tender), last.plus(DAY), &ended(&card.tender, *seq, How::Lapsed));
        }
        log.tell(Stream::Rules, last.plus(DAY), &adopted(3, last.plus(DAY)));

        let month = Month::parse(&format!("2026-{month:02}")).unwrap();
        let cut = log.0.iter().take_while(|record| record.at < month.ends()).count();
        let asked = month.ends().plus(60_000);
        let (docket, board) = projected(&log.0[..cut]);
        let then = MonthReport::of(&docket, &board, month, asked);
        for more in cut..=log.0.len() {
            let (docket, board) = projected(&log.0[..more]);
            let now = MonthReport::of(&docket, &board, month, asked.plus(400 * DAY));
            prop_assert_eq!(&then, &now);
        }
    }
}
