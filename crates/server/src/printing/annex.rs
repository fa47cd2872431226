//! The annex of an evaluation report (评标报告附页): what each member said of it when it was signed, dissent with its
//! reasons among it.
//!
//! Invariant: it is made of facts of the log up to `report.completed` and of nothing else, so every printing of it
//! gives the same bytes; it exists only from then on.

use super::press;
use crate::doors::Doors;
use desk::Outage;
use evaluate::Reported;
use evaluate::report::{Language, Piece, assemble, present};
use facts::{Stream, TenderId};
use print::{Align, Block, Column, Document, Moment, Table};
use std::collections::BTreeMap;

/// The annex as a PDF; `None` before the report is complete.
pub async fn annex(doors: &Doors, tender: &TenderId, reported: &Reported) -> Result<Option<Vec<u8>>, Outage> {
    let Some(completed) = reported.completed else {
        return Ok(None);
    };
    let state = doors.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
    let (title, names) = super::names(&state);
    let records = doors.log.history(&Stream::Evaluation(tender.clone()), 0).await?;
    let report = assemble(&records, reported.assembled.1.concluded);
    let done = records.iter().find(|record| record.seq == completed);
    let (Some(report), Some(done)) = (report, done) else {
        return Ok(None);
    };
    let members = match present(&report, &title, &names, Language::Zh).pop() {
        Some(Piece::Sign(members)) => members,
        _ => Vec::new(),
    };
    let signed_at = records
        .iter()
        .filter(|record| reported.assembled.0 < record.seq && record.seq < completed)
        .filter_map(|record| {
            Some((
                record.of::<facts::body::evaluation::ReportSigned>()?.seat,
                record.at,
            ))
        })
        .collect();
    let mut paper = laid_out(tender, &title, reported, &members, &signed_at);
    paper.made = Moment::china(done.at.0);
    let printed = tokio::task::spawn_blocking(move || press(&mut paper))
        .await
        .map_err(|e| Outage::new("printing an annex", e))??;
    Ok(Some(printed.bytes))
}

/// What a seat said, in the words of 招标投标法实施条例53.
fn said(reported: &Reported, seat: &str) -> (&'static str, String) {
    let own = reported.signed.iter().find(|(id, _)| id.as_str() == seat);
    match own.map(|(_, body)| (&body.refused, &body.dissent)) {
        Some((Some(reason), _)) => ("拒绝签署并说明理由", reason.clone()),
        Some((None, Some(dissent))) => ("签署,有不同意见", dissent.clone()),
        Some((None, None)) => ("签署,同意", String::new()),
        None => ("未签署亦未书面说明,视为同意评标结果", String::new()),
    }
}

fn laid_out(
    tender: &TenderId,
    title: &str,
    reported: &Reported,
    members: &[(String, String)],
    signed_at: &BTreeMap<facts::id::SeatId, facts::Instant>,
) -> Document {
    let (seq, body) = &reported.assembled;
    let row = |(seat, expert): &(String, String)| {
        let (said, words) = said(reported, seat);
        let at = signed_at.iter().find(|(id, _)| id.as_str() == seat);
        let at = at.map_or_else(String::new, |(_, at)| at.to_string());
        let words = if words.is_empty() { "–".to_owned() } else { words };
        vec![seat.clone(), expert.clone(), said.to_owned(), at, words]
    };
    let column = |head: &str, share| Column::new(head, share, Align::Left);
    let completed = reported.completed.unwrap_or_default();
    let blocks = vec![
        Block::Title("评标报告附页".to_owned()),
        Block::Paragraph(format!("项目:{title}({tender}),第{}轮评标", body.round)),
        Block::Heading("成员签署情况与不同意见".to_owned()),
        Block::Paragraph(
            "对评标结果有不同意见的评标委员会成员应当以书面形式说明其不同意见和理由,评标报告应当注明该不同意见;拒绝在评标报告上签字又不书面说明其不同意见和理由的,视为同意评标结果(招标投标法实施条例第五十三条)。".to_owned(),
        ),
        Block::Table(Table {
            columns: vec![
                column("席位", 10),
                column("成员", 18),
                column("表示", 22),
                column("时间", 20),
                column("不同意见及理由", 30),
            ],
            rows: members.iter().map(row).collect(),
        }),
        Block::Heading("所附报告".to_owned()),
        Block::Paragraph(format!("报告文件摘要(SHA-256):{}", body.document)),
        Block::Paragraph(format!("报告PDF摘要(SHA-256):{}", body.pdf)),
        Block::Paragraph(format!(
            "日志条目:汇编 #{seq},完成 #{completed}。本附页只由日志中的 report.signed 与 report.completed 得出,以日志为准。"
        )),
    ];
    Document {
        title: format!("{title} 评标报告附页"),
        ident: format!("{tender}/report/{}/{}/annex", body.round, body.document),
        made: Moment::china(0),
        language: "zh-CN".to_owned(),
        blocks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::body::evaluation::{ReportAssembled, ReportSigned};
    use facts::{Hex, Instant};

    fn signed(seat: &str, dissent: Option<&str>, refused: Option<&str>) -> ReportSigned {
        ReportSigned {
            dissent: dissent.map(str::to_owned),
            document: Hex([1; 32]),
            pdf: Hex([2; 32]),
            refused: refused.map(str::to_owned),
            seat: facts::id::SeatId::parse(seat).unwrap(),
            tender: TenderId::parse("T1").unwrap(),
        }
    }

    #[test]
    fn dissent_and_refusal_stand_with_their_reasons_and_silence_counts_as_agreeing() {
        let tender = TenderId::parse("T1").unwrap();
        let all = [
            signed("S1", None, None),
            signed("S2", Some("第三家的工期不可行"), None),
            signed("S3", None, Some("与本人现场意见不符")),
        ];
        let reported = Reported {
            assembled: (
                90,
                ReportAssembled {
                    concluded: 88,
                    document: Hex([1; 32]),
                    pages: 7,
                    pdf: Hex([2; 32]),
                    round: 1,
                    tender: tender.clone(),
                    until: Instant(86_400_000),
                },
            ),
            signed: all.into_iter().map(|body| (body.seat.clone(), body)).collect(),
            completed: Some(95),
        };
        let member = |seat: &str, expert: &str| (seat.to_owned(), expert.to_owned());
        let members = [
            member("S1", "expert-1"),
            member("S2", "expert-2"),
            member("S3", "expert-3"),
            member("S4", "expert-4"),
        ];
        let at = BTreeMap::from([(facts::id::SeatId::parse("S2").unwrap(), Instant(0))]);
        let paper = laid_out(&tender, "桥梁", &reported, &members, &at);
        let rows = paper.blocks.iter().find_map(|block| match block {
            Block::Table(table) => Some(&table.rows),
            _ => None,
        });
        let rows: Vec<String> = rows.unwrap().iter().map(|row| row.join("|")).collect();
        assert_eq!(
            rows,
            [
                "S1|expert-1|签署,同意||–",
                "S2|expert-2|签署,有不同意见|1970-01-01 08:00:00.000 +08:00|第三家的工期不可行",
                "S3|expert-3|拒绝签署并说明理由||与本人现场意见不符",
                "S4|expert-4|未签署亦未书面说明,视为同意评标结果||–",
            ]
        );
        let printed = print::print(&paper).unwrap();
        assert_eq!(print::print(&paper).unwrap().bytes, printed.bytes);
    }
}
