//! Round 2: the value of each polynomial at each other index, sealed from one custodian to the other.
//!
//! Invariant: a share travels in the same encapsulation as a bid, with the header's proof, under a label that names
//! the ceremony, the sender and the recipient; the sender signs the ciphertext and so answers for it.

use super::SHARE_SUITE;
use super::ceremony::Ceremony;
use super::frost;
use super::round1::{Commitments, Round1Error};
use super::wire::{Pieces, WireError};
use crate::body_hash::body_digest;
use crate::cob256::{Opener, PREFIX, SALT, Sealer};
use crate::custodian::CustodianSeed;
use crate::group::{Point, SecretScalar};
use crate::hash::sha256;
use crate::header::{HEADER_LEN, Header};
use crate::kem::{Encapsulation, derive_key, encapsulate};
use crate::lp::lp;
use crate::sign::Signature;
use rand_core::RngCore as _;
use zeroize::Zeroizing;

/// Bytes of a sealed share: prefix, 32 bytes, tag.
const BODY: usize = PREFIX + 32 + 16;
/// Bytes of a round-2 message.
const LENGTH: usize = 2 + 2 + HEADER_LEN + BODY + 64;

/// `u16be i ‖ u16be j ‖ header(128) ‖ body(104) ‖ signature(64)`, 300 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round2 {
    /// Sender i.
    pub from: u16,
    /// Recipient j.
    pub to: u16,
    /// Header of the encapsulation to `E_j`.
    pub header: Header,
    /// `f_i(j)`, 32 bytes little-endian, sealed as cob256.
    pub body: [u8; BODY],
    /// Sender's signature over [`Round2::message`].
    pub signature: Signature,
}

/// What is wrong with a share that arrived. All but the first two are grounds for a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareFault {
    /// The message is not from and to members of this ceremony, or not to this custodian.
    #[error("the share is not addressed to this custodian in this ceremony")]
    NotForMe,
    /// The sender's signature fails, so the sender cannot be held to it: ask for the message again.
    #[error("the share from custodian {0} is not signed by that custodian for this ceremony")]
    Signature(u16),
    /// The header's proof fails.
    #[error("the share from custodian {0} has a false header")]
    Header(u16),
    /// The body does not open, or does not hold a scalar.
    #[error("the share from custodian {0} does not open")]
    Body(u16),
    /// The scalar is not the value of the committed polynomial.
    #[error("the share from custodian {0} contradicts that custodian's commitments")]
    Value(u16),
}

impl ShareFault {
    /// Whether the sender answers for it.
    #[must_use]
    pub fn is_ground_for_complaint(self) -> bool {
        matches!(self, Self::Header(_) | Self::Body(_) | Self::Value(_))
    }
}

/// Makes a custodian's n−1 messages of round 2, in order of recipient. The same inputs give the same messages.
pub fn round2(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    commitments: &Commitments,
) -> Result<Vec<Round2>, Round1Error> {
    let roster = ceremony.roster();
    let from = roster.index_of(seed).ok_or(Round1Error::NotInRoster)?;
    let polynomial = frost::polynomial(seed, ceremony, from)?;
    let (_, shares) = frost::shares(polynomial, &commitments.others(from))?;
    let mut messages = Vec::with_capacity(shares.len());
    for (to, share) in shares {
        let member = roster.member(to).ok_or(Round1Error::NotInRoster)?;
        messages.push(seal(seed, ceremony, from, to, &member.sealing, &share)?);
    }
    Ok(messages)
}

fn seal(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    from: u16,
    to: u16,
    recipient: &Point,
    share: &[u8],
) -> Result<Round2, Round1Error> {
    let (kem, salt, mut rng) = encapsulation(seed, ceremony, from, to, recipient);
    let label = label(ceremony, from, to);
    let (mut sealer, prefix) = Sealer::with_salt(kem.key(), &salt, &label);
    let mut bytes = prefix.to_vec();
    let library = |why: &dyn std::fmt::Display| Round1Error::Library(why.to_string());
    sealer.update(share, &mut bytes).map_err(|why| library(&why))?;
    sealer.finish(&mut bytes).map_err(|why| library(&why))?;
    let body = <[u8; BODY]>::try_from(&bytes[..]).map_err(|why| library(&why))?;
    let header = kem.prove(&body_digest(SHARE_SUITE, &body), &mut rng);
    let mut message = Round2 {
        from,
        to,
        header,
        body,
        signature: Signature([0; 64]),
    };
    message.signature = seed.signing_key().sign(&message.message(ceremony));
    Ok(message)
}

/// The encapsulation, salt and remaining generator for one recipient. From the generator are taken, in this order:
/// 64 bytes for r, 24 for the salt, 32 for the nonce of the header's proof.
pub(super) fn encapsulation(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    from: u16,
    to: u16,
    recipient: &Point,
) -> (Encapsulation, [u8; SALT], rand_chacha::ChaCha20Rng) {
    let mut rng = seed.round2_rng(ceremony.context(), to);
    let secret = SecretScalar::random(&mut rng);
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    let kem = encapsulate(SHARE_SUITE, &label(ceremony, from, to), recipient, None, secret);
    (kem, salt, rng)
}

/// `LP(context, u16be i, u16be j)`.
pub(super) fn label(ceremony: &Ceremony, from: u16, to: u16) -> Vec<u8> {
    lp(&[ceremony.context(), &from.to_be_bytes(), &to.to_be_bytes()])
}

/// Opens a share that was sent to this custodian and checks it against the sender's commitments.
pub fn open_share(
    seed: &CustodianSeed,
    ceremony: &Ceremony,
    commitments: &Commitments,
    message: &Round2,
) -> Result<SecretScalar, ShareFault> {
    if ceremony.roster().index_of(seed) != Some(message.to) || message.from == message.to {
        return Err(ShareFault::NotForMe);
    }
    message.verify(ceremony)?;
    let z = message.header.r.times(&seed.static_key());
    message.unseal(ceremony, commitments, &z)
}

impl Round2 {
    /// What the sender signs: `LP("tender-dkg/v1/round2", context, u16be i, u16be j, header, body)`.
    #[must_use]
    pub fn message(&self, ceremony: &Ceremony) -> Vec<u8> {
        lp(&[
            b"tender-dkg/v1/round2",
            ceremony.context(),
            &self.from.to_be_bytes(),
            &self.to.to_be_bytes(),
            &self.header.to_bytes(),
            &self.body,
        ])
    }

    /// SHA-256 of the wire form: what the log keeps and what a complaint names.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[&self.to_bytes()])
    }

    /// The wire form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [
            &self.from.to_be_bytes()[..],
            &self.to.to_be_bytes(),
            &self.header.to_bytes(),
            &self.body,
            &self.signature.0,
        ]
        .concat()
    }

    /// Reads the wire form.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let mut pieces = Pieces::new("round-2 message", bytes, LENGTH)?;
        let (from, to) = (pieces.number()?, pieces.number()?);
        let header = Header::parse(&pieces.take::<HEADER_LEN>()?)?;
        Ok(Self {
            from,
            to,
            header,
            body: pieces.take()?,
            signature: Signature(pieces.take()?),
        })
    }

    /// The sender's signature.
    pub(super) fn verify(&self, ceremony: &Ceremony) -> Result<(), ShareFault> {
        let sender = ceremony.roster().member(self.from).ok_or(ShareFault::NotForMe)?;
        let signed = sender.signing.verify(&self.message(ceremony), &self.signature);
        signed.map_err(|_| ShareFault::Signature(self.from))
    }

    /// The header's proof, the body and the value, given `Z = d_j·R = r·E_j`.
    pub(super) fn unseal(
        &self,
        ceremony: &Ceremony,
        commitments: &Commitments,
        z: &Point,
    ) -> Result<SecretScalar, ShareFault> {
        let recipient = ceremony.roster().member(self.to).ok_or(ShareFault::NotForMe)?;
        let label = label(ceremony, self.from, self.to);
        let digest = body_digest(SHARE_SUITE, &self.body);
        let header = self
            .header
            .verify(SHARE_SUITE, &label, &digest, &recipient.sealing);
        header.map_err(|_| ShareFault::Header(self.from))?;

        let bad = ShareFault::Body(self.from);
        let key = derive_key(SHARE_SUITE, z, &self.header.r, &recipient.sealing, None, &label);
        let (prefix, chunks) = self.body.split_first_chunk::<PREFIX>().ok_or(bad)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(BODY));
        let mut opener = Opener::new(&key, &label, prefix).map_err(|_| bad)?;
        opener.update(chunks, &mut plain).map_err(|_| bad)?;
        opener.finish(&mut plain).map_err(|_| bad)?;
        let scalar = Zeroizing::new(<[u8; 32]>::try_from(&plain[..]).map_err(|_| bad)?);
        let share = SecretScalar::parse(&scalar).map_err(|_| bad)?;

        let sender = commitments.of(self.from).ok_or(ShareFault::NotForMe)?;
        let expected = Point::evaluate(&sender.commitments, self.to);
        if expected == Ok(share.public()) {
            Ok(share)
        } else {
            Err(ShareFault::Value(self.from))
        }
    }
}
