//! What the tests of evaluation share: a tender with three bids, a panel of five, and their acts.
//!
//! Invariant: names are fixed, so a test that fails names the person and the code it failed for.
#![allow(
    clippy::allow_attributes,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "test code"
)]

pub mod drawing;
pub mod stepping;

use desk::{Actor, KeyUse};
use evaluate::{Circumstances, Command, Evaluations, Signed, Standing, commitment};
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationOpened, PanelAppointed, RecusalDeclared, ScoreCommitted, ScoreRevealed,
    Sheet,
};
use facts::body::tender::{Method, Regime, ScoreItem};
use facts::id::{CodeId, ItemId, LotId, SeatId};
use facts::{
    AccountId, Act, BidId, Body, Canonical, Currency, Given, Hex, Instant, Money, Role, Seen, Stream,
    TenderId,
};
use std::collections::{BTreeMap, BTreeSet};

pub const NOW: Instant = Instant(1_772_380_800_000);

pub fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

pub fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

pub fn code(name: &str) -> CodeId {
    CodeId::parse(name).unwrap()
}

pub fn item(name: &str) -> ItemId {
    ItemId::parse(name).unwrap()
}

pub fn seat(n: usize) -> SeatId {
    SeatId::parse(&format!("S{n}")).unwrap()
}

pub fn actor(name: &str, role: Role) -> Actor {
    let roles = BTreeSet::from([role]);
    Actor {
        account: Some(account(name)),
        roles,
        key: Hex::default(),
        means: KeyUse::Account,
    }
}

pub fn stream() -> Stream {
    Stream::Evaluation(tender())
}

pub fn signed<B: Body>(name: &str, role: Role, body: B) -> Signed<B> {
    let act = Act {
        stream: stream(),
        kind: B::KIND,
        body: Canonical::of(&body).unwrap(),
        nonce: Hex::default(),
        seen: Seen {
            root: Hex::default(),
            size: 0,
        },
        key: Hex::default(),
        sig: Hex([0; 64]),
    };
    Signed {
        actor: actor(name, role),
        act,
        body,
    }
}

pub fn composite(panel: u32) -> Method {
    let items = if panel == 0 {
        vec![]
    } else {
        vec![
            ScoreItem {
                item: item("design"),
                max: 3000,
                title: "施工组织设计".into(),
            },
            ScoreItem {
                item: item("team"),
                max: 1000,
                title: "项目班子".into(),
            },
        ]
    };
    Method::Composite {
        above: 200,
        below: 100,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items,
        panel,
        price_points: 6000,
    }
}

pub fn coded(name: &str, lot: &str, price: i64) -> CodedBid {
    CodedBid {
        brand: None,
        ceiling: None,
        code: code(name),
        deviations: BTreeMap::new(),
        floor: None,
        lot: LotId::parse(lot).unwrap(),
        price: Money::new(Currency::CNY, price),
    }
}

pub fn opened(method: Method) -> EvaluationOpened {
    let bids = vec![
        coded("K1", "L1", 10_000),
        coded("K2", "L1", 11_000),
        coded("K3", "L1", 12_000),
    ];
    EvaluationOpened {
        bids,
        method,
        opening: 7,
        tender: tender(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    }
}

pub fn drawn() -> CodesDrawn {
    let codes = [("K1", "bid-b"), ("K2", "bid-c"), ("K3", "bid-a")];
    let codes = codes
        .into_iter()
        .map(|(name, bid)| (code(name), BidId::parse(bid).unwrap()))
        .collect();
    CodesDrawn {
        codes,
        tender: tender(),
    }
}

pub fn open(method: Method) -> Command {
    Command::Open {
        opened: opened(method),
        codes: drawn(),
    }
}

pub fn expert(n: usize) -> String {
    format!("expert-{n}")
}

pub fn circumstances() -> Circumstances {
    let mut experts: BTreeMap<_, _> = (0..9).map(|n| (account(&expert(n)), Standing::Expert)).collect();
    experts.insert(account("revoked"), Standing::Revoked);
    experts.insert(account("layman"), Standing::Other);
    experts.insert(account("bidder"), Standing::Expert);
    Circumstances {
        owners: [account("buyer"), account("agent")].into(),
        bidders: [account("bidder")].into(),
        experts,
        regime: Regime::Works,
        budget: 500_000_000,
    }
}

pub fn panel_body(seats: &[(usize, &str)]) -> PanelAppointed {
    let seats = seats.iter().map(|(n, name)| (seat(*n), account(name))).collect();
    PanelAppointed {
        reason: Some("技术特别复杂,随机抽取的专家难以胜任".into()),
        seats,
        tender: tender(),
    }
}

pub fn appoint(seats: &[(usize, &str)]) -> Command {
    let signed = signed("buyer", Role::Buyer, panel_body(seats));
    Command::Appoint {
        signed,
        circumstances: circumstances(),
    }
}

pub fn five() -> Command {
    appoint(&[
        (0, "expert-0"),
        (1, "expert-1"),
        (2, "expert-2"),
        (3, "expert-3"),
        (4, "expert-4"),
    ])
}

pub fn declare(n: usize, name: &str, conflicts: &[&str]) -> Command {
    let conflicts = conflicts.iter().map(|text| (*text).to_owned()).collect();
    Command::Declare(signed(
        name,
        Role::Expert,
        RecusalDeclared {
            conflicts,
            seat: seat(n),
            tender: tender(),
        },
    ))
}

/// The sheet of a seat: the same for all codes but for the seat's number.
pub fn sheet(n: usize) -> Sheet {
    let points = i64::try_from(n).unwrap() * 10;
    [("K1", 2000), ("K2", 2500), ("K3", 2900)]
        .into_iter()
        .map(|(name, design)| {
            (
                code(name),
                BTreeMap::from([(item("design"), design + points), (item("team"), 500 + points)]),
            )
        })
        .collect()
}

pub fn salt(n: usize) -> Hex<32> {
    Hex([u8::try_from(n).unwrap(); 32])
}

pub fn commit_to(n: usize, name: &str, sheet: &Sheet) -> Command {
    let commitment = commitment(&tender(), &seat(n), &salt(n), sheet).unwrap();
    Command::Commit(signed(
        name,
        Role::Expert,
        ScoreCommitted {
            commitment,
            seat: seat(n),
            tender: tender(),
        },
    ))
}

pub fn commit(n: usize) -> Command {
    commit_to(n, &expert(n), &sheet(n))
}

pub fn reveal_of(n: usize, name: &str, sheet: Sheet) -> Command {
    let body = ScoreRevealed {
        salt: salt(n),
        seat: seat(n),
        sheet,
        tender: tender(),
    };
    Command::Reveal(signed(name, Role::Expert, body))
}

pub fn reveal(n: usize) -> Command {
    reveal_of(n, &expert(n), sheet(n))
}

/// An evaluation whose panel is seated and free of conflict.
pub fn ready() -> Given<Evaluations> {
    let mut given = Given::nothing()
        .and(open(composite(5)), NOW)
        .unwrap()
        .and(five(), NOW)
        .unwrap();
    for n in 0..5 {
        given = given.and(declare(n, &expert(n), &[]), NOW).unwrap();
    }
    given
}

/// The same, with every commitment given.
pub fn committed() -> Given<Evaluations> {
    (0..5).fold(ready(), |given, n| given.and(commit(n), NOW).unwrap())
}
