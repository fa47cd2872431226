//! Whatever anybody asks, in whatever order and at whatever time: nothing is opened before the deadline, without a
//! quorum, or off the log.

use crate::contract::{contract, pay, returned, sign};
use crate::invariants::check;
use crate::received::{all_arrived, tell};
use crate::support::acts::award_to;
use crate::support::{Bidder, Layout, OBJECTION, SHARE, UNLOCK, World, id, order};
use facts::body::opening::OpeningRecorded;
use facts::id::StageId;
use facts::time::{DAY, MINUTE};
use facts::{Decider, Record};
use kaibiao_procure::limits::GRACE;
use kaibiao_procure::{Command, Phase, State, Tenders};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Op {
    Wait(i64),
    ToDeadline(i64),
    Tick,
    Submit(usize),
    Confirm(usize),
    Withdraw(usize),
    Amend(bool),
    Unlock(usize),
    Share(u16),
    Lie(u16),
    Judge,
    Record,
    ShortRecord,
    Object(usize),
    Reply,
    Suspend(bool),
    Resume(bool),
    Publicise,
    Award,
    Terminate,
    Contract,
    Receive,
    Return(usize),
    ReturnAll,
    Proceed,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => prop_oneof![Just(MINUTE), Just(UNLOCK), Just(SHARE), Just(OBJECTION), Just(DAY), Just(3 * DAY)].prop_map(Op::Wait),
        1 => prop_oneof![Just(-1), Just(0), Just(GRACE - 1), Just(GRACE)].prop_map(Op::ToDeadline),
        4 => Just(Op::Tick),
        2 => (0..5_usize).prop_map(Op::Submit),
        1 => (0..5_usize).prop_map(Op::Confirm),
        1 => (0..5_usize).prop_map(Op::Withdraw),
        1 => any::<bool>().prop_map(Op::Amend),
        2 => (0..5_usize).prop_map(Op::Unlock),
        3 => (1..=5_u16).prop_map(Op::Share),
        1 => (1..=5_u16).prop_map(Op::Lie),
        1 => Just(Op::Judge),
        2 => Just(Op::Record),
        1 => Just(Op::ShortRecord),
        1 => (0..5_usize).prop_map(Op::Object),
        1 => Just(Op::Reply),
        1 => any::<bool>().prop_map(Op::Suspend),
        2 => any::<bool>().prop_map(Op::Resume),
        1 => Just(Op::Publicise),
        1 => Just(Op::Award),
        1 => prop_oneof![9 => Just(Op::Tick), 1 => Just(Op::Terminate)],
        2 => Just(Op::Contract),
        1 => Just(Op::Receive),
        2 => (0..5_usize).prop_map(Op::Return),
        1 => Just(Op::ReturnAll),
        12 => Just(Op::Proceed),
    ]
}

/// The natural next thing, so that runs reach the end and not only the middle.
fn proceed(world: &mut World, bidders: &mut [Bidder]) -> Vec<Op> {
    let mut ops = vec![Op::Resume(true), Op::Resume(false)];
    ops.extend(match world.state.phase() {
        Phase::Noticed => vec![Op::ToDeadline(GRACE), Op::Tick],
        Phase::Listed => {
            let unlock = (0..bidders.len()).map(Op::Unlock);
            unlock.chain([Op::Wait(UNLOCK), Op::Tick]).collect()
        }
        Phase::Sharing => vec![
            Op::Judge,
            Op::Share(2),
            Op::Share(3),
            Op::Share(5),
            Op::Judge,
            Op::Record,
            Op::Wait(SHARE),
            Op::Tick,
        ],
        Phase::Recorded => vec![Op::Reply, Op::Wait(OBJECTION), Op::Tick],
        Phase::Opened => vec![Op::Publicise],
        Phase::Publicised => vec![Op::Wait(3 * DAY), Op::Award],
        _ => vec![Op::Tick],
    });
    ops
}

/// The candidates are those whose price was read; the first of them wins.
fn after_evaluation(world: &World, bidders: &[Bidder], op: &Op) -> Option<Command> {
    let read = |bidder: &&Bidder| {
        world
            .log
            .iter()
            .filter_map(Record::of::<OpeningRecorded>)
            .flat_map(|r| r.bids)
            .any(|opened| {
                opened.bid == bidder.bid
                    && opened
                        .parts
                        .iter()
                        .any(|part| part.letter.as_ref().is_some_and(|l| l.price.is_some()))
            })
    };
    let ranked: Vec<&Bidder> = bidders.iter().filter(read).take(3).collect();
    let first = ranked.first()?;
    Some(match op {
        Op::Award => world.award(award_to(first, None)),
        _ => world.publicise(world.candidates(&ranked), world.concluded(&ranked)),
    })
}

/// Those whose bids an opening has shown.
fn opened<'a>(world: &World, bidders: &'a [Bidder]) -> Vec<&'a Bidder> {
    let records = world
        .state
        .openings
        .values()
        .filter_map(|one| one.recorded.as_ref());
    let bids: Vec<_> = records
        .flat_map(|record| record.body.bids.iter().map(|bid| &bid.bid))
        .collect();
    bidders.iter().filter(|one| bids.contains(&&one.bid)).collect()
}

fn apply(world: &mut World, bidders: &mut [Bidder], op: &Op) {
    let stage: StageId = world
        .state
        .current()
        .map_or_else(|| world.stages()[0].clone(), |(stage, _)| stage.clone());
    let settled = world
        .state
        .openings
        .get(&stage)
        .is_some_and(|opening| opening.settled.is_some());
    let command = match op {
        Op::Wait(millis) => return world.wait(*millis),
        Op::ToDeadline(by) => {
            let to = world.state.deadline().unwrap().plus(*by);
            world.at = world.at.max(to);
            return;
        }
        Op::Proceed => {
            for op in proceed(world, bidders) {
                apply(world, bidders, &op);
            }
            return;
        }
        Op::Tick => world.tick(),
        Op::Submit(who) => bidders[*who].submit(world),
        Op::Confirm(who) => bidders[*who].confirm(world),
        Op::Withdraw(who) => bidders[*who].withdraw(world),
        Op::Amend(substantive) => {
            let closes_at = world.state.deadline().unwrap().plus(DAY);
            world.amend(*substantive, closes_at)
        }
        Op::Unlock(who) if world.state.openings.contains_key(&stage) => bidders[*who].unlock(world, &stage),
        Op::Share(index) if settled => world.share(&stage, *index),
        Op::Lie(index) if settled => {
            let mut batch = world.batch(&stage, *index % 5 + 1);
            batch.index = *index;
            world.give(batch)
        }
        Op::Judge if settled => {
            let given: Vec<u16> = world.state.openings[&stage].shares.keys().copied().collect();
            for index in given {
                if let Err(fault) = world.judged(&stage, index) {
                    let (submission, reason) = (fault.submission, fault.reason);
                    let _ = world.run(Command::Fault {
                        stage: stage.clone(),
                        index,
                        submission,
                        reason,
                    });
                }
            }
            return;
        }
        Op::Record | Op::ShortRecord if settled => {
            let card = world.keys[&stage].card.clone();
            if kaibiao_procure::opening::plan(&world.state, &card, &stage).is_err() {
                return;
            }
            let mut opened = world.opened(&stage, bidders);
            if matches!(op, Op::ShortRecord) {
                opened.quorum.pop();
            }
            Command::Record { opened, card }
        }
        Op::Object(who) => world.object(&bidders[*who], &stage, "O1"),
        Op::Reply => world.reply("O1"),
        Op::Suspend(first) => Command::Suspend {
            order: order(name(*first)),
            seq: 1,
            until: None,
        },
        Op::Resume(first) => Command::Resume {
            order: order(name(*first)),
            seq: 2,
        },
        Op::Publicise | Op::Award => match after_evaluation(world, bidders, op) {
            Some(command) => command,
            None => return,
        },
        Op::Terminate => world.terminate(),
        Op::Contract => {
            let winner = world
                .state
                .award
                .as_ref()
                .map(|(_, made)| made.awards[0].bid.clone());
            let winner = bidders.iter().find(|one| Some(&one.bid) == winner.as_ref());
            sign(world, contract(world, winner.unwrap_or(&bidders[0])))
        }
        Op::Receive => tell(world, all_arrived(&opened(world, bidders), world.at)),
        Op::Return(who) => pay(world, returned(&[&bidders[*who]], world.at)),
        Op::ReturnAll => pay(world, returned(&[], world.at)),
        _ => return,
    };
    let before = world.log.len();
    let decided = world.run(command);
    if decided.is_err() {
        assert_eq!(world.log.len(), before, "a refusal writes nothing");
    }
}

const fn name(first: bool) -> &'static str {
    if first { "S1" } else { "S2" }
}

fn replay(log: &[Record]) -> State {
    let mut state = State::default();
    for record in log {
        Tenders::evolve(&mut state, record);
    }
    state
}

fn layout(two: bool, lock: bool) -> Layout {
    let base = if two {
        Layout::two_envelopes()
    } else {
        Layout::small()
    };
    Layout { lock, ..base }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_opens_early_without_a_quorum_or_off_the_log(
        two in any::<bool>(),
        lock in any::<bool>(),
        ops in prop::collection::vec(op(), 10..50),
    ) {
        let layout = layout(two, lock);
        let (mut world, mut bidders) = World::with_bids(layout.clone(), 5);
        for op in &ops {
            apply(&mut world, &mut bidders, op);
            // A step that is due is taken when asked for, unless it waits for the opening worker.
            if world.state.due(world.at).is_some_and(|due| due <= world.at) && world.state.phase() != Phase::Sharing {
                let tick = world.tick();
                prop_assert!(Tenders::decide(&world.state, tick, world.at).is_ok(), "{:?} is stuck", world.state.phase());
            }
        }
        check(&world.log, &layout);
        prop_assert_eq!(format!("{:?}", replay(&world.log)), format!("{:?}", world.state));
    }
}

#[test]
fn the_natural_course_of_any_layout_ends_in_an_award() {
    for (two, lock) in [(false, false), (false, true), (true, false), (true, true)] {
        let layout = layout(two, lock);
        let (mut world, mut bidders) = World::with_bids(layout.clone(), 5);
        for _ in 0..12 {
            apply(&mut world, &mut bidders, &Op::Proceed);
        }
        assert_eq!(
            world.state.phase(),
            Phase::Awarded,
            "two stages: {two}, lock: {lock}"
        );
        check(&world.log, &layout);
        assert_eq!(world.state.award.as_ref().unwrap().1.awards[0].bid, id("B1"));
    }
}
