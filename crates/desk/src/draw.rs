//! Draws for the laws above, which may not name the cryptography: contributions, seed, order, numbers.
//!
//! Invariant: nothing is defined here; each is `seal::draw`'s, byte for byte, and none of it needs a secret.

use facts::{Hex, TenderId};
use seal::draw::{Draw, Stream};
use seal::{Partial, Point};
use std::collections::BTreeMap;

/// What a draw is about, as custodians and everybody hash it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked(Draw);

/// Why a contribution or a combination is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawFault {
    /// A point or scalar of the key or of the contribution is malformed.
    #[error("a value is not canonical")]
    Malformed,
    /// The proof fails.
    #[error("the proof of custodian {0} does not hold")]
    Proof(u16),
    /// The contributions do not combine.
    #[error("the contributions do not combine")]
    Combine,
}

impl Asked {
    /// The draw `id` of a tender: numbers wanted, pool hash, hash of the eligibility rules, root that froze the pool.
    #[must_use]
    pub fn new(
        tender: &TenderId,
        id: &facts::id::DrawId,
        wanted: u64,
        pool: &Hex<32>,
        rules: &Hex<32>,
        root: &Hex<32>,
    ) -> Self {
        Self(Draw {
            tender: tender.to_string(),
            id: id.to_string(),
            wanted,
            pool: pool.0,
            rules: rules.0,
            checkpoint: root.0,
        })
    }

    /// Checks a contribution of a custodian against the public share.
    pub fn verify(
        &self,
        public: &Hex<32>,
        index: u16,
        share: &Hex<32>,
        part: &Hex<96>,
    ) -> Result<(), DrawFault> {
        let point = |bytes: &Hex<32>| Point::parse(bytes.bytes()).map_err(|_| DrawFault::Malformed);
        let part = Partial::parse(part.bytes()).map_err(|_| DrawFault::Malformed)?;
        self.0
            .verify(&point(public)?, index, &point(share)?, &part)
            .map_err(|_| DrawFault::Proof(index))
    }

    /// The seed that `k` verified contributions give.
    pub fn seed(&self, k: u16, parts: &BTreeMap<u16, Hex<96>>) -> Result<Hex<64>, DrawFault> {
        let mut given = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().take(usize::from(k)) {
            let part = Partial::parse(part.bytes()).map_err(|_| DrawFault::Malformed)?;
            given.push((*index, part.d));
        }
        let seed = self.0.seed(usize::from(k), &given);
        seed.map(Hex).map_err(|_| DrawFault::Combine)
    }
}

/// `SHA-256(LP(id_1 … id_N))` over ids that ascend.
#[must_use]
pub fn pool_hash(ids: &[Hex<32>]) -> Hex<32> {
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.bytes().as_slice()).collect();
    Hex(seal::draw::pool_hash(&ids))
}

/// The call order: places of the frozen pool.
#[must_use]
pub fn order(seed: &Hex<64>, count: usize) -> Vec<u32> {
    let places = seal::draw::order(seed.0, count).into_iter();
    places
        .map(|place| u32::try_from(place).unwrap_or(u32::MAX))
        .collect()
}

/// The numbers of a seed.
pub struct Numbers(Stream);

impl Numbers {
    /// From the first on.
    #[must_use]
    pub fn new(seed: &Hex<64>) -> Self {
        Self(Stream::new(seed.0))
    }

    /// The next below a bound, without bias; zero for a bound of zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.below(bound)
    }
}

/// Whether a signature by an expert's device holds.
#[must_use]
pub fn device_signed(device: &Hex<32>, message: &[u8], sig: &Hex<64>) -> bool {
    seal::PublicKey::parse(device.bytes())
        .is_ok_and(|key| key.verify(message, &seal::Signature(sig.0)).is_ok())
}
