//! The lots of an opened tender as compiled releases of open contracting, for the red flags.
//!
//! Invariant: of what is public alone: notice, addenda, listed bids with the times of their entries, opened prices, the
//! result of the evaluation and the award. One process is one lot, named `tender/lot`; what the log does not say is left out, so that
//! no flag speaks of it.

use super::Opened;
use facts::body::evaluation::EvaluationConcluded;
use facts::body::opening::{ListFrozen, OpeningRecorded};
use facts::body::qualification::QualificationReviewed;
use facts::body::tender::{Method, Procedure, Regime, TenderNoticed, TenderRegistered, Way};
use facts::id::LotId;
use facts::{AccountId, BidId, Instant, Record};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the red flags read beside prices and winners.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Released {
    regime: Option<Regime>,
    way: Option<Way>,
    /// From when on bidders could read the documents.
    begins: Option<Instant>,
    /// Whether the lowest price decides.
    by_price: Option<bool>,
    trade: Option<String>,
    /// Entries of the first list on which a bid stands: a last quote of a later stage has a deadline of its own.
    listed: BTreeMap<BidId, u64>,
    lots: BTreeMap<LotId, BTreeSet<BidId>>,
    ranked: BTreeMap<LotId, BTreeSet<BidId>>,
    out: BTreeMap<LotId, BTreeSet<BidId>>,
    unqualified: BTreeSet<(LotId, BidId)>,
}

impl Released {
    /// Takes in a record that anybody may read by now.
    pub(super) fn take(&mut self, record: &Record) {
        if let Some(body) = record.of::<TenderRegistered>() {
            self.regime = Some(body.regime);
        }
        if let Some(body) = record.of::<TenderNoticed>() {
            self.begins = Some(record.at.max(body.documents_from));
            self.by_price = Some(matches!(body.method, Method::LowestEvaluated { .. }));
            self.way = body.procedure.map(|Procedure { way, .. }| way);
            self.trade = Some(body.trade);
        }
        if let Some(body) = record.of::<ListFrozen>() {
            for listed in body.envelopes {
                self.listed.entry(listed.bid).or_insert(listed.seq);
            }
        }
        if let Some(body) = record.of::<OpeningRecorded>() {
            for bid in body.bids {
                for part in bid.parts {
                    self.lots.entry(part.lot).or_default().insert(bid.bid.clone());
                }
            }
        }
        if let Some(body) = record.of::<QualificationReviewed>() {
            let failed = body.votes.into_iter().filter(|vote| !vote.passes);
            self.unqualified = failed.map(|vote| (vote.lot, vote.bid)).collect();
        }
        if let Some(body) = record.of::<EvaluationConcluded>() {
            for lot in body.lots {
                let ranked = lot.ranking.into_iter().map(|ranked| ranked.bid).collect();
                let out = lot.rejected.into_iter().map(|rejected| rejected.bid).collect();
                self.ranked.insert(lot.lot.clone(), ranked);
                self.out.insert(lot.lot, out);
            }
        }
    }

    /// One release for every lot, as JSON; amounts are in minor units.
    pub(super) fn releases(&self, opened: &Opened, history: &[Record]) -> Vec<String> {
        let seqs: BTreeMap<u64, &BidId> = self.listed.iter().map(|(bid, seq)| (*seq, bid)).collect();
        let dates: BTreeMap<&BidId, Instant> = history
            .iter()
            .filter_map(|record| Some((*seqs.get(&record.seq)?, record.at)))
            .collect();
        let release = |(lot, bids)| self.release(opened, lot, bids, &dates).to_string();
        self.lots.iter().map(release).collect()
    }

    fn release(
        &self,
        opened: &Opened,
        lot: &LotId,
        bids: &BTreeSet<BidId>,
        dates: &BTreeMap<&BidId, Instant>,
    ) -> Value {
        let bids = bids.iter().filter_map(|bid| self.bid(opened, lot, bid, dates));
        let winner = opened.winners.get(lot).map(AccountId::to_string);
        let awards = winner.map(|winner| json!({ "status": "active", "suppliers": [{ "id": winner }] }));
        let mut tender = Map::new();
        tender.insert("procurementMethod".to_owned(), json!(self.method()));
        if let Some(entity) = opened.entity() {
            tender.insert("procuringEntity".to_owned(), json!({ "id": entity.to_string() }));
        }
        if let Some(begins) = self.begins {
            let period = json!({ "startDate": date(begins), "endDate": date(opened.closed) });
            tender.insert("tenderPeriod".to_owned(), period);
        }
        if let Some(by_price) = self.by_price {
            let criteria = if by_price { "lowestCost" } else { "ratedCriteria" };
            tender.insert("awardCriteria".to_owned(), json!(criteria));
        }
        if let Some(class) = self.trade.as_deref().and_then(class) {
            tender.insert("items".to_owned(), json!([{ "classification": { "id": class } }]));
        }
        let mut release = json!({
            "ocid": format!("{}/{lot}", opened.tender),
            "tender": tender,
            "bids": { "details": bids.collect::<Vec<_>>() },
            "awards": awards.into_iter().collect::<Vec<_>>(),
        });
        if let (Some(buyer), Some(members)) = (&opened.buyer, release.as_object_mut()) {
            members.insert("buyer".to_owned(), json!({ "id": buyer.to_string() }));
        }
        release
    }

    fn bid(
        &self,
        opened: &Opened,
        lot: &LotId,
        bid: &BidId,
        dates: &BTreeMap<&BidId, Instant>,
    ) -> Option<Value> {
        let account = opened.bids.get(bid)?.account.to_string();
        let is_in =
            |lots: &BTreeMap<LotId, BTreeSet<BidId>>| lots.get(lot).is_some_and(|bids| bids.contains(bid));
        let status = if is_in(&self.out) || self.unqualified.contains(&(lot.clone(), bid.clone())) {
            "disqualified"
        } else if is_in(&self.ranked) {
            "valid"
        } else {
            "pending"
        };
        let mut details = json!({ "status": status, "tenderers": [{ "id": account }] });
        let members = details.as_object_mut()?;
        if let Some(at) = dates.get(bid) {
            members.insert("date".to_owned(), json!(date(*at)));
        }
        let offers = opened.offers.get(lot);
        if let Some(offer) = offers.and_then(|offers| offers.iter().find(|offer| offer.bidder == account)) {
            let currency = format!("{:?}", offer.price.currency);
            let value = json!({ "amount": offer.price.minor, "currency": currency });
            members.insert("value".to_owned(), value);
        }
        Some(details)
    }

    /// The method in the words of the standard: a 比选 asks whom it invites, and a single source nobody else.
    const fn method(&self) -> &'static str {
        match (self.way, self.regime) {
            (Some(Way::SingleSource), _) => "direct",
            (Some(Way::Tendering | Way::OpenTendering), _)
            | (None, Some(Regime::Works | Regime::GovernmentProcurement)) => "open",
            (Some(_) | None, _) => "selective",
        }
    }
}

/// An instant as RFC 3339 has it, with a space for its `T`.
fn date(at: Instant) -> String {
    at.to_string().replacen(" +", "+", 1)
}

/// A trade class in digits: the place of its letter, then its number.
fn class(trade: &str) -> Option<String> {
    let (letter, number) = trade.split_at_checked(1)?;
    let letter = letter.bytes().next().filter(u8::is_ascii_uppercase)?;
    let place = letter.checked_sub(b'A')?.checked_add(1)?;
    let is_number = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{place:02}{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_class_is_told_in_digits_or_not_at_all() {
        assert_eq!(class("A01").as_deref(), Some("0101"));
        assert_eq!(class("D12").as_deref(), Some("0412"));
        for strange in ["", "A", "A1", "a01", "AB1", "工01", "A001"] {
            assert_eq!(class(strange), None, "{strange}");
        }
    }
}
