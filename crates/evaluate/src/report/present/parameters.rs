//! The parameters of the method as the notice fixed them (评标参数), each with its name and unit.
//!
//! Invariant: nothing that a method declares is left out, and nothing is printed as a program writes it.

mod benchmark;

use crate::report::pieces::{Head, Piece};
use crate::report::words::{Language, e2};
use facts::body::tender::{
    Adjustment, Basis, Brands, Category, Coefficient, Declared, DeductionFrom, LowPrice, Method, PriceRule,
    Reviewer, ScoreItem, Scored, TieBreak,
};
use facts::id::ItemId;
use facts::time::MINUTE;

/// Name and value.
type Row = (String, String);

/// The table.
pub(super) fn parameters(method: &Method, l: Language) -> Piece {
    let rows = method_rows(method, l);
    Piece::Table {
        heads: vec![
            Head::words(l.say("招标公告载明的评标参数", "parameter, as noticed"), 5),
            Head::words(l.say("取值及单位", "value and unit"), 7),
        ],
        rows: rows.into_iter().map(|(name, value)| vec![name, value]).collect(),
    }
}

/// Everything that a method declares, in words: name and value of each parameter.
#[must_use]
pub fn method_rows(method: &Method, l: Language) -> Vec<(String, String)> {
    let told = Told { l };
    match method {
        Method::LowestEvaluated {
            adjustments,
            must_pass,
            panel,
        } => told.lowest(adjustments, must_pass, *panel),
        Method::Composite {
            above,
            below,
            drop_high,
            drop_low,
            float_bp,
            items,
            panel,
            price_points,
        } => {
            let mut rows = vec![
                told.panel(*panel),
                told.row("价格分(满分)", "price points", told.points(*price_points)),
                told.row("基准价下浮系数", "float coefficient", percent(*float_bp)),
                told.row(
                    "计算平均价时去掉的最高、最低报价个数",
                    "highest and lowest prices left out of the mean",
                    told.l.say(
                        &format!("{drop_high}、{drop_low}"),
                        &format!("{drop_high} and {drop_low}"),
                    ),
                ),
                told.slope(true, told.points(*above)),
                told.slope(false, told.points(*below)),
            ];
            rows.extend(items.iter().map(|item| told.scored_item(item)));
            rows
        }
        Method::Declared(declared) => told.declared(declared),
    }
}

/// Basis points as per cent.
fn percent(bp: i64) -> String {
    format!("{}%", e2(bp))
}

struct Told {
    l: Language,
}

impl Told {
    fn row(&self, zh: &str, en: &str, value: String) -> Row {
        (self.l.say(zh, en), value)
    }

    /// Hundredths of a point.
    fn points(&self, hundredths: i64) -> String {
        format!("{}{}", e2(hundredths), self.l.say("分", " points"))
    }

    fn panel(&self, members: u32) -> Row {
        self.row(
            "评标委员会人数",
            "members of the panel",
            format!("{members}{}", self.l.say("人", "")),
        )
    }

    fn slope(&self, above: bool, value: String) -> Row {
        let l = self.l;
        let name = if above {
            l.say(
                "评标价高于基准价,每1%扣",
                "off for each per cent above the benchmark",
            )
        } else {
            l.say(
                "评标价低于基准价,每1%扣",
                "off for each per cent below the benchmark",
            )
        };
        (name, value)
    }

    fn lowest(&self, adjustments: &[Adjustment], must_pass: &[ItemId], panel: u32) -> Vec<Row> {
        let mut rows = vec![self.panel(panel)];
        let passed: Vec<&str> = must_pass.iter().map(ItemId::as_str).collect();
        rows.push(self.row(
            "必须通过的评审项(过半数成员判定不通过即否决)",
            "items to be passed (out when more than half say no)",
            if passed.is_empty() {
                self.l.say("无", "none")
            } else {
                passed.join(&self.l.say("、", ", "))
            },
        ));
        rows.extend(self.adjustments(adjustments));
        rows
    }

    fn adjustments(&self, adjustments: &[Adjustment]) -> Vec<Row> {
        let row = |one: &Adjustment| {
            (
                self.l.say(
                    &format!("偏差折价:{}", one.item),
                    &format!("deviation {}", one.item),
                ),
                self.l.say(
                    &format!("每{}按报价的{}加价", one.unit, percent(one.bp_per_unit)),
                    &format!("{} of the price for each {}", percent(one.bp_per_unit), one.unit),
                ),
            )
        };
        adjustments.iter().map(row).collect()
    }

    fn scored_item(&self, item: &ScoreItem) -> Row {
        (
            self.l.say(
                &format!("评分项:{}", item.title),
                &format!("item: {}", item.title),
            ),
            self.l.say(
                &format!("满分{}", self.points(item.max)),
                &format!("up to {}", self.points(item.max)),
            ),
        )
    }

    fn declared(&self, method: &Declared) -> Vec<Row> {
        let Declared {
            adjustments,
            basis,
            category,
            deductions,
            drawn,
            items,
            low_price,
            min_valid,
            panel,
            places,
            price,
            review,
            same_brand,
            ties,
            trim,
        } = method;
        let l = self.l;
        let mut rows = vec![
            self.row("办法依据", "basis", self.basis(*basis)),
            self.row("采购品类", "category", self.category(*category)),
            self.panel(*panel),
            self.row(
                "有效投标最少家数(不足即不予评标)",
                "fewest valid bids",
                format!("{min_valid}{}", l.say("家", "")),
            ),
            self.row(
                "得分保留小数位数",
                "decimals of a score",
                format!("{places}{}", l.say("位", "")),
            ),
            self.row(
                "同品牌投标",
                "bids of one brand",
                match same_brand {
                    Brands::Ignored => l.say("不作特别规定", "no rule"),
                    Brands::One => l.say(
                        "同一品牌按一家投标人计算(87号令31)",
                        "count as one bidder (Decree 87, art. 31)",
                    ),
                },
            ),
        ];
        for item in review {
            let by = match item.by {
                Reviewer::Buyer => l.say("由招标人(采购人)审查", "reviewed by the buyer"),
                Reviewer::Panel => l.say(
                    "由评标委员会表决,过半数判定不通过即否决",
                    "voted on by the panel, out by more than half",
                ),
            };
            rows.push((
                l.say(
                    &format!("合格性审查项:{}", item.title),
                    &format!("review: {}", item.title),
                ),
                format!("{by}({})", item.clause),
            ));
        }
        rows.push(self.row("价格分计算", "price score", self.rule(price.rule, price.points)));
        rows.extend(
            price
                .benchmark
                .iter()
                .flat_map(|benchmark| self.benchmark(benchmark)),
        );
        rows.extend(items.iter().map(|item| self.item(item)));
        rows.extend(trim.iter().map(|trim| {
            self.row(
                "评委打分去极值",
                "highest and lowest scores left out",
                self.tier(trim, "份评分", "sheets"),
            )
        }));
        rows.extend(self.adjustments(adjustments));
        for one in deductions {
            let of = match one.from {
                DeductionFrom::Price => l.say("评标价扣除", "off the evaluated price"),
                DeductionFrom::Score => l.say("价格分增加", "added to the price score"),
            };
            rows.push((
                l.say(
                    &format!("政策优惠:{}", one.item),
                    &format!("policy: {}", one.item),
                ),
                format!("{of} {}({})", percent(one.bp), one.basis),
            ));
        }
        rows.extend(
            low_price
                .iter()
                .map(|low| self.row("异常低价审查标准", "low prices looked into", self.low(low))),
        );
        rows.extend(drawn.iter().map(|one| self.coefficient(one)));
        rows.push(self.row("得分(评标价)相同时的排序", "order among equals", self.ties(ties)));
        rows
    }

    fn basis(&self, basis: Basis) -> String {
        let l = self.l;
        match basis {
            Basis::LowestEvaluated => l.say("经评审的最低投标价法(12号令30)", "lowest evaluated bid price"),
            Basis::Composite => l.say("综合评估法(12号令34)", "composite scoring"),
            Basis::LowestPrice => l.say("最低评标价法(87号令54)", "lowest price (Decree 87, art. 54)"),
            Basis::LowPriceScore => l.say(
                "综合评分法(低价优先,87号令55)",
                "composite scoring, lowest first (Decree 87, art. 55)",
            ),
            Basis::Consultation => l.say(
                "竞争性磋商综合评分法(财库〔2014〕214号)",
                "scoring after consultation",
            ),
            Basis::Negotiation => l.say("最后报价最低(74号令)", "lowest final quote (Decree 74)"),
            Basis::Notice => l.say("公告自定办法", "as the notice says"),
        }
    }

    fn category(&self, category: Category) -> String {
        match category {
            Category::Goods => self.l.say("货物", "goods"),
            Category::Services => self.l.say("服务", "services"),
            Category::Works => self.l.say("工程", "works"),
        }
    }

    fn rule(&self, rule: PriceRule, points: i64) -> String {
        let (l, full) = (self.l, self.points(points));
        match rule {
            PriceRule::Order => l.say(
                "不计分,按评标价由低到高排序",
                "no points: lower evaluated price first",
            ),
            PriceRule::LowestFirst => l.say(
                &format!("满分{full};得分 = 最低评标价 ÷ 评标价 × {full}"),
                &format!("{full} × lowest evaluated price ÷ evaluated price"),
            ),
            PriceRule::Benchmark => l.say(
                &format!("满分{full},按与基准价的偏离扣分"),
                &format!("{full}, less for the distance from the benchmark"),
            ),
            PriceRule::Ignored => l.say("价格不计分", "price is not scored"),
        }
    }

    /// A fixed amount as it is written, or what it is drawn under.
    fn item(&self, item: &Scored) -> Row {
        let l = self.l;
        let mut value = l.say(
            &format!("满分{},权重{}", self.points(item.max), percent(item.weight_bp)),
            &format!(
                "up to {}, weight {}",
                self.points(item.max),
                percent(item.weight_bp)
            ),
        );
        let steps: Vec<String> = item
            .steps
            .iter()
            .map(|step| format!("≥{} → {}", step.at_least, self.points(step.points)))
            .collect();
        if !steps.is_empty() {
            value.push_str(&l.say(";客观分,按申报数量:", "; by the number declared: "));
            value.push_str(&steps.join(", "));
        }
        (
            l.say(
                &format!("评分项:{}", item.title),
                &format!("item: {}", item.title),
            ),
            value,
        )
    }

    fn low(&self, low: &LowPrice) -> String {
        let lines = [
            (low.ceiling_bp, "最高限价", "the ceiling"),
            (low.mean_bp, "有效报价平均值", "the mean"),
            (low.second_bp, "次低有效报价", "the second-lowest"),
        ];
        let told = lines.into_iter().filter(|(bp, ..)| *bp > 0);
        let told: Vec<String> = told
            .map(|(bp, zh, en)| {
                self.l.say(
                    &format!("低于{zh}的{}", percent(bp)),
                    &format!("below {} of {en}", percent(bp)),
                )
            })
            .collect();
        let minutes = low.answer_ms.div_euclid(MINUTE);
        self.l.say(
            &format!("{};答复时间至少{minutes}分钟", told.join("、")),
            &format!("{}; at least {minutes} minutes to answer", told.join(", ")),
        )
    }

    fn coefficient(&self, one: &Coefficient) -> Row {
        let l = self.l;
        let how = if one.by_digits {
            l.say("逐位抽取", "digit by digit")
        } else {
            let step = e2(one.step);
            l.say(&format!("步长{step}"), &format!("in steps of {step}"))
        };
        // Basis points and hundredths of a point alike are hundredths of what they are used as.
        (
            l.say(
                &format!("抽取的系数:{}(百分数或分)", one.name),
                &format!("coefficient drawn: {} (per cent, or points)", one.name),
            ),
            format!("{} – {}{}{how}", e2(one.from), e2(one.to), l.say(",", ", ")),
        )
    }

    fn ties(&self, ties: &[TieBreak]) -> String {
        let l = self.l;
        let word = |tie: &TieBreak| match tie {
            TieBreak::Evaluated => l.say("评标价低者", "lower evaluated price"),
            TieBreak::Price => l.say("投标报价低者", "lower price"),
            TieBreak::Panel => l.say("评委评分高者", "higher score of the panel"),
            TieBreak::Item { item } => l.say(
                &format!("评分项{item}得分高者"),
                &format!("higher score of {item}"),
            ),
            TieBreak::Drawn => l.say("随机抽取", "drawn"),
        };
        let words: Vec<String> = ties.iter().map(word).collect();
        if words.is_empty() {
            l.say("并列", "they share the rank")
        } else {
            words.join(&l.say(",再按", ", then "))
        }
    }
}
