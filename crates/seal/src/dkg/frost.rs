//! The passage between our wire bytes and the types of frost-ristretto255.
//!
//! Invariant: only bytes that our own parsers accepted come here, so a refusal by the library is a disagreement to
//! be reported, never to be swallowed.

use std::collections::BTreeMap;

use frost_ristretto255 as frost;
use frost_ristretto255::keys::{SigningShare, VerifiableSecretSharingCommitment, dkg};
use frost_ristretto255::{Ciphersuite as _, Identifier, Ristretto255Sha512};
use zeroize::Zeroizing;

use super::ceremony::Ceremony;
use super::round1::Round1;
use crate::custodian::CustodianSeed;
use crate::group::{self, Point, Scalar, SecretScalar};

/// The library refused something that our rules accept.
pub(super) type Refused = frost::Error;

pub(super) struct Polynomial {
    secret: dkg::round1::SecretPackage,
    pub(super) commitments: Vec<Vec<u8>>,
    pub(super) pop: Vec<u8>,
}

/// Part 1, with the chance taken from the seed: the polynomial's coefficients `a_0` … a_{k−1} and the nonce of the
/// proof are, in this order, 64 bytes of the generator each, little-endian, modulo ℓ.
pub(super) fn polynomial(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    index: u16,
) -> Result<Polynomial, Refused> {
    let roster = ceremony.roster();
    let mut rng = seed.round1_rng(ceremony.context());
    let (secret, package) = dkg::part1(Identifier::try_from(index)?, roster.n(), roster.k(), &mut rng)?;
    let commitments = package.commitment().serialize()?;
    let pop = package.proof_of_knowledge().serialize()?;
    Ok(Polynomial {
        secret,
        commitments,
        pop,
    })
}

/// What this custodian keeps of part 2, and `(j, f_i(j))` for every other j.
type Shares = (dkg::round2::SecretPackage, Vec<(u16, Zeroizing<Vec<u8>>)>);

/// Part 2: `f_i(j)` for every other j.
pub(super) fn shares(polynomial: Polynomial, others: &[&Round1]) -> Result<Shares, Refused> {
    let (own, packages) = dkg::part2(polynomial.secret, &packages(others)?)?;
    let mut shares = Vec::with_capacity(packages.len());
    for message in others {
        let package = packages.get(&Identifier::try_from(message.from)?);
        let package = package.ok_or(frost::Error::PackageNotFound)?;
        shares.push((message.from, Zeroizing::new(package.signing_share().serialize())));
    }
    Ok((own, shares))
}

/// Part 3: the share `s_j = Σ f_i(j)`, the public share and the public key, each checked by the library.
pub(super) fn combined(
    own: &dkg::round2::SecretPackage,
    others: &[&Round1],
    received: &[(u16, SecretScalar)],
) -> Result<(Zeroizing<Vec<u8>>, Vec<u8>), Refused> {
    let mut packages2 = BTreeMap::new();
    for (from, share) in received {
        let share = SigningShare::deserialize(&share.to_bytes()[..])?;
        packages2.insert(Identifier::try_from(*from)?, dkg::round2::Package::new(share));
    }
    let (key, public) = dkg::part3(own, &packages(others)?, &packages2)?;
    let y = public.verifying_key().serialize()?;
    Ok((Zeroizing::new(key.signing_share().serialize()), y))
}

fn packages(messages: &[&Round1]) -> Result<BTreeMap<Identifier, dkg::round1::Package>, Refused> {
    let mut packages = BTreeMap::new();
    for message in messages {
        let points = message.commitments.iter().map(Point::to_bytes);
        let commitment = VerifiableSecretSharingCommitment::deserialize(points)?;
        let proof = frost::Signature::deserialize(&message.pop)?;
        let package = dkg::round1::Package::new(commitment, proof);
        packages.insert(Identifier::try_from(message.from)?, package);
    }
    Ok(packages)
}

/// FROST's proof of possession of `C_i0`, checked by anybody:
/// `c = SHA-512("FROST-RISTRETTO255-SHA512-v1" ‖ "dkg" ‖ i (32 bytes little-endian) ‖ C_i0 ‖ R) mod ℓ`,
/// `R = z·G − c·C_i0`.
pub(super) fn possession_holds(index: u16, first: &Point, pop: &[u8; 64]) -> bool {
    let (r, z) = pop.split_at(32);
    let Ok(Ok(z)) = z.try_into().map(Scalar::parse) else {
        return false;
    };
    let mut identifier = [0; 32];
    if let Some(low) = identifier.first_chunk_mut::<2>() {
        *low = index.to_le_bytes();
    }
    let message = [&identifier[..], &first.as_bytes()[..], r].concat();
    let Some(c) = Ristretto255Sha512::HDKG(&message) else {
        return false;
    };
    group::recomputed(&z, &Point::generator(), &Scalar(c), first)[..] == *r
}
