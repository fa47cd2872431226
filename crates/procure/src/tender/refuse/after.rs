//! The sentences after the deadline: lists, unlocking, shares, the record, candidates, award.

use super::super::Phase;
use super::no;
use crate::limits::OBJECTIONS;
use facts::id::{LotId, ObjectionId, StageId};
use facts::{AccountId, BidId, Hex, Instant, Refusal};

type R = Refusal;

pub(in super::super) fn no_quotes_due(stage: &StageId) -> R {
    no(
        "quotes.not_due",
        format!(
            "Stage {stage} takes no final quotes now: it is not marked for those invited, the opening before it is not over, \
             or its invitation is out already."
        ),
        format!("阶段 {stage} 目前不能邀请最后报价：未设为邀请阶段、前一阶段开启尚未结束，或已发出邀请。"),
    )
}

pub(in super::super) fn talks_incomplete(bid: &BidId, lot: &LotId) -> R {
    no(
        "quotes.incomplete",
        format!(
            "Bid {bid} in lot {lot} is missing or does not belong here: every bid that was opened is invited or left out with \
             a reason, and no other."
        ),
        format!(
            "投标 {bid}（标段 {lot}）遗漏或不应列入：已开启的每一份响应文件均须列为受邀或附理由不再邀请。"
        ),
    )
}

pub(in super::super) fn origins_not_due() -> R {
    R::new(
        "origins.not_due",
        "From where the bids were handed in is compared once, when the first stage has been opened.",
        "投标递交的网络地址仅在首次开标记录形成后比对一次。",
    )
}

pub(in super::super) fn talks_order() -> R {
    R::new(
        "quotes.order",
        "Those invited and those left out are named once each, in ascending order of bid and lot.",
        "受邀与未受邀名单均须按投标、标段升序排列，且不得重复。",
    )
}

pub(in super::super) fn too_few_remain(wanted: u32, failing: &str) -> R {
    no(
        "quotes.too_few",
        format!("No lot has {wanted} bids left; end the procedure instead ({failing})."),
        format!("没有标段剩余{wanted}家以上，应终止采购活动（{failing}）。"),
    )
}

pub(in super::super) fn not_invited(bid: &BidId) -> R {
    no(
        "quotes.not_invited",
        format!("Bid {bid} is not invited to this round of final quotes."),
        format!("投标 {bid} 未受邀参加本轮最后报价。"),
    )
}

pub(in super::super) fn list_not_frozen(stage: &StageId) -> R {
    no(
        "list.not_frozen",
        format!("The list of stage {stage} is not frozen yet."),
        format!("阶段 {stage} 的开启名单尚未冻结。"),
    )
}

pub(in super::super) fn list_not_settled(stage: &StageId) -> R {
    no(
        "list.not_settled",
        format!("The list of stage {stage} is not settled yet; nobody may answer it."),
        format!("阶段 {stage} 的开启名单尚未确定，不得解密。"),
    )
}

pub(in super::super) fn disputed() -> R {
    R::new(
        "list.disputed",
        "This bid has disputed the list of this stage already.",
        "该投标已对本阶段名单提出异议。",
    )
}

pub(in super::super) fn no_lock() -> R {
    R::new(
        "unlock.no_lock",
        "In this tender bidders add no lock of their own; there is nothing to unlock.",
        "本项目投标人不加锁，无须解密。",
    )
}

pub(in super::super) fn not_listed(bid: &BidId) -> R {
    no(
        "bid.not_listed",
        format!("Bid {bid} has no envelope on the list of this stage."),
        format!("投标 {bid} 不在本阶段名单上。"),
    )
}

pub(in super::super) fn unlocked() -> R {
    R::new("unlock.given", "This bid is unlocked already.", "该投标已解密。")
}

pub(in super::super) fn other_list(found: &Hex<32>, settled: &Hex<32>) -> R {
    no(
        "share.other_list",
        format!("The batch answers list {found}; the settled list is {settled}."),
        format!("该批份额对应名单 {found}，已确定的名单为 {settled}。"),
    )
}

pub(in super::super) fn share_count(found: usize, wanted: usize) -> R {
    no(
        "share.count",
        format!("The batch has {found} partial openings for {wanted} envelopes; it is all or nothing."),
        format!("该批份额有 {found} 项，名单上有 {wanted} 个信封，须一次全部给出。"),
    )
}

pub(in super::super) fn share_given(index: u16) -> R {
    no(
        "share.given",
        format!("Custodian {index} has given its one batch for this stage."),
        format!("第 {index} 号保管人已给出本阶段的份额。"),
    )
}

pub(in super::super) fn share_unknown(index: u16) -> R {
    no(
        "share.unknown",
        format!("No good batch of custodian {index} is in the log."),
        format!("日志中没有第 {index} 号保管人的有效份额。"),
    )
}

pub(in super::super) fn below_quorum(found: usize, k: u16) -> R {
    no(
        "record.below_quorum",
        format!("{found} distinct custodians were combined; {k} are needed."),
        format!("仅合并了 {found} 名保管人的份额，需要 {k} 名。"),
    )
}

pub(in super::super) fn recorded(stage: &StageId) -> R {
    no(
        "record.made",
        format!("Stage {stage} was read out already."),
        format!("阶段 {stage} 已经唱标。"),
    )
}

pub(in super::super) fn record_order() -> R {
    R::new(
        "record.order",
        "The bids of a record stand in ascending order, each once, their parts by lot, part and submission.",
        "开标记录中的投标须按编号升序排列，不得重复；各部分按标段、部分、信封编号排列。",
    )
}

pub(in super::super) fn record_stranger(submission: &Hex<16>) -> R {
    no(
        "record.stranger",
        format!("Envelope {submission} does not stand on the list at this place."),
        format!("信封 {submission} 不在名单的该位置上。"),
    )
}

pub(in super::super) fn record_incomplete(submission: &Hex<16>) -> R {
    no(
        "record.incomplete",
        format!(
            "Envelope {submission} is on the list but not in the record; all are opened or attributed (招标投标法36)."
        ),
        format!("信封 {submission} 在名单上而不在记录中，应全部开启或说明原因（招标投标法36）。"),
    )
}

pub(in super::super) fn unattributed(submission: &Hex<16>) -> R {
    no(
        "record.unattributed",
        format!(
            "Envelope {submission} stays closed without the cause and evidence that belong to it (20号令31)."
        ),
        format!("信封 {submission} 未开启且未正确说明原因和依据（20号令31）。"),
    )
}

pub(in super::super) fn record_unread(submission: &Hex<16>) -> R {
    no(
        "record.unread",
        format!(
            "Envelope {submission} counts as opened, but its digest, its length or its letter is missing or not what this stage reads out."
        ),
        format!("信封 {submission} 记为已开启，但缺少摘要、长度或投标函，或与本阶段唱标内容不符。"),
    )
}

pub(in super::super) fn not_recorded(stage: &StageId) -> R {
    no(
        "record.unknown",
        format!("Stage {stage} was not read out yet."),
        format!("阶段 {stage} 尚未唱标。"),
    )
}

pub(in super::super) fn opening_closed(stage: &StageId) -> R {
    no(
        "opening.closed",
        format!("The opening of stage {stage} has ended."),
        format!("阶段 {stage} 的开标已结束。"),
    )
}

pub(in super::super) fn other_record(found: u64, known: u64) -> R {
    no(
        "record.other",
        format!("The record stands at {known}, not at {found}."),
        format!("开标记录位于 {known}，而非 {found}。"),
    )
}

pub(in super::super) fn confirmed() -> R {
    R::new(
        "record.confirmed",
        "This bid has signed the record already.",
        "该投标已确认开标记录。",
    )
}

pub(in super::super) fn objection_unknown(objection: &ObjectionId) -> R {
    no(
        "objection.unknown",
        format!("There is no objection {objection}."),
        format!("没有异议 {objection}。"),
    )
}

pub(in super::super) fn objection_open(objection: &ObjectionId) -> R {
    no(
        "objection.open",
        format!("Objection {objection} is not answered; until then nothing goes on (招标投标法实施条例54)."),
        format!("异议 {objection} 尚未答复，答复前应暂停（招标投标法实施条例54）。"),
    )
}

pub(in super::super) fn not_opened(phase: Phase) -> R {
    let word = phase.word();
    no(
        "candidates.not_opened",
        format!("The tender is {word}; candidates are publicised once, after the opening has ended."),
        format!("项目处于 {word}，候选人应在开标结束后公示一次。"),
    )
}

pub(in super::super) fn not_evaluated() -> R {
    R::new(
        "candidates.not_evaluated",
        "The evaluation is not concluded.",
        "评标尚未结束。",
    )
}

pub(in super::super) fn not_reported() -> R {
    R::new(
        "candidates.not_reported",
        "The evaluation report is not complete: wait until every member of the panel has signed it or refused to, or the time to sign is over (招标投标法40).",
        "评标报告尚未完成：须待评标委员会全体成员签字或书面拒签，或签署期限届满（招标投标法第四十条）。",
    )
}

pub(in super::super) fn other_evaluation(found: u64, known: u64) -> R {
    no(
        "candidates.evaluation",
        format!("The evaluation of this tender was concluded at {known}, not at {found}."),
        format!("本项目评标结果位于 {known}，而非 {found}。"),
    )
}

pub(in super::super) fn not_ranked(lot: &LotId) -> R {
    no(
        "candidates.lot",
        format!("The evaluation knows no lot {lot}."),
        format!("评标结果中没有标段 {lot}。"),
    )
}

pub(in super::super) fn lot_left_out(lot: &LotId) -> R {
    no(
        "lot.left_out",
        format!("Lot {lot} has ranked bids but is left out."),
        format!("标段 {lot} 有排名，却被遗漏。"),
    )
}

pub(in super::super) fn candidates_many(lot: &LotId) -> R {
    no(
        "candidates.many",
        format!("Lot {lot} has more than three candidates (招标投标法实施条例53)."),
        format!("标段 {lot} 的候选人超过三名（招标投标法实施条例53）。"),
    )
}

pub(in super::super) fn candidate_rank(bid: &BidId, lot: &LotId) -> R {
    no(
        "candidates.rank",
        format!("Bid {bid} does not stand at this place of the ranking of lot {lot}."),
        format!("投标 {bid} 在标段 {lot} 的排名与评标结果不符。"),
    )
}

pub(in super::super) fn candidate_price(bid: &BidId, lot: &LotId) -> R {
    no(
        "candidates.price",
        format!("For bid {bid} and lot {lot} the account or the price is not the one that was read out."),
        format!("投标 {bid} 在标段 {lot} 的投标人或价格与唱标内容不符。"),
    )
}

pub(in super::super) fn not_publicised() -> R {
    R::new(
        "candidates.unknown",
        "The candidates are not publicised yet.",
        "中标候选人尚未公示。",
    )
}

pub(in super::super) fn not_concerned(account: &AccountId) -> R {
    no(
        "objection.not_allowed",
        format!("{account} did not enter this tender."),
        format!("{account} 未参加本项目投标。"),
    )
}

pub(in super::super) fn publicity_running(end: Instant) -> R {
    no(
        "award.too_early",
        format!("The candidates are public until {end} (招标投标法实施条例54)."),
        format!("公示期至 {end} 止（招标投标法实施条例54），此前不得定标。"),
    )
}

pub(in super::super) fn bids_expired(until: Instant) -> R {
    no(
        "award.expired",
        format!("The bids bound until {until} only."),
        format!("投标有效期已于 {until} 届满。"),
    )
}

pub(in super::super) fn not_candidate(bid: &BidId, lot: &LotId) -> R {
    no(
        "award.not_candidate",
        format!("Bid {bid} is no candidate of lot {lot} (招标投标法57)."),
        format!("投标 {bid} 不是标段 {lot} 的中标候选人（招标投标法57）。"),
    )
}

pub(in super::super) fn not_first(bid: &BidId, rank: u32) -> R {
    no(
        "award.not_first",
        format!(
            "Bid {bid} has rank {rank}; to pass over the first, state the legal cause in `deviation` (招标投标法实施条例55)."
        ),
        format!(
            "投标 {bid} 排名第 {rank}，不确定第一名的须在 deviation 中说明法定原因（招标投标法实施条例55）。"
        ),
    )
}

pub(in super::super) fn no_deviation(bid: &BidId) -> R {
    no(
        "award.no_deviation",
        format!("Bid {bid} has rank 1; leave `deviation` out."),
        format!("投标 {bid} 排名第一，不应填写 deviation。"),
    )
}

pub(in super::super) fn objections_many() -> R {
    no(
        "objection.too_many",
        format!("You objected {OBJECTIONS} times here already; put what is left before the supervision."),
        format!("您已提出 {OBJECTIONS} 次异议，其余事项请向监督部门投诉。"),
    )
}

pub(in super::super) fn inquiry_unknown(clarification: &facts::id::ClarificationId) -> R {
    no(
        "inquiry.unknown",
        format!("The panel put no question {clarification} to this bid."),
        format!("评标委员会未向该投标提出澄清{clarification}。"),
    )
}

pub(in super::super) fn confirmation(asked: bool) -> R {
    let (en, zh) = if asked {
        (
            "say whether you confirm the corrected price",
            "请说明是否确认修正后的报价",
        )
    } else {
        (
            "no price was asked about; leave the confirmation out",
            "未要求确认价格,请勿填写确认",
        )
    };
    no(
        "inquiry.confirmation_invalid",
        format!("The answer is refused: {en}."),
        format!("答复不予受理:{zh}。"),
    )
}
