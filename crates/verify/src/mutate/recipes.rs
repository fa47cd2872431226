//! Recipes for the checks of the log, the roster, the keys and the rules; and those on files alone.
//!
//! Invariant: each recipe changes one thing and says in words what it was.

use super::edit::{Draft, Spoil, flip};
use super::{KeyRing, edit};
use crate::bundle::{Content, Files};
use crate::dossier::Dossier;
use crate::keys::{self, Key};
use facts::{Hex, Kind};
use ledger::{Checkpoint, NoteSigner};
use seal::{SigningKey, Suite};
use serde_json::{Value, json};

/// What was done, or why it cannot be.
pub(super) type Done = Result<String, String>;

pub(super) fn log_level(draft: &mut Draft, dossier: &Dossier, check: u8, ring: &KeyRing) -> Option<Done> {
    Some(match check {
        1 => Ok("a document was exchanged behind the manifest".to_owned()),
        2 => Ok("the checkpoint is signed with a stranger's key".to_owned()),
        3 => Ok("one byte of a tile was changed".to_owned()),
        4 => back_in_time(draft, dossier),
        5 => Ok("a kept checkpoint has another root".to_owned()),
        6 => proof_of_key(draft, dossier),
        7 => possession(draft, dossier, ring),
        8 => public_share(draft, dossier),
        9 => certificate(draft, dossier),
        10 => key_id(draft, dossier),
        11 => rules(draft, dossier),
        12 => deadline(draft, dossier),
        20 => Ok("the closing checkpoints were left out".to_owned()),
        36 => Ok("a salt in a payload was changed".to_owned()),
        37 => head(draft, dossier, ring),
        39 => regime(draft, dossier),
        _ => return None,
    })
}

/// What happens to the files after the log was written.
pub(super) fn file_level(
    files: &mut Files,
    dossier: &Dossier,
    check: u8,
    log_key: &SigningKey,
) -> Result<(), String> {
    match check {
        2 => {
            let stranger = SigningKey::from_seed(&[0x66; 32]);
            sign_again(files, "log/checkpoint", dossier, &stranger, |_| ())
        }
        3 => spoil(files, "log/tile/0/", |bytes| {
            flip(bytes);
            Ok(())
        }),
        5 => {
            let name = first(files, "checkpoints/")?;
            sign_again(files, &name, dossier, log_key, |checkpoint| {
                flip(&mut checkpoint.root);
            })
        }
        20 => {
            let deadline = dossier.rules().ok_or("there is no notice")?.deadline();
            let before = files.len();
            files.retain(|name, _| {
                let size = name
                    .strip_prefix("checkpoints/")
                    .and_then(|size| size.parse::<u64>().ok());
                let last = size.and_then(|size| dossier.log.entry(size.checked_sub(1)?));
                last.is_none_or(|last| last.ts < deadline)
            });
            if files.len() == before {
                Err("no closing checkpoint is kept".to_owned())
            } else {
                Ok(())
            }
        }
        36 => spoil(files, "payloads/", |bytes| {
            let at = bytes
                .windows(8)
                .position(|window| window == b"\"salt\":\"")
                .ok_or("no salt is shown")?;
            let digit = bytes.get_mut(at.saturating_add(8)).ok_or("the payload is cut")?;
            *digit = if *digit == b'0' { b'1' } else { b'0' };
            Ok(())
        }),
        _ => Ok(()),
    }
}

fn first(files: &Files, prefix: &str) -> Result<String, String> {
    let name = files.keys().find(|name| name.starts_with(prefix));
    name.cloned().ok_or_else(|| format!("there is no file {prefix}…"))
}

fn spoil(
    files: &mut Files,
    prefix: &str,
    change: impl FnOnce(&mut Vec<u8>) -> Result<(), &'static str>,
) -> Result<(), String> {
    let name = first(files, prefix)?;
    match files.get_mut(&name) {
        Some(Content::Bytes(bytes)) => change(bytes).map_err(str::to_owned),
        _ => Err(format!("{name} is not part of the log")),
    }
}

fn sign_again(
    files: &mut Files,
    name: &str,
    dossier: &Dossier,
    key: &SigningKey,
    change: impl FnOnce(&mut Checkpoint),
) -> Result<(), String> {
    let Some(Content::Bytes(bytes)) = files.get_mut(name) else {
        return Err(format!("there is no {name}"));
    };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let note = ledger::Note::parse(&text).map_err(|why| why.to_string())?;
    let mut checkpoint = Checkpoint::parse_text(note.unverified_text()).map_err(|why| why.to_string())?;
    change(&mut checkpoint);
    let signer = NoteSigner::new(&dossier.policy.origin, key.clone()).map_err(|why| why.to_string())?;
    *bytes = checkpoint
        .sign(&signer)
        .map_err(|why| why.to_string())?
        .into_bytes();
    Ok(())
}

/// The positions of the shown facts of a kind, in the tender's streams or anywhere.
pub(super) fn places(dossier: &Dossier, kind: Kind) -> Vec<u64> {
    let own = [dossier.stream(), dossier.evaluation()];
    let facts = dossier.shown.facts().filter(|fact| fact.record.kind == kind);
    let of_tender = |stream: &facts::Stream| {
        !matches!(stream, facts::Stream::Tender(_) | facts::Stream::Evaluation(_)) || own.contains(stream)
    };
    facts
        .filter(|fact| of_tender(&fact.record.stream))
        .map(|fact| fact.record.seq)
        .collect()
}

pub(super) fn place(dossier: &Dossier, kind: Kind) -> Result<u64, String> {
    places(dossier, kind)
        .first()
        .copied()
        .ok_or_else(|| format!("there is no {kind}"))
}

/// Changes one bit of a value in hexadecimal.
pub(super) fn flip_hex(value: &mut Value) {
    let Some(mut bytes) = value.as_str().and_then(|text| hex::decode(text).ok()) else {
        return;
    };
    edit::flip(&mut bytes);
    *value = json!(hex::encode(bytes));
}

fn back_in_time(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = places(dossier, Kind::AccountEnrolled)
        .into_iter()
        .find(|seq| *seq > 0)
        .ok_or("nobody was enrolled")?;
    let before = draft
        .line(seq.saturating_sub(1))
        .ok_or("no entry stands before")?
        .entry
        .ts;
    draft.line(seq).ok_or("no such entry")?.entry.ts = before.plus(-1);
    Ok(format!("entry {seq} is dated before the entry before it"))
}

fn proof_of_key(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::AccountEnrolled)?;
    draft.change(seq, "proof", flip_hex)?;
    Ok(format!("the account enrolled at {seq} did not prove its key"))
}

fn first_key(dossier: &Dossier) -> Result<&Key, String> {
    dossier
        .keys()
        .values()
        .next()
        .ok_or_else(|| "no key is assigned".to_owned())
}

fn in_ceremony(dossier: &Dossier, key: &Key, kind: Kind) -> Result<u64, String> {
    let stream = facts::Stream::Ceremony(key.assigned.ceremony.clone());
    let fact = dossier.shown.of(&stream).find(|fact| fact.record.kind == kind);
    fact.map(|fact| fact.record.seq)
        .ok_or_else(|| format!("there is no {kind}"))
}

fn possession(draft: &mut Draft, dossier: &Dossier, ring: &KeyRing) -> Done {
    let key = first_key(dossier)?;
    let called = key.called.as_ref().ok_or("the ceremony is not called")?;
    let (slot, seq) = (
        key.assigned.slot,
        in_ceremony(dossier, key, Kind::CeremonyCommitted)?,
    );
    let fact = dossier.shown.fact(seq).ok_or("no such fact")?;
    let signer = fact
        .key
        .and_then(|key| ring.get(&key))
        .ok_or("the custodian's key is not in the ring")?;
    let mut body: facts::body::ceremony::CeremonyCommitted = fact.record.of().ok_or("no such body")?;
    let (from, ceremony) = (body.index, keys::ceremony(called, slot)?);
    let one = body.slots.get_mut(usize::from(slot)).ok_or("no such slot")?;
    let z = one.pop.0.get_mut(32..).ok_or("no such proof")?;
    flip(z);
    let message = keys::round1(from, one)?.message(&ceremony);
    one.sig = Hex(signer.sign(&message).to_bytes());
    let slots = serde_json::to_value(&body.slots).map_err(|why| why.to_string())?;
    draft.change(seq, "slots", |value| *value = slots)?;
    Ok(format!("custodian {from} proves no possession at entry {seq}"))
}

fn slot_of<'a>(value: &'a mut Value, slot: u16, name: &str) -> Option<&'a mut Value> {
    value.get_mut(usize::from(slot))?.get_mut(name)
}

fn public_share(draft: &mut Draft, dossier: &Dossier) -> Done {
    let key = first_key(dossier)?;
    let (slot, seq) = (
        key.assigned.slot,
        in_ceremony(dossier, key, Kind::CeremonyCompleted)?,
    );
    draft.change(seq, "keys", |value| {
        if let Some(Value::Array(shares)) = slot_of(value, slot, "shares") {
            shares.reverse();
        }
    })?;
    Ok(format!(
        "the public shares stated at {seq} are in the wrong order"
    ))
}

fn certificate(draft: &mut Draft, dossier: &Dossier) -> Done {
    let key = first_key(dossier)?;
    let (slot, seq) = (
        key.assigned.slot,
        in_ceremony(dossier, key, Kind::CeremonyCertified)?,
    );
    draft.change(seq, "slots", |value| {
        if let Some(sig) = slot_of(value, slot, "sig") {
            flip_hex(sig);
        }
    })?;
    Ok(format!("the certificate signature at {seq} is false"))
}

fn key_id(draft: &mut Draft, dossier: &Dossier) -> Done {
    let key = first_key(dossier)?;
    let (slot, seq) = (
        key.assigned.slot,
        in_ceremony(dossier, key, Kind::CeremonyCompleted)?,
    );
    draft.change(seq, "keys", |value| {
        if let Some(key_id) = slot_of(value, slot, "key_id") {
            flip_hex(key_id);
        }
    })?;
    Ok(format!("the ceremony is said at {seq} to have made another key"))
}

fn rules(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::TenderAmended)?;
    draft.change(seq, "rules", flip_hex)?;
    Ok(format!("the addendum at {seq} states a false rules hash"))
}

fn deadline(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::TenderClosed)?;
    draft.change(seq, "closes_at", |value| {
        *value = json!(value.as_i64().unwrap_or_default().saturating_add(1_000));
    })?;
    Ok(format!("the closing at {seq} states a later deadline"))
}

/// The bids are bound to the notice, but nothing binds the law of the registration to it but the trade method.
fn regime(draft: &mut Draft, dossier: &Dossier) -> Done {
    if dossier
        .rules()
        .is_none_or(|rules| rules.notice.procedure.is_none())
    {
        return Err("the notice names no trade method".to_owned());
    }
    let seq = place(dossier, Kind::TenderRegistered)?;
    draft.change(seq, "regime", |value| {
        *value = json!(if *value == json!("free") { "works" } else { "free" });
    })?;
    Ok(format!("the tender is registered at {seq} under another law"))
}

fn head(draft: &mut Draft, dossier: &Dossier, ring: &KeyRing) -> Done {
    let seq = place(dossier, Kind::TenderNoticed)?;
    let key = dossier
        .shown
        .fact(seq)
        .and_then(|fact| fact.key)
        .and_then(|key| ring.get(&key));
    key.ok_or("the buyer's key is not in the ring")?;
    draft.line(seq).ok_or("no such entry")?.spoil = Some(Spoil::Head);
    Ok(format!("the author of {seq} saw the head of another log"))
}

/// The suite of all envelopes.
pub(super) const SUITE: Suite = Suite::Tree64k;
