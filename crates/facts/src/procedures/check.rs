//! Whether a notice keeps to the trade method that it names.
//!
//! Invariant: a fault names the figure found, the figure due and the article; the same faults, found again from the
//! record, are what a verifier reports.

mod periods;

use super::{Bidders, Days, Price, Row, Unit, of};
use crate::body::tender::{
    Basis, Category, Flow, FlowStep, Lot, Method, PriceRule, Procedure, Regime, Shown, TenderNoticed,
    TieBreak, Way,
};
use crate::calendar::{CHINA, Calendar, day_of};
use crate::{Currency, Instant, Refusal};

/// Estimates from which a contract must be tendered, in fen (16号令5): a 比选 stays below.
pub const MUST_TENDER: [(Category, i64); 3] = [
    (Category::Works, 400_000_000),
    (Category::Goods, 200_000_000),
    (Category::Services, 100_000_000),
];

/// Estimates from which government procurement is tendered openly, in fen (国办发〔2019〕55号; 16号令5 for works).
/// Provinces may set more, never less; whoever is below the local figure says so as the approval.
pub const OPEN_TENDERING_FEN: [(Category, i64); 3] = [
    (Category::Works, 400_000_000),
    (Category::Goods, 200_000_000),
    (Category::Services, 200_000_000),
];

/// Working days for which the choice of a single source is shown (政府采购法实施条例38).
const SHOWN: Days = Days {
    article: "政府采购法实施条例38, 74号令38",
    number: 5,
    unit: Unit::Working,
};

/// One thing in which a notice leaves its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member of the notice at fault.
    pub field: &'static str,
    /// What is wrong, and the article.
    pub refusal: Refusal,
}

/// Everything in which a notice published at `at` leaves the trade method that it names; a notice that names none has
/// no stage for invited bidders.
#[must_use]
pub fn faults(notice: &TenderNoticed, regime: Regime, at: Instant) -> Vec<Fault> {
    faults_by(&CHINA, notice, regime, at)
}

/// The same with working days of a calendar.
#[must_use]
pub fn faults_by(calendar: &Calendar, notice: &TenderNoticed, regime: Regime, at: Instant) -> Vec<Fault> {
    let mut found = Found(Vec::new());
    let Some(said) = &notice.procedure else {
        if notice.stages.iter().any(|stage| stage.invited) {
            found.put("stages", no("procedure.unnamed",
                "A stage is handed in by those invited, but the notice names no trade method; name one with final quotes.",
                "设有最后报价阶段，但公告未载明交易方式；请载明允许最后报价的交易方式。",
            ));
        }
        return found.0;
    };
    let row = of(said.way);
    if row.regime != regime {
        found.put("procedure", no("procedure.regime",
            "The trade method belongs to another law than the one the tender is registered under; the two laws never mix.",
            "交易方式与项目登记所适用的法律不一致，两法不得混用。",
        ));
    }
    periods::times(&mut found, calendar, (notice, row, said), at);
    bidders(&mut found, notice, row.bidders, said);
    stages(&mut found, notice, row, said);
    method(&mut found, notice, row);
    ceilings(&mut found, notice, row);
    approval(&mut found, notice, row, said);
    single(&mut found, calendar, (notice, said), at);
    flow(&mut found, notice, said);
    found.0
}

struct Found(Vec<Fault>);

impl Found {
    fn put(&mut self, field: &'static str, refusal: Refusal) {
        self.0.push(Fault { field, refusal });
    }
}

fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en, zh)
}

fn stated(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn bidders(found: &mut Found, notice: &TenderNoticed, row: Bidders, said: &Procedure) {
    let given = notice.min_bidders;
    if let Some(most) = row.most.filter(|most| given > *most) {
        found.put(
            "min_bidders",
            no(
                "procedure.bidders",
                format!(
                    "This trade method has at most {most} bidder; the notice requires {given} ({}).",
                    row.article
                ),
                format!("该交易方式至多{most}家，公告要求{given}家（{}）。", row.article),
            ),
        );
    }
    if given >= row.least {
        return;
    }
    let (least, article) = (row.least, row.article);
    let Some((excepted, by)) = row.excepted.filter(|(excepted, _)| given >= *excepted) else {
        found.put("min_bidders", no("procedure.bidders",
            format!("At least {least} bidders are required for this trade method ({article}); the notice has {given}."),
            format!("该交易方式至少须有{least}家（{article}），公告为{given}家。"),
        ));
        return;
    };
    if !stated(said.ground.as_ref()) {
        found.put("procedure", no("procedure.ground_missing",
            format!("Fewer than {least} bidders suffice only in the cases of {by}; state the ground for {excepted}."),
            format!("仅在{by}所列情形下可少于{least}家，请载明允许{excepted}家的理由。"),
        ));
    }
}

fn stages(found: &mut Found, notice: &TenderNoticed, row: &Row, said: &Procedure) {
    let (price, article) = row.price;
    let places: Vec<usize> = (notice.stages.iter().enumerate())
        .filter(|(_, stage)| stage.invited)
        .map(|(place, _)| place)
        .collect();
    let last = notice.stages.len().saturating_sub(1);
    let at_end = places.iter().all(|place| *place == last && *place > 0);
    let in_flow = (said.flow.iter()).any(|flow| flow.steps.contains(&FlowStep::FinalQuotes));
    let counted = match price {
        Price::Once | Price::Unchangeable => places.is_empty(),
        Price::Final => places.len() == 1,
        Price::Negotiated => places.len() <= 1,
        Price::Flow => places.len() == usize::from(in_flow),
    };
    if at_end && counted {
        return;
    }
    let (en, zh) = match price {
        Price::Once => (
            "the price is sealed once, no stage is for invited bidders",
            "一次报价，不得设最后报价阶段",
        ),
        Price::Unchangeable => (
            "one quote is given and nobody may change it, no stage is for invited bidders",
            "一次报出不得更改的价格，不得设最后报价阶段",
        ),
        Price::Final => (
            "the last stage, and no other, takes the final quotes of those invited after the talks",
            "应在首次响应之后设一个且仅一个最后报价阶段，并列于最后",
        ),
        Price::Negotiated => (
            "at most the last stage takes the price agreed in talks",
            "至多可在最后设一个商定价格的阶段",
        ),
        Price::Flow => (
            "the last stage takes final quotes exactly if the flow names that step",
            "当且仅当流程载明最后报价时，最后阶段为最后报价",
        ),
    };
    found.put(
        "stages",
        no(
            "procedure.stages",
            format!("The stages do not fit the trade method: {en} ({article})."),
            format!("各阶段与交易方式不符：{zh}（{article}）。"),
        ),
    );
}

/// The article that a method follows; the two plain methods are those of works tenders.
const fn basis(method: &Method) -> Basis {
    match method {
        Method::LowestEvaluated { .. } => Basis::LowestEvaluated,
        Method::Composite { .. } => Basis::Composite,
        Method::Declared(declared) => declared.basis,
    }
}

fn method(found: &mut Found, notice: &TenderNoticed, row: &Row) {
    if !row.bases.contains(&basis(&notice.method)) {
        found.put("method", no("procedure.method",
            "The method of evaluation is not one that this trade method allows; see the table of trade methods.",
            "评标（评审）办法不是该交易方式所允许的办法，请参见交易方式表。",
        ));
    }
    let panel = notice.method.panel();
    let (least, article) = (panel_of(notice, row), row.panel.article);
    if panel < least || (panel > 0 && panel.is_multiple_of(2)) {
        found.put(
            "method",
            no(
                "procedure.panel",
                format!("The panel has {panel} members; {article} asks for an odd number, at least {least}."),
                format!("评审小组为{panel}人，{article}要求为单数且不少于{least}人。"),
            ),
        );
    }
    let Some(declared) = notice.method.declared() else {
        return;
    };
    let needed = row.bidders.least.min(notice.min_bidders);
    if row.regime == Regime::GovernmentProcurement && declared.min_valid < needed {
        let (valid, failing) = (declared.min_valid, row.failing);
        found.put("method", no("procedure.min_valid",
            format!("min_valid is {valid}, but the procedure fails with fewer than {needed} valid bids ({failing})."),
            format!("min_valid为{valid}，而有效响应不足{needed}家即应终止（{failing}）。"),
        ));
    }
    // 1117号(二), 87号令57: a draw decides between bids that price and score leave equal, and nothing else.
    let draw = declared.ties.iter().position(|tie| *tie == TieBreak::Drawn);
    let fits = draw.is_none_or(|draw| {
        let mut before = declared.ties.iter().take(draw);
        let priced = declared.price.rule == PriceRule::Order
            || before.any(|tie| matches!(tie, TieBreak::Evaluated | TieBreak::Price));
        draw.saturating_add(1) == declared.ties.len() && priced
    });
    if !fits {
        found.put("method", no("procedure.drawn",
            "A draw chooses no winner (1117号(二), 87号令57): it may only be the last way to break ties, after the price.",
            "不得以抽签、摇号确定中标人（1117号（二）、87号令57）：随机抽取只能在报价之后作为最后的并列区分方式。",
        ));
    }
}

/// The least number of members for this notice.
pub(super) fn panel_of(notice: &TenderNoticed, row: &Row) -> u32 {
    match row.panel.more {
        Some((Some(from), more)) if estimates(notice) >= from => more,
        Some((None, more)) if above_threshold(notice) => more,
        _ => row.panel.least,
    }
}

/// All estimates in CNY together: what can be bought as one may not be cut into lots to stay below a threshold.
fn estimates(notice: &TenderNoticed) -> i64 {
    let cny = notice
        .lots
        .iter()
        .filter(|lot| lot.estimate.currency == Currency::CNY);
    cny.fold(0, |sum, lot| sum.saturating_add(lot.estimate.minor))
}

fn threshold(of: &[(Category, i64)], category: Category) -> i64 {
    of.iter()
        .find(|(known, _)| *known == category)
        .map_or(i64::MAX, |(_, from)| *from)
}

/// Whether the estimates reach the threshold of open tendering (国办发〔2019〕55号); never without a declared category.
#[must_use]
pub fn above_threshold(notice: &TenderNoticed) -> bool {
    let category = notice.method.declared().map(|declared| declared.category);
    category.is_some_and(|category| estimates(notice) >= threshold(&OPEN_TENDERING_FEN, category))
}

const fn is_other_than_tendering(way: Way) -> bool {
    matches!(
        way,
        Way::Consultation | Way::Negotiation | Way::Inquiry | Way::SingleSource
    )
}

/// Whoever is over the budget is out: so the budget is stated, and the ceiling is not above it.
fn ceilings(found: &mut Found, notice: &TenderNoticed, row: &Row) {
    if !is_other_than_tendering(row.way) {
        return;
    }
    let fits = |lot: &&Lot| {
        lot.ceiling.is_some_and(|ceiling| {
            ceiling.currency == lot.estimate.currency && ceiling.minor <= lot.estimate.minor
        })
    };
    if let Some(lot) = notice.lots.iter().find(|lot| !fits(lot)) {
        let failing = row.failing;
        found.put(
            "lots",
            no(
                "procedure.ceiling",
                format!(
                    "Lot {} has no ceiling within its budget; state one ({failing}).",
                    lot.lot
                ),
                format!("标段{}未设不超过预算的最高限价（{failing}）。", lot.lot),
            ),
        );
    }
}

fn approval(found: &mut Found, notice: &TenderNoticed, row: &Row, said: &Procedure) {
    if is_other_than_tendering(row.way) && above_threshold(notice) && !stated(said.approval.as_ref()) {
        found.put("procedure", no("procedure.approval_missing",
            "The estimate reaches the threshold of open tendering (国办发〔2019〕55号); state the approval of this trade \
             method (政府采购法27, 74号令4), or the higher local threshold with its document.",
            "估算达到公开招标数额标准（国办发〔2019〕55号），请载明采用该方式的批准文件（政府采购法27、74号令4），\
             或载明更高的本地标准及其文号。",
        ));
    }
}

fn single(found: &mut Found, calendar: &Calendar, (notice, said): (&TenderNoticed, &Procedure), at: Instant) {
    if said.way != Way::SingleSource {
        if said.supplier.is_some() || said.shown.is_some() {
            found.put(
                "procedure",
                no(
                    "procedure.supplier",
                    "Only a single source names its supplier and when the choice was shown (政府采购法31).",
                    "仅单一来源采购载明供应商及公示期间（政府采购法31）。",
                ),
            );
        }
        return;
    }
    if said.supplier.is_none() || !stated(said.ground.as_ref()) {
        found.put(
            "procedure",
            no(
                "procedure.supplier",
                "A single source names its supplier and the ground of 政府采购法31 on which it is chosen.",
                "单一来源采购应载明供应商及依据政府采购法第三十一条的理由。",
            ),
        );
    }
    let shown = said.shown.is_some_and(|Shown { from, until }| {
        until <= at && calendar.add_working_days(day_of(from), SHOWN.number) <= day_of(until)
    });
    if above_threshold(notice) && !shown {
        let (number, article) = (SHOWN.number, SHOWN.article);
        found.put("procedure", no("procedure.shown_short",
            format!("From the threshold of open tendering on the choice is shown for {number} working days before the notice ({article})."),
            format!("达到公开招标数额标准的，应在公告前公示不少于{number}个工作日（{article}）。"),
        ));
    }
}

/// Steps without which there is no 比选.
const NEEDED: [FlowStep; 5] = [
    FlowStep::Notice,
    FlowStep::Quotes,
    FlowStep::Opening,
    FlowStep::Comparison,
    FlowStep::Award,
];

fn flow(found: &mut Found, notice: &TenderNoticed, said: &Procedure) {
    let Some(flow) = &said.flow else {
        if said.way == Way::Comparison {
            found.put("procedure", no("procedure.flow",
                "No national law sets the steps of a comparison (比选); the notice states its flow and the local rule.",
                "比选没有全国性规定，公告应载明其流程及所依据的本地规则。",
            ));
        }
        return;
    };
    if said.way != Way::Comparison {
        found.put("procedure", no("procedure.flow",
            "Only a comparison (比选) sets a flow of its own; the steps of the others are those of the law.",
            "仅比选可自定流程，其他交易方式的步骤由法律规定。",
        ));
        return;
    }
    if !is_whole(flow) {
        found.put("procedure", no("procedure.flow",
            "The flow names its local rule and the steps in their order, among them notice, quotes, opening, comparison and \
             award; it has days of publicity exactly if it has that step.",
            "流程应载明本地规则，步骤按顺序排列且包含公告、报价、开启、比选、成交；当且仅当设公示步骤时有公示天数。",
        ));
    }
    let category = notice.method.declared().map(|declared| declared.category);
    let below = category.is_some_and(|category| estimates(notice) < threshold(&MUST_TENDER, category));
    if !below {
        found.put("lots", no("procedure.must_tender",
            "A comparison (比选) must stay below the amounts from which a contract must be tendered: works 4,000,000, goods \
             2,000,000, services 1,000,000 CNY (16号令5); its method is a declared one that names what is bought.",
            "达到必须招标规模（施工400万元、货物200万元、服务100万元，16号令5）的项目不得比选；评审办法应载明采购类别。",
        ));
    }
}

fn is_whole(flow: &Flow) -> bool {
    let ordered = (flow.steps.iter().zip(flow.steps.iter().skip(1))).all(|(one, next)| one < next);
    let publicised = flow.steps.contains(&FlowStep::Publicity);
    ordered
        && NEEDED.iter().all(|step| flow.steps.contains(step))
        && publicised == (flow.publicity_days > 0)
        && !flow.rule.trim().is_empty()
}
