//! Closing, lists, unlocking, shares, the record.

use super::bidding::Bid;
use super::ceremony::Keys;
use super::tender::Noticed;
use super::{HOUR, World};
use facts::body::bid::Envelope;
use facts::body::opening::{
    BidUnlocked, Cause, CustodianAbsent, ListFrozen, ListSettled, Listed, OpeningFailed, ShareFaulted,
    ShareGiven, TenderClosed, TenderFailed, Unlock, Unopened,
};
use facts::body::tender::Stage;
use facts::id::StageId;
use facts::{Hex, Instant};
use seal::{Header, Label, Suite, Target, partial_open};
use std::collections::BTreeSet;

const SUITE: Suite = Suite::Tree64k;

/// What goes wrong at the opening.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    /// Bids that do not unlock.
    pub silent: Vec<usize>,
    /// Bids whose letter is garbled.
    pub garbled: Vec<usize>,
    /// A custodian whose batch has a false proof.
    pub false_share: Option<u16>,
    /// Custodians that give nothing.
    pub absent: Vec<u16>,
    /// Bids that missed a substantive addendum.
    pub outdated: Vec<usize>,
    /// Lots with too few bids.
    pub closed_lots: Vec<&'static str>,
}

impl World {
    pub fn close(&mut self, noticed: &Noticed) {
        let closes_at = noticed.rules.last().unwrap().1;
        self.now = Instant(closes_at.0 + 2_000);
        self.platform(
            &self.stream(),
            &TenderClosed {
                closes_at,
                tender: self.tender.clone(),
            },
        );
        self.keep();
    }

    /// Opens one stage from the list to the end; returns the position of the closing fact.
    pub fn open(
        &mut self,
        noticed: &Noticed,
        keys: &Keys,
        slot: usize,
        bids: &[Bid],
        trouble: &Trouble,
    ) -> u64 {
        let stage = noticed.notice.stages[slot].clone();
        let standing: Vec<(usize, &Bid)> = bids
            .iter()
            .enumerate()
            .filter(|(_, bid)| {
                bid.last.is_some() && bid.lots.iter().any(|lot| !trouble.closed_lots.contains(lot))
            })
            .collect();
        let frozen = self.freeze(noticed, &stage, &standing, trouble);
        self.unlock(noticed, &stage, &standing, trouble);
        self.wait(HOUR);
        let excluded: Vec<Unopened> = frozen
            .envelopes
            .iter()
            .filter_map(|listed| {
                let place = bids.iter().position(|bid| bid.bid == listed.bid).unwrap();
                let cause = if trouble.outdated.contains(&place) {
                    Cause::BidderBadEnvelope
                } else if noticed.plan.lock && trouble.silent.contains(&place) {
                    Cause::BidderNoUnlock
                } else {
                    return None;
                };
                let evidence = "missed an addendum, or gave no secret".to_owned();
                Some(Unopened {
                    cause,
                    evidence,
                    submission: listed.submission,
                })
            })
            .collect();
        let settled = self.settle(&frozen, excluded);
        let quorum = self.shares(noticed, keys, slot, &stage, &standing, &settled, trouble);
        if quorum.len() < 3 {
            return self.fail(&stage, &quorum, trouble);
        }
        self.record(noticed, &stage, bids, &standing, &settled, quorum, trouble)
    }

    fn fail(&mut self, stage: &Stage, quorum: &[u16], trouble: &Trouble) -> u64 {
        self.wait(HOUR);
        let failed = OpeningFailed {
            cause: Cause::CustodiansBelowK,
            shares: u16::try_from(quorum.len()).unwrap(),
            stage: stage.stage.clone(),
            tender: self.tender.clone(),
        };
        self.platform(&self.stream(), &failed);
        self.absent(stage, trouble);
        self.tender_failed("cannot_open")
    }

    pub fn tender_failed(&mut self, cause: &str) -> u64 {
        let failed = TenderFailed {
            basis: "20号令31".into(),
            cause: cause.into(),
            tender: self.tender.clone(),
        };
        self.platform(&self.stream(), &failed)
    }

    pub fn absent(&mut self, stage: &Stage, trouble: &Trouble) {
        for index in &trouble.absent {
            let absent = CustodianAbsent {
                index: *index,
                stage: stage.stage.clone(),
                tender: self.tender.clone(),
            };
            self.platform(&self.stream(), &absent);
        }
    }

    fn freeze(
        &mut self,
        noticed: &Noticed,
        stage: &Stage,
        standing: &[(usize, &Bid)],
        trouble: &Trouble,
    ) -> ListFrozen {
        let parts: BTreeSet<_> = stage.parts.iter().map(|part| &part.part).collect();
        let mut envelopes = Vec::new();
        for (_, bid) in standing {
            for envelope in bid.last.iter().flat_map(|last| &last.envelopes) {
                if parts.contains(&envelope.part) && !trouble.closed_lots.contains(&envelope.lot.as_str()) {
                    envelopes.push(Listed {
                        bid: bid.bid.clone(),
                        envelope: bid.hashes[&envelope.submission],
                        seq: bid.seq,
                        submission: envelope.submission,
                    });
                }
            }
        }
        envelopes.sort_by_key(|listed| listed.submission);
        let frozen = ListFrozen {
            list: self.list(
                &stage.stage,
                envelopes.iter().map(|one| (one.submission, one.envelope)),
            ),
            envelopes,
            stage: stage.stage.clone(),
            tender: self.tender.clone(),
            until: self.now.plus(noticed.notice.opening.unlock_ms),
        };
        self.platform(&self.stream(), &frozen);
        let seqs: BTreeSet<u64> = frozen.envelopes.iter().map(|listed| listed.seq).collect();
        self.disclose(seqs);
        frozen
    }

    fn list(&self, stage: &StageId, pairs: impl Iterator<Item = (Hex<16>, Hex<32>)>) -> Hex<32> {
        let pairs: Vec<_> = pairs.map(|(submission, hash)| (submission.0, hash.0)).collect();
        Hex(ledger::list_hash(&self.tender, stage, &pairs))
    }

    fn unlock(&mut self, noticed: &Noticed, stage: &Stage, standing: &[(usize, &Bid)], trouble: &Trouble) {
        if !noticed.plan.lock {
            return;
        }
        for (place, bid) in standing
            .iter()
            .filter(|(place, _)| !trouble.silent.contains(place))
        {
            let own = bid.last.as_ref().unwrap().envelopes.iter();
            let own = own.filter(|one| !trouble.closed_lots.contains(&one.lot.as_str()));
            let keys = own.map(|one| Unlock {
                beta: bid.betas[&one.submission],
                submission: one.submission,
            });
            let body = BidUnlocked {
                bid: bid.bid.clone(),
                keys: keys.collect(),
                stage: stage.stage.clone(),
                tender: self.tender.clone(),
            };
            assert!(*place < 6);
            self.act(&bid.key, &self.stream(), &body);
        }
    }

    fn settle(&mut self, frozen: &ListFrozen, excluded: Vec<Unopened>) -> ListSettled {
        let out: BTreeSet<_> = excluded.iter().map(|one| one.submission).collect();
        let left: Vec<_> = frozen
            .envelopes
            .iter()
            .filter(|one| !out.contains(&one.submission))
            .collect();
        let settled = ListSettled {
            excluded,
            list: self.list(
                &frozen.stage,
                left.iter().map(|one| (one.submission, one.envelope)),
            ),
            stage: frozen.stage.clone(),
            submissions: left.iter().map(|one| one.submission).collect(),
            tender: self.tender.clone(),
            until: self.now.plus(HOUR),
        };
        self.platform(&self.stream(), &settled);
        settled
    }

    #[expect(clippy::too_many_arguments, reason = "a test's scene")]
    fn shares(
        &mut self,
        noticed: &Noticed,
        keys: &Keys,
        slot: usize,
        stage: &Stage,
        standing: &[(usize, &Bid)],
        settled: &ListSettled,
        trouble: &Trouble,
    ) -> Vec<u16> {
        let mut quorum = Vec::new();
        for index in 1_u16..=5 {
            if trouble.absent.contains(&index) {
                continue;
            }
            let share = keys.shares[slot][usize::from(index - 1)].clone();
            let mut partials = Vec::new();
            for submission in &settled.submissions {
                let (bid, envelope) = find(standing, *submission);
                let label = self.label(noticed, bid, envelope).digest(SUITE);
                let header = Header::parse(envelope.header.bytes()).unwrap();
                let target = Target {
                    suite: SUITE,
                    y: keys.certificates[slot].y(),
                    label_digest: &label,
                    body_digest: envelope.body_digest.bytes(),
                    header: &header,
                };
                partials.push(Hex(partial_open(&target, index, &share, &mut self.rng)
                    .unwrap()
                    .to_bytes()));
            }
            let is_false = trouble.false_share == Some(index);
            if is_false {
                partials[1].0[95 - 31] ^= 1;
            }
            let body = ShareGiven {
                index,
                list: settled.list,
                partials,
                stage: stage.stage.clone(),
                tender: self.tender.clone(),
            };
            let seq = self.act(&format!("CUS{index}/custody"), &self.stream(), &body);
            if is_false {
                let fault = ShareFaulted {
                    index,
                    reason: "its proof does not hold".into(),
                    seq,
                    stage: stage.stage.clone(),
                    submission: settled.submissions[1],
                    tender: self.tender.clone(),
                };
                self.platform(&self.stream(), &fault);
            } else if quorum.len() < 3 {
                quorum.push(index);
            }
        }
        quorum
    }

    fn label(&self, noticed: &Noticed, bid: &Bid, envelope: &Envelope) -> Label {
        let rules = bid.last.as_ref().unwrap().rules;
        let closes_at = noticed.rules.iter().find(|(known, _)| *known == rules).unwrap().1;
        Label {
            tender: self.tender.to_string(),
            lot: envelope.lot.to_string(),
            part: envelope.part.to_string(),
            submission: envelope.submission.0,
            signer: self.key_of(&bid.key).public().fingerprint(),
            key_id: envelope.key_id.0,
            closes_at: u64::try_from(closes_at.0).unwrap(),
            rules: rules.0,
            blk: envelope.blk.0,
        }
    }
}

fn find<'a>(standing: &[(usize, &'a Bid)], submission: Hex<16>) -> (&'a Bid, &'a Envelope) {
    let all = standing.iter().map(|(_, bid)| *bid);
    all.flat_map(|bid| {
        bid.last
            .iter()
            .flat_map(move |last| last.envelopes.iter().map(move |one| (bid, one)))
    })
    .find(|(_, one)| one.submission == submission)
    .unwrap()
}
