//! A tender with two stages on the log of a test: keys of one ceremony, a notice, sealed bids, lists.

use crate::ledger::ceremony::custodian::{Question, answer};
use crate::ledger::ceremony::{Witnessed, WontAnswer, signed_certificate};
use crate::ledger::{list_hash, message};
use crate::log::{Log, caller, seeds};
use crate::runner::run;
use facts::body::bid::{BidSubmitted, Envelope};
use facts::body::opening::{
    BidUnlocked, ListFrozen, ListSettled, Listed, OpeningClosed, ShareGiven, TenderClosed, Unlock, Unopened,
};
use facts::body::tender::{
    Document, Lot, Method, OpeningRules, Part, PartRole, Stage, TenderAmended, TenderNoticed,
};
use facts::id::{LotId, PartId, StageId};
use facts::{BidId, Canonical, Currency, Draft, Hex, Instant, Money, Stream, TenderId};
use rand_chacha::rand_core::RngCore;
use seal::envelope::seal_head;
use seal::kem::encapsulate;
use seal::label::NO_LOCK;
use seal::{CustodianSeed, Header, Label, Point, SecretScalar, SigningKey, Suite, blk, envelope_hash};
use std::sync::OnceLock;

pub(crate) const SUITE: Suite = Suite::Tree64k;
const DAY: i64 = 86_400_000;

/// Slot 0 serves the stage `tech`, slot 1 the stage `price`.
pub(crate) const STAGES: [(&str, &str, u16); 2] = [("tech", "technical", 0), ("price", "letter", 1)];

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) seeds: Vec<CustodianSeed>,
    pub(crate) tender: TenderId,
    pub(crate) stream: Stream,
    pub(crate) made: Witnessed,
    pub(crate) ys: Vec<Point>,
    pub(crate) keys: Vec<[u8; 32]>,
    pub(crate) notice: TenderNoticed,
    pub(crate) rules: [u8; 32],
    pub(crate) closes_at: Instant,
}

/// One bid and the secrets that sealed it.
pub(crate) struct Bid {
    pub(crate) name: BidId,
    pub(crate) key: SigningKey,
    pub(crate) body: BidSubmitted,
    pub(crate) betas: Vec<[u8; 32]>,
    pub(crate) seq: u64,
}

pub(crate) fn stage(name: &str) -> StageId {
    StageId::parse(name).unwrap()
}

impl World {
    /// The ceremony is the same for all tests and made once for each kind of notice.
    pub(crate) fn new(bidder_lock: bool) -> Self {
        static MADE: [OnceLock<World>; 2] = [OnceLock::new(), OnceLock::new()];
        MADE[usize::from(bidder_lock)]
            .get_or_init(|| Self::make(bidder_lock))
            .clone()
    }

    fn make(bidder_lock: bool) -> Self {
        let (mut log, seeds) = (Log::new(11), seeds(5));
        let made = run(&mut log, &seeds, "K1", 3, 2, 1);
        let certificates = [0, 1].map(|slot| signed_certificate(made.view(), slot).unwrap());
        let tender = TenderId::parse("T1").unwrap();
        let closes_at = log.now.plus(20 * DAY);
        let stages = STAGES.map(|(name, part, slot)| Stage {
            invited: false,
            key_id: Hex(certificates[usize::from(slot)].key_id()),
            parts: vec![Part {
                max_bytes: 1 << 20,
                part: PartId::parse(part).unwrap(),
                role: PartRole::Panel,
            }],
            stage: stage(name),
        });
        let notice = TenderNoticed {
            closes_at,
            documents: vec![Document {
                bytes: 1,
                name: "tender.pdf".into(),
                sha256: Hex([3; 32]),
            }],
            documents_from: log.now,
            documents_until: log.now.plus(6 * DAY),
            lots: vec![Lot {
                ceiling: None,
                deposit: None,
                estimate: Money {
                    currency: Currency::CNY,
                    minor: 100_000_000,
                },
                floor: None,
                lot: LotId::parse("1").unwrap(),
                title: "lot".into(),
            }],
            method: Method::LowestEvaluated {
                adjustments: Vec::new(),
                must_pass: Vec::new(),
                panel: 0,
            },
            min_bidders: 3,
            opening: OpeningRules {
                bidder_lock,
                objection_ms: 600_000,
                remedy: "none".into(),
                share_ms: 3_600_000,
                unlock_ms: 3_600_000,
            },
            procedure: None,
            publicity_days: 3,
            region: "440100".into(),
            stages: stages.to_vec(),
            tender: tender.clone(),
            title: "bridge".into(),
            trade: "A01".into(),
            validity_days: 90,
        };
        let stream = Stream::Tender(tender.clone());
        log.say(stream.clone(), &notice, &caller());
        let rules = message::rules_of_notice(&Canonical::of(&notice).unwrap());
        let ys = certificates.iter().map(|certificate| *certificate.y()).collect();
        let keys = certificates.iter().map(seal::dkg::Certificate::key_id).collect();
        Self {
            log,
            seeds,
            tender,
            stream,
            made,
            ys,
            keys,
            notice,
            rules,
            closes_at,
        }
    }

    /// An addendum with a later deadline; bids sealed from now on are bound to it.
    pub(crate) fn amend(&mut self, number: u32, later: i64) {
        self.closes_at = self.closes_at.plus(later);
        let mut body = TenderAmended {
            closes_at: self.closes_at,
            documents: Vec::new(),
            number,
            rules: Hex([0; 32]),
            substantive: true,
            tender: self.tender.clone(),
            text: "later".into(),
        };
        self.rules = message::rules_of_addendum(&self.rules, &Canonical::of(&body).unwrap());
        body.rules = Hex(self.rules);
        self.log.say(self.stream.clone(), &body, &caller());
    }

    fn label(&self, key: &SigningKey, part: &str, slot: u16, submission: [u8; 16], blk: [u8; 32]) -> Label {
        Label {
            tender: self.tender.to_string(),
            lot: "1".into(),
            part: part.into(),
            submission,
            signer: key.public().fingerprint(),
            key_id: self.keys[usize::from(slot)],
            closes_at: u64::try_from(self.closes_at.0).unwrap(),
            rules: self.rules,
            blk,
        }
    }

    /// An envelope around `header`, signed by `key`: everything but the header is as it should be.
    pub(crate) fn signed(
        &self,
        key: &SigningKey,
        part: &str,
        slot: u16,
        submission: [u8; 16],
        header: &Header,
        body_digest: [u8; 32],
    ) -> Envelope {
        let label = self.label(key, part, slot, submission, NO_LOCK);
        Self::envelope(key, &label, header, body_digest)
    }

    fn envelope(key: &SigningKey, label: &Label, header: &Header, body_digest: [u8; 32]) -> Envelope {
        let hash = envelope_hash(SUITE, label, header, &body_digest);
        Envelope {
            blk: Hex(label.blk),
            body_digest: Hex(body_digest),
            body_length: 65_664,
            header: Hex(header.to_bytes()),
            key_id: Hex(label.key_id),
            lot: LotId::parse(&label.lot).unwrap(),
            part: PartId::parse(&label.part).unwrap(),
            sig: Hex(key.sign(&hash).to_bytes()),
            submission: Hex(label.submission),
        }
    }

    /// A bid with both parts; `r` fixes the secret of the encapsulations.
    pub(crate) fn bid(&mut self, name: &str, r: Option<&SecretScalar>) -> Bid {
        let key = SigningKey::generate(&mut self.log.rng);
        let mut bid = Bid {
            name: BidId::parse(name).unwrap(),
            body: BidSubmitted {
                bid: BidId::parse(name).unwrap(),
                envelopes: Vec::new(),
                revision: 1,
                rules: Hex(self.rules),
                tender: self.tender.clone(),
            },
            key,
            betas: Vec::new(),
            seq: 0,
        };
        for (_, part, slot) in STAGES {
            let (mut submission, mut beta, mut digest) = ([0; 16], [0; 32], [0; 32]);
            self.log.rng.fill_bytes(&mut submission);
            self.log.rng.fill_bytes(&mut beta);
            self.log.rng.fill_bytes(&mut digest);
            let is_locked = self.notice.opening.bidder_lock;
            let lock = if is_locked {
                blk(SUITE, &submission, &beta)
            } else {
                NO_LOCK
            };
            let label = self.label(&bid.key, part, slot, submission, lock);
            let secret = r
                .cloned()
                .unwrap_or_else(|| SecretScalar::random(&mut self.log.rng));
            let (y, beta_used) = (self.ys[usize::from(slot)], is_locked.then_some(&beta));
            let kem = encapsulate(SUITE, &label.digest(SUITE), &y, beta_used, secret);
            let sealed = seal_head(SUITE, &label, &kem, &digest, &mut self.log.rng);
            bid.body
                .envelopes
                .push(Self::envelope(&bid.key, &label, &sealed.header, digest));
            bid.betas.push(beta);
        }
        bid
    }

    /// Hands a bid in, as received at `arrived`.
    pub(crate) fn submit(&mut self, bid: &mut Bid, arrived: Instant) {
        let act = self.log.act(self.stream.clone(), &bid.body, &bid.key);
        bid.seq = self.log.append(Draft::acted(act, Some(arrived)));
    }

    pub(crate) fn three_bids(&mut self) -> Vec<Bid> {
        let mut bids: Vec<Bid> = ["B1", "B2", "B3"].map(|name| self.bid(name, None)).into();
        for bid in &mut bids {
            let now = self.log.now;
            self.submit(bid, now);
        }
        bids
    }

    pub(crate) fn close(&mut self) {
        self.closing(self.closes_at);
    }

    /// The platform closes two seconds after what it takes for the deadline, and names another perhaps; when.
    pub(crate) fn closing(&mut self, named: Instant) -> Instant {
        self.log.now = self.closes_at.plus(2_000);
        let body = TenderClosed {
            closes_at: named,
            tender: self.tender.clone(),
        };
        self.log.platform(self.stream.clone(), &body);
        self.log.now
    }

    pub(crate) fn listed(&self, bids: &[Bid], place: usize) -> Vec<Listed> {
        let mut listed: Vec<Listed> = bids
            .iter()
            .map(|bid| {
                let envelope = &bid.body.envelopes[place];
                let header = Header::parse(&envelope.header.0).unwrap();
                let (_, part, slot) = STAGES[place];
                let label = self.label(&bid.key, part, slot, envelope.submission.0, envelope.blk.0);
                let hash = envelope_hash(SUITE, &label, &header, &envelope.body_digest.0);
                Listed {
                    bid: bid.name.clone(),
                    envelope: Hex(hash),
                    seq: bid.seq,
                    submission: envelope.submission,
                }
            })
            .collect();
        listed.sort_by_key(|listed| listed.submission);
        listed
    }

    pub(crate) fn frozen(&self, place: usize, envelopes: Vec<Listed>) -> ListFrozen {
        let list = self.hash(place, &envelopes);
        let until = self.log.now.plus(3_600_000);
        ListFrozen {
            envelopes,
            list,
            stage: stage(STAGES[place].0),
            tender: self.tender.clone(),
            until,
        }
    }

    pub(crate) fn settled(&self, place: usize, envelopes: &[Listed], excluded: Vec<Unopened>) -> ListSettled {
        ListSettled {
            excluded,
            list: self.hash(place, envelopes),
            stage: stage(STAGES[place].0),
            submissions: envelopes.iter().map(|listed| listed.submission).collect(),
            tender: self.tender.clone(),
            until: self.log.now.plus(7_200_000),
        }
    }

    fn hash(&self, place: usize, envelopes: &[Listed]) -> Hex<32> {
        let pairs: Vec<_> = envelopes.iter().map(|l| (l.submission.0, l.envelope.0)).collect();
        Hex(list_hash(&self.tender, &stage(STAGES[place].0), &pairs))
    }

    pub(crate) fn unlock(&mut self, bid: &Bid, place: usize) {
        let keys = vec![Unlock {
            beta: Hex(bid.betas[place]),
            submission: bid.body.envelopes[place].submission,
        }];
        let (tender, name) = (self.tender.clone(), bid.name.clone());
        let body = BidUnlocked {
            bid: name,
            keys,
            stage: stage(STAGES[place].0),
            tender,
        };
        self.log.say(self.stream.clone(), &body, &bid.key);
    }

    /// Freezes and settles the list of a stage as it should be.
    pub(crate) fn list(&mut self, bids: &[Bid], place: usize) {
        let listed = self.listed(bids, place);
        let frozen = self.frozen(place, listed.clone());
        self.log.platform(self.stream.clone(), &frozen);
        let settled = self.settled(place, &listed, Vec::new());
        self.log.platform(self.stream.clone(), &settled);
    }

    pub(crate) fn end_stage(&mut self, place: usize) {
        let body = OpeningClosed {
            stage: stage(STAGES[place].0),
            tender: self.tender.clone(),
        };
        self.log.platform(self.stream.clone(), &body);
    }

    /// Asks custodian `index` for the share of a stage with the key of `slot`, by a clock that agrees.
    pub(crate) fn ask(&mut self, index: usize, place: usize, slot: u16) -> Result<ShareGiven, WontAnswer> {
        self.ask_at(index, place, slot, self.log.now)
    }

    pub(crate) fn ask_at(
        &mut self,
        index: usize,
        place: usize,
        slot: u16,
        now: Instant,
    ) -> Result<ShareGiven, WontAnswer> {
        let facts = self.log.proven();
        let stage = stage(STAGES[place].0);
        let (tender, ceremony) = (&self.tender, &self.made);
        let question = Question {
            tender,
            stage: &stage,
            facts: &facts,
            ceremony,
            slot,
            now,
        };
        answer(&self.seeds[index - 1], &question, &mut self.log.rng)
    }
}
