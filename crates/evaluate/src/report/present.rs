//! A report as a person reads it: sections in the order in which an evaluation goes.
//!
//! Invariant: every figure shown is one of the report's facts; names of bidders come from the public opening record
//! and are nowhere used to compute.

mod matters;
mod panel;
mod parameters;

pub use parameters::method_rows;

use super::Report;
use super::pieces::{Head, Piece};
use super::words::{Language, amount, e2, e4, stamp};
use facts::body::evaluation::{
    CodedBid, EvaluationConcluded, EvaluationOpened, EvaluationReopened, LotResult, ScoreChanged,
    ScoreRevealed, Sheet,
};
use facts::id::{CodeId, ItemId, SeatId};
use facts::{BidId, Kind};
use serde_json::Value;
use std::collections::BTreeMap;

/// The report of a tender, with its title and the names of the bidders by bid.
#[must_use]
pub fn present(
    report: &Report,
    title: &str,
    names: &BTreeMap<BidId, String>,
    language: Language,
) -> Vec<Piece> {
    let page = Page {
        report,
        names,
        l: language,
    };
    let mut pieces = vec![Piece::Title(language.say("评标报告", "Evaluation report"))];
    pieces.extend(page.beginning(title));
    pieces.extend(page.panel());
    pieces.extend(page.steps());
    if let Some(result) = report.result() {
        pieces.extend(page.rejected(&result));
        pieces.extend(page.matters());
        pieces.extend(page.scores());
        pieces.extend(page.ranking(&result));
    }
    pieces.extend(page.candidates());
    pieces.extend(page.signatures());
    pieces
}

struct Page<'a> {
    report: &'a Report,
    names: &'a BTreeMap<BidId, String>,
    l: Language,
}

impl Page<'_> {
    fn opened(&self) -> Option<EvaluationOpened> {
        self.report.facts.iter().find_map(super::Fact::of)
    }

    /// The bids as the evaluation was opened with them, by code.
    fn bids(&self) -> BTreeMap<CodeId, CodedBid> {
        let bids = self.opened().map(|opened| opened.bids).unwrap_or_default();
        bids.into_iter().map(|bid| (bid.code.clone(), bid)).collect()
    }

    fn name(&self, bid: &BidId) -> String {
        self.names.get(bid).cloned().unwrap_or_else(|| bid.to_string())
    }

    fn method(&self) -> Value {
        let opened = self
            .report
            .facts
            .iter()
            .find(|fact| fact.kind == Kind::EvaluationOpened);
        let method = opened.and_then(|fact| fact.body.members().get("method").cloned());
        method.unwrap_or_default()
    }

    fn beginning(&self, title: &str) -> Vec<Piece> {
        let l = self.l;
        let method = self.method();
        let tag = method.get("method").and_then(Value::as_str).unwrap_or_default();
        let row = |name: (&str, &str), value: String| vec![l.say(name.0, name.1), value];
        let mut rows = vec![
            row(("招标项目", "tender"), format!("{title}({})", self.report.tender)),
            row(("评审轮次", "round"), self.report.round.to_string()),
            row(("评标办法", "method"), l.method(tag)),
        ];
        if let (Some(first), Some(last)) = (self.report.own().next(), self.report.facts.last()) {
            rows.push(row(("评标开始", "begun"), stamp(first.at)));
            rows.push(row(("评标结束", "concluded"), stamp(last.at)));
            rows.push(row(
                ("日志条目", "entries of the log"),
                format!("{} – {}", first.seq, last.seq),
            ));
        }
        rows.push(row(("投标数", "bids"), self.bids().len().to_string()));
        let heads = vec![
            Head::words(l.say("项目", "item"), 3),
            Head::words(l.say("内容", "content"), 9),
        ];
        let mut pieces = vec![
            Piece::Heading(l.say("一、基本情况", "1. Outline")),
            Piece::Table { heads, rows },
        ];
        pieces.extend(
            self.opened()
                .map(|opened| parameters::parameters(&opened.method, l)),
        );
        let again = self
            .report
            .facts
            .iter()
            .filter_map(super::Fact::of::<EvaluationReopened>);
        pieces.extend(again.map(|body| {
            Piece::Text(l.say(
                &format!(
                    "第{}轮评审依监督指令{}进行,理由:{}。此前各轮的记录仍保留在日志中。",
                    body.round, body.order, body.reason
                ),
                &format!(
                    "Round {} follows order {}, for this reason: {} What was done before stays in the log.",
                    body.round, body.order, body.reason
                ),
            ))
        }));
        pieces
    }

    fn steps(&self) -> Vec<Piece> {
        let l = self.l;
        let rows = self.report.facts.iter().map(|fact| {
            let seat = fact
                .body
                .members()
                .get("seat")
                .and_then(Value::as_str)
                .unwrap_or_default();
            vec![
                stamp(fact.at),
                l.step(fact.kind),
                seat.to_owned(),
                fact.seq.to_string(),
            ]
        });
        let heads = vec![
            Head::words(l.say("时间(北京时间)", "time (UTC+8)"), 4),
            Head::words(l.say("事项", "step"), 5),
            Head::words(l.say("席位", "seat"), 2),
            Head::figures(l.say("日志条目", "entry"), 2),
        ];
        vec![
            Piece::Heading(l.say("三、评审过程", "3. The steps")),
            Piece::Table {
                heads,
                rows: rows.collect(),
            },
        ]
    }

    fn rejected(&self, result: &EvaluationConcluded) -> Vec<Piece> {
        let l = self.l;
        let heading = Piece::Heading(l.say("四、否决投标的情况", "4. Bids rejected"));
        let each = result
            .lots
            .iter()
            .flat_map(|lot| lot.rejected.iter().map(move |out| (lot, out)));
        let rows: Vec<Vec<String>> = each
            .map(|(lot, out)| {
                vec![
                    lot.lot.to_string(),
                    out.code.to_string(),
                    self.name(&out.bid),
                    l.clause(&out.clause),
                ]
            })
            .collect();
        if rows.is_empty() {
            return vec![
                heading,
                Piece::Text(l.say("没有投标被否决。", "No bid was rejected.")),
            ];
        }
        let heads = vec![
            Head::words(l.say("标段", "lot"), 2),
            Head::words(l.say("编号", "code"), 3),
            Head::words(l.say("投标人", "bidder"), 4),
            Head::words(l.say("依据", "clause"), 5),
        ];
        vec![heading, Piece::Table { heads, rows }]
    }

    fn scores(&self) -> Vec<Piece> {
        let l = self.l;
        let mut sheets: BTreeMap<SeatId, Sheet> = BTreeMap::new();
        for fact in self.report.own() {
            if let Some(body) = fact.of::<ScoreRevealed>() {
                sheets.insert(body.seat, body.sheet);
            }
            // The values in force; section 5 says what was revealed first.
            let Some(body) = fact.of::<ScoreChanged>() else {
                continue;
            };
            for change in body.changes {
                let row = sheets
                    .get_mut(&body.seat)
                    .and_then(|sheet| sheet.get_mut(&change.code));
                if let Some(value) = row.and_then(|row| row.get_mut(&change.item)) {
                    *value = change.to;
                }
            }
        }
        let mut pieces = vec![Piece::Heading(l.say("六、评分表", "6. Score sheets"))];
        if sheets.is_empty() {
            pieces.push(Piece::Text(l.say("无。", "None.")));
            return pieces;
        }
        let method = self.method();
        for code in self.bids().keys() {
            let items: Vec<ItemId> = sheets
                .values()
                .filter_map(|sheet| sheet.get(code))
                .flat_map(|own| own.keys().cloned())
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect();
            let rows = items.iter().map(|item| {
                let (title, scored) = item_of(&method, item);
                let mut row = vec![title];
                row.extend(sheets.values().map(|sheet| {
                    let value = sheet.get(code).and_then(|own| own.get(item)).copied();
                    value.map_or_else(String::new, |value| self.value(value, scored))
                }));
                row
            });
            let mut heads = vec![Head::words(l.say("评审项", "item"), 4)];
            heads.extend(sheets.keys().map(|seat| Head::figures(seat.to_string(), 2)));
            pieces.push(Piece::Subheading(format!("{} {code}", l.say("编号", "code"))));
            pieces.push(Piece::Table {
                heads,
                rows: rows.collect(),
            });
        }
        pieces
    }

    fn value(&self, value: i64, scored: bool) -> String {
        match value {
            1 if !scored => self.l.say("通过", "passes"),
            0 if !scored => self.l.say("不通过", "fails"),
            value => e2(value),
        }
    }

    fn ranking(&self, result: &EvaluationConcluded) -> Vec<Piece> {
        let l = self.l;
        let mut pieces = vec![Piece::Heading(
            l.say("七、评分汇总与排名", "7. Totals and ranking"),
        )];
        for lot in &result.lots {
            pieces.push(Piece::Subheading(format!("{} {}", l.say("标段", "lot"), lot.lot)));
            if let Some(benchmark) = lot.benchmark_e4 {
                // Ten-thousandths of a minor unit, shown as minor units.
                pieces.push(Piece::Text(format!(
                    "{}{}",
                    l.say("评标基准价(最小货币单位):", "benchmark price, in minor units: "),
                    e4(benchmark)
                )));
            }
            pieces.push(self.ranked(lot));
        }
        pieces
    }

    fn ranked(&self, lot: &LotResult) -> Piece {
        let l = self.l;
        let bids = self.bids();
        let rows = lot.ranking.iter().map(|ranked| {
            let bid = bids.get(&ranked.code);
            let evaluated = bid.map(|bid| facts::Money {
                minor: ranked.evaluated,
                ..bid.price
            });
            vec![
                ranked.rank.to_string(),
                ranked.code.to_string(),
                self.name(&ranked.bid),
                bid.map(|bid| amount(bid.price)).unwrap_or_default(),
                evaluated.map(amount).unwrap_or_default(),
                e4(ranked.panel_e4),
                e4(ranked.price_e4),
                e4(ranked.total_e4),
            ]
        });
        let heads = vec![
            Head::figures(l.say("名次", "rank"), 2),
            Head::words(l.say("编号", "code"), 4),
            Head::words(l.say("投标人", "bidder"), 5),
            Head::figures(l.say("投标报价", "price"), 5),
            Head::figures(l.say("评标价", "evaluated"), 5),
            Head::figures(l.say("评委分", "panel"), 3),
            Head::figures(l.say("价格分", "price score"), 3),
            Head::figures(l.say("总分", "total"), 3),
        ];
        Piece::Table {
            heads,
            rows: rows.collect(),
        }
    }

    fn candidates(&self) -> Vec<Piece> {
        let l = self.l;
        let each = self
            .report
            .candidates
            .iter()
            .flat_map(|lot| lot.bids.iter().map(move |bid| (lot, bid)));
        let rows: Vec<Vec<String>> = each
            .map(|(lot, bid)| {
                vec![
                    lot.lot.to_string(),
                    bid.rank.to_string(),
                    bid.code.to_string(),
                    self.name(&bid.bid),
                ]
            })
            .collect();
        let heads = vec![
            Head::words(l.say("标段", "lot"), 3),
            Head::figures(l.say("名次", "rank"), 2),
            Head::words(l.say("编号", "code"), 4),
            Head::words(l.say("中标候选人", "candidate"), 6),
        ];
        let heading = Piece::Heading(l.say("八、推荐的中标候选人", "8. Candidates recommended"));
        if rows.is_empty() {
            return vec![
                heading,
                Piece::Text(l.say(
                    "没有有效投标,不推荐中标候选人。",
                    "No bid is valid; nobody is recommended.",
                )),
            ];
        }
        vec![heading, Piece::Table { heads, rows }]
    }
}

/// The title of an item and whether it is scored, as the method declares it, wherever it does.
fn item_of(method: &Value, item: &ItemId) -> (String, bool) {
    fn find<'a>(value: &'a Value, item: &str) -> Option<&'a serde_json::Map<String, Value>> {
        match value {
            Value::Object(members) if members.get("item").and_then(Value::as_str) == Some(item) => {
                Some(members)
            }
            Value::Object(members) => members.values().find_map(|value| find(value, item)),
            Value::Array(values) => values.iter().find_map(|value| find(value, item)),
            _ => None,
        }
    }
    let declared = find(method, item.as_str());
    let title = declared
        .and_then(|members| members.get("title"))
        .and_then(Value::as_str);
    let scored = declared.is_some_and(|members| members.contains_key("max"));
    (
        title.map_or_else(|| item.to_string(), |title| format!("{title}({item})")),
        scored,
    )
}
