//! Candidates, objections to them, award and termination.

use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, World, account, bid, buyer, id, tender};
use facts::body::award::{AwardMade, CandidatesObjected, CandidatesPublicised, CandidatesRevoked};
use facts::body::supervision::Panel;
use facts::time::DAY;
use facts::{Kind, Role};
use kaibiao_procure::limits::OBJECTIONS;
use kaibiao_procure::{Command, Concluded, Phase};

fn opened() -> (World, Vec<Bidder>) {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    world.open_all(&bidders);
    (world, bidders)
}

fn publicised() -> (World, Vec<Bidder>) {
    let (mut world, bidders) = opened();
    let ranked = [&bidders[1], &bidders[0], &bidders[2], &bidders[3]];
    let command = world.publicise(world.candidates(&ranked[..3]), world.concluded(&ranked));
    assert_eq!(world.ok(command), [Kind::CandidatesPublicised]);
    (world, bidders)
}

#[test]
fn candidates_are_those_of_the_evaluation_at_the_prices_read_out() {
    let (world, bidders) = opened();
    let ranked = [&bidders[1], &bidders[0], &bidders[2], &bidders[3]];
    let good = world.candidates(&ranked[..3]);
    let with = |change: &dyn Fn(&mut facts::body::award::CandidatesPublicised)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(world.publicise(body, world.concluded(&ranked)))
    };
    let unevaluated = Command::Publicise {
        said: world.say(buyer(), good.clone()),
        concluded: None,
    };
    assert_eq!(world.no(unevaluated), "candidates.not_evaluated");
    assert_eq!(with(&|c| c.evaluation = 499), "candidates.evaluation");
    let mut foreign = world.concluded(&ranked);
    foreign.body.tender = id("T2");
    assert_eq!(
        world.no(world.publicise(good.clone(), foreign)),
        "candidates.evaluation"
    );
    assert_eq!(with(&|c| c.until = c.until.plus(-DAY)), "publicity.too_short");
    assert_eq!(with(&|c| c.until = world.at.plus(-1)), "publicity.too_short");
    assert_eq!(with(&|c| c.candidates.clear()), "list.invalid");
    assert_eq!(with(&|c| c.candidates.swap(0, 1)), "candidates.rank");
    assert_eq!(
        with(&|c| {
            c.candidates.remove(0);
        }),
        "candidates.rank",
        "nobody ranked is passed over in silence"
    );
    assert_eq!(with(&|c| c.candidates[1].rank = 1), "candidates.rank");
    assert_eq!(with(&|c| c.candidates[0].price.minor += 1), "candidates.price");
    assert_eq!(
        with(&|c| c.candidates[0].account = id("bidder-4")),
        "candidates.price"
    );
    assert_eq!(with(&|c| c.candidates[2].lot = id("L7")), "candidates.lot");
    let four = world.candidates(&ranked);
    assert_eq!(
        world.no(world.publicise(four, world.concluded(&ranked))),
        "candidates.many"
    );
    let said = world.say(account("bidder-1", &[Role::Bidder]), good);
    let by_bidder = Command::Publicise {
        said,
        concluded: Some(world.concluded(&ranked)),
    };
    assert_eq!(world.no(by_bidder), "role.missing");
}

#[test]
fn candidates_are_publicised_once_after_the_opening() {
    let (mut early, bidders) = World::with_bids(Layout::small(), 3);
    early.close();
    let ranked = [&bidders[0]];
    assert_eq!(
        early.no(early.publicise(early.candidates(&ranked), early.concluded(&ranked))),
        "candidates.not_opened"
    );
    let (world, bidders) = publicised();
    assert_eq!(world.state.phase(), Phase::Publicised);
    let ranked = [&bidders[1]];
    assert_eq!(
        world.no(world.publicise(world.candidates(&ranked), world.concluded(&ranked))),
        "candidates.not_opened"
    );
}

#[test]
fn the_first_candidate_wins_after_the_publicity_at_the_price_opened() {
    let (mut world, bidders) = publicised();
    let award = award_to(&bidders[1], None);
    assert_eq!(world.no(world.award(award.clone())), "award.too_early");
    world.wait(3 * DAY);
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], None))),
        "award.not_first"
    );
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], Some(" ")))),
        "award.not_first"
    );
    assert_eq!(
        world.no(world.award(award_to(&bidders[3], Some("reason")))),
        "award.not_candidate"
    );
    assert_eq!(
        world.no(world.award(award_to(&bidders[1], Some("reason")))),
        "award.no_deviation"
    );
    let mut dear = award.clone();
    dear.awards[0].price.minor += 100;
    assert_eq!(world.no(world.award(dear)), "candidates.price");
    let mut other = award.clone();
    other.awards[0].account = id("bidder-1");
    assert_eq!(world.no(world.award(other)), "candidates.price");
    let mut twice = award.clone();
    twice.awards.push(twice.awards[0].clone());
    assert_eq!(world.no(world.award(twice)), "name.twice");
    assert_eq!(
        world.no(world.award(AwardMade {
            awards: Vec::new(),
            tender: tender()
        })),
        "lot.left_out"
    );
    assert_eq!(world.ok(world.award(award.clone())), [Kind::AwardMade]);
    assert_eq!(world.state.phase(), Phase::Awarded);
    assert_eq!(world.no(world.award(award)), "tender.over");
    assert_eq!(world.no(world.terminate()), "tender.over");
    assert_eq!(
        world.no(Command::Suspend {
            order: id("S1"),
            seq: 1,
            until: None,
        }),
        "tender.over"
    );
}

#[test]
fn another_candidate_wins_with_a_legal_cause_on_record() {
    let (mut world, bidders) = publicised();
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[0], Some("第一候选人放弃中标"))));
    let (_, award) = world.state.award.clone().unwrap();
    assert_eq!(award.awards[0].bid, bid(1));
}

#[test]
fn nobody_holds_the_award_up_with_ever_more_objections() {
    let (mut world, bidders) = publicised();
    for number in 0..OBJECTIONS {
        world.ok(world.object_to_candidates(&bidders[3], &format!("A{number}")));
    }
    assert_eq!(
        world.no(world.object_to_candidates(&bidders[3], "B0")),
        "objection.too_many"
    );
    world.ok(world.object_to_candidates(&bidders[2], "B0"));
}

#[test]
fn an_open_objection_stops_the_award_and_an_expired_bid_ends_it() {
    let (mut world, bidders) = publicised();
    let stranger = CandidatesObjected {
        objection: id("A1"),
        tender: tender(),
        text: "x".to_owned(),
    };
    let stranger = Command::ObjectCandidates(world.say(account("outsider", &[Role::Bidder]), stranger));
    assert_eq!(world.no(stranger), "objection.not_allowed");
    world.ok(world.object_to_candidates(&bidders[3], "A1"));
    assert_eq!(
        world.no(world.object_to_candidates(&bidders[2], "A1")),
        "name.twice"
    );
    world.wait(3 * DAY);
    assert_eq!(
        world.no(world.object_to_candidates(&bidders[2], "A2")),
        "window.over"
    );
    assert_eq!(
        world.no(world.award(award_to(&bidders[1], None))),
        "objection.open"
    );
    assert_eq!(world.no(world.reply_on_candidates("A9")), "objection.unknown");
    world.ok(world.reply_on_candidates("A1"));
    assert_eq!(world.no(world.reply_on_candidates("A1")), "answer.given");
    let now = world.at;
    world.wait(90 * DAY);
    assert_eq!(
        world.no(world.award(award_to(&bidders[1], None))),
        "award.expired"
    );
    world.at = now;
    world.ok(world.award(award_to(&bidders[1], None)));
}

#[test]
fn before_the_publicity_there_is_nothing_to_object_to_or_to_award() {
    let (world, bidders) = opened();
    assert_eq!(
        world.no(world.object_to_candidates(&bidders[0], "A1")),
        "candidates.unknown"
    );
    assert_eq!(world.no(world.reply_on_candidates("A1")), "candidates.unknown");
    assert_eq!(
        world.no(world.award(award_to(&bidders[0], None))),
        "candidates.unknown"
    );
}

#[test]
fn the_buyer_may_end_a_tender_with_a_reason_at_any_time_before_the_award() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let silent = facts::body::award::TenderTerminated {
        reason: String::new(),
        tender: tender(),
    };
    assert_eq!(
        world.no(Command::Terminate(world.say(buyer(), silent))),
        "text.invalid"
    );
    world.ok(world.terminate());
    assert_eq!(world.state.phase(), Phase::Terminated);
    assert_eq!(world.no(bidders[0].withdraw(&world)), "tender.over");
    let (mut world, _) = publicised();
    world.ok(world.terminate());
}

#[test]
fn candidates_wait_for_the_report_of_the_panel() {
    let (mut world, bidders) = opened();
    let ranked: Vec<&Bidder> = bidders.iter().collect();
    let mut unsigned = world.concluded(&ranked);
    unsigned.report = None;
    let body = world.candidates(&ranked[..3]);
    assert_eq!(
        world.no(world.publicise(body.clone(), unsigned)),
        "candidates.not_reported"
    );
    let signed = world.concluded(&ranked);
    world.ok(world.publicise(body, signed));
}

#[test]
fn an_order_to_evaluate_again_takes_the_candidates_away_until_there_is_a_new_result() {
    let (mut world, bidders) = publicised();
    let ranked: Vec<&Bidder> = bidders.iter().collect();
    let order = |seq| {
        Command::Revoke(CandidatesRevoked {
            order: id("S1"),
            panel: Panel::Same,
            reason: "评分计算有误".to_owned(),
            seq,
            tender: tender(),
        })
    };
    world.ok(order(600));
    assert_eq!(world.no(order(600)), "order.known");
    assert_eq!(world.state.phase(), Phase::Opened);
    world.wait(3 * DAY);
    assert_eq!(
        world.no(world.award(award_to(&bidders[1], None))),
        "candidates.unknown"
    );
    let (revoked, _) = world.state.revocations.last().cloned().unwrap();
    let of = |seq: u64| {
        let concluded = Concluded {
            seq,
            ..world.concluded(&ranked)
        };
        let body = CandidatesPublicised {
            evaluation: seq,
            ..world.candidates(&ranked[..3])
        };
        world.publicise(body, concluded)
    };
    assert_eq!(world.no(of(revoked - 1)), "candidates.not_evaluated");
    let anew = of(revoked + 1);
    world.ok(anew);
    world.wait(3 * DAY);
    world.ok(world.award(award_to(ranked[0], None)));
    assert_eq!(world.no(order(700)), "tender.over");
}
