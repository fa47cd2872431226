//! What follows an award: report, contract, publication, filing, supplement, deposits; and one deposit that is kept.

use super::{DAY, HOUR, World};
use facts::body::award::AwardMade;
use facts::body::bid::Letter;
use facts::body::contract::*;
use facts::body::opening::OpeningRecorded;
use facts::body::tender::{Document, TenderNoticed};
use facts::id::LotId;
use facts::{BidId, Currency, Hex, Money, Record};

fn document(name: &str) -> Document {
    Document {
        bytes: 100,
        name: name.into(),
        sha256: Hex([9; 32]),
    }
}

fn last<B: facts::Body>(records: &[Record]) -> B {
    records.iter().rev().find_map(Record::of).unwrap()
}

impl World {
    /// Everything after the award of a sound tender; `records` are its facts until then.
    pub fn fulfil(&mut self, records: &[Record]) {
        let (tender, stream) = (self.tender.clone(), self.stream());
        let award = last::<AwardMade>(records).awards.remove(0);
        let notice: TenderNoticed = last(records);
        let deposit = notice.lots[0].deposit.unwrap();
        let opened: Vec<OpeningRecorded> = records.iter().filter_map(Record::of).collect();
        let bids = opened.iter().flat_map(|one| &one.bids);
        let of_bid = bids.clone().filter(|one| one.bid == award.bid);
        let mut letters = of_bid
            .flat_map(|one| &one.parts)
            .filter_map(|part| part.letter.as_ref());
        let letter: Letter = letters.rfind(|one| one.price.is_some()).unwrap().clone();
        let whole = |bid: &BidId| {
            let mut own = opened
                .iter()
                .flat_map(|one| &one.bids)
                .filter(|one| one.bid == *bid);
            own.all(|one| one.parts.iter().all(|part| part.unopened.is_none()))
        };
        let mut losers: Vec<BidId> = bids
            .map(|one| one.bid.clone())
            .filter(|bid| *bid != award.bid)
            .collect();
        losers.sort();
        losers.dedup();
        self.wait(DAY);
        let all = losers.iter().chain([&award.bid]).collect();
        let received = self.paid_in(all, deposit, &award.lot);
        self.act("BUYER", &stream, &received);
        let report = AwardReported {
            office: "市住建局".into(),
            report: document("书面报告.pdf"),
            tender: tender.clone(),
        };
        self.act("BUYER", &stream, &report);
        let signed_at = self.now;
        let contract = ContractSigned {
            account: award.account.clone(),
            added: None,
            bid: award.bid.clone(),
            bond: Some(Money::new(Currency::CNY, award.price.minor / 10)),
            contract: document("合同.pdf"),
            differs: None,
            lot: award.lot.clone(),
            period_days: letter.period_days,
            price: award.price,
            quality: letter.quality,
            signed_at,
            tender: tender.clone(),
        };
        self.wait(HOUR);
        self.act("BUYER", &stream, &contract);
        let published = ContractPublished {
            lot: award.lot.clone(),
            medium: "中国招标投标公共服务平台".into(),
            sha256: Hex([9; 32]),
            tender: tender.clone(),
            url: "https://example.org/1".into(),
        };
        let filed = ContractFiled {
            lot: award.lot.clone(),
            office: "市财政局".into(),
            receipt: "备案1号".into(),
            tender: tender.clone(),
        };
        self.act("BUYER", &stream, &published);
        self.act("BUYER", &stream, &filed);
        let fraud = losers.iter().position(&whole).unwrap();
        let fraud = losers.remove(fraud);
        let back = |bid: &BidId| Returned {
            amount: deposit,
            bid: bid.clone(),
            interest: Money::new(Currency::CNY, 2_000),
            lot: award.lot.clone(),
        };
        let returned = DepositsReturned {
            paid_at: self.now,
            returned: losers.iter().chain([&award.bid]).map(back).collect(),
            tender: tender.clone(),
        };
        let kept = DepositKept {
            amount: deposit,
            bid: fraud,
            ground: KeepGround::Fraud,
            lot: award.lot.clone(),
            reason: "提供虚假业绩".into(),
            tender: tender.clone(),
        };
        self.act("BUYER", &stream, &returned);
        self.act("BUYER", &stream, &kept);
        let more = ContractSupplemented {
            change: Money::new(Currency::CNY, award.price.minor / 20),
            lot: award.lot,
            reason: "增加工程量".into(),
            supplement: document("补充合同.pdf"),
            tender,
        };
        self.act("BUYER", &stream, &more);
        self.keep();
    }

    /// Every deposit arrived, each from an account of its own.
    fn paid_in(&self, mut bids: Vec<&BidId>, amount: Money, lot: &LotId) -> DepositsReceived {
        bids.sort();
        let row = |(bid, payer): (&BidId, u32)| Received {
            amount,
            bid: bid.clone(),
            form: DepositForm::Transfer,
            from: Some(PaidFrom { own: true, payer }),
            lot: lot.clone(),
            received_at: self.now,
        };
        DepositsReceived {
            deposits: bids.into_iter().zip(1..).map(row).collect(),
            tender: self.tender.clone(),
        }
    }
}
