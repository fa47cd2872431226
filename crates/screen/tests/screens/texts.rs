//! Near-identical texts, slips in common, mixed-in documents.

use crate::of;
use kaibiao_screen::texts::{Document, LIMITS, signs};
use kaibiao_screen::{Code, Sign, Strength};
use std::collections::BTreeMap;

/// Invented sentences that differ by their numbers spelled in letters, so that no two runs are alike by chance.
fn prose(seed: u64, sentences: u64) -> String {
    const WORDS: [&str; 16] = [
        "混凝土",
        "养护",
        "模板",
        "钢筋",
        "边坡",
        "排水",
        "路基",
        "沥青",
        "巡查",
        "吊装",
        "围堰",
        "测量",
        "台账",
        "交底",
        "夜间",
        "扬尘",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        WORDS[usize::try_from(state % 16).unwrap()]
    };
    let mut text = String::new();
    for _ in 0..sentences {
        for _ in 0..5 {
            text.push_str(next());
        }
        text.push('。');
    }
    text
}

fn document(bidder: &str, text: String) -> Document {
    Document {
        bidder: bidder.to_owned(),
        name: "technical.docx".to_owned(),
        text,
    }
}

fn screened(documents: &[Document], given: &str) -> Vec<Sign> {
    let names = BTreeMap::from([
        ("north".to_owned(), vec!["北方建设有限公司".to_owned()]),
        ("south".to_owned(), vec!["南方建设有限公司".to_owned()]),
    ]);
    signs(documents, &[given], &names, &LIMITS)
}

#[test]
fn copied_text_is_seen_with_its_passages() {
    let own = prose(7, 60);
    let documents = [
        document("north", own.clone()),
        document("south", format!("{own}{}", prose(9, 80))),
        document("west", prose(11, 60)),
    ];
    let found = screened(&documents, "");
    assert_eq!(crate::codes(&found), ["K11"]);
    let sign = &found[0];
    assert_eq!(
        sign.strength,
        Strength::Strong,
        "the shorter one stands whole in the longer one"
    );
    assert_eq!(sign.subjects, ["north", "south"]);
    let passage = &sign.evidence[2];
    assert_eq!(passage.cells[0].value, passage.cells[1].value);
    assert!(passage.cells[0].value.chars().count() > 50);
}

#[test]
fn what_the_tender_gave_to_all_counts_for_nothing() {
    let given = prose(1, 80);
    let north = format!("{given}{}", prose(2, 60));
    let south = format!("{given}{}", prose(3, 60));
    let documents = [document("north", north), document("south", south)];
    assert!(of(&screened(&documents, &given), Code::K11).is_empty());
    let whole = [document("north", given.clone()), document("south", given.clone())];
    assert!(
        screened(&whole, &given).is_empty(),
        "two copies of the tender say nothing"
    );
    assert_eq!(of(&screened(&whole, ""), Code::K11).len(), 1);
}

#[test]
fn three_slips_in_common_are_seen_and_two_are_not() {
    let given = "投标人应当按照招标文件的要求编制投标文件。项目经理须持有注册证书并常驻现场。材料进场前应当报监理工程师验收合格。";
    let two = given
        .replace("编制投标", "偏制投标")
        .replace("注册证书", "注侧证书");
    let three = two.replace("报监理工程师", "报监里工程师");
    let pair = |text: &str| {
        [
            document("north", text.to_owned()),
            document("south", text.to_owned()),
        ]
    };
    let found = screened(&pair(&three), given);
    let sign = of(&found, Code::K12)[0];
    assert_eq!(sign.evidence[0].cells[0].value, "3");
    assert_eq!(sign.evidence[1].cells.len(), 3, "the tender's wording and theirs");
    assert!(of(&screened(&pair(&two), given), Code::K12).is_empty());
    // A third bidder who writes it so as well makes it no slip of two.
    let mut all = pair(&three).to_vec();
    all.push(document("west", three));
    assert!(of(&screened(&all, given), Code::K12).is_empty());
}

#[test]
fn numbers_that_bidders_fill_in_are_no_slips() {
    let given = "工期为0日历天并且不得延误。质量标准为0级以上要求。保修期限为0年从验收起算。";
    let filled = given.replace('0', "8");
    let documents = [document("north", filled.clone()), document("south", filled)];
    assert!(of(&screened(&documents, given), Code::K12).is_empty());
}

#[test]
fn the_name_of_another_bidder_in_a_file_is_seen() {
    let mixed = document("north", "本公司南方建设 有限公司郑重承诺".to_owned());
    let found = screened(std::slice::from_ref(&mixed), "");
    assert_eq!(crate::codes(&found), ["K05"]);
    assert_eq!(found[0].subjects, ["north", "south"]);
    assert!(found[0].evidence[0].cells[0].value.contains("南方建设有限公司"));
    // The tender itself names the firm, perhaps as the author of the design.
    assert!(screened(&[mixed], "设计单位:南方建设有限公司").is_empty());
    assert!(screened(&[document("north", "北方建设有限公司".to_owned())], "").is_empty());
}
