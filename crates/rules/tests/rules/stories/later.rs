//! Draw, evaluation, publicity and award of the stories.
//!
//! Invariant: what is sealed is disclosed with the award.

use super::{PRICES, bid, closes, yuan};
use crate::story::{Story, id, tender};
use facts::body::award::{Award, AwardMade, Candidate, CandidatesPublicised};
use facts::body::draw::*;
use facts::body::evaluation::*;
use facts::body::seat::{HoursSet, RepresentativesNamed, SeatEntered};
use facts::body::tender::Regime;
use facts::calendar::start_of;
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Currency, Hex, Instant, Money};
use std::collections::BTreeMap;

/// When the room opens: the day after the opening.
pub fn sits() -> Instant {
    closes().plus(DAY)
}

/// What the seats give for one bid: plan and team, no two sheets alike.
fn value(seat: usize, bid: usize) -> (i64, i64) {
    let (seat, bid) = (i64::try_from(seat).unwrap(), i64::try_from(bid).unwrap());
    (3_400 - 100 * bid + 20 * seat, 1_700 - 50 * bid + 10 * seat)
}

pub(super) fn evaluation(story: &mut Story, panel: usize, regime: Regime) {
    let drawn = closes().plus(-DAY);
    let draw = || id::<facts::id::DrawId>("D");
    story.add(
        drawn,
        &DrawRequested {
            draw: draw(),
            subject: Subject::Experts {
                after: None,
                answer_minutes: 30,
                consultants: vec![],
                pool: id("p1"),
                regions: vec![],
                seats: u32::try_from(panel - 1).unwrap(),
                specialities: vec![],
            },
            tender: tender(),
        },
    );
    let mut filters: Vec<String> = [
        "suspended",
        "speciality",
        "region",
        "party",
        "employer",
        "past",
        "kin",
        "consultant",
    ]
    .map(str::to_owned)
    .into();
    if regime == Regime::Works {
        filters.insert(3, "qualified".into());
    }
    let frozen = PoolFrozen {
        draw: draw(),
        filters,
        ids: vec![],
        key: None,
        key_id: Hex([6; 32]),
        members: vec![],
        pool: Hex([6; 32]),
        rules: Hex([6; 32]),
        tender: tender(),
        wanted: 4,
    };
    let pinned = DrawPinned {
        draw: draw(),
        root: Hex([7; 32]),
        size: 1,
        tender: tender(),
    };
    let completed = DrawCompleted {
        draw: draw(),
        quorum: vec![1],
        seed: Hex([7; 64]),
        tender: tender(),
    };
    story
        .add(drawn.plus(1), &frozen)
        .add(drawn.plus(2), &pinned)
        .add(drawn.plus(3), &completed);
    let seat = |n: usize| {
        if n == panel {
            "R-1".to_owned()
        } else {
            format!("D-{n}")
        }
    };
    for n in 1..panel {
        let place = u32::try_from(n - 1).unwrap();
        let called = ExpertCalled {
            draw: draw(),
            expert: id(&format!("e{n}")),
            place,
            salt: Hex([0; 32]),
            seat: id(&seat(n)),
            tender: tender(),
            until: drawn.plus(HOUR),
        };
        let accepted = CallAnswered {
            accept: true,
            draw: draw(),
            place,
            reason: String::new(),
            tender: tender(),
        };
        story.add(drawn.plus(10), &called).add(drawn.plus(20), &accepted);
    }
    let named = RepresentativesNamed {
        seats: [(id("R-1"), id("rep1"))].into(),
        tender: tender(),
    };
    let hours = HoursSet {
        from: sits(),
        tender: tender(),
        until: sits().plus(DAY),
    };
    story.add(drawn.plus(30), &named).add(drawn.plus(31), &hours);
    let codes = ["K1", "K2", "K3"];
    for n in 1..=panel {
        let seat = seat(n);
        let at = sits().plus(i64::try_from(n).unwrap() * MINUTE);
        let recusal = RecusalDeclared {
            conflicts: vec![],
            seat: id(&seat),
            tender: tender(),
        };
        let entered = SeatEntered {
            device: Hex([8; 32]),
            proof: Hex([0; 64]),
            seat: id(&seat),
            tender: tender(),
        };
        let committed = ScoreCommitted {
            commitment: Hex([0; 32]),
            seat: id(&seat),
            tender: tender(),
        };
        let sheet = (1..=3).map(|bid| {
            let (plan, team) = value(n, bid);
            (
                id(codes[bid - 1]),
                [(id("plan"), plan), (id("team"), team)].into(),
            )
        });
        let revealed = ScoreRevealed {
            salt: Hex([0; 32]),
            seat: id(&seat),
            sheet: sheet.collect(),
            tender: tender(),
        };
        story
            .add(at, &recusal)
            .add(at.plus(1), &entered)
            .add(at.plus(HOUR), &committed)
            .add(at.plus(2 * HOUR), &revealed);
    }
    concluded(story, panel, &seat);
}

fn concluded(story: &mut Story, panel: usize, seat: &dyn Fn(usize) -> String) {
    let end = sits().plus(3 * HOUR);
    let coded = |n: usize| CodedBid {
        brand: None,
        ceiling: Some(yuan(10_000_000)),
        code: id(&format!("K{n}")),
        deviations: BTreeMap::new(),
        floor: None,
        lot: id("L1"),
        price: Money::new(Currency::CNY, PRICES[n - 1]),
    };
    let opened = EvaluationOpened {
        bids: (1..=3).map(coded).collect(),
        method: super::composite(),
        opening: 0,
        tender: tender(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    story.add(sits().plus(-1), &opened);
    let reviewed = ReviewClosed {
        flagged: vec![],
        rejected: vec![],
        tender: tender(),
    };
    story.add(sits().plus(30 * MINUTE), &reviewed);
    let price = [300_000, 293_500, 284_200];
    let ranked = |n: usize| {
        let panel = 520_000 - 10_000 * i64::try_from(n).unwrap();
        Ranked {
            bid: id(&bid(n)),
            code: id(&format!("K{n}")),
            evaluated: PRICES[n - 1],
            panel_e4: panel,
            price_e4: price[n - 1],
            rank: u32::try_from(n).unwrap(),
            total_e4: panel + price[n - 1],
        }
    };
    let result = EvaluationConcluded {
        lots: vec![LotResult {
            counted: Some(3),
            benchmark_e4: None,
            lot: id("L1"),
            ranking: (1..=3).map(ranked).collect(),
            rejected: vec![],
        }],
        tender: tender(),
    };
    story.add(end, &result);
    let report = ReportCompleted {
        dissenting: vec![],
        document: Hex([7; 32]),
        refused: vec![],
        signed: (1..=panel).map(|n| id(&seat(n))).collect(),
        silent: vec![],
        tender: tender(),
    };
    story.add(end.plus(MINUTE), &report);
}

/// When the result was there.
pub fn result_at() -> Instant {
    sits().plus(3 * HOUR)
}

/// When the award was made.
pub fn award_at() -> Instant {
    result_at().plus(5 * DAY)
}

pub(super) fn awarded(story: &mut Story) {
    let candidate = |n: usize| Candidate {
        account: id(&format!("c{n}")),
        bid: id(&bid(n)),
        lot: id("L1"),
        price: Money::new(Currency::CNY, PRICES[n - 1]),
        rank: u32::try_from(n).unwrap(),
    };
    let public = result_at().plus(HOUR);
    let until = start_of(facts::calendar::add_days(facts::calendar::day_of(public), 4));
    story.signed(
        public,
        Some("buyer"),
        &CandidatesPublicised {
            candidates: (1..=3).map(candidate).collect(),
            evaluation: 0,
            tender: tender(),
            until,
        },
    );
    let award = AwardMade {
        awards: vec![Award {
            account: id("c1"),
            bid: id("b1"),
            deviation: None,
            lot: id("L1"),
            price: Money::new(Currency::CNY, PRICES[0]),
        }],
        tender: tender(),
    };
    story.signed(award_at(), Some("buyer"), &award);
    story.disclose(award_at().plus(1), true);
    super::done::fulfilled(story);
}
