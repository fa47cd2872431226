//! An arithmetic correction by command (算术性修正, 87号令59): the question to the bidder and the entry in the ledger.
//!
//! Invariant: a correction is signed only after the question that asks its bidder for exactly that price; prices come
//! from what the own seat sees, never from the person who types.

use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use facts::body::evaluation::{ClarificationAsked, Correction, CorrectionRule, PriceCorrected};
use facts::id::{ClarificationId, CodeId, SeatId};
use facts::{Instant, Money, Stream, TenderId};
use serde::Deserialize;
use std::path::Path;

/// A correction as asked for.
pub(super) struct Wish {
    /// The bid.
    pub(super) code: CodeId,
    /// The own seat.
    pub(super) seat: SeatId,
    /// The steps as typed.
    pub(super) steps: Vec<Stated>,
    /// The tender.
    pub(super) tender: TenderId,
    /// What the bidder reads, in place of our own sentence.
    pub(super) text: Option<String>,
    /// Until when the bidder confirms.
    pub(super) until: Instant,
}

/// One step of a correction as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    rule: CorrectionRule,
    /// The price after it; `None`: it stays.
    after: Option<String>,
    place: String,
}

pub(super) fn step(text: &str) -> Result<Stated, String> {
    let wrong = || format!("{text:?}: write RULE=PRICE@PLACE");
    let (rule, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (after, place) = rest.split_once('@').ok_or_else(wrong)?;
    let rule = match rule {
        "summary-over-rest" => CorrectionRule::SummaryOverRest,
        "words-over-figures" => CorrectionRule::WordsOverFigures,
        "displaced-unit-price" => CorrectionRule::DisplacedUnitPrice,
        "unit-sum-over-total" => CorrectionRule::UnitSumOverTotal,
        _ => return Err(format!("{rule:?} is no rule of 87号令59")),
    };
    Ok(Stated {
        rule,
        after: (!after.is_empty()).then(|| after.to_owned()),
        place: place.to_owned(),
    })
}

/// The steps from the opened price.
fn chain(opened: Money, stated: Vec<Stated>) -> Result<Vec<Correction>, Failure> {
    let mut price = opened.minor;
    let mut steps = Vec::with_capacity(stated.len());
    for Stated { rule, after, place } in stated {
        let before = price;
        if let Some(text) = after {
            let after = Money::parse(&text, opened.currency).map_err(|e| Failure::Input(e.to_string()))?;
            price = after.minor;
        }
        steps.push(Correction {
            after: price,
            before,
            place,
            rule,
        });
    }
    Ok(steps)
}

/// What of the steps a correction needs.
#[derive(Deserialize)]
struct Ledger {
    #[serde(default)]
    prices: Option<Vec<Price>>,
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Price {
    code: CodeId,
    opened: Money,
}

#[derive(Deserialize)]
struct Question {
    clarification: ClarificationId,
    code: CodeId,
    #[serde(default)]
    price: Option<i64>,
}

/// A fresh name of a question.
pub(super) fn fresh() -> Result<ClarificationId, Failure> {
    ClarificationId::parse(&entropy::name("ask")).map_err(|e| Failure::Input(e.to_string()))
}

/// The question and the correction; a question that was asked already for this price is not asked again.
pub(super) fn correct(machine: &Machine, key: &Path, wish: Wish) -> Result<(), Failure> {
    let Wish {
        code,
        seat,
        steps,
        tender,
        text,
        until,
    } = wish;
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Evaluation)?;
    let ledger: Ledger = session
        .zone(Zone::Evaluation)
        .get(&format!("/api/evaluations/{tender}/steps"))?;
    let prices = ledger.prices.ok_or_else(|| {
        Failure::Input(
            "prices are shown, and corrected, once every seat has committed to its scores".to_owned(),
        )
    })?;
    let opened = prices.iter().find(|price| price.code == code);
    let opened = opened
        .ok_or_else(|| Failure::Input(format!("there is no bid {code}")))?
        .opened;
    let corrections = chain(opened, steps)?;
    let price = corrections.last().map_or(opened.minor, |step| step.after);
    if price == opened.minor {
        return Err(Failure::Input(
            "these steps lead to the opened price again: there is nothing to confirm".to_owned(),
        ));
    }
    let begun = (ledger.questions.into_iter()).find(|asked| asked.code == code && asked.price == Some(price));
    let stream = Stream::Evaluation(tender.clone());
    let clarification = if let Some(begun) = begun {
        begun.clarification
    } else {
        let asked = ClarificationAsked {
            clarification: fresh()?,
            code: code.clone(),
            price: Some(price),
            seat: seat.clone(),
            tender: tender.clone(),
            text: text.unwrap_or_else(|| {
                let corrected = Money::new(opened.currency, price);
                format!("评标委员会按87号令第五十九条对贵方报价作算术性修正,修正后为{corrected},请确认。")
            }),
            until,
        };
        let done = session.act(&key, stream.clone(), &asked)?;
        machine.done("bidder asked to confirm", &done);
        asked.clarification
    };
    let body = PriceCorrected {
        clarification,
        code,
        corrections,
        seat,
        tender,
    };
    let done = session.act(&key, stream, &body)?;
    machine.done("correction entered", &done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Currency;

    #[test]
    fn steps_chain_from_the_opened_price_and_one_may_leave_it() {
        let stated = [
            "summary-over-rest=@p. 2",
            "unit-sum-over-total=890000.00@list, p. 3",
        ];
        let stated = stated.map(|text| step(text).unwrap()).to_vec();
        let steps = chain(Money::new(Currency::CNY, 90_000_000), stated).unwrap();
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.before, step.after, step.place.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (90_000_000, 90_000_000, "p. 2"),
                (90_000_000, 89_000_000, "list, p. 3")
            ]
        );
        for wrong in ["sum=1@p", "unit-sum-over-total=1", "unit-sum-over-total"] {
            assert!(step(wrong).is_err(), "{wrong}");
        }
        let stated = vec![step("unit-sum-over-total=1.234@p").unwrap()];
        assert!(chain(Money::new(Currency::CNY, 1), stated).is_err());
    }
}
