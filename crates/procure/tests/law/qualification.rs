//! The buyer's review of the qualification: who may, when, of whom, and what follows from it.

use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, World, account, buyer, id, tender};
use facts::body::opening::TenderFailed;
use facts::body::qualification::{QualificationRead, QualificationReviewed, Qualified};
use facts::body::tender::{
    Basis, Brands, Category, Declared, Method, PriceRule, Pricing, Regime, ReviewItem, Reviewer,
};
use facts::id::LotId;
use facts::{Kind, Role};
use kaibiao_procure::{Command, Phase};
use std::collections::BTreeSet;

fn method() -> Method {
    let item = |name: &str, by| ReviewItem {
        by,
        clause: format!("第二章{name}"),
        item: id(name),
        title: name.to_owned(),
    };
    Method::Declared(Box::new(Declared {
        adjustments: Vec::new(),
        basis: Basis::Notice,
        category: Category::Goods,
        deductions: Vec::new(),
        drawn: Vec::new(),
        items: Vec::new(),
        low_price: None,
        min_valid: 0,
        panel: 5,
        places: 2,
        price: Pricing {
            benchmark: None,
            points: 0,
            rule: PriceRule::Order,
        },
        review: vec![
            item("licence", Reviewer::Buyer),
            item("form", Reviewer::Panel),
            item("tax", Reviewer::Buyer),
        ],
        same_brand: Brands::Ignored,
        ties: Vec::new(),
        trim: None,
    }))
}

/// Opened, with so many bids in every lot, before the review.
fn opened(lots: Vec<&'static str>, count: usize) -> (World, Vec<Bidder>) {
    let mut world = World::registered(Layout {
        regime: Regime::Free,
        lots,
        ..Layout::small()
    });
    let notice = world.notice(|notice| notice.method = method());
    world.ok(notice);
    let bidders: Vec<Bidder> = (1..=count).map(|number| world.bidder(number)).collect();
    world.open_all(&bidders);
    (world, bidders)
}

/// Every bid on every item; those named fail it in that lot.
fn votes(world: &World, bidders: &[Bidder], failing: &[(usize, &str, &str)]) -> QualificationReviewed {
    let mut names: Vec<_> = bidders.iter().map(|bidder| bidder.bid.clone()).collect();
    names.sort();
    let mut votes = Vec::new();
    for lot in world.lots() {
        for bid in &names {
            for item in ["licence", "tax"] {
                let passes = !failing
                    .iter()
                    .any(|(n, of, what)| bidders[*n].bid == *bid && lot == id::<LotId>(of) && *what == item);
                votes.push(Qualified {
                    bid: bid.clone(),
                    item: id(item),
                    lot: lot.clone(),
                    passes,
                    reason: if passes {
                        String::new()
                    } else {
                        "无有效证书".to_owned()
                    },
                });
            }
        }
    }
    QualificationReviewed {
        tender: tender(),
        votes,
    }
}

fn review(world: &World, body: QualificationReviewed) -> Command {
    Command::Qualify(world.say(buyer(), body))
}

#[test]
fn whoever_fails_one_item_is_not_evaluated() {
    let (mut world, bidders) = opened(vec!["L1"], 4);
    assert!(world.state.awaits_qualification());
    assert!(world.state.evaluated().is_empty(), "nobody is evaluated before");
    let body = votes(&world, &bidders, &[(1, "L1", "tax"), (1, "L1", "licence")]);
    let command = review(&world, body);
    assert_eq!(world.ok(command.clone()), [Kind::QualificationReviewed]);
    assert!(!world.state.awaits_qualification());
    let left: BTreeSet<_> = world.state.evaluated().into_keys().map(|(_, bid)| bid).collect();
    let wanted: BTreeSet<_> = [0, 2, 3].map(|n| bidders[n].bid.clone()).into();
    assert_eq!(left, wanted);
    let out = world.state.unqualified();
    assert_eq!(out.len(), 1);
    assert_eq!(
        (out[0].item.as_str(), out[0].clause.as_str()),
        ("licence", "第二章licence")
    );
    assert_eq!(world.no(world.tick()), "nothing.due", "three are enough");
    assert_eq!(world.no(command), "qualification.given_already");
}

#[test]
fn a_file_is_noted_for_its_owner_alone_and_only_if_it_was_opened() {
    let (mut world, _) = opened(vec!["L1"], 3);
    let opening = world
        .state
        .openings
        .values()
        .find_map(|opening| opening.recorded.as_ref());
    let (bid, part) = opening
        .unwrap()
        .body
        .bids
        .iter()
        .find_map(|bid| Some((bid.bid.clone(), bid.parts.first()?.clone())))
        .unwrap();
    let body = QualificationRead {
        bid,
        by: id("buyer"),
        lot: part.lot,
        part: part.part,
        submission: part.submission,
        tender: tender(),
    };
    let mut other = body.clone();
    other.by = id("stranger");
    assert_eq!(world.no(Command::ReadQualification(other)), "owner.not_allowed");
    let mut missing = body.clone();
    missing.submission = facts::Hex([250; 16]);
    assert_eq!(
        world.no(Command::ReadQualification(missing)),
        "qualification.file_unknown"
    );
    for count in 1..=2 {
        assert_eq!(
            world.ok(Command::ReadQualification(body.clone())),
            [Kind::QualificationRead]
        );
        assert_eq!(world.state.handed.len(), count, "every time");
    }
    assert!(world.state.awaits_qualification(), "nothing else changes");
}

#[test]
fn the_review_is_the_owners_after_the_opening_and_judges_everybody_with_reasons() {
    let (world, bidders) = opened(vec!["L1"], 3);
    let whole = votes(&world, &bidders, &[(0, "L1", "tax")]);
    let with = |change: &dyn Fn(&mut QualificationReviewed)| {
        let mut body = whole.clone();
        change(&mut body);
        world.no(review(&world, body))
    };
    assert_eq!(with(&|b| drop(b.votes.pop())), "qualification.votes_invalid");
    assert_eq!(with(&|b| b.votes.swap(0, 1)), "qualification.votes_invalid");
    assert_eq!(
        with(&|b| b.votes[0].item = id("form")),
        "qualification.votes_invalid"
    );
    let silent = |b: &mut QualificationReviewed| {
        for vote in &mut b.votes {
            vote.reason = " ".to_owned();
        }
    };
    assert_eq!(with(&silent), "qualification.reason_missing");
    let chatty = |b: &mut QualificationReviewed| {
        for vote in &mut b.votes {
            vote.reason = "reason".to_owned();
        }
    };
    assert_eq!(with(&chatty), "qualification.reason_missing");
    let by_bidder = Command::Qualify(world.say(account("bidder-1", &[Role::Bidder]), whole.clone()));
    assert_eq!(world.no(by_bidder), "role.missing");
    let by_another = Command::Qualify(world.say(account("buyer-9", &[Role::Buyer]), whole));
    assert_eq!(world.no(by_another), "owner.not_allowed");
    // Before the opening is over, and where the panel reviews everything.
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let body = votes(&world, &bidders, &[]);
    assert_eq!(world.no(review(&world, body)), "qualification.not_due");
    world.open_all(&bidders);
    let body = votes(&world, &bidders, &[]);
    assert_eq!(world.no(review(&world, body)), "qualification.none");
    assert_eq!(world.state.evaluated().len(), 3);
}

#[test]
fn with_fewer_than_three_qualified_nothing_is_evaluated_and_the_reasons_are_shown() {
    let (mut world, bidders) = opened(vec!["L1"], 3);
    let body = votes(&world, &bidders, &[(2, "L1", "licence")]);
    let command = review(&world, body);
    world.ok(command);
    assert_eq!(world.state.due(world.at), Some(world.at), "it fails at once");
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::TenderFailed, Kind::FactsDisclosed]);
    assert_eq!(world.state.phase(), Phase::Failed);
    let failed: TenderFailed = world.log.iter().rev().find_map(facts::Record::of).unwrap();
    assert_eq!(failed.cause, "too_few_qualified");
    let (seq, _) = world.state.qualification.clone().unwrap();
    assert!(world.disclosed().contains(&seq));
}

#[test]
fn a_lot_with_too_few_is_left_out_and_the_others_go_on() {
    let (mut world, bidders) = opened(vec!["L1", "L2"], 3);
    let body = votes(&world, &bidders, &[(0, "L2", "tax")]);
    let command = review(&world, body);
    world.ok(command);
    let lots: BTreeSet<_> = world.state.evaluated().into_keys().map(|(lot, _)| lot).collect();
    assert_eq!(lots, BTreeSet::from([id("L1")]));
    assert_eq!(world.no(world.tick()), "nothing.due");
}

#[test]
fn the_award_shows_the_review() {
    let (mut world, bidders) = opened(vec!["L1"], 4);
    let body = votes(&world, &bidders, &[(3, "L1", "tax")]);
    let command = review(&world, body);
    world.ok(command);
    let (seq, _) = world.state.qualification.clone().unwrap();
    assert!(!world.disclosed().contains(&seq), "sealed until the award");
    let ranked = [&bidders[1], &bidders[0], &bidders[2]];
    let command = world.publicise(world.candidates(&ranked), world.concluded(&ranked));
    world.ok(command);
    world.wait(10 * facts::time::DAY);
    let award = world.award(award_to(&bidders[1], None));
    world.ok(award);
    assert!(world.disclosed().contains(&seq));
}
