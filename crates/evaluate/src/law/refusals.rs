//! Every refusal of the law of evaluation, in one place: what it says is the law a person reads.

use super::Standing;
use crate::method::MethodError;
use facts::canonical::CanonicalError;
use facts::id::SeatId;
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
