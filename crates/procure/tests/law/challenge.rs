//! 异议 to the documents stop a works tender until the reply; 质疑 in government procurement do not.

use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, World, account, buyer, id, tender};
use facts::body::objection::{Against, ObjectionNoted, ObjectionRaised, ObjectionReplied};
use facts::body::tender::Regime;
use facts::calendar::{Date, day_of, end_of};
use facts::time::{DAY, HOUR};
use facts::{Kind, Role};
use kaibiao_procure::Command;

impl World {
    fn raise(&self, by: &Bidder, against: Against, name: &str) -> Command {
        let body = ObjectionRaised {
            against,
            objection: id(name),
            tender: tender(),
            text: "资格条件指向特定厂商".to_owned(),
        };
        Command::Raise(self.say(by.person(), body))
    }

    fn reply_raised(&self, name: &str) -> Command {
        let body = ObjectionReplied {
            objection: id(name),
            reply: "删除该条件，另行发布修改".to_owned(),
            tender: tender(),
            text: "有潜在投标人认为资格条件不合理".to_owned(),
            upheld: true,
        };
        Command::ReplyRaised(self.say(buyer(), body))
    }

    fn due_ticks(&mut self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        while self.state.due(self.at) == Some(self.at) {
            let tick = self.tick();
            kinds.extend(self.ok(tick));
        }
        kinds
    }

    fn govern(&mut self) {
        self.state.registered.as_mut().unwrap().regime = Regime::GovernmentProcurement;
    }
}

#[test]
fn an_objection_to_the_documents_of_works_stops_everything_until_the_reply() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let nominal = world.state.deadline().unwrap();
    // Who has not entered may object too, and nobody is told who did.
    let stranger = Bidder::new(9, &mut world.rng);
    let raise = world.raise(&stranger, Against::Documents, "Q1");
    assert_eq!(world.ok(raise), [Kind::ObjectionRaised]);
    assert!(Kind::ObjectionRaised.is_confidential());
    assert_eq!(
        world.no(world.reply_raised("Q1")),
        "objection.unknown",
        "it is noted first"
    );
    assert_eq!(world.due_ticks(), [Kind::ObjectionNoted, Kind::TenderSuspended]);
    let noted: ObjectionNoted = world.last();
    // Monday 2 March: three days end on Thursday.
    assert_eq!(noted.due, Some(end_of(Date::constant(2026, 3, 5))));
    assert_eq!(noted.calendar, facts::calendar::CHINA.version);
    assert_eq!(
        world.log[usize::try_from(noted.seq).unwrap()].kind,
        Kind::ObjectionRaised
    );
    assert_eq!(world.no(bidders[0].withdraw(&world)), "tender.suspended");
    assert_eq!(world.no(world.terminate()), "tender.suspended");
    // A second objection and the reply are taken meanwhile.
    let raise = world.raise(&bidders[1], Against::Documents, "Q2");
    world.ok(raise);
    assert_eq!(world.due_ticks(), [Kind::ObjectionNoted, Kind::TenderSuspended]);
    world.wait(DAY);
    let reply = world.reply_raised("Q1");
    assert_eq!(world.ok(reply), [Kind::ObjectionReplied]);
    assert_eq!(world.due_ticks(), [Kind::TenderResumed]);
    assert!(world.state.pauses.now(), "Q2 is open");
    assert_eq!(world.no(world.reply_raised("Q1")), "answer.given");
    world.wait(DAY);
    let reply = world.reply_raised("Q2");
    world.ok(reply);
    assert_eq!(world.due_ticks(), [Kind::TenderResumed]);
    assert_eq!(world.state.deadline(), Some(nominal.plus(2 * DAY)));
    world.ok(bidders[0].withdraw(&world));
}

#[test]
fn who_may_object_to_documents_and_until_when() {
    let mut world = World::noticed(Layout::small());
    let stranger = Bidder::new(9, &mut world.rng);
    let body = ObjectionRaised {
        against: Against::Documents,
        objection: id("Q1"),
        tender: tender(),
        text: "x".to_owned(),
    };
    assert_eq!(
        world.no(Command::Raise(
            world.say(account("visitor", &[Role::Custodian]), body.clone())
        )),
        "role.missing"
    );
    let silent = ObjectionRaised {
        text: " ".to_owned(),
        ..body.clone()
    };
    assert_eq!(
        world.no(Command::Raise(world.say(stranger.person(), silent))),
        "text.invalid"
    );
    let long = ObjectionRaised {
        objection: id(&"q".repeat(60)),
        ..body
    };
    assert_eq!(
        world.no(Command::Raise(world.say(stranger.person(), long))),
        "name.twice"
    );
    for against in [Against::Process, Against::Result] {
        assert_eq!(
            world.no(world.raise(&stranger, against, "Q1")),
            "objection.occasion_invalid"
        );
    }
    // The deadline is 23 March: the last day is the 13th.
    world.at = end_of(Date::constant(2026, 3, 13)).plus(-1);
    assert_eq!(
        day_of(world.state.deadline().unwrap()),
        Date::constant(2026, 3, 23)
    );
    let raise = world.raise(&stranger, Against::Documents, "Q1");
    world.ok(raise);
    assert_eq!(
        world.no(world.raise(&stranger, Against::Documents, "Q1")),
        "name.twice"
    );
    world.wait(1);
    assert_eq!(
        world.no(world.raise(&stranger, Against::Documents, "Q2")),
        "window.over"
    );
    for number in 2..=20 {
        world.wait(-1);
        let raise = world.raise(&stranger, Against::Documents, &format!("Q{number}"));
        world.ok(raise);
        world.wait(1);
    }
    world.wait(-1);
    assert_eq!(
        world.no(world.raise(&stranger, Against::Documents, "Q99")),
        "objection.too_many"
    );
}

#[test]
fn a_query_in_government_procurement_stops_nothing_and_follows_the_steps() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    world.govern();
    assert_eq!(
        world.no(world.raise(&bidders[0], Against::Process, "Q1")),
        "objection.too_early"
    );
    let raise = world.raise(&bidders[0], Against::Documents, "Q1");
    world.ok(raise);
    assert_eq!(world.due_ticks(), [Kind::ObjectionNoted]);
    let noted: ObjectionNoted = world.last();
    assert_eq!(
        noted.due,
        Some(end_of(Date::constant(2026, 3, 11))),
        "seven working days"
    );
    assert!(!world.state.pauses.now());
    // Documents were given out until 7 March, a Saturday: seven working days later is the 17th.
    world.at = end_of(Date::constant(2026, 3, 17)).plus(-1);
    let raise = world.raise(&bidders[0], Against::Documents, "Q2");
    world.ok(raise);
    world.wait(1);
    assert_eq!(
        world.no(world.raise(&bidders[0], Against::Documents, "Q3")),
        "window.over"
    );
    world.due_ticks();

    world.open_all(&bidders);
    let stranger = Bidder::new(9, &mut world.rng);
    assert_eq!(
        world.no(world.raise(&stranger, Against::Process, "Q4")),
        "objection.not_allowed"
    );
    let raise = world.raise(&bidders[1], Against::Process, "Q4");
    world.ok(raise);
    assert_eq!(world.due_ticks(), [Kind::ObjectionNoted]);
    assert_eq!(
        world.no(world.raise(&bidders[1], Against::Result, "Q5")),
        "candidates.unknown"
    );
    let ranked = [&bidders[0], &bidders[1], &bidders[2]];
    world.ok(world.publicise(world.candidates(&ranked), world.concluded(&ranked)));
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[0], None)));
    world.wait(HOUR);
    let raise = world.raise(&bidders[1], Against::Result, "Q5");
    world.ok(raise);
    assert_eq!(world.due_ticks(), [Kind::ObjectionNoted], "after the award too");
    let reply = world.reply_raised("Q5");
    world.ok(reply);
    assert_eq!(world.due_ticks(), []);
    world.wait(30 * DAY);
    assert_eq!(
        world.no(world.raise(&bidders[1], Against::Result, "Q6")),
        "window.over"
    );
}
