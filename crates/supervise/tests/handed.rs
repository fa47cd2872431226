//! Opened files in the screens: asked for after the opening alone, public parts alone, the tender's own words taken out.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

extern crate kaibiao_supervise as supervise;

mod support;

use facts::body::opening::{OpenedBid, OpenedPart, OpeningRecorded};
use facts::body::tender::{Method, OpeningRules, Part, PartRole, Stage, TenderNoticed};
use facts::id::{LotId, PartId, StageId};
use facts::{AccountId, BidId, Hex, Stream};
use screen::Code;
use screen::origins::{Attribute, Trace};
use screen::texts::Document;
use std::sync::{Arc, Mutex};
use supervise::signs::handed::{Files, Handed, Reading};
use supervise::signs::{Opened, PublicPart};
use support::*;

/// Writes down what it was asked for, and answers with the same text and author for every part.
#[derive(Default)]
struct Shelf {
    asked: Mutex<Vec<Vec<PublicPart>>>,
}

/// A text long enough to have fingerprints.
fn text(of: &str) -> String {
    let line = |n: u32| {
        format!(
            "{of}第{n}段 围堰分{}仓施工,抽水{}小时后浇筑。",
            n * 7 % 31,
            n * 13 % 47
        )
    };
    let lines: Vec<String> = (0..120).map(line).collect();
    lines.concat()
}

impl Files for Shelf {
    fn read<'a>(&'a self, opened: &'a Opened) -> Reading<'a> {
        self.asked.lock().unwrap().push(opened.public.clone());
        let author = |attribute, part: &PublicPart, value: &str| Trace {
            attribute,
            bidder: part.account.to_string(),
            place: part.part.to_string(),
            value: value.to_owned(),
        };
        let handed = Handed {
            given: vec![text("招标文件")],
            documents: opened
                .public
                .iter()
                .map(|part| Document {
                    bidder: part.account.to_string(),
                    name: part.part.to_string(),
                    text: format!("{}{}", text("招标文件"), text("自拟")),
                })
                .collect(),
            traces: opened
                .public
                .iter()
                .flat_map(|part| {
                    [
                        author(Attribute::Author, part, "王某某"),
                        author(Attribute::Company, part, "招标代理"),
                    ]
                })
                .collect(),
            own: vec![Trace {
                attribute: Attribute::Company,
                bidder: String::new(),
                place: String::new(),
                value: "招标代理".to_owned(),
            }],
        };
        Box::pin(async move { Ok(handed) })
    }
}

fn part(name: &str, role: PartRole) -> Part {
    Part {
        max_bytes: 1 << 20,
        part: PartId::parse(name).unwrap(),
        role,
    }
}

fn notice() -> TenderNoticed {
    TenderNoticed {
        closes_at: START,
        documents: vec![],
        documents_from: START,
        documents_until: START,
        lots: vec![],
        method: Method::LowestEvaluated {
            adjustments: vec![],
            must_pass: vec![],
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: 0,
            remedy: String::new(),
            share_ms: 0,
            unlock_ms: 0,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".into(),
        stages: vec![Stage {
            invited: false,
            key_id: Hex::default(),
            parts: vec![
                part("schedule", PartRole::Public),
                part("technical", PartRole::Panel),
            ],
            stage: StageId::parse("open").unwrap(),
        }],
        tender: tender("T1"),
        title: "T".into(),
        trade: "A01".into(),
        validity_days: 90,
    }
}

fn opened() -> OpeningRecorded {
    let part = |name: &str, n: u8| OpenedPart {
        letter: None,
        lot: LotId::parse("lot").unwrap(),
        bytes: Some(1),
        part: PartId::parse(name).unwrap(),
        sha256: Some(Hex::default()),
        submission: Hex([n; 16]),
        unopened: None,
    };
    let bid = |n: u8| OpenedBid {
        account: AccountId::parse(&format!("firm-{n}")).unwrap(),
        bid: BidId::parse(&format!("bid-{n}")).unwrap(),
        parts: vec![part("schedule", n), part("technical", n + 100)],
    };
    OpeningRecorded {
        bids: vec![bid(1), bid(2)],
        list: Hex::default(),
        panel: None,
        quorum: vec![1],
        stage: StageId::parse("open").unwrap(),
        tender: tender("T1"),
        until: START,
    }
}

#[tokio::test]
async fn public_parts_are_read_once_after_the_opening_and_compared_without_the_tenders_own_words() {
    let world = world().await;
    let shelf = Arc::new(Shelf::default());
    let oversight = world.oversight.clone().with_files(shelf.clone());
    let stream = || Stream::Tender(tender("T1"));
    world.write(stream(), &notice()).await;
    let codes = |board: &supervise::signs::Board| -> Vec<(Code, Vec<String>)> {
        board.tender(&tender("T1")).map_or_else(Vec::new, |screened| {
            screened
                .signs
                .iter()
                .map(|sign| {
                    let first = &sign.evidence[0].cells;
                    (sign.code, first.iter().map(|cell| cell.value.clone()).collect())
                })
                .collect()
        })
    };
    assert_eq!(oversight.with_signs(codes).await.unwrap(), []);
    assert_eq!(
        shelf.asked.lock().unwrap().len(),
        0,
        "nothing is read before the opening"
    );

    world.write(stream(), &opened()).await;
    let signs = oversight.with_signs(codes).await.unwrap();
    let authors: Vec<_> = signs.iter().filter(|(code, _)| *code == Code::K01).collect();
    assert_eq!(
        authors.len(),
        1,
        "the tender's own company is no trace: {signs:?}"
    );
    assert_eq!(authors[0].1, ["王某某", "王某某"]);
    assert!(signs.iter().any(|(code, _)| *code == Code::K11), "{signs:?}");
    oversight.with_signs(codes).await.unwrap();
    let asked = shelf.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1, "the same opening is read once");
    let parts: Vec<&str> = asked[0].iter().map(|part| part.part.as_str()).collect();
    assert_eq!(
        parts,
        ["schedule", "schedule"],
        "a part for the panel is never asked for"
    );
}
