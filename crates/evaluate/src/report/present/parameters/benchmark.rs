//! How the benchmark of the price points is found (评标基准价): means, trimming, coefficients, each in words.
//!
//! Invariant: nothing that a benchmark declares is left out.

use super::{Row, Told, percent};
use crate::report::words::e2;
use facts::body::tender::{Amount, Benchmark, Mean, Steps, Tier};

impl Told {
    pub(super) fn amount(&self, amount: &Amount, fixed: impl Fn(i64) -> String) -> String {
        match (&amount.drawn, amount.fixed) {
            (Some(name), _) => self.l.say(&format!("抽取({name})"), &format!("drawn as {name}")),
            (None, value) => fixed(value.unwrap_or(0)),
        }
    }

    pub(super) fn benchmark(&self, benchmark: &Benchmark) -> Vec<Row> {
        let l = self.l;
        let mean = match benchmark.mean {
            Mean::Mean => l.say("算术平均值", "arithmetic mean"),
            Mean::MeanWithLowest => l.say("平均值与最低价的平均", "mean of the mean and the lowest"),
            Mean::Median => l.say("中位数", "median"),
            Mean::Lowest => l.say("最低价", "the lowest"),
        };
        let steps = match benchmark.steps {
            Steps::Linear => l.say("按比例连续计算", "in proportion"),
            Steps::Begun => l.say("不足1%按1%计", "each per cent begun counts"),
            Steps::Whole => l.say("不足1%不计", "whole per cents count"),
        };
        let points = |value: i64| self.points(value);
        let mut rows = vec![
            self.row("基准价所取平均", "mean of the benchmark", mean),
            self.row(
                "平均值下浮",
                "float of the mean",
                self.amount(&benchmark.float_bp, percent),
            ),
            self.row(
                "最高限价所占权重",
                "share of the ceiling",
                self.amount(&benchmark.control_bp, percent),
            ),
            self.row(
                "最高限价下浮(K)",
                "K off the ceiling",
                self.amount(&benchmark.k_bp, percent),
            ),
            self.slope(true, self.amount(&benchmark.above, points)),
            self.slope(false, self.amount(&benchmark.below, points)),
            self.row("偏离的计量", "how the distance counts", steps),
        ];
        rows.extend(benchmark.tiers.iter().map(|tier| {
            self.row(
                "计算平均时去极值",
                "prices left out of the mean",
                self.tier(tier, "家报价", "prices"),
            )
        }));
        rows.extend(benchmark.provisional.iter().map(|(lot, minor)| {
            (
                l.say(
                    &format!("标段{lot}暂列金额"),
                    &format!("provisional sums of lot {lot}"),
                ),
                l.say(
                    &format!("{}元", e2(*minor)),
                    &format!("{} (major units)", e2(*minor)),
                ),
            )
        }));
        if benchmark.round_to > 0 {
            rows.push(self.row(
                "基准价取整",
                "benchmark rounded to",
                l.say(
                    &format!("{}元", e2(benchmark.round_to)),
                    &format!("{} (major units)", e2(benchmark.round_to)),
                ),
            ));
        }
        rows
    }

    pub(super) fn tier(&self, tier: &Tier, zh: &str, en: &str) -> String {
        self.l.say(
            &format!(
                "{}{zh}及以上:去掉{}个最高、{}个最低",
                tier.from, tier.high, tier.low
            ),
            &format!(
                "from {} {en}: the {} highest and {} lowest",
                tier.from, tier.high, tier.low
            ),
        )
    }
}
