//! Prices as the panel sees them: opened, corrected, evaluated (算术性修正), and those that are looked into (异常低价).
//!
//! Invariant: the opened price always stands beside the corrected one; a judgement of another seat is told when all
//! have judged.

use crate::law::State;
use crate::{abnormal, law, method};
use facts::body::evaluation::{CodedBid, CorrectionRule, EvaluationOpened, LowPriceTest, PriceCorrected};
use facts::body::tender::LowPrice;
use facts::id::{ClarificationId, CodeId, LotId, SeatId};
use facts::methods::LOW_PRICE_RULES;
use facts::{Instant, Money};
use serde::Serialize;
use utoipa::ToSchema;

/// One bid's price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceView {
    /// The bid.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// What was corrected, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<CorrectionView>,
    /// The price that counts: the opened one, or the corrected one once its bidder confirmed it.
    #[schema(value_type = Object)]
    pub counts: Money,
    /// What is compared, after adjustments and policy deductions; absent where the method does not declare it.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluated: Option<Money>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// As it was read out; never overwritten.
    #[schema(value_type = Object)]
    pub opened: Money,
    /// The clause under which the bid is out, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
}

/// One correction in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CorrectionView {
    /// The question by which the bidder is asked to confirm it.
    #[schema(value_type = String)]
    pub clarification: ClarificationId,
    /// `asked`, `confirmed` or `refused`; who lets the time pass refuses.
    pub state: &'static str,
    /// The seat that wrote it.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Each step, in the order of 87号令59.
    pub steps: Vec<CorrectedView>,
}

/// One step of a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CorrectedView {
    /// The price after it.
    #[schema(value_type = Object)]
    pub after: Money,
    /// The price before it.
    #[schema(value_type = Object)]
    pub before: Money,
    /// Where in the bid.
    pub place: String,
    /// The rule, as the record names it.
    #[schema(value_type = String)]
    pub rule: CorrectionRule,
}

impl PriceView {
    pub(super) fn all(opened: &EvaluationOpened, state: &State) -> Vec<Self> {
        let settled = state.settled();
        let view = |bid: &CodedBid| {
            let counts = settled.corrected.get(&bid.code).copied();
            let counts = Money::new(bid.price.currency, counts.unwrap_or(bid.price.minor));
            let evaluated = (opened.method.declared())
                .map(|declared| method::evaluated(declared, bid, counts.minor))
                .map(|minor| Money::new(bid.price.currency, minor));
            Self {
                code: bid.code.clone(),
                correction: (state.steps.corrections.get(&bid.code)).map(|body| correction(bid, body, state)),
                counts,
                evaluated,
                lot: bid.lot.clone(),
                opened: bid.price,
                out: settled.rejected.get(&bid.code).cloned().filter(|clause| {
                    // A correction that is still to be confirmed puts nobody out yet.
                    clause != "price_unconfirmed" || !awaited(&bid.code, state)
                }),
            }
        };
        opened.bids.iter().map(view).collect()
    }
}

fn answer<'a>(
    body: &PriceCorrected,
    state: &'a State,
) -> Option<&'a facts::body::evaluation::ClarificationReturned> {
    let question = state.steps.questions.get(&body.clarification)?;
    question.returned.as_ref()
}

fn awaited(code: &CodeId, state: &State) -> bool {
    (state.steps.corrections.get(code)).is_some_and(|body| answer(body, state).is_none())
}

fn correction(bid: &CodedBid, body: &PriceCorrected, state: &State) -> CorrectionView {
    let money = |minor| Money::new(bid.price.currency, minor);
    CorrectionView {
        clarification: body.clarification.clone(),
        state: match answer(body, state).map(|returned| returned.confirms) {
            None => "asked",
            Some(Some(true)) => "confirmed",
            Some(_) => "refused",
        },
        seat: body.seat.clone(),
        steps: (body.corrections.iter())
            .map(|step| CorrectedView {
                after: money(step.after),
                before: money(step.before),
                place: step.place.clone(),
                rule: step.rule,
            })
            .collect(),
    }
}

/// The review of low prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LowPriceView {
    /// Least time for an explanation, in milliseconds.
    pub answer_ms: i64,
    /// The article in force now.
    pub article: &'static str,
    /// Since when it is in force, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub since: Instant,
    /// The bids looked into, ascending by code.
    pub bids: Vec<LowBidView>,
}

/// One bid whose price is looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LowBidView {
    /// The bid.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// Whether the bidder answered a question, or let its time pass: then the price can be judged.
    pub heard: bool,
    /// How many seats judged.
    pub judged: usize,
    /// Every seat's judgement, once all are in; before that the own one alone.
    pub judgements: Vec<JudgementView>,
    /// The lines that the price is below.
    pub lines: Vec<LineView>,
    /// Whether this seat judged.
    pub mine: bool,
    /// The price as it was read out.
    #[schema(value_type = Object)]
    pub price: Money,
    /// Whether a question to the bidder is still open.
    pub waits: bool,
}

/// One line of the notice that a price is below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineView {
    /// In basis points of what the test compares with, as the notice declares it.
    pub bp: i64,
    /// The line, to the nearest minor unit.
    #[schema(value_type = Object)]
    pub line: Money,
    /// `ceiling`, `mean` or `second`.
    #[schema(value_type = String)]
    pub test: LowPriceTest,
}

/// One seat's judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgementView {
    /// Why.
    pub reason: String,
    /// Whether the price is explained.
    pub reasonable: bool,
    /// Who.
    #[schema(value_type = String)]
    pub seat: SeatId,
}

impl LowPriceView {
    pub(super) fn of(opened: &EvaluationOpened, seat: &SeatId, state: &State) -> Option<Self> {
        let rates = opened.method.declared()?.low_price?;
        let rule = LOW_PRICE_RULES.last()?;
        let closed = state.steps.closed.as_ref();
        let rejected = closed
            .map(|closed| closed.rejected.as_slice())
            .unwrap_or_default();
        let passed = law::passed(opened, rejected);
        let flagged = closed.map(|closed| closed.flagged.as_slice()).unwrap_or_default();
        let bids = passed.iter().filter_map(|bid| {
            let tests: Vec<LowPriceTest> = (flagged.iter())
                .filter(|hit| hit.code == bid.code)
                .map(|hit| hit.test)
                .collect();
            (!tests.is_empty()).then(|| low(bid, &tests, &rates, &passed, seat, state))
        });
        Some(Self {
            answer_ms: rates.answer_ms,
            article: rule.article,
            since: rule.from,
            bids: bids.collect(),
        })
    }
}

fn low(
    bid: &CodedBid,
    tests: &[LowPriceTest],
    rates: &LowPrice,
    passed: &[&CodedBid],
    seat: &SeatId,
    state: &State,
) -> LowBidView {
    let steps = &state.steps;
    let judged = steps.judged.get(&bid.code);
    let all = judged.is_some_and(|judged| state.seats.keys().all(|seat| judged.contains_key(seat)));
    let reasons = steps.reasons.get(&bid.code);
    let lines = tests.iter().filter_map(|test| {
        let line = abnormal::line(*test, rates, bid, passed)?.half_up()?;
        Some(LineView {
            bp: match test {
                LowPriceTest::Ceiling => rates.ceiling_bp,
                LowPriceTest::Mean => rates.mean_bp,
                LowPriceTest::Second => rates.second_bp,
            },
            line: Money::new(bid.price.currency, i64::try_from(line).ok()?),
            test: *test,
        })
    });
    let shown = judged.into_iter().flatten().filter(|(id, _)| all || *id == seat);
    LowBidView {
        code: bid.code.clone(),
        heard: state
            .explained(&bid.code)
            .any(|question| question.returned.is_some()),
        judged: judged.map_or(0, std::collections::BTreeMap::len),
        judgements: shown
            .map(|(id, reasonable)| JudgementView {
                reason: reasons
                    .and_then(|reasons| reasons.get(id))
                    .cloned()
                    .unwrap_or_default(),
                reasonable: *reasonable,
                seat: id.clone(),
            })
            .collect(),
        lines: lines.collect(),
        mine: judged.is_some_and(|judged| judged.contains_key(seat)),
        price: bid.price,
        waits: state
            .explained(&bid.code)
            .any(|question| question.returned.is_none()),
    }
}
