//! What if (试算): a method of evaluation tried on sample prices before it is published.
//!
//! Invariant: the page computes with the functions of the evaluation and refuses by those of the notice; what is typed
//! is read, shown again and forgotten.

mod columns;
mod form;

use crate::doors::Doors;
use crate::pages::query::parsed;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use columns::{Coefficient, Column};
use desk::Problem;
use evaluate::method::{Preview, preview};
use facts::body::evaluation::{LotResult, Ranked};
use facts::body::tender::{Brands, Method};
use facts::{Currency, Money, Refusal, Role};
use form::{Row, Typed};

pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/what-if", get(blank).post(tried))
}

/// One sample in the result.
struct Placed {
    /// From 1; ties share it. `None` where the sample is out.
    rank: Option<u32>,
    number: usize,
    price: String,
    evaluated: String,
    /// Points of panel, price and in all; empty where the price alone decides.
    points: Option<[String; 3]>,
    /// What is to be said of it.
    notes: Vec<String>,
}

/// What came out.
struct Outcome {
    benchmark: Option<String>,
    placed: Vec<Placed>,
}

#[derive(Template)]
#[template(path = "buyer/what-if.html")]
struct WhatIf {
    l: Layout,
    typed: Typed,
    /// Where the method cannot be read, and why.
    unreadable: Option<String>,
    /// What the law says against the method.
    refused: Vec<Refusal>,
    columns: Vec<Column>,
    coefficients: Vec<Coefficient>,
    rows: Vec<Row>,
    outcome: Option<Outcome>,
    /// Why there is no result.
    fault: Option<Refusal>,
    /// Brands are not among the samples.
    brands: bool,
}

impl WhatIf {
    fn sentence<'a>(&self, refusal: &'a Refusal) -> &'a str {
        self.l.say(&refusal.zh, &refusal.en)
    }
}

async fn blank(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must_any(&[Role::Buyer, Role::Agent])?;
    let typed = Typed::sample(&signed.l);
    page(&doors, signed.l, typed)
}

async fn tried(State(doors): State<Doors>, signed: Signed, body: String) -> Result<Response, Problem> {
    signed.caller.must_any(&[Role::Buyer, Role::Agent])?;
    page(&doors, signed.l, Typed::of(parsed(&body)))
}

fn page(doors: &Doors, l: Layout, typed: Typed) -> Result<Response, Problem> {
    let mut page = WhatIf {
        unreadable: None,
        refused: Vec::new(),
        columns: Vec::new(),
        coefficients: Vec::new(),
        rows: Vec::new(),
        outcome: None,
        fault: None,
        brands: false,
        typed,
        l,
    };
    let method: Method = match serde_json::from_str(&page.typed.method) {
        Ok(method) => method,
        Err(error) => {
            page.unreadable = Some(error.to_string());
            return shown(&page);
        }
    };
    page.columns = columns::columns(&method);
    page.coefficients = columns::coefficients(&method, &page.typed);
    page.rows = page.typed.rows(&page.columns);
    page.brands = (method.declared()).is_some_and(|declared| declared.same_brand == Brands::One);
    let regime = page.typed.regime();
    let (lot, wrong) = page.typed.lot();
    page.typed.wrong = wrong;
    let Some(lot) = lot else {
        return shown(&page);
    };
    page.refused =
        procure::tender::method_faults(&method, regime, std::slice::from_ref(&lot), doors.clock.now());
    let filled = page.rows.iter().filter(|row| row.is_filled());
    let samples: Vec<_> = filled.clone().map(|row| row.sample(&page.columns)).collect();
    let readable = page.rows.iter().all(|row| row.wrong.is_empty())
        && page.coefficients.iter().all(|one| one.value.is_some())
        && page.typed.wrong.is_empty();
    if samples.is_empty() || !readable {
        return shown(&page);
    }
    let numbers: Vec<usize> = filled.map(|row| row.number).collect();
    let drawn = (page.coefficients.iter())
        .filter_map(|one| Some((one.id.clone(), one.value?)))
        .collect();
    match preview(&method, &lot, &samples, &drawn) {
        Ok(found) => {
            let prices: Vec<i64> = samples.iter().map(|sample| sample.price).collect();
            page.outcome = Some(outcome(&page.l, &found, &numbers, &prices));
        }
        Err(refusal) => page.fault = Some(refusal),
    }
    shown(&page)
}

/// Ten-thousandths of a point with their four decimals.
fn e4(value: i64) -> String {
    format!("{}.{:04}", value.div_euclid(10_000), value.rem_euclid(10_000))
}

/// The place of a sample among those typed, from its code `sample-00n`.
fn place(code: &str) -> Option<usize> {
    let number: usize = code.strip_prefix("sample-")?.parse().ok()?;
    number.checked_sub(1)
}

fn outcome(l: &Layout, found: &Preview, numbers: &[usize], prices: &[i64]) -> Outcome {
    let money = |minor: i64| l.money(&Money::new(Currency::CNY, minor));
    let of = |code: &str| {
        let at = place(code).unwrap_or(usize::MAX);
        (
            numbers.get(at).copied().unwrap_or(0),
            prices.get(at).copied().unwrap_or(0),
        )
    };
    let LotResult {
        ranking, rejected, ..
    } = &found.result;
    let mut placed: Vec<Placed> = ranking
        .iter()
        .map(|bid| {
            let (number, price) = of(bid.code.as_str());
            Placed {
                rank: Some(bid.rank),
                number,
                price: money(price),
                evaluated: money(bid.evaluated),
                points: (bid.total_e4 != 0).then(|| [bid.panel_e4, bid.price_e4, bid.total_e4].map(e4)),
                notes: notes(l, found, bid),
            }
        })
        .collect();
    placed.extend(rejected.iter().map(|bid| {
        let (number, price) = of(bid.code.as_str());
        Placed {
            rank: None,
            number,
            price: money(price),
            evaluated: String::new(),
            points: None,
            notes: vec![clause(l, &bid.clause)],
        }
    }));
    Outcome {
        // Ten-thousandths of a fen are millionths of a yuan.
        benchmark: found.result.benchmark_e4.map(|value| {
            format!(
                "{}.{:06}",
                value.div_euclid(1_000_000),
                value.rem_euclid(1_000_000)
            )
        }),
        placed,
    }
}

fn notes(l: &Layout, found: &Preview, bid: &Ranked) -> Vec<String> {
    let mut notes = Vec::new();
    if found.left_out.contains(&bid.code) {
        notes.push(l.say("不计入基准价", "left out of the benchmark").to_owned());
    }
    let others = || found.result.ranking.iter().filter(|other| other.code != bid.code);
    if others().any(|other| other.rank == bid.rank) {
        notes.push(
            l.say("并列,办法未能区分", "tied: the method does not tell them apart")
                .to_owned(),
        );
    } else if bid.total_e4 != 0 && others().any(|other| other.total_e4 == bid.total_e4) {
        notes.push(
            l.say(
                "同分,按载明的次序区分",
                "equal points, told apart as the method says",
            )
            .to_owned(),
        );
    }
    notes
}

fn clause(l: &Layout, clause: &str) -> String {
    let (word, item) = clause.split_once(':').unwrap_or((clause, ""));
    let said = match word {
        "above_ceiling" => l.say("高于最高限价,否决", "rejected: above the ceiling"),
        "below_floor" => l.say("低于最低限价,否决", "rejected: below the floor"),
        "must_pass" => l.say("未通过必须通过的条款,否决:", "rejected: failed the item "),
        _ => l.say("否决", "rejected"),
    };
    format!("{said}{item}")
}
