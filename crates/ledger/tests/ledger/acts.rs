//! Acts: one spelling on the wire, bound to log, stream, kind, body, nonce and history.

use crate::fixture::{ORIGIN, answered, stream};
use facts::{Act, Hex, Kind, Stream};
use ledger::act::{self, ActError};

fn an_act() -> Act {
    *answered("yes").act.unwrap()
}

#[test]
fn the_wire_brings_back_what_was_signed() {
    let act = an_act();
    let bytes = act::write(&act).unwrap();
    assert_eq!(act::read(&bytes).unwrap(), act);
    act::verify(ORIGIN, &act).unwrap();
    assert!(bytes.starts_with(b"{\"body\":{\"answer\":\"yes\""));
}

#[test]
fn every_signed_part_is_bound() {
    let digest = act::digest(ORIGIN, &an_act());
    let changes: [fn(&mut Act); 6] = [
        |a| a.stream = Stream::Platform,
        |a| a.kind = Kind::TenderAmended,
        |a| a.body = answered("no").body,
        |a| a.nonce = Hex([8; 16]),
        |a| a.seen.size += 1,
        |a| a.seen.root = Hex([0; 32]),
    ];
    for change in changes {
        let mut act = an_act();
        change(&mut act);
        assert_eq!(act::verify(ORIGIN, &act), Err(ActError::Signature));
        assert_ne!(act::digest(ORIGIN, &act), digest);
    }
    assert_eq!(
        act::verify("another.example/log", &an_act()),
        Err(ActError::Signature)
    );
    assert_ne!(act::digest("another.example/log", &an_act()), digest);
}

#[test]
fn keys_that_verifiers_disagree_about_are_refused() {
    let mut act = an_act();
    // The neutral element: of order one, so everybody could sign for it.
    act.key = Hex([0; 32]);
    act.key.0[0] = 1;
    assert!(matches!(
        act::verify(ORIGIN, &act),
        Err(ActError::Key(seal::sign::KeyError::SmallOrder))
    ));
}

#[test]
fn other_spellings_are_refused() {
    let text = String::from_utf8(act::write(&an_act()).unwrap()).unwrap();
    for (from, to) in [
        ("{\"body\"", "{ \"body\""),
        ("\"kind\":\"question.answered\"", "\"kind\":\"question.burnt\""),
        ("\"size\":41", "\"size\":41.0"),
        ("\"stream\":\"tender/T1\"}", "\"stream\":\"tender/T1\",\"x\":1}"),
        ("\"nonce\":\"01", "\"nonce\":\"0A"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(
            matches!(
                act::read(text.replace(from, to).as_bytes()),
                Err(ActError::Form(_))
            ),
            "{to}"
        );
    }
    assert_eq!(
        act::read(&vec![b' '; (4 << 20) + 1]),
        Err(ActError::Long((4 << 20) + 1))
    );
    assert_eq!(an_act().stream, stream());
}
