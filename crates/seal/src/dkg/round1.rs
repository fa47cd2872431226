//! Round 1: each custodian commits to a polynomial and proves to know its constant term.
//!
//! FROST's proof hashes only the index and the point, not the session; so the signature over the context is what
//! keeps an older session's message out.
//! Invariant: [`Commitments`] exist only for n messages that all passed: exactly k points each, proofs and
//! signatures valid, constant terms distinct.

use super::ceremony::Ceremony;
use super::frost;
use super::wire::{Pieces, WireError};
use crate::custodian::CustodianSeed;
use crate::group::{GroupError, Point};
use crate::lp::lp;
use crate::sign::Signature;

/// `u16be i ‖ u16be k ‖ C_i0 ‖ … ‖ C_i,k−1 ‖ PoP(64) ‖ signature(64)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round1 {
    /// Author's index.
    pub from: u16,
    /// Commitments to the coefficients, constant term first.
    pub commitments: Vec<Point>,
    /// Schnorr proof of possession, `R ‖ z`.
    pub pop: [u8; 64],
    /// Author's signature over [`Round1::message`].
    pub signature: Signature,
}

/// Why round 1 fails, and through whom.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Round1Error {
    /// The seed is not one of the roster's.
    #[error("this custodian's keys are not in the roster")]
    NotInRoster,
    /// A member's message is missing, doubled or from a stranger.
    #[error("round 1 needs one message of every custodian in order of index; place {place} is wrong")]
    Attendance {
        /// Place in the list, from 1.
        place: usize,
    },
    /// The signature is not by that member over this ceremony: another session, or forged.
    #[error("custodian {0} did not sign this round-1 message for this ceremony")]
    Signature(u16),
    /// Not exactly k commitments.
    #[error("custodian {from} committed to {found} coefficients where exactly {k} are required")]
    Count {
        /// Author.
        from: u16,
        /// Threshold.
        k: u16,
        /// Points found.
        found: usize,
    },
    /// The proof of possession fails.
    #[error("custodian {0} did not prove to know the constant term")]
    Possession(u16),
    /// Two constant terms are equal.
    #[error("custodians {0} and {1} have the same constant term")]
    SameConstant(u16, u16),
    /// The sum of the commitments is the identity: with honest custodians this does not happen.
    #[error("the commitments cancel out: {0}")]
    Cancels(GroupError),
    /// The library disagrees with our own checks.
    #[error("the FROST library refuses: {0}")]
    Library(String),
}

impl From<frost::Refused> for Round1Error {
    fn from(refused: frost::Refused) -> Self {
        Self::Library(refused.to_string())
    }
}

/// Makes a custodian's message of round 1. The same seed and ceremony give the same message.
pub fn round1(seed: &CustodianSeed, ceremony: &Ceremony) -> Result<Round1, Round1Error> {
    let from = ceremony.roster().index_of(seed).ok_or(Round1Error::NotInRoster)?;
    let polynomial = frost::polynomial(seed, ceremony, from)?;
    let library = |_| Round1Error::Library("an encoding that is not ristretto255".to_owned());
    let mut commitments = Vec::with_capacity(polynomial.commitments.len());
    for bytes in &polynomial.commitments {
        let bytes = <&[u8; 32]>::try_from(&bytes[..]).map_err(|_| library(GroupError::PointEncoding))?;
        commitments.push(Point::parse(bytes).map_err(library)?);
    }
    let pop = <[u8; 64]>::try_from(&polynomial.pop[..]).map_err(|_| library(GroupError::PointEncoding))?;
    let mut message = Round1 {
        from,
        commitments,
        pop,
        signature: Signature([0; 64]),
    };
    message.signature = seed.signing_key().sign(&message.message(ceremony));
    Ok(message)
}

impl Round1 {
    /// What the author signs: `LP("tender-dkg/v1/round1", context, u16be i, C_i0‖…, PoP)`.
    #[must_use]
    pub fn message(&self, ceremony: &Ceremony) -> Vec<u8> {
        let from = self.from.to_be_bytes();
        lp(&[
            b"tender-dkg/v1/round1",
            ceremony.context(),
            &from,
            &self.commitment_bytes(),
            &self.pop,
        ])
    }

    /// The wire form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u16::try_from(self.commitments.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes();
        [
            &self.from.to_be_bytes()[..],
            &count,
            &self.commitment_bytes(),
            &self.pop,
            &self.signature.0,
        ]
        .concat()
    }

    /// Reads the wire form.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        const NAME: &str = "round-1 message";
        let count = match bytes {
            [_, _, high, low, ..] => u16::from_be_bytes([*high, *low]),
            _ => {
                return Err(WireError::Length {
                    message: NAME,
                    expected: 132,
                    found: bytes.len(),
                });
            }
        };
        let expected = usize::from(count).saturating_mul(32).saturating_add(132);
        let mut pieces = Pieces::new(NAME, bytes, expected)?;
        let from = pieces.number()?;
        pieces.number()?;
        let mut commitments = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let point = pieces.take()?;
            commitments.push(Point::parse(&point).map_err(pieces.bad("a commitment"))?);
        }
        Ok(Self {
            from,
            commitments,
            pop: pieces.take()?,
            signature: Signature(pieces.take()?),
        })
    }

    fn commitment_bytes(&self) -> Vec<u8> {
        self.commitments.iter().flat_map(Point::to_bytes).collect()
    }
}

/// All n messages of round 1, checked; what anybody can compute of the key is computed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitments {
    messages: Vec<Round1>,
    y: Point,
    shares: Vec<Point>,
}

impl Commitments {
    /// Checks all messages, which stand in order of index.
    pub fn check(ceremony: &Ceremony, messages: Vec<Round1>) -> Result<Self, Round1Error> {
        let roster = ceremony.roster();
        let members = roster.members();
        for (place, member) in (1_usize..).zip(members) {
            let message = messages
                .get(place.saturating_sub(1))
                .filter(|message| message.from == member.index);
            let message = message.ok_or(Round1Error::Attendance { place })?;
            let signed = member
                .signing
                .verify(&message.message(ceremony), &message.signature);
            signed.map_err(|_| Round1Error::Signature(member.index))?;
        }
        if messages.len() > members.len() {
            return Err(Round1Error::Attendance {
                place: members.len().saturating_add(1),
            });
        }
        let parts: Vec<_> = messages
            .iter()
            .map(|message| (&message.commitments[..], &message.pop))
            .collect();
        let (y, shares) = public_values(roster.k(), &parts)?;
        Ok(Self { messages, y, shares })
    }

    /// The messages, in order of index.
    #[must_use]
    pub fn messages(&self) -> &[Round1] {
        &self.messages
    }

    /// `Y = Σ C_i0`.
    #[must_use]
    pub fn y(&self) -> &Point {
        &self.y
    }

    /// `Y_j = Σ_i Σ_m j^m·C_im`, for j = 1..n in order.
    #[must_use]
    pub fn shares(&self) -> &[Point] {
        &self.shares
    }

    pub(super) fn of(&self, index: u16) -> Option<&Round1> {
        self.messages.get(usize::from(index).checked_sub(1)?)
    }

    /// All messages but one.
    pub(super) fn others(&self, index: u16) -> Vec<&Round1> {
        self.messages
            .iter()
            .filter(|message| message.from != index)
            .collect()
    }
}

/// The checks that need no signature (an outsider with the certificate makes them too), then Y and `Y_1..Y_n`.
pub(super) fn public_values(
    k: u16,
    parts: &[(&[Point], &[u8; 64])],
) -> Result<(Point, Vec<Point>), Round1Error> {
    for (from, (commitments, pop)) in (1_u16..).zip(parts) {
        let count = Round1Error::Count {
            from,
            k,
            found: commitments.len(),
        };
        let first = commitments
            .first()
            .filter(|_| commitments.len() == usize::from(k))
            .ok_or(count)?;
        if !frost::possession_holds(from, first, pop) {
            return Err(Round1Error::Possession(from));
        }
        for (earlier, (others, _)) in (1_u16..).zip(parts).take_while(|(earlier, _)| *earlier < from) {
            if others.first() == Some(first) {
                return Err(Round1Error::SameConstant(earlier, from));
            }
        }
    }
    // Coefficient by coefficient, so that each Y_j is one evaluation of the summed polynomial.
    let mut summed = Vec::with_capacity(usize::from(k));
    for m in 0..usize::from(k) {
        let column = parts.iter().filter_map(|(commitments, _)| commitments.get(m));
        summed.push(Point::sum(column).map_err(Round1Error::Cancels)?);
    }
    let y = *summed.first().ok_or(Round1Error::Cancels(GroupError::Identity))?;
    let mut shares = Vec::with_capacity(parts.len());
    for (j, _) in (1_u16..).zip(parts) {
        shares.push(Point::evaluate(&summed, j).map_err(Round1Error::Cancels)?);
    }
    Ok((y, shares))
}
