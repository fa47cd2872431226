//! Round 3: a custodian adds the shares up, checks the sum against the public values, and knows the certificate.
//!
//! Invariant: a share is returned only if `s_j·G = Y_j` by our own arithmetic and by the FROST library alike. The
//! share is never stored: seed and logged messages give it again ([`recover_share`]).

use super::ceremony::Ceremony;
use super::certificate::Certificate;
use super::frost;
use super::round1::{Commitments, Round1Error};
use super::round2::{Round2, ShareFault, open_share};
use crate::custodian::CustodianSeed;
use crate::group::SecretScalar;

/// Why a custodian cannot finish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DkgError {
    /// Round 1 does not stand.
    #[error(transparent)]
    Round1(#[from] Round1Error),
    /// A share is bad.
    #[error(transparent)]
    Share(#[from] ShareFault),
    /// A share is missing or doubled.
    #[error(
        "exactly one share from every other custodian is needed; that of custodian {0} is missing or doubled"
    )]
    Attendance(u16),
    /// The sum does not belong to the public share.
    #[error("the sum of the shares does not belong to the public share")]
    Sum,
}

impl From<frost::Refused> for DkgError {
    fn from(refused: frost::Refused) -> Self {
        Self::Round1(refused.into())
    }
}

/// What the ceremony leaves to one custodian.
pub struct Finished {
    /// The custodian's index.
    pub index: u16,
    /// The share `s_j`.
    pub share: SecretScalar,
    /// The certificate to be signed by all.
    pub certificate: Certificate,
}

/// Finishes the ceremony for one custodian: `received` are the messages of round 2 to this custodian.
pub fn finish(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    commitments: &Commitments,
    received: &[Round2],
    ext: &[u8],
) -> Result<Finished, DkgError> {
    let index = ceremony.roster().index_of(seed).ok_or(Round1Error::NotInRoster)?;
    let share = recover_share(seed, ceremony, commitments, received)?;
    let certificate = Certificate::new(ceremony, commitments, ext);
    Ok(Finished {
        index,
        share,
        certificate,
    })
}

/// The share `s_j` from the seed and the logged messages, whenever it is needed.
pub fn recover_share(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    commitments: &Commitments,
    received: &[Round2],
) -> Result<SecretScalar, DkgError> {
    let index = ceremony.roster().index_of(seed).ok_or(Round1Error::NotInRoster)?;
    let others = commitments.others(index);
    let mut opened = Vec::with_capacity(others.len());
    for message in &others {
        let mut from = received.iter().filter(|share| share.from == message.from);
        let (Some(share), None) = (from.next(), from.next()) else {
            return Err(DkgError::Attendance(message.from));
        };
        opened.push((message.from, open_share(seed, ceremony, commitments, share)?));
    }
    let polynomial = frost::polynomial(seed, ceremony, index)?;
    let (own, _) = frost::shares(polynomial, &others)?;
    let (sum, y) = frost::combined(&own, &others, &opened)?;
    let sum = <&[u8; 32]>::try_from(&sum[..]).map_err(|_| DkgError::Sum)?;
    let share = SecretScalar::parse(sum).map_err(|_| DkgError::Sum)?;
    let place = usize::from(index).checked_sub(1);
    let expected = place.and_then(|place| commitments.shares().get(place));
    if expected == Some(&share.public()) && y == commitments.y().as_bytes() {
        Ok(share)
    } else {
        Err(DkgError::Sum)
    }
}
