//! Every parser that reads what others sent, as a function of bytes that must never panic.
//!
//! Invariant: what is accepted is the one spelling of what it says: written again, it is the same bytes.
//! `cargo test -p kaibiao-fuzz` feeds each with damaged samples; `cargo fuzz` explores further, see
//! `fuzz/README.md`.

use facts::canonical::Canonical;
use ledger::tiles::Resource;
use seal::cob256::{Opener, PREFIX};
use seal::dkg::{Certificate, Round1, Round2};

/// A parser under test.
pub type Target = fn(&[u8]);

/// All of them, by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("canonical", canonical),
    ("act", act),
    ("entry", entry),
    ("skim", skim),
    ("payload", payload),
    ("opened_payload", opened_payload),
    ("bundle", bundle),
    ("tile_path", tile_path),
    ("note", note),
    ("checkpoint", checkpoint),
    ("vkey", vkey),
    ("receipt", receipt),
    ("header", header),
    ("partial", partial),
    ("body", body),
    ("frame", frame),
    ("public_key", public_key),
    ("key_file", key_file),
    ("seed_file", seed_file),
    ("round1", round1),
    ("round2", round2),
    ("certificate", certificate),
    ("letter", letter),
    ("manifest", manifest),
    ("policy", policy),
    ("money", money),
    ("names", names),
];

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn same(written: &[u8], read: &[u8]) {
    assert_eq!(written, read, "accepted, but written in another way");
}

fn canonical(bytes: &[u8]) {
    if let Ok(object) = Canonical::parse(bytes) {
        same(&object.to_bytes(), bytes);
    }
}

fn act(bytes: &[u8]) {
    if let Ok(act) = ledger::act::read(bytes) {
        let written = ledger::act::write(&act).unwrap_or_default();
        same(&written, bytes);
        let _ = ledger::act::verify("fuzz.example/log", &act);
    }
}

fn entry(bytes: &[u8]) {
    if let Ok(entry) = ledger::Entry::parse(bytes) {
        same(&entry.to_bytes(), bytes);
        assert!(
            ledger::Skim::parse(bytes).is_ok(),
            "an entry that cannot be skimmed"
        );
    }
}

fn skim(bytes: &[u8]) {
    let _ = ledger::Skim::parse(bytes);
}

fn payload(bytes: &[u8]) {
    if let Ok(payload) = ledger::Payload::from_bytes(bytes) {
        same(&payload.to_bytes(), bytes);
        let commit = payload.commit();
        assert!(
            payload.opened(&[]).verify(&commit).is_ok(),
            "a payload that does not open"
        );
    }
}

fn opened_payload(bytes: &[u8]) {
    if let Ok(opened) = ledger::OpenedPayload::parse(bytes) {
        same(&opened.to_bytes(), bytes);
        let _ = opened.verify(&[0; 32]);
    }
}

fn bundle(bytes: &[u8]) {
    for entry in ledger::bundle::entries(bytes) {
        let Ok(entry) = entry else { break };
        let _ = ledger::Skim::parse(entry);
    }
}

fn tile_path(bytes: &[u8]) {
    let Some(path) = text(bytes) else { return };
    if let Ok(named) = Resource::parse(path) {
        let written = match named {
            Resource::Tile(id) => id.path(),
            Resource::Bundle(id) => id.path(),
        };
        assert_eq!(written, path, "a second path of one tile");
    }
}

fn note(bytes: &[u8]) {
    if let Some(note) = text(bytes).and_then(|text| ledger::Note::parse(text).ok()) {
        let _ = note.unverified_text().len();
    }
}

fn checkpoint(bytes: &[u8]) {
    let Some(read) = text(bytes) else { return };
    if let Ok(checkpoint) = ledger::Checkpoint::parse_text(read) {
        assert_eq!(checkpoint.text(), read, "a second text of one checkpoint");
    }
}

fn vkey(bytes: &[u8]) {
    let Some(read) = text(bytes) else { return };
    if let Ok(key) = ledger::VerifierKey::parse(read) {
        assert_eq!(key.to_string(), read, "a second text of one key");
    }
}

fn receipt(bytes: &[u8]) {
    let Some(read) = text(bytes) else { return };
    if let Ok(receipt) = ledger::Receipt::parse(read) {
        let written = receipt.write();
        assert!(ledger::Receipt::parse(&written).is_ok_and(|again| again == receipt));
    }
}

fn header(bytes: &[u8]) {
    if let Ok(header) = seal::Header::parse(bytes) {
        same(&header.to_bytes(), bytes);
    }
}

fn partial(bytes: &[u8]) {
    if let Ok(partial) = seal::Partial::parse(bytes) {
        same(&partial.to_bytes(), bytes);
    }
}

fn body(bytes: &[u8]) {
    let Some((prefix, chunks)) = bytes.split_first_chunk::<PREFIX>() else {
        return;
    };
    if let Ok(mut opener) = Opener::new(&[7; 32], b"fuzz", prefix) {
        let mut out = Vec::new();
        let _ = opener.update(chunks, &mut out);
        let _ = opener.finish(&mut out);
    }
}

fn frame(bytes: &[u8]) {
    if let Ok(file) = seal::pad::unpad(bytes) {
        same(&seal::pad::pad(&file).unwrap_or_default(), bytes);
    }
}

fn public_key(bytes: &[u8]) {
    if let Ok(bytes) = <&[u8; 32]>::try_from(bytes)
        && let Ok(key) = seal::PublicKey::parse(bytes)
    {
        same(&key.to_bytes(), bytes);
    }
}

fn key_file(bytes: &[u8]) {
    if let Some(pem) = text(bytes) {
        let _ = seal::keyfile::open_key(pem, "fuzz");
    }
}

fn seed_file(bytes: &[u8]) {
    if let Some(pem) = text(bytes) {
        let _ = seal::keyfile::open_seed(pem, "fuzz");
    }
}

fn round1(bytes: &[u8]) {
    if let Ok(message) = Round1::parse(bytes) {
        same(&message.to_bytes(), bytes);
    }
}

fn round2(bytes: &[u8]) {
    if let Ok(message) = Round2::parse(bytes) {
        same(&message.to_bytes(), bytes);
    }
}

fn certificate(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::parse(bytes) {
        same(&certificate.to_bytes(), bytes);
    }
}

fn letter(bytes: &[u8]) {
    if let Ok(object) = Canonical::parse(bytes) {
        let _ = object.read::<facts::body::bid::Letter>();
    }
}

fn manifest(bytes: &[u8]) {
    let _ = verify::manifest::Manifest::parse(bytes);
}

fn policy(bytes: &[u8]) {
    if let Some(text) = text(bytes) {
        let _ = verify::policy::Policy::parse(text);
    }
}

fn money(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(amount) = facts::Money::parse(text, facts::Currency::CNY) {
        let _ = amount.to_string();
    }
}

fn names(bytes: &[u8]) {
    let Some(read) = text(bytes) else { return };
    if let Ok(stream) = facts::Stream::parse(read) {
        assert_eq!(stream.to_string(), read, "a second name of one stream");
    }
    let _ = facts::Kind::parse(read);
    let _ = facts::Hex::<32>::parse(read);
}
