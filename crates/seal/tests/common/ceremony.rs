//! A ceremony among custodians whose seeds are known.

use kaibiao_seal::CustodianSeed;
use kaibiao_seal::dkg::{Ceremony, Commitments, Member, Roster, Round1, Round2, round1, round2};

pub(crate) struct Table {
    pub(crate) seeds: Vec<CustodianSeed>,
    pub(crate) ceremony: Ceremony,
}

pub(crate) fn seed(number: u16) -> CustodianSeed {
    CustodianSeed::from_bytes(&[u8::try_from(number).unwrap(); 32])
}

pub(crate) fn roster(k: u16, numbers: &[u16]) -> Roster {
    let member = |(index, number): (u16, &u16)| Member::of(index, &seed(*number));
    Roster::new(k, (1_u16..).zip(numbers).map(member).collect()).unwrap()
}

impl Table {
    pub(crate) fn new(k: u16, n: u16, session: u8) -> Self {
        let numbers: Vec<u16> = (1..=n).collect();
        Self::of(k, &numbers, session)
    }

    /// Custodians by their numbers; indices are given in order.
    pub(crate) fn of(k: u16, numbers: &[u16], session: u8) -> Self {
        let ceremony = Ceremony::new(roster(k, numbers), "T-2026-0001", "price", [session; 32], 0);
        Self {
            seeds: numbers.iter().map(|number| seed(*number)).collect(),
            ceremony,
        }
    }

    pub(crate) fn seed(&self, index: u16) -> &CustodianSeed {
        &self.seeds[usize::from(index) - 1]
    }

    pub(crate) fn round1(&self) -> Vec<Round1> {
        self.seeds
            .iter()
            .map(|seed| round1(seed, &self.ceremony).unwrap())
            .collect()
    }

    pub(crate) fn commitments(&self) -> Commitments {
        Commitments::check(&self.ceremony, self.round1()).unwrap()
    }

    /// Every message of round 2.
    pub(crate) fn round2(&self) -> Vec<Round2> {
        let commitments = self.commitments();
        self.seeds
            .iter()
            .flat_map(|seed| round2(seed, &self.ceremony, &commitments).unwrap())
            .collect()
    }

    pub(crate) fn round2_to(&self, to: u16) -> Vec<Round2> {
        self.round2()
            .into_iter()
            .filter(|message| message.to == to)
            .collect()
    }
}
