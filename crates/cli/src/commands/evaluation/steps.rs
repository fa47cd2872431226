//! The steps around the scores: qualification, review, questions to bidders, corrections, low prices, more time, changed scores.
//!
//! Invariant: what is sent is what was typed, for the own seat; nothing is looked up but what a correction begins with.

use super::correction::{self, Stated, Wish, correct, fresh};
use super::qualification::{self, Look, Qualify};
use super::send;
use crate::clock;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::{Subcommand, ValueEnum};
use facts::body::evaluation::{
    Change, ChangeGround, ClarificationAsked, ExtensionAsked, LowPriceJudged, ReviewVoted, ScoreChanged, Vote,
};
use facts::id::{CodeId, ItemId, SeatId};
use facts::time::MINUTE;
use facts::{Instant, TenderId};
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
    Qualify(Qualify),
    /// What there is to review of the qualification, with the bidders' files; buyers, agents
    Qualification(Look),
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
        #[arg(long = "step", required = true, value_parser = correction::step)]
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

fn after(minutes: u32) -> Instant {
    // On its way an act takes a little; the bidder still has the time that was asked for.
    clock::now().plus(i64::from(minutes).saturating_add(1).saturating_mul(MINUTE))
}

/// Does it.
#[expect(clippy::too_many_lines, reason = "one arm for each command")]
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
        Step::Qualify(review) => qualification::qualify(machine, &review),
        Step::Qualification(look) => qualification::look(machine, &look),
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
        Step::Correct {
            tender,
            seat,
            code,
            steps,
            minutes,
            text,
            key,
        } => {
            let wish = Wish {
                code,
                seat,
                steps,
                tender,
                text,
                until: after(minutes),
            };
            correct(machine, &key, wish)
        }
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

#[cfg(test)]
mod tests {
    use super::change;

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
