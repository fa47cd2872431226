//! What the panel did beside its scores: reviews, clarifications, corrections, low prices, draws, changes, more time.
//!
//! Invariant: each matter is one row with its entry of the log; nothing that the round's facts say of it is left out.

use super::Page;
use crate::report::Fact;
use crate::report::pieces::{Head, Piece};
use crate::report::words::{amount, e2, stamp};
use facts::Money;
use facts::body::draw::{CoefficientDrawn, TieDrawn};
use facts::body::evaluation::{
    ChangeGround, ClarificationAsked, ClarificationReturned, CorrectionRule, EvaluationExtended,
    ExtensionAsked, LowPriceJudged, LowPriceTest, PriceCorrected, ReviewClosed, ReviewVoted, ScoreChanged,
    Vote,
};
use facts::body::qualification::Unqualified;
use facts::body::seat::PanelSaid;

/// Entry, seat or code, content.
type Row = [String; 3];

impl Page<'_> {
    pub(super) fn matters(&self) -> Vec<Piece> {
        let l = self.l;
        let own: Vec<&Fact> = self.report.own().collect();
        let mut pieces = vec![Piece::Heading(l.say(
            "五、评审、澄清、修正及其他记录",
            "5. Reviews, clarifications, corrections and the rest",
        ))];
        let groups: [((&str, &str), Vec<Row>); 8] = [
            (
                ("资格审查(招标人)", "Qualification, reviewed by the buyer"),
                self.unqualified(),
            ),
            (("初步评审", "Preliminary review"), self.each(&own, Self::review)),
            (
                ("澄清、说明", "Clarifications"),
                self.each(&own, Self::clarification),
            ),
            (
                ("算术性修正", "Arithmetic corrections"),
                self.each(&own, Self::correction),
            ),
            (
                ("异常低价评审", "Low price reviews"),
                self.each(&own, Self::low_price),
            ),
            (
                ("抽取的系数与顺序", "Coefficients and orders drawn"),
                self.each(&own, Self::drawn),
            ),
            (("评分的更改", "Changed scores"), self.each(&own, Self::change)),
            (
                ("延长评审时间及评委会发言", "More time, and what the panel said"),
                self.each(&own, Self::talk),
            ),
        ];
        let none = groups.iter().all(|(_, rows)| rows.is_empty());
        for ((zh, en), rows) in groups.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            pieces.push(Piece::Subheading(l.say(zh, en)));
            pieces.push(Piece::Table {
                heads: vec![
                    Head::figures(l.say("条目", "entry"), 2),
                    Head::words(l.say("席位、编号或投标人", "seat, code or bidder"), 4),
                    Head::words(l.say("内容", "content"), 11),
                ],
                rows: rows.into_iter().map(Vec::from).collect(),
            });
        }
        if none {
            pieces.push(Piece::Text(l.say("无。", "None.")));
        }
        pieces
    }

    /// Minor units in the currency of the bids.
    fn money(&self, minor: i64) -> String {
        let bids = self.bids();
        let price = bids.values().next().map(|bid| Money { minor, ..bid.price });
        price.map_or_else(|| minor.to_string(), amount)
    }

    fn each(&self, own: &[&Fact], told: fn(&Self, &Fact) -> Vec<(String, String)>) -> Vec<Row> {
        let rows = |fact: &&Fact| {
            let seq = fact.seq.to_string();
            told(self, fact)
                .into_iter()
                .map(move |(who, what)| [seq.clone(), who, what])
        };
        own.iter().flat_map(rows).collect()
    }

    fn against(&self, votes: &[Vote]) -> String {
        let failed = votes.iter().filter(|vote| !vote.passes);
        let told: Vec<String> = failed
            .map(|vote| format!("{} {}: {}", vote.code, vote.item, vote.reason))
            .collect();
        if told.is_empty() {
            self.l.say("全部通过", "all pass")
        } else {
            format!("{} {}", self.l.say("不通过:", "fail:"), told.join(";"))
        }
    }

    /// Who did not pass the buyer's review; true of every round, for it came before the first.
    fn unqualified(&self) -> Vec<Row> {
        let Some(opened) = self.opened() else {
            return Vec::new();
        };
        let seq = opened
            .qualification
            .map(|seq| seq.to_string())
            .unwrap_or_default();
        let row = |one: &Unqualified| {
            let Unqualified {
                lot,
                clause,
                item,
                reason,
                ..
            } = one;
            let what = self.l.say(
                &format!("标段{lot}:资格审查不合格,{clause}({item}):{reason}"),
                &format!("lot {lot}: not qualified, {clause} ({item}): {reason}"),
            );
            [seq.clone(), self.name(&one.bid), what]
        };
        opened.unqualified.iter().map(row).collect()
    }

    fn review(&self, fact: &Fact) -> Vec<(String, String)> {
        let l = self.l;
        if let Some(body) = fact.of::<ReviewVoted>() {
            return vec![(body.seat.to_string(), self.against(&body.votes))];
        }
        let Some(body) = fact.of::<ReviewClosed>() else {
            return Vec::new();
        };
        let out = body.rejected.iter().map(|one| {
            let what = l.say(
                &format!(
                    "否决投标:{}({}),{}人中{}人判定不通过",
                    one.clause, one.item, one.of, one.against
                ),
                &format!(
                    "rejected: {} ({}), {} of {} voted against it",
                    one.clause, one.item, one.against, one.of
                ),
            );
            (one.code.to_string(), what)
        });
        let low = body.flagged.iter().map(|hit| {
            let line = match hit.test {
                LowPriceTest::Ceiling => l.say("最高投标限价", "the ceiling"),
                LowPriceTest::Mean => l.say("有效报价平均值", "the mean of valid prices"),
                LowPriceTest::Second => l.say("次低有效报价", "the second-lowest valid price"),
            };
            let what = l.say(
                &format!("报价低于以{line}设定的警戒线,启动异常低价评审"),
                &format!("the price is below the line set by {line}: a review is opened"),
            );
            (hit.code.to_string(), what)
        });
        out.chain(low).collect()
    }

    fn clarification(&self, fact: &Fact) -> Vec<(String, String)> {
        let l = self.l;
        if let Some(body) = fact.of::<ClarificationAsked>() {
            let until = stamp(body.until);
            let price = body.price.map(|price| self.money(price)).unwrap_or_default();
            let what = l.say(
                &format!(
                    "{} 询问 {}(截止{until}):{} {price}",
                    body.clarification, body.code, body.text
                ),
                &format!(
                    "{} asks {} (until {until}): {} {price}",
                    body.clarification, body.code, body.text
                ),
            );
            return vec![(body.seat.to_string(), what.trim_end().to_owned())];
        }
        let Some(body) = fact.of::<ClarificationReturned>() else {
            return Vec::new();
        };
        let answer = match (body.answered, body.confirms) {
            (None, _) => l.say("逾期未答复", "no answer in time"),
            (Some(_), Some(true)) => l.say("确认", "confirms"),
            (Some(_), Some(false)) => l.say("不确认", "does not confirm"),
            (Some(_), None) => l.say("答复", "answers"),
        };
        vec![(
            body.clarification.to_string(),
            format!("{answer} {}", body.text).trim_end().to_owned(),
        )]
    }

    fn correction(&self, fact: &Fact) -> Vec<(String, String)> {
        let l = self.l;
        let Some(body) = fact.of::<PriceCorrected>() else {
            return Vec::new();
        };
        let step = |one: &facts::body::evaluation::Correction| {
            let rule = match one.rule {
                CorrectionRule::SummaryOverRest => {
                    l.say("以开标一览表为准", "the summary stands over the rest")
                }
                CorrectionRule::WordsOverFigures => l.say("以大写金额为准", "words stand over figures"),
                CorrectionRule::DisplacedUnitPrice => {
                    l.say("单价小数点或百分比错位", "a unit price is displaced")
                }
                CorrectionRule::UnitSumOverTotal => {
                    l.say("以单价计算结果为准", "unit prices stand over the total")
                }
            };
            format!(
                "{} → {}: {rule}({})",
                self.money(one.before),
                self.money(one.after),
                one.place
            )
        };
        let steps: Vec<String> = body.corrections.iter().map(step).collect();
        let who = format!("{} {}", body.seat, body.code);
        vec![(who, format!("{};{}", steps.join(";"), body.clarification))]
    }

    fn low_price(&self, fact: &Fact) -> Vec<(String, String)> {
        let Some(body) = fact.of::<LowPriceJudged>() else {
            return Vec::new();
        };
        let judged = if body.reasonable {
            self.l.say("说明合理", "explained")
        } else {
            self.l.say("不能合理说明", "not explained")
        };
        vec![(
            format!("{} {}", body.seat, body.code),
            format!("{judged}: {}", body.reason),
        )]
    }

    fn drawn(&self, fact: &Fact) -> Vec<(String, String)> {
        if let Some(body) = fact.of::<CoefficientDrawn>() {
            let values = body
                .values
                .iter()
                .map(|(name, value)| (self.l.say("系数", "coefficient"), format!("{name} = {value}")));
            return values.collect();
        }
        let Some(body) = fact.of::<TieDrawn>() else {
            return Vec::new();
        };
        let order: Vec<String> = body.order.iter().map(ToString::to_string).collect();
        vec![(body.draw.to_string(), order.join(" → "))]
    }

    fn change(&self, fact: &Fact) -> Vec<(String, String)> {
        let l = self.l;
        let Some(body) = fact.of::<ScoreChanged>() else {
            return Vec::new();
        };
        let ground = match body.ground {
            ChangeGround::SummedWrongly => l.say("分值汇总计算错误", "summed wrongly"),
            ChangeGround::OutOfRange => l.say("分项评分超出评分标准范围", "out of range"),
            ChangeGround::ObjectiveDiffers => l.say("客观评审因素评分不一致", "objective items differ"),
            ChangeGround::Extreme => l.say("经认定评分畸高、畸低", "found extreme"),
        };
        let told = body.changes.iter().map(|one| {
            let what = format!(
                "{}: {} → {};{ground};{}",
                one.item,
                e2(one.from),
                e2(one.to),
                body.reason
            );
            (format!("{} {}", body.seat, one.code), what)
        });
        told.collect()
    }

    fn talk(&self, fact: &Fact) -> Vec<(String, String)> {
        let l = self.l;
        if let Some(body) = fact.of::<ExtensionAsked>() {
            let minutes = body.ms.div_euclid(60_000);
            let what = l.say(
                &format!("申请延长{minutes}分钟:{}", body.reason),
                &format!("asks for {minutes} minutes more: {}", body.reason),
            );
            return vec![(body.seat.to_string(), what)];
        }
        if let Some(body) = fact.of::<EvaluationExtended>() {
            let minutes = body.ms.div_euclid(60_000);
            let seats: Vec<String> = body.seats.iter().map(ToString::to_string).collect();
            let what = l.say(&format!("延长{minutes}分钟"), &format!("{minutes} minutes more"));
            return vec![(seats.join(" "), what)];
        }
        let said = fact.of::<PanelSaid>();
        said.map(|body| (body.seat.to_string(), body.text))
            .into_iter()
            .collect()
    }
}
