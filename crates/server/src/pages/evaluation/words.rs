//! Words of the law for what a panel does: rules of correction, lines of low prices, grounds of a change.
//!
//! Invariant: both languages say the same, and each rule names its article.

use crate::pages::Layout;
use facts::body::evaluation::{ChangeGround, CorrectionRule, LowPriceTest};
use facts::time::{DAY, HOUR, MINUTE};

/// The rules of correction, in the order in which the law applies them (87号令59).
pub(super) const RULES: [CorrectionRule; 4] = [
    CorrectionRule::SummaryOverRest,
    CorrectionRule::WordsOverFigures,
    CorrectionRule::DisplacedUnitPrice,
    CorrectionRule::UnitSumOverTotal,
];

/// The grounds of a changed score (87号令64).
pub(super) const GROUNDS: [ChangeGround; 4] = [
    ChangeGround::SummedWrongly,
    ChangeGround::OutOfRange,
    ChangeGround::ObjectiveDiffers,
    ChangeGround::Extreme,
];

/// The name of a rule as the record has it.
pub(super) const fn rule_name(rule: CorrectionRule) -> &'static str {
    match rule {
        CorrectionRule::SummaryOverRest => "summary_over_rest",
        CorrectionRule::WordsOverFigures => "words_over_figures",
        CorrectionRule::DisplacedUnitPrice => "displaced_unit_price",
        CorrectionRule::UnitSumOverTotal => "unit_sum_over_total",
    }
}

/// A rule in words.
pub(super) fn rule(l: &Layout, rule: CorrectionRule) -> &'static str {
    let (zh, en) = match rule {
        CorrectionRule::SummaryOverRest => (
            "开标一览表与投标文件不一致的,以开标一览表为准",
            "the bid summary stands over the rest of the bid",
        ),
        CorrectionRule::WordsOverFigures => (
            "大写金额与小写金额不一致的,以大写金额为准",
            "the amount in words stands over the amount in figures",
        ),
        CorrectionRule::DisplacedUnitPrice => (
            "单价小数点或百分比明显错位的,以开标一览表总价为准,并修改单价",
            "a unit price with a displaced point or per cent is mended; the total of the bid summary stands",
        ),
        CorrectionRule::UnitSumOverTotal => (
            "总价与按单价汇总金额不一致的,以单价汇总为准",
            "the sum of the unit prices stands over the total",
        ),
    };
    l.say(zh, en)
}

/// What a price is compared with, in words.
pub(super) fn test(l: &Layout, test: LowPriceTest) -> &'static str {
    let (zh, en) = match test {
        LowPriceTest::Ceiling => ("最高限价", "of the ceiling"),
        LowPriceTest::Mean => (
            "通过评审的投标报价平均值",
            "of the mean of the prices that passed the review",
        ),
        LowPriceTest::Second => (
            "通过评审的次低报价",
            "of the second-lowest price that passed the review",
        ),
    };
    l.say(zh, en)
}

/// The name of a ground as the record has it.
pub(super) const fn ground_name(ground: ChangeGround) -> &'static str {
    match ground {
        ChangeGround::SummedWrongly => "summed_wrongly",
        ChangeGround::OutOfRange => "out_of_range",
        ChangeGround::ObjectiveDiffers => "objective_differs",
        ChangeGround::Extreme => "extreme",
    }
}

/// A ground in words.
pub(super) fn ground(l: &Layout, ground: ChangeGround) -> &'static str {
    let (zh, en) = match ground {
        ChangeGround::SummedWrongly => ("分值汇总计算错误", "the points were added up wrongly"),
        ChangeGround::OutOfRange => (
            "分项评分超出评分标准范围",
            "a score is out of the range of its item",
        ),
        ChangeGround::ObjectiveDiffers => (
            "客观评审因素评分不一致",
            "members scored an objective item differently",
        ),
        ChangeGround::Extreme => (
            "经认定评分畸高、畸低",
            "a score was found to be extremely high or low",
        ),
    };
    l.say(zh, en)
}

/// Basis points as per cent: `45.00 %`.
pub(super) fn percent(bp: i64) -> String {
    format!("{}.{:02} %", bp.div_euclid(100), bp.rem_euclid(100))
}

/// Ten-thousandths of a point, signed, to four decimals: `-3.5000`.
pub(super) fn points_e4(e4: i64) -> String {
    let size = e4.unsigned_abs();
    let (whole, rest) = (size.checked_div(10_000), size.checked_rem(10_000));
    let sign = if e4 < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}.{:04}", whole.unwrap_or(0), rest.unwrap_or(0))
}

/// A value of a sheet: points, or passed and failed.
pub(super) fn value(l: &Layout, hundredths: i64, max: i64) -> String {
    if max == 1 {
        let words = if hundredths == 1 {
            ("通过", "passed")
        } else {
            ("不通过", "failed")
        };
        return l.say(words.0, words.1).to_owned();
    }
    format!("{}.{:02}", hundredths.div_euclid(100), hundredths.rem_euclid(100))
}

/// A length of time in its largest whole unit.
pub(super) fn span(l: &Layout, ms: i64) -> String {
    for (unit, zh, en) in [
        (DAY, "天", "days"),
        (HOUR, "小时", "hours"),
        (MINUTE, "分钟", "minutes"),
    ] {
        if ms >= unit && ms.rem_euclid(unit) == 0 {
            return format!("{} {}", ms.div_euclid(unit), l.say(zh, en));
        }
    }
    format!("{} {}", ms.div_euclid(1_000), l.say("秒", "seconds"))
}

#[cfg(test)]
mod tests {
    use super::{percent, points_e4};

    #[test]
    fn figures_keep_their_sign_and_their_decimals() {
        assert_eq!(points_e4(-35_000), "\u{2212}3.5000");
        assert_eq!(points_e4(5), "0.0005");
        assert_eq!(percent(4_500), "45.00 %");
        assert_eq!(percent(5), "0.05 %");
    }
}
