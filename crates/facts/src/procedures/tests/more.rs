//! Changes of lawful notices, continued.

use super::cases::Case;
use super::*;

/// Each case changes a lawful notice, and names the faults that follow.
pub(super) const MORE: &[Case] = &[
    (
        "no approval",
        Way::Negotiation,
        |n| estimate(n, 2_000_000),
        &["procedure.approval_missing"],
    ),
    (
        "works stay below",
        Way::Negotiation,
        |n| {
            estimate(n, 3_900_000);
            method(n).category = Category::Works;
        },
        &[],
    ),
    (
        "no ceiling",
        Way::Consultation,
        |n| n.lots[0].ceiling = None,
        &["procedure.ceiling"],
    ),
    (
        "a ceiling above the budget",
        Way::Inquiry,
        |n| n.lots[0].ceiling = Some(yuan(900_001)),
        &["procedure.ceiling"],
    ),
    (
        "a draw chooses",
        Way::OpenTendering,
        |n| method(n).ties = vec![TieBreak::Drawn],
        &["procedure.drawn"],
    ),
    (
        "a draw before the price",
        Way::Consultation,
        |n| method(n).ties = vec![TieBreak::Drawn, TieBreak::Price],
        &["procedure.drawn"],
    ),
    (
        "a draw at last",
        Way::Consultation,
        |n| method(n).ties = vec![TieBreak::Evaluated, TieBreak::Panel, TieBreak::Drawn],
        &[],
    ),
    (
        "a draw among the lowest",
        Way::Inquiry,
        |n| method(n).ties = vec![TieBreak::Drawn],
        &[],
    ),
    (
        "nobody named",
        Way::SingleSource,
        |n| named(n).supplier = None,
        &["procedure.supplier"],
    ),
    (
        "no ground",
        Way::SingleSource,
        |n| named(n).ground = None,
        &["procedure.supplier"],
    ),
    (
        "a supplier named",
        Way::Inquiry,
        |n| named(n).supplier = Some("supplier".parse().unwrap()),
        &["procedure.supplier"],
    ),
    (
        "not shown",
        Way::SingleSource,
        |n| {
            estimate(n, 2_000_000);
            named(n).approval = Some("approved".into());
        },
        &["procedure.shown_short"],
    ),
    (
        "shown for four working days",
        Way::SingleSource,
        |n| {
            estimate(n, 2_000_000);
            named(n).approval = Some("approved".into());
            named(n).shown = Some(Shown {
                from: days(-7),
                until: days(-3),
            });
        },
        &["procedure.shown_short"],
    ),
    (
        "shown after the notice",
        Way::SingleSource,
        |n| {
            estimate(n, 2_000_000);
            named(n).approval = Some("approved".into());
            named(n).shown = Some(Shown {
                from: days(-7),
                until: days(7),
            });
        },
        &["procedure.shown_short"],
    ),
    // 2026-02-28 is a Saturday that is worked.
    (
        "shown for five working days",
        Way::SingleSource,
        |n| {
            estimate(n, 2_000_000);
            named(n).approval = Some("approved".into());
            named(n).shown = Some(Shown {
                from: days(-7),
                until: days(-2),
            });
        },
        &[],
    ),
    (
        "no flow",
        Way::Comparison,
        |n| named(n).flow = None,
        &["procedure.flow"],
    ),
    (
        "a flow of one's own",
        Way::Inquiry,
        |n| {
            n.procedure.clone_from(&lawful(Way::Comparison).procedure);
            named(n).way = Way::Inquiry;
        },
        &["procedure.flow"],
    ),
    (
        "steps in disorder",
        Way::Comparison,
        |n| named(n).flow.as_mut().unwrap().steps.swap(2, 3),
        &["procedure.flow"],
    ),
    (
        "no opening",
        Way::Comparison,
        |n| {
            named(n).flow.as_mut().unwrap().steps.remove(3);
        },
        &["procedure.flow"],
    ),
    (
        "no rule",
        Way::Comparison,
        |n| named(n).flow.as_mut().unwrap().rule.clear(),
        &["procedure.flow"],
    ),
    (
        "publicity without days",
        Way::Comparison,
        |n| named(n).flow.as_mut().unwrap().publicity_days = 0,
        &["procedure.flow"],
    ),
    (
        "shorter than its own flow",
        Way::Comparison,
        |n| {
            n.closes_at = days(2);
            n.documents_until = days(1);
            n.publicity_days = 0;
        },
        &[
            "procedure.documents_short",
            "procedure.tendering_short",
            "procedure.publicity_short",
        ],
    ),
    (
        "final quotes in the flow alone",
        Way::Comparison,
        |n| {
            named(n)
                .flow
                .as_mut()
                .unwrap()
                .steps
                .insert(4, FlowStep::FinalQuotes);
        },
        &["procedure.stages"],
    ),
    (
        "final quotes in the flow",
        Way::Comparison,
        |n| {
            named(n)
                .flow
                .as_mut()
                .unwrap()
                .steps
                .insert(4, FlowStep::FinalQuotes);
            n.stages.push(stage("final", true));
        },
        &[],
    ),
    (
        "must be tendered",
        Way::Comparison,
        |n| estimate(n, 1_000_000),
        &["procedure.must_tender"],
    ),
    (
        "goods below",
        Way::Comparison,
        |n| {
            estimate(n, 1_999_999);
            method(n).category = Category::Goods;
        },
        &[],
    ),
    (
        "cut into lots",
        Way::Comparison,
        |n| {
            let mut lot = n.lots[0].clone();
            lot.lot = "L2".parse().unwrap();
            n.lots.push(lot);
        },
        &["procedure.must_tender"],
    ),
    (
        "no category",
        Way::Comparison,
        |n| {
            n.method = Method::LowestEvaluated {
                adjustments: Vec::new(),
                must_pass: Vec::new(),
                panel: 0,
            };
        },
        &["procedure.must_tender"],
    ),
];
