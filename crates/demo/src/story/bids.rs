//! Twelve bids: one replaced, one withdrawn, one malformed; and what the public may see of them.

use super::{LATE, MALFORMED, Play, REPLACES, WITHDRAWS};
use crate::bidding::{self, Bid, Offer};
use crate::cast::{Person, told};
use crate::tell;
use cli::{Failure, Zone};
use facts::body::bid::{BidSubmitted, BidWithdrawn};
use facts::time::{DAY, HOUR};
use facts::{Currency, Instant, Money, Stream};
use std::collections::BTreeMap;

impl Play<'_> {
    pub(super) fn offer(number: usize, factor: i64) -> Offer {
        let step = i64::try_from(number).unwrap_or(0);
        let yuan = 9_400_000_i64
            .saturating_add(step.saturating_mul(41_500))
            .saturating_sub(factor);
        Offer {
            name: format!("第{number}建筑工程有限公司"),
            price: Money::new(Currency::CNY, yuan.saturating_mul(100)),
            period_days: 180,
            project_lead: format!("项目经理{number}"),
            deviations: BTreeMap::new(),
            technical: 3_000_000_usize.saturating_add(number.saturating_mul(170_000)),
        }
    }

    pub(super) fn bid(&mut self, closes_at: Instant) -> Result<BTreeMap<usize, Bid>, String> {
        tell::section(
            "bids 投标: sealed on the bidders' own machines, two parts each; only ciphertext is sent",
        );
        self.pass_to(closes_at.plus(-8 * DAY))?;
        let mut bids = BTreeMap::new();
        let mut receipts = 0_usize;
        for number in 1..=12_usize {
            let bidder = self
                .bidders
                .get_mut(number.saturating_sub(1))
                .ok_or("no such bidder")?;
            let terms = bidding::terms(bidder, &self.tender)?;
            let mut bid = bidding::enter_tender(bidder, &self.tender)?;
            bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 0))?;
            if number == MALFORMED {
                malformed(bidder, &mut bid)?;
                bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 0))?;
            }
            if number != LATE {
                bidding::submit(bidder, &mut bid).map_err(told)?;
                receipts = receipts.saturating_add(1);
            }
            if number == REPLACES {
                bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 35_000))?;
                bidding::submit(bidder, &mut bid).map_err(told)?;
                receipts = receipts.saturating_add(1);
                tell::done("bidder-03 replaced its bid; the earlier one will never be opened");
            }
            if number == WITHDRAWS {
                let body = BidWithdrawn {
                    bid: bid.folder.bid.clone(),
                    tender: self.tender.clone(),
                };
                bidder
                    .session
                    .act(&bid.key, Stream::Tender(self.tender.clone()), &body)
                    .map_err(told)?;
                tell::done("bidder-07 withdrew its bid (撤回)");
            }
            bids.insert(number, bid);
        }
        tell::done(&format!(
            "{receipts} submissions, each with a verified receipt in the bidder's own folder"
        ));
        self.prove_readiness(closes_at)?;
        self.look_as_public()?;
        Ok(bids)
    }

    pub(super) fn prove_readiness(&mut self, closes_at: Instant) -> Result<(), String> {
        for before in [7 * DAY, DAY, HOUR] {
            self.pass_to(closes_at.plus(0_i64.saturating_sub(before)))?;
            let date: String = self.setting.now().to_string().chars().take(10).collect();
            for custodian in &mut self.custodians {
                custodian.agent().readiness(&date).map_err(told)?;
            }
        }
        tell::done("custodians proved that their shares are alive, seven days, one day and one hour before");
        Ok(())
    }

    /// The public history must not tell who or how many.
    pub(super) fn look_as_public(&self) -> Result<(), String> {
        let history = self.supervisor.session.tender(&self.tender).map_err(told)?;
        let told_of = history
            .records
            .iter()
            .filter(|r| r.kind.starts_with("bid."))
            .count();
        if told_of > 0 {
            return Err(format!("{told_of} facts of bids are public before the opening"));
        }
        tell::done("the public history shows no bidder, no bid and no number of bids");
        Ok(())
    }
}

/// A bid whose envelope was damaged on the way: refused at once, with the reason, while it can be mended.
fn malformed(bidder: &mut Person, bid: &mut Bid) -> Result<(), String> {
    bidder.sign_in(Zone::Procurement)?;
    for part in &bid.folder.sealed {
        let file = bid.folder.body_path(&bid.path, part);
        bidder
            .session
            .procurement
            .upload(&file, "body", &mut |_| {})
            .map_err(told)?;
    }
    let mut envelopes: Vec<_> = bid
        .folder
        .sealed
        .iter()
        .map(|part| part.envelope.clone())
        .collect();
    if let Some(byte) = envelopes
        .first_mut()
        .and_then(|envelope| envelope.header.0.get_mut(70))
    {
        *byte ^= 1;
    }
    let body = BidSubmitted {
        bid: bid.folder.bid.clone(),
        envelopes,
        revision: 1,
        rules: bid.folder.rules.ok_or("nothing is sealed")?,
        tender: bid.folder.tender.clone(),
    };
    match bidder
        .session
        .act(&bid.key, Stream::Tender(bid.folder.tender.clone()), &body)
    {
        Err(Failure::Refused { code, sentence, .. }) => {
            tell::refused(&format!("bidder-12's envelope is malformed ({code}): {sentence}"));
            tell::note("found without any secret, while the bidder can still mend it (20号令26)");
            Ok(())
        }
        Err(failure) => Err(told(failure)),
        Ok(_) => Err("a malformed envelope was accepted".to_owned()),
    }
}
