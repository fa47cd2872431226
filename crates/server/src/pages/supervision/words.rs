//! What phases and clocks of the docket are called, Chinese first.
//!
//! Invariant: every word of the docket has a name in both languages; an unknown clock is shown by its own word.

use crate::pages::Layout;
use supervise::docket::Phase;

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
        Phase::Failed => Name("流标", "Failed"),
        Phase::Terminated => Name("终止", "Terminated"),
    }
}

/// The name of a clock.
pub(super) fn clock(word: &'static str) -> Name {
    match word {
        "documents" => Name("招标文件发售截止", "End of giving out documents"),
        "deadline" => Name("投标截止", "Deadline for bids"),
        "unlock" => Name("投标人解密截止", "End of the unlock window"),
        "shares" => Name("解密份额截止", "End of the share window"),
        "opening_objections" => Name("开标异议截止", "End of objections at the opening"),
        "publicity" => Name("公示截止", "End of publicity"),
        "validity" => Name("投标有效期届满", "Bids cease to bind"),
        "report" => Name("书面报告期限", "Written report due"),
        "contract" => Name("签订合同期限", "Contract due"),
        other => Name(other, other),
    }
}
