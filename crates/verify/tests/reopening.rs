//! A platform that was down over the deadline: the honest history passes in all three verifiers, and every crooked one is
//! found by the same checks of all three.
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

use facts::body::obeyed::DeadlineExtended;
use facts::body::opening::TenderClosed;
use facts::body::supervision::OrderExtended;
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Instant, Outage, Stream};
use kaibiao_verify::mutate::Draft;
use kaibiao_verify::{Dossier, Outcome, Report};
use serde_json::json;
use support::World;
use support::bidding::Bid;
use support::broken::{rewritten, strangers, text};
use support::opening::Trouble;
use support::tender::Plan;

fn id<T: std::str::FromStr<Err = facts::id::IdError>>(text: &str) -> T {
    text.parse().unwrap()
}

/// How a course of things departs from what is right, in milliseconds and yes or no.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "ways in which a course is crooked, each by itself"
)]
struct Odd {
    /// From the deadline to the first closing.
    late: i64,
    /// From the deadline to the order.
    order: i64,
    /// From the order to the new deadline.
    leaves: i64,
    /// The period of the order, from the deadline.
    down: Option<(i64, i64)>,
    /// Procurement leaves the period out.
    unrepeated: bool,
    /// Opened before the order.
    opened: bool,
    /// A bid comes in while bids are shut out.
    shut_out: bool,
    /// From the new deadline to the second closing.
    again: i64,
    /// The platform closes a second time without an order.
    twice: bool,
}

const RIGHT: Odd = Odd {
    late: 3 * HOUR,
    order: 5 * HOUR,
    leaves: 5 * HOUR,
    down: Some((-2 * HOUR, 3 * HOUR)),
    unrepeated: false,
    opened: false,
    shut_out: false,
    again: 2_000,
    twice: false,
};

/// The tender, with the positions of the order obeyed and of the closings.
fn course(odd: Odd) -> (World, u64, [u64; 2]) {
    let mut world = World::new(92, "T4");
    let keys = world.ceremony(2);
    let noticed = world.notice(Plan::lowest(), &keys);
    let mut bids: Vec<Bid> = (1..=4).map(|n| world.enter(n)).collect();
    for (bid, yuan) in bids[..3].iter_mut().zip([9_100_000, 8_900_000, 9_300_000]) {
        world.submit(&noticed, bid, yuan, false);
    }
    let (own, tender) = (world.stream(), world.tender.clone());
    let deadline = noticed.rules[0].1;
    let at = |world: &mut World, at: Instant| world.wait(at.plus(-1_000).since(world.now));
    let close = |world: &mut World, closes_at: Instant, late: i64| {
        at(world, closes_at.plus(late));
        let closed = TenderClosed {
            closes_at,
            tender: tender.clone(),
        };
        let seq = world.platform(&own, &closed);
        world.keep();
        seq
    };
    let first = close(&mut world, deadline, odd.late);
    let trouble = Trouble::default();
    if odd.opened {
        world.open(&noticed, &keys, 0, &bids[..3], &trouble);
    }
    if odd.shut_out {
        at(&mut world, deadline.plus(odd.order - 2 * MINUTE));
        world.submit(&noticed, &mut bids[0], 9_200_000, false);
    }
    at(&mut world, deadline.plus(odd.order));
    let down = |down: Option<(i64, i64)>| {
        down.map(|(from, until)| Outage {
            from: deadline.plus(from),
            until: deadline.plus(until),
        })
    };
    let new = deadline.plus(odd.order + odd.leaves);
    let seq = world.act(
        "SUP",
        &Stream::Supervision(tender.clone()),
        &OrderExtended {
            basis: "20号令62".into(),
            closes_at: new,
            down: down(odd.down),
            order: id("X1"),
            reason: "机房断电".into(),
            tender: tender.clone(),
        },
    );
    let moved = world.platform(
        &own,
        &DeadlineExtended {
            closes_at: new,
            down: down(odd.down.filter(|_| !odd.unrepeated)),
            order: id("X1"),
            seq,
            tender: tender.clone(),
        },
    );
    // Late bidders and one who bid before, after the order and before the new deadline.
    if !odd.opened {
        at(&mut world, deadline.plus(odd.order + 2 * MINUTE));
        for (bid, yuan) in [(3, 8_800_000), (1, 8_700_000)] {
            world.submit(&noticed, &mut bids[bid], yuan, false);
        }
    }
    let second = close(&mut world, new, odd.again);
    if odd.twice {
        close(&mut world, new, odd.again + MINUTE);
    }
    if !odd.opened {
        world.open(&noticed, &keys, 0, &bids, &trouble);
        let opening = world.open(&noticed, &keys, 1, &bids, &trouble);
        world.evaluate(&noticed, opening, &bids.iter().collect::<Vec<_>>(), |_| true);
    }
    (world, moved, [first, second])
}

/// What all verifiers find broken; they must agree.
fn failed(world: &World, dossier: &Dossier, place: &std::path::Path) -> Vec<u8> {
    let report = Report::of(dossier);
    let ours: Vec<u8> = report.failed().collect();
    for (program, theirs) in strangers(world, place) {
        assert_eq!(theirs, ours, "{program}: {}", text(&report));
    }
    ours
}

fn found(odd: Odd) -> Vec<u8> {
    let (world, ..) = course(odd);
    let folder = tempfile::tempdir().unwrap();
    let dossier = world.dossier(folder.path());
    failed(&world, &dossier, &folder.path().join("dossier"))
}

#[test]
fn a_deadline_moved_for_an_outage_over_it_is_in_order_for_every_verifier() {
    let (world, moved, [first, second]) = course(RIGHT);
    let folder = tempfile::tempdir().unwrap();
    let sound = world.dossier(folder.path());
    let report = Report::of(&sound);
    assert!(report.good(), "{}", text(&report));
    let made = |id| {
        let verdict = report.verdicts.iter().find(|verdict| verdict.id == id);
        verdict.unwrap().outcome
    };
    for check in [12, 18, 19, 20, 26, 40] {
        assert_eq!(made(check), Outcome::Pass, "{check}");
    }
    assert!(failed(&world, &sound, &folder.path().join("dossier")).is_empty());

    // One member changed after the fact.
    let mut number = 0;
    let mut broken = |seq: u64, member: &str, value: serde_json::Value| {
        let mut draft = Draft::of(&sound);
        draft.change(seq, member, |old| *old = value).unwrap();
        number += 1;
        let out = folder.path().join(format!("broken-{number}"));
        rewritten(&world, &mut draft, &out);
        failed(&world, &Dossier::load(&out, world.policy()).unwrap(), &out)
    };
    let deadline = sound.rules().unwrap().notice.closes_at.0;
    let after = json!({"from": deadline + 1, "until": deadline + HOUR});
    assert_eq!(broken(moved, "down", after), [12, 40]);
    assert_eq!(broken(first, "closes_at", json!(deadline + 1)), [12]);
    assert_eq!(broken(second, "closes_at", json!(deadline)), [12]);
}

#[test]
fn a_deadline_moved_otherwise_is_found_by_every_verifier() {
    let named: [(&str, Odd, &[u8]); 10] = [
        ("no outage stated", Odd { down: None, ..RIGHT }, &[12]),
        ("the platform closed in time", Odd { late: 2_000, ..RIGHT }, &[12]),
        (
            "the outage was over before the deadline",
            Odd {
                down: Some((-2 * HOUR, -1)),
                ..RIGHT
            },
            &[12],
        ),
        (
            "the outage ends after the order",
            Odd {
                down: Some((-HOUR, 6 * HOUR)),
                leaves: 9 * HOUR,
                ..RIGHT
            },
            &[12],
        ),
        (
            "less time than the outage took",
            Odd {
                leaves: 4 * HOUR,
                ..RIGHT
            },
            &[12],
        ),
        (
            "more than a day after the closing",
            Odd {
                order: 3 * HOUR + DAY + 2 * MINUTE,
                ..RIGHT
            },
            &[12],
        ),
        (
            "procurement leaves the period out",
            Odd {
                unrepeated: true,
                ..RIGHT
            },
            &[12, 40],
        ),
        (
            "a bid while bids were shut out",
            Odd {
                shut_out: true,
                ..RIGHT
            },
            &[19],
        ),
        (
            "closed before the new deadline",
            Odd {
                again: -HOUR,
                ..RIGHT
            },
            &[20],
        ),
        ("closed twice", Odd { twice: true, ..RIGHT }, &[20]),
    ];
    for (name, odd, checks) in named {
        assert_eq!(found(odd), checks, "{name}");
    }
}

#[test]
fn a_deadline_moved_after_shares_were_given_is_found_by_every_verifier() {
    let opened = Odd {
        opened: true,
        order: 9 * HOUR,
        ..RIGHT
    };
    let found = found(opened);
    assert!(found.contains(&12) && found.contains(&20), "{found:?}");
}
