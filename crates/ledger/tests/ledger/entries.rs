//! Entries: one spelling, every other one refused.

use crate::fixture::{Log, START};
use facts::{Canonical, Kind};
use ledger::{Actor, Entry, EntryError, Skim};
use proptest::prelude::*;

#[test]
fn bytes_are_the_canonical_form_of_facts_and_come_back() {
    let log = Log::of(10);
    for linked in &log.linked {
        let canonical = Canonical::parse(&linked.entry_bytes).unwrap();
        assert_eq!(canonical.to_bytes(), linked.entry_bytes);
        assert_eq!(canonical.members().len(), 9);
        assert_eq!(Entry::parse(&linked.entry_bytes).unwrap(), linked.entry);
        let skim = Skim::parse(&linked.entry_bytes).unwrap();
        assert_eq!(
            (skim.seq, skim.prev, skim.ts),
            (linked.entry.seq, linked.entry.prev, linked.entry.ts)
        );
    }
}

#[test]
fn a_confidential_entry_shows_nothing() {
    let log = Log::of(5);
    for hidden in [1, 4] {
        let text = String::from_utf8(log.linked[hidden].entry_bytes.clone()).unwrap();
        assert!(text.starts_with("{\"actor\":\"\","), "{text}");
        assert!(
            text.contains("\"kind\":\"confidential\"") && text.contains("\"sig\":\"\",\"subj\":\"\""),
            "{text}"
        );
    }
}

fn changed(from: &str, to: &str, seq: usize) -> Result<Entry, EntryError> {
    let log = Log::of(5);
    let text = String::from_utf8(log.linked[seq].entry_bytes.clone()).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    Entry::parse(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn every_other_spelling_is_refused() {
    assert!(matches!(
        changed("{\"actor\"", "{ \"actor\"", 0),
        Err(EntryError::Expected { at: 0, .. })
    ));
    assert!(matches!(
        changed(",\"kind\"", ", \"kind\"", 0),
        Err(EntryError::Expected { .. })
    ));
    assert!(matches!(
        changed("\"v\":1}", "\"v\":2}", 0),
        Err(EntryError::Expected { .. })
    ));
    assert!(matches!(
        changed("\"v\":1}", "\"v\":1}\n", 0),
        Err(EntryError::Trailing { .. })
    ));
    assert!(matches!(
        changed("\"seq\":0", "\"seq\":00", 0),
        Err(EntryError::Integer { .. })
    ));
    assert!(matches!(
        changed("\"seq\":0", "\"seq\":-0", 0),
        Err(EntryError::Integer { .. })
    ));
    assert!(matches!(
        changed("\"seq\":0", "\"seq\":9007199254740992", 0),
        Err(EntryError::Integer { .. })
    ));
    assert!(matches!(
        changed("\"seq\":0", "\"seq\":1e3", 0),
        Err(EntryError::Expected { .. })
    ));
    assert!(matches!(
        changed("\"commit\":\"", "\"commit\":\"A", 0),
        Err(EntryError::Hex { bytes: 32, .. })
    ));
    assert!(matches!(
        changed("question.answered", "question.burnt", 0),
        Err(EntryError::Kind(_))
    ));
    assert!(matches!(
        changed("tender/T1", "tender", 0),
        Err(EntryError::Subject(_))
    ));
    assert!(matches!(
        changed("tender/T1", "tender\\/T1", 0),
        Err(EntryError::Expected { .. })
    ));
}

#[test]
fn contradictions_are_refused() {
    assert_eq!(
        changed("question.answered", "bid.withdrawn", 0),
        Err(EntryError::Revealing(Kind::BidWithdrawn))
    );
    assert!(matches!(
        changed("\"actor\":\"\"", "\"actor\":\"platform\"", 1),
        Err(EntryError::Mixed(_))
    ));
    assert!(matches!(
        changed("\"subj\":\"\"", "\"subj\":\"tender/T1\"", 1),
        Err(EntryError::Mixed(_))
    ));
    assert!(matches!(
        changed("\"actor\":\"platform\"", "\"actor\":\"\"", 3),
        Err(EntryError::Mixed(_))
    ));
    assert!(matches!(
        changed("\"subj\":\"platform\"", "\"subj\":\"\"", 3),
        Err(EntryError::Mixed(_))
    ));
    let sig = format!("\"sig\":\"{}\"", "0".repeat(128));
    assert!(matches!(
        changed("\"sig\":\"\"", &sig, 1),
        Err(EntryError::Mixed(_))
    ));
    assert!(matches!(
        changed("\"sig\":\"\"", &sig, 3),
        Err(EntryError::Mixed(_))
    ));
}

#[test]
fn an_entry_longer_than_a_bundle_can_hold_is_refused() {
    let oversized = vec![b'{'; 65_536];
    assert_eq!(Entry::parse(&oversized), Err(EntryError::Long(65_536)));
    assert_eq!(Skim::parse(&oversized), Err(EntryError::Long(65_536)));
}

#[test]
fn the_first_entry_follows_zeros() {
    let log = Log::of(2);
    assert_eq!(log.linked[0].entry.prev, [0; 32]);
    assert_eq!(log.linked[1].entry.prev, log.linked[0].leaf);
    assert_eq!(log.linked[0].entry.ts, START);
    assert!(matches!(log.linked[0].entry.actor, Actor::Key(_)));
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic_and_what_parses_is_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ignored = Skim::parse(&bytes);
        if let Ok(entry) = Entry::parse(&bytes) {
            prop_assert_eq!(entry.to_bytes(), bytes);
        }
    }

    #[test]
    fn one_changed_byte_is_refused_or_another_entry(at in 0_usize..400, byte in any::<u8>(), which in 0_usize..5) {
        let log = Log::of(5);
        let original = &log.linked[which].entry_bytes;
        let mut bytes = original.clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(entry) = Entry::parse(&bytes) {
            prop_assert_eq!(&entry.to_bytes(), &bytes);
            prop_assert!(Skim::parse(&bytes).is_ok());
            prop_assert_eq!(bytes == *original, entry == log.linked[which].entry);
        } else {
            prop_assert_ne!(&bytes, original);
        }
    }
}
