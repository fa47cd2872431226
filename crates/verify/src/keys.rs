//! The keys of the tender's stages, recomputed from what the custodians themselves signed.
//!
//! Invariant: Y, the public shares and the key id come from round 1 alone; what the platform says
//! of them is only compared.

use crate::dossier::Dossier;
use crate::shown::Told;
use facts::body::ceremony::{
    CeremonyCalled, CeremonyCertified, CeremonyCommitted, CeremonyCompleted, CeremonyFailed, Commitment,
    Purpose, StageKey,
};
use facts::body::tender::KeyAssigned;
use facts::id::StageId;
use facts::{Hex, Stream};
use seal::dkg::{Ceremony, Certificate, Commitments, Member, Roster, Round1};
use seal::{Point, PublicKey, Signature};
use std::collections::BTreeMap;

/// The key of each stage that has one.
pub type StageKeys = BTreeMap<StageId, Key>;

/// One assigned key with its ceremony.
#[derive(Debug)]
pub struct Key {
    /// The assignment in force: the last one before the notice.
    pub assigned: KeyAssigned,
    /// Its position.
    pub seq: u64,
    /// The call, if the log shows it.
    pub called: Option<CeremonyCalled>,
    /// What round 1 amounts to, or the first thing wrong with it and where.
    pub made: Result<Certificate, (Option<u64>, String)>,
    /// Round 3, in the order of the log.
    pub certified: Vec<Signed>,
    /// What the platform says of the slot.
    pub completed: Option<(u64, StageKey)>,
    /// Position of a failure, after which there must be no key.
    pub failed: Option<u64>,
}

/// What one custodian signed in round 3.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Position of the fact.
    pub seq: u64,
    /// The custodian.
    pub index: u16,
    /// Key id and signature for the slot, if the fact has them.
    pub slot: Option<(Hex<32>, Signature)>,
}

impl Key {
    /// The recomputed certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.made.as_ref().ok()
    }
}

pub(crate) fn of(dossier: &Dossier) -> StageKeys {
    let mut keys = StageKeys::new();
    for told in dossier.shown.told::<KeyAssigned>(&dossier.stream()) {
        keys.insert(told.body.stage.clone(), key(dossier, &told));
    }
    keys
}

fn key(dossier: &Dossier, assigned: &Told<'_, KeyAssigned>) -> Key {
    let (shown, slot) = (&dossier.shown, usize::from(assigned.body.slot));
    let stream = Stream::Ceremony(assigned.body.ceremony.clone());
    let calls = shown.told::<CeremonyCalled>(&stream);
    let rounds = shown.told::<CeremonyCommitted>(&stream);
    let certified = shown.told::<CeremonyCertified>(&stream).into_iter().map(|told| {
        let signed = told
            .body
            .slots
            .get(slot)
            .map(|one| (one.key_id, Signature(one.sig.0)));
        Signed {
            seq: told.seq(),
            index: told.body.index,
            slot: signed,
        }
    });
    let completed = shown.told::<CeremonyCompleted>(&stream);
    Key {
        assigned: assigned.body.clone(),
        seq: assigned.seq(),
        called: calls.first().map(|told| told.body.clone()),
        made: made(&calls, &rounds, assigned.body.slot),
        certified: certified.collect(),
        completed: completed
            .first()
            .and_then(|told| Some((told.seq(), told.body.keys.get(slot)?.clone()))),
        failed: shown.told::<CeremonyFailed>(&stream).first().map(Told::seq),
    }
}

fn made(
    calls: &[Told<'_, CeremonyCalled>],
    rounds: &[Told<'_, CeremonyCommitted>],
    slot: u16,
) -> Result<Certificate, (Option<u64>, String)> {
    let [call] = calls else {
        return Err((
            None,
            format!(
                "the ceremony is called {} times in the log instead of once",
                calls.len()
            ),
        ));
    };
    let called = &call.body;
    let at_call = |why: String| (Some(call.seq()), why);
    let ceremony = ceremony(called, slot).map_err(at_call)?;
    let mut messages = BTreeMap::new();
    for told in rounds {
        let (at, from) = (Some(told.seq()), told.body.index);
        if told.body.slots.len() != usize::from(called.keys) {
            return Err((
                at,
                format!(
                    "custodian {from} committed to {} keys instead of {}",
                    told.body.slots.len(),
                    called.keys
                ),
            ));
        }
        let one = told.body.slots.get(usize::from(slot));
        let one = one.ok_or_else(|| (at, format!("custodian {from} left out slot {slot}")))?;
        let message = round1(from, one).map_err(|why| (at, format!("custodian {from}: {why}")))?;
        if messages.insert(from, message).is_some() {
            return Err((at, format!("custodian {from} committed twice")));
        }
    }
    let commitments = Commitments::check(&ceremony, messages.into_values().collect());
    let commitments = commitments.map_err(|why| at_call(why.to_string()))?;
    Ok(Certificate::new(&ceremony, &commitments, b""))
}

/// What one key of a ceremony is bound to.
pub(crate) fn ceremony(called: &CeremonyCalled, slot: u16) -> Result<Ceremony, String> {
    if slot >= called.keys {
        return Err(format!("slot {slot} does not exist among {} keys", called.keys));
    }
    let (tender, stage) = match &called.purpose {
        Purpose::Tender { stage, tender } => (tender.as_str(), stage.as_str()),
        Purpose::Stock => ("", ""),
    };
    Ok(Ceremony::new(
        roster(called)?,
        tender,
        stage,
        called.session.0,
        u32::from(slot),
    ))
}

fn roster(called: &CeremonyCalled) -> Result<Roster, String> {
    let mut members = Vec::with_capacity(called.members.len());
    for member in &called.members {
        let signing = PublicKey::parse(member.signer.bytes());
        let sealing = Point::parse(member.point.bytes());
        members.push(Member {
            index: member.index,
            signing: signing.map_err(|why| format!("custodian {}: {why}", member.index))?,
            sealing: sealing.map_err(|why| format!("custodian {}: {why}", member.index))?,
        });
    }
    Roster::new(called.k, members).map_err(|why| why.to_string())
}

pub(crate) fn round1(from: u16, one: &Commitment) -> Result<Round1, String> {
    let points = one
        .points
        .iter()
        .map(|point| Point::parse(point.bytes()).map_err(|why| why.to_string()));
    let commitments = points.collect::<Result<_, _>>()?;
    Ok(Round1 {
        from,
        commitments,
        pop: one.pop.0,
        signature: Signature(one.sig.0),
    })
}
