//! The custodian's side of a ceremony: from the seed and the witnessed facts to the next body to sign.
//!
//! Invariant: a custodian keeps nothing but the seed. Every message is derived again from it, and if the log holds
//! another one in this custodian's name the custodian stops; a share leaves the machine only sealed, or in answer to
//! a complaint that its receiver signed.

pub use super::answer::{Question, answer};
use super::check::{certificate, check_committed, check_shared, commitments, signed_certificate};
use super::fault::Fault;
use super::proven::Witnessed;
use super::view::{End, View};
use super::wire::{EXT, context, round2, to_round1, to_round2};
use facts::body::ceremony::{
    CeremonyAnswered, CeremonyCertified, CeremonyCommitted, CeremonyComplained, CeremonyShared, Certified,
    KeyProved,
};
use facts::{Hex, Kind};
use rand_core::{CryptoRng, RngCore};
use seal::dkg::{self, Complaint, DkgError, Round1Error, Round2};
use seal::heartbeat::Beat;
use seal::{CustodianSeed, SecretScalar, Signature, Suite};

/// What the custodian does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Sign round 1.
    Commit(CeremonyCommitted),
    /// Sign round 2.
    Share(CeremonyShared),
    /// Complain of a share.
    Complain(CeremonyComplained),
    /// Open a disputed share.
    Answer(CeremonyAnswered),
    /// Sign the certificates.
    Certify(CeremonyCertified),
    /// It is the turn of others: their indices.
    Wait(Vec<u16>),
    /// The ceremony is over: the keys exist, or they never will.
    Done,
}

/// Why the custodian stops. None of these heals by itself: a person has to look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WontAct {
    /// The custodian is not in the roster.
    #[error("these keys are not in the roster of the ceremony")]
    NotMember,
    /// The log has a message in this custodian's name that this custodian did not make.
    #[error(
        "the log holds a {0} in this custodian's name that does not come from this seed: the seed may be stolen"
    )]
    NotMine(Kind),
    /// A message of somebody does not stand although the platform took it.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// The seed makes no message.
    #[error(transparent)]
    Round1(#[from] Round1Error),
    /// The date is not one.
    #[error("{0:?} is not a date of the form YYYY-MM-DD")]
    Date(String),
}

/// The next step of the custodian with this seed.
pub fn next_step(seed: &CustodianSeed, ceremony: &Witnessed) -> Result<Step, WontAct> {
    let view = ceremony.view();
    let index = index_of(seed, view)?;
    own_messages(seed, view, index)?;
    if view.end.is_some() {
        return ended(view, index);
    }
    if !view.committed.contains_key(&index) {
        return Ok(Step::Commit(commit(seed, view, index)?));
    }
    if !view.all_committed() {
        return Ok(wait(view, |other| !view.committed.contains_key(&other)));
    }
    if !view.shared.contains_key(&index) {
        for body in view.committed.values() {
            check_committed(view, body)?;
        }
        return Ok(Step::Share(share(seed, view, index)?));
    }
    if let Some(complaint) = view.dispute() {
        let is_mine = complaint.against == index && view.all_shared();
        let stands = complaint.slot < view.called.keys && complaint.index != index;
        return if is_mine && stands {
            Ok(Step::Answer(open(seed, view, complaint)?))
        } else {
            Ok(Step::Wait(vec![complaint.against]))
        };
    }
    if !view.all_shared() {
        return Ok(wait(view, |other| !view.shared.contains_key(&other)));
    }
    if view.certified.contains_key(&index) {
        return Ok(wait(view, |other| !view.certified.contains_key(&other)));
    }
    certify(seed, view, index)
}

/// The custodian's share of one key, from the seed and the log. Checked against the certificate that all members
/// signed, so that it is the share of the key that bidders seal to.
pub fn share_of(seed: &CustodianSeed, ceremony: &Witnessed, slot: u16) -> Result<SecretScalar, Fault> {
    let view = ceremony.view();
    signed_certificate(view, slot)?;
    let commitments = commitments(view, slot)?;
    let received = received(seed, view, slot)?;
    let context = context(&view.called, slot)?;
    dkg::recover_share(seed, &context, &commitments, &received).map_err(|why| Fault::Recovery { slot, why })
}

/// A proof that the share of one key is alive on this date (`YYYY-MM-DD`, China Standard Time).
pub fn prove(
    seed: &CustodianSeed,
    ceremony: &Witnessed,
    slot: u16,
    date: &str,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<KeyProved, WontAct> {
    let view = ceremony.view();
    let index = index_of(seed, view)?;
    if !is_date(date) {
        return Err(WontAct::Date(date.chars().take(40).collect()));
    }
    let share = share_of(seed, ceremony, slot)?;
    let key_id = certificate(view, slot)?.key_id();
    let beat = Beat {
        suite: Suite::Tree64k,
        key_id: &key_id,
        date,
        index,
    };
    let proof = Hex(beat.prove(&share, rng).to_bytes());
    Ok(KeyProved {
        date: date.to_owned(),
        index,
        key_id: Hex(key_id),
        proof,
    })
}

fn is_date(date: &str) -> bool {
    let digits = |byte: &u8, place: usize| (*byte == b'-') == matches!(place, 4 | 7);
    date.len() == 10
        && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && date
            .as_bytes()
            .iter()
            .enumerate()
            .all(|(place, byte)| digits(byte, place))
}

fn index_of(seed: &CustodianSeed, view: &View) -> Result<u16, WontAct> {
    super::wire::roster(&view.called)?
        .index_of(seed)
        .ok_or(WontAct::NotMember)
}

/// What stands in this custodian's name must be what this seed makes.
fn own_messages(seed: &CustodianSeed, view: &View, index: u16) -> Result<(), WontAct> {
    if let Some(body) = view.committed.get(&index)
        && **body != commit(seed, view, index)?
    {
        return Err(WontAct::NotMine(Kind::CeremonyCommitted));
    }
    if let Some(body) = view.shared.get(&index)
        && **body != share(seed, view, index)?
    {
        return Err(WontAct::NotMine(Kind::CeremonyShared));
    }
    Ok(())
}

fn ended(view: &View, index: u16) -> Result<Step, WontAct> {
    if let Some(End::Completed(completed)) = &view.end {
        if !view.certified.contains_key(&index) {
            return Err(WontAct::NotMine(Kind::CeremonyCompleted));
        }
        for (slot, _) in (0_u16..).zip(&completed.keys) {
            signed_certificate(view, slot)?;
        }
    }
    Ok(Step::Done)
}

fn commit(seed: &CustodianSeed, view: &View, index: u16) -> Result<CeremonyCommitted, WontAct> {
    let mut slots = Vec::with_capacity(usize::from(view.called.keys));
    for slot in 0..view.called.keys {
        slots.push(to_round1(&dkg::round1(seed, &context(&view.called, slot)?)?));
    }
    Ok(CeremonyCommitted {
        ceremony: view.called.ceremony.clone(),
        index,
        slots,
    })
}

fn share(seed: &CustodianSeed, view: &View, index: u16) -> Result<CeremonyShared, WontAct> {
    let mut slots = Vec::with_capacity(usize::from(view.called.keys));
    for slot in 0..view.called.keys {
        let messages = dkg::round2(seed, &context(&view.called, slot)?, &commitments(view, slot)?)?;
        slots.push(messages.iter().map(to_round2).collect());
    }
    Ok(CeremonyShared {
        ceremony: view.called.ceremony.clone(),
        index,
        slots,
    })
}

/// Opens the one disputed ciphertext. Its receiver signed the complaint, so nobody learns what the receiver could
/// not have told them.
fn open(
    seed: &CustodianSeed,
    view: &View,
    complaint: &CeremonyComplained,
) -> Result<CeremonyAnswered, WontAct> {
    let CeremonyComplained {
        against,
        index,
        slot,
        ceremony,
    } = complaint;
    let context = context(&view.called, *slot)?;
    let about = Complaint {
        accused: *against,
        accuser: *index,
        hash: [0; 32],
        signature: Signature([0; 64]),
    };
    let answer = dkg::answer(seed, &context, &about).ok_or(WontAct::NotMember)?;
    Ok(CeremonyAnswered {
        ceremony: ceremony.clone(),
        index: *against,
        scalar: Hex(answer.r),
        slot: *slot,
        to: *index,
    })
}

/// Checks every share received; signs all certificates, or complains of the first bad share.
fn certify(seed: &CustodianSeed, view: &View, index: u16) -> Result<Step, WontAct> {
    let ceremony = view.called.ceremony.clone();
    for body in view.shared.values() {
        check_shared(view, body)?;
    }
    let key = seed.signing_key();
    let mut slots = Vec::with_capacity(usize::from(view.called.keys));
    for slot in 0..view.called.keys {
        let (context, commitments) = (context(&view.called, slot)?, commitments(view, slot)?);
        let received = received(seed, view, slot)?;
        match dkg::finish(seed, &context, &commitments, &received, EXT) {
            Ok(finished) => {
                let certificate = finished.certificate;
                slots.push(Certified {
                    key_id: Hex(certificate.key_id()),
                    sig: Hex(certificate.sign(&key).to_bytes()),
                });
            }
            Err(DkgError::Share(fault)) if fault.is_ground_for_complaint() => {
                let against = received
                    .iter()
                    .find(|message| dkg::open_share(seed, &context, &commitments, message).is_err())
                    .map_or(0, |message| message.from);
                return Ok(Step::Complain(CeremonyComplained {
                    against,
                    ceremony,
                    index,
                    slot,
                }));
            }
            Err(why) => return Err(Fault::Recovery { slot, why }.into()),
        }
    }
    Ok(Step::Certify(CeremonyCertified {
        ceremony,
        index,
        slots,
    }))
}

/// The shares of one key that the others sealed to this custodian.
fn received(seed: &CustodianSeed, view: &View, slot: u16) -> Result<Vec<Round2>, Fault> {
    let own = super::wire::roster(&view.called)?.index_of(seed);
    let mut messages = Vec::with_capacity(view.called.members.len());
    for body in view.shared.values().filter(|body| Some(body.index) != own) {
        let shares = body.slots.get(usize::from(slot)).ok_or(Fault::Slot(slot))?;
        for share in shares.iter().filter(|share| Some(share.to) == own) {
            messages.push(round2(body.index, slot, share)?);
        }
    }
    Ok(messages)
}

fn wait(view: &View, late: impl Fn(u16) -> bool) -> Step {
    Step::Wait(
        view.called
            .members
            .iter()
            .map(|member| member.index)
            .filter(|index| late(*index))
            .collect(),
    )
}
