//! An opening record of as many firms as there are prices, in hundredths.

use super::{START, tender};
use facts::body::bid::Letter;
use facts::body::opening::{OpenedBid, OpenedPart, OpeningRecorded};
use facts::id::{LotId, PartId, StageId};
use facts::{AccountId, BidId, Currency, Hex, Money};

pub fn opened(prices: &[i64]) -> OpeningRecorded {
    let bid = |(n, price): (usize, &i64)| OpenedBid {
        account: AccountId::parse(&format!("firm-{n}")).unwrap(),
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![OpenedPart {
            letter: Some(Letter {
                account: AccountId::parse(&format!("firm-{n}")).unwrap(),
                brand: None,
                certificate: Hex([0; 64]),
                deviations: std::collections::BTreeMap::new(),
                name: format!("Firm {n}"),
                period_days: 90,
                price: Some(Money::new(Currency::CNY, *price)),
                project_lead: format!("Leader {n}"),
                quality: "good".to_owned(),
            }),
            lot: LotId::parse("lot").unwrap(),
            bytes: None,
            part: PartId::parse("letter").unwrap(),
            sha256: None,
            submission: Hex::default(),
            unopened: None,
        }],
    };
    OpeningRecorded {
        bids: prices.iter().enumerate().map(bid).collect(),
        list: Hex::default(),
        panel: None,
        quorum: vec![1],
        stage: StageId::parse("open").unwrap(),
        tender: tender("T1"),
        until: START,
    }
}
