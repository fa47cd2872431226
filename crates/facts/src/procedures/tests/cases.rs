//! Changes of lawful notices, each with the faults that follow from it.

use super::*;

pub(super) type Change = fn(&mut TenderNoticed);
pub(super) type Case = (&'static str, Way, Change, &'static [&'static str]);

/// Each case changes a lawful notice, and names the faults that follow.
pub(super) const CASES: &[Case] = &[
    ("nothing", Way::Consultation, |_| (), &[]),
    (
        "unnamed",
        Way::Consultation,
        |n| n.procedure = None,
        &["procedure.unnamed"],
    ),
    (
        "other law",
        Way::Consultation,
        |n| named(n).way = Way::Tendering,
        &[
            "procedure.regime",
            "procedure.tendering_short",
            "procedure.stages",
            "procedure.method",
        ],
    ),
    (
        "documents end on Friday",
        Way::Consultation,
        |n| n.documents_until = days(4),
        &["procedure.documents_short"],
    ),
    (
        "documents end on Monday",
        Way::Consultation,
        |n| n.documents_until = days(7),
        &[],
    ),
    (
        "documents over a holiday",
        Way::Consultation,
        |n| {
            // 2026-04-30 is a Thursday: 05-01 to 05-05 are off and Saturday 05-09 is worked.
            n.documents_from = days(59);
            n.documents_until = days(59 + 11);
            n.closes_at = days(59 + 20);
        },
        &[],
    ),
    (
        "a day less over the holiday",
        Way::Consultation,
        |n| {
            n.documents_from = days(59);
            n.documents_until = days(59 + 10);
            n.closes_at = days(59 + 20);
        },
        &["procedure.documents_short"],
    ),
    (
        "nine days",
        Way::Consultation,
        |n| n.closes_at = days(9),
        &["procedure.tendering_short"],
    ),
    (
        "two working days",
        Way::Negotiation,
        |n| n.closes_at = days(2),
        &["procedure.tendering_short"],
    ),
    (
        "over a weekend",
        Way::Inquiry,
        |n| {
            n.documents_from = days(3);
            n.closes_at = days(7);
        },
        &["procedure.tendering_short"],
    ),
    (
        "nineteen days",
        Way::Tendering,
        |n| n.closes_at = days(19),
        &["procedure.tendering_short"],
    ),
    (
        "no publicity",
        Way::OpenTendering,
        |n| n.publicity_days = 0,
        &["procedure.publicity_short"],
    ),
    (
        "two without a ground",
        Way::Negotiation,
        |n| n.min_bidders = 2,
        &["procedure.ground_missing"],
    ),
    (
        "two with a blank ground",
        Way::Consultation,
        |n| {
            n.min_bidders = 2;
            named(n).ground = Some(" ".into());
        },
        &["procedure.ground_missing"],
    ),
    (
        "two with a ground",
        Way::Consultation,
        |n| {
            n.min_bidders = 2;
            named(n).ground = Some("财库〔2015〕124号".into());
        },
        &[],
    ),
    (
        "one",
        Way::Consultation,
        |n| n.min_bidders = 1,
        &["procedure.bidders"],
    ),
    (
        "two in an inquiry",
        Way::Inquiry,
        |n| n.min_bidders = 2,
        &["procedure.bidders"],
    ),
    (
        "two single sources",
        Way::SingleSource,
        |n| n.min_bidders = 2,
        &["procedure.bidders"],
    ),
    (
        "no final quotes",
        Way::Negotiation,
        |n| {
            n.stages.pop();
        },
        &["procedure.stages"],
    ),
    (
        "final quotes first",
        Way::Negotiation,
        |n| n.stages.reverse(),
        &["procedure.stages"],
    ),
    (
        "final quotes twice",
        Way::Consultation,
        |n| n.stages.push(stage("again", true)),
        &["procedure.stages"],
    ),
    (
        "final quotes in an inquiry",
        Way::Inquiry,
        |n| n.stages.push(stage("final", true)),
        &["procedure.stages"],
    ),
    (
        "final quotes in a tender",
        Way::OpenTendering,
        |n| n.stages.push(stage("final", true)),
        &["procedure.stages"],
    ),
    (
        "a price at once",
        Way::SingleSource,
        |n| {
            n.stages.pop();
        },
        &[],
    ),
    (
        "another article",
        Way::Consultation,
        |n| method(n).basis = Basis::Negotiation,
        &["procedure.method"],
    ),
    (
        "two members",
        Way::Inquiry,
        |n| method(n).panel = 2,
        &["procedure.panel"],
    ),
    (
        "four members",
        Way::Inquiry,
        |n| method(n).panel = 4,
        &["procedure.panel"],
    ),
    ("three members", Way::Inquiry, |n| method(n).panel = 3, &[]),
    (
        "three members from the threshold on",
        Way::Inquiry,
        |n| {
            estimate(n, 2_000_000);
            method(n).panel = 3;
            named(n).approval = Some("川财采〔2026〕1号".into());
        },
        &["procedure.panel"],
    ),
    (
        "seven are due",
        Way::OpenTendering,
        |n| estimate(n, 10_000_000),
        &["procedure.panel"],
    ),
    (
        "seven are due for lots together",
        Way::OpenTendering,
        |n| {
            estimate(n, 5_000_000);
            let mut lot = n.lots[0].clone();
            lot.lot = "L2".parse().unwrap();
            n.lots.push(lot);
        },
        &["procedure.panel"],
    ),
    (
        "two valid are enough",
        Way::Consultation,
        |n| method(n).min_valid = 2,
        &["procedure.min_valid"],
    ),
];
