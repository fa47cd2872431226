//! The sentences about methods of evaluation in a notice: the panel, points, what a draw needs.

use super::no;
use crate::limits::Minimum;
use facts::Refusal;

type R = Refusal;

pub(in super::super) fn panel(found: u32, least: Minimum) -> R {
    let Minimum { number, article } = least;
    no(
        "notice.panel",
        format!("A panel of {found} was named; it must be odd and at least {number} ({article})."),
        format!("评标委员会人数为 {found}，应为单数且依{article}不少于 {number} 人。"),
    )
}

pub(in super::super) fn nobody_to_judge() -> R {
    R::new(
        "notice.nobody_to_judge",
        "Without a panel there can be no items to score or to pass.",
        "没有评标委员会则不得设置评审项。",
    )
}

pub(in super::super) fn method_undeclared() -> R {
    R::new(
        "notice.method_undeclared",
        "Government procurement has its own methods (87号令53 to 55); give the method with every rule declared.",
        "政府采购应采用87号令第五十三条至第五十五条的评标方法,请逐项载明评标办法。",
    )
}

/// 12号令35 (factors to be quantified and their weights stand in the documents) was not compared with the text of the
/// law; that the points sum to 100 follows from stating every weight and is a rule of this platform.
pub(in super::super) fn weights(sum: i64) -> R {
    let points = |value: i64| format!("{}.{:02}", value.div_euclid(100), value.rem_euclid(100));
    no(
        "notice.weights",
        format!(
            "The points of the items and of the price sum to {}, not to 100; the notice states every weight (12号令35, to be checked).",
            points(sum)
        ),
        format!(
            "各评分项与报价的分值合计为 {} 分，应为 100 分；量化因素的权重须在招标文件中明确（12号令35，条文待核）。",
            points(sum)
        ),
    )
}

pub(in super::super) fn draw_key() -> R {
    R::new(
        "notice.draw_key_missing",
        "The method leaves something to a draw, and this tender has no key for it: assign a key of the stock under the \
         stage \"draw\" first, for after the notice none is assigned any more.",
        "评标办法有需抽取的事项，但本项目没有抽取密钥：请先以阶段\"draw\"从密钥库存中分配一把密钥，公告发布后不能再分配。",
    )
}
