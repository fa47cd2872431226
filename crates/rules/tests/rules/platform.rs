//! Cases of orders, roles, and of supervisors who keep their hands off.

use crate::stories::{closes, works};
use crate::story::{id, tender};
use crate::{Case, case};
use facts::Kind;
use facts::body::award::TenderSuspended;
use facts::body::opening::OpeningRecorded;
use facts::body::supervision::OrderSuspended;
use facts::time::{HOUR, MINUTE};
use kaibiao_rules::Colour::Red;

fn ordered(s: &mut crate::Story) {
    s.until(closes().plus(-HOUR));
    let order = OrderSuspended {
        basis: "招标投标法7".into(),
        order: id("o1"),
        reason: "核查".into(),
        tender: tender(),
        complaint: None,
        until: None,
    };
    s.add(closes().plus(-2 * HOUR), &order);
    let seq = s.records().last().unwrap().seq;
    let obeyed = TenderSuspended {
        order: id("o1"),
        seq,
        tender: tender(),
        until: None,
    };
    s.add(closes().plus(-2 * HOUR + MINUTE), &obeyed);
}

pub const CASES: &[Case] = &[
    Case {
        rule: "S07",
        story: works,
        given: ordered,
        broken: |s| s.remove(Kind::TenderSuspended),
        colour: Red,
    },
    case(
        "S09",
        works,
        |s| s.change(|r: &mut OpeningRecorded| r.bids[0].account = id("e1")),
        Red,
    ),
    case("S11", works, |s| s.sign(Kind::TenderNoticed, "sup1"), Red),
];
