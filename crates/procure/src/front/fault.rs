//! What the checks of the front door find wrong, told so that the author can mend it.

use facts::id::{LotId, PartId};
use facts::{Hex, Refusal};
use seal::HeaderError;
use seal::sign::KeyError;
use std::fmt::Write as _;

/// What is wrong with an envelope, and with which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeFault {
    /// Lot and part; `None` if the submission as a whole is at fault.
    pub place: Option<(LotId, PartId)>,
    /// The fault.
    pub reason: EnvelopeReason,
}

/// Why an envelope is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeReason {
    /// There is no notice to bid on.
    NoNotice,
    /// The bid did not enter.
    NoBid,
    /// The rules acknowledged were never in force.
    Rules(Hex<32>),
    /// The bid's key cannot verify anything.
    Signer(KeyError),
    /// No envelope at all.
    Nothing,
    /// The notice knows no such lot or part.
    NoSuchPart,
    /// One part of one lot twice.
    PartTwice,
    /// A part is missing for a lot that is bid for.
    PartMissing,
    /// One id for two envelopes.
    SubmissionTwice,
    /// One point R in two envelopes.
    PointTwice,
    /// Sealed to another key than that of the stage.
    Key {
        /// The key named.
        found: Hex<32>,
        /// The key of the stage.
        wanted: Hex<32>,
    },
    /// The key of the stage is not at hand.
    NoKey,
    /// A lock where none is wanted, or none where one is.
    Lock {
        /// Whether the notice wants one.
        wanted: bool,
    },
    /// A length that no sealed file has.
    Length {
        /// The length.
        found: u64,
    },
    /// A file beyond the limit of its part.
    TooLarge {
        /// Sealed length.
        found: u64,
        /// Most bytes before sealing.
        max_bytes: u64,
    },
    /// The header is malformed, or its proof does not hold.
    Header(HeaderError),
    /// The bid key's signature does not hold.
    Signature,
}

impl EnvelopeFault {
    /// The refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let (code, en, zh) = self.reason.words();
        let (mut place_en, mut place_zh) = (String::new(), String::new());
        if let Some((lot, part)) = &self.place {
            // Writing into a string cannot fail.
            let _ = write!(place_en, "Lot {lot}, part {part}: ");
            let _ = write!(place_zh, "标段 {lot} 的 {part}：");
        }
        Refusal::new(code, format!("{place_en}{en}."), format!("{place_zh}{zh}。"))
    }
}

impl EnvelopeReason {
    fn words(&self) -> (&'static str, String, String) {
        let text = |code, en: &str, zh: &str| (code, en.to_owned(), zh.to_owned());
        match self {
            Self::NoNotice => text(
                "tender.not_noticed",
                "the notice is not published yet",
                "公告尚未发布",
            ),
            Self::NoBid => text(
                "bid.unknown",
                "this bid did not enter the tender",
                "该投标尚未进场",
            ),
            Self::Rules(found) => (
                "envelope.rules_invalid",
                format!("the rules {found} were never in force; seal under the present rules hash"),
                format!("规则散列 {found} 从未生效，请按现行规则重新密封"),
            ),
            Self::Signer(error) => (
                "envelope.signer_invalid",
                format!("the bid's key is not usable: {error}"),
                format!("投标密钥不可用：{error}"),
            ),
            Self::Nothing => text(
                "envelope.none_invalid",
                "a submission needs at least one envelope",
                "递交内容为空",
            ),
            Self::NoSuchPart => text(
                "envelope.part_invalid",
                "the notice knows no such lot or part",
                "公告中没有该标段或该部分",
            ),
            Self::PartTwice => text(
                "envelope.part_twice_invalid",
                "this part stands twice",
                "该部分重复",
            ),
            Self::PartMissing => text(
                "envelope.part_missing_invalid",
                "this part is missing; a bid for a lot has every part of every stage",
                "缺少该部分；对一个标段投标须包含各阶段全部文件",
            ),
            Self::SubmissionTwice => text(
                "envelope.id_twice_invalid",
                "its submission id stands twice",
                "信封编号重复",
            ),
            Self::PointTwice => text(
                "envelope.point_twice_invalid",
                "its point R stands twice; seal every part afresh",
                "点 R 重复，请逐份重新密封",
            ),
            Self::Key { found, wanted } => (
                "envelope.key_invalid",
                format!("it is sealed to key {found}; this stage opens with {wanted}"),
                format!("密封所用密钥为 {found}，本阶段密钥为 {wanted}"),
            ),
            Self::NoKey => text(
                "envelope.key_absent",
                "the key of the stage is not at hand; try again",
                "未能取得本阶段密钥，请重试",
            ),
            Self::Lock { wanted: true } => text(
                "envelope.lock_invalid",
                "the notice wants a lock of the bidder's own, but blk is zero",
                "公告要求投标人加锁，而 blk 为零",
            ),
            Self::Lock { wanted: false } => text(
                "envelope.lock_invalid",
                "the notice knows no bidder lock; blk must be zero",
                "公告不设投标人锁，blk 须为零",
            ),
            Self::Length { found } => (
                "envelope.length_invalid",
                format!("no file has {found} bytes when framed and sealed as it must be; seal it again"),
                format!("按规定密封的文件不可能为 {found} 字节，请重新密封"),
            ),
            Self::TooLarge { found, max_bytes } => (
                "envelope.too_large",
                format!(
                    "{found} sealed bytes are more than a file of {max_bytes} bytes gives, the limit of this part"
                ),
                format!("密封后 {found} 字节，超过本部分上限 {max_bytes} 字节的文件所能达到的长度"),
            ),
            Self::Header(error) => (
                "envelope.header_invalid",
                format!("{error}; the file is not encrypted as it must be (20号令26), seal it again"),
                format!("信封头不符（{error}），文件未按规定加密（20号令26），请重新密封"),
            ),
            Self::Signature => text(
                "envelope.signature",
                "its signature is not by the bid's key over this envelope",
                "信封签名不是以投标密钥对该信封所签",
            ),
        }
    }
}

/// What is wrong with the key of a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryFault {
    /// Not an acceptable key.
    Key(KeyError),
    /// Not held by who names it.
    Proof,
    /// Known to the log already.
    Known,
}

impl EntryFault {
    /// The refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Key(error) => Refusal::new(
                "entry.key_invalid",
                format!("The bid's key is refused: {error}."),
                format!("投标密钥不可接受：{error}。"),
            ),
            Self::Proof => Refusal::new(
                "entry.signature",
                "The proof of possession is not by the bid's key over this tender and this bid.",
                "持有证明不是以投标密钥对本项目及本投标所签。",
            ),
            Self::Known => Refusal::new(
                "entry.key_known",
                "The log knows this key already; make a fresh one for this bid alone, or it would betray whose bid it is.",
                "日志已登记该密钥；请为本投标单独生成新密钥，以免暴露投标人身份。",
            ),
        }
    }
}

/// What is wrong with the secrets of an unlocking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnlockFault {
    /// A secret for an envelope that is not this bid's on this list.
    Stranger(Hex<16>),
    /// An envelope of the bid without its secret.
    Missing(Hex<16>),
    /// One envelope twice.
    Twice(Hex<16>),
    /// The secret is not the one committed to in the label.
    Wrong(Hex<16>),
}

impl UnlockFault {
    /// The refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Stranger(id) => Refusal::new(
                "unlock.stranger_invalid",
                format!("Envelope {id} is not one of this bid on this list."),
                format!("信封 {id} 不是该投标在本名单上的信封。"),
            ),
            Self::Missing(id) => Refusal::new(
                "unlock.missing_invalid",
                format!("The secret of envelope {id} is missing; all of a stage are given together."),
                format!("缺少信封 {id} 的解密数据，同一阶段须一并给出。"),
            ),
            Self::Twice(id) => Refusal::new(
                "unlock.twice_invalid",
                format!("Envelope {id} stands twice."),
                format!("信封 {id} 重复。"),
            ),
            Self::Wrong(id) => Refusal::new(
                "unlock.wrong_invalid",
                format!(
                    "The secret of envelope {id} is not the one it was sealed with; use the receipt file of the last revision."
                ),
                format!("信封 {id} 的解密数据与密封时不符，请使用最后一次递交的回执文件。"),
            ),
        }
    }
}

/// What is wrong with a proof of readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeatFault {
    /// The custodian has no share of this key.
    NoShare,
    /// Not a proof at all.
    Form,
    /// A proof that does not hold.
    False,
}

impl BeatFault {
    /// The refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NoShare => Refusal::new(
                "proof.share_unknown",
                "The key has no such share.",
                "该密钥没有此份额。",
            ),
            Self::Form => Refusal::new(
                "proof.malformed",
                "The proof is not three canonical values.",
                "证明的编码不规范。",
            ),
            Self::False => Refusal::new(
                "proof.invalid",
                "The proof does not hold for this key, this custodian and this date; check the seed and the date.",
                "该证明对此密钥、此保管人、此日期不成立，请检查种子与日期。",
            ),
        }
    }
}
