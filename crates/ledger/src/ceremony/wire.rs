//! Bodies of facts ⇄ messages of [`seal::dkg`].
//!
//! Invariant: a body and the messages it stands for are converted without loss; converting judges nothing but form.

use super::fault::Fault;
use facts::body::ceremony::{CeremonyCalled, Commitment, Purpose, SealedShare};
use facts::{Bytes, Hex};
use seal::dkg::{Ceremony, Member, Roster, Round1, Round2};
use seal::{Point, PublicKey, Signature};

/// The extension of every certificate: none. Rules and deadline are bound by the labels of envelopes.
pub const EXT: &[u8] = b"";

/// The roster that a call names.
pub fn roster(called: &CeremonyCalled) -> Result<Roster, Fault> {
    let mut members = Vec::with_capacity(called.members.len());
    for member in &called.members {
        let index = member.index;
        let signing =
            PublicKey::parse(member.signer.bytes()).map_err(|why| Fault::SigningKey { index, why })?;
        let sealing = Point::parse(member.point.bytes()).map_err(|why| Fault::StaticPoint { index, why })?;
        members.push(Member {
            index,
            signing,
            sealing,
        });
    }
    Ok(Roster::new(called.k, members)?)
}

/// What one key of the ceremony is bound to: tender and stage of the purpose, session, slot, roster.
pub fn context(called: &CeremonyCalled, slot: u16) -> Result<Ceremony, Fault> {
    if slot >= called.keys {
        return Err(Fault::Slot(slot));
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

/// The round-1 message that one element of a `ceremony.committed` stands for.
pub fn round1(from: u16, slot: u16, commitment: &Commitment) -> Result<Round1, Fault> {
    let point = |hex: &Hex<32>| Point::parse(hex.bytes()).map_err(|why| Fault::Commitment { slot, why });
    let commitments = commitment.points.iter().map(point).collect::<Result<_, _>>()?;
    Ok(Round1 {
        from,
        commitments,
        pop: commitment.pop.0,
        signature: Signature(commitment.sig.0),
    })
}

/// The element of a `ceremony.committed` for a round-1 message.
#[must_use]
pub fn to_round1(message: &Round1) -> Commitment {
    Commitment {
        points: message
            .commitments
            .iter()
            .map(|point| Hex(point.to_bytes()))
            .collect(),
        pop: Hex(message.pop),
        sig: Hex(message.signature.0),
    }
}

/// The round-2 message that one sealed share of a `ceremony.shared` stands for: the 300 bytes of
/// [`seal::dkg::Round2::to_bytes`], from and to whom the body says.
pub fn round2(from: u16, slot: u16, share: &SealedShare) -> Result<Round2, Fault> {
    let to = share.to;
    let message = Round2::parse(&share.sealed.0).map_err(|why| Fault::ShareForm { slot, to, why })?;
    if (message.from, message.to) == (from, to) {
        Ok(message)
    } else {
        Err(Fault::ShareAddress { slot, to })
    }
}

/// The sealed share of a `ceremony.shared` for a round-2 message.
#[must_use]
pub fn to_round2(message: &Round2) -> SealedShare {
    SealedShare {
        sealed: Bytes(message.to_bytes()),
        to: message.to,
    }
}
