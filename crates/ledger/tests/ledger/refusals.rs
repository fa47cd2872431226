//! Refusal statements: signed under their own name, read line by line.

use crate::fixture::{ORIGIN, START, key, log_key, signer};
use ledger::RefusalNote;
use ledger::note::{self, NoteError};
use ledger::refusal_note::{self, RefusalNoteError};

fn statement() -> RefusalNote {
    RefusalNote {
        origin: ORIGIN.to_owned(),
        code: "bid.late".to_owned(),
        act: [7; 32],
        at: START,
        size: 12,
        root: [8; 32],
        sentence: "The deadline has passed.".to_owned(),
    }
}

#[test]
fn a_statement_opens_under_the_key_of_refusals_only() {
    let refuser = refusal_note::signer(ORIGIN, key(201)).unwrap();
    let note = statement().sign(&refuser).unwrap();
    assert_eq!(
        RefusalNote::open(&note, ORIGIN, refuser.verifier()).unwrap(),
        statement()
    );
    assert_eq!(
        RefusalNote::open(&note, ORIGIN, &log_key()),
        Err(RefusalNoteError::Note(NoteError::Unknown))
    );
    assert!(matches!(
        RefusalNote::open(&note, "other.example", refuser.verifier()),
        Err(RefusalNoteError::Origin(_))
    ));
    assert_eq!(refuser.verifier().name(), "log.example/kaibiao/refusals");
    // Even under the same key, a checkpoint is no refusal and a refusal no checkpoint.
    let same = refusal_note::signer(ORIGIN, key(200)).unwrap();
    assert_ne!(same.verifier().id(), signer().verifier().id());
}

#[test]
fn a_sentence_cannot_break_the_lines() {
    let refuser = refusal_note::signer(ORIGIN, key(201)).unwrap();
    let sneaky = RefusalNote {
        sentence: "late\n\n\u{2014} x AAAA".to_owned(),
        ..statement()
    };
    let note = sneaky.sign(&refuser).unwrap();
    let opened = RefusalNote::open(&note, ORIGIN, refuser.verifier()).unwrap();
    assert_eq!(opened.sentence, "late  \u{2014} x AAAA");
}

#[test]
fn malformed_lines_are_named() {
    let refuser = refusal_note::signer(ORIGIN, key(201)).unwrap();
    let note = statement().sign(&refuser).unwrap();
    let text = note.split_once("\n\n").unwrap().0.to_owned() + "\n";
    for (from, to, line) in [
        ("refusal/v1", "refusal/v2", "title"),
        ("0707", "07G7", "act"),
        ("1785000000000", "01785000000000", "time"),
        ("\n12\n", "\n+12\n", "size"),
        ("CAgI", "CAg", "root"),
        ("passed.\n", "passed.\nmore\n", "end"),
    ] {
        assert!(text.contains(from), "{from}");
        let bent = note::sign(&text.replacen(from, to, 1), &[&refuser]).unwrap();
        assert_eq!(
            RefusalNote::open(&bent, ORIGIN, refuser.verifier()),
            Err(RefusalNoteError::Line(line)),
            "{to}"
        );
    }
}
