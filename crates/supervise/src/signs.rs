//! Signs of collusion and risk (线索) over the opened tenders, and what of it supervision cannot see.
//!
//! Invariant: a projection of facts that are public: nothing is looked at before the opening record of a tender stands
//! in the log, a sealed fact only after its disclosure, a score sheet only after the award. Nothing here is a fact, a
//! card or an order; a person decides.

pub mod handed;
mod opened;

pub use handed::{Files, PublicPart};
pub use opened::{Bid, Opened};

use crate::judging::digest;
use facts::body::supervision::{Judgment, SignJudged};
use facts::{Hex, Instant, Kind, Record, Stream, TenderId};
use screen::cobidding::Market;
use screen::{Sign, Strength, cobidding, course, origins, prices, scores, timing};
use std::collections::{BTreeMap, BTreeSet};

/// One opened tender with its signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// What was opened.
    pub opened: Opened,
    /// The signs, strongest first.
    pub signs: Vec<Sign>,
}

/// What a person said of a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What came of it.
    pub judgment: Judgment,
    /// Why.
    pub reason: String,
    /// Fingerprint of the key that signed.
    pub actor: Option<Hex<32>>,
    /// When.
    pub at: Instant,
    /// Position of the fact.
    pub seq: u64,
}

impl Screened {
    /// How many signs are of a strength.
    #[must_use]
    pub fn count(&self, strength: Strength) -> usize {
        self.signs.iter().filter(|sign| sign.strength == strength).count()
    }
}

/// All opened tenders and their signs.
#[derive(Debug, Clone, Default)]
pub struct Board {
    screened: BTreeMap<TenderId, Screened>,
    judged: BTreeMap<(TenderId, Hex<32>), Judged>,
    /// Signs of what was handed in, with the record after which it was read.
    handed: BTreeMap<TenderId, (u64, Vec<Sign>)>,
    next: u64,
}

impl Board {
    /// Position of the first record not yet seen.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// One tender.
    #[must_use]
    pub fn tender(&self, tender: &TenderId) -> Option<&Screened> {
        self.screened.get(tender)
    }

    /// All opened tenders, the one opened last first.
    #[must_use]
    pub fn newest(&self) -> Vec<&Screened> {
        let mut all: Vec<&Screened> = self.screened.values().collect();
        all.sort_by(|a, b| (b.opened.at, &a.opened.tender).cmp(&(a.opened.at, &b.opened.tender)));
        all
    }

    /// Takes in a judgment; other facts change nothing. The last one of a sign counts.
    pub fn judged(&mut self, record: &Record) {
        let Some(body) = record.of::<SignJudged>() else {
            return;
        };
        let judged = Judged {
            judgment: body.judgment,
            reason: body.reason,
            actor: record.actor,
            at: record.at,
            seq: record.seq,
        };
        self.judged.insert((body.tender, body.sign), judged);
    }

    /// What was said of a sign as it stands; `None` if nobody judged it, or its evidence has changed since.
    #[must_use]
    pub fn judgment(&self, tender: &TenderId, sign: &Sign) -> Option<&Judged> {
        self.judged.get(&(tender.clone(), digest(sign)?))
    }

    /// Signs of a tender that wait for a person.
    pub fn unjudged<'a>(&'a self, screened: &'a Screened) -> impl Iterator<Item = &'a Sign> {
        let tender = &screened.opened.tender;
        let signs = screened.signs.iter();
        signs.filter(move |sign| self.judgment(tender, sign).is_none())
    }

    /// The tender that a record changes something of here; `None` of all others.
    #[must_use]
    pub fn touched(record: &Record) -> Option<TenderId> {
        let tells = matches!(
            record.kind,
            Kind::OpeningRecorded | Kind::FactsDisclosed | Kind::AwardMade | Kind::CandidatesPublicised
        );
        match &record.stream {
            Stream::Tender(tender) | Stream::Evaluation(tender) if tells => Some(tender.clone()),
            _ => None,
        }
    }

    /// Everything below `next` was seen.
    pub fn seen(&mut self, next: u64) {
        self.next = self.next.max(next);
    }

    /// Takes in the histories of tenders that were touched, and screens all tenders anew: one award changes the signs
    /// of co-bidding in others.
    pub fn renew(&mut self, histories: impl IntoIterator<Item = (TenderId, Vec<Record>)>) {
        let before = self.screened.len();
        let mut changed = false;
        for (tender, history) in histories {
            if let Some(opened) = Opened::fold(&tender, &history) {
                let signs = Vec::new();
                self.screened.insert(tender, Screened { opened, signs });
                changed = true;
            }
        }
        if changed || self.screened.len() != before {
            self.screen();
        }
    }

    /// Opened tenders whose public parts were not read since their last opening record.
    #[must_use]
    pub fn unread(&self) -> Vec<Opened> {
        let opened = self.screened.values().map(|one| &one.opened);
        let is_unread = |opened: &&Opened| {
            !opened.public.is_empty()
                && self
                    .handed
                    .get(&opened.tender)
                    .is_none_or(|read| read.0 != opened.seq)
        };
        opened.filter(is_unread).cloned().collect()
    }

    /// Takes in what the public parts of opened tenders say.
    pub fn read(&mut self, read: Vec<(Opened, handed::Handed)>) {
        if read.is_empty() {
            return;
        }
        for (opened, said) in read {
            let signs = handed::signs(&opened, &said);
            self.handed.insert(opened.tender, (opened.seq, signs));
        }
        self.screen();
    }

    fn screen(&mut self) {
        let past: Vec<cobidding::Past> = self.screened.values().flat_map(|one| one.opened.past()).collect();
        let market = Market::new(&past, &cobidding::LIMITS);
        for one in self.screened.values_mut() {
            let read = self.handed.get(&one.opened.tender);
            let files = read.map(|(_, signs)| signs.as_slice()).unwrap_or_default();
            one.signs = signs(&one.opened, &market, files);
        }
    }
}

/// The signs of one tender among the others of its market.
fn signs(opened: &Opened, market: &Market<'_>, files: &[Sign]) -> Vec<Sign> {
    let mut signs = files.to_vec();
    for offers in opened.offers.values() {
        signs.extend(prices::signs(offers, &prices::LIMITS));
    }
    signs.extend(timing::signs(&opened.uploads, opened.closed, &timing::LIMITS));
    signs.extend(origins::signs(&opened.traces));
    signs.extend(course::signs(&opened.course, &course::LIMITS));
    for scored in opened.scores.values() {
        signs.extend(scores::signs(scored, &scores::LIMITS));
    }
    let among: BTreeSet<String> = opened.bids.values().map(|bid| bid.account.to_string()).collect();
    signs.extend(market.signs(&among));
    signs.sort_by(|a, b| b.strength.cmp(&a.strength).then_with(|| a.cmp(b)));
    signs.dedup();
    signs
}

/// A screen that the platform has no eyes for, and why: `(rule, 中文, English)`.
pub const UNSEEN: &[(&str, &str, &str)] = &[
    (
        "K02",
        "联系人、电话、邮箱:投标函不载明,平台不收集。",
        "Contacts, telephones, mail addresses: no letter of a bid names them, and the platform does not collect them.",
    ),
    (
        "K06",
        "保证金付款账户:平台不经手保证金。",
        "The account that paid a deposit: deposits do not pass through the platform.",
    ),
    (
        "K07, K08, K09, K10",
        "硬件特征、加密锁号、计价软件授权号、网络地址:平台不向投标人收集,故不作比对。",
        "Hardware numbers, hardware keys, licences of tools, network addresses: the platform does not collect them from bidders, so nothing is compared.",
    ),
    (
        "K01, K05, K11, K12",
        "开标后只比对公告列明为公开的文件;技术文件由评标委员会独阅,监督端不读取其内容,其属性、雷同、混装、笔误的比对只能由有权机关调取文件后进行。",
        "After the opening only the parts are compared that the notice lists as public; technical files are read by the panel alone, and their properties, likeness, mixed-in pages and slips can be compared only by whoever may lawfully call for them.",
    ),
    (
        "K16",
        "股权与任职关系:平台未接入登记机关。",
        "Shareholders and offices: the platform is not connected to a register.",
    ),
    (
        "K22",
        "获取文件数:文件公开下载,平台不记录谁下载。",
        "Documents taken: they are public, and who takes them is not recorded.",
    ),
    (
        "K17, K18",
        "泄露与授意:是案件事实,不是可计算的线索。",
        "Leaks and instructions: facts of a case, not signs that can be computed.",
    ),
];

/// What each screen that is run reads, as bidders are told beforehand (for-bidders.md); the counterpart of [`UNSEEN`].
pub const READ: &[(&str, &str, &str)] = &[
    (
        "K01",
        "公告列明为公开的投标文件的属性(作者、最后保存者、单位、制作程序、文档标识)",
        "the properties of the parts of bids that the notice lists as public: author, last editor, company, program, identifier of the document",
    ),
    (
        "K03",
        "投标函载明的项目负责人",
        "the project leader that the letter of a bid names",
    ),
    (
        "K05",
        "公告列明为公开的投标文件的文字与各投标人名称",
        "the text of the parts that the notice lists as public, and the names of the bidders",
    ),
    (
        "K11",
        "公告列明为公开的投标文件的文字,除去招标文件原文",
        "the text of the parts that the notice lists as public, without what the tender itself says",
    ),
    (
        "K12",
        "公告列明为公开的投标文件与招标文件原文的差异",
        "where the parts that the notice lists as public depart from the wording of the tender",
    ),
    ("K13", "开标记录中的全部报价", "all prices of the opening record"),
    (
        "K14",
        "列入开标清单的投标的递交时间",
        "when the bids on the list were handed in",
    ),
    (
        "K15",
        "各投标人历次开标与中标情况",
        "the earlier openings and awards that the bidders took part in",
    ),
    (
        "K19",
        "公示的候选人排序、中标结果及其理由",
        "the candidates publicised, the award and its cause",
    ),
    (
        "K20",
        "定标后披露的评分表",
        "the score sheets that the award disclosed",
    ),
    (
        "K21",
        "公告与澄清修改载明的投标截止时间",
        "the deadlines of notice and addenda",
    ),
    ("R028", "开标记录中的全部报价", "all prices of the opening record"),
    ("S01", "开标记录中的全部报价", "all prices of the opening record"),
    ("S02", "开标记录中的全部报价", "all prices of the opening record"),
    ("S03", "开标记录中的全部报价", "all prices of the opening record"),
    ("S04", "开标记录中的全部报价", "all prices of the opening record"),
];

#[cfg(test)]
mod tests;
