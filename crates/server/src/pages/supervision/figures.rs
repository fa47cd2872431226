//! Statistics as a page and as CSV: by buyer, agent, trade or month.
//!
//! Invariant: page and CSV show what `/api/statistics` answers for the same question, in the same order.

use crate::doors::Doors;
use crate::pages::csv::Csv;
use crate::pages::query::written;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use desk::Problem;
use facts::{Instant, Money, Role};
use supervise::desks::{FiguresWanted, StatisticsView};
use supervise::figures::{By, Figures, Month, Statistics};

/// A table of figures: heads, and rows of cells; the first cell names the group.
pub(super) struct Table {
    pub(super) about: &'static str,
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// What figures are divided by, in words.
pub(super) fn by_name(l: &Layout, by: By) -> &'static str {
    match by {
        By::Buyer => l.say("招标人", "Buyer"),
        By::Agent => l.say("代理机构", "Agent"),
        By::Trade => l.say("行业类别", "Trade"),
        By::Month => l.say("月份", "Month"),
    }
}

fn procured(l: &Layout, by: By) -> Vec<&'static str> {
    vec![
        by_name(l, by),
        l.say("登记项目", "Procedures"),
        l.say("开标", "Openings"),
        l.say("投标(已开标)", "Bids (opened)"),
        l.say("平均每项投标", "Bids each"),
        l.say("流标", "Failed"),
        l.say("定标标段", "Lots awarded"),
        l.say("较限价节约", "Saved against ceilings"),
    ]
}

fn watched(l: &Layout, by: By) -> Vec<&'static str> {
    vec![
        by_name(l, by),
        l.say("红牌", "Red cards"),
        l.say("黄牌", "Yellow cards"),
        l.say("预警", "Warnings"),
        l.say("销牌:办结或补正", "Ended: done or mended"),
        l.say("销牌:随项目失效", "Ended: lapsed"),
        l.say("销牌:被取代", "Ended: replaced"),
        l.say("监督指令", "Orders"),
        l.say("投诉处理", "Complaints decided"),
    ]
}

/// A number of hundredths with two decimals.
fn hundredths(value: u64) -> String {
    format!(
        "{}.{:02}",
        value.checked_div(100).unwrap_or(0),
        value.checked_rem(100).unwrap_or(0)
    )
}

fn group(l: &Layout, key: &str) -> String {
    if key.is_empty() {
        l.say("(无)", "(none)").to_owned()
    } else {
        key.to_owned()
    }
}

fn procured_cells(l: &Layout, key: &str, figures: &Figures) -> Vec<String> {
    let saved = figures.saved.iter().map(|(currency, saved)| {
        let share = saved.share_bp().map_or_else(String::new, |bp| {
            let sign = if bp < 0 { "-" } else { "" };
            format!(" ({sign}{} %)", hundredths(bp.unsigned_abs()))
        });
        format!("{}{share}", l.money(&Money::new(*currency, saved.difference())))
    });
    let saved: Vec<String> = saved.collect();
    vec![
        group(l, key),
        figures.procedures.to_string(),
        figures.openings.to_string(),
        figures.bids.to_string(),
        figures.bids_each_e2().map_or_else(|| "—".to_owned(), hundredths),
        figures.failed.to_string(),
        figures.awards.to_string(),
        if saved.is_empty() {
            "—".to_owned()
        } else {
            saved.join("; ")
        },
    ]
}

fn watched_cells(l: &Layout, key: &str, figures: &Figures) -> Vec<String> {
    vec![
        group(l, key),
        figures.red.to_string(),
        figures.yellow.to_string(),
        figures.warned.to_string(),
        figures.cured.to_string(),
        figures.lapsed.to_string(),
        figures.replaced.to_string(),
        figures.orders.to_string(),
        figures.complaints.to_string(),
    ]
}

/// Figures as two tables, of procurement and of supervision, each with the total as its last row.
pub(super) fn tables(l: &Layout, statistics: &Statistics) -> [Table; 2] {
    let rows = |cells: fn(&Layout, &str, &Figures) -> Vec<String>| {
        let each = statistics.rows.iter();
        let mut rows: Vec<Vec<String>> = each.map(|row| cells(l, &row.key, &row.figures)).collect();
        rows.push(cells(l, l.say("合计", "Total"), &statistics.total));
        rows
    };
    [
        Table {
            about: l.say("招标与定标", "Tenders and awards"),
            heads: procured(l, statistics.by),
            rows: rows(procured_cells),
        },
        Table {
            about: l.say("红黄牌、指令与投诉", "Cards, orders and complaints"),
            heads: watched(l, statistics.by),
            rows: rows(watched_cells),
        },
    ]
}

/// A choice of a form.
struct Choice {
    word: &'static str,
    name: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "supervision/statistics.html")]
struct StatisticsPage {
    l: Layout,
    at: Instant,
    size: u64,
    version: Option<String>,
    from: String,
    until: String,
    choices: Vec<Choice>,
    tables: [Table; 2],
    /// The same as CSV.
    csv: String,
    /// Months of which there is a report, the last first.
    months: Vec<String>,
}

/// Months that reports are offered of.
const MONTHS: usize = 24;

async fn asked(
    doors: &Doors,
    l: &Layout,
    wanted: &FiguresWanted,
) -> Result<(StatisticsView, [String; 3]), Problem> {
    let asked = wanted.read()?;
    let view = doors.oversight.statistics(asked, l.now).await?;
    let month = |month: Option<Month>| month.map(|month| month.to_string()).unwrap_or_default();
    let words = [asked.by.word().to_owned(), month(asked.from), month(asked.until)];
    Ok((view, words))
}

/// `GET /statistics`.
pub(super) async fn statistics(
    State(doors): State<Doors>,
    signed: Signed,
    Query(wanted): Query<FiguresWanted>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let (view, [by, from, until]) = asked(&doors, &l, &wanted).await?;
    let mut months: Vec<String> = doors
        .oversight
        .with_docket(|docket| {
            let facts = docket.matters().flat_map(|matter| &matter.facts);
            let months: std::collections::BTreeSet<Month> = facts.map(|fact| Month::of(fact.at)).collect();
            months
                .into_iter()
                .rev()
                .take(MONTHS)
                .map(|month| month.to_string())
                .collect()
        })
        .await?;
    months.dedup();
    let query = written(&[("by", &by), ("from", &from), ("until", &until)]);
    shown(&StatisticsPage {
        at: view.at,
        size: view.size,
        choices: By::ALL
            .into_iter()
            .map(|one| Choice {
                word: one.word(),
                name: by_name(&l, one),
                is_chosen: one.word() == by,
            })
            .collect(),
        tables: tables(&l, &view.statistics),
        csv: format!("/statistics.csv?{query}"),
        version: view.version,
        from,
        until,
        months,
        l,
    })
}

/// A CSV to be kept under a name.
pub(super) fn sent(csv: Csv, name: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, csv.into_bytes()).into_response()
}

/// `GET /statistics.csv`: the same tables side by side, one row a group.
pub(super) async fn csv(
    State(doors): State<Doors>,
    signed: Signed,
    Query(wanted): Query<FiguresWanted>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let (view, [by, from, until]) = asked(&doors, &l, &wanted).await?;
    let [first, second] = tables(&l, &view.statistics);
    let mut csv = Csv::default();
    csv.row(first.heads.iter().chain(second.heads.iter().skip(1)));
    for (row, more) in first.rows.iter().zip(&second.rows) {
        csv.row(row.iter().chain(more.iter().skip(1)));
    }
    let name: Vec<&str> = ["statistics", &by, &from, &until]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Ok(sent(csv, &format!("{}.csv", name.join("-"))))
}
