//! Messages: built here once more from the words of the specification.

use crate::fixture::{stream, tender};
use facts::id::{SeatId, StageId};
use facts::{AccountId, BidId, Canonical, Hex, Kind, Seen};
use ledger::hash::sha256;
use ledger::message;

/// `LP` written out: eight bytes of length before each part.
fn lp(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&u64::try_from(part.len()).unwrap().to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[test]
fn messages_are_as_specified() {
    let seen = Seen {
        root: Hex([5; 32]),
        size: 258,
    };
    let size = [0, 0, 0, 0, 0, 0, 1, 2];
    assert_eq!(
        message::act(
            "o",
            &stream(),
            Kind::BidWithdrawn,
            &Canonical::default(),
            &[7; 16],
            &seen
        ),
        lp(&[
            b"kaibiao/act/v1",
            b"o",
            b"tender/T1",
            b"bid.withdrawn",
            &sha256(b"{}"),
            &[7; 16],
            &size,
            &[5; 32]
        ])
    );
    assert_eq!(
        message::enrol("o", &AccountId::parse("a").unwrap(), &[1; 32]),
        lp(&[b"kaibiao/enrol/v1", b"o", b"a", &[1; 32]])
    );
    assert_eq!(
        message::bid_key("o", &tender(), &BidId::parse("b").unwrap(), &[1; 32]),
        lp(&[b"kaibiao/bid-key/v1", b"o", b"T1", b"b", &[1; 32]])
    );
    assert_eq!(
        message::session("o", "procurement", &[2; 32]),
        lp(&[b"kaibiao/session/v1", b"o", b"procurement", &[2; 32]])
    );
    assert_eq!(
        message::score(&tender(), &SeatId::parse("s").unwrap(), &[3; 32], b"{}"),
        sha256(&lp(&[b"kaibiao/score/v1", b"T1", b"s", &[3; 32], b"{}"]))
    );
}

#[test]
fn rules_are_a_chain_over_notice_and_addenda() {
    let notice = Canonical::parse(b"{\"title\":\"x\"}").unwrap();
    let first = message::rules_of_notice(&notice);
    assert_eq!(
        first,
        sha256(&lp(&[b"kaibiao/rules/v1", &[0; 32], b"{\"title\":\"x\"}"]))
    );
    let addendum = Canonical::parse(b"{\"number\":1,\"rules\":\"00\",\"text\":\"y\"}").unwrap();
    let second = message::rules_of_addendum(&first, &addendum);
    assert_eq!(
        second,
        sha256(&lp(&[
            b"kaibiao/rules/v1",
            &first,
            b"{\"number\":1,\"text\":\"y\"}"
        ]))
    );
    // What the member `rules` holds cannot change the hash it is to hold.
    let other = Canonical::parse(b"{\"number\":1,\"rules\":\"ff\",\"text\":\"y\"}").unwrap();
    assert_eq!(message::rules_of_addendum(&first, &other), second);
}

#[test]
fn lists_are_hashed_in_ascending_order_of_submissions() {
    let stage = StageId::parse("main").unwrap();
    let (a, b) = (([1; 16], [9; 32]), ([2; 16], [8; 32]));
    let hash = message::list_hash(&tender(), &stage, &[b, a]);
    assert_eq!(hash, message::list_hash(&tender(), &stage, &[a, b]));
    assert_eq!(
        hash,
        sha256(&lp(&[
            b"kaibiao/list/v1",
            b"T1",
            b"main",
            &[1; 16],
            &[9; 32],
            &[2; 16],
            &[8; 32]
        ]))
    );
    assert_ne!(hash, message::list_hash(&tender(), &stage, &[a]));
}
