//! The opening hall: a late bid, unlocking, shares, the read-out, an objection.

use super::{FORGETS, LATE, Play, WITHDRAWS, text};
use crate::bidding::{self, Bid};
use crate::cast::told;
use crate::{opening, tell};
use cli::Failure;
use facts::Instant;
use facts::body::opening::{OpeningObjected, OpeningRecorded, OpeningReplied};
use facts::id::ObjectionId;
use facts::time::MINUTE;
use std::collections::BTreeMap;

impl Play<'_> {
    pub(super) fn open(&mut self, mut bids: BTreeMap<usize, Bid>, closes_at: Instant) -> Result<(), String> {
        tell::section("opening 开标: at the deadline, by the custodians, all or nothing");
        self.custodian_refuses_early()?;
        self.pass_to(closes_at.plus(1_000))?;
        let bidder = self
            .bidders
            .get_mut(LATE.saturating_sub(1))
            .ok_or("no such bidder")?;
        let bid = bids.get_mut(&LATE).ok_or("no such bid")?;
        match bidding::submit(bidder, bid) {
            Err(Failure::Refused {
                code,
                sentence,
                statement,
            }) => {
                tell::refused(&format!("bidder-11 came one second late ({code}): {sentence}"));
                let signed = statement.ok_or("the refusal is not signed")?;
                let key = ledger::VerifierKey::parse(&bidder.session.platform.refusal_key).map_err(text)?;
                ledger::RefusalNote::open(&signed, bidder.session.origin(), &key).map_err(text)?;
                tell::note("the refusal itself is signed by the platform, and the signature holds");
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("a late bid was accepted".to_owned()),
        }
        opening::wait_for(&self.supervisor.session, &self.tender, &["listed"])?;
        self.unlock(&bids)?;
        self.share()?;
        self.read_out()?;
        self.object_and_confirm(&bids)
    }

    pub(super) fn custodian_refuses_early(&mut self) -> Result<(), String> {
        let custodian = self.custodians.first_mut().ok_or("no custodian")?;
        match custodian.agent().asked_for(&self.tender, &self.stage) {
            Err(failure) => {
                tell::refused(&format!(
                    "an hour before, custodian-1's software gives nothing: {failure}"
                ));
                Ok(())
            }
            Ok(_) => Err("a custodian's software answered before the deadline".to_owned()),
        }
    }

    pub(super) fn unlock(&mut self, bids: &BTreeMap<usize, Bid>) -> Result<(), String> {
        for (number, bid) in bids {
            if [WITHDRAWS, FORGETS, LATE].contains(number) {
                continue;
            }
            let bidder = self
                .bidders
                .get_mut(number.saturating_sub(1))
                .ok_or("no such bidder")?;
            cli::commands::opening::unlock(&mut bidder.session, &bid.folder, &self.stage, &bid.key)
                .map_err(told)?;
        }
        tell::done("bidders unlocked (投标人解密) before any share exists; bidder-09 let the window pass");
        self.pass_to(self.setting.now().plus(31 * MINUTE))?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["sharing"])?;
        Ok(())
    }

    pub(super) fn share(&mut self) -> Result<(), String> {
        for number in [4, 0, 1] {
            let custodian = self.custodians.get_mut(number).ok_or("no such custodian")?;
            if number == 4 {
                opening::give_wrong(custodian, &self.tender, &self.stage)?;
                tell::refused("custodian-5 sent a wrong share");
            } else {
                let envelopes = opening::give(custodian, &self.tender, &self.stage)?;
                tell::done(&format!(
                    "{} checked closing, list, headers, signatures and locks of {envelopes} envelopes, and gave its share",
                    custodian.person.account
                ));
            }
        }
        let two = opening::phase(&self.supervisor.session, &self.tender)?;
        if two != "sharing" {
            return Err(format!("two good shares led to phase {two}"));
        }
        tell::note("two good shares open nothing");
        let custodian = self.custodians.get_mut(2).ok_or("no such custodian")?;
        opening::give(custodian, &self.tender, &self.stage)?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["recorded"])?;
        tell::done("the third good share opened all; custodian-4 was absent");
        Ok(())
    }

    pub(super) fn record(&mut self) -> Result<(u64, OpeningRecorded), String> {
        let recorded =
            cli::commands::tender::last::<OpeningRecorded>(&mut self.supervisor.session, &self.tender)
                .map_err(told)?;
        recorded.ok_or_else(|| "there is no opening record".to_owned())
    }

    pub(super) fn read_out(&mut self) -> Result<(), String> {
        let (seq, record) = self.record()?;
        tell::done(&format!(
            "opening record 开标记录, entry {seq}: all names and prices in one fact"
        ));
        for bid in &record.bids {
            let letter = bid.parts.iter().find_map(|part| part.letter.as_ref());
            let unopened = bid.parts.iter().find_map(|part| part.unopened.as_ref());
            match (letter, unopened) {
                (Some(letter), _) => {
                    let price = letter.price.map(|p| p.to_string()).unwrap_or_default();
                    tell::note(&format!(
                        "{:<24} {price:>18}  {} 天",
                        letter.name, letter.period_days
                    ));
                }
                (None, Some(unopened)) => {
                    let whose = if unopened.cause.is_bidders() {
                        "视为撤销"
                    } else {
                        "视为撤回"
                    };
                    tell::note(&format!(
                        "{:<24} not opened: {:?}, {whose}",
                        bid.account.to_string(),
                        unopened.cause
                    ));
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    pub(super) fn object_and_confirm(&mut self, bids: &BTreeMap<usize, Bid>) -> Result<(), String> {
        let stream = self.stream();
        let objection = ObjectionId::parse("objection-1").map_err(text)?;
        let bid = bids.get(&2).ok_or("no such bid")?;
        let bidder = self.bidders.get_mut(1).ok_or("no such bidder")?;
        let body = OpeningObjected {
            bid: bid.folder.bid.clone(),
            objection: objection.clone(),
            stage: self.stage.clone(),
            tender: self.tender.clone(),
            text: "请核对第九家投标人未解密的原因。".to_owned(),
        };
        bidder
            .session
            .act(&bid.key, stream.clone(), &body)
            .map_err(told)?;
        let body = OpeningReplied {
            objection,
            tender: self.tender.clone(),
            text: "解密窗口内未收到其解密数据,见日志。".to_owned(),
        };
        self.buyer
            .session
            .act(&self.buyer.key, stream, &body)
            .map_err(told)?;
        tell::done("an objection on the spot (条例44) was answered on the spot");
        let mut confirmed = 0_usize;
        for number in [1, 2, 3, 4, 5] {
            let bid = bids.get(&number).ok_or("no such bid")?;
            let bidder = self
                .bidders
                .get_mut(number.saturating_sub(1))
                .ok_or("no such bidder")?;
            cli::commands::opening::confirm(&mut bidder.session, &bid.folder, &self.stage, &bid.key)
                .map_err(told)?;
            confirmed = confirmed.saturating_add(1);
        }
        tell::done(&format!("{confirmed} bidders signed the record"));
        self.pass_to(self.setting.now().plus(61 * MINUTE))?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["opened"])?;
        Ok(())
    }
}
