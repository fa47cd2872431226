//! The monthly report (电子监察月报) as a page, as CSV and as PDF.
//!
//! Invariant: the three are made of the same pieces; the same log and instant give the same bytes, and those of a month
//! that is over stay the same for ever.

use super::figures::{self, by_name};
use super::logged::{colour, how};
use crate::doors::Doors;
use crate::pages::csv::Csv;
use crate::pages::public::words as fact_words;
use crate::pages::{Layout, Signed, shown};
use crate::printing::press;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use desk::{Outage, Problem};
use facts::{Instant, Role};
use print::{Align, Block, Column, Document, Moment};
use supervise::figures::{Listed, Month, MonthReport, Stood};

/// A piece of the report.
enum Piece {
    Heading(String),
    Text(String),
    Table {
        about: String,
        heads: Vec<&'static str>,
        rows: Vec<Vec<String>>,
        /// Width of each column on paper, as a share.
        shares: Vec<u16>,
    },
}

#[derive(Template)]
#[template(path = "supervision/month.html")]
struct MonthPage {
    l: Layout,
    month: String,
    title: String,
    pieces: Vec<Piece>,
}

fn title(l: &Layout, month: Month) -> String {
    if l.is_zh() {
        format!("电子监察月报 {month}")
    } else {
        format!("Monthly report of supervision, {month}")
    }
}

fn stamp(l: &Layout, at: Instant) -> String {
    l.clock(&at)
}

/// What the report follows from, and whether it can still change.
fn basis(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let (size, at) = (report.size, stamp(l, report.at));
    let stands = match (report.settled, l.is_zh()) {
        (true, true) => format!(
            "所列均为日志中的事实,状态截至 {at},即本月最后一刻;据日志前 {size} 条记录统计。本月已结束,此后写入日志的事实不改变本报告。"
        ),
        (true, false) => format!(
            "Facts of the log alone, as of {at}, the last of the month, from its first {size} entries. The month is over: what is written down later does not change this report."
        ),
        (false, true) => format!(
            "本月尚未结束。所列均为日志中的事实,截至 {at},据日志前 {size} 条记录统计,月末前仍会变化。"
        ),
        (false, false) => format!(
            "The month is not over. Facts of the log alone, as of {at}, from its first {size} entries; they change until it is."
        ),
    };
    let ruled = match (&report.rules, l.is_zh()) {
        (Some(rules), true) => format!(
            "当时生效的监察规则版本为 {},工作日历为 {}。",
            rules.version, rules.calendar
        ),
        (Some(rules), false) => format!(
            "The rules in force then: version {}, with the calendar {}.",
            rules.version, rules.calendar
        ),
        (None, true) => "当时没有生效的监察规则版本。".to_owned(),
        (None, false) => "No version of the rules was in force then.".to_owned(),
    };
    vec![Piece::Text(stands), Piece::Text(ruled)]
}

fn summary(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let [first, ..] = &report.divided;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for table in figures::tables(l, first) {
        let total = table.rows.last().cloned().unwrap_or_default();
        let named = table.heads.iter().zip(total).skip(1);
        rows.extend(named.map(|(head, value)| vec![(*head).to_owned(), value]));
    }
    let (red, yellow) = report.open;
    rows.push(vec![
        l.say("截至时未结的红牌、黄牌", "Red and yellow cards open then")
            .to_owned(),
        format!("{red}, {yellow}"),
    ]);
    vec![
        Piece::Heading(l.say("一、本月概况", "1. The month at a glance").to_owned()),
        Piece::Table {
            about: l.say("合计", "Totals").to_owned(),
            heads: vec![l.say("指标", "Figure"), l.say("数值", "Value")],
            rows,
            shares: vec![50, 50],
        },
    ]
}

/// Shares in which the longest word of every column has room: a sign of Chinese may stand alone, a word of Latin may not.
fn shares(heads: &[&'static str], rows: &[Vec<String>]) -> Vec<u16> {
    let longest = |text: &str| {
        let words = text.split(|character: char| character == ' ' || !character.is_ascii());
        words.map(str::len).max().unwrap_or(0)
    };
    let share = |(place, head): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(place));
        let widest = cells.map(|cell| longest(cell)).max().unwrap_or(0);
        let signs = longest(head).max(widest).clamp(6, 22);
        u16::try_from(signs.saturating_add(2)).unwrap_or(u16::MAX)
    };
    heads.iter().enumerate().map(share).collect()
}

fn divided(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let mut pieces = vec![Piece::Heading(
        l.say("二、分类统计", "2. By buyer, agent and trade").to_owned(),
    )];
    for statistics in &report.divided {
        for table in figures::tables(l, statistics) {
            pieces.push(Piece::Table {
                about: format!("{}{}{}", by_name(l, statistics.by), l.say(":", ": "), table.about),
                shares: shares(&table.heads, &table.rows),
                heads: table.heads,
                rows: table.rows,
            });
        }
    }
    pieces
}

/// How a card stood at the instant of the report.
fn outcome(l: &Layout, card: &Stood) -> String {
    match (card.ended, card.red) {
        (Some((at, ended)), _) => format!("{} {}", how(l, ended.into()), stamp(l, at)),
        (None, Some(red)) if l.is_zh() => format!("已转红牌(日志第 {red} 条)"),
        (None, Some(red)) => format!("turned red (entry {red})"),
        (None, None) => l.say("未结", "open").to_owned(),
    }
}

fn carded(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let heading = Piece::Heading(l.say("三、红黄牌", "3. Cards").to_owned());
    if report.cards.is_empty() {
        return vec![heading, none(l)];
    }
    let row = |stood: &Stood| {
        let card = &stood.card;
        vec![
            colour(l, card.colour.into()).to_owned(),
            card.rule.clone(),
            card.tender.to_string(),
            l.say(&card.zh, &card.en).to_owned(),
            stamp(l, stood.at),
            stood.warned.to_string(),
            outcome(l, stood),
            stood.seq.to_string(),
        ]
    };
    vec![
        heading,
        Piece::Table {
            about: l
                .say("本月亮出或销去的牌", "Cards issued or ended in the month")
                .to_owned(),
            heads: vec![
                l.say("牌", "Card"),
                l.say("规则", "Rule"),
                l.say("项目", "Tender"),
                l.say("事由", "Why"),
                l.say("亮牌", "Issued"),
                l.say("预警次数", "Warnings"),
                l.say("结果", "Outcome"),
                l.say("日志序号", "Entry"),
            ],
            rows: report.cards.iter().map(row).collect(),
            shares: vec![8, 7, 14, 27, 14, 11, 17, 8],
        },
    ]
}

fn none(l: &Layout) -> Piece {
    Piece::Text(l.say("本月无。", "None in this month.").to_owned())
}

fn listed(l: &Layout, heading: &'static str, about: &'static str, listed: &[Listed]) -> Vec<Piece> {
    let heading = Piece::Heading(heading.to_owned());
    if listed.is_empty() {
        return vec![heading, none(l)];
    }
    let row = |one: &Listed| {
        let (zh, en) = fact_words::kind(one.fact.kind);
        vec![
            one.tender.to_string(),
            one.title.clone(),
            l.say(zh, en).to_owned(),
            stamp(l, one.fact.at),
            one.fact.seq.to_string(),
        ]
    };
    vec![
        heading,
        Piece::Table {
            about: about.to_owned(),
            heads: vec![
                l.say("项目", "Tender"),
                l.say("名称", "Title"),
                l.say("事实", "Fact"),
                l.say("时间", "Time"),
                l.say("日志序号", "Entry"),
            ],
            rows: listed.iter().map(row).collect(),
            shares: vec![18, 36, 20, 18, 8],
        },
    ]
}

fn pieces(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let mut pieces = basis(l, report);
    pieces.extend(summary(l, report));
    pieces.extend(divided(l, report));
    pieces.extend(carded(l, report));
    pieces.extend(listed(
        l,
        l.say("四、监督指令与处理", "4. Orders and decisions"),
        l.say("本月的监督事实", "Facts of supervision in the month"),
        &report.orders,
    ));
    pieces.extend(listed(
        l,
        l.say("五、流标与终止", "5. Failed and ended"),
        l.say("本月流标或终止的项目", "Tenders that failed or were ended"),
        &report.failed,
    ));
    pieces.push(Piece::Heading(l.say("说明", "How it is counted").to_owned()));
    pieces.push(Piece::Text(
        l.say(
            "登记、开标、流标、定标按事实发生的月份计;投标数只取自首次开标记录,开标前不统计;节约额为设有最高投标限价的已定标标段限价合计减中标价合计;牌、预警与销牌按各自记入日志的月份计,黄牌转为红牌的,两张各计一次;规则查出而未记入日志的不计。名称、行业与状态均以截至时为准。",
            "Registrations, openings, failures and awards count in the month of their fact; bids come from the first opening record alone and are not counted before it; saved is the sum of ceilings less the sum of award prices of the lots that had a ceiling; cards, warnings and ends count in the month in which they were written to the log, and a yellow card that turned red counts as both; what the rules find and nobody wrote down does not count. Titles, trades and states are those of the instant of the report.",
        )
        .to_owned(),
    ));
    pieces
}

fn unknown() -> Problem {
    Problem::unknown(
        "There is no such month; write it as 2026-11, and not one that lies ahead.",
        "没有该月份;请写作 2026-11 的形式,且不晚于本月。",
    )
}

async fn made(doors: &Doors, signed: Signed, month: &str) -> Result<(Layout, MonthReport), Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let now = l.now;
    let month = Month::parse(month)
        .filter(|month| month.begins() <= now)
        .ok_or_else(unknown)?;
    let report = doors
        .oversight
        .with_both(move |docket, board| MonthReport::of(docket, board, month, now));
    Ok((l, report.await?))
}

/// `GET /reports/{month}`.
pub(super) async fn page(
    State(doors): State<Doors>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Response, Problem> {
    let (l, report) = made(&doors, signed, &month).await?;
    shown(&MonthPage {
        month: report.month.to_string(),
        title: title(&l, report.month),
        pieces: pieces(&l, &report),
        l,
    })
}

/// `GET /reports/{month}/report.csv`: the tables one below the other, each under its name.
pub(super) async fn csv(
    State(doors): State<Doors>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Response, Problem> {
    let (l, report) = made(&doors, signed, &month).await?;
    let mut csv = Csv::default();
    csv.row([title(&l, report.month)]);
    for piece in pieces(&l, &report) {
        match piece {
            Piece::Heading(text) | Piece::Text(text) => csv.row([text]),
            Piece::Table {
                about, heads, rows, ..
            } => {
                csv.row([about]);
                csv.row(heads);
                for row in rows {
                    csv.row(row);
                }
            }
        }
    }
    Ok(figures::sent(csv, &format!("report-{}.csv", report.month)))
}

fn on_paper(l: &Layout, report: &MonthReport) -> Document {
    let title = title(l, report.month);
    let mut blocks = vec![Block::Title(title.clone())];
    for piece in pieces(l, report) {
        match piece {
            Piece::Heading(text) => blocks.push(Block::Heading(text)),
            Piece::Text(text) => blocks.push(Block::Paragraph(text)),
            Piece::Table {
                about,
                heads,
                rows,
                shares,
            } => {
                blocks.push(Block::Subheading(about));
                let columns = heads.iter().zip(shares);
                let columns = columns.map(|(head, share)| Column::new(head, share, Align::Left));
                blocks.push(Block::Table(print::Table {
                    columns: columns.collect(),
                    rows,
                }));
            }
        }
    }
    Document {
        ident: format!("supervision/{}/{}", report.month, report.size),
        made: Moment::china(report.at.0),
        language: l.say("zh-CN", "en").to_owned(),
        title,
        blocks,
    }
}

/// `GET /reports/{month}/report.pdf`.
pub(super) async fn pdf(
    State(doors): State<Doors>,
    signed: Signed,
    Path(month): Path<String>,
) -> Result<Response, Problem> {
    let (l, report) = made(&doors, signed, &month).await?;
    let mut paper = on_paper(&l, &report);
    let printed = tokio::task::spawn_blocking(move || press(&mut paper))
        .await
        .map_err(|e| Outage::new("printing a report", e))??;
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("inline; filename=\"report-{}.pdf\"", report.month),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, printed.bytes).into_response())
}
