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

use desk::Outage;
use facts::body::opening::{OpenedBid, OpenedPart, OpeningRecorded};
use facts::body::tender::{Method, OpeningRules, Part, PartRole, Stage, TenderNoticed};
use facts::id::{LotId, PartId, StageId};
use facts::{AccountId, BidId, Hex, Stream};
use screen::Code;
use screen::origins::{Attribute, Trace};
use screen::texts::Document;
use std::sync::{Arc, Mutex};
use supervise::signs::handed::{Files, Handed, Reading};
use supervise::signs::{Opened, PublicPart, Reading as How, Unreadable};
use support::*;

/// Writes down what it was asked for, and answers with the same text and author for every part.
#[derive(Default)]
struct Shelf {
    asked: Mutex<Vec<Vec<PublicPart>>>,
    /// A tender whose files cannot be asked for.
    broken: Option<&'static str>,
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
        if self.broken.is_some_and(|broken| opened.tender == tender(broken)) {
            return Box::pin(async { Err(Outage::new("reading", "the disk is on fire")) });
        }
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
            unreadable: vec![Unreadable {
                bidder: "firm-2".to_owned(),
                place: "lot/schedule".to_owned(),
                is_missing: false,
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

fn notice_of(name: &str) -> TenderNoticed {
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
        tender: tender(name),
        title: "T".into(),
        trade: "A01".into(),
        validity_days: 90,
    }
}

fn notice() -> TenderNoticed {
    notice_of("T1")
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
    let before = oversight.with_signs(codes).await.unwrap();
    assert!(
        before.iter().all(|(code, _)| *code != Code::K01),
        "no request reads files"
    );
    assert_eq!(shelf.asked.lock().unwrap().len(), 0);
    let waits = |board: &supervise::signs::Board| board.unread().count();
    assert_eq!(oversight.with_signs(waits).await.unwrap(), 1);
    assert!(oversight.read_on().await.unwrap());
    let signs = oversight.with_signs(codes).await.unwrap();
    let authors: Vec<_> = signs.iter().filter(|(code, _)| *code == Code::K01).collect();
    assert_eq!(
        authors.len(),
        1,
        "the tender's own company is no trace: {signs:?}"
    );
    assert_eq!(authors[0].1, ["王某某", "王某某"]);
    assert!(signs.iter().any(|(code, _)| *code == Code::K11), "{signs:?}");
    assert!(!oversight.read_on().await.unwrap());
    let asked = shelf.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1, "the same opening is read once");
    let parts: Vec<&str> = asked[0].iter().map(|part| part.part.as_str()).collect();
    assert_eq!(
        parts,
        ["schedule", "schedule"],
        "a part for the panel is never asked for"
    );
}

#[tokio::test]
async fn files_that_cannot_be_had_keep_neither_the_page_nor_another_tender() {
    let world = world().await;
    let shelf = Arc::new(Shelf {
        broken: Some("T1"),
        ..Shelf::default()
    });
    let oversight = world.oversight.clone().with_files(shelf.clone());
    world.register("T2").await;
    for name in ["T1", "T2"] {
        let stream = || Stream::Tender(tender(name));
        world.write(stream(), &notice_of(name)).await;
        let mut record = opened();
        record.tender = tender(name);
        world.write(stream(), &record).await;
    }
    assert!(oversight.read_on().await.is_err());
    assert!(oversight.read_on().await.unwrap(), "the other one is read");
    assert!(
        !oversight.read_on().await.unwrap(),
        "nothing else waits that was not put off"
    );
    let (signs, unreadable) = oversight
        .with_signs(|board| {
            let one = board.tender(&tender("T1")).unwrap();
            assert_eq!(board.reading(one), How::Waits);
            let two = board.tender(&tender("T2")).unwrap();
            let How::Done(unreadable) = board.reading(two) else {
                panic!("T2 was read");
            };
            (two.signs.clone(), unreadable.to_vec())
        })
        .await
        .unwrap();
    assert!(signs.iter().any(|sign| sign.code == Code::K01));
    assert_eq!(unreadable[0].place, "lot/schedule");
    assert!(oversight.read_on().await.is_err(), "it is asked for again");
    assert_eq!(shelf.asked.lock().unwrap().len(), 3);
}
