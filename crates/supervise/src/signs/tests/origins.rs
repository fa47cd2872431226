//! K10: bids from one network address, by the numbers that the platform published.

use super::*;
use facts::body::opening::{BidOrigin, OriginsCompared};

fn compared(tale: &mut Tale, record: u64, at: Instant, addresses: &[Option<u32>]) {
    let tender = tale.tender.clone();
    let origin = |(n, address): (usize, &Option<u32>)| BidOrigin {
        address: *address,
        bid: bid(n),
    };
    let bids = addresses.iter().enumerate().map(origin).collect();
    tale.about(at, &OriginsCompared { bids, record, tender });
}

fn tale(addresses: &[Option<u32>]) -> Tale {
    let mut tale = Tale::new("T1", 0);
    let at = Instant(100 * DAY);
    let record = tale.opened(at, &[900, 950, 1_010, 990]);
    compared(&mut tale, record, at, addresses);
    tale
}

#[test]
fn bids_from_one_address_are_a_sign_and_nobody_else_is_in_it() {
    let tale = tale(&[Some(1), Some(2), Some(1), None]);
    let board = board(&[&tale]);
    let screened = board.tender(&tender("T1")).unwrap();
    let signs: Vec<&Sign> = screened
        .signs
        .iter()
        .filter(|sign| sign.code == Code::K10)
        .collect();
    let [sign] = signs.as_slice() else {
        panic!("{signs:?}");
    };
    let subjects: Vec<&str> = sign.subjects.iter().map(String::as_str).collect();
    assert_eq!(subjects, ["bidder-0", "bidder-2"]);
    assert_eq!(sign.strength, Strength::Notable);
}

#[test]
fn different_and_unknown_addresses_are_no_sign() {
    for addresses in [[Some(1), Some(2), Some(3), Some(4)], [None, None, None, None]] {
        let tale = tale(&addresses);
        assert!(!codes(&board(&[&tale]), "T1").contains(&"K10"), "{addresses:?}");
    }
}

#[test]
fn a_comparison_wakes_the_board() {
    let tale = tale(&[Some(1), Some(1), None, None]);
    let record = tale.records.last().unwrap();
    assert_eq!(record.kind, Kind::OriginsCompared);
    assert_eq!(Board::touched(record), Some(tender("T1")));
}
