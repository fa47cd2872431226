//! Red flags of open contracting (R003 to R058) over the platform's own tenders: its market as it stands.
//!
//! Invariant: a flag is a sign and rejects nothing. What compares with others compares with all opened lots, and where
//! there is nothing to compare the gauge says so instead of staying silent.

use super::Opened;
use facts::AccountId;
use facts::id::LotId;
use screen::fixed::{MILLION, decimal, percent};
use screen::ocds::{self, Compiled, Flag, Group, Limits, RedFlags, Report, Voice};
use screen::sign::{Say, say};
use screen::{Code, Evidence, Sign, Strength};
use std::collections::BTreeMap;

/// The platform's limits: the library's, with trade classes told apart by all four digits.
pub const LIMITS: Limits = Limits {
    digits: 4,
    ..ocds::LIMITS
};

/// The flags, and what each reads.
pub const READS: &[(Code, Say)] = &[
    (
        Code::R003,
        say(
            "自公告且文件可获取起至投标截止的时间;仅公开招标,少于15日",
            "time from notice and documents to the deadline in force, of open procedures; fewer than 15 days",
        ),
    ),
    (
        Code::R018,
        say(
            "开标记录中该标段的投标人数;竞争性方式只有一家",
            "bidders of the lot in the opening record, of competitive procedures; one alone",
        ),
    ),
    (
        Code::R024,
        say(
            "中标价与次低价之差占中标价的比例,最低有效价中标的标段;低于下围栏",
            "gap between winning and next price, of the winning price, where the lowest valid price won; at or below the lower fence",
        ),
    ),
    (
        Code::R025,
        say(
            "投标人有效投标中的中标比例;投标次数居前四分之一且比例低于下围栏",
            "wins of a bidder's valid bids; at or below the lower fence, of the quarter that bids most",
        ),
    ),
    (
        Code::R028,
        say(
            "同一标段的开标价;两家以上相同",
            "opened prices of a lot; two or more bidders with one price",
        ),
    ),
    (
        Code::R030,
        say(
            "中标投标在日志中的时间与投标截止;晚于截止",
            "time of the winning bid in the log against the deadline; after it",
        ),
    ),
    (
        Code::R035,
        say(
            "评标结果与中标;除中标人外至少一家且全部被否决",
            "result of the evaluation and award; everybody but the winner rejected, at least one",
        ),
    ),
    (
        Code::R036,
        say(
            "评标结果、开标价与中标;仅价格决定的方法,最低价被否决",
            "result, opened prices and award, of methods in which the price decides; the lowest rejected",
        ),
    ),
    (
        Code::R038,
        say(
            "采购人、代理机构、投标人各自被否决投标的比例,至少两次;高于上围栏",
            "share of rejected bids of a buyer, of an agent, of a bidder, of at least two; at or above the upper fence",
        ),
    ),
    (
        Code::R048,
        say(
            "供应商中标项目的交易分类数;高于上围栏",
            "trade classes in which a supplier won; at or above the upper fence",
        ),
    ),
    (
        Code::R058,
        say(
            "中标价与次低价之差占中标价的比例;高于上围栏",
            "gap between winning and next price, of the winning price; at or above the upper fence",
        ),
    ),
];

/// Why a flag cannot speak; nothing where it can.
#[must_use]
pub const fn silence(voice: Voice) -> Option<Say> {
    match voice {
        Voice::Speaks => None,
        Voice::Nothing => Some(say(
            "不能判断:尚无标段记录了它所需的事实",
            "cannot speak: no lot states what it reads",
        )),
        Voice::TooFew => Some(say(
            "不能判断:少于五个数值,任何数值都不可能离群",
            "cannot speak: of fewer than five values none can stand out",
        )),
        Voice::Alike => Some(say(
            "不能判断:所有数值相同",
            "cannot speak: all values are the same",
        )),
    }
}

/// Whom a flag is about, in words.
#[must_use]
pub const fn group(group: Group) -> Say {
    match group {
        Group::Process => say("标段", "lot"),
        Group::Buyer => say("采购人", "buyer"),
        Group::ProcuringEntity => say("组织采购的一方", "who runs the procedure"),
        Group::Tenderer => say("投标人", "bidder"),
    }
}

/// A measure as people read it: a share, a count, or a plain yes.
#[must_use]
pub fn measure(code: Code, millionths: i64) -> String {
    match code {
        Code::R024 | Code::R025 | Code::R038 | Code::R058 => percent(millionths),
        Code::R035 | Code::R048 => {
            let text = decimal(millionths);
            text.strip_suffix(".000000")
                .map_or(text.clone(), ToOwned::to_owned)
        }
        _ if i128::from(millionths) == MILLION => "✓".to_owned(),
        _ => decimal(millionths),
    }
}

/// The lot of a flag about one, as the names of tender and lot.
#[must_use]
pub fn process(flag: &Flag) -> Option<(&str, &str)> {
    let is_process = flag.group == Group::Process;
    is_process.then(|| flag.id.split_once('/')).flatten()
}

/// The flags over all opened tenders; prices are compared in the currency that most lots have.
pub(super) fn report<'a>(tenders: impl Iterator<Item = &'a Opened> + Clone) -> Report {
    let mut currencies: BTreeMap<String, usize> = BTreeMap::new();
    for offers in tenders.clone().flat_map(|opened| opened.offers.values()) {
        if let Some(offer) = offers.first() {
            let many = currencies
                .entry(format!("{:?}", offer.price.currency))
                .or_default();
            *many = many.saturating_add(1);
        }
    }
    let most = currencies.into_iter().max_by_key(|(_, many)| *many);
    let mut flags = RedFlags::new(LIMITS, most.map(|(currency, _)| currency));
    for release in tenders.flat_map(|opened| &opened.releases) {
        // What does not parse would be a fault of this program; the number of releases seen tells of it.
        if let Ok(release) = Compiled::parse(release) {
            flags.take(&release);
        }
    }
    flags.report()
}

/// The flags about lots as signs of their tenders, by tender; equal prices are a sign already.
///
/// The evidence is the lot's own, without the fences of the market, so that a judgment stands while others come.
pub(super) fn signs<'a>(
    report: &Report,
    opened: impl Fn(&str) -> Option<&'a Opened>,
) -> BTreeMap<String, Vec<Sign>> {
    let mut signs: BTreeMap<String, Vec<Sign>> = BTreeMap::new();
    for flag in report.flags.iter().filter(|flag| flag.code != Code::R028) {
        let Some((tender, lot)) = process(flag) else {
            continue;
        };
        if let Some(opened) = opened(tender) {
            signs
                .entry(tender.to_owned())
                .or_default()
                .push(sign(flag, opened, lot));
        }
    }
    signs
}

fn sign(flag: &Flag, opened: &Opened, lot: &str) -> Sign {
    let is_lot = |known: &&LotId| known.as_str() == lot;
    let winner = opened
        .winners
        .iter()
        .find(|(known, _)| is_lot(known))
        .map(|(_, winner)| winner);
    let offers = opened
        .offers
        .iter()
        .find(|(known, _)| is_lot(known))
        .map(|(_, offers)| offers);
    let mut evidence = vec![
        Evidence::value(say("标段", "lot"), lot.to_owned()),
        Evidence::value(say("数值", "value"), measure(flag.code, flag.value)),
    ];
    if let Some(offers) = offers {
        let prices = offers
            .iter()
            .map(|offer| (offer.bidder.clone(), offer.price.to_string()));
        evidence.push(Evidence::row(say("开标价", "opened prices"), prices));
    }
    if matches!(flag.code, Code::R003 | Code::R030) {
        evidence.push(Evidence::value(
            say("投标截止", "deadline"),
            opened.closed.to_string(),
        ));
    }
    let strength = if flag.code == Code::R030 {
        Strength::Notable
    } else {
        Strength::Weak
    };
    Sign::new(flag.code, winner.map(AccountId::to_string), strength, evidence)
}
