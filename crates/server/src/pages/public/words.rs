//! Names of kinds, phases, causes and regions, Chinese and English side by side.
//!
//! Invariant: the match over kinds and phases has no default, so a new one does not compile without its names.

use facts::Kind;
use facts::body::opening::Cause;
use facts::body::tender::{Method, PartRole, Regime};
use procure::tender::Phase;

/// A name in Chinese and English.
pub type Name = (&'static str, &'static str);

/// What a fact is called.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one line for each kind of fact")]
pub const fn kind(kind: Kind) -> Name {
    match kind {
        Kind::PlatformFounded => ("平台启用", "Platform founded"),
        Kind::FactsDisclosed => ("内容公开", "Facts disclosed"),
        Kind::FactErased => ("内容删除", "Content erased"),
        Kind::ClockSuspected => ("时钟异常", "Clock suspected"),
        Kind::AccountEnrolled => ("账户注册", "Account enrolled"),
        Kind::AccountRevoked => ("账户注销", "Account revoked"),
        Kind::CeremonyCalled => ("密钥仪式召集", "Key ceremony called"),
        Kind::CeremonyCommitted => ("密钥仪式:承诺", "Key ceremony: commitment"),
        Kind::CeremonyShared => ("密钥仪式:份额分发", "Key ceremony: shares sent"),
        Kind::CeremonyComplained => ("密钥仪式:投诉", "Key ceremony: complaint"),
        Kind::CeremonyAnswered => ("密钥仪式:答复", "Key ceremony: answer"),
        Kind::CeremonyFailed => ("密钥仪式失败", "Key ceremony failed"),
        Kind::CeremonyCertified => ("密钥仪式:签署证书", "Key ceremony: certificate signed"),
        Kind::CeremonyCompleted => ("密钥仪式完成", "Key ceremony completed"),
        Kind::TenderRegistered => ("进场登记", "Tender registered"),
        Kind::KeyAssigned => ("开标密钥分配", "Opening key assigned"),
        Kind::TenderNoticed => ("招标公告", "Tender notice"),
        Kind::TenderAmended => ("澄清修改", "Addendum"),
        Kind::QuotesInvited => ("邀请最后报价", "Final quotes invited"),
        Kind::KeyProved => ("密钥份额就绪证明", "Key share proved alive"),
        Kind::QuestionAsked => ("询问", "Question asked"),
        Kind::QuestionAnswered => ("答疑", "Question answered"),
        Kind::BidEntered => ("投标登记", "Bidder entered"),
        Kind::BidSubmitted => ("投标递交", "Bid submitted"),
        Kind::BidConfirmed => ("投标确认", "Bid confirmed"),
        Kind::BidWithdrawn => ("投标撤回", "Bid withdrawn"),
        Kind::TenderClosed => ("投标截止", "Deadline passed"),
        Kind::TenderFailed => ("流标", "Tender failed"),
        Kind::ListFrozen => ("开标名单形成", "Opening list frozen"),
        Kind::ListDisputed => ("名单异议", "Opening list disputed"),
        Kind::BidUnlocked => ("投标人解密", "Bid unlocked by its bidder"),
        Kind::ListSettled => ("开标名单确定", "Opening list settled"),
        Kind::ShareGiven => ("保管人提交份额", "Custodian gave shares"),
        Kind::ShareFaulted => ("份额有误", "Custodian's shares at fault"),
        Kind::CustodianAbsent => ("保管人缺席", "Custodian absent"),
        Kind::OpeningFailed => ("开启失败", "Opening failed"),
        Kind::OpeningRecorded => ("开标记录", "Opening record"),
        Kind::OpeningObjected => ("开标异议", "Objection at the opening"),
        Kind::OpeningReplied => ("开标异议答复", "Reply at the opening"),
        Kind::OpeningConfirmed => ("开标记录确认", "Opening record signed by a bidder"),
        Kind::OpeningClosed => ("开标结束", "Opening ended"),
        Kind::OriginsCompared => ("递交网络地址比对", "Addresses of hand-ins compared"),
        Kind::CandidatesPublicised => ("中标候选人公示", "Candidates publicised"),
        Kind::CandidatesObjected => ("公示异议", "Objection to the candidates"),
        Kind::CandidatesReplied => ("公示异议答复", "Reply to an objection"),
        Kind::AwardMade => ("中标结果", "Award"),
        Kind::ContractSigned => ("合同签订", "Contract signed"),
        Kind::ContractPublished => ("合同公告", "Contract published"),
        Kind::ContractFiled => ("合同备案", "Contract filed"),
        Kind::ContractSupplemented => ("补充合同", "Contract supplemented"),
        Kind::AwardReported => ("提交书面报告", "Written report handed in"),
        Kind::DepositsReceived => ("投标保证金到账", "Deposits received"),
        Kind::DepositsReturned => ("退还保证金", "Deposits returned"),
        Kind::DepositKept => ("不予退还保证金", "Deposit kept"),
        Kind::TenderTerminated => ("终止招标", "Tender terminated"),
        Kind::InquiryPut => ("向投标人提出澄清要求", "Panel's question put to a bidder"),
        Kind::InquiryAnswered => ("投标人书面澄清", "Bidder's written answer"),
        Kind::TenderSuspended => ("暂停", "Suspended"),
        Kind::TenderResumed => ("恢复", "Resumed"),
        Kind::EvaluationOpened => ("评标开始", "Evaluation opened"),
        Kind::CodesDrawn => ("盲评编号", "Codes drawn"),
        Kind::ExpertListed => ("专家入库", "Expert listed"),
        Kind::ExpertSuspended => ("专家暂停", "Expert suspended"),
        Kind::ExpertReinstated => ("专家恢复", "Expert reinstated"),
        Kind::DrawRequested => ("申请抽取", "Draw asked for"),
        Kind::PoolFrozen => ("冻结抽取名单", "Pool frozen"),
        Kind::DrawPinned => ("固定日志头", "Head pinned for a draw"),
        Kind::DrawAnswered => ("保管人抽取份额", "Custodian contributed to a draw"),
        Kind::DrawCompleted => ("抽取完成", "Draw completed"),
        Kind::CoefficientDrawn => ("系数抽取结果", "Coefficients drawn"),
        Kind::TieDrawn => ("并列顺序抽取结果", "Order for ties drawn"),
        Kind::ExpertCalled => ("通知专家", "Expert called"),
        Kind::CallAnswered => ("专家答复", "Call answered"),
        Kind::CallLapsed => ("专家未答复", "Call lapsed"),
        Kind::RepresentativesNamed => ("确定招标人代表", "Buyer's representatives named"),
        Kind::HoursSet => ("设定评标区开放时间", "Hours of the room set"),
        Kind::SeatEntered => ("进入评标区", "Seat entered"),
        Kind::SeatLeft => ("离开评标区", "Seat left"),
        Kind::DocumentOpened => ("查阅投标文件", "Document opened"),
        Kind::ChairVoted => ("推选主任", "Vote for a chair"),
        Kind::PanelSaid => ("评委发言", "Said to the panel"),
        Kind::SeatVacated => ("更换评委", "Seat vacated"),
        Kind::PanelAppointed => ("组建评标委员会", "Panel appointed"),
        Kind::RecusalDeclared => ("回避声明", "Recusal declared"),
        Kind::QualificationRead => ("查阅资格审查文件", "File read for the qualification"),
        Kind::QualificationReviewed => ("资格审查", "Qualification reviewed"),
        Kind::ReviewVoted => ("初步评审表决", "Vote in the preliminary review"),
        Kind::ReviewClosed => ("初步评审结束", "Preliminary review closed"),
        Kind::ClarificationAsked => ("要求澄清", "Clarification asked"),
        Kind::ClarificationReturned => ("澄清答复", "Clarification returned"),
        Kind::PriceCorrected => ("算术性修正", "Price corrected"),
        Kind::LowPriceJudged => ("异常低价评审", "Low price judged"),
        Kind::ExtensionAsked => ("申请延长评标时间", "Extension asked"),
        Kind::EvaluationExtended => ("延长评标时间", "Evaluation extended"),
        Kind::ScoreCommitted => ("评分承诺", "Scores committed"),
        Kind::ScoreRevealed => ("评分揭示", "Scores revealed"),
        Kind::ScoreChanged => ("评分更改", "Scores changed with a ground"),
        Kind::ReportAssembled => ("评标报告汇编", "Report assembled"),
        Kind::ReportSigned => ("评标报告签署", "Report signed or refused"),
        Kind::ReportCompleted => ("评标报告完成", "Report completed"),
        Kind::EvaluationReopened => ("重新评标", "Evaluation done again"),
        Kind::CandidatesRevoked => ("中标候选人撤销", "Candidates revoked"),
        Kind::OrderReevaluated => ("责令重新评标", "Evaluation ordered to be done again"),
        Kind::EvaluationConcluded => ("评标结果", "Evaluation concluded"),
        Kind::SignJudged => ("线索研判", "Sign judged"),
        Kind::OrderSuspended => ("暂停指令", "Order to stop"),
        Kind::OrderResumed => ("恢复指令", "Order to go on"),
        Kind::ObjectionRaised => ("异议、质疑提出", "Objection raised"),
        Kind::ObjectionNoted => ("收到异议、质疑", "Objection noted"),
        Kind::ObjectionReplied => ("异议、质疑答复", "Objection replied to"),
        Kind::ExplanationCalled => ("要求说明", "Explanation called for"),
        Kind::ExplanationGiven => ("作出说明", "Explanation given"),
        Kind::DeadlineExtended => ("截止时间顺延", "Deadline moved for all"),
        Kind::StepVoided => ("步骤撤销", "Step undone"),
        Kind::OrderReturned => ("指令无法执行", "Order given back"),
        Kind::OrderInquired => ("责令说明", "Order to explain"),
        Kind::OrderVoided => ("责令撤销", "Order to undo a step"),
        Kind::OrderExtended => ("责令顺延", "Order to move the deadline"),
        Kind::ComplaintFiled => ("投诉", "Complaint filed"),
        Kind::ComplaintReturned => ("投诉补正通知", "Complaint sent back"),
        Kind::ComplaintSupplemented => ("投诉补正", "Complaint completed"),
        Kind::ComplaintAccepted => ("投诉受理", "Complaint taken up"),
        Kind::ComplaintRefused => ("投诉不予受理", "Complaint not taken up"),
        Kind::ComplaintPaused => ("投诉期限中止", "Complaint's clock stopped"),
        Kind::ComplaintContinued => ("投诉期限恢复", "Complaint's clock goes on"),
        Kind::ComplaintDecided => ("投诉处理决定", "Complaint decided"),
        Kind::ComplaintWithdrawn => ("投诉撤回", "Complaint withdrawn"),
        Kind::AccessRequested => ("应急查阅申请", "Emergency access asked for"),
        Kind::AccessGranted => ("应急查阅批准", "Emergency access granted"),
        Kind::AccessUsed => ("应急查阅", "Emergency access used"),
        Kind::RulesAdopted => ("监察规则采用", "Rules of supervision adopted"),
        Kind::CardIssued => ("监察亮牌", "Card issued"),
        Kind::CardWarned => ("监察预警", "Card: the limit is near"),
        Kind::CardEnded => ("监察销牌", "Card ended"),
    }
}

/// Where a tender stands.
#[must_use]
pub const fn phase(phase: Phase) -> Name {
    match phase {
        Phase::Unknown => ("未知", "Unknown"),
        Phase::Registered => ("已登记,未公告", "Registered, not yet published"),
        Phase::Noticed => ("招标中", "Open for bids"),
        Phase::Closed => ("已截止", "Closed"),
        Phase::Listed => ("开标:名单核对", "Opening: list under dispute"),
        Phase::Sharing => ("开标:解密", "Opening: custodians answer"),
        Phase::Recorded => ("开标:唱标与异议", "Opening: record read out"),
        Phase::Opened => ("评标中", "Evaluation"),
        Phase::Publicised => ("候选人公示", "Candidates publicised"),
        Phase::Awarded => ("已中标", "Awarded"),
        Phase::Failed => ("流标", "Failed"),
        Phase::Terminated => ("已终止", "Terminated"),
    }
}

/// Which law applies.
#[must_use]
pub const fn regime(regime: Regime) -> Name {
    match regime {
        Regime::Works => (
            "工程招标(招标投标法)",
            "Works, under the Tendering and Bidding Law",
        ),
        Regime::GovernmentProcurement => (
            "政府采购(政府采购法)",
            "Government procurement, under the Government Procurement Law",
        ),
        Regime::Free => ("自主程序(比选等)", "Free procedure"),
    }
}

/// What a part of a bid is.
#[must_use]
pub const fn role(role: PartRole) -> Name {
    match role {
        PartRole::Letter => ("投标函", "Letter"),
        PartRole::Panel => ("仅供评标委员会", "For the panel alone"),
        PartRole::Public => (
            "开标后公开,其文字与文件属性将与其他投标比对",
            "Public after the opening; its text and properties are compared with those of other bids",
        ),
        PartRole::Qualification => ("仅供资格审查", "For the review of the qualification"),
    }
}

/// How bids are compared.
#[must_use]
pub const fn method(method: &Method) -> Name {
    match method {
        Method::LowestEvaluated { .. } => ("经评审的最低投标价法", "Lowest evaluated price"),
        Method::Composite { .. } => ("综合评估法", "Composite scoring"),
        Method::Declared(_) => ("公告逐条列明的办法", "Rules spelt out one by one in the notice"),
    }
}

/// Why an envelope stayed closed, with whose fault it is (20号令31).
#[must_use]
pub const fn cause(cause: Cause) -> Name {
    match cause {
        Cause::BidderNoUnlock => (
            "投标人未在时限内解密(视为撤销投标)",
            "The bidder did not unlock in time (counts as revoked)",
        ),
        Cause::BidderBadEnvelope => (
            "投标人信封有误(视为撤销投标)",
            "The bidder's envelope is bad (counts as revoked)",
        ),
        Cause::CustodiansBelowK => (
            "保管人不足(视为撤回,可要求赔偿)",
            "Not enough custodians (counts as withdrawn, the bidder may claim the loss)",
        ),
        Cause::PlatformMissingBody => (
            "平台丢失密文(视为撤回,可要求赔偿)",
            "The platform lost the body (counts as withdrawn, the bidder may claim the loss)",
        ),
    }
}

/// Why a tender failed, by the word in `tender.failed`.
#[must_use]
pub fn failure(cause: &str) -> Name {
    match cause {
        "too_few_bidders" => ("投标人少于规定数量", "Fewer bidders than required"),
        "too_few_qualified" => ("合格投标人不足", "Too few qualified bidders"),
        "no_valid_bid" => ("没有有效投标", "No valid bid"),
        "cannot_open" => ("无法开启", "The bids could not be opened"),
        _ => ("其他原因", "Another cause"),
    }
}

/// Provinces by the first two digits of GB/T 2260.
const PROVINCES: [(&str, &str, &str); 34] = [
    ("11", "北京", "Beijing"),
    ("12", "天津", "Tianjin"),
    ("13", "河北", "Hebei"),
    ("14", "山西", "Shanxi"),
    ("15", "内蒙古", "Inner Mongolia"),
    ("21", "辽宁", "Liaoning"),
    ("22", "吉林", "Jilin"),
    ("23", "黑龙江", "Heilongjiang"),
    ("31", "上海", "Shanghai"),
    ("32", "江苏", "Jiangsu"),
    ("33", "浙江", "Zhejiang"),
    ("34", "安徽", "Anhui"),
    ("35", "福建", "Fujian"),
    ("36", "江西", "Jiangxi"),
    ("37", "山东", "Shandong"),
    ("41", "河南", "Henan"),
    ("42", "湖北", "Hubei"),
    ("43", "湖南", "Hunan"),
    ("44", "广东", "Guangdong"),
    ("45", "广西", "Guangxi"),
    ("46", "海南", "Hainan"),
    ("50", "重庆", "Chongqing"),
    ("51", "四川", "Sichuan"),
    ("52", "贵州", "Guizhou"),
    ("53", "云南", "Yunnan"),
    ("54", "西藏", "Tibet"),
    ("61", "陕西", "Shaanxi"),
    ("62", "甘肃", "Gansu"),
    ("63", "青海", "Qinghai"),
    ("64", "宁夏", "Ningxia"),
    ("65", "新疆", "Xinjiang"),
    ("71", "台湾", "Taiwan"),
    ("81", "香港", "Hong Kong"),
    ("82", "澳门", "Macao"),
];

/// The province of a region's code, if it is one of GB/T 2260.
#[must_use]
pub fn province(region: &str) -> Option<Name> {
    let digits = region.get(..2)?;
    PROVINCES
        .iter()
        .find(|(code, ..)| *code == digits)
        .map(|(_, zh, en)| (*zh, *en))
}
