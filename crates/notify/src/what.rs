//! What somebody can be told, in words.
//!
//! Invariant: a sentence is fixed; nothing of a fact but tender, time and due time stands beside it.

use crate::Audience;

macro_rules! whats {
    ($( $(#[$doc:meta])* $variant:ident = $word:literal, [$($audience:ident),+], $zh:literal, $en:literal; )*) => {
        /// Of what somebody is told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum What { $( $(#[$doc])* $variant, )* }

        impl What {
            /// All of them.
            pub const ALL: &'static [Self] = &[ $(Self::$variant),* ];

            /// The word in tables and in webhooks.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The sentence in Chinese and in English.
            #[must_use]
            pub const fn sentence(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en)),* }
            }

            /// Words of the audiences that may be told it.
            #[must_use]
            pub const fn audiences(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$(whats!(@ $audience)),+]),* }
            }
        }
    };
    (@ holder) => { "holder" };
    (@ owner) => { "owner" };
    (@ bidder) => { "bidder" };
    (@ custodian) => { "custodian" };
    (@ drawer) => { "drawer" };
    (@ expert) => { "expert" };
    (@ supervisor) => { "supervisor" };
    (@ operator) => { "operator" };
}

whats! {
    /// The account exists.
    AccountReady = "account.ready", [holder], "账户已注册,可以登录。", "Your account is enrolled; you can sign in.";
    /// The account was revoked.
    AccountRevoked = "account.revoked", [holder], "账户已注销,不能再登录和签名。", "Your account is revoked; it can neither sign in nor sign.";
    /// The account ends in thirty days.
    AccountEnds = "account.ends", [holder], "账户即将到期,请提前申请新的账户。", "Your account ends soon; ask for a new one before it does.";
    /// The clock lagged the log.
    ClockSuspected = "clock.suspected", [operator], "平台时钟曾落后于日志,已记入日志。", "The platform's clock lagged its log; the log says so.";

    /// A round of a key ceremony is this custodian's to do.
    KeyRoundDue = "key.round.due", [custodian], "密钥仪式等待您完成下一步。", "A key ceremony waits for your next step.";
    /// A share that this custodian sent is disputed.
    KeyShareDisputed = "key.share.disputed", [custodian], "密钥仪式中有人对您发出的份额提出异议,请公开该份额作答。", "A share that you sent in a key ceremony is disputed; answer by opening it.";
    /// A ceremony ended without a key.
    KeyFailed = "key.failed", [custodian, holder], "密钥仪式失败,没有生成密钥。", "A key ceremony failed; there is no key.";
    /// The keys exist.
    KeysMade = "keys.made", [holder], "密钥仪式完成,开标密钥已生成。", "A key ceremony is complete; the opening keys exist.";
    /// A key of this custodian serves a tender now.
    KeyAssigned = "key.assigned", [custodian], "您参与保管的密钥已用于一个项目,开标时需要您的份额。", "A key that you keep a share of now serves a tender; your share is needed at its opening.";
    /// Each custodian shows that its share is alive.
    ProofDue = "proof.due", [custodian], "项目已公告,请证明您的密钥份额可用。", "The tender is published; prove that your share is alive.";
    /// The opening is near.
    OpeningSoon = "opening.soon", [custodian, owner], "即将开标。", "The opening is near.";
    /// An addendum or an order moved the deadline.
    DeadlineMoved = "deadline.moved", [custodian, owner, bidder], "投标截止时间(开标时间)已变更。", "The deadline, and with it the opening, has moved.";
    /// The share is asked for.
    ShareDue = "share.due", [custodian], "开标名单已确定,请立即提交您的密钥份额。", "The list is settled: give your share now.";
    /// The share given does not verify.
    ShareFaulty = "share.faulty", [custodian], "您提交的份额未通过验证。", "The share that you gave does not verify.";
    /// The share did not come.
    ShareMissed = "share.missed", [custodian], "开标结束前未收到您的份额,已记入日志。", "Your share did not come before the opening was done; the log says so.";
    /// A contribution to a draw is asked for.
    DrawDue = "draw.due", [drawer], "一次随机抽取等待您的一份数据。", "A draw waits for your contribution.";

    /// A tender was registered on this person's behalf.
    TenderRegistered = "tender.registered", [owner], "项目已登记。", "A tender of yours is registered.";
    /// Its notice was published.
    TenderPublished = "tender.published", [owner], "招标公告已发布。", "The notice of your tender is published.";
    /// A question waits for its answer.
    QuestionWaiting = "question.waiting", [owner], "有一个提问等待答复。", "A question waits for your answer.";
    /// The frozen list is disputed.
    ListDisputed = "list.disputed", [owner, supervisor], "有投标人对开标名单提出异议。", "A bidder disputes the list of the opening.";
    /// The record was read out.
    OpeningRead = "opening.read", [owner], "开标记录已公布。", "The opening record is read out.";
    /// An objection waits for its answer.
    ObjectionWaiting = "objection.waiting", [owner], "有一项异议等待答复。", "An objection waits for your answer.";
    /// A bidder objects at the opening, where it is answered.
    OpeningObjected = "opening.objected", [owner], "开标现场有人提出异议,请当场答复。", "Somebody objects at the opening; answer on the spot.";
    /// A bidder objects to the candidates.
    CandidatesObjected = "candidates.objected", [owner], "有人对中标候选人提出异议,请在期限内答复。", "Somebody objects to the candidates; answer in time.";
    /// The bids can be evaluated.
    EvaluationOpened = "evaluation.opened", [owner, expert], "评标已开始。", "The evaluation is open.";
    /// The evaluation report is complete.
    ReportCompleted = "report.completed", [owner], "评标报告已完成,请公示中标候选人。", "The evaluation report is complete; publicise the candidates.";
    /// The evaluation is done again.
    EvaluationReopened = "evaluation.reopened", [owner, expert], "按监督指令重新评标。", "By order of the supervision the evaluation is done again.";
    /// Candidates stand no more.
    CandidatesRevoked = "candidates.revoked", [owner, bidder], "按监督指令,公示的中标候选人已撤销。", "By order of the supervision the candidates publicised stand no more.";
    /// An order of the supervision is addressed to this person.
    OrderReceived = "order.received", [owner], "监督部门对您的项目下达了指令。", "The supervision gave an order about your tender.";
    /// The tender is suspended.
    TenderSuspended = "tender.suspended", [owner, bidder, custodian], "项目已暂停,各项期限停止计算。", "The tender is suspended; its times stand still.";
    /// The tender goes on.
    TenderResumed = "tender.resumed", [owner, bidder, custodian], "项目已恢复,请查看新的期限。", "The tender goes on; look at its new times.";
    /// The tender failed.
    TenderFailed = "tender.failed", [owner, bidder, custodian], "项目流标。", "The tender failed.";
    /// The tender was terminated.
    TenderTerminated = "tender.terminated", [owner, bidder, custodian], "招标人终止了招标。", "The buyer ended the tender.";
    /// The opening failed.
    OpeningFailed = "opening.failed", [owner, bidder, custodian, supervisor], "开标失败,原因不在投标人。", "The opening failed for a cause that is not the bidders'.";

    /// The deadline is near.
    DeadlineNear = "deadline.near", [bidder], "投标截止时间临近。", "The deadline for bids is near.";
    /// An addendum was published.
    AddendumPublished = "addendum.published", [bidder], "项目发布了澄清或修改,请确认您的投标仍然有效。", "An addendum is published; confirm that your bid stands, or replace it.";
    /// Questions are answered.
    AnswerPublished = "answer.published", [bidder], "一个提问已答复。", "A question is answered to all.";
    /// The list is frozen.
    ListFrozen = "list.frozen", [bidder], "开标名单已固定,请核对;要求解密的,请在期限内解密。", "The list is frozen: check it, and unlock in time if the tender asks for it.";
    /// This bid is out.
    BidExcluded = "bid.excluded", [bidder], "您的一份投标文件未列入开启范围,原因见开标页面。", "An envelope of yours is not opened; the opening page says why.";
    /// The record is read out: confirm it or object.
    RecordRead = "record.read", [bidder], "开标记录已公布,请核对并确认,或当场提出异议。", "The opening record is read out: check and confirm it, or object.";
    /// Invited to a final quote.
    QuoteInvited = "quote.invited", [bidder], "请在期限内提交最后报价。", "You are invited to a final quote.";
    /// Not invited to a final quote.
    QuoteNotInvited = "quote.not.invited", [bidder], "您未进入最后报价,原因见项目页面。", "You are not invited to a final quote; the page of the tender says why.";
    /// The panel asks.
    InquiryWaiting = "inquiry.waiting", [bidder], "评标委员会要求您书面澄清,请在期限内答复。", "The panel asks for a clarification; answer in time.";
    /// The answer is due soon.
    InquiryDue = "inquiry.due", [bidder], "澄清答复期限临近。", "Your answer to the panel is due soon.";
    /// The objection is answered.
    ObjectionAnswered = "objection.answered", [bidder], "您的异议已答复。", "Your objection is answered.";
    /// The candidates are public.
    CandidatesPublished = "candidates.published", [bidder, owner], "中标候选人已公示,可在公示期内提出异议。", "The candidates are publicised; objections are possible until the end of the publicity.";
    /// This person won.
    Awarded = "award.won", [bidder], "您已中标,请查看中标通知。", "You won; look at the letter of award.";
    /// Somebody else won.
    ResultPublished = "award.published", [bidder, owner], "中标结果已公布。", "The result is published.";

    /// The buyer recorded the contract.
    ContractSigned = "contract.signed", [bidder], "招标人已登记与您签订的合同,请核对。", "The buyer recorded its contract with you; check it.";
    /// The buyer said which deposits arrived.
    DepositsListed = "deposits.listed", [bidder], "招标人已登记各投标保证金的到账情况,请核对。", "The buyer recorded which deposits arrived; check yours.";
    /// A deposit went back.
    DepositReturned = "deposit.returned", [bidder], "招标人已登记退还您的保证金,请核对到账。", "The buyer recorded that your deposit went back; check that it came.";
    /// A deposit is kept.
    DepositKept = "deposit.kept", [bidder], "招标人已登记不予退还您的保证金及理由。", "The buyer recorded that your deposit is kept, and why.";

    /// Listed in a pool, or the entry written anew.
    ExpertListed = "expert.listed", [expert], "您在专家库中的资料已登记或更新。", "Your entry in a pool of experts is written.";
    /// Not drawn for a time.
    ExpertSuspended = "expert.suspended", [expert], "您在专家库中的资格已暂停。", "You are not drawn from a pool of experts for a time.";
    /// Drawn again.
    ExpertReinstated = "expert.reinstated", [expert], "您在专家库中的资格已恢复。", "You are drawn from a pool of experts again.";
    /// Called to a seat.
    ExpertCalled = "expert.called", [expert], "您被抽取参加评标,请在期限内答复。", "You are drawn for an evaluation; answer in time.";
    /// The call lapsed.
    CallLapsed = "call.lapsed", [expert], "评标抽取的答复期限已过。", "The time to answer a call is over.";
    /// A seat on a panel.
    SeatGiven = "seat.given", [expert], "您已成为评标委员会成员,请作回避声明。", "You sit on a panel; declare conflicts, or none.";
    /// The hours.
    HoursSet = "hours.set", [expert], "评标时间已确定。", "The hours of the evaluation are set.";
    /// The hours begin soon.
    HoursNear = "hours.near", [expert], "评标即将开始。", "The evaluation begins soon.";
    /// More time.
    HoursExtended = "hours.extended", [expert], "评标时间已延长。", "The time of the evaluation is extended.";
    /// The seat is somebody else's now.
    SeatVacated = "seat.vacated", [expert], "您的评委席位已更换他人。", "You are replaced on a panel.";
    /// The preliminary review is over.
    ReviewClosed = "review.closed", [expert], "初步评审已结束。", "The preliminary review is over.";
    /// A clarification came back.
    ClarificationReturned = "clarification.returned", [expert], "要求的澄清已有结果。", "A clarification came back.";
    /// Everybody has committed.
    RevealDue = "reveal.due", [expert], "全体评委已提交评分承诺,请公开您的评分。", "All members have committed: reveal your scores.";
    /// The report is there to be signed.
    ReportToSign = "report.to.sign", [expert], "评标报告等待您签署。", "The evaluation report waits for your signature.";
    /// The time to sign is nearly over.
    ReportDue = "report.due", [expert], "评标报告签署期限临近。", "The time to sign the evaluation report is nearly over.";

    /// An objection to candidates or at an opening.
    ObjectionRaised = "objection.raised", [supervisor], "有投标人提出异议。", "A bidder objects.";
    /// An explanation is asked for by order.
    ExplanationDue = "explanation.due", [owner], "监督部门责令说明,请在期限内答复。", "The supervision orders an explanation; give it in time.";
    /// The buyer explained.
    ExplanationGiven = "explanation.given", [supervisor], "招标人已作出说明。", "The buyer explained.";
    /// A step was undone.
    StepVoided = "step.voided", [owner, bidder], "按监督指令,项目的一个步骤已撤销。", "By order of the supervision a step of the tender is undone.";
    /// An order could not be obeyed.
    OrderReturned = "order.returned", [supervisor], "一项指令已无法执行,原因见台账。", "An order could not be obeyed any more; the docket says why.";
    /// A card about a tender of this person's.
    CardIssued = "card.issued", [owner, operator, supervisor], "监察规则对项目亮牌,请查看事由和期限。", "A rule of supervision shows a card; look at its cause and its limit.";
    /// The limit of a card came nearer.
    CardWarned = "card.warned", [owner, operator, supervisor], "亮牌事项的期限临近,请及时办理。", "The limit of a card is near; do what is due.";
    /// Two supervisors are needed.
    AccessAsked = "access.asked", [supervisor], "有人申请应急查阅,需另一名监督人员同意。", "Somebody asks to read confidential facts; another supervisor has to grant it.";
    /// The other one agreed.
    AccessGranted = "access.granted", [supervisor], "您的应急查阅申请已获同意。", "Your request to read confidential facts is granted.";
    /// A complaint was filed.
    ComplaintFiled = "complaint.filed", [supervisor], "收到一件投诉。", "A complaint is filed.";
    /// A complaint has moved.
    ComplaintMoved = "complaint.moved", [bidder, supervisor], "投诉有新进展。", "There is news of a complaint.";
    /// A complaint is to be completed.
    ComplaintReturned = "complaint.returned", [bidder], "请在期限内补正您的投诉。", "Complete your complaint in time.";
    /// A complaint is decided.
    ComplaintDecided = "complaint.decided", [bidder, owner], "投诉处理决定已作出。", "A complaint is decided.";
}

impl What {
    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|what| what.word() == word)
    }

    /// Whether people of an audience may be told it.
    #[must_use]
    pub fn is_for(self, audience: Audience) -> bool {
        self.audiences().contains(&audience.word())
    }
}

/// Where a notice leads: a path of the zone in which its audience is told, where what is to be done can be done.
#[must_use]
pub fn leads_to(what: What, audience: &str, tender: Option<&str>) -> String {
    match (audience, tender) {
        ("owner", Some(tender)) => match what {
            What::OpeningObjected => format!("/hall/{tender}"),
            What::ObjectionWaiting | What::ExplanationDue | What::ComplaintDecided => {
                format!("/buyer/{tender}/objections")
            }
            _ => format!("/buyer/{tender}"),
        },
        ("bidder", Some(tender)) => format!("/bidder/tenders/{tender}{}", part_for_bidder(what)),
        ("custodian", _) => "/custodian".to_owned(),
        ("drawer", _) => "/draws".to_owned(),
        ("expert", Some(tender))
            if !matches!(what, What::ExpertCalled | What::CallLapsed | What::SeatVacated) =>
        {
            let part = match what {
                What::ReportToSign | What::ReportDue => "/report",
                What::ClarificationReturned => "/questions",
                What::RevealDue => "/scores",
                _ => "",
            };
            format!("/seat/{tender}{part}")
        }
        ("expert", _) => "/seat".to_owned(),
        ("supervisor", Some(tender)) => match what {
            What::ComplaintFiled | What::ComplaintMoved => "/complaints".to_owned(),
            What::AccessAsked | What::AccessGranted | What::OrderReturned | What::ExplanationGiven => {
                format!("/docket/{tender}/orders")
            }
            _ => format!("/docket/{tender}"),
        },
        ("operator", Some(tender)) => format!("/tenders/{tender}"),
        ("operator", None) => "/operator".to_owned(),
        _ => "/keys".to_owned(),
    }
}

/// The page of a bidder's tender where something is told, or done.
const fn part_for_bidder(what: What) -> &'static str {
    match what {
        What::InquiryWaiting | What::InquiryDue => "/questions",
        What::ListFrozen | What::BidExcluded | What::RecordRead => "/opening",
        What::Awarded
        | What::ResultPublished
        | What::CandidatesPublished
        | What::CandidatesRevoked
        | What::ContractSigned
        | What::DepositReturned
        | What::DepositKept => "/result",
        // Complaints are filed and followed in another zone: this page leads there.
        What::ObjectionAnswered | What::ComplaintMoved | What::ComplaintReturned | What::ComplaintDecided => {
            "/objections"
        }
        _ => "",
    }
}
