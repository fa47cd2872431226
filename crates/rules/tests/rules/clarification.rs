//! Cases of addenda.

use crate::Case;
use crate::method::spelt;
use crate::stories::{closes, consultation, goods, start, works};
use crate::story::{Story, tender};
use facts::Instant;
use facts::body::tender::{Basis, TenderAmended};
use facts::time::DAY;
use kaibiao_rules::Colour::Red;

fn substantive(story: &mut Story, at: Instant) {
    story.until(closes());
    story.add(
        at,
        &TenderAmended {
            closes_at: closes(),
            documents: vec![],
            number: 1,
            rules: facts::Hex([2; 32]),
            substantive: true,
            tender: tender(),
            text: "修改".into(),
        },
    );
}

fn later(story: &mut Story, at: Instant) {
    story.remove(facts::Kind::TenderAmended);
    substantive(story, at);
}

pub const CASES: &[Case] = &[
    // The deadline is on 25 March: the fifteenth day before it is 10 March.
    Case {
        rule: "C01",
        story: works,
        given: |s| substantive(s, start().plus(8 * DAY)),
        broken: |s| later(s, start().plus(9 * DAY)),
        colour: Red,
    },
    // 25 March is a Wednesday; three working days before it is Friday 20 March.
    Case {
        rule: "C03",
        story: goods,
        given: |s| {
            spelt(s, |m| m.basis = Basis::Negotiation);
            substantive(s, closes().plus(-5 * DAY));
        },
        broken: |s| later(s, closes().plus(-2 * DAY)),
        colour: Red,
    },
    Case {
        rule: "C04",
        story: consultation,
        given: |s| substantive(s, closes().plus(-5 * DAY)),
        broken: |s| later(s, closes().plus(-4 * DAY)),
        colour: Red,
    },
    Case {
        rule: "C09",
        story: goods,
        given: |_| {},
        broken: |s| {
            let body = TenderAmended {
                closes_at: closes(),
                documents: vec![],
                number: 1,
                rules: facts::Hex([2; 32]),
                substantive: false,
                tender: tender(),
                text: "修改".into(),
            };
            s.add(closes().plus(DAY), &body);
        },
        colour: Red,
    },
];
