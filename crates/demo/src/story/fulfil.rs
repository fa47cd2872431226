//! After the award: which deposits had arrived, the deposits of those who lost, the report, the contract, its
//! publication, the winner's deposit.

use super::Play;
use crate::cast::told;
use crate::tell;
use cli::Failure;
use cli::commands::contract::terms;
use cli::commands::deposit::received::{Payer, numbered, said};
use cli::commands::deposit::{Asked, due, waiting};
use facts::body::contract::{
    AwardReported, ContractPublished, DepositForm, DepositKept, DepositsReceived, DepositsReturned,
    KeepGround, Received,
};
use facts::body::opening::OpeningRecorded;
use facts::body::tender::Document;
use facts::time::{DAY, HOUR};
use facts::{BidId, Body, Currency, Hex, Money};
use ledger::hash::sha256;

impl Play<'_> {
    pub(super) fn fulfil(&mut self) -> Result<(), String> {
        tell::section(
            "contract and deposits 合同、保证金: recorded by the buyer, open to everybody's checks",
        );
        self.pass_to(self.setting.now().plus(5 * DAY))?;
        self.list_deposits()?;
        let paper = |name: &str| Document {
            bytes: u64::try_from(name.len()).unwrap_or_default(),
            name: name.to_owned(),
            sha256: Hex(sha256(name.as_bytes())),
        };
        let report = AwardReported {
            office: "市住房和城乡建设局".to_owned(),
            report: paper("招标投标情况书面报告.pdf"),
            tender: self.tender.clone(),
        };
        self.sign(&report)?;
        tell::done("the written report 书面报告 went to the authority within 15 days");
        let now = self.setting.now();
        let contract = paper("施工合同.pdf");
        let mut body = terms(&mut self.buyer.session, &self.tender, None, contract, now).map_err(told)?;
        body.bond = Some(Money::new(
            body.price.currency,
            body.price.minor.checked_div(20).unwrap_or_default(),
        ));
        let mut dear = body.clone();
        dear.price.minor = dear.price.minor.saturating_add(100);
        match self.sent(&dear) {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!("a contract at another price: {code}: {sentence}"));
            }
            Err(other) => return Err(told(other)),
            Ok(()) => return Err("a contract at another price was recorded".to_owned()),
        }
        self.sign(&body)?;
        tell::done("the contract 合同 is signed on the terms of the bid that won");
        let published = ContractPublished {
            lot: body.lot.clone(),
            medium: "中国招标投标公共服务平台".to_owned(),
            sha256: contract_text(&body.contract),
            tender: self.tender.clone(),
            url: "https://example.org/contract/T2026-001".to_owned(),
        };
        self.sign(&published)?;
        self.pass_to(self.setting.now().plus(HOUR))?;
        self.settle_deposits()
    }

    /// Every bidder's deposit arrived in time from its own account, but for the last two, which came from one: nobody
    /// sees whose account that is, everybody that it is one.
    fn list_deposits(&mut self) -> Result<(), String> {
        let (_, record) = self.record()?;
        let due = due(&mut self.buyer.session, &self.tender).map_err(told)?;
        let last = due.len().saturating_sub(1);
        let row = |(place, one): (usize, &Asked)| {
            let paid_by = if place == last {
                last.saturating_sub(1)
            } else {
                place
            };
            let payer = Payer {
                name: format!("账户{paid_by}"),
                account: String::new(),
            };
            let received = Received {
                amount: one.amount,
                bid: one.bid.clone(),
                form: DepositForm::Transfer,
                from: None,
                lot: one.lot.clone(),
                received_at: record.until.plus(DAY.saturating_mul(-7)),
            };
            (received, Some((payer, place == paid_by)))
        };
        let rows = due.iter().enumerate().map(row).collect();
        let body = DepositsReceived {
            deposits: numbered(rows),
            tender: self.tender.clone(),
        };
        self.sign(&body)?;
        tell::done(&format!("{}: a sign for supervision", said(&body)));
        Ok(())
    }

    /// The deposit of the bidder who did not unlock is kept; all others go back with interest.
    fn settle_deposits(&mut self) -> Result<(), String> {
        let (_, record) = self.record()?;
        let mut deposits = waiting(&mut self.buyer.session, &self.tender).map_err(told)?;
        let revoked = revoked(&record);
        for one in deposits.iter().filter(|one| revoked.contains(&one.bid)) {
            let kept = DepositKept {
                amount: one.amount,
                bid: one.bid.clone(),
                ground: KeepGround::Revoked,
                lot: one.lot.clone(),
                reason: "截止后未在规定时间解密,视为撤销投标".to_owned(),
                tender: self.tender.clone(),
            };
            self.sign(&kept)?;
            tell::done(&format!(
                "the deposit of {} is kept: it did not unlock (20号令31)",
                one.bid
            ));
        }
        deposits.retain(|one| !revoked.contains(&one.bid));
        for one in &mut deposits {
            one.interest = Money::new(Currency::CNY, 4_120);
        }
        let count = deposits.len();
        let body = DepositsReturned {
            paid_at: self.setting.now(),
            returned: deposits,
            tender: self.tender.clone(),
        };
        self.sign(&body)?;
        tell::done(&format!("{count} deposits went back with interest (条例57)"));
        Ok(())
    }

    fn sign<B: Body>(&mut self, body: &B) -> Result<(), String> {
        self.sent(body).map_err(told)
    }

    fn sent<B: Body>(&mut self, body: &B) -> Result<(), Failure> {
        let stream = self.stream();
        self.buyer.session.act(&self.buyer.key, stream, body).map(|_| ())
    }
}

/// Bids of which a part stayed closed for a cause of the bidder.
fn revoked(record: &OpeningRecorded) -> Vec<BidId> {
    let closed = record.bids.iter().filter(|bid| {
        let mut parts = bid.parts.iter().filter_map(|part| part.unopened.as_ref());
        parts.any(|unopened| unopened.cause.is_bidders())
    });
    closed.map(|bid| bid.bid.clone()).collect()
}

fn contract_text(contract: &Document) -> Hex<32> {
    Hex(sha256(contract.sha256.to_string().as_bytes()))
}
