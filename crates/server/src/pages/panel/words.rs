//! Words of the buyer's page of the panel: steps, states of draws, filters with their articles.
//!
//! Invariant: both sentences stand side by side.

use crate::pages::Layout;
use evaluate::law::{Drawing, Step};

/// How far a draw is.
pub(super) fn state(l: &Layout, drawing: &Drawing) -> &'static str {
    let (zh, en) = match (&drawing.frozen, &drawing.pinned, &drawing.seed) {
        (_, _, Some(_)) => ("已完成,人人可复算", "complete; anybody can compute it again"),
        (_, Some(_), None) => (
            "已固定,等待保管人答复",
            "pinned; waits for the custodians' answers",
        ),
        (Some(_), None, None) => (
            "名单已冻结,正在固定日志头",
            "frozen; the head of the log is being pinned",
        ),
        (None, None, None) => ("已申请", "asked for"),
    };
    l.say(zh, en)
}

/// How far the evaluation is.
pub(super) const fn step(l: &Layout, step: Step) -> &'static str {
    let (zh, en) = match step {
        Step::Unopened => ("评标尚未开始", "The evaluation has not begun"),
        Step::Appointing => ("评标委员会待补齐", "Seats of the panel are to be filled"),
        Step::Declaring => ("等待成员的回避声明", "Waits for declarations of conflicts"),
        Step::Committing => ("评审与评分中", "Reading and scoring"),
        Step::Revealing => ("公开评分表", "Sheets are revealed"),
        Step::Concluded => ("评标已完成", "Concluded"),
    };
    l.say(zh, en)
}

/// Whom the filters leave out, in words, in the order in which they are applied.
pub(super) fn filters(l: &Layout, names: &[String]) -> Vec<&'static str> {
    let words = |name: &String| {
        let (zh, en) = match name.as_str() {
            "suspended" => ("被暂停资格的", "who is suspended"),
            "speciality" => (
                "不评审所申请专业的",
                "who judges none of the specialities asked for",
            ),
            "region" => ("不服务于所申请地区的", "who serves none of the regions asked for"),
            "qualified" => (
                "从事相关领域未满八年或没有高级职称的(招标投标法第三十七条)",
                "with less than eight years in the field, or without a senior title (Tendering Law, article 37)",
            ),
            "party" => (
                "参加本项目的:招标人、代理机构、投标人本人,以及已被通知、在任或已回避的",
                "who takes part: buyer, agent and bidders themselves, and whoever was called, sits or stepped down",
            ),
            "employer" => (
                "受雇于招标人、代理机构或投标人的(招标投标法第三十七条)",
                "who works for the buyer, the agent or a bidder (Tendering Law, article 37)",
            ),
            "past" => (
                "三年内曾受雇于上述单位的(政府采购法实施条例第九条)",
                "who worked for one of them within three years (Regulations on Government Procurement, article 9)",
            ),
            "kin" => (
                "与上述单位或人员有亲属或利害关系的",
                "who declared kinship with or interest in one of them",
            ),
            "consultant" => (
                "为本项目提供过咨询的单位的人员",
                "who works for an organisation that advised the project",
            ),
            _ => ("其他", "others"),
        };
        l.say(zh, en)
    };
    names.iter().map(words).collect()
}
