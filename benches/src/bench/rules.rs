//! The rules of supervision over many live procedures: all at once, and fact by fact; and the cockpit over them.
//!
//! Invariant: what is measured is the board that supervision reads; every procedure is examined and every rule is
//! asked, and the two ways end in the same cards. The cockpit holds every procedure and every card.

use super::process::now;
use super::table::{Line, Table};
use crate::Trouble;
use facts::body::bid::Letter;
use facts::body::opening::{ListFrozen, Listed, OpenedBid, OpenedPart, OpeningRecorded, TenderClosed};
use facts::body::tender::{
    Lot, Method, OpeningRules, Part, PartRole, Regime, ScoreItem, Stage, TenderNoticed, TenderRegistered,
};
use facts::id::{ItemId, LotId, PartId, StageId};
use facts::time::{DAY, HOUR};
use facts::{AccountId, BidId, Body, Currency, Draft, Hex, Instant, Money, Record, Stream, TenderId};
use rules::{Board, RuleBook};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use supervise::cockpit::{Asked, Cards, Pick, Seen, Waiting};
use supervise::docket::Docket;

/// Live procedures of a full run.
const PROCEDURES: u32 = 10_000;
/// Every second procedure has three bids, the others four: 35,000 in all.
const FEWEST: u32 = 3;
const ALL_AIM: Duration = Duration::from_secs(2);
const FACT_AIM: Duration = Duration::from_millis(5);
/// Once for all supervisors, whenever a fact is added that they may see.
const COCKPIT_AIM: Duration = Duration::from_millis(500);
/// For every supervisor who looks.
const PAGE_AIM: Duration = Duration::from_millis(20);
/// 2026-03-02 09:00 in China.
const START: Instant = Instant(1_772_413_200_000);

/// Days for documents and days for bids: one procedure in ten gives less than 实施条例 16 and 招标投标法 24 ask for.
fn days(n: u32) -> (i64, i64) {
    if n.is_multiple_of(10) { (4, 15) } else { (8, 23) }
}

fn notice(tender: &TenderId, (documents, bidding): (i64, i64)) -> Result<TenderNoticed, Trouble> {
    let yuan = |amount: i64| Money::new(Currency::CNY, amount.saturating_mul(100));
    let scored = |name: &str| -> Result<ScoreItem, Trouble> {
        Ok(ScoreItem {
            item: ItemId::parse(name)?,
            max: 3_000,
            title: name.to_owned(),
        })
    };
    Ok(TenderNoticed {
        closes_at: START.plus(bidding.saturating_mul(DAY)),
        documents: Vec::new(),
        documents_from: START,
        documents_until: START.plus(documents.saturating_mul(DAY)),
        lots: vec![Lot {
            ceiling: Some(yuan(10_000_000)),
            deposit: Some(yuan(100_000)),
            estimate: yuan(9_600_000),
            floor: None,
            lot: LotId::parse("lot")?,
            title: "one".to_owned(),
        }],
        method: Method::Composite {
            above: 100,
            below: 50,
            drop_high: 0,
            drop_low: 0,
            float_bp: 0,
            items: vec![scored("plan")?, scored("team")?],
            panel: 5,
            price_points: 4_000,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: HOUR,
            remedy: "none".to_owned(),
            share_ms: HOUR,
            unlock_ms: HOUR,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".to_owned(),
        stages: vec![Stage {
            invited: false,
            key_id: Hex([1; 32]),
            parts: vec![Part {
                max_bytes: 65_536,
                part: PartId::parse("letter")?,
                role: PartRole::Letter,
            }],
            stage: StageId::parse("open")?,
        }],
        tender: tender.clone(),
        title: "a procedure".to_owned(),
        trade: "A01".to_owned(),
        validity_days: 90,
    })
}

fn opened(tender: &TenderId, bids: u32, closes: Instant) -> Result<(ListFrozen, OpeningRecorded), Trouble> {
    let (mut listed, mut read) = (Vec::new(), Vec::new());
    for n in 0..bids {
        let bid = BidId::parse(&format!("bid-{n}"))?;
        let account = AccountId::parse(&format!("bidder-{n}"))?;
        let submission = Hex([u8::try_from(n).unwrap_or(0); 16]);
        listed.push(Listed {
            bid: bid.clone(),
            envelope: Hex([3; 32]),
            seq: 0,
            submission,
        });
        let minor = 900_000_000_i64.saturating_add(i64::from(n).saturating_mul(7_654_321));
        let letter = Letter {
            account: account.clone(),
            brand: None,
            certificate: Hex([0; 64]),
            deviations: BTreeMap::new(),
            name: format!("bidder {n}"),
            period_days: 300,
            price: Some(Money::new(Currency::CNY, minor)),
            project_lead: format!("lead {n}"),
            quality: "good".to_owned(),
        };
        read.push(OpenedBid {
            account,
            bid,
            parts: vec![OpenedPart {
                letter: Some(letter),
                lot: LotId::parse("lot")?,
                bytes: Some(100),
                part: PartId::parse("letter")?,
                sha256: Some(Hex([5; 32])),
                submission,
                unopened: None,
            }],
        });
    }
    let stage = StageId::parse("open")?;
    let list = ListFrozen {
        envelopes: listed,
        list: Hex([4; 32]),
        stage: stage.clone(),
        tender: tender.clone(),
        until: closes.plus(HOUR),
    };
    let record = OpeningRecorded {
        bids: read,
        list: Hex([4; 32]),
        panel: None,
        quorum: vec![1],
        stage,
        tender: tender.clone(),
        until: closes.plus(2_i64.saturating_mul(HOUR)),
    };
    Ok((list, record))
}

fn told<B: Body>(records: &mut Vec<Record>, tender: &TenderId, at: Instant, body: &B) -> Result<(), Trouble> {
    let seq = u64::try_from(records.len())?;
    records.push(Draft::platform(Stream::Tender(tender.clone()), body)?.record(seq, at));
    Ok(())
}

/// Procedures whose record was just read out, each with everything that is public of it.
fn procedures(many: u32) -> Result<Vec<Record>, Trouble> {
    let mut records = Vec::new();
    for n in 0..many {
        let tender = TenderId::parse(&format!("procedure-{n:05}"))?;
        let registered = TenderRegistered {
            agent: Some(AccountId::parse("agent")?),
            buyer: AccountId::parse("buyer")?,
            regime: Regime::Works,
            tender: tender.clone(),
            title: "a procedure".to_owned(),
        };
        let days = days(n);
        let deadline = START.plus(days.1.saturating_mul(DAY));
        let closed = TenderClosed {
            closes_at: deadline,
            tender: tender.clone(),
        };
        let (list, record) = opened(&tender, FEWEST.saturating_add(n & 1), deadline)?;
        told(&mut records, &tender, START, &registered)?;
        told(&mut records, &tender, START, &notice(&tender, days)?)?;
        told(&mut records, &tender, deadline.plus(2_000), &closed)?;
        told(&mut records, &tender, deadline.plus(3_000), &list)?;
        told(&mut records, &tender, deadline.plus(HOUR), &record)?;
    }
    Ok(records)
}

pub(super) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    table.part(
        "Rules",
        "All rules of supervision over live procedures: examined at once with their cards at one instant, and fact by fact.",
    );
    let many = if quick { PROCEDURES / 10 } else { PROCEDURES };
    let book = Arc::new(RuleBook::of_this_build());
    let records = procedures(many)?;
    let at = START.plus(60_i64.saturating_mul(DAY));
    let mut board = Board::new(Arc::clone(&book));
    for record in &records {
        board.observe(record, &[]);
    }
    let begun = now();
    board.settle();
    let cards = board.cards(at).count();
    let all = begun.elapsed();
    // Once more fact by fact, three times; of each fact the best time, for the scheduler is not what is measured.
    let mut took = vec![Duration::MAX; records.len()];
    let mut one_by_one = Board::new(Arc::clone(&book));
    for _ in 0..3 {
        one_by_one = Board::new(Arc::clone(&book));
        for (record, best) in records.iter().zip(&mut took) {
            let begun = now();
            one_by_one.observe(record, &[]);
            one_by_one.settle();
            *best = begun.elapsed().min(*best);
        }
    }
    let slowest = took.into_iter().max().unwrap_or_default();
    if cards == 0 {
        return Err("no rule was broken, so no card was drawn".into());
    }
    if one_by_one.cards(at).count() != cards || board.procedures().count() != usize::try_from(many)? {
        return Err("the two ways end in different cards".into());
    }
    table.line(Line {
        what: format!("all rules over {many} procedures with {cards} cards"),
        figure: format!("{:.0} ms", all.as_secs_f64() * 1_000.0),
        aim: Some((format!("below {} s", ALL_AIM.as_secs()), all < ALL_AIM)),
        ..Line::default()
    });
    table.line(Line {
        what: "one fact more, the slowest of all, each the best of three".to_owned(),
        figure: format!("{:.2} ms", slowest.as_secs_f64() * 1_000.0),
        aim: Some((format!("below {} ms", FACT_AIM.as_millis()), slowest < FACT_AIM)),
        ..Line::default()
    });
    cockpit(table, &records, &board, (many, at))
}

/// The cockpit put together anew, and a page of it found by a search.
fn cockpit(
    table: &mut Table,
    records: &[Record],
    board: &Board,
    (many, at): (u32, Instant),
) -> Result<(), Trouble> {
    let mut docket = Docket::default();
    for record in records {
        docket.observe(record);
    }
    let mut together = Duration::MAX;
    let mut seen = None;
    for _ in 0..3 {
        let begun = now();
        seen = Some(Seen::of(&docket, Cards::of(board, at), &Waiting::default(), at));
        together = begun.elapsed().min(together);
    }
    let seen = seen.ok_or("nothing was put together")?;
    let size = docket.next();
    let asked = Asked {
        q: Some("procedure-00".to_owned()),
        what: Some(Pick::Overdue),
        ..Asked::default()
    };
    let whole = seen.page(&Asked::default(), at, size);
    if whole.live_total != usize::try_from(many)? || whole.counts.cards == 0 {
        return Err("the cockpit does not hold every procedure with its cards".into());
    }
    let mut paged = Duration::MAX;
    for _ in 0..3 {
        let begun = now();
        let found = seen.page(&asked, at, size);
        paged = begun.elapsed().min(paged);
        if found.needs_total == 0 {
            return Err("nothing is overdue among the procedures searched for".into());
        }
    }
    table.line(Line {
        what: format!(
            "the cockpit over {many} procedures with {} things that wait, put together once for all who look",
            whole.needs_total
        ),
        figure: format!("{:.0} ms", together.as_secs_f64() * 1_000.0),
        aim: Some((
            format!("below {} ms", COCKPIT_AIM.as_millis()),
            together < COCKPIT_AIM,
        )),
        ..Line::default()
    });
    table.line(Line {
        what: "a page of it, searched and with its entity tag".to_owned(),
        figure: format!("{:.1} ms", paged.as_secs_f64() * 1_000.0),
        aim: Some((format!("below {} ms", PAGE_AIM.as_millis()), paged < PAGE_AIM)),
        ..Line::default()
    });
    Ok(())
}
