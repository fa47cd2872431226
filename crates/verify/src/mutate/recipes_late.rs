//! Recipes for the checks from the first signature of the tender to the award.
//!
//! Invariant: each recipe changes one thing and says in words what it was.

use super::KeyRing;
use super::edit::{Draft, Spoil};
use super::recipes::{Done, SUITE, flip_hex, place, places};
use crate::bids::{Bid, Submitted};
use crate::dossier::Dossier;
use facts::body::award::{AwardMade, CandidatesPublicised};
use facts::body::bid::Envelope;
use facts::body::opening::{ListFrozen, ListSettled};
use facts::{Hex, Kind};
use seal::{Header, Scalar};
use serde_json::{Value, json};

pub(super) fn of_tender(draft: &mut Draft, dossier: &Dossier, check: u8, ring: &KeyRing) -> Option<Done> {
    Some(match check {
        17 => signature(draft, dossier),
        18 => first_revision(draft, dossier),
        19 => late(draft, dossier),
        21 => withdrawal(draft, dossier),
        22 => listed_hash(draft, dossier),
        23 => header(draft, dossier, ring),
        24 => copied(draft, dossier),
        25 => late_unlock(draft, dossier),
        26 => quorum(draft, dossier),
        27 => file_hash(draft, dossier),
        28 => letter(draft, dossier),
        29 => false_call(draft, dossier),
        30 => late_declaration(draft, dossier),
        31 => late_commitment(draft, dossier),
        32 => salt(draft, dossier),
        33 => total(draft, dossier),
        35 => winner(draft, dossier),
        38 => report(draft, dossier),
        _ => return None,
    })
}

fn signature(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::TenderRegistered)?;
    draft.line(seq).ok_or("no such entry")?.spoil = Some(Spoil::Signature);
    Ok(format!("the signature of {seq} is false"))
}

fn replaced(dossier: &Dossier) -> Result<(&Bid, &Submitted), String> {
    let bids = dossier.bids().values();
    let mut older = bids.filter(|bid| bid.standing().is_some() && bid.submitted.len() > 1);
    let bid = older.next().ok_or("no bid was replaced")?;
    Ok((bid, bid.submitted.first().ok_or("no revision")?))
}

fn first_revision(draft: &mut Draft, dossier: &Dossier) -> Done {
    let (_, first) = replaced(dossier)?;
    draft.hide(first.seq)?;
    Ok(format!("the first revision at {} is not disclosed", first.seq))
}

fn late(draft: &mut Draft, dossier: &Dossier) -> Done {
    let deadline = dossier.rules().ok_or("there is no notice")?.deadline();
    let standing = dossier
        .bids()
        .values()
        .find_map(Bid::standing)
        .ok_or("no bid stands")?;
    let line = draft.line(standing.seq).ok_or("no such entry")?;
    line.put("@arrived", &json!(deadline.0))?;
    Ok(format!("the bid at {} arrived at the deadline", standing.seq))
}

fn withdrawal(draft: &mut Draft, dossier: &Dossier) -> Done {
    let gone = dossier
        .bids()
        .values()
        .find(|bid| bid.standing().is_none() && !bid.submitted.is_empty());
    if let Some(seq) = gone.and_then(|bid| bid.withdrawn.last()) {
        draft.hide(*seq)?;
        return Ok(format!(
            "the withdrawal at {seq} is not disclosed, so its bid is missing from the list"
        ));
    }
    let seq = place(dossier, Kind::ListFrozen)?;
    draft.change(seq, "list", flip_hex)?;
    Ok(format!("the list at {seq} has a false hash"))
}

fn listed_hash(draft: &mut Draft, dossier: &Dossier) -> Done {
    let frozen = dossier.shown.told::<ListFrozen>(&dossier.stream());
    let told = frozen.first().ok_or("no list is frozen")?;
    let mut body = told.body.clone();
    let first = body.envelopes.first_mut().ok_or("the list is empty")?;
    first.envelope.0[0] ^= 1;
    let pairs: Vec<_> = body
        .envelopes
        .iter()
        .map(|listed| (listed.submission.0, listed.envelope.0))
        .collect();
    let list = Hex(ledger::list_hash(&body.tender, &body.stage, &pairs));
    let envelopes = serde_json::to_value(&body.envelopes).map_err(|why| why.to_string())?;
    draft.change(told.seq(), "envelopes", |value| *value = envelopes)?;
    draft.change(told.seq(), "list", |value| *value = json!(list))?;
    Ok(format!("the list at {} names a false envelope hash", told.seq()))
}

/// A revision that was replaced or withdrawn: nobody opens it, but it must be sound all the same.
fn superseded(dossier: &Dossier) -> Result<&Submitted, String> {
    let last = |bid: &Bid| bid.standing().map(|last| last.seq);
    let all = dossier
        .bids()
        .values()
        .flat_map(|bid| bid.submitted.iter().map(move |one| (bid, one)));
    let mut old = all
        .filter(|(bid, one)| last(bid) != Some(one.seq))
        .map(|(_, one)| one);
    old.next()
        .ok_or_else(|| "no revision was replaced or withdrawn".to_owned())
}

fn put_envelopes(draft: &mut Draft, seq: u64, envelopes: &[Envelope]) -> Result<(), String> {
    let envelopes = serde_json::to_value(envelopes).map_err(|why| why.to_string())?;
    draft.change(seq, "envelopes", |value| *value = envelopes)
}

fn header(draft: &mut Draft, dossier: &Dossier, ring: &KeyRing) -> Done {
    let rules = dossier.rules().ok_or("there is no notice")?;
    let submitted = superseded(dossier)?;
    let key = ring
        .get(&submitted.key)
        .ok_or("the bid's key is not in the ring")?;
    let mut envelopes = submitted.body.envelopes.clone();
    let first = envelopes.first_mut().ok_or("the bid is empty")?;
    let header = Header::parse(first.header.bytes()).map_err(|why| why.to_string())?;
    let mut f = header.f.to_bytes();
    f[0] ^= 1;
    let f = Scalar::parse(&f).map_err(|why| why.to_string())?;
    first.header = Hex(Header { f, ..header }.to_bytes());
    let label = submitted.label(rules, first).ok_or("no label")?;
    let hash = seal::envelope_hash(SUITE, &label, &Header { f, ..header }, first.body_digest.bytes());
    first.sig = Hex(key.sign(&hash).to_bytes());
    put_envelopes(draft, submitted.seq, &envelopes)?;
    Ok(format!(
        "an envelope at {} has a false header proof",
        submitted.seq
    ))
}

fn copied(draft: &mut Draft, dossier: &Dossier) -> Done {
    let (bid, first) = replaced(dossier)?;
    let last = bid.submitted.last().ok_or("no revision")?;
    if first.body.rules != last.body.rules {
        return Err("the revisions acknowledge different rules".to_owned());
    }
    let mut envelopes = first.body.envelopes.clone();
    let one = envelopes.first_mut().ok_or("the bid is empty")?;
    let other = last
        .body
        .envelopes
        .iter()
        .find(|other| (&other.lot, &other.part) == (&one.lot, &one.part));
    *one = other.ok_or("the revisions have nothing in common")?.clone();
    put_envelopes(draft, first.seq, &envelopes)?;
    Ok(format!(
        "the revision at {} contains an envelope of the one at {}",
        first.seq, last.seq
    ))
}

fn late_unlock(draft: &mut Draft, dossier: &Dossier) -> Done {
    let settled = place(dossier, Kind::ListSettled)?;
    let before = places(dossier, Kind::BidUnlocked)
        .into_iter()
        .rfind(|seq| *seq < settled);
    let unlock = before.ok_or("nobody unlocked")?;
    draft.swap(unlock, settled)?;
    Ok(format!(
        "the unlocking at {unlock} and the settling at {settled} changed places"
    ))
}

fn quorum(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::OpeningRecorded)?;
    draft.change(seq, "quorum", |value| {
        if let Value::Array(indices) = value
            && let Some(first) = indices.first().cloned()
        {
            indices.fill(first);
        }
    })?;
    Ok(format!("the record at {seq} counts one custodian several times"))
}

/// Changes the first part of the record that has a letter.
fn change_part(draft: &mut Draft, dossier: &Dossier, edit: impl FnOnce(&mut Value)) -> Result<u64, String> {
    let settled = dossier.shown.told::<ListSettled>(&dossier.stream());
    let read: Vec<String> = settled
        .iter()
        .flat_map(|told| &told.body.submissions)
        .filter(|submission| dossier.source.length(&format!("bodies/{submission}")).is_some())
        .map(ToString::to_string)
        .collect();
    let seq = place(dossier, Kind::OpeningRecorded)?;
    let mut changed = false;
    draft.change(seq, "bids", |bids| {
        let parts = bids
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter_map(|bid| bid.get_mut("parts")?.as_array_mut());
        let mut parts = parts.flatten();
        let is_read = |part: &Value| {
            let id = part.get("submission").and_then(Value::as_str).unwrap_or_default();
            part.get("letter").is_some() && read.iter().any(|known| known == id)
        };
        if let Some(part) = parts.find(|part| is_read(part)) {
            edit(part);
            changed = true;
        }
    })?;
    if changed {
        Ok(seq)
    } else {
        Err("no letter was opened".to_owned())
    }
}

fn file_hash(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = change_part(draft, dossier, |part| {
        if let Some(hash) = part.get_mut("sha256") {
            flip_hex(hash);
        }
    })?;
    Ok(format!("the record at {seq} states a false hash of a letter"))
}

fn letter(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = change_part(draft, dossier, |part| {
        if let Some(quality) = part
            .get_mut("letter")
            .and_then(|letter| letter.get_mut("quality"))
        {
            *quality = json!("other than promised");
        }
    })?;
    Ok(format!(
        "the record at {seq} states another quality than a letter"
    ))
}

/// Somebody else was called than the order says: the call does not open the commitment that is due.
fn false_call(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::ExpertCalled)?;
    draft.change(seq, "salt", flip_hex)?;
    Ok(format!(
        "the call at {seq} opens no commitment of the frozen pool"
    ))
}

fn late_declaration(draft: &mut Draft, dossier: &Dossier) -> Done {
    let first = place(dossier, Kind::ScoreCommitted)?;
    let before = places(dossier, Kind::RecusalDeclared)
        .into_iter()
        .rfind(|seq| *seq < first);
    let declared = before.ok_or("nobody declared")?;
    draft.swap(declared, first)?;
    Ok(format!(
        "the declaration at {declared} and the first scores at {first} changed places"
    ))
}

fn late_commitment(draft: &mut Draft, dossier: &Dossier) -> Done {
    let first = place(dossier, Kind::ScoreRevealed)?;
    let before = places(dossier, Kind::ScoreCommitted)
        .into_iter()
        .rfind(|seq| *seq < first);
    let last = before.ok_or("nobody committed")?;
    draft.swap(last, first)?;
    Ok(format!(
        "the last commitment at {last} and the first reveal at {first} changed places"
    ))
}

fn salt(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::ScoreRevealed)?;
    draft.change(seq, "salt", flip_hex)?;
    Ok(format!("the scores at {seq} are revealed with another salt"))
}

fn total(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::EvaluationConcluded)?;
    let mut changed = false;
    draft.change(seq, "lots", |lots| {
        let rankings = lots
            .as_array_mut()
            .into_iter()
            .flatten()
            .filter_map(|lot| lot.get_mut("ranking"));
        let mut totals = rankings.filter_map(|ranking| ranking.get_mut(0)?.get_mut("evaluated"));
        if let Some(total) = totals.next() {
            *total = json!(total.as_i64().unwrap_or_default().saturating_add(1));
            changed = true;
        }
    })?;
    if changed {
        Ok(format!("a figure of the result at {seq} is one too high"))
    } else {
        Err("nobody is ranked".to_owned())
    }
}

fn winner(draft: &mut Draft, dossier: &Dossier) -> Done {
    let made = dossier.shown.told::<AwardMade>(&dossier.stream());
    let publicised = dossier.shown.told::<CandidatesPublicised>(&dossier.stream());
    let (told, candidates) = made.first().zip(publicised.first()).ok_or("nothing is awarded")?;
    let mut awards = told.body.awards.clone();
    let first = awards.first_mut().ok_or("the award is empty")?;
    let mut others = candidates.body.candidates.iter();
    if let Some(other) = others.find(|other| other.lot == first.lot && other.rank > 1) {
        first.account = other.account.clone();
        first.bid = other.bid.clone();
        first.price = other.price;
        first.deviation = None;
    } else {
        first.price.minor = first.price.minor.saturating_add(1);
    }
    let awards = serde_json::to_value(&awards).map_err(|why| why.to_string())?;
    draft.change(told.seq(), "awards", |value| *value = awards)?;
    Ok(format!("the award at {} does not follow the ranking", told.seq()))
}

fn report(draft: &mut Draft, dossier: &Dossier) -> Done {
    let seq = place(dossier, Kind::ReportAssembled)?;
    draft.change(seq, "document", flip_hex)?;
    Ok(format!(
        "the report at {seq} is of other facts than those of the log"
    ))
}
