//! The sentences after the award: contract, report, deposits.

use super::super::Phase;
use super::no;
use facts::id::LotId;
use facts::{BidId, Instant, Money, Refusal};

type R = Refusal;

pub(in super::super) fn not_awarded(phase: Phase) -> R {
    let word = phase.word();
    no(
        "contract.no_award",
        format!("The tender is {word}; a contract follows its award (招标投标法46, 政府采购法46)."),
        format!("项目处于 {word}，尚未定标，不能办理合同事项（招标投标法46，政府采购法46）。"),
    )
}

pub(in super::super) fn no_award(lot: &LotId) -> R {
    no(
        "contract.no_award",
        format!("Lot {lot} is not awarded; there is no contract to sign (招标投标法46)."),
        format!("标段 {lot} 未定标，不能签订合同（招标投标法46）。"),
    )
}

pub(in super::super) fn not_winner(bid: &BidId, lot: &LotId) -> R {
    no(
        "contract.not_winner",
        format!(
            "Bid {bid} of that account did not win lot {lot}; the contract is made with the winner (招标投标法46)."
        ),
        format!("投标 {bid} 并非标段 {lot} 的中标投标，合同须与中标人订立（招标投标法46）。"),
    )
}

pub(in super::super) fn contract_known(lot: &LotId) -> R {
    no(
        "contract.known",
        format!("The contract of lot {lot} is recorded already; what is added to it is a supplement."),
        format!("标段 {lot} 的合同已登记，追加内容请登记为补充合同。"),
    )
}

pub(in super::super) fn contract_unknown(lot: &LotId) -> R {
    no(
        "contract.unknown",
        format!("No contract of lot {lot} is recorded; record that it was signed first."),
        format!("标段 {lot} 尚未登记合同，请先登记合同签订。"),
    )
}

pub(in super::super) fn contract_done(lot: &LotId) -> R {
    no(
        "contract.recorded",
        format!("This is recorded of the contract of lot {lot} already."),
        format!("标段 {lot} 的合同已登记该事项。"),
    )
}

pub(in super::super) fn contract_price(found: Money, awarded: Money) -> R {
    no(
        "contract.price",
        format!(
            "The contract says {found}, the award {awarded}: a contract that departs from the bid in substance is forbidden (招标投标法46, 59; 87号令71)."
        ),
        format!(
            "合同价款 {found} 与中标价 {awarded} 不一致，不得订立背离合同实质性内容的协议（招标投标法46、59，87号令71）。"
        ),
    )
}

pub(in super::super) fn contract_period(found: u32, read: u32) -> R {
    no(
        "contract.terms",
        format!(
            "The contract gives {found} days, the bid that won {read}: the time for performance is that of the bid (招标投标法实施条例57)."
        ),
        format!("合同履行期限 {found} 日与中标投标 {read} 日不一致（招标投标法实施条例57）。"),
    )
}

pub(in super::super) fn contract_quality(read: &str) -> R {
    no(
        "contract.terms",
        format!("The quality agreed is not that of the bid, {read:?} (招标投标法实施条例57)."),
        format!("合同质量要求与中标投标“{read}”不一致（招标投标法实施条例57）。"),
    )
}

pub(in super::super) fn contract_time(found: Instant, begun: Instant) -> R {
    no(
        "contract.time",
        format!(
            "The contract cannot be of {found}: it is signed after the award of {begun}, and recorded after that."
        ),
        format!("合同签订时间 {found} 有误：应在 {begun} 定标之后、登记之前。"),
    )
}

pub(in super::super) fn contract_bond(found: Money, most: Money) -> R {
    no(
        "contract.bond",
        format!(
            "A performance bond of {found} is not possible: it is positive, in the currency of the contract, and at most a tenth of it, {most} (招标投标法实施条例58, 政府采购法实施条例48)."
        ),
        format!(
            "履约保证金 {found} 有误：应为正数、与合同同币种，且不超过合同金额的百分之十即 {most}（招标投标法实施条例58，政府采购法实施条例48）。"
        ),
    )
}

pub(in super::super) fn supplement_amount(found: Money) -> R {
    no(
        "contract.supplement",
        format!("A supplement adds a positive sum in the currency of the contract, not {found}."),
        format!("补充合同金额 {found} 有误，应为正数且与合同同币种。"),
    )
}

pub(in super::super) fn supplement_many(all: Money, most: Money) -> R {
    no(
        "contract.supplement",
        format!(
            "All supplements together would be {all}; they stay within a tenth of the contract, {most} (政府采购法49)."
        ),
        format!("补充合同累计 {all}，不得超过原合同金额的百分之十即 {most}（政府采购法49）。"),
    )
}

pub(in super::super) fn reported() -> R {
    R::new(
        "award.reported",
        "The written report is recorded already.",
        "书面报告已登记。",
    )
}

pub(in super::super) fn document_empty(name: &str) -> R {
    no(
        "document.empty",
        format!("The file {name:?} is empty; name the file that was signed."),
        format!("文件“{name}”为空，请选择已签署的文件。"),
    )
}

pub(in super::super) fn no_deposit() -> R {
    R::new(
        "deposit.none",
        "The notice asks for no deposit here.",
        "招标公告未要求缴纳保证金。",
    )
}

pub(in super::super) fn deposit_unknown(bid: &BidId, lot: &LotId) -> R {
    no(
        "deposit.unknown",
        format!(
            "The opening has shown no bid {bid} in lot {lot}; deposits are named after it, and of no other bid."
        ),
        format!("开标记录中没有标段 {lot} 的投标 {bid}；保证金只能在开标后按已公开的投标登记。"),
    )
}

pub(in super::super) fn deposits_unopened() -> R {
    R::new(
        "deposit.before_opening",
        "Which deposits arrived is recorded after the opening: before it the list would betray how many bid, and who.",
        "开标前不得登记保证金到账情况，否则泄露投标人的数量和名称；请在开标后登记。",
    )
}

pub(in super::super) fn deposits_contracted() -> R {
    R::new(
        "deposit.closed",
        "A contract is signed; the list of deposits that arrived is closed.",
        "合同已签订，不能再登记或更正保证金到账情况。",
    )
}

pub(in super::super) fn deposit_sum(bid: &BidId, found: Money) -> R {
    no(
        "deposit.sum",
        format!(
            "For bid {bid} no deposit of {found} can have arrived: it is above zero and in the currency of the lot."
        ),
        format!("投标 {bid} 的到账金额 {found} 有误：应大于零，并使用该标段的币种。"),
    )
}

pub(in super::super) fn deposit_arrival(bid: &BidId, found: Instant) -> R {
    no(
        "deposit.arrival",
        format!(
            "The deposit of bid {bid} cannot have arrived at {found}: that is before the notice or still to come."
        ),
        format!("投标 {bid} 的保证金到账时间 {found} 有误：不得早于公告，也不得晚于现在。"),
    )
}

pub(in super::super) fn deposit_payer(bid: &BidId) -> R {
    no(
        "deposit.payer",
        format!(
            "Bid {bid}: payers are numbered from 1 in the order of the list, equal ones alike; a guarantee has none, everything else has one."
        ),
        format!("投标 {bid}：付款人按清单顺序从 1 起编号，同一付款人同号；保函不编号，其他形式必须编号。"),
    )
}

pub(in super::super) fn deposit_settled(bid: &BidId, lot: &LotId) -> R {
    no(
        "deposit.settled",
        format!("The deposit of bid {bid} in lot {lot} is recorded as returned or kept already."),
        format!("投标 {bid}（标段 {lot}）的保证金已登记退还或不予退还。"),
    )
}

pub(in super::super) fn deposits_settled() -> R {
    R::new(
        "deposit.settled",
        "It is recorded already that all deposits went back.",
        "已登记全部保证金退还。",
    )
}

pub(in super::super) fn deposit_amount(bid: &BidId, found: Money, most: Money) -> R {
    no(
        "deposit.amount",
        format!(
            "For bid {bid} the sum {found} or its interest is not possible: the lot asks for {most}, and no sum is negative."
        ),
        format!("投标 {bid} 的金额 {found} 或利息有误：该标段保证金为 {most}，各项不得为负数。"),
    )
}

pub(in super::super) fn deposit_time(found: Instant) -> R {
    no(
        "deposit.time",
        format!(
            "Deposits cannot have been paid back at {found}: that is before the notice or still to come."
        ),
        format!("退还时间 {found} 有误：不得早于公告，也不得晚于现在。"),
    )
}

pub(in super::super) fn deposit_list() -> R {
    R::new(
        "deposit.list",
        "Name the bids whose deposits went back; a return without names is for a tender that ended before its opening.",
        "请逐一列明退还的投标；未开标即结束的项目方可不列明。",
    )
}

pub(in super::super) fn deposit_ground(bid: &BidId) -> R {
    no(
        "deposit.ground",
        format!(
            "On this ground the deposit of bid {bid} may not be kept: the record shows no revocation by the bidder, or it did not win, or the contract is signed (招标投标法实施条例35, 74)."
        ),
        format!(
            "不得以该理由不退还投标 {bid} 的保证金：记录未显示投标人撤销投标，或其并非中标人，或合同已签订（招标投标法实施条例35、74）。"
        ),
    )
}
