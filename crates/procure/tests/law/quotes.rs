//! The trade methods from the notice to the award, with and without final quotes.

use crate::procedures::{bought, named};
use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, OBJECTION, World, buyer, id, tender};
use facts::body::opening::{ListFrozen, OpeningRecorded, TenderFailed};
use facts::body::quotes::{LeftOut, QuotesInvited, Remaining};
use facts::body::tender::{Flow, FlowStep, Method, Procedure, Regime, Way};
use facts::id::StageId;
use facts::time::{DAY, HOUR};
use facts::{Canonical, Currency, Hex, Kind, Money};
use kaibiao_procure::limits::GRACE;
use kaibiao_procure::{Command, Phase, formats};

fn last() -> StageId {
    id("final")
}

fn two_rounds(regime: Regime) -> Layout {
    Layout {
        regime,
        stages: vec![("offer", vec!["technical"]), ("final", vec!["letter"])],
        ..Layout::default()
    }
}

/// A procedure of goods, noticed for ten days, with so many bids handed in.
fn running(layout: Layout, procedure: Procedure, least: u32, count: usize) -> (World, Vec<Bidder>) {
    let mut world = World::registered(layout);
    let notice = world.notice(|notice| {
        notice.closes_at = world.at.plus(10 * DAY);
        bought(notice, procedure, least);
        // The prices of this world are far above the usual budget of these tests.
        let budget = Money::new(Currency::CNY, 1_100_000_000);
        for lot in &mut notice.lots {
            (lot.estimate, lot.ceiling) = (budget, Some(budget));
        }
        if let Method::Declared(declared) = &mut notice.method {
            declared.panel = 5;
        }
    });
    world.ok(notice);
    let bidders = (1..=count).map(|number| world.bidder(number)).collect();
    (world, bidders)
}

fn approved(way: Way) -> Procedure {
    Procedure {
        approval: Some("川财采〔2026〕1号".to_owned()),
        ..named(way)
    }
}

fn open(world: &mut World, stage: &StageId, bidders: &[Bidder]) {
    world.settle();
    world.shares(stage, &[1, 3, 5]);
    world.read_out(stage, bidders);
    world.wait(OBJECTION);
    let tick = world.tick();
    world.ok(tick);
}

/// The first round is over; nobody is invited yet.
fn in_talks(least: u32, count: usize) -> (World, Vec<Bidder>) {
    let mut procedure = approved(Way::Negotiation);
    procedure.ground = (least < 3).then(|| "74号令27".to_owned());
    let (mut world, bidders) = running(two_rounds(Regime::GovernmentProcurement), procedure, least, count);
    world.close();
    open(&mut world, &id("offer"), &bidders);
    (world, bidders)
}

fn remaining(bidder: &Bidder) -> Remaining {
    Remaining {
        bid: bidder.bid.clone(),
        lot: id("L1"),
    }
}

fn invitation(world: &World, invited: &[Bidder], out: &[Bidder]) -> QuotesInvited {
    let mut body = QuotesInvited {
        changes: "交货期由30日改为20日".to_owned(),
        closes_at: world.at.plus(2 * HOUR),
        invited: invited.iter().map(remaining).collect(),
        left_out: out
            .iter()
            .map(|bidder| LeftOut {
                bid: bidder.bid.clone(),
                lot: id("L1"),
                reason: "不满足3.2条".to_owned(),
            })
            .collect(),
        rules: Hex([0; 32]),
        stage: last(),
        tender: tender(),
    };
    let before = world.state.rules().unwrap().rules;
    body.rules = formats::rules_of_addendum(&before, &Canonical::of(&body).unwrap());
    body
}

fn invite(world: &World, body: QuotesInvited) -> Command {
    Command::InviteQuotes(world.say(buyer(), body))
}

#[test]
fn a_negotiation_ends_with_sealed_final_quotes() {
    // Given four suppliers whose first responses were opened, and nothing due until the buyer invites,
    let (mut world, mut bidders) = in_talks(3, 4);
    assert_eq!(world.state.phase(), Phase::Closed);
    assert_eq!(world.no(world.tick()), "nothing.due");
    let early = bidders[0].submit(&mut world);
    assert_eq!(world.no(early), "bid.late", "nobody quotes uninvited");
    // when three are invited, all told of the change at once, and quote within the time set,
    let body = invitation(&world, &bidders[..3], &bidders[3..]);
    let command = invite(&world, body.clone());
    assert_eq!(world.ok(command.clone()), [Kind::QuotesInvited]);
    assert_eq!(world.no(command), "quotes.not_due");
    for bidder in bidders.iter_mut().take(3) {
        world.wait(1_000);
        let quote = bidder.submit(&mut world);
        assert_eq!(world.ok(quote), [Kind::BidSubmitted]);
    }
    let better = bidders[1].submit(&mut world);
    world.ok(better);
    let stranger = bidders[3].submit(&mut world);
    assert_eq!(world.no(stranger), "quotes.not_invited");
    let quitting = bidders[1].withdraw(&world);
    assert_eq!(world.no(quitting), "bid.late");
    // then the list is frozen only after the deadline, with the last quote of each,
    world.at = body.closes_at.plus(GRACE - 1);
    assert_eq!(world.no(world.tick()), "nothing.due");
    world.wait(1);
    let tick = world.tick();
    assert_eq!(world.ok(tick)[0], Kind::ListFrozen);
    let late = bidders[0].submit(&mut world);
    assert_eq!(world.no(late), "bid.late");
    let listed: ListFrozen = world.last();
    assert_eq!((listed.stage.clone(), listed.envelopes.len()), (last(), 3));
    // and what is read out, ranked and awarded are the final prices.
    open(&mut world, &last(), &bidders);
    let record: OpeningRecorded = world.last();
    let priced = |part: &facts::body::opening::OpenedPart| part.letter.as_ref().unwrap().price.is_some();
    assert!(record.bids.len() == 3 && record.bids.iter().flat_map(|bid| &bid.parts).all(priced));
    assert_eq!(world.state.phase(), Phase::Opened);
    let ranked = [&bidders[0], &bidders[1], &bidders[2]];
    let publicised = world.publicise(world.candidates(&ranked), world.concluded(&ranked));
    world.ok(publicised);
    world.wait(3 * DAY);
    let award = world.award(award_to(&bidders[0], None));
    world.ok(award);
    assert_eq!(world.state.phase(), Phase::Awarded);
}

#[test]
fn an_invitation_names_everybody_of_the_talks_once() {
    let (world, bidders) = in_talks(3, 4);
    let good = invitation(&world, &bidders[..3], &bidders[3..]);
    let with = |change: &dyn Fn(&mut QuotesInvited)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(invite(&world, body))
    };
    assert_eq!(with(&|body| body.left_out.clear()), "quotes.incomplete");
    assert_eq!(with(&|body| body.left_out[0].reason.clear()), "text.invalid");
    assert_eq!(with(&|body| body.changes.clear()), "text.invalid");
    assert_eq!(with(&|body| body.invited.swap(0, 1)), "quotes.order");
    assert_eq!(
        with(&|body| body.invited.push(body.invited[0].clone())),
        "quotes.order"
    );
    assert_eq!(with(&|body| body.stage = id("offer")), "quotes.not_due");
    assert_eq!(with(&|body| body.closes_at = world.at), "notice.deadline_past");
    assert_eq!(with(&|body| body.rules = Hex([3; 32])), "amend.rules");
    let few = invitation(&world, &bidders[..2], &bidders[2..]);
    assert_eq!(world.no(invite(&world, few)), "quotes.too_few");
    let stranger = Command::InviteQuotes(world.say(bidders[0].person(), good));
    assert_eq!(world.no(stranger), "role.missing");
}

#[test]
fn too_few_final_quotes_end_the_procedure() {
    let (mut world, mut bidders) = in_talks(3, 3);
    let body = invitation(&world, &bidders, &[]);
    let command = invite(&world, body.clone());
    world.ok(command);
    for bidder in bidders.iter_mut().take(2) {
        let quote = bidder.submit(&mut world);
        world.ok(quote);
    }
    world.at = body.closes_at.plus(GRACE);
    let tick = world.tick();
    assert_eq!(world.ok(tick), [Kind::TenderFailed]);
    let failed: TenderFailed = world.last();
    assert_eq!(failed.cause, "too_few_quotes");
    assert!(failed.basis.contains("74号令37"), "{}", failed.basis);
}

#[test]
fn two_suffice_with_a_ground() {
    let (mut world, mut bidders) = in_talks(2, 2);
    let body = invitation(&world, &bidders, &[]);
    let command = invite(&world, body.clone());
    world.ok(command);
    for bidder in &mut bidders {
        let quote = bidder.submit(&mut world);
        world.ok(quote);
    }
    world.at = body.closes_at.plus(GRACE);
    let tick = world.tick();
    assert_eq!(world.ok(tick)[0], Kind::ListFrozen);
}

#[test]
fn an_inquiry_takes_one_quote_and_no_second() {
    // Given an inquiry with three quotes, opened,
    let layout = Layout {
        regime: Regime::GovernmentProcurement,
        ..Layout::small()
    };
    let (mut world, mut bidders) = running(layout, approved(Way::Inquiry), 3, 3);
    world.close();
    open(&mut world, &id("open"), &bidders);
    // when the buyer would have a further round, or a bidder another price,
    let mut body = invitation(&world, &bidders, &[]);
    body.stage = id("open");
    assert_eq!(world.no(invite(&world, body)), "quotes.not_due");
    let again = bidders[0].submit(&mut world);
    assert_eq!(world.no(again), "bid.late");
    // then nothing changes, and the lowest quote is awarded.
    let ranked = [&bidders[0], &bidders[1], &bidders[2]];
    let publicised = world.publicise(world.candidates(&ranked), world.concluded(&ranked));
    world.ok(publicised);
    world.wait(3 * DAY);
    let award = world.award(award_to(&bidders[0], None));
    assert!(world.ok(award).contains(&Kind::AwardMade));
}

#[test]
fn a_single_source_is_opened_alone_and_its_price_agreed() {
    // Given one supplier, named with its ground and shown to the public for a week,
    let mut procedure = approved(Way::SingleSource);
    procedure.ground = Some("政府采购法31(一)".to_owned());
    procedure.supplier = Some(id("bidder-1"));
    procedure.shown = Some(facts::body::tender::Shown {
        from: crate::support::START.plus(-10 * DAY),
        until: crate::support::START.plus(-DAY),
    });
    let (mut world, mut bidders) = running(two_rounds(Regime::GovernmentProcurement), procedure, 1, 1);
    // when its offer is opened, the talks are over and the price agreed is handed in,
    world.close();
    open(&mut world, &id("offer"), &bidders);
    let body = invitation(&world, &bidders, &[]);
    let command = invite(&world, body.clone());
    world.ok(command);
    let quote = bidders[0].submit(&mut world);
    world.ok(quote);
    world.at = body.closes_at.plus(GRACE);
    let tick = world.tick();
    world.ok(tick);
    open(&mut world, &last(), &bidders);
    // then it is awarded at that price.
    let ranked = [&bidders[0]];
    let publicised = world.publicise(world.candidates(&ranked), world.concluded(&ranked));
    world.ok(publicised);
    world.wait(3 * DAY);
    let award = world.award(award_to(&bidders[0], None));
    assert!(world.ok(award).contains(&Kind::AwardMade));
}

#[test]
fn a_comparison_follows_the_flow_of_its_notice() {
    // Given a comparison of goods below the thresholds whose notice sets three days,
    let layout = Layout {
        regime: Regime::Free,
        min_bidders: 2,
        ..Layout::small()
    };
    let mut world = World::registered(layout);
    let flow = Flow {
        addendum_days: 1,
        documents_days: 0,
        publicity_days: 1,
        rule: "本地比选办法".to_owned(),
        steps: vec![
            FlowStep::Notice,
            FlowStep::Quotes,
            FlowStep::Opening,
            FlowStep::Comparison,
            FlowStep::Publicity,
            FlowStep::Award,
        ],
        tendering_days: 3,
    };
    let noticed = |days: i64| {
        world.notice(|notice| {
            notice.closes_at = world.at.plus(days * DAY);
            let procedure = Procedure {
                flow: Some(flow.clone()),
                ..named(Way::Comparison)
            };
            bought(notice, procedure, 2);
            if let Method::Declared(declared) = &mut notice.method {
                declared.basis = facts::body::tender::Basis::Notice;
            }
            notice.publicity_days = 1;
            for lot in &mut notice.lots {
                lot.ceiling = None;
            }
        })
    };
    assert_eq!(world.no(noticed(2)), "procedure.tendering_short");
    let notice = noticed(3);
    // when it is noticed for them, and two quotes are opened,
    world.ok(notice);
    let bidders: Vec<_> = (1..=2).map(|number| world.bidder(number)).collect();
    world.close();
    open(&mut world, &id("open"), &bidders);
    // then the better of them is made public and awarded.
    let ranked = [&bidders[0], &bidders[1]];
    let publicised = world.publicise(world.candidates(&ranked), world.concluded(&ranked));
    world.ok(publicised);
    world.wait(3 * DAY);
    let award = world.award(award_to(&bidders[0], None));
    assert!(world.ok(award).contains(&Kind::AwardMade));
}
