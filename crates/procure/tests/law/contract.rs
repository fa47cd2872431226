//! After the award: contract, publication, filing, supplements, report, deposits.

use crate::support::acts::award_to;
use crate::support::texts::yuan;
use crate::support::{Bidder, Layout, World, account, buyer, id, tender};
use facts::body::contract::*;
use facts::body::tender::{Document, Regime};
use facts::time::DAY;
use facts::{Body, Currency, Hex, Instant, Kind, Money, Role};
use kaibiao_procure::Command;
use kaibiao_procure::tender::duties::{Duty, dues};

fn document() -> Document {
    Document {
        bytes: 9,
        name: "合同.pdf".into(),
        sha256: Hex([9; 32]),
    }
}

/// Four bids, the second of them wins.
fn awarded(regime: Regime) -> (World, Vec<Bidder>) {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    // What follows an award asks for the regime, and not for the method that led to it.
    world.state.registered.as_mut().unwrap().regime = regime;
    world.open_all(&bidders);
    let ranked = [&bidders[1], &bidders[0], &bidders[2], &bidders[3]];
    let command = world.publicise(world.candidates(&ranked[..3]), world.concluded(&ranked));
    world.ok(command);
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[1], None)));
    world.wait(10 * DAY);
    (world, bidders)
}

pub(crate) fn contract(world: &World, winner: &Bidder) -> ContractSigned {
    ContractSigned {
        account: winner.account.clone(),
        added: None,
        bid: winner.bid.clone(),
        bond: Some(Money::new(Currency::CNY, winner.price().minor / 10)),
        contract: document(),
        differs: None,
        lot: id("L1"),
        period_days: 300,
        price: winner.price(),
        quality: "合格".into(),
        signed_at: world.at,
        tender: tender(),
    }
}

pub(crate) fn sign(world: &World, body: ContractSigned) -> Command {
    Command::SignContract(world.say(buyer(), body))
}

fn publish(world: &World) -> Command {
    let body = ContractPublished {
        lot: id("L1"),
        medium: "中国政府采购网".into(),
        sha256: Hex([9; 32]),
        tender: tender(),
        url: "https://example.org/1".into(),
    };
    Command::PublishContract(world.say(buyer(), body))
}

fn file(world: &World) -> Command {
    let body = ContractFiled {
        lot: id("L1"),
        office: "市财政局".into(),
        receipt: "备案1号".into(),
        tender: tender(),
    };
    Command::FileContract(world.say(buyer(), body))
}

fn supplement(world: &World, minor: i64) -> Command {
    let body = ContractSupplemented {
        change: Money::new(Currency::CNY, minor),
        lot: id("L1"),
        reason: "增加同类服务".into(),
        supplement: document(),
        tender: tender(),
    };
    Command::SupplementContract(world.say(buyer(), body))
}

fn report(world: &World) -> Command {
    let body = AwardReported {
        office: "市住建局".into(),
        report: document(),
        tender: tender(),
    };
    Command::ReportAward(world.say(buyer(), body))
}

pub(crate) fn returned(bidders: &[&Bidder], paid_at: Instant) -> DepositsReturned {
    let one = |bidder: &&Bidder| Returned {
        amount: yuan(200_000),
        bid: bidder.bid.clone(),
        interest: yuan(41),
        lot: id("L1"),
    };
    DepositsReturned {
        paid_at,
        returned: bidders.iter().map(one).collect(),
        tender: tender(),
    }
}

pub(crate) fn pay(world: &World, body: DepositsReturned) -> Command {
    Command::ReturnDeposits(world.say(buyer(), body))
}

fn kept(bidder: &Bidder, ground: KeepGround) -> DepositKept {
    DepositKept {
        amount: yuan(200_000),
        bid: bidder.bid.clone(),
        ground,
        lot: id("L1"),
        reason: "无正当理由拒绝签订合同".into(),
        tender: tender(),
    }
}

fn keep(world: &World, body: DepositKept) -> Command {
    Command::KeepDeposit(world.say(buyer(), body))
}

#[test]
fn the_whole_course_after_an_award() {
    let (mut world, bidders) = awarded(Regime::GovernmentProcurement);
    let losers = [&bidders[0], &bidders[2], &bidders[3]];
    assert_eq!(
        world.ok(pay(&world, returned(&losers, world.at))),
        [Kind::DepositsReturned]
    );
    assert_eq!(
        world.ok(sign(&world, contract(&world, &bidders[1]))),
        [Kind::ContractSigned]
    );
    assert_eq!(world.ok(publish(&world)), [Kind::ContractPublished]);
    assert_eq!(world.ok(file(&world)), [Kind::ContractFiled]);
    assert_eq!(
        world.ok(pay(&world, returned(&[&bidders[1]], world.at))),
        [Kind::DepositsReturned]
    );
    assert_eq!(world.ok(supplement(&world, 1)), [Kind::ContractSupplemented]);
    assert_eq!(world.ok(report(&world)), [Kind::AwardReported]);
    for again in [publish(&world), file(&world)] {
        assert_eq!(world.no(again), "contract.recorded");
    }
    assert_eq!(world.no(report(&world)), "award.reported");
    assert_eq!(
        world.no(sign(&world, contract(&world, &bidders[1]))),
        "contract.known"
    );
    assert_eq!(
        world.no(pay(&world, returned(&[&bidders[1]], world.at))),
        "deposit.settled"
    );
    assert_eq!(
        world.no(keep(&world, kept(&bidders[1], KeepGround::Fraud))),
        "deposit.settled"
    );
}

/// Another buyer says it.
fn by<B: Body>(world: &World, body: B) -> kaibiao_procure::Said<B> {
    world.say(account("buyer-2", &[Role::Buyer]), body)
}

#[test]
fn nothing_of_it_before_the_award_and_nothing_by_others() {
    let (world, bidders) = {
        let (mut world, bidders) = World::with_bids(Layout::small(), 3);
        world.open_all(&bidders);
        (world, bidders)
    };
    for early in [
        sign(&world, contract(&world, &bidders[0])),
        publish(&world),
        file(&world),
        supplement(&world, 1),
        report(&world),
    ] {
        assert_eq!(world.no(early), "contract.no_award");
    }
    let (world, bidders) = awarded(Regime::Works);
    for unknown in [publish(&world), file(&world), supplement(&world, 1)] {
        assert_eq!(world.no(unknown), "contract.unknown");
    }
    let strangers = [
        Command::SignContract(by(&world, contract(&world, &bidders[1]))),
        Command::ReturnDeposits(by(&world, returned(&[&bidders[0]], world.at))),
        Command::KeepDeposit(by(&world, kept(&bidders[1], KeepGround::NoContract))),
    ];
    for stranger in strangers {
        assert_eq!(world.no(stranger), "owner.not_allowed");
    }
}

#[test]
fn a_contract_is_the_award_and_the_bid_and_nothing_else() {
    let (world, bidders) = awarded(Regime::Works);
    let good = contract(&world, &bidders[1]);
    let with = |change: &dyn Fn(&mut ContractSigned)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(sign(&world, body))
    };
    assert_eq!(with(&|c| c.lot = id("L9")), "contract.no_award");
    assert_eq!(with(&|c| c.bid = bidders[0].bid.clone()), "contract.not_winner");
    assert_eq!(
        with(&|c| c.account = bidders[0].account.clone()),
        "contract.not_winner"
    );
    assert_eq!(with(&|c| c.price.minor -= 1), "contract.price");
    assert_eq!(with(&|c| c.price.currency = Currency::JPY), "contract.price");
    assert_eq!(with(&|c| c.period_days = 301), "contract.terms");
    assert_eq!(with(&|c| c.quality = "优良".into()), "contract.terms");
    assert_eq!(with(&|c| c.signed_at = c.signed_at.plus(1)), "contract.time");
    assert_eq!(
        with(&|c| c.signed_at = c.signed_at.plus(-11 * DAY)),
        "contract.time"
    );
    assert_eq!(
        with(&|c| c.bond = c.bond.map(|b| Money::new(b.currency, b.minor + 1))),
        "contract.bond"
    );
    assert_eq!(with(&|c| c.bond = Some(yuan(0))), "contract.bond");
    assert_eq!(
        with(&|c| c.bond = Some(Money::new(Currency::JPY, 1))),
        "contract.bond"
    );
    assert_eq!(with(&|c| c.contract.bytes = 0), "document.empty");
    assert_eq!(with(&|c| c.added = Some(" ".into())), "text.invalid");
    assert_eq!(with(&|c| c.differs = Some(" ".into())), "text.invalid");
    // What is declared to differ is recorded, not hidden.
    let mut declared = good;
    declared.differs = Some("付款期限".into());
    let mut world = world;
    world.ok(sign(&world, declared));
}

#[test]
fn supplements_add_up_to_a_tenth_in_government_procurement() {
    let (mut world, bidders) = awarded(Regime::GovernmentProcurement);
    world.ok(sign(&world, contract(&world, &bidders[1])));
    let tenth = bidders[1].price().minor / 10;
    assert_eq!(world.no(supplement(&world, 0)), "contract.supplement");
    world.ok(supplement(&world, tenth - 1));
    assert_eq!(world.no(supplement(&world, 2)), "contract.supplement");
    world.ok(supplement(&world, 1));
    let (mut works, bidders) = awarded(Regime::Works);
    works.ok(sign(&works, contract(&works, &bidders[1])));
    works.ok(supplement(&works, tenth * 2));
}

#[test]
fn a_deposit_goes_back_once_at_most_in_full_and_of_bids_that_were_opened() {
    let (mut world, bidders) = awarded(Regime::Works);
    let good = returned(&[&bidders[0]], world.at);
    let with = |change: &dyn Fn(&mut DepositsReturned)| {
        let mut body = good.clone();
        change(&mut body);
        world.no(pay(&world, body))
    };
    assert_eq!(with(&|d| d.returned[0].bid = id("BID-77")), "deposit.unknown");
    assert_eq!(with(&|d| d.returned[0].lot = id("L9")), "deposit.unknown");
    assert_eq!(with(&|d| d.returned[0].amount.minor += 1), "deposit.amount");
    assert_eq!(with(&|d| d.returned[0].amount.minor = -1), "deposit.amount");
    assert_eq!(with(&|d| d.returned[0].interest.minor = -1), "deposit.amount");
    assert_eq!(
        with(&|d| d.returned[0].interest.currency = Currency::JPY),
        "deposit.amount"
    );
    assert_eq!(with(&|d| d.returned.push(d.returned[0].clone())), "name.twice");
    assert_eq!(with(&|d| d.returned.clear()), "deposit.list");
    assert_eq!(with(&|d| d.paid_at = d.paid_at.plus(1)), "deposit.time");
    assert_eq!(with(&|d| d.paid_at = Instant(0)), "deposit.time");
    world.ok(pay(&world, good));
}

#[test]
fn a_deposit_is_kept_on_a_ground_that_the_record_bears_out() {
    let layout = Layout {
        lock: true,
        ..Layout::small()
    };
    let (mut world, bidders) = World::with_bids(layout, 4);
    world.close();
    let stage = world.stages()[0].clone();
    for bidder in &bidders[..3] {
        world.ok(bidder.unlock(&world, &stage));
    }
    world.settle();
    world.shares(&stage, &[1, 3, 5]);
    world.read_out(&stage, &bidders);
    world.wait(crate::support::OBJECTION);
    world.ok(world.tick());
    let ranked = [&bidders[1], &bidders[0], &bidders[2]];
    world.ok(world.publicise(world.candidates(&ranked), world.concluded(&ranked)));
    world.wait(3 * DAY);
    world.ok(world.award(award_to(&bidders[1], None)));
    for (ground, who) in [
        (KeepGround::Revoked, 0),
        (KeepGround::NoContract, 0),
        (KeepGround::Conditions, 3),
        (KeepGround::NoBond, 2),
    ] {
        assert_eq!(
            world.no(keep(&world, kept(&bidders[who], ground))),
            "deposit.ground",
            "{ground:?}"
        );
    }
    let mut none = kept(&bidders[3], KeepGround::Revoked);
    none.amount.minor = 0;
    assert_eq!(world.no(keep(&world, none)), "deposit.amount");
    world.ok(keep(&world, kept(&bidders[3], KeepGround::Revoked)));
    world.ok(keep(&world, kept(&bidders[2], KeepGround::Fraud)));
    world.ok(keep(&world, kept(&bidders[1], KeepGround::NoContract)));
    // Whoever has contracted has not refused to.
    let (mut world, bidders) = awarded(Regime::Works);
    world.ok(sign(&world, contract(&world, &bidders[1])));
    assert_eq!(
        world.no(keep(&world, kept(&bidders[1], KeepGround::NoBond))),
        "deposit.ground"
    );
}

#[test]
fn of_a_tender_that_ended_unopened_nobody_is_named() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 3);
    assert_eq!(world.no(pay(&world, returned(&[], world.at))), "deposit.list");
    assert_eq!(
        world.no(pay(&world, returned(&[&bidders[0]], world.at))),
        "deposit.unknown"
    );
    world.ok(world.terminate());
    assert_eq!(
        world.no(pay(&world, returned(&[&bidders[0]], world.at))),
        "deposit.unknown"
    );
    world.ok(pay(&world, returned(&[], world.at)));
    assert_eq!(world.no(pay(&world, returned(&[], world.at))), "deposit.settled");
}

#[test]
fn the_deposit_of_a_withdrawn_bid_is_spoken_of_after_the_opening() {
    let (mut world, bidders) = World::with_bids(Layout::small(), 4);
    world.ok(bidders[3].withdraw(&world));
    let early = pay(&world, returned(&[&bidders[3]], world.at));
    assert_eq!(world.no(early), "deposit.unknown");
    world.open_all(&bidders);
    world.ok(pay(&world, returned(&[&bidders[3]], world.at)));
}

#[test]
fn the_duties_after_an_award_are_told_with_their_days() {
    let open = |world: &World| -> Vec<(Duty, bool)> {
        let dues = dues(&world.state);
        dues.iter().map(|due| (due.duty, due.is_done)).collect()
    };
    let (mut world, bidders) = awarded(Regime::GovernmentProcurement);
    let waiting = [
        Duty::Contract,
        Duty::Publish,
        Duty::File,
        Duty::Deposits,
        Duty::WinnersDeposit,
    ];
    assert_eq!(open(&world), waiting.map(|duty| (duty, false)));
    world.ok(sign(&world, contract(&world, &bidders[1])));
    world.ok(publish(&world));
    world.ok(file(&world));
    let all: Vec<&Bidder> = bidders.iter().collect();
    world.ok(pay(&world, returned(&all[..1], world.at)));
    assert_eq!(open(&world).iter().filter(|(_, done)| !done).count(), 2);
    world.ok(pay(&world, returned(&all[1..], world.at)));
    assert_eq!(open(&world), waiting.map(|duty| (duty, true)));
    let (mut works, bidders) = awarded(Regime::Works);
    assert_eq!(
        open(&works),
        [Duty::Report, Duty::Contract, Duty::Deposits].map(|duty| (duty, false))
    );
    let until = |world: &World| {
        dues(&world.state)
            .iter()
            .map(|due| due.until.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        until(&works),
        [true, true, false],
        "deposits are due from the contract on"
    );
    works.ok(sign(&works, contract(&works, &bidders[1])));
    assert_eq!(until(&works), [true; 3]);
    // An end without an opening asks for the deposits, and is done by one word without names.
    let (mut ended, _) = World::with_bids(Layout::small(), 3);
    assert_eq!(open(&ended), []);
    ended.ok(ended.terminate());
    assert_eq!(open(&ended), [(Duty::Deposits, false)]);
    ended.ok(pay(&ended, returned(&[], ended.at)));
    assert_eq!(open(&ended), [(Duty::Deposits, true)]);
}
