//! Every way in which the law of ceremonies says no, one sentence each: what is wrong, the limit, what to do.

use super::roster::{MAX_KEYS, MAX_MEMBERS, MAX_SHARES, MIN_MEMBERS};
use super::state::Phase;
use desk::ledger::ceremony::{Fault, View};
use facts::body::ceremony::CeremonyComplained;
use facts::canonical::CanonicalError;
use facts::{AccountId, CeremonyId, Instant, Kind, Refusal};

pub(super) fn called_already(ceremony: &CeremonyId) -> Refusal {
    Refusal::new(
        "ceremony.called_already",
        format!(
            "Ceremony {ceremony} was called before; call another one under a new name and a new session."
        ),
        format!("密钥仪式 {ceremony} 已经发起；请以新的编号和新的会话标识另行发起。"),
    )
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(
        "ceremony.unknown",
        "There is no such ceremony; check its name, or call it first.",
        "没有这一密钥仪式；请核对编号，或先行发起。",
    )
}

pub(super) fn foreign(kind: Kind) -> Refusal {
    Refusal::new(
        "act.kind_malformed",
        format!("{kind} is no step of a key ceremony."),
        format!("{kind} 不是密钥仪式的步骤。"),
    )
}

pub(super) fn stream(ceremony: &CeremonyId) -> Refusal {
    Refusal::new(
        "ceremony.stream_malformed",
        format!(
            "The act speaks of ceremony {ceremony} but was signed for another stream; sign it for ceremony/{ceremony}."
        ),
        format!("该行为所述仪式为 {ceremony}，但签名指向另一事实流；请对 ceremony/{ceremony} 重新签名。"),
    )
}

pub(super) fn members(found: usize) -> Refusal {
    Refusal::new(
        "ceremony.members_invalid",
        format!(
            "A roster has {MIN_MEMBERS} to {MAX_MEMBERS} custodians, this one has {found}; five with a threshold of three is usual."
        ),
        format!(
            "保管人名单须为 {MIN_MEMBERS} 至 {MAX_MEMBERS} 人，此处为 {found} 人；通常为五人、门限三人。"
        ),
    )
}

pub(super) fn threshold(k: u16, n: usize) -> Refusal {
    Refusal::new(
        "ceremony.threshold_invalid",
        format!(
            "The threshold {k} does not fit {n} custodians: it must be more than half of them, so that no two separate groups can open, and at most all."
        ),
        format!(
            "门限 {k} 不适用于 {n} 名保管人：须过半数（使两组互不相交的人不能各自开启），且不超过总人数。"
        ),
    )
}

pub(super) fn keys(found: u16) -> Refusal {
    Refusal::new(
        "ceremony.keys_invalid",
        format!("A ceremony makes 1 to {MAX_KEYS} keys, not {found}."),
        format!("一次密钥仪式生成 1 至 {MAX_KEYS} 把密钥，不能为 {found}。"),
    )
}

pub(super) fn too_many(keys: u16, members: usize) -> Refusal {
    Refusal::new(
        "ceremony.shares_invalid",
        format!(
            "{keys} keys for {members} custodians make more than {MAX_SHARES} shares for each of them to seal; take fewer keys, or several ceremonies."
        ),
        format!(
            "{members} 名保管人生成 {keys} 把密钥，每人须封装的份额将超过 {MAX_SHARES} 份；请减少密钥数量或分几次举行。"
        ),
    )
}

pub(super) fn one_key(found: u16) -> Refusal {
    Refusal::new(
        "ceremony.one_key_invalid",
        format!(
            "A ceremony for one stage of one tender makes 1 key, not {found}; call it as stock to make several."
        ),
        format!("为某一项目某一阶段举行的仪式只生成 1 把密钥，不能为 {found}；如需多把，请以密钥库存发起。"),
    )
}

pub(super) fn indices(expected: u16, found: u16) -> Refusal {
    Refusal::new(
        "ceremony.indices_invalid",
        format!(
            "The custodians are numbered 1, 2, 3 … without gaps: place {expected} has the index {found}."
        ),
        format!("保管人须从 1 起连续编号：第 {expected} 位的编号却为 {found}。"),
    )
}

pub(super) fn twice(index: u16, what: &str, what_zh: &str) -> Refusal {
    Refusal::new(
        "ceremony.twice_invalid",
        format!(
            "Custodian {index} has the {what} of an earlier custodian in the roster; every share needs another holder."
        ),
        format!("第 {index} 号保管人的{what_zh}与名单中前一位相同；每一份额须由不同的人持有。"),
    )
}

pub(super) fn not_enrolled(account: &AccountId) -> Refusal {
    Refusal::new(
        "ceremony.not_enrolled_invalid",
        format!(
            "{account} is not enrolled as a custodian with these keys, or was revoked; take the point and the signing key from the account's enrolment."
        ),
        format!("{account} 未以这些公钥登记为保管人，或已被撤销；请使用其登记的静态公钥和签名公钥。"),
    )
}

pub(super) fn no_member(index: u16) -> Refusal {
    Refusal::new(
        "ceremony.no_member",
        format!("The roster of this ceremony has no custodian {index}."),
        format!("本次仪式的名单中没有第 {index} 号保管人。"),
    )
}

pub(super) fn not_yours(index: u16) -> Refusal {
    Refusal::new(
        "ceremony.not_yours",
        format!("Only custodian {index} acts for custodian {index}, with the signing key in the roster."),
        format!("第 {index} 号保管人的步骤只能由其本人以名单所列签名密钥完成。"),
    )
}

pub(super) fn over(phase: Phase) -> Refusal {
    let (word, zh) = (phase.word(), phase.word_zh());
    Refusal::new(
        "ceremony.over",
        format!("The ceremony is {word}; nothing can be added to it."),
        format!("该仪式{zh}，不能再添加任何内容。"),
    )
}

pub(super) fn late(due: Instant) -> Refusal {
    Refusal::new(
        "ceremony.late",
        format!(
            "The time for this step ended at {due}; the ceremony has to be called again under a new session."
        ),
        format!("本步骤的时限已于 {due} 届满；须以新的会话标识重新发起仪式。"),
    )
}

pub(super) fn step(what: &str, what_zh: &str, phase: Phase) -> Refusal {
    let (word, zh) = (phase.word(), phase.word_zh());
    Refusal::new(
        "ceremony.step",
        format!(
            "It is not the time for {what}: the ceremony is in the phase \"{word}\"; look at its state and take the step that is awaited."
        ),
        format!("现在不能进行{what_zh}：仪式处于“{zh}”阶段；请查看状态并完成当前步骤。"),
    )
}

pub(super) fn again(index: u16, what: &str, what_zh: &str) -> Refusal {
    Refusal::new(
        "ceremony.again",
        format!("Custodian {index} is through {what}; the first message stands."),
        format!("第 {index} 号保管人已完成{what_zh}；以首次提交为准。"),
    )
}

pub(super) fn disputed(view: &View) -> Refusal {
    let (en, zh) = view.dispute().map_or_else(
        || (String::new(), String::new()),
        |open| {
            let CeremonyComplained {
                against, index, slot, ..
            } = open;
            (
                format!(" of custodian {index} against custodian {against} about key {slot}"),
                format!("第 {index} 号对第 {against} 号就第 {slot} 把密钥提出的"),
            )
        },
    );
    Refusal::new(
        "ceremony.disputed",
        format!("The complaint{en} has to be answered first; it ends this ceremony either way."),
        format!("须先答复{zh}投诉；无论结果如何，本次仪式都将终止。"),
    )
}

pub(super) fn signed_already(index: u16) -> Refusal {
    Refusal::new(
        "ceremony.signed_already",
        format!(
            "Custodian {index} signed the certificates and so said that all shares are good; a complaint comes too late."
        ),
        format!("第 {index} 号保管人已签署证书，即已确认全部份额无误；不能再投诉。"),
    )
}

pub(super) fn slot(slot: u16, keys: u16) -> Refusal {
    Refusal::new(
        "ceremony.slot_invalid",
        format!("There is no key {slot}: this ceremony makes {keys}, numbered from 0."),
        format!("没有第 {slot} 把密钥：本次仪式共 {keys} 把，从 0 编号。"),
    )
}

pub(super) fn accused(against: u16) -> Refusal {
    Refusal::new(
        "ceremony.accused_invalid",
        format!("A complaint is against another custodian in the roster, {against} is not one."),
        format!("投诉对象须为名单中的另一名保管人，{against} 号不是。"),
    )
}

pub(super) fn no_dispute() -> Refusal {
    Refusal::new(
        "ceremony.no_dispute",
        "No complaint is open, so there is nothing to answer; never open a share that nobody disputes.",
        "没有待答复的投诉；切勿公开无人质疑的份额。",
    )
}

pub(super) fn other_dispute(open: &CeremonyComplained) -> Refusal {
    let CeremonyComplained {
        against, index, slot, ..
    } = open;
    Refusal::new(
        "ceremony.other_dispute",
        format!(
            "The open complaint is that of custodian {index} against custodian {against} about key {slot}; only that one can be answered."
        ),
        format!("待答复的是第 {index} 号对第 {against} 号就第 {slot} 把密钥的投诉；只能答复该投诉。"),
    )
}

pub(super) fn malformed(fault: &Fault) -> Refusal {
    let zh = chinese(fault);
    Refusal::new(
        "ceremony.malformed",
        format!("{fault}; make the message again from your seed and the log."),
        zh,
    )
}

pub(super) fn nothing_due() -> Refusal {
    Refusal::new(
        "nothing.due",
        "No time limit of this ceremony has passed.",
        "本次仪式没有届满的时限。",
    )
}

pub(super) fn not_canonical(error: &CanonicalError) -> Refusal {
    Refusal::new(
        "ceremony.not_canonical",
        format!("The platform's own fact has no canonical form ({error}); tell the operator."),
        format!("平台生成的事实没有规范形式（{error}）；请通知平台运行人员。"),
    )
}

/// The sentence of a malformed message in Chinese; details of the cryptography stay in English, as they name
/// values of the protocol.
fn chinese(fault: &Fault) -> String {
    let what = match fault {
        Fault::Roster(_) | Fault::SigningKey { .. } | Fault::StaticPoint { .. } => {
            "保管人名单不成立".to_owned()
        }
        Fault::NotMember(index) => format!("名单中没有第 {index} 号保管人"),
        Fault::Slots { expected, found } => {
            format!("须为 {expected} 把密钥各提交一项，此处为 {found} 项")
        }
        Fault::Slot(slot) => format!("本次仪式没有第 {slot} 把密钥"),
        Fault::Commitment { slot, .. } | Fault::Round1 { slot, .. } => {
            format!("第一轮第 {slot} 把密钥的承诺不成立")
        }
        Fault::SameSecret { slot, other } => {
            format!("第一轮第 {slot} 把密钥的常数项与第 {other} 号保管人相同")
        }
        Fault::Incomplete(round) => format!("第 {round} 轮尚未完成"),
        Fault::Recipients { slot } => {
            format!("第二轮第 {slot} 把密钥须按编号为其他每一名保管人各提交一份份额")
        }
        Fault::ShareForm { slot, to, .. }
        | Fault::ShareAddress { slot, to }
        | Fault::Share { slot, to, .. } => {
            format!("第二轮第 {slot} 把密钥发给第 {to} 号保管人的份额不成立")
        }
        Fault::KeyId { slot } => format!("第 {slot} 把密钥的编号与由第一轮推算的结果不符"),
        Fault::Certificate { slot, .. } => format!("第 {slot} 把密钥的证书签名不成立"),
        Fault::Completion { slot } => format!("所列第 {slot} 把密钥与由第一轮推算的结果不符"),
        Fault::Scalar => "所公开的标量不属于被质疑的份额".to_owned(),
        Fault::Judge(_) => "该争议无从裁断".to_owned(),
        Fault::Recovery { slot, .. } => format!("第 {slot} 把密钥的份额无法恢复"),
    };
    format!("{what}（{fault}）；请根据种子和日志重新生成该消息。")
}
