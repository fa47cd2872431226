//! Bids: entered under a fresh key, sealed, handed in, replaced, confirmed, withdrawn.

use super::tender::Noticed;
use super::{ORIGIN, World, account};
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn, Envelope, Letter};
use facts::body::tender::PartRole;
use facts::id::LotId;
use facts::{BidId, Canonical, Currency, Hex, Money};
use kaibiao_verify::bundle::Content;
use rand_core::RngCore;
use seal::{EnvelopeSealer, Label, Point, Suite, blk};
use std::collections::BTreeMap;

const SUITE: Suite = Suite::Tree64k;

/// One bid with its secrets.
#[derive(Clone)]
pub struct Bid {
    pub account: String,
    pub bid: BidId,
    /// Name of its key in the world's accounts.
    pub key: String,
    pub facts: Vec<u64>,
    pub seq: u64,
    pub last: Option<BidSubmitted>,
    pub betas: BTreeMap<Hex<16>, Hex<32>>,
    pub letters: BTreeMap<Hex<16>, Letter>,
    pub plain: BTreeMap<Hex<16>, Vec<u8>>,
    pub hashes: BTreeMap<Hex<16>, Hex<32>>,
    pub price: i64,
    pub lots: Vec<&'static str>,
}

impl World {
    /// A bidder enters under a fresh key.
    pub fn enter(&mut self, n: usize) -> Bid {
        let (account_name, name) = (format!("BID{n}"), format!("B-{:04x}", n * 7_919));
        let bid = BidId::parse(&name).unwrap();
        let key = self.key(&name);
        let message = ledger::message::bid_key(ORIGIN, &self.tender, &bid, key.public().as_bytes());
        let body = BidEntered {
            account: account(&account_name),
            bid: bid.clone(),
            key: Hex(key.public().to_bytes()),
            proof: Hex(key.sign(&message).to_bytes()),
            tender: self.tender.clone(),
        };
        let seq = self.arrived(&account_name, &self.stream(), &body);
        Bid {
            account: account_name,
            bid,
            key: name,
            facts: vec![seq],
            seq,
            last: None,
            betas: BTreeMap::new(),
            letters: BTreeMap::new(),
            plain: BTreeMap::new(),
            hashes: BTreeMap::new(),
            price: 0,
            lots: vec!["L1"],
        }
    }

    /// Seals and hands in the next revision; `garbled` seals something that is no letter.
    pub fn submit(&mut self, noticed: &Noticed, bid: &mut Bid, yuan: i64, garbled: bool) {
        bid.price = yuan * 100;
        let mut envelopes = Vec::new();
        let last = noticed.notice.stages.len() - 1;
        for lot in bid.lots.clone() {
            for (place, stage) in noticed.notice.stages.iter().enumerate() {
                let due = noticed
                    .round
                    .as_ref()
                    .map_or(!stage.invited, |round| *round == stage.stage);
                for part in stage.parts.iter().filter(|_| due) {
                    let letter = (part.role == PartRole::Letter).then(|| self.letter(bid, place == last));
                    let plain = match &letter {
                        Some(_) if garbled => b"no letter at all".to_vec(),
                        Some(letter) => Canonical::of(letter).unwrap().to_bytes(),
                        None => format!("{} of {}", part.part, bid.bid).into_bytes(),
                    };
                    let place = (LotId::parse(lot).unwrap(), part.part.clone());
                    let envelope = self.seal(noticed, bid, stage.key_id, place, &plain);
                    if let Some(letter) = letter {
                        bid.letters.insert(envelope.submission, letter);
                    }
                    bid.plain.insert(envelope.submission, plain);
                    envelopes.push(envelope);
                }
            }
        }
        let body = BidSubmitted {
            bid: bid.bid.clone(),
            envelopes,
            revision: bid.last.as_ref().map_or(1, |last| last.revision + 1),
            rules: noticed.rules.last().unwrap().0,
            tender: self.tender.clone(),
        };
        bid.seq = self.arrived(&bid.key, &self.stream(), &body);
        bid.facts.push(bid.seq);
        bid.last = Some(body);
    }

    fn letter(&self, bid: &Bid, priced: bool) -> Letter {
        let key = self.key_of(&bid.key).public();
        let message = ledger::message::bid_key(ORIGIN, &self.tender, &bid.bid, key.as_bytes());
        Letter {
            brand: None,
            account: account(&bid.account),
            certificate: Hex(self.key_of(&bid.account).sign(&message).to_bytes()),
            deviations: BTreeMap::new(),
            name: format!("the firm {}", bid.account),
            period_days: 200,
            price: priced.then(|| Money::new(Currency::CNY, bid.price)),
            project_lead: "张三".into(),
            quality: "合格".into(),
        }
    }

    fn seal(
        &mut self,
        noticed: &Noticed,
        bid: &mut Bid,
        key_id: Hex<32>,
        (lot, part): (LotId, facts::id::PartId),
        plain: &[u8],
    ) -> Envelope {
        let (mut submission, mut beta) = ([0; 16], [0; 32]);
        self.rng.fill_bytes(&mut submission);
        self.rng.fill_bytes(&mut beta);
        let lock = noticed.plan.lock.then_some(&beta);
        let key = self.key_of(&bid.key);
        let (rules, closes_at) = *noticed.rules.last().unwrap();
        let label = Label {
            tender: self.tender.to_string(),
            lot: lot.to_string(),
            part: part.to_string(),
            submission,
            signer: key.public().fingerprint(),
            key_id: key_id.0,
            closes_at: u64::try_from(closes_at.0).unwrap(),
            rules: rules.0,
            blk: lock.map_or([0; 32], |beta| blk(SUITE, &submission, beta)),
        };
        let y = Point::parse(self.public(key_id).bytes()).unwrap();
        let (mut sealer, prefix) =
            EnvelopeSealer::new(SUITE, label.clone(), &y, lock, &mut self.rng).unwrap();
        let mut body = prefix.to_vec();
        sealer.update(&seal::pad::pad(plain).unwrap(), &mut body).unwrap();
        let sealed = sealer.finish(&mut body, &mut self.rng).unwrap();
        let submission = Hex(submission);
        bid.hashes.insert(submission, Hex(sealed.envelope_hash));
        if noticed.plan.lock {
            bid.betas.insert(submission, Hex(beta));
        }
        let envelope = Envelope {
            blk: Hex(label.blk),
            body_digest: Hex(sealed.body_digest),
            body_length: body.len() as u64,
            header: Hex(sealed.header.to_bytes()),
            key_id,
            lot,
            part,
            sig: Hex(key.sign(&sealed.envelope_hash).to_bytes()),
            submission,
        };
        self.vault.insert(submission, Content::Bytes(body));
        envelope
    }

    fn public(&self, key_id: Hex<32>) -> Hex<32> {
        self.publics[&key_id]
    }

    /// The bid stands as it is under the rules in force.
    pub fn confirm(&mut self, noticed: &Noticed, bid: &mut Bid) {
        let rules = noticed.rules.last().unwrap().0;
        let body = BidConfirmed {
            bid: bid.bid.clone(),
            rules,
            tender: self.tender.clone(),
        };
        let seq = self.arrived(&bid.key, &self.stream(), &body);
        bid.facts.push(seq);
    }

    pub fn withdraw(&mut self, bid: &mut Bid) {
        let body = BidWithdrawn {
            bid: bid.bid.clone(),
            tender: self.tender.clone(),
        };
        let seq = self.arrived(&bid.key, &self.stream(), &body);
        bid.facts.push(seq);
        bid.last = None;
    }
}
