//! What follows the award in the stories: report, contract, its publication and filing, deposits.
//!
//! Invariant: everything in time, on the terms of the bid.

use super::{PRICES, award_at, bid, closes, letter, yuan};
use crate::story::{Story, id, tender};
use facts::body::contract::*;
use facts::body::tender::Document;
use facts::time::{DAY, HOUR};
use facts::{Currency, Hex, Instant, Money};

pub fn document(name: &str) -> Document {
    Document {
        bytes: 100,
        name: name.into(),
        sha256: Hex([9; 32]),
    }
}

/// When the contract was signed and recorded: Friday 10 April 2026.
pub fn signed_at() -> Instant {
    award_at().plus(10 * DAY)
}

pub fn back(bids: &[usize], at: Instant) -> DepositsReturned {
    let one = |n: &usize| Returned {
        amount: yuan(100_000),
        bid: id(&bid(*n)),
        interest: yuan(20),
        lot: id("L1"),
    };
    DepositsReturned {
        paid_at: at,
        returned: bids.iter().map(one).collect(),
        tender: tender(),
    }
}

/// Each from its own basic account.
pub fn arrived(bids: &[usize]) -> DepositsReceived {
    let one = |(n, payer): (&usize, u32)| Received {
        amount: yuan(100_000),
        bid: id(&bid(*n)),
        form: DepositForm::Transfer,
        from: Some(PaidFrom { own: true, payer }),
        lot: id("L1"),
        received_at: closes().plus(-DAY),
    };
    DepositsReceived {
        deposits: bids.iter().zip(1..).map(one).collect(),
        tender: tender(),
    }
}

pub(super) fn fulfilled(story: &mut Story) {
    story.signed(closes().plus(DAY), Some("buyer"), &arrived(&[1, 2, 3]));
    let losers = award_at().plus(2 * DAY);
    story.signed(losers, Some("buyer"), &back(&[2, 3], losers));
    let report = AwardReported {
        office: "市住建局".into(),
        report: document("书面报告.pdf"),
        tender: tender(),
    };
    story.signed(award_at().plus(5 * DAY), Some("buyer"), &report);
    let contract = ContractSigned {
        account: id("c1"),
        added: None,
        bid: id(&bid(1)),
        bond: Some(Money::new(Currency::CNY, PRICES[0] / 20)),
        contract: document("合同.pdf"),
        differs: None,
        lot: id("L1"),
        period_days: letter(1).period_days,
        price: Money::new(Currency::CNY, PRICES[0]),
        quality: letter(1).quality,
        signed_at: signed_at(),
        tender: tender(),
    };
    story.signed(signed_at(), Some("buyer"), &contract);
    let published = ContractPublished {
        lot: id("L1"),
        medium: "中国政府采购网".into(),
        sha256: Hex([9; 32]),
        tender: tender(),
        url: "https://www.ccgp.gov.cn/1".into(),
    };
    let filed = ContractFiled {
        lot: id("L1"),
        office: "市财政局".into(),
        receipt: "备案1号".into(),
        tender: tender(),
    };
    story.signed(signed_at().plus(HOUR), Some("buyer"), &published);
    story.signed(signed_at().plus(2 * HOUR), Some("buyer"), &filed);
    let winner = signed_at().plus(3 * DAY);
    story.signed(winner, Some("buyer"), &back(&[1], winner));
    let more = ContractSupplemented {
        change: Money::new(Currency::CNY, PRICES[0] / 20),
        lot: id("L1"),
        reason: "增加同类服务".into(),
        supplement: document("补充合同.pdf"),
        tender: tender(),
    };
    story.signed(winner.plus(HOUR), Some("buyer"), &more);
}
