//! A draw from 100,000 experts: filtered, frozen, and put into its order by the contributions of the custodians.
//!
//! Invariant: what is measured is what the law does in the two batches in which people wait for it: the request, and
//! the contribution that completes the quorum with all that follows.

use super::process::now;
use super::table::{Line, Table};
use crate::Trouble;
use desk::{Actor, KeyUse};
use evaluate::pool::{self, Avoid};
use evaluate::{Command, DrawCircumstances, DrawKey, Evaluations, Signed};
use facts::body::ceremony::Member;
use facts::body::draw::{DrawAnswered, DrawPinned, DrawRequested, Subject};
use facts::body::evaluation::{CodedBid, CodesDrawn, EvaluationOpened};
use facts::body::pool::ExpertListed;
use facts::body::tender::{Method, Regime, ScoreItem};
use facts::id::{CodeId, DrawId, ItemId, LotId, PoolId};
use facts::time::DAY;
use facts::{
    AccountId, Act, BidId, Body, Canonical, Currency, Given, Hex, Instant, Kind, Money, Role, Seen, Stream,
    TenderId,
};
use rand_core::OsRng;
use seal::draw::Draw;
use seal::{Point, SecretScalar};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

const EXPERTS: u32 = 100_000;
const SEATS: u32 = 5;
const AT: Instant = Instant(1_772_380_800_000);
/// What a person waits for without leaving.
const AIM: Duration = Duration::from_secs(1);

fn account(name: &str) -> Result<AccountId, Trouble> {
    Ok(AccountId::parse(name)?)
}

/// A country's worth of experts of one trade; one institute of 700 works for a bidder.
fn experts() -> Result<Arc<pool::State>, Trouble> {
    let mut experts = BTreeMap::new();
    for n in 0..EXPERTS {
        let account = account(&format!("expert-{n:06}"))?;
        let listed = ExpertListed {
            account: account.clone(),
            credentials: Vec::new(),
            employer: format!("design institute {}", n % 700),
            kin: Vec::new(),
            past: Vec::new(),
            pool: PoolId::parse("country")?,
            regions: vec!["32".to_owned()],
            senior: true,
            since: AT.plus(DAY.saturating_mul(-5_000)),
            specialities: vec!["A01".to_owned()],
        };
        let entry = pool::Entry {
            listed,
            suspended: None,
        };
        experts.insert(account, entry);
    }
    Ok(Arc::new(pool::State { experts }))
}

/// The share of a custodian of the polynomial 5 + 7x; two of three make the key.
fn share(index: u8) -> Result<SecretScalar, Trouble> {
    let mut bytes = [0; 32];
    if let Some(first) = bytes.first_mut() {
        *first = index.saturating_mul(7).saturating_add(5);
    }
    Ok(SecretScalar::parse(&bytes)?)
}

fn key() -> Result<DrawKey, Trouble> {
    let (mut shares, mut members) = (Vec::new(), Vec::new());
    for index in 1..=3_u8 {
        shares.push(Hex(share(index)?.public().to_bytes()));
        members.push(Member {
            account: account(&format!("custodian-{index}"))?,
            index: u16::from(index),
            point: Hex([index; 32]),
            signer: Hex([index; 32]),
        });
    }
    Ok(DrawKey {
        key_id: Hex([9; 32]),
        k: 2,
        public: Hex(share(0)?.public().to_bytes()),
        shares,
        members,
    })
}

fn signed<B: Body>(tender: &TenderId, name: &str, role: Role, body: B) -> Result<Signed<B>, Trouble> {
    let act = Act {
        stream: Stream::Evaluation(tender.clone()),
        kind: B::KIND,
        body: Canonical::of(&body)?,
        nonce: Hex::default(),
        seen: Seen {
            root: Hex::default(),
            size: 0,
        },
        key: Hex::default(),
        sig: Hex([0; 64]),
    };
    let actor = Actor {
        account: Some(account(name)?),
        roles: BTreeSet::from([role]),
        key: Hex::default(),
        means: KeyUse::Account,
    };
    Ok(Signed { actor, act, body })
}

fn opened(tender: &TenderId) -> Result<Given<Evaluations>, Trouble> {
    let item = ScoreItem {
        item: ItemId::parse("plan")?,
        max: 4_000,
        title: "plan".to_owned(),
    };
    let method = Method::Composite {
        above: 100,
        below: 50,
        drop_high: 0,
        drop_low: 0,
        float_bp: 0,
        items: vec![item],
        panel: SEATS,
        price_points: 6_000,
    };
    let bid = CodedBid {
        brand: None,
        ceiling: None,
        code: CodeId::parse("code-1")?,
        deviations: BTreeMap::new(),
        floor: None,
        lot: LotId::parse("lot")?,
        price: Money::new(Currency::CNY, 400_000_000),
    };
    let codes = CodesDrawn {
        codes: BTreeMap::from([(bid.code.clone(), BidId::parse("bid-1")?)]),
        tender: tender.clone(),
    };
    let opened = EvaluationOpened {
        bids: vec![bid],
        method,
        opening: 1,
        qualification: None,
        tender: tender.clone(),
        way: None,
        unqualified: Vec::new(),
    };
    Ok(Given::<Evaluations>::nothing().and(Command::Open { opened, codes }, AT)?)
}

fn contribution(given: &Given<Evaluations>, draw: &DrawId, index: u8) -> Result<Command, Trouble> {
    let drawing = given.state().draws.get(draw).ok_or("there is no draw")?;
    let frozen = &drawing.frozen.as_ref().ok_or("nothing is frozen")?.1;
    let root = drawing.pinned.as_ref().ok_or("no head is pinned")?.root;
    let asked = Draw {
        tender: frozen.tender.to_string(),
        id: draw.to_string(),
        wanted: frozen.wanted,
        pool: frozen.pool.0,
        rules: frozen.rules.0,
        checkpoint: root.0,
    };
    let joint: Point = share(0)?.public();
    let part = asked.contribute(&joint, u16::from(index), &share(index)?, &mut OsRng);
    let body = DrawAnswered {
        draw: draw.clone(),
        index: u16::from(index),
        part: Hex(part.to_bytes()),
        tender: frozen.tender.clone(),
    };
    let mut signed = signed(
        &frozen.tender,
        &format!("custodian-{index}"),
        Role::Custodian,
        body,
    )?;
    signed.actor.key = desk::account::fingerprint(&Hex([index; 32]));
    signed.actor.means = KeyUse::Custody;
    Ok(Command::Contribute {
        signed,
        key: Some(key()?),
    })
}

pub(super) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    table.part(
        "A draw of experts",
        "The request filters the pool and freezes it as commitments; the contribution that completes the quorum is \
         verified, combined, and brings the whole call order and the first calls. Best of several runs.",
    );
    let (tender, draw, experts) = (TenderId::parse("draw")?, DrawId::parse("panel")?, experts()?);
    let (mut freezing, mut ordering) = (Duration::MAX, Duration::MAX);
    for _ in 0..if quick { 1 } else { 5 } {
        let circumstances = DrawCircumstances {
            owners: BTreeSet::from([account("buyer")?]),
            regime: Some(Regime::Works),
            budget: 500_000_000,
            key: Some(key()?),
            avoid: Avoid {
                accounts: BTreeSet::from([account("bidder")?]),
                names: BTreeSet::from(["design institute 7".to_owned()]),
            },
            pool: Some(experts.clone()),
            secret: Hex([42; 32]),
        };
        let requested = DrawRequested {
            draw: draw.clone(),
            subject: Subject::Experts {
                after: None,
                answer_minutes: 60,
                consultants: Vec::new(),
                pool: PoolId::parse("country")?,
                regions: vec!["320000".to_owned()],
                seats: SEATS,
                specialities: vec!["A01".to_owned()],
            },
            tender: tender.clone(),
        };
        let request = Command::Draw {
            signed: signed(&tender, "buyer", Role::Buyer, requested)?,
            circumstances: Box::new(circumstances),
        };
        let given = opened(&tender)?;
        let begun = now();
        let asked = given.when(request.clone(), AT)?;
        freezing = freezing.min(begun.elapsed());
        if asked.len() != 2 {
            return Err("the pool was not frozen".into());
        }
        let given = given.and(request, AT)?;
        let size = given
            .state()
            .draws
            .get(&draw)
            .and_then(|drawing| drawing.frozen.as_ref());
        let pinned = DrawPinned {
            draw: draw.clone(),
            root: Hex([3; 32]),
            size: size.map_or(0, |frozen| frozen.0.saturating_add(1)),
            tender: tender.clone(),
        };
        let given = given.and(Command::Pin(pinned), AT)?;
        let first = contribution(&given, &draw, 1)?;
        let last = contribution(&given, &draw, 3)?;
        let given = given.and(first, AT)?;
        let begun = now();
        let drawn = given.when(last, AT)?;
        ordering = ordering.min(begun.elapsed());
        let called = drawn
            .iter()
            .filter(|draft| draft.kind == Kind::ExpertCalled)
            .count();
        if called != usize::try_from(SEATS)? {
            return Err(format!("{called} experts were called").into());
        }
    }
    let both = freezing.saturating_add(ordering);
    let milliseconds = |took: Duration| format!("{:.0} ms", took.as_secs_f64() * 1_000.0);
    table.line(Line {
        what: format!("{EXPERTS} experts filtered and frozen"),
        figure: milliseconds(freezing),
        ..Line::default()
    });
    table.line(Line {
        what: "last contribution: verified, combined, order and calls".to_owned(),
        figure: milliseconds(ordering),
        ..Line::default()
    });
    table.line(Line {
        what: format!("a draw of {SEATS} from {EXPERTS}"),
        figure: milliseconds(both),
        aim: Some(("below 1 s".to_owned(), both < AIM)),
        ..Line::default()
    });
    Ok(())
}
