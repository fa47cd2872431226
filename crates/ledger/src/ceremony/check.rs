//! Checking a ceremony without any secret: what the platform, a custodian and an outsider do alike.
//!
//! Invariant: a [`StageKey`] returned from here follows from n round-1 messages that are signed, proven and distinct.

use super::fault::Fault;
use super::view::View;
use super::wire::{EXT, context, round1, round2};
use facts::Hex;
use facts::body::ceremony::{
    CeremonyAnswered, CeremonyCertified, CeremonyCommitted, CeremonyShared, StageKey,
};
use seal::Signature;
use seal::dkg::{self, Certificate, Commitments, Reason};

/// Who was wrong in a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// The share is bad: its sender loses.
    BadShare,
    /// The share is good: the complainer loses.
    FalseComplaint,
}

/// Round 1 of one member, alone: one element per key, exactly k points, possession proven, signed for this session,
/// and no constant term that another member has committed to.
pub fn check_committed(view: &View, body: &CeremonyCommitted) -> Result<(), Fault> {
    slots(view, body.slots.len())?;
    for (slot, commitment) in (0_u16..).zip(&body.slots) {
        let message = round1(body.index, slot, commitment)?;
        let ceremony = context(&view.called, slot)?;
        dkg::check_round1(&ceremony, &message).map_err(|why| Fault::Round1 { slot, why })?;
    }
    Fault::same_secret(view, body).map_or(Ok(()), Err)
}

/// Round 2 of one member as far as the public sees it: per key one share for every other member, each signed and
/// with a header whose proof holds. Whether the share inside is right, only its receiver sees.
pub fn check_shared(view: &View, body: &CeremonyShared) -> Result<(), Fault> {
    slots(view, body.slots.len())?;
    for (slot, shares) in (0_u16..).zip(&body.slots) {
        let ceremony = context(&view.called, slot)?;
        let others = view
            .called
            .members
            .iter()
            .map(|member| member.index)
            .filter(|index| *index != body.index);
        if !others.eq(shares.iter().map(|share| share.to)) {
            return Err(Fault::Recipients { slot });
        }
        for share in shares {
            let message = round2(body.index, slot, share)?;
            let checked = dkg::check_round2(&ceremony, &message);
            checked.map_err(|why| Fault::Share {
                slot,
                to: share.to,
                why,
            })?;
        }
    }
    Ok(())
}

/// Round 1 of all members for one key, checked.
pub fn commitments(view: &View, slot: u16) -> Result<Commitments, Fault> {
    let ceremony = context(&view.called, slot)?;
    let mut messages = Vec::with_capacity(view.called.members.len());
    for member in &view.called.members {
        let body = view.committed.get(&member.index).ok_or(Fault::Incomplete(1))?;
        slots(view, body.slots.len())?;
        let commitment = body.slots.get(usize::from(slot)).ok_or(Fault::Slot(slot))?;
        messages.push(round1(member.index, slot, commitment)?);
    }
    Commitments::check(&ceremony, messages).map_err(|why| Fault::Round1 { slot, why })
}

/// The certificate of one key, recomputed from round 1.
pub fn certificate(view: &View, slot: u16) -> Result<Certificate, Fault> {
    Ok(Certificate::new(
        &context(&view.called, slot)?,
        &commitments(view, slot)?,
        EXT,
    ))
}

/// The certificate of one key with the signatures of all members over it, as the completion named it.
pub fn signed_certificate(view: &View, slot: u16) -> Result<Certificate, Fault> {
    let certificate = certificate(view, slot)?;
    let key_id = Hex(certificate.key_id());
    let mut signatures = Vec::with_capacity(view.called.members.len());
    for member in &view.called.members {
        let body = view.certified.get(&member.index).ok_or(Fault::Incomplete(3))?;
        let certified = body.slots.get(usize::from(slot)).ok_or(Fault::Slot(slot))?;
        if certified.key_id != key_id {
            return Err(Fault::KeyId { slot });
        }
        signatures.push((member.index, Signature(certified.sig.0)));
    }
    let checked = certificate.verify_signatures(&signatures, view.called.members.len());
    checked.map_err(|why| Fault::Certificate { slot, why })?;
    if let Some(super::End::Completed(completed)) = &view.end {
        let named = completed.keys.get(usize::from(slot));
        if named != Some(&stage_key(&certificate)) {
            return Err(Fault::Completion { slot });
        }
    }
    Ok(certificate)
}

/// The public values of a certificate as the log names them.
#[must_use]
pub fn stage_key(certificate: &Certificate) -> StageKey {
    let members = certificate.roster().members().iter();
    StageKey {
        key_id: Hex(certificate.key_id()),
        public: Hex(certificate.y().to_bytes()),
        shares: members
            .filter_map(|member| certificate.share(member.index))
            .map(|share| Hex(share.to_bytes()))
            .collect(),
    }
}

/// Round 3 of one member: for every key the id that follows from round 1 and a signature of that certificate.
/// Returns the keys, in order of slot.
pub fn check_certified(view: &View, body: &CeremonyCertified) -> Result<Vec<StageKey>, Fault> {
    if !view.all_shared() {
        return Err(Fault::Incomplete(2));
    }
    slots(view, body.slots.len())?;
    let mut keys = Vec::with_capacity(body.slots.len());
    for (slot, certified) in (0_u16..).zip(&body.slots) {
        let certificate = certificate(view, slot)?;
        let key = stage_key(&certificate);
        if key.key_id != certified.key_id {
            return Err(Fault::KeyId { slot });
        }
        let signature = [(body.index, Signature(certified.sig.0))];
        let checked = certificate.verify_signatures(&signature, 1);
        checked.map_err(|why| Fault::Certificate { slot, why })?;
        keys.push(key);
    }
    Ok(keys)
}

/// Judges the dispute that an answer is about: opens the one disputed share with the scalar shown and holds it
/// against its sender's commitments. A scalar of another ciphertext answers nothing ([`Fault::Scalar`]).
pub fn judge(view: &View, answer: &CeremonyAnswered) -> Result<Judgement, Fault> {
    let CeremonyAnswered {
        index,
        scalar,
        slot,
        to,
        ..
    } = answer;
    let commitments = commitments(view, *slot)?;
    let shared = view.shared.get(index).ok_or(Fault::Incomplete(2))?;
    let sealed = shared.slots.get(usize::from(*slot)).ok_or(Fault::Slot(*slot))?;
    let share = sealed
        .iter()
        .find(|share| share.to == *to)
        .ok_or(Fault::Recipients { slot: *slot })?;
    let message = round2(*index, *slot, share)?;
    let ceremony = context(&view.called, *slot)?;
    match dkg::judge_scalar(&ceremony, &commitments, &message, scalar.bytes())?.reason {
        Reason::Silence | Reason::WrongScalar => Err(Fault::Scalar),
        Reason::BadShare(_) => Ok(Judgement::BadShare),
        Reason::FalseComplaint => Ok(Judgement::FalseComplaint),
    }
}

fn slots(view: &View, found: usize) -> Result<(), Fault> {
    let expected = view.called.keys;
    if usize::from(expected) == found {
        Ok(())
    } else {
        Err(Fault::Slots { expected, found })
    }
}
