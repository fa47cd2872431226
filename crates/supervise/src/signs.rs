//! Signs of collusion and risk (线索) over the opened tenders, and what of it supervision cannot see.
//!
//! Invariant: a projection of facts that are public: nothing is looked at before the opening record of a tender stands
//! in the log, a sealed fact only after its disclosure, a score sheet only after the award. Nothing here is a fact, a
//! card or an order; a person decides.

pub mod flagged;
pub mod handed;
mod opened;
mod released;
mod unseen;

pub use handed::{Files, PublicPart, Unreadable};
pub use opened::{Bid, Opened};
pub use unseen::{FED, READ, UNSEEN};

use crate::judging;
use facts::body::supervision::{Judgment, SignJudged};
use facts::{Hex, Instant, Kind, Record, Stream, TenderId};
use screen::cobidding::Market;
use screen::ocds::{Flag, Group, Report};
use screen::{Code, Sign, Strength, cobidding, course, origins, prices, scores, timing};
use std::collections::{BTreeMap, BTreeSet};

/// One opened tender with its signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// What was opened.
    pub opened: Opened,
    /// The signs, strongest first.
    pub signs: Vec<Sign>,
}

/// What a person said of a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What came of it.
    pub judgment: Judgment,
    /// Why.
    pub reason: String,
    /// Fingerprint of the key that signed.
    pub actor: Option<Hex<32>>,
    /// When.
    pub at: Instant,
    /// Position of the fact.
    pub seq: u64,
}

impl Screened {
    /// How many signs are of a strength.
    #[must_use]
    pub fn count(&self, strength: Strength) -> usize {
        self.signs.iter().filter(|sign| sign.strength == strength).count()
    }
}

/// Parts of a tender's signs that are renewed for different reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Parts {
    /// Of the tender alone.
    own: Vec<Sign>,
    /// Among the past procedures of its bidders.
    market: Vec<Sign>,
    /// Red flags about its lots.
    flags: Vec<Sign>,
}

/// What the public parts of an opening say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Position of the opening record after which they were read.
    pub seq: u64,
    /// The signs.
    pub signs: Vec<Sign>,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
}

/// How far the public parts of a tender are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// It has none.
    Nothing,
    /// They wait, or are being read.
    Waits,
    /// They were read, but for these.
    Done(&'a [Unreadable]),
}

/// All opened tenders and their signs.
#[derive(Debug, Clone, Default)]
pub struct Board {
    screened: BTreeMap<TenderId, Screened>,
    parts: BTreeMap<TenderId, Parts>,
    /// In which tenders an account bid.
    of: BTreeMap<String, BTreeSet<TenderId>>,
    judged: BTreeMap<(TenderId, Hex<32>), Judged>,
    handed: BTreeMap<TenderId, Read>,
    /// Tenders whose files could not be asked for; the others come first.
    put_off: BTreeSet<TenderId>,
    /// Tenders of which something was told and whose history was not read since.
    waiting: BTreeSet<TenderId>,
    /// Accounts whose past changed since the last settling.
    stirred: BTreeSet<String>,
    report: Report,
    is_settled: bool,
    next: u64,
}

impl Board {
    /// Position of the first record not yet seen.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// One tender.
    #[must_use]
    pub fn tender(&self, tender: &TenderId) -> Option<&Screened> {
        self.screened.get(tender)
    }

    /// All opened tenders, the one opened last first.
    #[must_use]
    pub fn newest(&self) -> Vec<&Screened> {
        let mut all: Vec<&Screened> = self.screened.values().collect();
        all.sort_by(|a, b| (b.opened.at, &a.opened.tender).cmp(&(a.opened.at, &b.opened.tender)));
        all
    }

    /// The red flags over all of them.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// The red flags that concern a tender: about its lots, its bidders, its buyer and who runs it.
    #[must_use]
    pub fn flags(&self, tender: &TenderId) -> Vec<&Flag> {
        let Some(screened) = self.screened.get(tender) else {
            return Vec::new();
        };
        let opened = &screened.opened;
        let bidders: BTreeSet<String> = opened.bids.values().map(|bid| bid.account.to_string()).collect();
        let concerns = |flag: &&Flag| match flag.group {
            Group::Process => flagged::process(flag).is_some_and(|(of, _)| of == tender.as_str()),
            Group::Tenderer => bidders.contains(&flag.id),
            Group::Buyer => opened
                .buyer
                .as_ref()
                .is_some_and(|buyer| buyer.as_str() == flag.id),
            Group::ProcuringEntity => opened.entity().is_some_and(|entity| entity.as_str() == flag.id),
        };
        self.report.flags.iter().filter(concerns).collect()
    }

    /// Takes in a record: a judgment, or that a tender's history is to be read again. The last judgment of a sign counts.
    pub fn observe(&mut self, record: &Record) {
        self.waiting.extend(Self::touched(record));
        self.next = self.next.max(record.seq.saturating_add(1));
        let Some(body) = record.of::<SignJudged>() else {
            return;
        };
        let judged = Judged {
            judgment: body.judgment,
            reason: body.reason,
            actor: record.actor,
            at: record.at,
            seq: record.seq,
        };
        self.judged.insert((body.tender, body.sign), judged);
    }

    /// What was said of a sign; `None` if nobody judged it, or its evidence has changed since and it is not a sign that
    /// keeps its name.
    #[must_use]
    pub fn judgment(&self, tender: &TenderId, sign: &Sign) -> Option<&Judged> {
        let record = self.screened.get(tender)?.opened.seq;
        let said = |name: Option<Hex<32>>| self.judged.get(&(tender.clone(), name?));
        // Before signs of co-bidding kept their names, they were judged under that of their evidence.
        said(judging::digest(sign, record)).or_else(|| said(judging::evidence(sign)))
    }

    /// Whether the evidence of a sign that keeps its name has changed since it was judged: one of its firms was in an
    /// opening or an award that came later.
    #[must_use]
    pub fn changed_since(&self, sign: &Sign, judged: &Judged) -> bool {
        let tenders = sign
            .subjects
            .iter()
            .filter_map(|name| self.of.get(name))
            .flatten();
        let mut tenders = tenders.filter_map(|tender| self.screened.get(tender));
        sign.code == Code::K15 && tenders.any(|one| one.opened.changed > judged.seq)
    }

    /// Signs of a tender that wait for a person.
    pub fn unjudged<'a>(&'a self, screened: &'a Screened) -> impl Iterator<Item = &'a Sign> {
        let tender = &screened.opened.tender;
        let signs = screened.signs.iter();
        signs.filter(move |sign| self.judgment(tender, sign).is_none())
    }

    /// The tender that a record changes something of here; `None` of all others.
    #[must_use]
    pub fn touched(record: &Record) -> Option<TenderId> {
        let tells = matches!(
            record.kind,
            Kind::OpeningRecorded
                | Kind::DepositsReceived
                | Kind::OriginsCompared
                | Kind::FactsDisclosed
                | Kind::AwardMade
                | Kind::CandidatesPublicised
                | Kind::EvaluationConcluded
        );
        match &record.stream {
            Stream::Tender(tender) | Stream::Evaluation(tender) if tells => Some(tender.clone()),
            _ => None,
        }
    }

    /// A tender whose history is to be read.
    #[must_use]
    pub fn waits(&self) -> Option<TenderId> {
        self.waiting.first().cloned()
    }

    /// Takes in the history of a tender; what depends on others is renewed by [`Self::settle`].
    pub fn take(&mut self, tender: TenderId, history: &[Record]) {
        self.waiting.remove(&tender);
        let Some(opened) = Opened::fold(&tender, history) else {
            return;
        };
        self.is_settled = false;
        if let Some(before) = self.screened.remove(&tender) {
            for bidder in before.opened.bidders() {
                if let Some(tenders) = self.of.get_mut(&bidder) {
                    tenders.remove(&tender);
                }
                self.stirred.insert(bidder);
            }
        }
        for bidder in opened.bidders() {
            self.of.entry(bidder.clone()).or_default().insert(tender.clone());
            self.stirred.insert(bidder);
        }
        self.parts.entry(tender.clone()).or_default().own = own(&opened);
        let signs = Vec::new();
        self.screened.insert(tender, Screened { opened, signs });
    }

    /// Renews what depends on others: co-bidding of those who bid together with somebody whose past changed, and the red
    /// flags, which compare with the whole market. Nothing else is screened again.
    pub fn settle(&mut self) {
        if self.is_settled {
            return;
        }
        let stirred = std::mem::take(&mut self.stirred);
        let met: BTreeSet<TenderId> = stirred
            .iter()
            .filter_map(|name| self.of.get(name))
            .flatten()
            .cloned()
            .collect();
        let one = |tender: &TenderId| self.screened.get(tender);
        let firms: BTreeSet<String> = met
            .iter()
            .filter_map(one)
            .flat_map(|one| one.opened.bidders())
            .collect();
        let tenders: BTreeSet<&TenderId> = firms
            .iter()
            .filter_map(|name| self.of.get(name))
            .flatten()
            .collect();
        let past: Vec<cobidding::Past> = tenders
            .into_iter()
            .filter_map(one)
            .flat_map(|one| one.opened.past())
            .collect();
        let market = Market::new(&past, &cobidding::LIMITS);
        for tender in &met {
            if let Some(screened) = self.screened.get(tender) {
                let parts = self.parts.entry(tender.clone()).or_default();
                parts.market = market.signs(&screened.opened.bidders());
            }
        }
        self.report = flagged::report(self.screened.values().map(|one| &one.opened));
        let opened = |name: &str| {
            let tender = TenderId::parse(name).ok()?;
            Some(&self.screened.get(&tender)?.opened)
        };
        let mut flags = flagged::signs(&self.report, opened);
        let mut changed = met;
        for (tender, parts) in &mut self.parts {
            let flags = flags.remove(tender.as_str()).unwrap_or_default();
            if parts.flags != flags {
                parts.flags = flags;
                changed.insert(tender.clone());
            }
        }
        for tender in &changed {
            self.assemble(tender);
        }
        self.is_settled = true;
    }

    /// The same of many tenders at once.
    pub fn renew(&mut self, histories: impl IntoIterator<Item = (TenderId, Vec<Record>)>) {
        for (tender, history) in histories {
            self.take(tender, &history);
        }
        self.settle();
    }

    /// How far the public parts of a tender are read.
    #[must_use]
    pub fn reading(&self, screened: &Screened) -> Reading<'_> {
        let opened = &screened.opened;
        match self.handed.get(&opened.tender) {
            _ if opened.public.is_empty() => Reading::Nothing,
            Some(read) if read.seq == opened.seq => Reading::Done(&read.unreadable),
            _ => Reading::Waits,
        }
    }

    /// Opened tenders whose public parts were not read since their last opening record.
    pub fn unread(&self) -> impl Iterator<Item = &Opened> {
        let waits = |one: &&Screened| self.reading(one) == Reading::Waits;
        self.screened.values().filter(waits).map(|one| &one.opened)
    }

    /// The next whose public parts are to be read: those that were put off come when the others are done.
    #[must_use]
    pub fn to_read(&self) -> Option<Opened> {
        self.unread()
            .find(|opened| !self.put_off.contains(&opened.tender))
            .cloned()
    }

    /// Its files could not be asked for; the others come first.
    pub fn put_off(&mut self, tender: TenderId) {
        self.put_off.insert(tender);
    }

    /// Those put off are asked for again.
    pub fn try_again(&mut self) {
        self.put_off.clear();
    }

    /// Takes in what the public parts of a tender say; of an opening that is not the last any more it counts as unread.
    pub fn read(&mut self, tender: &TenderId, read: Read) {
        self.handed.insert(tender.clone(), read);
        self.assemble(tender);
    }

    fn assemble(&mut self, tender: &TenderId) {
        let Some(screened) = self.screened.get_mut(tender) else {
            return;
        };
        let mut signs: Vec<Sign> = Vec::new();
        if let Some(read) = self.handed.get(tender) {
            signs.extend_from_slice(&read.signs);
        }
        if let Some(parts) = self.parts.get(tender) {
            for part in [&parts.own, &parts.market, &parts.flags] {
                signs.extend_from_slice(part);
            }
        }
        signs.sort_by(|a, b| b.strength.cmp(&a.strength).then_with(|| a.cmp(b)));
        signs.dedup();
        screened.signs = signs;
    }
}

/// The signs of one tender by itself.
fn own(opened: &Opened) -> Vec<Sign> {
    let mut signs = Vec::new();
    for offers in opened.offers.values() {
        signs.extend(prices::signs(offers, &prices::LIMITS));
    }
    signs.extend(timing::signs(&opened.uploads, opened.closed, &timing::LIMITS));
    signs.extend(origins::signs(&opened.traces));
    signs.extend(course::signs(&opened.course, &course::LIMITS));
    for scored in opened.scores.values() {
        signs.extend(scores::signs(scored, &scores::LIMITS));
    }
    signs
}

#[cfg(test)]
mod tests;
