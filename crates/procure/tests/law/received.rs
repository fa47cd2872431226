//! Deposits that arrived: told after the opening, as one list, with payers that can be compared and not known.

use crate::contract::{contract, pay, returned, sign};
use crate::support::acts::award_to;
use crate::support::texts::yuan;
use crate::support::{Bidder, Layout, World, account, buyer, id, tender};
use facts::body::contract::*;
use facts::time::DAY;
use facts::{Currency, Instant, Kind, Money, Role};
use kaibiao_procure::Command;

/// By transfer, from the bidder's own basic account.
pub(crate) fn arrived(bidder: &Bidder, payer: u32, received_at: Instant) -> Received {
    Received {
        amount: yuan(200_000),
        bid: bidder.bid.clone(),
        form: DepositForm::Transfer,
        from: Some(PaidFrom { own: true, payer }),
        lot: id("L1"),
        received_at,
    }
}

/// Each from an account of its own.
pub(crate) fn all_arrived(bidders: &[&Bidder], received_at: Instant) -> DepositsReceived {
    let rows = bidders.iter().zip(1..);
    DepositsReceived {
        deposits: rows
            .map(|(bidder, payer)| arrived(bidder, payer, received_at))
            .collect(),
        tender: tender(),
    }
}

pub(crate) fn tell(world: &World, body: DepositsReceived) -> Command {
    Command::ReceiveDeposits(world.say(buyer(), body))
}

fn opened() -> (World, Vec<Bidder>, DepositsReceived) {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    world.open_all(&bidders);
    let all: Vec<&Bidder> = bidders.iter().collect();
    let list = all_arrived(&all, world.at.plus(-DAY));
    (world, bidders, list)
}

#[test]
fn the_list_is_told_after_the_opening_and_the_last_one_counts() {
    let (mut world, bidders, list) = opened();
    assert_eq!(world.ok(tell(&world, list.clone())), [Kind::DepositsReceived]);
    assert_eq!(world.state.fulfilment.received, Some(list.clone()));
    // Two of them came from one account, after all; one never came; and one is a guarantee.
    let mut better = list;
    better.deposits[1].from = better.deposits[0].from;
    better.deposits.remove(2);
    better.deposits[2].form = DepositForm::Guarantee;
    better.deposits[2].from = None;
    world.ok(tell(&world, better.clone()));
    assert_eq!(world.state.fulfilment.received, Some(better));
    let none = DepositsReceived {
        deposits: Vec::new(),
        tender: tender(),
    };
    world.ok(tell(&world, none));
    // A list says nothing of what goes back: that is another word.
    world.ok(pay(&world, returned(&[&bidders[0]], world.at)));
}

#[test]
fn nothing_is_told_before_the_opening_nor_of_a_tender_without_one() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    let all: Vec<&Bidder> = bidders.iter().collect();
    let early = tell(&world, all_arrived(&all, world.at));
    assert_eq!(world.no(early), "deposit.before_opening");
    // Not even that there is nothing to tell.
    assert_eq!(
        world.no(tell(&world, all_arrived(&[], world.at))),
        "deposit.before_opening"
    );
    world.ok(world.terminate());
    let late = tell(&world, all_arrived(&all, world.at));
    assert_eq!(world.no(late), "deposit.before_opening");
}

#[test]
fn only_its_owner_tells_and_only_of_a_deposit_that_the_notice_asks_for() {
    let (mut world, _, list) = opened();
    let by = |actor| world.no(Command::ReceiveDeposits(world.say(actor, list.clone())));
    assert_eq!(by(account("buyer-2", &[Role::Buyer])), "owner.not_allowed");
    assert_eq!(by(account("bidder-1", &[Role::Bidder])), "role.missing");
    for lot in &mut std::sync::Arc::make_mut(world.state.notice.as_mut().unwrap()).lots {
        lot.deposit = None;
    }
    assert_eq!(world.no(tell(&world, list)), "deposit.none");
}

#[test]
fn a_row_is_of_an_opened_bid_once_with_a_sum_and_a_time_that_are_possible() {
    let (mut world, _, good) = opened();
    let with = |change: &dyn Fn(&mut DepositsReceived)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(tell(&world, body))
    };
    assert_eq!(with(&|d| d.deposits[0].bid = id("BID-77")), "deposit.unknown");
    assert_eq!(with(&|d| d.deposits[0].lot = id("L9")), "deposit.unknown");
    assert_eq!(with(&|d| d.deposits.push(d.deposits[0].clone())), "name.twice");
    assert_eq!(with(&|d| d.deposits[0].amount.minor = 0), "deposit.sum");
    assert_eq!(
        with(&|d| d.deposits[0].amount = Money::new(Currency::JPY, 1)),
        "deposit.sum"
    );
    let now = world.at;
    assert_eq!(
        with(&|d| d.deposits[0].received_at = now.plus(1)),
        "deposit.arrival"
    );
    assert_eq!(
        with(&|d| d.deposits[0].received_at = Instant(0)),
        "deposit.arrival"
    );
    // Late and short are facts that the panel has to know, and no reason to refuse the record of them.
    let mut body = good.clone();
    body.deposits[0].received_at = now;
    body.deposits[1].amount.minor -= 1;
    world.ok(tell(&world, body));
}

#[test]
fn payers_are_numbered_so_that_a_number_says_nothing_but_which_are_equal() {
    let (mut world, _, good) = opened();
    let with = |change: &dyn Fn(&mut DepositsReceived)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(tell(&world, body))
    };
    let payer = |d: &mut DepositsReceived, row: usize, payer: u32| {
        d.deposits[row].from = Some(PaidFrom { own: false, payer });
    };
    assert_eq!(with(&|d| payer(d, 0, 0)), "deposit.payer");
    assert_eq!(with(&|d| payer(d, 0, 2)), "deposit.payer");
    assert_eq!(with(&|d| payer(d, 3, 62_220_210)), "deposit.payer");
    assert_eq!(with(&|d| d.deposits.swap(0, 1)), "deposit.payer");
    assert_eq!(with(&|d| d.deposits[0].from = None), "deposit.payer");
    assert_eq!(
        with(&|d| d.deposits[0].form = DepositForm::Guarantee),
        "deposit.payer"
    );
    let mut equal = good;
    payer(&mut equal, 1, 1);
    payer(&mut equal, 2, 2);
    payer(&mut equal, 3, 1);
    world.ok(tell(&world, equal));
}

#[test]
fn the_list_is_closed_by_the_contract() {
    let (mut world, bidders, list) = opened();
    let ranked = [&bidders[1], &bidders[0], &bidders[2], &bidders[3]];
    world.ok(world.publicise(world.candidates(&ranked[..3]), world.concluded(&ranked)));
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[1], None)));
    world.ok(tell(&world, list.clone()));
    world.ok(sign(&world, contract(&world, &bidders[1])));
    assert_eq!(world.no(tell(&world, list)), "deposit.closed");
}
