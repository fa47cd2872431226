//! From a seed to an order: a stream of 64-bit numbers, numbers below a bound without bias, Fisher and Yates.
//!
//! Invariant: every place of the pool is equally likely at every place of the order.

use crate::hash::hmac_sha512;
use crate::lp::lp;

/// `block_i = HMAC-SHA-512(seed, LP("tender-draw/v1/stream", u64be(i)))`, i from 0, read as eight big-endian numbers.
pub struct Stream {
    seed: [u8; 64],
    block: u64,
    numbers: std::vec::IntoIter<u64>,
}

impl Stream {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: [u8; 64]) -> Self {
        Self {
            seed,
            block: 0,
            numbers: Vec::new().into_iter(),
        }
    }

    fn take(&mut self) -> u64 {
        loop {
            if let Some(number) = self.numbers.next() {
                return number;
            }
            let message = lp(&[b"tender-draw/v1/stream", &self.block.to_be_bytes()]);
            let block = hmac_sha512(&self.seed, &[&message]);
            let (words, _) = block.as_chunks::<8>();
            let numbers: Vec<u64> = words.iter().map(|word| u64::from_be_bytes(*word)).collect();
            self.numbers = numbers.into_iter();
            self.block = self.block.wrapping_add(1);
        }
    }

    /// A number below `bound`, by rejection of everything at or above `⌊2⁶⁴/bound⌋·bound`; zero for a bound of zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        let Some(surplus) = u64::MAX.checked_rem(bound) else {
            return 0;
        };
        // 2^64 mod bound, from (2^64 − 1) mod bound.
        let surplus = surplus.saturating_add(1).checked_rem(bound).unwrap_or(0);
        let last = u64::MAX.saturating_sub(surplus);
        loop {
            let number = self.take();
            if number <= last {
                return number.checked_rem(bound).unwrap_or(0);
            }
        }
    }
}

/// The call order: places 0..count of the sorted pool, shuffled from the front
/// (`j = i + below(count − i)`, swap i and j).
#[must_use]
pub fn order(seed: [u8; 64], count: usize) -> Vec<usize> {
    let mut stream = Stream::new(seed);
    let mut places: Vec<usize> = (0..count).collect();
    for i in 0..count {
        let step = stream.below(count.saturating_sub(i) as u64);
        let j = usize::try_from(step).unwrap_or(0).saturating_add(i);
        places.swap(i, j);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_a_permutation_and_bounds_hold() {
        let mut places = order([3; 64], 117);
        places.sort_unstable();
        assert_eq!(places, (0..117).collect::<Vec<_>>());
        assert_eq!(order([3; 64], 0), Vec::<usize>::new());
        let mut stream = Stream::new([4; 64]);
        assert!((1..500).all(|bound| stream.below(bound) < bound));
        assert_eq!(stream.below(0), 0);
        assert!(stream.below(u64::MAX) < u64::MAX);
    }

    #[test]
    fn draws_of_three_from_ten_are_even() {
        let mut counts = [0_u32; 10];
        for round in 0_u32..20_000 {
            let mut seed = [0; 64];
            seed[..4].copy_from_slice(&round.to_be_bytes());
            for place in &order(seed, 10)[..3] {
                counts[*place] = counts[*place].saturating_add(1);
            }
        }
        assert!(
            counts.iter().all(|count| (5_800..=6_200).contains(count)),
            "{counts:?}"
        );
    }
}
