//! ristretto255 (RFC 9496): points, public scalars, secret scalars, and the few operations the protocol needs.
//!
//! Invariants: a [`Point`] is never the identity and was decoded from, or has, its one canonical encoding;
//! a [`Scalar`] is below the group order ℓ; a [`SecretScalar`] is also not zero, is wiped on drop and cannot be
//! printed.
//! So a secret scalar times a point is always a point.
#![expect(
    clippy::arithmetic_side_effects,
    reason = "operators here are those of a finite field and a finite group: nothing overflows"
)]

use curve25519_dalek::constants::{RISTRETTO_BASEPOINT_COMPRESSED, RISTRETTO_BASEPOINT_POINT};
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar as RawScalar;
use curve25519_dalek::traits::{Identity, IsIdentity, VartimeMultiscalarMul};
use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::base16::{self, HexError};

/// Why bytes are not a point or a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// The 32 bytes are not the canonical encoding of any group element.
    #[error("the 32 bytes are not the canonical encoding of a ristretto255 element")]
    PointEncoding,
    /// The identity is refused everywhere.
    #[error("the identity element is not allowed")]
    Identity,
    /// The number is not below the group order.
    #[error("the scalar is not below the order of the group")]
    ScalarRange,
    /// A secret scalar must not be zero.
    #[error("the secret scalar is zero")]
    ZeroSecret,
    /// The text is not hexadecimal of the right length.
    #[error(transparent)]
    Hex(#[from] HexError),
}

/// A group element other than the identity, with its 32-byte encoding.
#[derive(Clone, Copy)]
pub struct Point {
    raw: RistrettoPoint,
    bytes: [u8; 32],
}

impl Point {
    /// Decodes 32 bytes; a non-canonical encoding and the identity are refused.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, GroupError> {
        let raw = CompressedRistretto(*bytes)
            .decompress()
            .ok_or(GroupError::PointEncoding)?;
        if raw.is_identity() {
            return Err(GroupError::Identity);
        }
        Ok(Self { raw, bytes: *bytes })
    }

    /// [`Point::parse`] on 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, GroupError> {
        Self::parse(&base16::decode(text)?)
    }

    /// The generator G.
    #[must_use]
    pub fn generator() -> Self {
        Self {
            raw: RISTRETTO_BASEPOINT_POINT,
            bytes: RISTRETTO_BASEPOINT_COMPRESSED.to_bytes(),
        }
    }

    /// The canonical encoding.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// The canonical encoding, borrowed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Lower-case hexadecimal of the encoding.
    #[must_use]
    pub fn hex(&self) -> String {
        base16::encode(&self.bytes)
    }

    /// `secret · self`, in constant time.
    #[must_use]
    pub fn times(&self, secret: &SecretScalar) -> Self {
        let raw = if self.is_generator() {
            RistrettoPoint::mul_base(&secret.0)
        } else {
            self.raw * secret.0
        };
        Self::of(raw)
    }

    /// The element that 64 uniform bytes are mapped to (RFC 9496, section 4.3.4).
    pub(crate) fn from_uniform(bytes: &[u8; 64]) -> Self {
        Self::of(RistrettoPoint::from_uniform_bytes(bytes))
    }

    /// Sum of points; none of anything, or a sum that is the identity, is an error.
    pub(crate) fn sum<'a>(points: impl IntoIterator<Item = &'a Self>) -> Result<Self, GroupError> {
        Self::checked(points.into_iter().map(|point| point.raw).sum())
    }

    /// `Σ x^m · coefficients[m]`: the public value of a polynomial in the exponent at the index `x`.
    pub(crate) fn evaluate(coefficients: &[Self], x: u16) -> Result<Self, GroupError> {
        let x = RawScalar::from(x);
        let value = coefficients
            .iter()
            .rev()
            .fold(RistrettoPoint::identity(), |sum, point| sum * x + point.raw);
        Self::checked(value)
    }

    /// `Σ scalar · point` in variable time: for public values only.
    pub(crate) fn weighted(terms: &[(RawScalar, Self)]) -> Result<Self, GroupError> {
        let scalars = terms.iter().map(|(scalar, _)| scalar);
        let points = terms.iter().map(|(_, point)| point.raw);
        Self::checked(RistrettoPoint::vartime_multiscalar_mul(scalars, points))
    }

    fn is_generator(&self) -> bool {
        self.bytes == RISTRETTO_BASEPOINT_COMPRESSED.0
    }

    fn of(raw: RistrettoPoint) -> Self {
        Self {
            raw,
            bytes: raw.compress().to_bytes(),
        }
    }

    fn checked(raw: RistrettoPoint) -> Result<Self, GroupError> {
        if raw.is_identity() {
            Err(GroupError::Identity)
        } else {
            Ok(Self::of(raw))
        }
    }
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Point {}

impl std::hash::Hash for Point {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl PartialOrd for Point {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Point {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Point({})", self.hex())
    }
}

/// A public scalar: the challenge or the answer of a proof. 32 bytes little-endian, below ℓ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scalar(pub(crate) RawScalar);

impl Scalar {
    /// Decodes 32 little-endian bytes; a number that is not below ℓ is refused.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, GroupError> {
        let raw = Option::<RawScalar>::from(RawScalar::from_canonical_bytes(*bytes));
        raw.map(Self).ok_or(GroupError::ScalarRange)
    }

    /// [`Scalar::parse`] on 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, GroupError> {
        Self::parse(&base16::decode(text)?)
    }

    /// 32 bytes, little-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Lower-case hexadecimal of the 32 bytes.
    #[must_use]
    pub fn hex(&self) -> String {
        base16::encode(&self.0.to_bytes())
    }

    /// 64 uniform bytes, little-endian, reduced by ℓ.
    pub(crate) fn from_wide(bytes: &[u8; 64]) -> Self {
        Self(RawScalar::from_bytes_mod_order_wide(bytes))
    }
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scalar({})", self.hex())
    }
}

/// A secret scalar: a custodian's share, a static key, the r of an envelope. Never zero.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretScalar(RawScalar);

impl SecretScalar {
    /// Decodes 32 little-endian bytes; a number that is zero or not below ℓ is refused.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, GroupError> {
        let raw = Option::<RawScalar>::from(RawScalar::from_canonical_bytes(*bytes));
        Self::checked(raw.ok_or(GroupError::ScalarRange)?)
    }

    /// [`SecretScalar::parse`] on 64 lower-case hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, GroupError> {
        let bytes = Zeroizing::new(base16::decode(text)?);
        Self::parse(&bytes)
    }

    /// A uniform secret.
    #[must_use]
    pub fn random(rng: &mut (impl CryptoRng + RngCore)) -> Self {
        loop {
            let mut wide = Zeroizing::new([0; 64]);
            rng.fill_bytes(wide.as_mut());
            if let Ok(secret) = Self::from_wide(&wide) {
                return secret;
            }
        }
    }

    /// 32 bytes, little-endian, wiped on drop.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// `self · G`.
    #[must_use]
    pub fn public(&self) -> Point {
        Point::generator().times(self)
    }

    /// 64 uniform bytes, little-endian, reduced by ℓ.
    pub(crate) fn from_wide(bytes: &[u8; 64]) -> Result<Self, GroupError> {
        Self::checked(RawScalar::from_bytes_mod_order_wide(bytes))
    }

    /// The answer `self + c · x` of a Schnorr-like proof whose nonce is `self`.
    pub(crate) fn answer(&self, c: &Scalar, x: &Self) -> Scalar {
        Scalar(self.0 + c.0 * x.0)
    }

    fn checked(raw: RawScalar) -> Result<Self, GroupError> {
        if raw == RawScalar::ZERO {
            Err(GroupError::ZeroSecret)
        } else {
            Ok(Self(raw))
        }
    }
}

/// The nonce of a proof from a hashed scalar. A zero, which nobody will ever see, becomes one: the proof stays
/// correct and the caller needs no error that cannot happen.
pub(crate) fn nonce(hashed: &Scalar) -> SecretScalar {
    SecretScalar::checked(hashed.0).unwrap_or(SecretScalar(RawScalar::ONE))
}

/// Encoding of `z·base − c·image`, in variable time: the nonce commitment that a verifier recomputes.
pub(crate) fn recomputed(z: &Scalar, base: &Point, c: &Scalar, image: &Point) -> [u8; 32] {
    let raw = if base.is_generator() {
        RistrettoPoint::vartime_double_scalar_mul_basepoint(&-c.0, &image.raw, &z.0)
    } else {
        RistrettoPoint::vartime_multiscalar_mul([z.0, -c.0], [base.raw, image.raw])
    };
    raw.compress().to_bytes()
}

/// Lagrange coefficient at zero `Π_{j≠i} j/(j−i) mod ℓ` for distinct, non-zero indices.
pub(crate) fn lagrange(index: u16, all: &[u16]) -> RawScalar {
    let own = RawScalar::from(index);
    let (mut above, mut below) = (RawScalar::ONE, RawScalar::ONE);
    for other in all.iter().filter(|other| **other != index) {
        let other = RawScalar::from(*other);
        above *= other;
        below *= other - own;
    }
    above * below.invert()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_and_crooked_encodings_are_refused() {
        assert_eq!(Point::parse(&[0; 32]), Err(GroupError::Identity));
        // RFC 9496, A.2: 2^255-18 (non-canonical), and 1 (negative field element).
        let mut crooked = [0xff; 32];
        crooked[0] = 0xed;
        crooked[31] = 0x7f;
        assert_eq!(Point::parse(&crooked), Err(GroupError::PointEncoding));
        let mut one = [0; 32];
        one[0] = 1;
        assert_eq!(Point::parse(&one), Err(GroupError::PointEncoding));
    }

    #[test]
    fn multiples_of_the_generator_are_those_of_the_rfc() {
        // RFC 9496, A.1: 2G.
        let mut two = [0; 32];
        two[0] = 2;
        let two = SecretScalar::parse(&two).unwrap();
        assert_eq!(
            two.public().hex(),
            "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919"
        );
    }

    #[test]
    fn scalars_are_canonical() {
        let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
        assert_eq!(Scalar::from_hex(order), Err(GroupError::ScalarRange));
        assert!(matches!(
            SecretScalar::from_hex(order),
            Err(GroupError::ScalarRange)
        ));
        assert!(matches!(
            SecretScalar::parse(&[0; 32]),
            Err(GroupError::ZeroSecret)
        ));
        assert!(Scalar::parse(&[0; 32]).is_ok());
    }

    #[test]
    fn lagrange_at_zero() {
        // 2/(2-1) = 2 and 1/(1-2) = -1.
        assert_eq!(lagrange(1, &[1, 2]), RawScalar::from(2_u8));
        assert_eq!(lagrange(2, &[1, 2]), -RawScalar::ONE);
    }
}
