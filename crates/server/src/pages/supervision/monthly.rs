//! The monthly report (电子监察月报) as a page, as CSV and as PDF.
//!
//! Invariant: the three are made of the same pieces; the same log, rules and instant give the same bytes.

use super::figures::{self, by_name};
use super::rules::Shown;
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
use supervise::figures::month::Listed;
use supervise::figures::{Month, MonthReport};

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

fn summary(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let [first, ..] = &report.divided;
    let table = figures::table(l, first);
    let total = table.rows.last().cloned().unwrap_or_default();
    let rows = table.heads.iter().zip(total).skip(1);
    let rows = rows
        .map(|(head, value)| vec![(*head).to_owned(), value])
        .collect();
    let basis = if l.is_zh() {
        format!(
            "本报告依日志前 {} 条记录与监察规则版本 {} 计算,工作日历 {},牌的状态截至 {}。持有同一日志与规则者可重新算出同样的报告。",
            report.size,
            report.rules,
            report.calendar,
            stamp(l, report.at)
        )
    } else {
        format!(
            "Computed from the first {} entries of the log and version {} of the rules, with the calendar {}; cards as of {}. Whoever has the same log and rules makes the same report again.",
            report.size,
            report.rules,
            report.calendar,
            stamp(l, report.at)
        )
    };
    vec![
        Piece::Text(basis),
        Piece::Heading(l.say("一、本月概况", "1. The month at a glance").to_owned()),
        Piece::Table {
            about: l.say("合计", "Totals").to_owned(),
            heads: vec![l.say("指标", "Figure"), l.say("数值", "Value")],
            rows,
            shares: vec![50, 50],
        },
    ]
}

fn divided(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let mut pieces = vec![Piece::Heading(
        l.say("二、分类统计", "2. By buyer, agent and trade").to_owned(),
    )];
    for statistics in &report.divided {
        let table = figures::table(l, statistics);
        let shares = (0..table.heads.len()).map(|place| match place {
            0 => 16,
            7 => 18,
            _ => 7,
        });
        pieces.push(Piece::Table {
            about: by_name(l, statistics.by).to_owned(),
            shares: shares.collect(),
            heads: table.heads,
            rows: table.rows,
        });
    }
    pieces
}

fn carded(l: &Layout, report: &MonthReport) -> Vec<Piece> {
    let heading = Piece::Heading(l.say("三、红黄牌", "3. Cards").to_owned());
    if report.cards.is_empty() {
        return vec![heading, none(l)];
    }
    let row = |shown: Shown| {
        vec![
            shown.colour.to_owned(),
            shown.card.rule.clone(),
            shown.card.tender.to_string(),
            shown.said.clone(),
            stamp(l, shown.card.raised),
            shown
                .ended
                .map_or_else(|| l.say("未结", "open").to_owned(), str::to_owned),
        ]
    };
    let cards = report.cards.iter().cloned();
    vec![
        heading,
        Piece::Table {
            about: l.say("本月亮出的牌", "Cards raised in the month").to_owned(),
            heads: vec![
                l.say("牌", "Card"),
                l.say("规则", "Rule"),
                l.say("项目", "Tender"),
                l.say("事由", "Why"),
                l.say("时间", "Since"),
                l.say("结果", "Outcome"),
            ],
            rows: cards.map(|card| row(Shown::of(l, card))).collect(),
            shares: vec![8, 8, 16, 40, 16, 12],
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
    let mut pieces = summary(l, report);
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
            "登记、开标、流标、定标按事实发生的月份计;投标数只取自首次开标记录,开标前不统计;节约额为设有最高投标限价的已定标标段限价合计减中标价合计;牌按亮出(或转为红牌)的月份计一次。",
            "Registrations, openings, failures and awards count in the month of their fact; bids come from the first opening record alone and are not counted before it; saved is the sum of ceilings less the sum of award prices of the lots that had a ceiling; a card counts once, in the month in which it was raised or turned red.",
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
