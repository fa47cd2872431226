//! Common origins (K01–K03, K06–K10, K16): the same author, tool licence, device, address, payer or person in the bids
//! of different bidders.
//!
//! Invariant: what is compared is what bidders were told beforehand that it is collected; a value that half the
//! world's files carry is never more than weak.

use crate::sign::{Code, Evidence, Say, Sign, Strength, say};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What kind of trace a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Author in the properties of a file.
    Author,
    /// Who saved a file last.
    Editor,
    /// Company in the properties of a file.
    Company,
    /// The program that made a file.
    Tool,
    /// The identifier that an editor gives a document when it is born (XMP `DocumentID`, template of Office).
    Document,
    /// Telephone, mail address or person named as contact.
    Contact,
    /// A person of the project's management, by the number of a document.
    Person,
    /// The same by name alone; people share names.
    PersonName,
    /// The account that paid the deposit.
    Payer,
    /// A device: hardware numbers, browser key.
    Device,
    /// A certificate or hardware key.
    Certificate,
    /// The licence of the pricing tool.
    Licence,
    /// A network address.
    Address,
    /// A shareholder, director or relative named by a register.
    Tie,
}

impl Attribute {
    /// The rule it belongs to.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Author | Self::Editor | Self::Company | Self::Tool | Self::Document => Code::K01,
            Self::Contact => Code::K02,
            Self::Person | Self::PersonName => Code::K03,
            Self::Payer => Code::K06,
            Self::Device => Code::K07,
            Self::Certificate => Code::K08,
            Self::Licence => Code::K09,
            Self::Address => Code::K10,
            Self::Tie => Code::K16,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Say {
        match self {
            Self::Author => say("文件作者", "author of the file"),
            Self::Editor => say("最后保存者", "last saved by"),
            Self::Company => say("文件属性中的单位", "company in the properties"),
            Self::Tool => say("制作文件的程序", "program that made the file"),
            Self::Document => say("文档标识", "identifier of the document"),
            Self::Contact => say("联系人、电话或邮箱", "contact, telephone or mail"),
            Self::Person => say("项目管理成员", "person of the project's management"),
            Self::PersonName => say("项目负责人姓名", "name of the project's lead"),
            Self::Payer => say("付款账户", "paying account"),
            Self::Device => say("设备特征", "device"),
            Self::Certificate => say("证书或加密锁", "certificate or hardware key"),
            Self::Licence => say("计价软件授权号", "licence of the pricing tool"),
            Self::Address => say("网络地址", "network address"),
            Self::Tie => say("关联人员或单位", "tie named by a register"),
        }
    }

    /// How much an equal value says by itself.
    const fn strength(self) -> Strength {
        match self {
            // Most of the country writes with the same few programs.
            Self::Tool => Strength::Weak,
            Self::Author | Self::Editor | Self::Company | Self::Address | Self::PersonName => {
                Strength::Notable
            }
            Self::Document
            | Self::Contact
            | Self::Person
            | Self::Payer
            | Self::Device
            | Self::Certificate
            | Self::Licence
            | Self::Tie => Strength::Strong,
        }
    }
}

/// One value found with one bidder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// What it is.
    pub attribute: Attribute,
    /// Whose bid.
    pub bidder: String,
    /// Where it was found: a file, a letter, a fact.
    pub place: String,
    /// The value.
    pub value: String,
}

/// Values that editors and shops write into files of people who have nothing to do with one another.
const COMMON: &[&str] = &[
    "admin",
    "administrator",
    "apache poi",
    "default",
    "guest",
    "hp",
    "lenovo",
    "microsoft",
    "microsoft office user",
    "microsoft 帐户",
    "microsoft 账户",
    "office",
    "owner",
    "pc",
    "python-docx",
    "root",
    "user",
    "users",
    "windows 用户",
    "windows用户",
    "wps office",
    "wps_office",
    "中国",
    "微软用户",
    "微软中国",
    "用户",
    "雨林木风",
    "深度技术",
];

/// Signs of values that different bidders share.
#[must_use]
pub fn signs(traces: &[Trace]) -> Vec<Sign> {
    let mut shared: BTreeMap<(Attribute, String), BTreeSet<&Trace>> = BTreeMap::new();
    for trace in traces {
        let value = plain(&trace.value);
        if !value.is_empty() {
            shared.entry((trace.attribute, value)).or_default().insert(trace);
        }
    }
    let mut signs: Vec<Sign> = shared
        .into_iter()
        .filter_map(|((attribute, value), traces)| sign(attribute, &value, &traces))
        .collect();
    signs.sort();
    signs
}

fn sign(attribute: Attribute, value: &str, traces: &BTreeSet<&Trace>) -> Option<Sign> {
    let bidders: BTreeSet<&String> = traces.iter().map(|trace| &trace.bidder).collect();
    if bidders.len() < 2 {
        return None;
    }
    let strength = if COMMON.contains(&value) || value.chars().count() < 2 {
        Strength::Weak
    } else {
        attribute.strength()
    };
    let values = traces
        .iter()
        .map(|trace| (trace.bidder.clone(), trace.value.clone()));
    let places = traces
        .iter()
        .map(|trace| (trace.bidder.clone(), trace.place.clone()));
    let evidence = vec![
        Evidence::row(attribute.title(), values),
        Evidence::row(say("出处", "found in"), places),
    ];
    Some(Sign::new(
        attribute.code(),
        bidders.into_iter().cloned(),
        strength,
        evidence,
    ))
}

/// As it is compared: trimmed, in lower case, runs of spaces as one.
fn plain(value: &str) -> String {
    let words: Vec<String> = value.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
