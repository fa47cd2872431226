//! The steps around the scores: review, questions to bidders, corrections, low prices, more time, changed scores.
//!
//! Invariant: a correction is signed only after the question that asks its bidder for exactly that price; prices come
//! from what the own seat sees, never from the person who types.

use super::send;
use crate::clock;
use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::{Subcommand, ValueEnum};
use facts::body::evaluation::{
    Change, ChangeGround, ClarificationAsked, Correction, CorrectionRule, ExtensionAsked, LowPriceJudged,
    PriceCorrected, QualificationReviewed, ReviewVoted, ScoreChanged, Vote,
};
use facts::id::{ClarificationId, CodeId, ItemId, SeatId};
use facts::time::MINUTE;
use facts::{Instant, Money, Stream, TenderId};
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// What to do beside the scores.
#[derive(Subcommand)]
pub enum Step {
    /// The steps as your seat sees them: questions, prices, low prices, more time, deviations
    Steps {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Vote in the preliminary review (初步评审): a JSON list of {code, item, passes, reason}
    Review {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// One vote for every bid and item (- for standard input)
        #[arg(long, value_name = "FILE")]
        votes: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Review the qualification (资格审查) where the method leaves it to the buyer; buyers, agents
    Qualify {
        /// The tender
        tender: TenderId,
        /// One vote for every bid and item (- for standard input)
        #[arg(long, value_name = "FILE")]
        votes: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Ask a bidder in writing (要求澄清)
    Ask {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// The bid
        #[arg(long)]
        code: CodeId,
        /// Minutes for the answer
        #[arg(long, default_value_t = 60)]
        minutes: u32,
        /// The question
        text: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Correct arithmetic mistakes (算术性修正, 87号令59), asking the bidder to confirm
    Correct {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// The bid
        #[arg(long)]
        code: CodeId,
        /// RULE=PRICE@PLACE, in the order of the law; the price after it, empty if it stays. Rules: summary-over-rest,
        /// words-over-figures, displaced-unit-price, unit-sum-over-total
        #[arg(long = "step", required = true, value_parser = step)]
        steps: Vec<Stated>,
        /// Minutes for the bidder to confirm
        #[arg(long, default_value_t = 60)]
        minutes: u32,
        /// What the bidder reads, in place of our own sentence
        #[arg(long)]
        text: Option<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Judge a low price that its bidder explained (异常低价)
    JudgeLow {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// The bid
        #[arg(long)]
        code: CodeId,
        /// Whether the price is explained
        #[arg(long, value_enum)]
        reasonable: Answer,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Ask for more time (条例48)
    Extend {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// How much more
        #[arg(long)]
        minutes: u32,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Change scores of yours after the result, on a ground of 87号令64
    ChangeScore {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// CODE/ITEM=FROM:TO in hundredths of a point; again for each
        #[arg(long = "change", required = true, value_parser = change)]
        changes: Vec<Change>,
        /// The ground
        #[arg(long, value_enum)]
        ground: Ground,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// Yes
    Yes,
    /// No
    No,
}

/// The grounds of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// 分值汇总计算错误
    SummedWrongly,
    /// 分项评分超出评分标准范围
    OutOfRange,
    /// 客观评审因素评分不一致
    ObjectiveDiffers,
    /// 经认定评分畸高、畸低
    Extreme,
}

impl Ground {
    const fn of_the_record(self) -> ChangeGround {
        match self {
            Self::SummedWrongly => ChangeGround::SummedWrongly,
            Self::OutOfRange => ChangeGround::OutOfRange,
            Self::ObjectiveDiffers => ChangeGround::ObjectiveDiffers,
            Self::Extreme => ChangeGround::Extreme,
        }
    }
}

/// One step of a correction as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    rule: CorrectionRule,
    /// The price after it; `None`: it stays.
    after: Option<String>,
    place: String,
}

fn step(text: &str) -> Result<Stated, String> {
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

fn change(text: &str) -> Result<Change, String> {
    let wrong = || format!("{text:?}: write CODE/ITEM=FROM:TO");
    let (what, values) = text.split_once('=').ok_or_else(wrong)?;
    let (code, item) = what.split_once('/').ok_or_else(wrong)?;
    let (from, to) = values.split_once(':').ok_or_else(wrong)?;
    Ok(Change {
        code: CodeId::parse(code).map_err(|e| e.to_string())?,
        from: from.parse().map_err(|_| wrong())?,
        item: ItemId::parse(item).map_err(|e| e.to_string())?,
        to: to.parse().map_err(|_| wrong())?,
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

fn after(minutes: u32) -> Instant {
    // On its way an act takes a little; the bidder still has the time that was asked for.
    clock::now().plus(i64::from(minutes).saturating_add(1).saturating_mul(MINUTE))
}

fn fresh() -> Result<ClarificationId, Failure> {
    ClarificationId::parse(&entropy::name("ask")).map_err(|e| Failure::Input(e.to_string()))
}

/// Does it.
pub fn run(machine: &Machine, command: Step) -> Result<(), Failure> {
    match command {
        Step::Steps { tender, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Evaluation)?;
            let shown: Value = session
                .zone(Zone::Evaluation)
                .get(&format!("/api/evaluations/{tender}/steps"))?;
            machine.show(&shown)
        }
        Step::Review {
            tender,
            seat,
            votes,
            key,
        } => {
            let body = ReviewVoted {
                seat,
                tender: tender.clone(),
                votes: machine.read_json::<Vec<Vote>>(&votes)?,
            };
            send(machine, &key, &tender, &body, "votes given")
        }
        Step::Qualify { tender, votes, key } => {
            let body = QualificationReviewed {
                tender: tender.clone(),
                votes: machine.read_json::<Vec<Vote>>(&votes)?,
            };
            send(machine, &key, &tender, &body, "qualification reviewed")
        }
        Step::Ask {
            tender,
            seat,
            code,
            minutes,
            text,
            key,
        } => {
            let body = ClarificationAsked {
                clarification: fresh()?,
                code,
                price: None,
                seat,
                tender: tender.clone(),
                text,
                until: after(minutes),
            };
            send(machine, &key, &tender, &body, "question asked")
        }
        Step::Correct { .. } => correct(machine, command),
        Step::JudgeLow {
            tender,
            seat,
            code,
            reasonable,
            reason,
            key,
        } => {
            let body = LowPriceJudged {
                code,
                reason,
                reasonable: reasonable == Answer::Yes,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "judgement given")
        }
        Step::Extend {
            tender,
            seat,
            minutes,
            reason,
            key,
        } => {
            let body = ExtensionAsked {
                ms: i64::from(minutes).saturating_mul(MINUTE),
                reason,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "more time asked for")
        }
        Step::ChangeScore {
            tender,
            seat,
            changes,
            ground,
            reason,
            key,
        } => {
            let body = ScoreChanged {
                changes,
                ground: ground.of_the_record(),
                reason,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "score changed")
        }
    }
}

/// The question and the correction; a question that was asked already for this price is not asked again.
fn correct(machine: &Machine, command: Step) -> Result<(), Failure> {
    let Step::Correct {
        tender,
        seat,
        code,
        steps,
        minutes,
        text,
        key,
    } = command
    else {
        return Ok(());
    };
    let key = machine.key(&key)?;
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
            until: after(minutes),
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

    #[test]
    fn a_change_names_bid_item_and_both_values() {
        let read = change("code-a/plan=3000:2000").unwrap();
        assert_eq!(
            (read.code.as_str(), read.item.as_str(), read.from, read.to),
            ("code-a", "plan", 3_000, 2_000)
        );
        for wrong in ["code-a/plan=3000", "plan=1:2", "code-a/plan=x:2"] {
            assert!(change(wrong).is_err(), "{wrong}");
        }
    }
}
