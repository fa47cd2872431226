//! The words of a report in both languages, and how it writes figures and times.
//!
//! Invariant: both sentences stand side by side, so that none can be missing; figures are integers written out.

use facts::time::{CHINA_OFFSET, DAY};
use facts::{Instant, Kind, Money, calendar};

/// In which language a report is shown. The report itself has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文, the language of the printed report.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The sentence of the language.
    #[must_use]
    pub fn say(self, zh: &str, en: &str) -> String {
        match self {
            Self::Zh => zh.to_owned(),
            Self::En => en.to_owned(),
        }
    }

    /// What a step of the evaluation is called; facts without a word of their own keep their name.
    pub(super) fn step(self, kind: Kind) -> String {
        let (zh, en) = match kind {
            Kind::EvaluationOpened => ("评标开启", "evaluation opened"),
            Kind::CodesDrawn => ("抽取匿名编号", "codes drawn"),
            Kind::PanelAppointed => ("组建评标委员会", "panel appointed"),
            Kind::RecusalDeclared => ("回避声明", "declaration of conflicts"),
            Kind::ScoreCommitted => ("提交评分承诺", "sheet committed"),
            Kind::ScoreRevealed => ("公布评分表", "sheet revealed"),
            Kind::RepresentativesNamed => ("招标人代表", "representatives named"),
            Kind::DrawRequested => ("申请抽取", "draw asked for"),
            Kind::PoolFrozen => ("冻结名单", "pool frozen"),
            Kind::DrawPinned => ("固定日志头", "head pinned"),
            Kind::DrawAnswered => ("保管人提供抽取份额", "custodian contributed"),
            Kind::DrawCompleted => ("抽取完成", "draw completed"),
            Kind::CoefficientDrawn => ("抽取系数", "coefficients drawn"),
            Kind::TieDrawn => ("抽取并列顺序", "order for ties drawn"),
            Kind::ExpertCalled => ("通知专家", "expert called"),
            Kind::CallAnswered => ("专家答复", "call answered"),
            Kind::CallLapsed => ("通知逾期", "call lapsed"),
            Kind::HoursSet => ("设定评审时间", "hours set"),
            Kind::SeatEntered => ("进入评标区", "seat entered"),
            Kind::SeatLeft => ("离开评标区", "seat left"),
            Kind::SeatVacated => ("退出评审", "seat given up"),
            Kind::DocumentOpened => ("查阅投标文件", "file opened"),
            Kind::ChairVoted => ("推选组长", "vote for a chair"),
            Kind::PanelSaid => ("发言", "word to the panel"),
            Kind::ReviewVoted => ("初步评审表决", "review voted"),
            Kind::ReviewClosed => ("初步评审结束", "review closed"),
            Kind::ClarificationAsked => ("要求澄清", "clarification asked"),
            Kind::ClarificationReturned => ("收到澄清", "clarification returned"),
            Kind::PriceCorrected => ("算术性修正", "price corrected"),
            Kind::LowPriceJudged => ("判定异常低价", "low price judged"),
            Kind::ExtensionAsked => ("申请延长", "more time asked for"),
            Kind::EvaluationExtended => ("延长评审时间", "time extended"),
            Kind::ScoreChanged => ("更改评分", "score changed"),
            Kind::EvaluationConcluded => ("评标结束", "evaluation concluded"),
            Kind::EvaluationReopened => ("依监督指令重新评标", "evaluation done again by order"),
            Kind::ReportAssembled => ("汇编评标报告", "report assembled"),
            Kind::ReportSigned => ("签署评标报告", "report signed or refused"),
            Kind::ReportCompleted => ("评标报告签署完毕", "report completed"),
            other => return other.name().to_owned(),
        };
        self.say(zh, en)
    }

    /// The name of a method by its tag.
    pub(super) fn method(self, tag: &str) -> String {
        match tag {
            "lowest_evaluated" => self.say("经评审的最低投标价法", "lowest evaluated price"),
            "composite" => self.say("综合评估法", "composite score with a benchmark price"),
            other => other.to_owned(),
        }
    }

    /// Why a bid is out, in words.
    pub(super) fn clause(self, clause: &str) -> String {
        match clause.split_once(':') {
            Some(("must_pass", item)) => self.say(
                &format!("未通过评审项“{item}”(多数成员判定不通过)"),
                &format!("failed the item {item} (by a majority of the members)"),
            ),
            Some(("review", item)) => self.say(
                &format!("初步评审项“{item}”未通过(表决见第五部分)"),
                &format!("failed the review's item {item} (votes in section 5)"),
            ),
            Some(("same_brand", code)) => self.say(
                &format!("与{code}同品牌,按一家计算"),
                &format!("of the same brand as {code}, counted as one"),
            ),
            _ => match clause {
                "price_unconfirmed" => self.say(
                    "投标人不确认修正后的报价",
                    "the corrected price was not confirmed",
                ),
                "low_price" => self.say("异常低价且不能合理说明", "a low price that was not explained"),
                "above_ceiling" => self.say("报价高于最高投标限价", "the price is above the ceiling"),
                "below_floor" => self.say("报价低于最低限价", "the price is below the floor"),
                other => other.to_owned(),
            },
        }
    }
}

/// Ten-thousandths with four decimals.
pub(super) fn e4(figure: i64) -> String {
    fixed(figure, 10_000, 4)
}

/// Hundredths with two decimals.
pub(super) fn e2(figure: i64) -> String {
    fixed(figure, 100, 2)
}

fn fixed(figure: i64, unit: u64, decimals: usize) -> String {
    let sign = if figure < 0 { "-" } else { "" };
    let whole = figure.unsigned_abs().checked_div(unit).unwrap_or_default();
    let rest = figure.unsigned_abs().checked_rem(unit).unwrap_or_default();
    format!("{sign}{}.{rest:0decimals$}", grouped(whole))
}

/// An amount with thousands separators and its currency.
pub(super) fn amount(money: Money) -> String {
    let text = money.to_string();
    let (figure, currency) = text.split_once(' ').unwrap_or((&text, ""));
    let (whole, rest) = figure
        .split_once('.')
        .map_or((figure, None), |(w, r)| (w, Some(r)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let figure = rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"));
    format!("{figure} {currency}").trim_end().to_owned()
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut out = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Date and time of China, to the second.
pub(super) fn stamp(at: Instant) -> String {
    let local =
        at.0.saturating_add(CHINA_OFFSET)
            .rem_euclid(DAY)
            .div_euclid(1_000);
    let (hours, minutes, seconds) = (
        local.div_euclid(3_600),
        local.rem_euclid(3_600).div_euclid(60),
        local.rem_euclid(60),
    );
    format!("{} {hours:02}:{minutes:02}:{seconds:02}", calendar::day_of(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Currency;

    #[test]
    fn figures_and_times_are_written_out() {
        assert_eq!(e4(-12_345_678), "-1,234.5678");
        assert_eq!(e2(100), "1.00");
        assert_eq!(amount(Money::new(Currency::CNY, 123_456_789)), "1,234,567.89 CNY");
        assert_eq!(amount(Money::new(Currency::JPY, 5_000)), "5,000 JPY");
        assert_eq!(stamp(Instant(0)), "1970-01-01 08:00:00");
        assert_eq!(stamp(Instant(57_599_000)), "1970-01-01 23:59:59");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(999), "999");
    }
}
