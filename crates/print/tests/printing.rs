//! Printing: same bytes for the same document, text that can be read out again, pages, missing glyphs.

use kaibiao_print::{Align, Block, Column, Document, Moment, Place, PrintError, Table, print};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn document(rows: usize) -> Document {
    let columns = vec![
        Column::new("名次", 1, Align::Middle),
        Column::new("投标人", 4, Align::Left),
        Column::new("评审意见", 6, Align::Left),
        Column::new("报价(元)", 3, Align::Right),
    ];
    let row = |n: usize| {
        vec![
            n.to_string(),
            "镕喆堃珺建设集团有限公司".to_owned(),
            "技术方案完整,施工组织设计合理(详见投标文件第三章);质量保证措施“可行”,工期满足招标文件要求。"
                .to_owned(),
            format!("{},234,567.00", n.saturating_add(1)),
        ]
    };
    let places = (1..=5).map(|n| Place {
        role: format!("评标委员会成员(席位 {n})"),
        name: format!("expert-{n}"),
        note: format!("密钥指纹 {}", "0123456789abcdef".repeat(4)),
    });
    Document {
        title: "某市第一中学教学楼工程评标报告".to_owned(),
        ident: "tender/T1/report/1".to_owned(),
        made: Moment::china(1_790_000_000_000),
        language: "zh-CN".to_owned(),
        blocks: vec![
            Block::Title("评标报告".to_owned()),
            Block::Heading("一、基本情况".to_owned()),
            Block::Paragraph("依照《中华人民共和国招标投标法》第四十条,评标委员会完成评标后,应当向招标人提出书面评标报告,并推荐合格的中标候选人。The panel judged codes, not names.".to_owned()),
            Block::Heading("二、评分汇总".to_owned()),
            Block::Table(Table { columns, rows: (1..=rows).map(row).collect() }),
            Block::Note("本表由日志中的事实计算得出。".to_owned()),
            Block::NewPage,
            Block::Heading("签字页".to_owned()),
            Block::Signatures(places.collect()),
        ],
    }
}

fn text_of(pdf: &[u8]) -> Option<String> {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(pdf).ok()?;
    String::from_utf8(child.wait_with_output().ok()?.stdout).ok()
}

#[test]
fn the_same_document_gives_the_same_bytes_and_another_does_not() {
    let first = print(&document(3)).unwrap();
    assert_eq!(first, print(&document(3)).unwrap());
    assert!(first.bytes.starts_with(b"%PDF-1.7"));
    assert_ne!(first.bytes, print(&document(4)).unwrap().bytes);
    if let Ok(path) = std::env::var("KAIBIAO_PRINT_SAMPLE") {
        std::fs::write(path, print(&document(40)).unwrap().bytes).unwrap();
    }
}

#[test]
fn pages_are_counted_and_named_an_archive() {
    let printed = print(&document(40)).unwrap();
    let count = |needle: &[u8]| {
        printed
            .bytes
            .windows(needle.len())
            .filter(|found| *found == needle)
            .count()
    };
    assert!(printed.pages >= 4, "{}", printed.pages);
    assert_eq!(count(b"/Type/Page/") + count(b"/Type /Page\n"), printed.pages);
    assert!(
        count(b"<pdfaid:part>2</pdfaid:part>") == 1
            && count(b"<pdfaid:conformance>B</pdfaid:conformance>") == 1
    );
    assert_eq!(print(&document(0)).unwrap().pages, 2);
}

#[test]
fn the_text_can_be_read_out_again() {
    let printed = print(&document(40)).unwrap();
    // Without poppler the numbers of pages above still hold; with it the text is read as a person would.
    let Some(text) = text_of(&printed.bytes) else {
        return;
    };
    assert!(text.contains("评标报告") && text.contains("一、基本情况"));
    assert!(text.contains("镕喆堃珺"));
    // Readers differ in the narrow spaces they see.
    let close: String = text.chars().filter(|character| *character != ' ').collect();
    for page in 1..=printed.pages {
        assert!(
            close.contains(&format!("第{page}页共{}页", printed.pages)),
            "{text}"
        );
    }
    assert!(
        text.matches("报价(元)").count() >= printed.pages - 1,
        "the head is repeated"
    );
    assert!(text.contains("41,234,567.00") && text.contains("expert-5"));
}

#[test]
fn an_english_document_has_nothing_chinese_on_its_paper() {
    let columns = ["Buyer", "Procedures"].map(|head| Column::new(head, 1, Align::Left));
    let english = Document {
        title: "Monthly report".to_owned(),
        language: "en".to_owned(),
        blocks: vec![
            Block::Title("Monthly report".to_owned()),
            Block::Table(Table {
                columns: columns.to_vec(),
                rows: vec![vec!["buyer".to_owned(), "1".to_owned()]; 60],
            }),
            Block::Signatures(vec![Place {
                role: "Supervisor".to_owned(),
                name: "supervisor-1".to_owned(),
                note: "key".to_owned(),
            }]),
        ],
        ..document(0)
    };
    let printed = print(&english).unwrap();
    // Without poppler there is nothing to read.
    let Some(text) = text_of(&printed.bytes) else {
        return;
    };
    assert!(
        !text.chars().any(|sign| ('\u{2e80}'..'\u{ffff}').contains(&sign)),
        "{text}"
    );
    for page in 1..=printed.pages {
        assert!(
            text.contains(&format!("Page {page} of {}", printed.pages)),
            "{text}"
        );
    }
    assert!(text.contains("Signed:") && text.contains("Date:"), "{text}");
}

#[test]
fn a_missing_glyph_is_named_with_its_place_and_nothing_is_printed() {
    let mut odd = document(1);
    odd.blocks
        .insert(2, Block::Paragraph("投标人𠮷田组与🏗公司".to_owned()));
    let Err(PrintError::Missing(missing)) = print(&odd) else {
        panic!("printed");
    };
    let characters: Vec<char> = missing.iter().map(|found| found.character).collect();
    assert_eq!(characters, ['🏗', '𠮷']);
    assert!(
        missing
            .iter()
            .all(|found| found.place.contains("a paragraph") && found.place.contains("投标人"))
    );
    odd.title = "\u{7}".to_owned();
    assert!(print(&odd).unwrap_err().to_string().contains("U+0007"));
}

#[test]
fn a_row_longer_than_a_page_is_broken_and_crooked_tables_are_refused() {
    let mut long = document(0);
    let Some(Block::Table(table)) = long.blocks.get_mut(4) else {
        panic!("a table")
    };
    table.rows.push(vec![
        "1".to_owned(),
        "甲".to_owned(),
        "说明。".repeat(4_000),
        String::new(),
    ]);
    assert!(print(&long).unwrap().pages > 5);
    let Some(Block::Table(table)) = long.blocks.get_mut(4) else {
        panic!("a table")
    };
    table.rows.push(vec!["1".to_owned()]);
    assert!(matches!(print(&long), Err(PrintError::Shape(_))));
}
