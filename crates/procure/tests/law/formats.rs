//! The hashes and messages of tenders are byte for byte those of the ledger.

use facts::body::tender::TenderAmended;
use facts::{Canonical, Hex, Instant};
use kaibiao_procure::formats;

fn canonical(text: &str) -> Canonical {
    Canonical::parse(text.as_bytes()).unwrap()
}

#[test]
fn rules_hashes_agree_with_the_ledger() {
    let notice = canonical(r#"{"a":1,"title":"公告"}"#);
    let first = formats::rules_of_notice(&notice);
    assert_eq!(first.0, ledger::message::rules_of_notice(&notice));

    let addendum = TenderAmended {
        closes_at: Instant(5),
        documents: Vec::new(),
        number: 1,
        rules: Hex([7; 32]),
        substantive: true,
        tender: "T1".parse().unwrap(),
        text: "修改".to_owned(),
    };
    let body = Canonical::of(&addendum).unwrap();
    let second = formats::rules_of_addendum(&first, &body);
    assert_eq!(second.0, ledger::message::rules_of_addendum(&first.0, &body));

    let other = Canonical::of(&TenderAmended {
        rules: Hex([8; 32]),
        ..addendum.clone()
    })
    .unwrap();
    assert_eq!(
        formats::rules_of_addendum(&first, &other),
        second,
        "the member `rules` is not hashed"
    );
    let other = Canonical::of(&TenderAmended {
        substantive: false,
        ..addendum
    })
    .unwrap();
    assert_ne!(formats::rules_of_addendum(&first, &other), second);
}

#[test]
fn list_hashes_agree_with_the_ledger_in_any_order() {
    let (tender, stage) = ("T1".parse().unwrap(), "open".parse().unwrap());
    let list = [(Hex([2; 16]), Hex([3; 32])), (Hex([1; 16]), Hex([4; 32]))];
    let sorted = [([1; 16], [4; 32]), ([2; 16], [3; 32])];
    let expected = ledger::message::list_hash(&tender, &stage, &sorted);
    assert_eq!(formats::list_hash(&tender, &stage, &list).0, expected);
    assert_ne!(
        formats::list_hash(&tender, &"price".parse().unwrap(), &list).0,
        expected
    );
    assert_ne!(formats::list_hash(&tender, &stage, &list[..1]).0, expected);
}

#[test]
fn bid_key_messages_agree_with_the_ledger() {
    let (tender, bid) = ("T1".parse().unwrap(), "B1".parse().unwrap());
    let ours = formats::bid_key_message("o.example/log", &tender, &bid, &Hex([5; 32]));
    assert_eq!(
        ours,
        ledger::message::bid_key("o.example/log", &tender, &bid, &[5; 32])
    );
}
