//! What matters, states, causes and outcomes of objections and complaints are called, Chinese first.
//!
//! Invariant: every word of the record has a name in both languages.

use crate::pages::Layout;
use facts::body::complaint::{Grievance, Outcome, PauseGround, RefusalCause};

/// What an objection or a complaint is about.
pub(super) const fn grievance(l: &Layout, grievance: Grievance) -> &'static str {
    match grievance {
        Grievance::Documents => l.say("招标(采购)文件", "documents"),
        Grievance::Opening => l.say("开标", "opening"),
        Grievance::Candidates => l.say("评标结果(候选人)", "candidates"),
        Grievance::Process => l.say("采购过程", "process"),
        Grievance::Result => l.say("中标、成交结果", "result"),
        Grievance::Other => l.say("其他", "other"),
    }
}

/// Where a complaint stands.
pub(super) fn state(l: &Layout, word: &str) -> &'static str {
    match word {
        "filed" => l.say("已收到,待审查", "received, to be examined"),
        "returned" => l.say("退回补正", "sent back to be completed"),
        "accepted" => l.say("已受理,办理中", "taken up"),
        "paused" => l.say("办理期限中止", "clock stopped"),
        "refused" => l.say("不予受理", "not taken up"),
        "decided" => l.say("已作出处理决定", "decided"),
        _ => l.say("已撤回", "withdrawn"),
    }
}

/// Why a complaint is not taken up.
pub(super) const fn cause(l: &Layout, cause: RefusalCause) -> &'static str {
    match cause {
        RefusalCause::NoStanding => l.say("投诉人不是利害关系人", "the complainant is not concerned"),
        RefusalCause::Vague => l.say("事项不具体,难以查证", "nothing that could be followed up"),
        RefusalCause::Unsigned => l.say("未署名或未盖章", "not signed"),
        RefusalCause::Late => l.say("超过投诉时效", "too late"),
        RefusalCause::NoObjection => l.say("未先提出异议或质疑", "no objection came first"),
        RefusalCause::Decided => l.say("已作出决定且无新证据", "decided before, no new evidence"),
        RefusalCause::InCourt => l.say("已进入复议或诉讼程序", "before a court or under review"),
        RefusalCause::Elsewhere => l.say("不属本部门,已告知", "another authority's"),
    }
}

/// What stops the clock.
pub(super) const fn ground(l: &Layout, ground: PauseGround) -> &'static str {
    match ground {
        PauseGround::Inspection => l.say("检验、检测", "inspection"),
        PauseGround::Appraisal => l.say("鉴定", "appraisal"),
        PauseGround::ExpertReview => l.say("专家评审", "expert opinion"),
    }
}

/// How a complaint is decided.
pub(in crate::pages) const fn outcome(l: &Layout, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Upheld => l.say("投诉成立", "upheld"),
        Outcome::Rejected => l.say("驳回:缺乏事实或法律依据", "rejected: no ground in fact or law"),
        Outcome::Fabricated => l.say(
            "驳回:捏造事实或材料虚假、来源非法",
            "rejected: made up, or proved by false or unlawful means",
        ),
    }
}
