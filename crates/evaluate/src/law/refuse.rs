//! Refusals of draws, calls and the room: what it says is the law a person reads.

use facts::id::{DrawId, SeatId};
use facts::{Refusal, TenderId};

pub(super) fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en.into(), zh.into())
}

pub(super) fn not_owner(tender: &TenderId) -> Refusal {
    no(
        "evaluation.owner_not_allowed",
        format!("Only the buyer of tender {tender} or its agent does this."),
        format!("只有招标项目{tender}的招标人或其代理可以进行此操作。"),
    )
}

pub(super) fn draw_exists(draw: &DrawId) -> Refusal {
    no(
        "draw.exists",
        format!("The draw {draw} was asked for already; there is one draw, and nobody repeats it."),
        format!("抽取{draw}已经申请,每项抽取只进行一次,任何人不得重抽。"),
    )
}

pub(super) fn no_key() -> Refusal {
    no(
        "draw.key_missing",
        "This tender has no draw key: a key of the stock is assigned under the stage \"draw\" before the notice.",
        "本项目没有抽取密钥:须在发布公告前以阶段\"draw\"从密钥库存中分配一把密钥。",
    )
}

pub(super) fn wrong_draw(en: &str, zh: &str) -> Refusal {
    no(
        "draw.request_invalid",
        format!("The draw cannot be made: {en}."),
        format!("无法抽取:{zh}。"),
    )
}

pub(super) fn pool_small(found: usize, seats: u32) -> Refusal {
    no(
        "draw.pool_small",
        format!(
            "{found} experts of the pool pass the filters where {seats} are wanted; widen specialities or regions."
        ),
        format!("专家库中通过筛选的专家为{found}人,需抽取{seats}人,请放宽专业或地区条件。"),
    )
}

pub(super) fn draw_unknown(draw: &DrawId) -> Refusal {
    no(
        "draw.unknown",
        format!("There is no draw {draw} that waits for this."),
        format!("没有等待此操作的抽取{draw}。"),
    )
}

pub(super) fn not_custodian(index: u16) -> Refusal {
    no(
        "draw.custodian_not_allowed",
        format!("You are not custodian {index} of the draw key of this tender."),
        format!("您不是本项目抽取密钥的第{index}号保管人。"),
    )
}

pub(super) fn part_false(index: u16) -> Refusal {
    no(
        "draw.part_invalid",
        format!("The contribution of custodian {index} does not verify; it was not taken."),
        format!("第{index}号保管人的抽取份额未通过校验,未予接受。"),
    )
}

pub(super) fn given_already(index: u16) -> Refusal {
    no(
        "draw.given_already",
        format!("Custodian {index} has contributed to this draw already."),
        format!("第{index}号保管人已就该抽取提交份额。"),
    )
}

pub(super) fn no_call() -> Refusal {
    no(
        "call.unknown",
        "No call of this draw waits for your answer.",
        "没有等待您答复的抽取通知。",
    )
}

pub(super) fn call_reason() -> Refusal {
    no(
        "call.reason_malformed",
        "Who declines says why, in 1 to 500 characters; who accepts says nothing.",
        "不参加的须说明理由(1 至 500 字),参加的不填理由。",
    )
}

pub(super) fn seats_taken(lacking: usize) -> Refusal {
    no(
        "panel.seats_invalid",
        format!("Only {lacking} seats of the panel are still to be filled."),
        format!("评标委员会只剩{lacking}个席位待确定。"),
    )
}

pub(super) fn not_used_up(draw: &facts::id::DrawId) -> Refusal {
    no(
        "draw.not_used_up",
        format!(
            "Nobody draws again: another draw follows {draw} only when everybody of its order was called, nobody called \
             is still to answer, and seats stay empty."
        ),
        format!("不得重抽：须抽取{draw}的次序已全部通知、无人尚待答复且仍有空缺席位，方可补抽。"),
    )
}

pub(super) fn representatives(most: usize) -> Refusal {
    no(
        "panel.representatives_invalid",
        format!(
            "At most {most} members may sit for the buyer: two thirds of the panel are experts (招标投标法37, 87号令47)."
        ),
        format!(
            "招标人代表最多{most}人:专家不得少于成员总数的三分之二(招标投标法第三十七条、87号令第四十七条)。"
        ),
    )
}

pub(super) fn seat_name(seat: &SeatId) -> Refusal {
    no(
        "panel.seat_taken",
        format!("The seat {seat} exists already; give it another name."),
        format!("席位{seat}已存在,请另取名称。"),
    )
}

pub(super) fn smallest(found: usize, least: usize) -> Refusal {
    no(
        "panel.law_size_invalid",
        format!(
            "The law asks for an odd panel of at least {least}; the notice has {found} (招标投标法37, 87号令47, 74号令7)."
        ),
        format!(
            "评标委员会须为{least}人以上单数,公告规定为{found}人(招标投标法第三十七条、87号令第四十七条、74号令第七条)。"
        ),
    )
}

pub(super) fn draw_instead() -> Refusal {
    no(
        "panel.draw_not_avoidable",
        "Experts are drawn at random (招标投标法37); whoever appoints directly says why the law lets it, in the member \
         reason.",
        "评标专家应当随机抽取(招标投标法第三十七条);依法可以直接确定的,须在reason中写明理由。",
    )
}

pub(super) fn closed() -> Refusal {
    no(
        "room.closed",
        "The evaluation room is open only in its hours, which the buyer sets; come in then, from your device.",
        "评标区仅在招标人设定的时间内开放,请届时使用本人设备进入。",
    )
}

pub(super) fn device() -> Refusal {
    no(
        "room.device_not_allowed",
        "This seat is in use from another device; leave there first. A seat has one device at a time.",
        "该席位正在另一台设备上使用,请先在那台设备上离开;一个席位同时只用一台设备。",
    )
}

pub(super) fn device_proof() -> Refusal {
    no(
        "room.proof_invalid",
        "The device's signature does not hold for this log, tender and seat.",
        "设备签名与本日志、本项目、本席位不符。",
    )
}

pub(super) fn not_present(seat: &SeatId) -> Refusal {
    no(
        "room.absent",
        format!("The seat {seat} is not in the room; come in first."),
        format!("席位{seat}不在评标区内,请先进入。"),
    )
}

pub(super) fn hours() -> Refusal {
    no(
        "room.hours_invalid",
        "The hours end after they begin, within thirty days.",
        "结束时间须晚于开始时间,且不超过三十日。",
    )
}

pub(super) fn candidate(seat: &SeatId) -> Refusal {
    no(
        "chair.candidate_invalid",
        format!("{seat} cannot be chair: the chair is a drawn or appointed expert of this panel (87号令47)."),
        format!("{seat}不能担任评标委员会主任:须由本评标委员会的专家担任(87号令第四十七条)。"),
    )
}

pub(super) fn words() -> Refusal {
    no(
        "room.text_malformed",
        "Say something of 1 to 2000 characters.",
        "内容须为 1 至 2000 字。",
    )
}

pub(super) fn vacate_reason() -> Refusal {
    no(
        "seat.reason_malformed",
        "A member is replaced only for a lawful cause, said in 1 to 500 characters (条例48).",
        "更换评标委员会成员须有法定事由,并以 1 至 500 字说明(实施条例第四十八条)。",
    )
}
