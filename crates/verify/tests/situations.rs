//! Honest tenders in awkward situations: the verifier finds no fault where there is none.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    reason = "test code, helpers included"
)]

mod support;

use facts::Kind;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::id::OrderId;
use facts::{Stream, time::DAY};
use kaibiao_verify::bundle;
use kaibiao_verify::{Dossier, Outcome, Report};
use std::path::Path;
use support::bidding::Bid;
use support::ceremony::Keys;
use support::evaluation::scored;
use support::opening::Trouble;
use support::tender::{Noticed, Plan};
use support::{ORIGIN, World};

fn report_at(world: &World, size: u64, folder: &Path) -> Report {
    let out = folder.join(size.to_string());
    let files = world.bundle_at(size);
    let manifest = bundle::manifest(&files, ORIGIN, size, &world.tender).unwrap();
    bundle::write(&files, &manifest, &out).unwrap();
    Report::of(&Dossier::load(&out, world.policy()).unwrap())
}

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    report.write_text(&mut out, kaibiao_verify::Language::En).unwrap();
    String::from_utf8(out).unwrap()
}

fn good(world: &World) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let report = report_at(world, world.size(), folder.path());
    assert!(report.good(), "{}", text(&report));
    report
}

fn outcome(report: &Report, id: u8) -> Outcome {
    report
        .verdicts
        .iter()
        .find(|verdict| verdict.id == id)
        .unwrap()
        .outcome
}

/// At every point of its life, save within one batch of the platform, the tender is free of faults.
#[test]
fn every_prefix_of_an_honest_log_is_free_of_faults() {
    let (world, folder) = (scored(30), tempfile::tempdir().unwrap());
    for size in 1..=world.size() {
        // What is listed, recorded and concluded is disclosed in the same batch.
        let within = [
            Kind::ListFrozen,
            Kind::OpeningRecorded,
            Kind::EvaluationConcluded,
            Kind::TenderClosed,
            Kind::AwardMade,
        ];
        if within.contains(&world.last_kind(size)) {
            continue;
        }
        let report = report_at(&world, size, folder.path());
        assert!(report.good(), "at {size}: {}", text(&report));
    }
}

fn begun(seed: u8, plan: Plan, bidders: usize) -> (World, Keys, Noticed, Vec<Bid>) {
    let mut world = World::new(seed, "T3");
    let keys = world.ceremony(2);
    let noticed = world.notice(plan, &keys);
    let bids = (1..=bidders).map(|n| world.enter(n)).collect();
    (world, keys, noticed, bids)
}

#[test]
fn what_an_account_signs_after_its_end_is_a_fault_and_before_it_is_none() {
    for (late, wanted) in [(0, Outcome::Pass), (1, Outcome::Fail)] {
        let (mut world, ..) = begun(35, Plan::lowest(), 0);
        let end = world.now.plus(10 * DAY);
        world.enrol_until("LATE", facts::Role::Bidder, Some(end));
        // Every entry is a second after the one before.
        world.now = end.plus(late - 1_000);
        let body = facts::body::tender::QuestionAsked {
            question: facts::id::QuestionId::parse("Q1").unwrap(),
            tender: world.tender.clone(),
            text: "?".to_owned(),
        };
        let asked = world.act("LATE", &world.stream(), &body);
        world.disclose([asked]);
        let folder = tempfile::tempdir().unwrap();
        let report = report_at(&world, world.size(), folder.path());
        assert_eq!(outcome(&report, 17), wanted, "{late}: {}", text(&report));
    }
}

#[test]
fn a_lot_with_too_few_bids_stays_closed_and_its_bids_stay_sealed() {
    let plan = Plan {
        lots: vec!["L1", "L2"],
        ..Plan::lowest()
    };
    let (mut world, keys, noticed, mut bids) = begun(31, plan, 5);
    bids[1].lots = vec!["L1", "L2"];
    bids[4].lots = vec!["L2"];
    for (n, bid) in bids.iter_mut().enumerate() {
        world.submit(&noticed, bid, 9_000_000 + i64::try_from(n).unwrap(), false);
    }
    world.close(&noticed);
    let trouble = Trouble {
        closed_lots: vec!["L2"],
        ..Trouble::default()
    };
    world.open(&noticed, &keys, 0, &bids, &trouble);
    let opening = world.open(&noticed, &keys, 1, &bids, &trouble);
    world.evaluate(&noticed, opening, &bids[..4].iter().collect::<Vec<_>>(), |_| true);
    let report = good(&world);
    let hidden = report.verdicts.iter().find(|verdict| verdict.id == 21).unwrap();
    assert!(
        hidden.evidence[0].en.starts_with("2 confidential entries"),
        "{}",
        hidden.evidence[0].en
    );
}

#[test]
fn a_bid_that_missed_a_substantive_addendum_is_listed_and_excluded() {
    let (mut world, keys, mut noticed, mut bids) = begun(32, Plan::lowest(), 4);
    world.submit(&noticed, &mut bids[0], 9_000_000, false);
    world.amend(&mut noticed, true);
    for bid in &mut bids[1..] {
        let yuan = 9_100_000 + i64::try_from(bid.facts[0]).unwrap();
        world.submit(&noticed, bid, yuan, false);
    }
    world.close(&noticed);
    let trouble = Trouble {
        outdated: vec![0],
        ..Trouble::default()
    };
    world.open(&noticed, &keys, 0, &bids, &trouble);
    let rest = bids[1..].to_vec();
    let mut all = rest.clone();
    // The second stage lists only who came through the first; the history of all is shown already.
    all.push(Bid {
        last: None,
        ..bids[0].clone()
    });
    let opening = world.open(&noticed, &keys, 1, &all, &Trouble::default());
    world.evaluate(&noticed, opening, &rest.iter().collect::<Vec<_>>(), |_| true);
    good(&world);
}

#[test]
fn a_suspension_moves_the_deadline() {
    let (mut world, keys, mut noticed, mut bids) = begun(33, Plan::lowest(), 3);
    let (order, tender) = (OrderId::parse("O1").unwrap(), world.tender.clone());
    let supervision = Stream::Supervision(tender.clone());
    let suspended = OrderSuspended {
        basis: "条例61".into(),
        order: order.clone(),
        reason: "a complaint".into(),
        tender: tender.clone(),
        complaint: None,
        until: None,
    };
    let seq = world.act("SUP", &supervision, &suspended);
    let stream = world.stream();
    world.platform(
        &stream,
        &TenderSuspended {
            order: order.clone(),
            seq,
            tender: tender.clone(),
            until: None,
        },
    );
    let began = world.now;
    world.wait(2 * DAY);
    let resumed = OrderResumed {
        order: order.clone(),
        reason: "settled".into(),
        tender: tender.clone(),
    };
    let seq = world.act("SUP", &supervision, &resumed);
    world.platform(&stream, &TenderResumed { order, seq, tender });
    let moved = world.now.since(began);
    for (n, bid) in bids.iter_mut().enumerate() {
        world.submit(&noticed, bid, 9_000_000 + i64::try_from(n).unwrap(), false);
    }
    // Labels keep the deadline of the notice; the closing comes later by the time suspended.
    let written = noticed.rules.clone();
    noticed.rules[0].1 = noticed.rules[0].1.plus(moved);
    world.close(&noticed);
    noticed.rules = written;
    world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let opening = world.open(&noticed, &keys, 1, &bids, &Trouble::default());
    world.evaluate(&noticed, opening, &bids.iter().collect::<Vec<_>>(), |_| true);
    good(&world);
}

#[test]
fn an_opening_that_fails_for_lack_of_custodians_is_no_fault_of_the_record() {
    let (mut world, keys, noticed, mut bids) = begun(34, Plan::scored(), 3);
    for bid in &mut bids {
        world.submit(&noticed, bid, 9_000_000, false);
    }
    world.close(&noticed);
    let trouble = Trouble {
        absent: vec![2, 4, 5],
        ..Trouble::default()
    };
    world.open(&noticed, &keys, 0, &bids, &trouble);
    let report = good(&world);
    assert_eq!(outcome(&report, 26), Outcome::Pass);
    assert_eq!(outcome(&report, 27), Outcome::NotApplicable);
}

#[test]
fn a_tender_with_too_few_bidders_is_never_opened() {
    let (mut world, _, noticed, mut bids) = begun(35, Plan::scored(), 2);
    for bid in &mut bids {
        world.submit(&noticed, bid, 9_000_000, false);
    }
    world.close(&noticed);
    world.tender_failed("too_few_bidders");
    let report = good(&world);
    for id in [18, 21, 22, 23, 24, 25, 26, 27, 28, 30, 33, 35] {
        assert_eq!(outcome(&report, id), Outcome::NotApplicable, "{id}");
    }
}

/// A report of other facts than those in the log, and candidates publicised before the report was complete.
#[test]
fn a_report_that_is_not_the_logs_is_found() {
    for (seed, publicised_early) in [(41, false), (42, true)] {
        let mut world = support::evaluation::scored_with(seed, |document| {
            if !publicised_early {
                document[0] ^= 1;
            }
            !publicised_early
        });
        world.keep();
        let folder = tempfile::tempdir().unwrap();
        let report = report_at(&world, world.size(), folder.path());
        assert_eq!(outcome(&report, 38), Outcome::Fail, "{}", text(&report));
        let failed = report
            .verdicts
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Fail);
        assert_eq!(failed.count(), 1, "{}", text(&report));
    }
}
