//! What an opening made public of one tender, in the terms of the screens.
//!
//! Invariant: a confidential fact counts only if `facts.disclosed` names it; bidders are named by their accounts, which
//! the opening record made public.

use super::PublicPart;
use super::released::Released;
use facts::body::award::{AwardMade, CandidatesPublicised};
use facts::body::contract::DepositsReceived;
use facts::body::evaluation::{CodesDrawn, EvaluationOpened, ScoreRevealed};
use facts::body::opening::{ListFrozen, OpenedBid, OpeningRecorded, OriginsCompared, TenderClosed};
use facts::body::platform::FactsDisclosed;
use facts::body::tender::{PartRole, TenderAmended, TenderNoticed, TenderRegistered};
use facts::id::{LotId, PartId};
use facts::{AccountId, BidId, Hex, Instant, Record, TenderId};
use screen::cobidding::Past;
use screen::course::Course;
use screen::origins::{Attribute, Trace};
use screen::prices::Offer;
use screen::scores::Scored;
use screen::timing::Upload;
use std::collections::{BTreeMap, BTreeSet};

/// Sheets count hundredths of a point; the screens count thousandths.
const THOUSANDTHS: i64 = 10;

/// A bid of an opening record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// The bidder.
    pub account: AccountId,
    /// Its name as in the letter; the account where no letter was opened.
    pub name: String,
}

/// An opened tender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// When the last opening record was made.
    pub at: Instant,
    /// Position of that record in the log.
    pub seq: u64,
    /// The tender.
    pub tender: TenderId,
    /// Its title.
    pub title: String,
    /// The deadline that applied.
    pub closed: Instant,
    /// The bids.
    pub bids: BTreeMap<BidId, Bid>,
    /// Opened prices by lot.
    pub offers: BTreeMap<LotId, Vec<Offer>>,
    /// When the listed bids were handed in.
    pub uploads: Vec<Upload>,
    /// What letters name, which deposits came from one payer, and which bids from one address.
    pub traces: Vec<Trace>,
    /// Who was awarded which lot.
    pub winners: BTreeMap<LotId, AccountId>,
    /// The course of the procedure.
    pub course: Course,
    /// Disclosed sheets by lot.
    pub scores: BTreeMap<String, Vec<Scored>>,
    /// Parts of the bids that became public files.
    pub public: Vec<PublicPart>,
    /// SHA-256 of the tender's own documents.
    pub documents: BTreeSet<Hex<32>>,
    /// What the tender says in its notice and addenda.
    pub told: Vec<String>,
    /// The buyer.
    pub buyer: Option<AccountId>,
    /// The agent, if the buyer employs one.
    pub agent: Option<AccountId>,
    /// Position of the last record of who bid and who won: what co-bidding counts.
    pub changed: u64,
    /// Its lots as compiled releases, in JSON.
    pub releases: Vec<String>,
    roles: BTreeMap<PartId, PartRole>,
}

impl Opened {
    /// From the records of `tender/T` and `evaluation/T`; `None` before the first opening record.
    #[must_use]
    pub fn fold(tender: &TenderId, history: &[Record]) -> Option<Self> {
        let shown: BTreeSet<u64> = history
            .iter()
            .filter_map(Record::of::<FactsDisclosed>)
            .flat_map(|disclosed| disclosed.seqs)
            .collect();
        let last = history
            .iter()
            .rev()
            .find(|record| record.of::<OpeningRecorded>().is_some())?;
        let mut opened = Self {
            at: last.at,
            seq: last.seq,
            tender: tender.clone(),
            title: String::new(),
            closed: last.at,
            bids: BTreeMap::new(),
            offers: BTreeMap::new(),
            uploads: Vec::new(),
            traces: Vec::new(),
            winners: BTreeMap::new(),
            course: Course::default(),
            scores: BTreeMap::new(),
            public: Vec::new(),
            documents: BTreeSet::new(),
            told: Vec::new(),
            buyer: None,
            agent: None,
            changed: last.seq,
            releases: Vec::new(),
            roles: BTreeMap::new(),
        };
        let mut first: BTreeMap<LotId, AccountId> = BTreeMap::new();
        let mut released = Released::default();
        for record in history {
            if record.kind.is_confidential() && !shown.contains(&record.seq) {
                continue;
            }
            opened.take(record);
            released.take(record);
            if let Some(body) = record.of::<CandidatesPublicised>() {
                let leading = body
                    .candidates
                    .into_iter()
                    .filter(|candidate| candidate.rank == 1);
                first.extend(leading.map(|candidate| (candidate.lot, candidate.account)));
            }
            if let Some(body) = record.of::<AwardMade>() {
                opened.awarded(body, &first);
                opened.changed = opened.changed.max(record.seq);
            }
        }
        opened.handed_in(history);
        opened.scored(history, &shown);
        opened.course.bids = opened.bids.len();
        opened.releases = released.releases(&opened, history);
        Some(opened)
    }

    fn take(&mut self, record: &Record) {
        if let Some(body) = record.of::<TenderRegistered>() {
            self.title = body.title;
            (self.buyer, self.agent) = (Some(body.buyer), body.agent);
        }
        if let Some(body) = record.of::<TenderNoticed>() {
            self.documents
                .extend(body.documents.iter().map(|document| document.sha256));
            let parts = body.stages.into_iter().flat_map(|stage| stage.parts);
            self.roles.extend(parts.map(|part| (part.part, part.role)));
            self.told.push(body.title.clone());
            (self.title, self.closed) = (body.title, body.closes_at);
        }
        if let Some(body) = record.of::<TenderAmended>() {
            if body.closes_at > self.closed {
                self.course.extensions = self.course.extensions.saturating_add(1);
            }
            self.closed = body.closes_at;
            self.documents
                .extend(body.documents.iter().map(|document| document.sha256));
            self.told.push(body.text);
        }
        if let Some(body) = record.of::<TenderClosed>() {
            self.closed = body.closes_at;
        }
        if let Some(body) = record.of::<DepositsReceived>() {
            self.paid(body);
        }
        if let Some(body) = record.of::<OpeningRecorded>() {
            for bid in body.bids {
                self.recorded(bid);
            }
        }
        if let Some(body) = record.of::<OriginsCompared>() {
            self.compared(body, record.seq);
        }
    }

    /// Of the addresses only numbers are known, which mean nothing outside of their fact.
    fn compared(&mut self, body: OriginsCompared, seq: u64) {
        let traces = body.bids.into_iter().filter_map(|origin| {
            Some(Trace {
                attribute: Attribute::Address,
                bidder: self.bids.get(&origin.bid)?.account.to_string(),
                place: format!("origins.compared #{seq}"),
                value: format!("#{}", origin.address?),
            })
        });
        self.traces.extend(traces.collect::<Vec<_>>());
    }

    /// Payers by their numbers in the last list: whose accounts they are is not in the log.
    fn paid(&mut self, list: DepositsReceived) {
        self.traces.retain(|trace| trace.attribute != Attribute::Payer);
        for one in list.deposits {
            let Some((bid, from)) = self.bids.get(&one.bid).zip(one.from) else {
                continue;
            };
            self.traces.push(Trace {
                attribute: Attribute::Payer,
                bidder: bid.account.to_string(),
                place: format!("{}/{}", one.lot, one.bid),
                value: format!("#{}", from.payer),
            });
        }
    }

    fn recorded(&mut self, bid: OpenedBid) {
        let OpenedBid { account, bid, parts } = bid;
        for part in &parts {
            let is_public = self.roles.get(&part.part) == Some(&PartRole::Public);
            let file = PublicPart {
                account: account.clone(),
                lot: part.lot.clone(),
                part: part.part.clone(),
                submission: part.submission,
            };
            if is_public && part.unopened.is_none() && !self.public.contains(&file) {
                self.public.push(file);
            }
            let Some(letter) = &part.letter else { continue };
            self.traces.push(Trace {
                attribute: Attribute::PersonName,
                bidder: account.to_string(),
                place: format!("{}/{}", part.lot, part.part),
                value: letter.project_lead.clone(),
            });
            if let Some(price) = letter.price {
                let offers = self.offers.entry(part.lot.clone()).or_default();
                let bidder = account.to_string();
                // A later stage may read out another letter of the same bid: the last price counts.
                offers.retain(|offer| offer.bidder != bidder);
                offers.push(Offer { bidder, price });
            }
        }
        let name = parts
            .iter()
            .find_map(|part| part.letter.as_ref().map(|letter| letter.name.clone()));
        let known = self.bids.get(&bid).map(|known| known.name.clone());
        let name = name.or(known).unwrap_or_else(|| account.to_string());
        self.bids.insert(bid, Bid { account, name });
    }

    fn awarded(&mut self, body: AwardMade, first: &BTreeMap<LotId, AccountId>) {
        for award in body.awards {
            let passed = first.get(&award.lot).filter(|leading| **leading != award.account);
            if let Some((leading, reason)) = passed.zip(award.deviation) {
                self.course.given_up.push((leading.to_string(), reason));
            }
            self.winners.insert(award.lot, award.account);
        }
    }

    /// The frozen list says where in the log each listed bid stands, and entries are public with their times.
    fn handed_in(&mut self, history: &[Record]) {
        let listed: BTreeMap<u64, BidId> = history
            .iter()
            .filter_map(Record::of::<ListFrozen>)
            .flat_map(|list| list.envelopes)
            .map(|listed| (listed.seq, listed.bid))
            .collect();
        let mut last: BTreeMap<&BidId, Instant> = BTreeMap::new();
        for record in history {
            if let Some(bid) = listed.get(&record.seq) {
                last.insert(bid, record.at);
            }
        }
        let uploads = last.into_iter().filter_map(|(bid, at)| {
            let bidder = self.bids.get(bid)?.account.to_string();
            Some(Upload { at, bidder })
        });
        self.uploads = uploads.collect();
    }

    /// Totals of the sheets that the award disclosed, with codes turned back into bidders.
    fn scored(&mut self, history: &[Record], shown: &BTreeSet<u64>) {
        let disclosed = || history.iter().filter(|record| shown.contains(&record.seq));
        let codes: BTreeMap<_, _> = disclosed()
            .filter_map(Record::of::<CodesDrawn>)
            .flat_map(|drawn| drawn.codes)
            .collect();
        let lots: BTreeMap<_, _> = disclosed()
            .filter_map(Record::of::<EvaluationOpened>)
            .flat_map(|opened| opened.bids)
            .map(|coded| (coded.code, coded.lot.to_string()))
            .collect();
        for sheet in disclosed().filter_map(Record::of::<ScoreRevealed>) {
            for (code, items) in &sheet.sheet {
                let Some(bid) = codes.get(code).and_then(|bid| self.bids.get(bid)) else {
                    continue;
                };
                let points = items
                    .values()
                    .fold(0_i64, |sum, value| sum.saturating_add(*value));
                let scored = Scored {
                    expert: sheet.seat.to_string(),
                    bid: bid.account.to_string(),
                    points: points.saturating_mul(THOUSANDTHS),
                };
                let lot = lots.get(code).cloned().unwrap_or_default();
                self.scores.entry(lot).or_default().push(scored);
            }
        }
    }

    /// The accounts that bid.
    #[must_use]
    pub fn bidders(&self) -> BTreeSet<String> {
        self.bids.values().map(|bid| bid.account.to_string()).collect()
    }

    /// Who runs the procedure: the agent, or the buyer itself.
    #[must_use]
    pub fn entity(&self) -> Option<&AccountId> {
        self.agent.as_ref().or(self.buyer.as_ref())
    }

    /// The lots as procedures of a history.
    pub(super) fn past(&self) -> Vec<Past> {
        let past = |(lot, offers): (&LotId, &Vec<Offer>)| Past {
            at: self.at,
            tender: format!("{}/{lot}", self.tender),
            bidders: offers.iter().map(|offer| offer.bidder.clone()).collect(),
            winner: self.winners.get(lot).map(AccountId::to_string),
        };
        self.offers.iter().map(past).collect()
    }

    /// The name of a bidder, by its account; the word itself where it is none.
    #[must_use]
    pub fn name<'a>(&'a self, account: &'a str) -> &'a str {
        let bid = self.bids.values().find(|bid| bid.account.to_string() == account);
        bid.map_or(account, |bid| bid.name.as_str())
    }
}
