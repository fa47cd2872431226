//! Cases of the opening.

use crate::stories::{closes, free, goods, works};
use crate::story::{id, tender};
use crate::{Case, case};
use facts::Kind;
use facts::body::draw::CoefficientDrawn;
use facts::body::opening::*;
use facts::body::tender::Coefficient;
use facts::time::{HOUR, MINUTE};
use kaibiao_rules::Colour::{Red, Yellow};

fn objected(s: &mut crate::Story) {
    let (bid, objection, stage) = (id("b1"), id("X1"), id("open"));
    let body = OpeningObjected {
        bid,
        objection,
        stage,
        tender: tender(),
        text: "报价有误".into(),
    };
    s.add(closes().plus(HOUR + 5 * MINUTE), &body);
    let reply = OpeningReplied {
        objection: id("X1"),
        tender: tender(),
        text: "已核对".into(),
    };
    s.add(closes().plus(HOUR + 6 * MINUTE), &reply);
}

fn failed(s: &mut crate::Story) {
    s.until(closes().plus(HOUR + MINUTE));
    let body = OpeningFailed {
        cause: Cause::PlatformMissingBody,
        shares: 0,
        stage: id("open"),
        tender: tender(),
    };
    s.add(closes().plus(2 * HOUR), &body);
}

fn coefficient(s: &mut crate::Story) {
    crate::method::spelt(s, |m| {
        m.drawn = vec![Coefficient {
            by_digits: false,
            from: 100,
            name: id("K"),
            step: 50,
            to: 300,
        }];
    });
    let body = CoefficientDrawn {
        draw: id("C"),
        tender: tender(),
        values: [(id("K"), 250)].into(),
    };
    s.add(closes().plus(3 * HOUR), &body);
}

pub const CASES: &[Case] = &[
    case("O01", works, |s| s.shift(Kind::TenderClosed, 11 * MINUTE), Red),
    case(
        "O02",
        works,
        |s| s.change(|list: &mut ListFrozen| list.envelopes.truncate(2)),
        Red,
    ),
    case(
        "O05",
        free,
        |s| s.change(|r: &mut OpeningRecorded| r.bids.truncate(2)),
        Red,
    ),
    case(
        "O06",
        works,
        |s| {
            s.change(|r: &mut OpeningRecorded| {
                r.bids[0].parts[0].letter = r.bids[0].parts[0].letter.clone().map(|mut l| {
                    l.price = None;
                    l
                });
            });
        },
        Red,
    ),
    case("O07", works, |s| s.shift(Kind::OpeningRecorded, 3 * HOUR), Red),
    Case {
        rule: "O08",
        story: works,
        given: |s| s.change(|r: &mut OpeningRecorded| r.bids[2].parts[0] = closed_part("标签与清单不符")),
        broken: |s| s.change(|r: &mut OpeningRecorded| r.bids[2].parts[0] = closed_part("")),
        colour: Red,
    },
    Case {
        rule: "O09",
        story: works,
        given: objected,
        broken: |s| s.remove(Kind::OpeningReplied),
        colour: Red,
    },
    case("O11", goods, |s| s.remove(Kind::OpeningConfirmed), Yellow),
    case(
        "O12",
        works,
        |s| s.change(|list: &mut ListFrozen| list.envelopes[0].submission = facts::Hex([77; 16])),
        Red,
    ),
    Case {
        rule: "O13",
        story: works,
        given: |s| {
            failed(s);
            let stop = facts::body::award::TenderSuspended {
                order: id("o1"),
                seq: 0,
                tender: tender(),
                until: None,
            };
            s.add(closes().plus(3 * HOUR), &stop);
        },
        broken: |s| s.remove(Kind::TenderSuspended),
        colour: Yellow,
    },
    Case {
        rule: "O14",
        story: goods,
        given: coefficient,
        broken: |s| s.change(|c: &mut CoefficientDrawn| *c.values.get_mut(&id("K")).unwrap() = 260),
        colour: Red,
    },
];

fn closed_part(evidence: &str) -> OpenedPart {
    let submission = crate::stories::submission(3);
    OpenedPart {
        letter: None,
        lot: id("L1"),
        bytes: None,
        part: id("letter"),
        sha256: None,
        submission,
        unopened: Some(Unopened {
            cause: Cause::BidderBadEnvelope,
            evidence: evidence.into(),
            submission,
        }),
    }
}
