//! Envelopes that do not open: whose fault it is, and that the others go on.

use crate::support::{Bidder, Layout, ORIGIN, World, bid, id, tender};
use facts::body::bid::{BidSubmitted, Letter};
use facts::body::opening::{Cause, OpeningRecorded, TenderFailed};
use facts::id::StageId;
use facts::{BidId, Canonical, Currency, Hex, Kind, Money};
use kaibiao_procure::opening::{Bidder as Known, LetterFault, read_letter};

fn open() -> StageId {
    id("open")
}

/// What a bidder puts into the envelope.
type Content = fn(&Bidder) -> Vec<u8>;

/// Three honest bidders and one whose only envelope holds what `plain` makes of it.
fn with_odd_envelope(plain: impl Fn(&Bidder, &World) -> Vec<u8>) -> (World, Vec<Bidder>) {
    let (mut world, mut bidders) = World::with_bids(Layout::small(), 3);
    let mut odd = Bidder::new(4, &mut world.rng);
    world.ok(odd.enter(&world));
    let bytes = plain(&odd, &world);
    let envelope = odd.seal_framed(&mut world, &id("L1"), &id("letter"), &bytes);
    let rules = world.state.rules().unwrap().rules;
    let body = BidSubmitted {
        bid: bid(4),
        envelopes: vec![envelope],
        revision: 1,
        rules,
        tender: tender(),
    };
    world.ok(odd.submit_with(&world, body));
    bidders.push(odd);
    (world, bidders)
}

fn opened(world: &mut World, bidders: &[Bidder]) -> OpeningRecorded {
    world.close();
    world.settle();
    world.shares(&open(), &[2, 3, 4]);
    world.read_out(&open(), bidders);
    world.last()
}

fn cause(record: &OpeningRecorded, bid: &BidId) -> Option<(Cause, String)> {
    let opened = record.bids.iter().find(|opened| opened.bid == *bid).unwrap();
    opened.parts[0]
        .unopened
        .clone()
        .map(|unopened| (unopened.cause, unopened.evidence))
}

fn framed(letter: &Letter) -> Vec<u8> {
    seal::pad::pad(&Canonical::of(letter).unwrap().to_bytes()).unwrap()
}

#[test]
fn an_envelope_that_opens_to_no_letter_is_its_bidders_own_fault() {
    let cases: [(&str, Content); 8] = [
        ("not a letter", |_| seal::pad::pad(b"see the other file").unwrap()),
        ("padding is not zero", |bidder| {
            let mut plain = framed(&bidder.letter(true));
            *plain.last_mut().unwrap() = 1;
            plain
        }),
        ("announces", |_| vec![0xff; 65_536]),
        ("names account", |bidder| {
            framed(&Letter {
                account: id("bidder-1"),
                ..bidder.letter(true)
            })
        }),
        ("certificate", |bidder| {
            framed(&Letter {
                certificate: Hex([1; 64]),
                ..bidder.letter(true)
            })
        }),
        ("no price", |bidder| framed(&bidder.letter(false))),
        ("must not be negative", |bidder| {
            framed(&Letter {
                price: Some(Money::new(Currency::JPY, 9_000_000)),
                ..bidder.letter(true)
            })
        }),
        ("not a letter", |bidder| {
            let mut text = Canonical::of(&bidder.letter(true)).unwrap().to_bytes();
            text.push(b'\n');
            seal::pad::pad(&text).unwrap()
        }),
    ];
    for (evidence, plain) in cases {
        let (mut world, bidders) = with_odd_envelope(|bidder, _| plain(bidder));
        let record = opened(&mut world, &bidders);
        let (cause_found, found) = cause(&record, &bid(4)).unwrap();
        assert_eq!(cause_found, Cause::BidderBadEnvelope, "{evidence}");
        assert!(found.contains(evidence), "{found:?} does not say {evidence:?}");
        for number in 1..=3 {
            assert_eq!(cause(&record, &bid(number)), None, "the others go on");
        }
    }
}

#[test]
fn a_body_the_platform_lost_or_changed_is_the_platforms_fault() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let digest = |world: &World, number| {
        world.state.bids[&bid(number)].standing().unwrap().body.envelopes[0].body_digest
    };
    let (lost, changed) = (digest(&world, 1), digest(&world, 2));
    world.vault.remove(&lost);
    *world.vault.get_mut(&changed).unwrap().last_mut().unwrap() ^= 1;
    let record = opened(&mut world, &bidders);
    assert_eq!(cause(&record, &bid(1)).unwrap().0, Cause::PlatformMissingBody);
    let (changed, evidence) = cause(&record, &bid(2)).unwrap();
    assert_eq!(changed, Cause::PlatformMissingBody, "{evidence}");
    assert_eq!(cause(&record, &bid(3)), None);
    assert!(!Cause::PlatformMissingBody.is_bidders());
}

#[test]
fn a_cut_body_is_the_platforms_fault_too() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let digest = world.state.bids[&bid(1)].standing().unwrap().body.envelopes[0].body_digest;
    world.vault.get_mut(&digest).unwrap().truncate(30);
    let record = opened(&mut world, &bidders);
    assert_eq!(cause(&record, &bid(1)).unwrap().0, Cause::PlatformMissingBody);
}

#[test]
fn when_not_one_bid_opens_the_tender_fails_after_the_record() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.vault.clear();
    let record = opened(&mut world, &bidders);
    assert!(
        record
            .bids
            .iter()
            .all(|opened| opened.parts[0].unopened.is_some())
    );
    world.wait(crate::support::OBJECTION);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::OpeningClosed, Kind::TenderFailed]);
    assert_eq!(world.last::<TenderFailed>().cause, "no_valid_bid");
}

#[test]
fn a_letter_is_read_only_under_its_own_bid() {
    let (world, bidders) = World::with_bids(Layout::small(), 2);
    let known = Known {
        key: Hex(bidders[0].account_key.public().to_bytes()),
    };
    let lot = id("L1");
    let file = bidders[0].file(&world, &id("letter"));
    let read = |origin: &str, bid: &BidId, known: &Known, file: &[u8]| {
        read_letter(&world.state, origin, (bid, &lot, &open()), known, file)
    };
    assert_eq!(
        read(ORIGIN, &bid(1), &known, &file).unwrap().price,
        Some(bidders[0].price())
    );
    assert_eq!(
        read("other.example/log", &bid(1), &known, &file),
        Err(LetterFault::Certificate)
    );
    assert!(matches!(
        read(ORIGIN, &bid(2), &known, &file),
        Err(LetterFault::Account { .. })
    ));
    assert_eq!(read(ORIGIN, &bid(9), &known, &file), Err(LetterFault::Stranger));
    let other = Known {
        key: Hex(bidders[1].account_key.public().to_bytes()),
    };
    assert_eq!(
        read(ORIGIN, &bid(1), &other, &file),
        Err(LetterFault::Certificate)
    );
    let spaced = String::from_utf8(file).unwrap().replacen(':', ": ", 1);
    assert!(matches!(
        read(ORIGIN, &bid(1), &known, spaced.as_bytes()),
        Err(LetterFault::Form(_))
    ));
}
