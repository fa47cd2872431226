//! Common origins.

use kaibiao_screen::origins::{Attribute, Trace, signs};
use kaibiao_screen::{Code, Strength};

fn trace(attribute: Attribute, bidder: &str, value: &str) -> Trace {
    Trace {
        attribute,
        bidder: bidder.to_owned(),
        place: format!("{bidder}.docx"),
        value: value.to_owned(),
    }
}

#[test]
fn one_author_in_two_bids_is_seen_whatever_the_case_and_spaces() {
    let found = signs(&[
        trace(Attribute::Author, "north", "Wang  Lei"),
        trace(Attribute::Author, "south", " wang lei"),
        trace(Attribute::Author, "west", "Li Na"),
    ]);
    assert_eq!(found.len(), 1);
    let sign = &found[0];
    assert_eq!((sign.code, sign.strength), (Code::K01, Strength::Notable));
    assert_eq!(sign.subjects, ["north", "south"]);
    assert_eq!(sign.evidence[1].cells[0].value, "north.docx");
}

#[test]
fn every_kind_of_trace_belongs_to_its_rule() {
    for (attribute, word) in [
        (Attribute::Author, "K01"),
        (Attribute::Editor, "K01"),
        (Attribute::Company, "K01"),
        (Attribute::Tool, "K01"),
        (Attribute::Document, "K01"),
        (Attribute::Contact, "K02"),
        (Attribute::Person, "K03"),
        (Attribute::PersonName, "K03"),
        (Attribute::Payer, "K06"),
        (Attribute::Device, "K07"),
        (Attribute::Certificate, "K08"),
        (Attribute::Licence, "K09"),
        (Attribute::Address, "K10"),
        (Attribute::Tie, "K16"),
    ] {
        let shared = [
            trace(attribute, "north", "same-4711"),
            trace(attribute, "south", "same-4711"),
        ];
        assert_eq!(crate::codes(&signs(&shared)), [word]);
        let apart = [
            trace(attribute, "north", "same-4711"),
            trace(attribute, "south", "other-1"),
        ];
        assert!(signs(&apart).is_empty(), "{word}");
        let own = [
            trace(attribute, "north", "same-4711"),
            trace(attribute, "north", "same-4711"),
        ];
        assert!(signs(&own).is_empty(), "{word}: one bidder");
    }
}

#[test]
fn the_names_that_every_new_machine_has_are_weak() {
    let found = signs(&[
        trace(Attribute::Author, "north", "Administrator"),
        trace(Attribute::Author, "south", "administrator"),
    ]);
    assert_eq!(found[0].strength, Strength::Weak);
    let empty = [
        trace(Attribute::Author, "north", " "),
        trace(Attribute::Author, "south", ""),
    ];
    assert!(signs(&empty).is_empty());
}
