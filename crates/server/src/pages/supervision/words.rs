//! What phases, clocks, kinds of procedure and cards are called, Chinese first.
//!
//! Invariant: every word of the docket has a name in both languages; an unknown clock is shown by its own word.

use crate::pages::Layout;
use ::rules::rule::RegimeWord;
use supervise::docket::{Phase, Step};

/// A name in both languages.
pub(super) struct Name(&'static str, &'static str);

impl Name {
    /// The one in the language of the page.
    pub(super) fn of(self, l: &Layout) -> &'static str {
        l.say(self.0, self.1)
    }
}

/// The name of a phase.
pub(super) const fn phase(phase: Phase) -> Name {
    match phase {
        Phase::Registered => Name("进场登记", "Registered"),
        Phase::Noticed => Name("公告、投标", "Open for bids"),
        Phase::Closed => Name("投标截止", "Closed"),
        Phase::Listed => Name("开标:核对清单", "Opening: list frozen"),
        Phase::Settled => Name("开标:等待解密份额", "Opening: waiting for shares"),
        Phase::Opened => Name("开标:唱标与异议", "Opening: read out, objections"),
        Phase::OpeningClosed => Name("开标结束", "Opening ended"),
        Phase::Evaluating => Name("评标", "Evaluation"),
        Phase::Evaluated => Name("评标完成", "Evaluated"),
        Phase::Publicised => Name("候选人公示", "Candidates publicised"),
        Phase::Awarded => Name("中标", "Awarded"),
        Phase::Contracted => Name("合同签订", "Contracted"),
        Phase::Failed => Name("流标", "Failed"),
        Phase::Terminated => Name("终止", "Terminated"),
    }
}

/// The name of a step of an evaluation.
pub(super) const fn step(step: Step) -> Name {
    match step {
        Step::Forming => Name("组建评标委员会", "The panel is being formed"),
        Step::Opened => Name("评标已开启", "Opened, under codes"),
        Step::Declaring => Name("声明回避", "Declarations of conflict"),
        Step::Reviewing => Name("初步评审", "Preliminary review"),
        Step::Scoring => Name("详细评审:提交评分承诺", "Detailed evaluation: commitments"),
        Step::Revealing => Name("揭示评分", "Sheets are revealed"),
        Step::Concluded => Name("已得出结果", "There is a result"),
        Step::Reported => Name("报告签署中", "The report is being signed"),
        Step::Completed => Name("报告已完成", "The report is complete"),
    }
}

/// The name of a clock; an unknown one is called by its own word.
pub(super) fn clock(word: &'static str) -> Name {
    clock_of(word).unwrap_or(Name(word, word))
}

/// The name of a clock, if it has one.
pub(super) fn clock_of(word: &str) -> Option<Name> {
    Some(match word {
        "documents" => Name("招标文件发售截止", "End of giving out documents"),
        "deadline" => Name("投标截止", "Deadline for bids"),
        "unlock" => Name("投标人解密截止", "End of the unlock window"),
        "shares" => Name("解密份额截止", "End of the share window"),
        "opening_objections" => Name("开标异议截止", "End of objections at the opening"),
        "publicity" => Name("公示截止", "End of publicity"),
        "validity" => Name("投标有效期届满", "Bids cease to bind"),
        "report" => Name("书面报告期限", "Written report due"),
        "contract" => Name("签订合同期限", "Contract due"),
        "objection_reply" => Name("异议答复期限", "Reply to an objection due"),
        "explanation" => Name("说明期限", "Explanation due"),
        "suspension" => Name("暂停期满", "The suspension is over"),
        _ => return None,
    })
}

/// The name of a kind of procedure.
pub(super) const fn regime(regime: RegimeWord) -> Name {
    match regime {
        RegimeWord::Works => Name("工程招标", "works"),
        RegimeWord::GovernmentProcurement => Name("政府采购", "government procurement"),
        RegimeWord::Free => Name("比选及其他", "free comparison"),
        RegimeWord::Land => Name("土地、矿业权", "land"),
        RegimeWord::StateProperty => Name("国有产权", "state property"),
        RegimeWord::Auction => Name("拍卖", "auction"),
        RegimeWord::Service => Name("政务服务", "public service"),
    }
}

/// The name of the card of a rule.
pub(super) fn card(word: &'static str) -> Name {
    match word {
        "red" => Name("红牌", "red"),
        "yellow" => Name("黄牌", "yellow"),
        "yellow_then_red" => Name("先黄后红", "yellow, then red"),
        _ => Name("系统禁止", "blocked by the platform"),
    }
}

/// How far a rule is carried out.
pub(super) fn state(word: &'static str) -> Name {
    match word {
        "checked" => Name("自动核查", "checked"),
        "part" => Name("部分核查", "checked in part"),
        "honoured" => Name("由系统设计保证", "honoured by construction"),
        "screened" => Name("筛查线索,由人研判", "screened for signs, judged by a person"),
        _ => Name("尚缺事实记录", "facts not recorded yet"),
    }
}
