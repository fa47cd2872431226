//! Notes and checkpoints: the published examples verify, every malformed variant is refused.

use crate::fixture::{Log, ORIGIN, key, log_key, signer};
use ledger::checkpoint::{Checkpoint, CheckpointError};
use ledger::note::{self, Note, NoteError};
use ledger::{NoteSigner, VerifierKey, VkeyError};

/// The example of golang.org/x/mod/sumdb/note.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn checkpoint() -> String {
    Log::of(3).checkpoint().sign(&signer()).unwrap()
}

fn open(note: &str) -> Result<Checkpoint, CheckpointError> {
    Checkpoint::open(note, ORIGIN, &log_key())
}

#[test]
fn the_example_of_the_go_implementation_verifies() {
    let key = VerifierKey::parse(PETER).unwrap();
    assert_eq!(key.to_string(), PETER);
    let text = Note::parse(PETERS_NOTE).unwrap().verify(&[&key]).unwrap();
    assert!(text.ends_with("your problem is.\n"));
    let altered = PETERS_NOTE.replace("cryptography", "philosophy");
    assert_eq!(
        Note::parse(&altered).unwrap().verify(&[&key]),
        Err(NoteError::Signature("PeterNeumann".to_owned()))
    );
}

#[test]
fn the_examples_of_the_specifications_parse() {
    let note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned \u{e8} subito sera.\n\n\
        \u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let parsed = Note::parse(note).unwrap();
    assert!(
        parsed.unverified_text().ends_with("subito sera.\n"),
        "the text may contain blank lines"
    );
    assert_eq!(parsed.signatures()[0].signature.len(), 64);

    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse_text(text).unwrap();
    assert_eq!((checkpoint.size, checkpoint.text().as_str()), (20_852_163, text));
}

#[test]
fn another_implementation_reads_our_checkpoints() {
    let checkpoint = Log::of(3).checkpoint();
    let theirs = tlog_tiles::Checkpoint::from_bytes(checkpoint.text().as_bytes()).unwrap();
    assert_eq!(
        (theirs.origin(), theirs.size(), theirs.hash().0),
        (ORIGIN, 3, checkpoint.root)
    );
    assert_eq!(theirs.to_bytes(), checkpoint.text().into_bytes());
}

#[test]
fn what_we_sign_we_open() {
    assert_eq!(open(&checkpoint()).unwrap(), Log::of(3).checkpoint());
    assert_eq!(format!("{:?}", signer()), format!("NoteSigner(of {})", log_key()));
}

#[test]
fn another_origin_is_refused() {
    let other = Checkpoint {
        origin: "other.example".to_owned(),
        ..Log::of(3).checkpoint()
    };
    let refused = open(&other.sign(&signer()).unwrap()).unwrap_err();
    assert!(matches!(refused, CheckpointError::Origin { found, .. } if found == "other.example"));
}

#[test]
fn another_key_under_the_same_name_is_unknown() {
    let other = NoteSigner::new(ORIGIN, key(9)).unwrap();
    let note = Log::of(3).checkpoint().sign(&other).unwrap();
    assert_eq!(open(&note), Err(CheckpointError::Note(NoteError::Unknown)));
}

#[test]
fn unknown_signatures_are_ignored_but_a_wrong_one_of_ours_is_not() {
    let witness = NoteSigner::new("witness.example", key(9)).unwrap();
    let text = Log::of(3).checkpoint().text();
    let both = note::sign(&text, &[&witness, &signer()]).unwrap();
    assert_eq!(open(&both).unwrap().size, 3);
    let forged = note::sign("other\n", &[&signer()]).unwrap();
    let line = forged.split_once("\n\n").unwrap().1;
    assert_eq!(
        open(&format!("{}{line}", checkpoint())),
        Err(CheckpointError::Note(NoteError::Signature(ORIGIN.to_owned())))
    );
    let many = format!("{}{}", checkpoint(), "\u{2014} w AAAAAAA=\n".repeat(63));
    assert_eq!(open(&many).unwrap().size, 3);
    let too_many = format!("{}{}", checkpoint(), "\u{2014} w AAAAAAA=\n".repeat(64));
    assert_eq!(open(&too_many), Err(CheckpointError::Note(NoteError::Many)));
}

#[test]
fn malformed_notes_are_refused() {
    let note = checkpoint();
    let refused = |note: &str| Note::parse(note).unwrap_err();
    assert_eq!(refused(&note.replace("\n\n", "\n")), NoteError::Form);
    assert_eq!(refused(note.trim_end()), NoteError::Form);
    assert_eq!(refused(""), NoteError::Form);
    assert_eq!(refused(&note.replace('\n', "\r\n")), NoteError::Control('\r'));
    assert_eq!(
        refused(&"x".repeat(note::MAX_NOTE + 1)),
        NoteError::Long(note::MAX_NOTE + 1)
    );
    for (from, to) in [
        ("\u{2014} ", "- "),
        ("\u{2014} ", "\u{2014}"),
        (" log.example", "  log.example"),
    ] {
        assert!(
            matches!(refused(&note.replace(from, to)), NoteError::Line(_)),
            "{to}"
        );
    }
    assert_eq!(
        refused(&format!("{note}\n")),
        NoteError::Form,
        "the last blank line parts text and signatures"
    );
    assert!(matches!(
        refused("x\n\n\u{2014} a+b AAAAAAA=\n"),
        NoteError::Line(_)
    ));
    assert!(
        matches!(refused("x\n\n\u{2014} a AAAA\n"), NoteError::Line(_)),
        "shorter than a key id"
    );
    assert_eq!(note::sign("no newline", &[&signer()]), Err(NoteError::Form));
}

#[test]
fn base64_has_one_spelling() {
    let note = checkpoint();
    // Sixty-eight bytes end in `=`: two bits of the last digit must be zero.
    let end = note.trim_end().len();
    let last = note.as_bytes()[end - 2];
    let other = char::from(last + 1);
    let bent = format!("{}{other}=\n", &note[..end - 2]);
    assert!(matches!(Note::parse(&bent), Err(NoteError::Line(_))), "{bent}");
    let bare = format!("{}\n", &note[..end - 1]);
    assert!(matches!(Note::parse(&bare), Err(NoteError::Line(_))));
    let root = "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n";
    assert!(matches!(
        Checkpoint::parse_text(root),
        Err(CheckpointError::Root(_))
    ));
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let parse = |text: String| Checkpoint::parse_text(&text).unwrap_err();
    for size in ["01", "-1", "+1", "", " 1", "18446744073709551616", "1.0"] {
        assert_eq!(
            parse(format!("o\n{size}\n{root}\n")),
            CheckpointError::Size(size.to_owned())
        );
    }
    assert_eq!(parse(format!("\n1\n{root}\n")), CheckpointError::Name);
    assert_eq!(
        parse(format!("o\n1\n{root}\nextension\n")),
        CheckpointError::Lines
    );
    assert_eq!(parse(format!("o\n1\n{root}")), CheckpointError::Lines);
    assert_eq!(parse("o\n1\n".to_owned()), CheckpointError::Lines);
    assert!(matches!(
        parse("o\n1\nAAAA\n".to_owned()),
        CheckpointError::Root(_)
    ));
    let broken = Checkpoint {
        origin: "a\nb".to_owned(),
        size: 1,
        root: [0; 32],
    };
    assert_eq!(broken.sign(&signer()), Err(CheckpointError::Name));
}

#[test]
fn verifier_keys_have_one_spelling() {
    let text = log_key().to_string();
    assert_eq!(VerifierKey::parse(&text).unwrap(), log_key());
    let (name, rest) = text.split_once('+').unwrap();
    let (id, encoded) = rest.split_once('+').unwrap();
    assert!(matches!(
        VerifierKey::parse(&format!("{name}+00000000+{encoded}")),
        Err(VkeyError::Id { found, .. }) if found == "00000000"
    ));
    assert!(matches!(
        VerifierKey::parse(&format!("other+{id}+{encoded}")),
        Err(VkeyError::Id { .. })
    ));
    assert_eq!(
        VerifierKey::parse(&format!("{name}+{}+{encoded}", id.to_uppercase() + "x")),
        Err(VkeyError::Form)
    );
    assert_eq!(
        VerifierKey::parse(&format!("{name}+{id}+{encoded}=")),
        Err(VkeyError::Form)
    );
    assert_eq!(VerifierKey::parse(name), Err(VkeyError::Form));
    assert!(matches!(
        VerifierKey::parse(&format!("+{id}+{encoded}")),
        Err(VkeyError::Name(_))
    ));
    let ecdsa = format!("{name}+{id}+Ag{}", &encoded[2..]);
    assert_eq!(VerifierKey::parse(&ecdsa), Err(VkeyError::Type(2)));
    for name in ["", "a b", "a+b", "a\u{3000}b", "a\nb"] {
        assert!(
            matches!(VerifierKey::new(name, key(1).public()), Err(VkeyError::Name(_))),
            "{name:?}"
        );
    }
}
