//! The certificate of a key (密钥证书): everything from which an outsider recomputes Y and `Y_1..Y_n`.
//!
//! Invariant: a certificate has one byte form T; its hash is the key's name, and that name in an envelope's label
//! pins n, k, Y, the custodians and the extension.

use super::ceremony::Ceremony;
use super::roster::{Member, Roster, RosterError};
use super::round1::{Commitments, Round1Error, public_values};
use crate::group::{GroupError, Point};
use crate::hash::sha256;
use crate::lp::{LpError, Reader, lp};
use crate::sign::{KeyError, PublicKey, Signature, SigningKey};

const TAG: &[u8] = b"tender-key/v1";

/// A checked certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    ceremony: Ceremony,
    commitments: Vec<Vec<Point>>,
    pops: Vec<[u8; 64]>,
    y: Point,
    shares: Vec<Point>,
    ext: Vec<u8>,
}

/// Why a certificate is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The bytes are not a list of the right fields.
    #[error("key certificate: {0}")]
    Shape(#[from] LpError),
    /// Another version, or not a certificate.
    #[error("key certificate: the first field is not tender-key/v1")]
    Version,
    /// A name is not UTF-8.
    #[error("key certificate: tender or part is not UTF-8")]
    Text,
    /// A concatenation of keys, points or proofs has the wrong size.
    #[error("key certificate: field {0} has the wrong size for n and k")]
    Size(&'static str),
    /// A point is not acceptable.
    #[error("key certificate: a point in field {field}: {why}")]
    Point {
        /// Field.
        field: &'static str,
        /// What is wrong.
        why: GroupError,
    },
    /// A custodian's key is not acceptable.
    #[error("key certificate: a custodian's signing key: {0}")]
    Key(#[from] KeyError),
    /// The roster is not acceptable.
    #[error("key certificate: {0}")]
    Roster(#[from] RosterError),
    /// The context is not that of the other fields.
    #[error("key certificate: the context does not follow from the other fields")]
    Context,
    /// Commitments or proofs are not acceptable.
    #[error("key certificate: {0}")]
    Round1(#[from] Round1Error),
    /// Y does not follow from the commitments.
    #[error("key certificate: Y does not follow from the commitments")]
    Y,
    /// A public share does not follow from the commitments.
    #[error("key certificate: the public share of custodian {0} does not follow from the commitments")]
    Share(u16),
    /// A signature is by nobody of the roster, doubled, or false.
    #[error("key certificate: the signature of custodian {0} is false, doubled or by a stranger")]
    Signature(u16),
    /// Too few signatures.
    #[error("key certificate: {have} custodians signed where {need} must")]
    Signatures {
        /// Signatures required.
        need: usize,
        /// Signatures given.
        have: usize,
    },
}

impl Certificate {
    /// The certificate of a ceremony whose round 1 was checked. `ext` binds what else the custodians agreed to
    /// (rules, deadline) or is empty.
    #[must_use]
    pub fn new(ceremony: &Ceremony, commitments: &Commitments, ext: &[u8]) -> Self {
        Self {
            ceremony: ceremony.clone(),
            commitments: commitments
                .messages()
                .iter()
                .map(|one| one.commitments.clone())
                .collect(),
            pops: commitments.messages().iter().map(|one| one.pop).collect(),
            y: *commitments.y(),
            shares: commitments.shares().to_vec(),
            ext: ext.to_vec(),
        }
    }

    /// T = `LP("tender-key/v1", context, tender, part, session, u32be slot, u16be n, u16be k, E_1‖…‖E_n,
    /// A_1‖…‖A_n, C_10‖C_11‖…‖C_n,k−1, PoP_1‖…‖PoP_n, Y, Y_1‖…‖Y_n, ext)`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let roster = self.ceremony.roster();
        let points = |points: &[Point]| points.iter().flat_map(Point::to_bytes).collect::<Vec<u8>>();
        lp(&[
            TAG,
            self.ceremony.context(),
            self.ceremony.tender().as_bytes(),
            self.ceremony.part().as_bytes(),
            self.ceremony.session(),
            &self.ceremony.slot().to_be_bytes(),
            &roster.n().to_be_bytes(),
            &roster.k().to_be_bytes(),
            &roster.sealing_bytes(),
            &roster.signing_bytes(),
            &points(&self.commitments.concat()),
            &self.pops.concat(),
            self.y.as_bytes(),
            &points(&self.shares),
            &self.ext,
        ])
    }

    /// Reads T and recomputes everything in it: context, proofs of possession, Y and `Y_1..Y_n`.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        let mut list = Reader::new(bytes);
        if list.next_field()? != TAG {
            return Err(CertificateError::Version);
        }
        let context: [u8; 64] = list.fixed()?;
        let tender = std::str::from_utf8(list.next_field()?).map_err(|_| CertificateError::Text)?;
        let part = std::str::from_utf8(list.next_field()?).map_err(|_| CertificateError::Text)?;
        let session: [u8; 32] = list.fixed()?;
        let slot = u32::from_be_bytes(list.fixed()?);
        let n = usize::from(u16::from_be_bytes(list.fixed()?));
        let k = u16::from_be_bytes(list.fixed()?);
        if !(2..=Roster::MOST).contains(&n) {
            return Err(RosterError::Size(n).into());
        }
        let sealing = points("E", list.next_field()?, n)?;
        let signing = pieces::<32>("A", list.next_field()?, n)?;
        let per_custodian = usize::from(k);
        let all = points("C", list.next_field()?, n.saturating_mul(per_custodian))?;
        let pops = pieces::<64>("PoP", list.next_field()?, n)?;
        let y = Point::parse(&list.fixed()?).map_err(|why| CertificateError::Point { field: "Y", why })?;
        let shares = points("Y_i", list.next_field()?, n)?;
        let ext = list.next_field()?.to_vec();
        list.end()?;

        let mut members = Vec::with_capacity(n);
        for ((index, signing), sealing) in (1_u16..).zip(&signing).zip(sealing) {
            members.push(Member {
                index,
                signing: PublicKey::parse(signing)?,
                sealing,
            });
        }
        let ceremony = Ceremony::new(Roster::new(k, members)?, tender, part, session, slot);
        if *ceremony.context() != context {
            return Err(CertificateError::Context);
        }
        let commitments: Vec<Vec<Point>> = all.chunks(per_custodian).map(<[Point]>::to_vec).collect();
        let parts: Vec<_> = commitments.iter().map(Vec::as_slice).zip(&pops).collect();
        let (expected, expected_shares) = public_values(k, &parts)?;
        if y != expected {
            return Err(CertificateError::Y);
        }
        for ((index, share), expected) in (1_u16..).zip(&shares).zip(&expected_shares) {
            if share != expected {
                return Err(CertificateError::Share(index));
            }
        }
        Ok(Self {
            ceremony,
            commitments,
            pops,
            y,
            shares,
            ext,
        })
    }

    /// The key's name: SHA-256 of T.
    #[must_use]
    pub fn key_id(&self) -> [u8; 32] {
        sha256(&[&self.to_bytes()])
    }

    /// The public key Y of the part.
    #[must_use]
    pub fn y(&self) -> &Point {
        &self.y
    }

    /// The public share of a custodian.
    #[must_use]
    pub fn share(&self, index: u16) -> Option<&Point> {
        self.shares.get(usize::from(index).checked_sub(1)?)
    }

    /// The ceremony: roster, threshold, session, slot.
    #[must_use]
    pub fn ceremony(&self) -> &Ceremony {
        &self.ceremony
    }

    /// The roster.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        self.ceremony.roster()
    }

    /// What else the custodians agreed to.
    #[must_use]
    pub fn ext(&self) -> &[u8] {
        &self.ext
    }

    /// What every custodian signs: `LP("tender-key/v1/sign", key_id)`.
    #[must_use]
    pub fn sign_message(&self) -> Vec<u8> {
        lp(&[b"tender-key/v1/sign", &self.key_id()])
    }

    /// A custodian's signature, made after the custodian computed this certificate from the messages.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signature {
        key.sign(&self.sign_message())
    }

    /// Checks that at least `need` custodians of the roster signed, none twice, none falsely.
    pub fn verify_signatures(
        &self,
        signatures: &[(u16, Signature)],
        need: usize,
    ) -> Result<(), CertificateError> {
        let message = self.sign_message();
        for (place, (index, signature)) in signatures.iter().enumerate() {
            let wrong = CertificateError::Signature(*index);
            if signatures.iter().take(place).any(|(other, _)| other == index) {
                return Err(wrong);
            }
            let member = self.roster().member(*index).ok_or_else(|| wrong.clone())?;
            member.signing.verify(&message, signature).map_err(|_| wrong)?;
        }
        if signatures.len() < need {
            return Err(CertificateError::Signatures {
                need,
                have: signatures.len(),
            });
        }
        Ok(())
    }
}

fn pieces<const N: usize>(
    field: &'static str,
    bytes: &[u8],
    count: usize,
) -> Result<Vec<[u8; N]>, CertificateError> {
    let (pieces, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() && pieces.len() == count {
        Ok(pieces.to_vec())
    } else {
        Err(CertificateError::Size(field))
    }
}

fn points(field: &'static str, bytes: &[u8], count: usize) -> Result<Vec<Point>, CertificateError> {
    let point = |bytes: &[u8; 32]| Point::parse(bytes).map_err(|why| CertificateError::Point { field, why });
    pieces::<32>(field, bytes, count)?.iter().map(point).collect()
}
