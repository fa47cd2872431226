//! The sentences up to the deadline: registration, keys, notice, addenda, questions, bids.

use super::no;
use crate::limits::{GRACE, LETTER, LONGEST_WINDOW, Minimum};
use facts::id::{LotId, PartId, QuestionId, StageId};
use facts::procedures::{Days, Unit};
use facts::{AccountId, BidId, Hex, Instant, Money, Refusal, TenderId};

type R = Refusal;

pub(in super::super) fn registered(tender: &TenderId) -> R {
    no(
        "tender.registered",
        format!("{tender} is registered already; choose another name."),
        format!("{tender} 已登记，请另选编号。"),
    )
}

pub(in super::super) fn agent_is_buyer() -> R {
    R::new(
        "tender.agent_invalid",
        "The agent must be another account than the buyer; leave it out if there is none.",
        "招标代理不得与招标人为同一账户；无代理则不填。",
    )
}

pub(in super::super) fn draw_stage() -> R {
    R::new(
        "stage.draw_invalid",
        "No stage is named \"draw\": the key assigned under that name serves the draws of this tender and opens nothing.",
        "阶段不得命名为\"draw\"：以该名称分配的密钥仅用于本项目的随机抽取，不用于开启投标文件。",
    )
}

pub(in super::super) fn noticed() -> R {
    R::new(
        "tender.noticed",
        "The notice is published; changes are made by addenda.",
        "公告已发布，变更须以澄清修改方式进行。",
    )
}

pub(in super::super) fn not_noticed() -> R {
    R::new(
        "tender.not_noticed",
        "The notice of this tender is not published yet.",
        "本项目尚未发布公告。",
    )
}

pub(in super::super) fn key_of_another(key_id: &Hex<32>) -> R {
    no(
        "key.of_another",
        format!("Key {key_id} was made for another stage or another tender."),
        format!("密钥 {key_id} 是为其他阶段或其他项目制作的。"),
    )
}

pub(in super::super) fn key_used(key_id: &Hex<32>, stage: &StageId) -> R {
    no(
        "key.used",
        format!("Key {key_id} was taken for stage {stage} already; every stage needs a key of its own."),
        format!("密钥 {key_id} 已用于阶段 {stage}，每一阶段须有单独的密钥。"),
    )
}

pub(in super::super) fn proof_late() -> R {
    R::new(
        "proof.late",
        "The list of this stage is settled; a proof of readiness has no use any more.",
        "该阶段名单已确定，无须再证明密钥可用。",
    )
}

pub(in super::super) fn proof_date(found: &str, today: &str) -> R {
    no(
        "proof.date",
        format!("The proof is for {found:?}, but today is {today} (China Standard Time)."),
        format!("证明所载日期为 {found:?}，今天是 {today}（北京时间）。"),
    )
}

pub(in super::super) fn proved(today: &str) -> R {
    no(
        "proof.given",
        format!("This custodian has proved readiness for {today} already."),
        format!("该保管人已于 {today} 证明密钥可用。"),
    )
}

pub(in super::super) fn deadline_past(closes_at: Instant) -> R {
    no(
        "notice.deadline_past",
        format!("The deadline {closes_at} is not in the future."),
        format!("投标截止时间 {closes_at} 已过。"),
    )
}

pub(in super::super) fn documents_order() -> R {
    R::new(
        "notice.documents_invalid",
        "Documents are given out from the notice on, until an instant after that and not after the deadline; correct documents_from and documents_until.",
        "招标文件发放截止时间应晚于公告及发放开始时间，且不晚于投标截止时间，请改正 documents_from 与 documents_until。",
    )
}

pub(in super::super) fn documents_short(days: i64, least: Minimum) -> R {
    short(
        "notice.documents_short",
        "documents are given out",
        "招标文件发售期",
        days,
        least,
    )
}

pub(in super::super) fn tendering_short(days: i64, least: Minimum) -> R {
    short(
        "notice.too_short",
        "there are from the documents to the deadline",
        "自招标文件开始发出至投标截止",
        days,
        least,
    )
}

pub(in super::super) fn addendum_late(due: Days, at: Instant) -> R {
    let Days {
        article,
        number,
        unit,
    } = due;
    let (days, ri) = match unit {
        Unit::Calendar => ("days", "日"),
        Unit::Working => ("working days", "个工作日"),
    };
    let day = due.reached(at);
    no(
        "amend.too_short",
        format!(
            "A substantive addendum leaves at least {number} {days} to the deadline ({article}); move it to {day} (China) or later."
        ),
        format!("实质性澄清修改距截止不得少于{number}{ri}（{article}），请将截止时间顺延至{day}或以后。"),
    )
}

pub(in super::super) fn addendum_short(days: i64, least: Minimum) -> R {
    short(
        "amend.too_short",
        "there are from this substantive addendum to the deadline",
        "实质性修改距投标截止",
        days,
        least,
    )
}

fn short(code: &'static str, en: &str, zh: &str, days: i64, least: Minimum) -> R {
    let Minimum { number, article } = least;
    no(
        code,
        format!("For {days} days {en}; at least {number} are required ({article}); set a later instant."),
        format!("{zh}为 {days} 日，依{article}不得少于 {number} 日，请延后。"),
    )
}

pub(in super::super) fn publicity_days(days: i64, least: Minimum) -> R {
    let Minimum { number, article } = least;
    no(
        "publicity.too_short",
        format!(
            "The candidates would be public for {days} days; at least {number} are required ({article})."
        ),
        format!("中标候选人公示期为 {days} 日，依{article}不得少于 {number} 日。"),
    )
}

pub(in super::super) fn bidders_few(found: u32, least: Minimum) -> R {
    let Minimum { number, article } = least;
    no(
        "notice.min_bidders",
        format!(
            "The notice would open with {found} bidders; fewer than {number} must not be opened ({article})."
        ),
        format!("公告规定 {found} 名投标人即可开标，依{article}少于 {number} 名不得开标。"),
    )
}

pub(in super::super) fn validity_missing() -> R {
    R::new(
        "notice.validity",
        "State for how many days bids bind (招标投标法实施条例25); 0 is no period.",
        "应载明投标有效期（招标投标法实施条例25），不得为 0 日。",
    )
}

pub(in super::super) fn amounts(lot: &LotId) -> R {
    no(
        "notice.amounts_invalid",
        format!("In lot {lot} the estimate must be above zero, no amount negative, and all in one currency."),
        format!("标段 {lot} 的估算价应大于零，各金额不得为负，且币种一致。"),
    )
}

pub(in super::super) fn floor_above_ceiling(lot: &LotId) -> R {
    no(
        "notice.floor_invalid",
        format!("In lot {lot} the lowest price allowed is above the highest."),
        format!("标段 {lot} 的最低限价高于最高限价。"),
    )
}

pub(in super::super) fn floor(lot: &LotId) -> R {
    no(
        "notice.floor",
        format!("Lot {lot} sets a lowest price; a works tender must not (招标投标法实施条例27)."),
        format!("标段 {lot} 规定了最低投标限价，依招标投标法实施条例27不得规定。"),
    )
}

pub(in super::super) fn deposit(lot: &LotId, found: Money, most: Money) -> R {
    no(
        "notice.deposit",
        format!(
            "Lot {lot} asks for a deposit of {found}; at most {most} is allowed: 2 % of the estimate and 800,000 CNY (招标投标法实施条例26)."
        ),
        format!(
            "标段 {lot} 的投标保证金为 {found}，依招标投标法实施条例26不得超过估算价的 2% 且不超过 80 万元，即 {most}。"
        ),
    )
}

pub(in super::super) fn part_size(part: &PartId) -> R {
    no(
        "notice.part_size_invalid",
        format!(
            "max_bytes of part {part} must be above zero and sealable, and of a letter at most {LETTER}."
        ),
        format!("文件部分 {part} 的大小上限应大于零且可密封，投标函不得超过 {LETTER} 字节。"),
    )
}

pub(in super::super) fn key_not_assigned(stage: &StageId) -> R {
    no(
        "notice.key",
        format!(
            "Stage {stage} names a key that was not assigned to it; assign a key first and repeat its key_id."
        ),
        format!("阶段 {stage} 所列密钥并未分配给该阶段，请先分配密钥并照录 key_id。"),
    )
}

pub(in super::super) fn letters(stage: &StageId, found: usize) -> R {
    no(
        "notice.letters_invalid",
        format!(
            "Stage {stage} has {found} parts of role letter; the last stage has exactly one, every other at most one."
        ),
        format!("阶段 {stage} 有 {found} 个投标函；最后阶段须恰有一个，其他阶段至多一个。"),
    )
}

pub(in super::super) fn window(name: &'static str, found: i64) -> R {
    no(
        "notice.window_invalid",
        format!("{name} is {found} ms; it must be between 1 and {LONGEST_WINDOW}."),
        format!("{name} 为 {found} 毫秒，应在 1 至 {LONGEST_WINDOW} 之间。"),
    )
}

pub(in super::super) fn addendum_number(found: u32, wanted: usize) -> R {
    no(
        "amend.number",
        format!("This addendum is numbered {found}; the next is {wanted}."),
        format!("该修改编号为 {found}，下一号应为 {wanted}。"),
    )
}

pub(in super::super) fn deadline_earlier(found: Instant, now: Instant) -> R {
    no(
        "amend.earlier",
        format!("The deadline would move from {now} to {found}; it only ever moves later."),
        format!("投标截止时间不得由 {now} 提前至 {found}。"),
    )
}

pub(in super::super) fn rules_hash(found: &Hex<32>, wanted: &Hex<32>) -> R {
    no(
        "amend.rules",
        format!(
            "The rules hash of this addendum is {wanted}, not {found}; it covers the body without `rules`."
        ),
        format!("该修改的规则散列应为 {wanted}，而非 {found}。"),
    )
}

pub(in super::super) fn question_unknown(question: &QuestionId) -> R {
    no(
        "question.unknown",
        format!("There is no question {question}."),
        format!("没有询问 {question}。"),
    )
}

pub(in super::super) fn other_account(own: &AccountId, named: &AccountId) -> R {
    no(
        "bid.account_not_allowed",
        format!("{own} signed, but the bid would be entered for {named}."),
        format!("签署账户为 {own}，进场账户却为 {named}。"),
    )
}

pub(in super::super) fn not_the_source(account: &AccountId) -> R {
    no(
        "bid.not_the_source",
        format!(
            "This is a single-source procurement, and {account} is not the supplier that the notice names (政府采购法31)."
        ),
        format!("本项目为单一来源采购，{account} 不是公告载明的供应商（政府采购法31）。"),
    )
}

pub(in super::super) fn own_tender() -> R {
    R::new(
        "bid.own_tender_not_allowed",
        "The buyer and the agent cannot bid in their own tender (招标投标法实施条例34).",
        "招标人、招标代理不得参加本项目投标（招标投标法实施条例34）。",
    )
}

pub(in super::super) fn entered(bid: &BidId) -> R {
    no(
        "bid.entered",
        format!("This account entered with bid {bid} already; one bid per bidder."),
        format!("该账户已以投标 {bid} 进场，每一投标人只能有一份投标。"),
    )
}

pub(in super::super) fn late(arrived: Instant, deadline: Instant) -> R {
    no(
        "bid.late",
        format!(
            "This arrived at {arrived}; the deadline was {deadline} (招标投标法28: what comes late is refused)."
        ),
        format!("到达时间 {arrived}，投标截止时间 {deadline}，逾期拒收（招标投标法28）。"),
    )
}

pub(in super::super) fn slow(took: i64) -> R {
    no(
        "bid.slow",
        format!("{took} ms passed between arrival and entry, more than {GRACE}; send it again."),
        format!("自到达至入账用时 {took} 毫秒，超过 {GRACE} 毫秒，请重新发送。"),
    )
}

pub(in super::super) fn revision(found: u32, next: u32) -> R {
    no(
        "bid.revision",
        format!("This is revision {found}; the next one of this bid is {next}."),
        format!("该投标版本为 {found}，下一版本应为 {next}。"),
    )
}

pub(in super::super) fn rules_old(found: &Hex<32>, current: &Hex<32>) -> R {
    no(
        "bid.rules_old",
        format!(
            "The bid acknowledges rules {found}, but {current} are in force; read the addenda and seal or confirm under them."
        ),
        format!("该投标所认可的规则为 {found}，现行规则为 {current}，请阅读澄清修改后重新密封或确认。"),
    )
}

pub(in super::super) fn checked_another() -> R {
    R::new(
        "bid.changed",
        "The rules changed while the envelopes were being checked; send the bid again.",
        "核验期间规则发生变化，请重新发送。",
    )
}

pub(in super::super) fn body_missing(digest: &Hex<32>) -> R {
    no(
        "bid.body_missing",
        format!("The sealed body {digest} was not uploaded in full; upload it, then submit (20号令27)."),
        format!("密封文件 {digest} 未完整上传，请上传后再提交（20号令27）。"),
    )
}

pub(in super::super) fn nothing_submitted() -> R {
    R::new(
        "bid.not_submitted",
        "No submission of this bid stands.",
        "该投标没有有效的递交。",
    )
}

pub(in super::super) fn acknowledged() -> R {
    R::new(
        "bid.acknowledged",
        "The bid acknowledges the rules in force already; nothing needs to be confirmed.",
        "该投标已认可现行规则，无须确认。",
    )
}
