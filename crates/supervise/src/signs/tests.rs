//! Signs of opened tenders: what counts, what is not looked at, and that a reading twice changes nothing.

#![expect(clippy::arithmetic_side_effects, reason = "test code")]

mod market;
mod origins;

use super::*;
use facts::body::award::{Award, AwardMade, Candidate, CandidatesPublicised};
use facts::body::bid::{BidSubmitted, Letter};
use facts::body::contract::{DepositForm, DepositsReceived, PaidFrom, Received};
use facts::body::evaluation::{CodesDrawn, ScoreRevealed};
use facts::body::opening::{ListFrozen, Listed, OpenedBid, OpenedPart, OpeningRecorded};
use facts::body::platform::FactsDisclosed;
use facts::id::{CodeId, ItemId, LotId, PartId, SeatId, StageId};
use facts::time::{DAY, SECOND};
use facts::{AccountId, BidId, Body, Currency, Draft, Hex, Instant, Money};
use screen::Code;

fn tender(name: &str) -> TenderId {
    TenderId::parse(name).unwrap()
}

fn bid(n: usize) -> BidId {
    BidId::parse(&format!("bid-{n}")).unwrap()
}

fn account(n: usize) -> AccountId {
    AccountId::parse(&format!("bidder-{n}")).unwrap()
}

fn lot() -> LotId {
    LotId::parse("lot").unwrap()
}

fn stage() -> StageId {
    StageId::parse("open").unwrap()
}

fn yuan(yuan: i64) -> Money {
    Money::new(Currency::CNY, yuan * 100)
}

/// The history of one tender, as a store gives it out.
struct Tale {
    tender: TenderId,
    records: Vec<Record>,
    next: u64,
}

impl Tale {
    fn new(name: &str, next: u64) -> Self {
        Self {
            tender: tender(name),
            records: Vec::new(),
            next,
        }
    }

    fn tell<B: Body>(&mut self, stream: Stream, at: Instant, body: &B) -> u64 {
        let seq = self.next;
        self.records
            .push(Draft::platform(stream, body).unwrap().record(seq, at));
        self.next += 1;
        seq
    }

    fn about<B: Body>(&mut self, at: Instant, body: &B) -> u64 {
        self.tell(Stream::Tender(self.tender.clone()), at, body)
    }

    /// Bids are handed in a second apart, listed, and opened at these prices; the first bidders share a leader.
    fn opened(&mut self, at: Instant, prices: &[i64]) -> u64 {
        let mut envelopes = Vec::new();
        for n in 0..prices.len() {
            let body = BidSubmitted {
                bid: bid(n),
                envelopes: Vec::new(),
                revision: 1,
                rules: Hex::default(),
                tender: self.tender.clone(),
            };
            let handed = at.plus(-3 * DAY + i64::try_from(n).unwrap() * SECOND);
            envelopes.push(Listed {
                bid: bid(n),
                envelope: Hex::default(),
                seq: self.about(handed, &body),
                submission: Hex::default(),
            });
        }
        let (tender, list) = (self.tender.clone(), Hex::default());
        self.about(
            at,
            &ListFrozen {
                envelopes,
                list,
                stage: stage(),
                tender,
                until: at,
            },
        );
        let bids = prices.iter().enumerate().map(|(n, price)| OpenedBid {
            account: account(n),
            bid: bid(n),
            parts: vec![OpenedPart {
                letter: Some(Letter {
                    account: account(n),
                    brand: None,
                    certificate: Hex([0; 64]),
                    deviations: BTreeMap::new(),
                    name: format!("Firm {n}"),
                    period_days: 90,
                    price: Some(yuan(*price)),
                    project_lead: if n < 2 {
                        "Zhao Liu".to_owned()
                    } else {
                        format!("Leader {n}")
                    },
                    quality: "good".to_owned(),
                }),
                lot: lot(),
                bytes: None,
                part: PartId::parse("letter").unwrap(),
                sha256: None,
                submission: Hex::default(),
                unopened: None,
            }],
        });
        let record = OpeningRecorded {
            bids: bids.collect(),
            list: Hex::default(),
            panel: None,
            quorum: vec![1],
            stage: stage(),
            tender: self.tender.clone(),
            until: at,
        };
        self.about(at, &record)
    }

    fn award(&mut self, at: Instant, first: usize, winner: usize) {
        let candidate = Candidate {
            account: account(first),
            bid: bid(first),
            lot: lot(),
            price: yuan(1),
            rank: 1,
        };
        let tender = self.tender.clone();
        let publicised = CandidatesPublicised {
            candidates: vec![candidate],
            evaluation: 0,
            tender: tender.clone(),
            until: at,
        };
        self.about(at, &publicised);
        let award = Award {
            account: account(winner),
            bid: bid(winner),
            deviation: (first != winner).then(|| "gave up".to_owned()),
            lot: lot(),
            price: yuan(1),
        };
        self.about(
            at,
            &AwardMade {
                awards: vec![award],
                tender,
            },
        );
    }
}

const AT: Instant = Instant(1_800_000_000_000);

fn board(tales: &[&Tale]) -> Board {
    let mut board = Board::default();
    board.renew(
        tales
            .iter()
            .map(|tale| (tale.tender.clone(), tale.records.clone())),
    );
    board
}

fn codes(board: &Board, name: &str) -> Vec<&'static str> {
    let mut codes: Vec<&str> = board
        .tender(&tender(name))
        .unwrap()
        .signs
        .iter()
        .map(|sign| sign.code.word())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn an_opening_in_equal_steps_has_signs_with_its_evidence() {
    let mut tale = Tale::new("T1", 10);
    let record = tale.opened(AT, &[9_500_000, 9_550_000, 9_600_000, 9_650_000]);
    let board = board(&[&tale]);
    let screened = board.tender(&tender("T1")).unwrap();
    assert_eq!((screened.opened.seq, screened.opened.at), (record, AT));
    let codes = codes(&board, "T1");
    assert!(
        codes.contains(&"K13") && codes.contains(&"K14") && codes.contains(&"K03"),
        "{codes:?}"
    );
    assert_eq!(
        screened.signs[0].strength,
        Strength::Strong,
        "the strongest first"
    );
    let lead = screened.signs.iter().find(|sign| sign.code == Code::K03).unwrap();
    assert_eq!(lead.subjects, ["bidder-0", "bidder-1"]);
    assert_eq!(screened.opened.name("bidder-0"), "Firm 0");
    assert_eq!(screened.opened.name("nobody"), "nobody");
}

#[test]
fn nothing_is_looked_at_before_the_opening() {
    let mut tale = Tale::new("T1", 0);
    tale.opened(AT, &[1, 2, 3]);
    tale.records.retain(|record| record.kind != Kind::OpeningRecorded);
    assert!(board(&[&tale]).newest().is_empty());
    assert!(tale.records.iter().all(|record| Board::touched(record).is_none()));
}

#[test]
fn sheets_count_only_once_disclosed() {
    let mut tale = Tale::new("T1", 0);
    tale.opened(AT, &[100, 300]);
    let stream = Stream::Evaluation(tale.tender.clone());
    let code = |n: usize| CodeId::parse(&format!("C{n}")).unwrap();
    let drawn = CodesDrawn {
        codes: (0..2).map(|n| (code(n), bid(n))).collect(),
        tender: tale.tender.clone(),
    };
    let mut seqs = vec![tale.tell(stream.clone(), AT, &drawn)];
    for (seat, points) in [8_000, 8_100, 8_000, 3_000].into_iter().enumerate() {
        let row = |points: i64| BTreeMap::from([(ItemId::parse("plan").unwrap(), points)]);
        let revealed = ScoreRevealed {
            salt: Hex::default(),
            seat: SeatId::parse(&format!("seat-{seat}")).unwrap(),
            sheet: BTreeMap::from([(code(0), row(8_000)), (code(1), row(points))]),
            tender: tale.tender.clone(),
        };
        seqs.push(tale.tell(stream.clone(), AT, &revealed));
    }
    assert!(!codes(&board(&[&tale]), "T1").contains(&"K20"));
    let disclosed = FactsDisclosed {
        basis: "award".to_owned(),
        seqs,
    };
    let seq = tale.tell(stream, AT, &disclosed);
    let last = tale.records.last().unwrap();
    assert_eq!((last.seq, Board::touched(last)), (seq, Some(tender("T1"))));
    let board = board(&[&tale]);
    let screened = board.tender(&tender("T1")).unwrap();
    let sign = screened.signs.iter().find(|sign| sign.code == Code::K20).unwrap();
    assert_eq!(sign.subjects, ["seat-3"]);
    assert_eq!(sign.evidence[1].cells[0].value, "30.000000");
}

#[test]
fn who_is_passed_over_and_who_always_meets_is_seen() {
    let mut tales: Vec<Tale> = (0..6_i64)
        .map(|n| {
            let mut tale = Tale::new(&format!("T{n}"), u64::try_from(n).unwrap() * 100);
            tale.opened(AT.plus(n * DAY), &[100_000 + n * 977, 131_000 + n * n * 31]);
            tale.award(AT.plus(n * DAY), 0, usize::try_from(n % 2).unwrap());
            tale
        })
        .collect();
    let all: Vec<&Tale> = tales.iter().collect();
    let whole = board(&all);
    assert!(
        codes(&whole, "T1").contains(&"K19"),
        "the first candidate gave up"
    );
    assert!(codes(&whole, "T0").contains(&"K15"), "the same two, in turn");
    let newest: Vec<String> = whole
        .newest()
        .iter()
        .map(|one| one.opened.tender.to_string())
        .collect();
    assert_eq!(newest, ["T5", "T4", "T3", "T2", "T1", "T0"]);
    tales.truncate(4);
    let few: Vec<&Tale> = tales.iter().collect();
    assert!(
        !codes(&board(&few), "T0").contains(&"K15"),
        "four times together is not five"
    );
}

#[test]
fn deposits_of_one_payer_are_a_sign_by_the_last_list_and_nobodys_account_is_named() {
    let row = |n: usize, payer: u32| Received {
        amount: yuan(1_000),
        bid: bid(n),
        form: DepositForm::Transfer,
        from: Some(PaidFrom { own: false, payer }),
        lot: lot(),
        received_at: AT.plus(-DAY),
    };
    let list = |deposits: Vec<Received>| DepositsReceived {
        deposits,
        tender: tender("T1"),
    };
    let mut tale = Tale::new("T1", 0);
    tale.opened(AT, &[9_512_300, 9_871_100, 9_604_200, 9_333_000]);
    assert!(!codes(&board(&[&tale]), "T1").contains(&"K06"));
    tale.about(AT, &list(vec![row(0, 1), row(1, 2), row(2, 3), row(3, 2)]));
    assert_eq!(Board::touched(tale.records.last().unwrap()), Some(tender("T1")));
    let told = board(&[&tale]);
    let screened = told.tender(&tender("T1")).unwrap();
    let sign = screened.signs.iter().find(|sign| sign.code == Code::K06).unwrap();
    assert_eq!(sign.subjects, ["bidder-1", "bidder-3"]);
    assert_eq!(sign.strength, Strength::Strong);
    assert_eq!(sign.evidence[0].cells[0].value, "#2");
    // The buyer had mixed up two rows; guarantees have no payer, and a bid that was not opened counts for nothing.
    let mut guarantee = row(3, 0);
    (guarantee.form, guarantee.from) = (DepositForm::Guarantee, None);
    tale.about(AT, &list(vec![row(0, 1), row(1, 2), row(9, 2), guarantee]));
    assert!(!codes(&board(&[&tale]), "T1").contains(&"K06"));
}

#[test]
fn taking_in_a_history_twice_changes_nothing() {
    let mut tale = Tale::new("T1", 0);
    tale.opened(AT, &[9_500_000, 9_550_000, 9_600_000]);
    let once = board(&[&tale]);
    let mut twice = board(&[&tale]);
    twice.renew([(tale.tender.clone(), tale.records.clone())]);
    twice.renew([(tender("T2"), Vec::new())]);
    assert_eq!(once.newest(), twice.newest());
}

#[test]
fn the_screens_that_rules_name_are_those_that_run_and_what_they_read_is_said() {
    use rules::vocabulary::SCREENS;
    let words: Vec<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    let read: Vec<&str> = READ.iter().map(|(code, ..)| *code).collect();
    assert_eq!(read, SCREENS, "each screen that runs, and what it reads");
    assert!(SCREENS.iter().all(|code| words.contains(code)));
    // What the rules of supervision ask for and no screen looks at stands under what the platform cannot see.
    let unseen: Vec<&str> = UNSEEN.iter().flat_map(|(codes, ..)| codes.split(", ")).collect();
    for rule in rules::RuleBook::of_this_build().rules {
        let is_looked_at = !rule.screens.is_empty() || !rule.checks.is_empty() || rule.honoured.is_some();
        if rule.id.starts_with('K') && !is_looked_at {
            assert!(unseen.contains(&rule.id.as_str()), "{}", rule.id);
            assert!(rule.missing().next().is_some(), "{}", rule.id);
        }
    }
}
