//! Facts of an evaluation on its way through the steps.

use super::*;

pub(super) fn closed() -> Draft {
    let hit = |test| LowPriceHit {
        code: code("code-b"),
        test,
    };
    fact(&ReviewClosed {
        flagged: vec![hit(LowPriceTest::Mean), hit(LowPriceTest::Second)],
        rejected: vec![],
        tender: tender(),
    })
}

pub(super) fn committed() -> Vec<Draft> {
    let commit = |n: usize| {
        fact(&ScoreCommitted {
            commitment: Hex([u8::try_from(n).unwrap(); 32]),
            seat: seat(n),
            tender: tender(),
        })
    };
    [vec![free("seat-3"), closed()], (1..=3).map(commit).collect()].concat()
}

pub(super) fn asked(name: &str, bid: &str, price: Option<i64>) -> Draft {
    fact(&ClarificationAsked {
        clarification: question(name),
        code: code(bid),
        price,
        seat: seat(1),
        tender: tender(),
        text: format!("<b>{name}</b>?"),
        until: Instant(4_000_000_000_000),
    })
}

pub(super) fn returned(name: &str, confirms: Option<bool>) -> Draft {
    fact(&ClarificationReturned {
        answered: Some(7),
        clarification: question(name),
        confirms,
        tender: tender(),
        text: "costs are <as shown>".into(),
    })
}

pub(super) fn corrected() -> Draft {
    let step = |rule, before, after| Correction {
        after,
        before,
        place: "p. 3".into(),
        rule,
    };
    fact(&PriceCorrected {
        clarification: question("price"),
        code: code("code-a"),
        corrections: vec![
            step(CorrectionRule::SummaryOverRest, 912_345_600, 912_345_600),
            step(CorrectionRule::UnitSumOverTotal, 912_345_600, 900_000_000),
        ],
        seat: seat(1),
        tender: tender(),
    })
}

pub(super) fn judged(n: usize) -> Draft {
    fact(&LowPriceJudged {
        code: code("code-b"),
        reason: format!("reason of {n}"),
        reasonable: n != 2,
        seat: seat(n),
        tender: tender(),
    })
}

pub(super) fn revealed(n: usize, points: i64) -> Draft {
    let row = |(name, ..): (&str, &str, i64)| (code(name), BTreeMap::from([(item(), points)]));
    fact(&ScoreRevealed {
        salt: Hex([0; 32]),
        seat: seat(n),
        sheet: BIDS.map(row).into(),
        tender: tender(),
    })
}
