//! Every refusal of the law of evaluation, in one place: what it says is the law a person reads.

use super::Standing;
use super::clarify::UNCHANGEABLE;
use crate::method::MethodError;
use facts::canonical::CanonicalError;
use facts::id::{ClarificationId, CodeId, ItemId, SeatId};
use facts::{AccountId, Refusal, TenderId};

pub(super) fn not_open(tender: &TenderId) -> Refusal {
    Refusal::new(
        "evaluation.not_open",
        format!("The evaluation of tender {tender} is not open; it opens after the opening of bids ended."),
        format!("招标项目{tender}的评标尚未开启,须待开标结束。"),
    )
}

pub(super) fn over(tender: &TenderId) -> Refusal {
    Refusal::new(
        "evaluation.over",
        format!("The evaluation of tender {tender} is concluded; nothing more is accepted."),
        format!("招标项目{tender}的评标已结束,不再受理。"),
    )
}

pub(super) fn open_already(tender: &TenderId) -> Refusal {
    Refusal::new(
        "evaluation.open_already",
        format!("The evaluation of tender {tender} is open already."),
        format!("招标项目{tender}的评标已经开启。"),
    )
}

pub(super) fn codes(en: &str, zh: &str) -> Refusal {
    Refusal::new(
        "evaluation.codes",
        format!("The evaluation cannot be opened: {en}."),
        format!("无法开启评标:{zh}。"),
    )
}

pub(super) fn no_result(error: &MethodError) -> Refusal {
    Refusal::new(
        "evaluation.no_result",
        format!("There is no result: {error}."),
        format!("无法得出结果:{error}。"),
    )
}

pub(super) fn not_canonical(error: &CanonicalError) -> Refusal {
    Refusal::new(
        "evaluation.body_malformed",
        format!("The content is refused: {error}."),
        format!("内容不合规范:{error}。"),
    )
}

pub(super) fn nothing_due() -> Refusal {
    Refusal::new(
        "nothing.due",
        "Nothing is to be disclosed now.",
        "目前没有需要公开的内容。",
    )
}

pub(super) fn not_owner(tender: &TenderId) -> Refusal {
    Refusal::new(
        "panel.not_allowed",
        format!("Only the buyer of tender {tender} or its agent appoints the panel (招标投标法37)."),
        format!("只有招标项目{tender}的招标人或其代理可以组建评标委员会(招标投标法第三十七条)。"),
    )
}

pub(super) fn no_panel() -> Refusal {
    Refusal::new(
        "panel.none",
        "The notice lets prices alone decide; there is no panel to appoint.",
        "招标公告规定仅按价格评定,不设评标委员会。",
    )
}

pub(super) fn size(found: usize, wanted: usize) -> Refusal {
    Refusal::new(
        "panel.size_invalid",
        format!("The notice asks for a panel of {wanted}; {found} seats are named."),
        format!("招标公告规定评标委员会为{wanted}人,现指定{found}席。"),
    )
}

pub(super) fn works_size(found: usize) -> Refusal {
    Refusal::new(
        "panel.works_size_invalid",
        format!("A works tender needs an odd panel of at least 5 (招标投标法37); {found} seats are named."),
        format!("依法必须招标的项目,评标委员会须为五人以上单数(招标投标法第三十七条),现指定{found}席。"),
    )
}

pub(super) fn full() -> Refusal {
    Refusal::new(
        "panel.full",
        "Every seat is filled; there is none to appoint.",
        "各席位均已有人,无需另行指定。",
    )
}

pub(super) fn nobody_named() -> Refusal {
    Refusal::new(
        "panel.empty_invalid",
        "No seat is named; name the vacant seats to fill.",
        "未指定席位,请指定空缺席位。",
    )
}

pub(super) fn not_vacant(seat: &SeatId) -> Refusal {
    Refusal::new(
        "panel.not_vacant",
        format!("Seat {seat} is not vacant; only seats whose expert stepped down are filled anew."),
        format!("席位{seat}并未空缺,只能补充因回避而空缺的席位。"),
    )
}

pub(super) fn twice(expert: &AccountId) -> Refusal {
    Refusal::new(
        "panel.twice_invalid",
        format!("{expert} would sit twice; every seat needs a person of its own."),
        format!("{expert}重复担任评委,每席须由不同的人担任。"),
    )
}

pub(super) fn stepped_down(seat: &SeatId, expert: &AccountId) -> Refusal {
    Refusal::new(
        "panel.stepped_down",
        format!("{expert} stepped down from this evaluation and cannot take seat {seat}."),
        format!("{expert}已在本次评标中回避,不能担任席位{seat}。"),
    )
}

pub(super) fn party(seat: &SeatId, expert: &AccountId) -> Refusal {
    Refusal::new(
        "panel.party",
        format!(
            "{expert} cannot take seat {seat}: whoever owns the tender or bids in it does not judge it (招标投标法37)."
        ),
        format!("{expert}是本项目的招标方或投标人,不得担任席位{seat}(招标投标法第三十七条)。"),
    )
}

pub(super) fn no_expert(seat: &SeatId, expert: &AccountId, standing: Option<Standing>) -> Refusal {
    let (en, zh) = match standing {
        Some(Standing::Revoked) => ("is revoked", "账户已注销"),
        Some(_) => ("is not enrolled as an expert", "未注册为评标专家"),
        None => ("is unknown", "账户不存在"),
    };
    Refusal::new(
        "panel.no_expert",
        format!("{expert} cannot take seat {seat}: the account {en}."),
        format!("{expert}不能担任席位{seat}:{zh}。"),
    )
}

pub(super) fn not_yours(seat: &SeatId) -> Refusal {
    Refusal::new(
        "seat.not_yours",
        format!("You do not sit on seat {seat}."),
        format!("您不在席位{seat}上。"),
    )
}

pub(super) fn declared_already(seat: &SeatId) -> Refusal {
    Refusal::new(
        "recusal.already",
        format!(
            "Seat {seat} was declared free of conflict already; a conflict found since may still be declared."
        ),
        format!("席位{seat}已声明无回避情形;如后来发现应回避的情形,仍可声明。"),
    )
}

pub(super) fn declared_late() -> Refusal {
    Refusal::new(
        "recusal.late",
        "Scores are committed already; a conflict found now goes to the supervisor.",
        "已有评委提交评分承诺;此时发现的回避情形请报告监督部门。",
    )
}

pub(super) fn conflict_text(most: usize, longest: usize) -> Refusal {
    Refusal::new(
        "recusal.text_invalid",
        format!(
            "State at most {most} conflicts, each in 1 to {longest} characters; none at all means you are free."
        ),
        format!("回避情形最多{most}条,每条1至{longest}字;不填写即声明无回避情形。"),
    )
}

pub(super) fn panel_not_ready() -> Refusal {
    Refusal::new(
        "panel.not_ready",
        "Not every seat is filled and declared free of conflict yet; scores are committed after that.",
        "尚有席位空缺或未作回避声明,须待全部声明后方可提交评分承诺。",
    )
}

pub(super) fn committed_already(seat: &SeatId) -> Refusal {
    Refusal::new(
        "score.committed_already",
        format!("Seat {seat} has committed to a sheet already; a commitment is final."),
        format!("席位{seat}已提交评分承诺,承诺不可更改。"),
    )
}

pub(super) fn copied() -> Refusal {
    Refusal::new(
        "score.copied",
        "Another seat gave this very commitment; draw a fresh salt and commit to your own sheet.",
        "该承诺值已由其他席位提交,请重新生成随机数并提交自己的评分承诺。",
    )
}

pub(super) fn revealed_already(seat: &SeatId) -> Refusal {
    Refusal::new(
        "score.revealed_already",
        format!("Seat {seat} has revealed its sheet already."),
        format!("席位{seat}已公布评分表。"),
    )
}

pub(super) fn reveal_early(open: usize) -> Refusal {
    Refusal::new(
        "score.early",
        format!("{open} seats have not committed yet; sheets are revealed after the last commitment."),
        format!("尚有{open}席未提交评分承诺,须待全部承诺后方可公布。"),
    )
}

pub(super) fn mismatch(seat: &SeatId) -> Refusal {
    Refusal::new(
        "score.mismatch",
        format!(
            "This sheet and salt are not what seat {seat} committed to; send the sheet as it was committed."
        ),
        format!("该评分表及随机数与席位{seat}的承诺不符,请提交承诺时的评分表。"),
    )
}

pub(super) fn no_review() -> Refusal {
    Refusal::new(
        "review.none",
        "The notice declares no such step; its method is judged by scores alone.",
        "招标公告的评标办法未设此步骤。",
    )
}

pub(super) fn voted() -> Refusal {
    Refusal::new(
        "review.given_already",
        "This was given already, or nothing of it is yours to give; it is final.",
        "已提交过或无需由您提交,提交后不可更改。",
    )
}

pub(super) fn votes_incomplete() -> Refusal {
    Refusal::new(
        "review.votes_invalid",
        "Give exactly one vote for every bid and every item, ascending by code, the items in the order of the notice.",
        "须对每一编号的每一评审项各投一票,按编号升序、评审项按公告次序排列。",
    )
}

pub(super) fn vote_reason(code: &CodeId, item: &ItemId) -> Refusal {
    Refusal::new(
        "review.reason_missing",
        format!("Say why {code} fails {item}, in at most 2000 characters (招标投标法实施条例51)."),
        format!("请说明{code}不符合{item}的理由,至多2000字(招标投标法实施条例第五十一条)。"),
    )
}

pub(super) fn review_open() -> Refusal {
    Refusal::new(
        "review.open",
        "The review is not closed yet; scores are committed after every vote is in.",
        "初步评审尚未结束,须待全部表决后方可提交评分承诺。",
    )
}

pub(super) fn code_unknown(code: &CodeId) -> Refusal {
    Refusal::new(
        "clarification.code_invalid",
        format!("There is no bid {code} in this evaluation."),
        format!("本次评标没有编号{code}的投标。"),
    )
}

pub(super) fn asked_twice(clarification: &ClarificationId) -> Refusal {
    Refusal::new(
        "clarification.taken",
        format!("A question {clarification} was asked already; take a fresh name."),
        format!("澄清{clarification}已经发出,请另取编号。"),
    )
}

pub(super) fn answer_time(least: i64) -> Refusal {
    Refusal::new(
        "clarification.until_invalid",
        format!(
            "Give the bidder at least {least} ms and at most seven days to answer (87号令60, 财库〔2026〕2号)."
        ),
        format!("应给予投标人至少{least}毫秒、至多七日的答复时间(87号令第六十条、财库〔2026〕2号)。"),
    )
}

pub(super) fn text(longest: usize) -> Refusal {
    Refusal::new(
        "evaluation.text_invalid",
        format!("State it in 1 to {longest} characters."),
        format!("请以1至{longest}字说明。"),
    )
}

pub(super) fn correction(fault: &str) -> Refusal {
    Refusal::new(
        "correction.steps_invalid",
        format!("The correction is refused: {fault}."),
        format!("修正不予受理:{fault}。"),
    )
}

pub(super) fn correction_unasked() -> Refusal {
    Refusal::new(
        "correction.unasked",
        "Ask the bidder first to confirm exactly this corrected price, and name that question (87号令59).",
        "须先书面要求投标人确认该修正后的价格,并引用该澄清(87号令第五十九条)。",
    )
}

pub(super) fn unchangeable() -> Refusal {
    Refusal::new(
        "correction.unchangeable",
        format!(
            "In an inquiry one price is quoted that nobody may change, so no price is corrected ({UNCHANGEABLE})."
        ),
        "询价采购须一次报出不得更改的价格，报价不予修正（政府采购法第四十条第（三）项、74号令第四十六条）。",
    )
}

pub(super) fn corrected(code: &CodeId) -> Refusal {
    Refusal::new(
        "correction.made_already",
        format!("The price of {code} was corrected already; a correction is final."),
        format!("编号{code}的报价已经修正,不可再次修正。"),
    )
}

pub(super) fn not_flagged(code: &CodeId) -> Refusal {
    Refusal::new(
        "price.not_flagged",
        format!("The price of {code} is below no declared line; there is nothing to judge."),
        format!("编号{code}的报价未触发异常低价审查。"),
    )
}

pub(super) fn unheard(code: &CodeId) -> Refusal {
    Refusal::new(
        "price.unheard",
        format!("Ask the bidder of {code} first, and wait for the answer or the end of its time (87号令60)."),
        format!("须先要求编号{code}的投标人说明,并待其答复或期限届满(87号令第六十条)。"),
    )
}

pub(super) fn prices_sealed() -> Refusal {
    Refusal::new(
        "price.sealed",
        "Prices are shown to the panel once every seat has committed to its scores; correct and judge them after that.",
        "全体评委承诺评分之前,评标委员会不得知悉报价;报价的修正和异常低价的认定应在此之后进行。",
    )
}

pub(super) fn change_not_now() -> Refusal {
    Refusal::new(
        "score.change_late",
        "Scores are changed after the result and before the report is closed and the candidates are public.",
        "评分仅可在汇总之后、评标报告完成及候选人公示之前更改。",
    )
}

pub(super) fn change_nothing() -> Refusal {
    Refusal::new(
        "score.change_empty",
        "Name the scores that change.",
        "请列明更改的评分。",
    )
}

pub(super) fn change_invalid(code: &CodeId, item: &ItemId) -> Refusal {
    Refusal::new(
        "score.change_invalid",
        format!("{item} of {code} has another value, or the new one is the same or out of range."),
        format!("编号{code}的{item}现值不符,或新值未变、越界。"),
    )
}

pub(super) fn extension_time() -> Refusal {
    Refusal::new(
        "extension.time_invalid",
        "Ask for 1 ms to thirty days.",
        "延长时间应在1毫秒至三十日之间。",
    )
}
