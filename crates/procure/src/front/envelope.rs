//! The envelopes of a submission, checked against the notice in force.
//!
//! Invariant: a [`Checked`] exists only for a submission whose every envelope is complete, signed by the bid's key,
//! sealed to the right key under the label that the log says, and proved by its header (20号令26: a wrongly
//! encrypted file is refused and the bidder told why).

use super::{EnvelopeFault, EnvelopeReason as Reason};
use crate::card::Cards;
use crate::tender::State;
use crate::tender::state::Bid;
use facts::body::bid::{BidSubmitted, Envelope};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{Part, Stage, TenderNoticed};
use facts::id::LotId;
use facts::{BidId, Hex};
use seal::cob256::plain_len;
use seal::label::NO_LOCK;
use seal::pad::{HEADER, padded_len};
use seal::{Header, PublicKey, Signature, Suite, envelope_hash};
use std::collections::{BTreeMap, BTreeSet};

/// A submission that stood every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    bid: BidId,
    revision: u32,
    rules: Hex<32>,
    hashes: BTreeMap<Hex<16>, Hex<32>>,
}

impl Checked {
    /// Envelope hashes by submission id.
    #[must_use]
    pub const fn hashes(&self) -> &BTreeMap<Hex<16>, Hex<32>> {
        &self.hashes
    }

    /// Whether this is what was found of exactly that submission.
    #[must_use]
    pub fn speaks_of(&self, body: &BidSubmitted) -> bool {
        self.bid == body.bid
            && self.revision == body.revision
            && self.rules == body.rules
            && self.hashes.len() == body.envelopes.len()
            && body
                .envelopes
                .iter()
                .all(|envelope| self.hashes.contains_key(&envelope.submission))
    }
}

/// Checks all envelopes of a submission; the first fault found is told.
pub fn check_submission(state: &State, cards: &Cards, body: &BidSubmitted) -> Result<Checked, EnvelopeFault> {
    let Some(notice) = &state.notice else {
        return Err(whole(Reason::NoNotice));
    };
    let Some(bid) = state.bids.get(&body.bid) else {
        return Err(whole(Reason::NoBid));
    };
    if state.closes_at(&body.rules).is_none() {
        return Err(whole(Reason::Rules(body.rules)));
    }
    let invitation = state.invited_by(&body.rules).map(|one| &one.body);
    complete(notice, invitation, body)?;
    let signer = PublicKey::parse(bid.key.bytes()).map_err(|error| whole(Reason::Signer(error)))?;
    let mut hashes = BTreeMap::new();
    let mut points = BTreeSet::new();
    for envelope in &body.envelopes {
        let at = |reason| EnvelopeFault {
            place: Some((envelope.lot.clone(), envelope.part.clone())),
            reason,
        };
        let header = Header::parse(envelope.header.bytes()).map_err(|error| at(Reason::Header(error)))?;
        if !points.insert(header.r.to_bytes()) {
            return Err(at(Reason::PointTwice));
        }
        let hash = one(state, cards, bid, body, envelope, &header).map_err(at)?;
        signer
            .verify(hash.bytes(), &Signature(envelope.sig.0))
            .map_err(|_| EnvelopeFault {
                place: Some((envelope.lot.clone(), envelope.part.clone())),
                reason: Reason::Signature,
            })?;
        hashes.insert(envelope.submission, hash);
    }
    Ok(Checked {
        bid: body.bid.clone(),
        revision: body.revision,
        rules: body.rules,
        hashes,
    })
}

const fn whole(reason: Reason) -> EnvelopeFault {
    EnvelopeFault { place: None, reason }
}

/// For every lot that is bid for, every part of every stage exactly once; no submission id twice. The parts of a stage
/// for final quotes are handed in by those invited alone, under the rules of the invitation, and nothing else is then.
fn complete(
    notice: &TenderNoticed,
    invitation: Option<&QuotesInvited>,
    body: &BidSubmitted,
) -> Result<(), EnvelopeFault> {
    let envelopes = &body.envelopes;
    let stages = || {
        let all = notice.stages.iter();
        all.filter(move |stage| match invitation {
            Some(invitation) => stage.stage == invitation.stage,
            None => !stage.invited,
        })
    };
    let is_open = |lot: &LotId| match invitation {
        Some(invitation) => invitation
            .invited
            .iter()
            .any(|one| one.bid == body.bid && one.lot == *lot),
        None => notice.lots.iter().any(|known| known.lot == *lot),
    };
    if envelopes.is_empty() {
        return Err(whole(Reason::Nothing));
    }
    let (mut places, mut submissions, mut lots) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for envelope in envelopes {
        let at = |reason| EnvelopeFault {
            place: Some((envelope.lot.clone(), envelope.part.clone())),
            reason,
        };
        let of = part(notice, envelope).map(|(stage, _)| &stage.stage);
        if !is_open(&envelope.lot) || !stages().any(|stage| Some(&stage.stage) == of) {
            return Err(at(Reason::NoSuchPart));
        }
        if !places.insert((&envelope.lot, &envelope.part)) {
            return Err(at(Reason::PartTwice));
        }
        if !submissions.insert(envelope.submission) {
            return Err(at(Reason::SubmissionTwice));
        }
        lots.insert(&envelope.lot);
    }
    for lot in lots {
        for part in stages().flat_map(|stage| &stage.parts) {
            if !places.contains(&(lot, &part.part)) {
                let place = Some((lot.clone(), part.part.clone()));
                return Err(EnvelopeFault {
                    place,
                    reason: Reason::PartMissing,
                });
            }
        }
    }
    Ok(())
}

fn part<'a>(notice: &'a TenderNoticed, envelope: &Envelope) -> Option<(&'a Stage, &'a Part)> {
    let mut parts = notice
        .stages
        .iter()
        .flat_map(|stage| stage.parts.iter().map(move |part| (stage, part)));
    parts.find(|(_, part)| part.part == envelope.part)
}

fn one(
    state: &State,
    cards: &Cards,
    bid: &Bid,
    body: &BidSubmitted,
    envelope: &Envelope,
    header: &Header,
) -> Result<Hex<32>, Reason> {
    let Some(notice) = &state.notice else {
        return Err(Reason::NoNotice);
    };
    let Some((stage, part)) = part(notice, envelope) else {
        return Err(Reason::NoSuchPart);
    };
    if stage.key_id != envelope.key_id {
        return Err(Reason::Key {
            found: envelope.key_id,
            wanted: stage.key_id,
        });
    }
    if (*envelope.blk.bytes() == NO_LOCK) == notice.opening.bidder_lock {
        return Err(Reason::Lock {
            wanted: notice.opening.bidder_lock,
        });
    }
    length(envelope.body_length, part.max_bytes)?;
    let public = cards
        .get(&envelope.key_id)
        .and_then(crate::card::KeyCard::public)
        .ok_or(Reason::NoKey)?;
    let label = state
        .label(bid, body, envelope)
        .ok_or(Reason::Rules(body.rules))?;
    let digest = label.digest(Suite::Tree64k);
    header
        .verify(Suite::Tree64k, &digest, envelope.body_digest.bytes(), &public)
        .map_err(Reason::Header)?;
    Ok(Hex(envelope_hash(
        Suite::Tree64k,
        &label,
        header,
        envelope.body_digest.bytes(),
    )))
}

/// The sealed length is one that the frame and the cipher can give, for a file within the limit of its part.
fn length(found: u64, max_bytes: u64) -> Result<(), Reason> {
    let plain = plain_len(found).ok_or(Reason::Length { found })?;
    let data = plain.checked_sub(HEADER as u64).ok_or(Reason::Length { found })?;
    if padded_len(data) != Some(plain) {
        return Err(Reason::Length { found });
    }
    if padded_len(max_bytes).is_none_or(|most| plain > most) {
        return Err(Reason::TooLarge { found, max_bytes });
    }
    Ok(())
}
