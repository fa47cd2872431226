//! What the stages of rules of supervision (环节) are called in English.
//!
//! Invariant: a rule file names its stages in Chinese; one that somebody named otherwise keeps its name.

use crate::pages::Layout;

/// The stages of the rules that the programs bring.
const STAGES: [(&str, &str); 59] = [
    ("串通", "collusion"),
    ("价款", "payment"),
    ("低价", "low prices"),
    ("保密", "secrecy"),
    ("保证金", "deposits"),
    ("公告", "notice"),
    ("公示", "publicity"),
    ("准备", "preparation"),
    ("发售", "giving out documents"),
    ("发布", "publication"),
    ("合同", "contract"),
    ("否决", "rejection"),
    ("响应", "responses"),
    ("回避", "recusal"),
    ("增资", "capital increase"),
    ("失效", "lapse"),
    ("定标", "award"),
    ("审查", "review"),
    ("履约", "performance"),
    ("平台", "platform"),
    ("底价", "reserve price"),
    ("开标", "opening"),
    ("异议", "objections"),
    ("投标", "bidding"),
    ("投诉", "complaints"),
    ("报告", "report"),
    ("披露", "disclosure"),
    ("抽取", "draws"),
    ("拍卖", "auction"),
    ("招标", "tendering"),
    ("挂牌", "listing"),
    ("撤回", "withdrawal"),
    ("收费", "fees"),
    ("政务", "public services"),
    ("文件", "documents"),
    ("方案", "plan"),
    ("暂停", "suspension"),
    ("更换", "replacement"),
    ("档案", "archive"),
    ("澄清", "clarification"),
    ("申请", "application"),
    ("监督", "supervision"),
    ("竞价", "competing by price"),
    ("组建", "forming the panel"),
    ("终止", "termination"),
    ("结果", "result"),
    ("网上竞价", "online auction"),
    ("评委", "experts"),
    ("评审", "evaluation"),
    ("评标", "evaluation of bids"),
    ("询问", "questions"),
    ("质疑", "queries"),
    ("资产", "assets"),
    ("资格", "qualification"),
    ("踏勘", "site visit"),
    ("通知", "letters"),
    ("邀请", "invitation"),
    ("降价", "falling prices"),
    ("预审", "prequalification"),
];

/// The name of a stage in the language of the page.
pub(super) fn named(l: &Layout, stage: &str) -> String {
    let known = STAGES.iter().find(|(zh, _)| *zh == stage && !l.is_zh());
    known.map_or(stage, |(_, en)| en).to_owned()
}
