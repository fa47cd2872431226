//! Red flags over the platform's own tenders, names of signs that outlive a growing market, and what is fed.

use super::*;
use facts::body::evaluation::{EvaluationConcluded, LotResult, Ranked, Rejected};
use facts::body::supervision::SignJudged;
use facts::body::tender::{Method, OpeningRules, TenderNoticed, TenderRegistered};
use screen::ocds::Voice;

impl Tale {
    /// Registered by a buyer of its own and announced so many days before its opening.
    fn noticed(&mut self, opening: Instant, days: i64) {
        let registered = TenderRegistered {
            agent: None,
            buyer: AccountId::parse("buyer").unwrap(),
            regime: facts::body::tender::Regime::Works,
            tender: self.tender.clone(),
            title: "T".to_owned(),
        };
        let at = opening.plus(-days * DAY);
        self.about(at, &registered);
        let notice = TenderNoticed {
            closes_at: opening,
            documents: vec![],
            documents_from: at,
            documents_until: opening,
            lots: vec![],
            method: Method::LowestEvaluated {
                adjustments: vec![],
                must_pass: vec![],
                panel: 5,
            },
            min_bidders: 3,
            opening: OpeningRules {
                bidder_lock: false,
                objection_ms: 0,
                remedy: String::new(),
                share_ms: 0,
                unlock_ms: 0,
            },
            procedure: None,
            publicity_days: 3,
            region: "510000".to_owned(),
            stages: vec![],
            tender: self.tender.clone(),
            title: "T".to_owned(),
            trade: "A01".to_owned(),
            validity_days: 90,
        };
        self.about(at, &notice);
    }

    /// The panel ranks the first of these and rejects the second.
    fn concluded(&mut self, at: Instant, valid: &[usize], out: &[usize]) {
        let code = |n: usize| CodeId::parse(&format!("C{n}")).unwrap();
        let ranked = |n: &usize| Ranked {
            bid: bid(*n),
            code: code(*n),
            evaluated: 1,
            panel_e4: 0,
            price_e4: 0,
            rank: 1,
            total_e4: 0,
        };
        let rejected = |n: &usize| Rejected {
            bid: bid(*n),
            clause: "review:x".to_owned(),
            code: code(*n),
        };
        let body = EvaluationConcluded {
            lots: vec![LotResult {
                counted: None,
                benchmark_e4: None,
                lot: lot(),
                ranking: valid.iter().map(ranked).collect(),
                rejected: out.iter().map(rejected).collect(),
            }],
            tender: self.tender.clone(),
        };
        self.tell(Stream::Evaluation(self.tender.clone()), at, &body);
    }
}

fn raised(board: &Board, name: &str) -> Vec<String> {
    let flags = board.flags(&tender(name)).into_iter();
    flags
        .map(|flag| format!("{} {}", flag.code.word(), flag.id))
        .collect()
}

fn voice(board: &Board, code: Code) -> Vec<(usize, Voice)> {
    let gauges = board.report().gauges.iter();
    let meant = gauges.filter(|gauge| gauge.code == code);
    meant.map(|gauge| (gauge.cases, gauge.voice)).collect()
}

#[test]
fn red_flags_read_the_notice_the_result_and_the_award_of_each_lot() {
    let mut short = Tale::new("T1", 0);
    short.noticed(AT, 10);
    short.opened(AT, &[100, 300, 400]);
    let before = board(&[&short]);
    assert_eq!(raised(&before, "T1"), ["R003 T1/lot"]);
    assert_eq!(voice(&before, Code::R036), [(0, Voice::Nothing)], "no award yet");

    short.concluded(AT.plus(DAY), &[1], &[0, 2]);
    assert_eq!(Board::touched(short.records.last().unwrap()), Some(tender("T1")));
    short.award(AT.plus(2 * DAY), 1, 1);
    let mut alone = Tale::new("T2", 100);
    alone.noticed(AT, 20);
    alone.opened(AT, &[100]);
    let board = board(&[&short, &alone]);
    assert_eq!(
        raised(&board, "T1"),
        ["R003 T1/lot", "R035 T1/lot", "R036 T1/lot"]
    );
    assert_eq!(raised(&board, "T2"), ["R018 T2/lot"]);
    assert_eq!(
        voice(&board, Code::R030),
        [(1, Voice::Speaks)],
        "handed in before its deadline"
    );
    assert_eq!(voice(&board, Code::R048), [(1, Voice::TooFew)]);
    assert_eq!(board.report().currency.as_deref(), Some("CNY"));
    // As signs they are weak, carry the lot and wait for a person.
    let screened = board.tender(&tender("T1")).unwrap();
    let lowest = screened
        .signs
        .iter()
        .find(|sign| sign.code == Code::R036)
        .unwrap();
    assert_eq!(lowest.strength, Strength::Weak);
    assert_eq!(lowest.evidence[0].cells[0].value, "lot");
    assert!(board.unjudged(screened).any(|sign| sign == lowest));
}

#[test]
fn a_gap_stands_out_among_enough_lots_and_another_tender_moves_no_judgment_of_it() {
    let tale = |n: i64, second: i64| {
        let mut tale = Tale::new(&format!("T{n}"), u64::try_from(n).unwrap() * 100);
        tale.noticed(AT, 30);
        tale.opened(AT, &[1_000, second]);
        tale.concluded(AT.plus(DAY), &[0, 1], &[]);
        tale.award(AT.plus(DAY), 0, 0);
        tale
    };
    let mut tales: Vec<Tale> = (0..4).map(|n| tale(n, 1_050 + n)).collect();
    tales.push(tale(4, 2_000));
    let few = board(&tales.iter().take(4).collect::<Vec<_>>());
    assert_eq!(voice(&few, Code::R058), [(4, Voice::TooFew)]);
    let mut whole = board(&tales.iter().collect::<Vec<_>>());
    assert_eq!(voice(&whole, Code::R058), [(5, Voice::Speaks)]);
    assert!(raised(&whole, "T4").contains(&"R058 T4/lot".to_owned()));
    let name = |board: &Board| {
        let screened = board.tender(&tender("T4")).unwrap();
        let sign = screened
            .signs
            .iter()
            .find(|sign| sign.code == Code::R058)
            .unwrap();
        judging::digest(sign, screened.opened.seq)
    };
    let before = name(&whole);
    let one = tale(5, 1_056);
    whole.renew([(one.tender.clone(), one.records.clone())]);
    assert_eq!(name(&whole), before, "its evidence is its own");
}

#[test]
fn a_judgment_of_co_bidding_stays_when_the_market_grows_and_says_that_it_grew() {
    let tale = |n: i64| {
        let mut tale = Tale::new(&format!("T{n}"), u64::try_from(n).unwrap() * 100);
        tale.opened(AT.plus(n * DAY), &[100_000 + n * 977, 131_000 + n * n * 31]);
        tale.award(AT.plus(n * DAY), 0, usize::try_from(n % 2).unwrap());
        tale
    };
    let tales: Vec<Tale> = (0..6).map(tale).collect();
    let mut board = board(&tales.iter().collect::<Vec<_>>());
    let pair = |board: &Board| {
        let screened = board.tender(&tender("T0")).unwrap();
        let sign = screened.signs.iter().find(|sign| sign.code == Code::K15).unwrap();
        (sign.clone(), screened.opened.seq)
    };
    let (sign, record) = pair(&board);
    let body = SignJudged {
        code: "K15".to_owned(),
        judgment: Judgment::Explained,
        reason: "only two firms of the trade".to_owned(),
        record,
        sign: judging::digest(&sign, record).unwrap(),
        tender: tender("T0"),
    };
    assert!(judging::stands(&board, &body));
    let judged = Draft::platform(Stream::Supervision(tender("T0")), &body).unwrap();
    board.observe(&judged.record(650, AT.plus(7 * DAY)));
    let said = board.judgment(&tender("T0"), &sign).unwrap().clone();
    assert!(!board.changed_since(&sign, &said));

    let later = tale(7);
    board.renew([(later.tender.clone(), later.records.clone())]);
    let (grown, _) = pair(&board);
    assert_ne!(grown.evidence, sign.evidence, "it counts one procedure more");
    assert_eq!(board.judgment(&tender("T0"), &grown), Some(&said));
    assert!(board.changed_since(&grown, &said));
    // Before, such a sign was judged by its evidence; those judgments still count while it stands.
    let old = SignJudged {
        sign: judging::evidence(&grown).unwrap(),
        tender: tender("T7"),
        ..body
    };
    let old = Draft::platform(Stream::Supervision(tender("T7")), &old).unwrap();
    board.observe(&old.record(900, AT.plus(9 * DAY)));
    assert!(board.judgment(&tender("T7"), &grown).is_some());
}

#[test]
fn a_tender_that_comes_later_screens_the_same_as_all_at_once() {
    let tale = |n: i64| {
        let mut tale = Tale::new(&format!("T{n}"), u64::try_from(n).unwrap() * 100);
        tale.noticed(AT.plus(n * DAY), 12 + n);
        tale.opened(AT.plus(n * DAY), &[100_000 + n * 977, 131_000 + n * n * 31]);
        tale.award(AT.plus(n * DAY), 0, usize::try_from(n % 2).unwrap());
        tale
    };
    let tales: Vec<Tale> = (0..9).map(tale).collect();
    let at_once = board(&tales.iter().collect::<Vec<_>>());
    let mut by_and_by = Board::default();
    for tale in &tales {
        by_and_by.renew([(tale.tender.clone(), tale.records.clone())]);
    }
    assert_eq!(at_once.newest(), by_and_by.newest());
    assert_eq!(at_once.report(), by_and_by.report());
}

#[test]
fn every_screen_is_fed_or_named_with_the_reason() {
    let named = |word: &str| {
        UNSEEN
            .iter()
            .any(|(codes, _, _)| codes.split(", ").any(|code| code == word))
    };
    for code in Code::ALL {
        assert!(
            FED.contains(code) || named(code.word()),
            "{} is silent",
            code.word()
        );
    }
    for rule in 1..=22 {
        let word = format!("K{rule:02}");
        let fed = FED.iter().any(|code| code.word() == word);
        assert!(fed || named(&word), "{word} is silent");
    }
    for (codes, zh, en) in UNSEEN {
        assert!(!codes.is_empty() && !zh.is_empty() && !en.is_empty());
    }
    let reads: BTreeSet<Code> = flagged::READS.iter().map(|(code, _)| *code).collect();
    let flags = Code::ALL.iter().filter(|code| code.word().starts_with('R'));
    assert_eq!(reads, flags.copied().collect());
}

/// The document names every rule from K01 to K22 and every screen of the library.
#[test]
fn the_document_has_a_row_for_every_screen() {
    let document = include_str!("../../../../../docs/screens.md");
    let (table, _) = document.split_once("\n## Red flags").unwrap();
    let words: BTreeSet<&str> = table.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let codes = Code::ALL.iter().map(|code| code.word().to_owned());
    for word in codes.chain((1..=22).map(|rule| format!("K{rule:02}"))) {
        assert!(
            words.contains(word.as_str()),
            "{word} is in no row of docs/screens.md"
        );
    }
}
