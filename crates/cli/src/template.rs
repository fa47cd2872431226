//! A complete tender notice to start from: every member present, every value to be looked at.

use facts::body::tender::{Lot, Method, OpeningRules, Part, PartRole, Stage, TenderNoticed};
use facts::id::{LotId, PartId, StageId};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Currency, Hex, Instant, Money, TenderId};

/// The template, with times that satisfy the statutory minimum from `now`.
#[must_use]
pub fn notice(now: Instant) -> Option<TenderNoticed> {
    let mebibyte = 1024 * 1024;
    Some(TenderNoticed {
        closes_at: now.plus(26 * DAY),
        documents: Vec::new(),
        documents_from: now.plus(HOUR),
        documents_until: now.plus(6 * DAY),
        lots: vec![Lot {
            ceiling: Some(Money::new(Currency::CNY, 1_200_000_000)),
            deposit: Some(Money::new(Currency::CNY, 20_000_000)),
            estimate: Money::new(Currency::CNY, 1_100_000_000),
            floor: None,
            lot: LotId::parse("1").ok()?,
            title: "标段一".to_owned(),
        }],
        method: Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: Vec::new(),
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: HOUR,
            remedy: "无法解密的,按 20 号令第三十一条处理;补救方案见招标文件。".to_owned(),
            share_ms: 2 * HOUR,
            unlock_ms: 30 * MINUTE,
        },
        procedure: None,
        publicity_days: 3,
        region: "341125".to_owned(),
        stages: vec![Stage {
            invited: false,
            key_id: Hex([0; 32]),
            parts: vec![
                Part {
                    max_bytes: 64 * 1024,
                    part: PartId::parse("letter").ok()?,
                    role: PartRole::Letter,
                },
                Part {
                    max_bytes: 512 * mebibyte,
                    part: PartId::parse("technical").ok()?,
                    role: PartRole::Panel,
                },
            ],
            stage: StageId::parse("open").ok()?,
        }],
        tender: TenderId::parse("T2026-001").ok()?,
        title: "工程施工招标".to_owned(),
        trade: "A01".to_owned(),
        validity_days: 90,
    })
}
