//! What letters say, in the language in which they were asked for.
//!
//! Invariant: every letter names the platform's address, what it was asked for with, and how to end it.

use super::Letter;
use crate::pages::Language;
use crate::pages::public::words;
use crate::pages::show;
use desk::Outage;
use facts::{Instant, Kind, TenderId};
use lettre::Address;
use std::fmt::Write as _;
use store::Subscription;

/// Something that became public.
#[derive(Debug, Clone)]
pub struct News {
    /// The tender.
    pub tender: TenderId,
    /// Its title.
    pub title: String,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub at: Instant,
    /// Position in the log.
    pub seq: u64,
}

/// The most news that one letter lists.
pub const LINES: usize = 100;

fn language(kept: &Subscription) -> Language {
    Language::parse(&kept.language).unwrap_or(Language::Zh)
}

fn to(kept: &Subscription) -> Result<Address, Outage> {
    (kept.address.parse())
        .map_err(|e: lettre::address::AddressError| Outage::new("reading a mail address", e))
}

fn page(base: &str, kept: &Subscription) -> String {
    format!("{base}/subscriptions/{}", kept.token)
}

fn search(base: &str, kept: &Subscription) -> String {
    let mark = if kept.query.is_empty() { "" } else { "?" };
    format!("{base}/{mark}{}", kept.query)
}

/// The question whether the owner of the address wants to be told.
pub fn question(base: &str, kept: &Subscription) -> Result<Letter, Outage> {
    let l = language(kept);
    let (page, search) = (page(base, kept), search(base, kept));
    let text = match l {
        Language::Zh => format!(
            "有人用此邮箱在公共资源交易平台订阅以下条件的招标信息:\n{search}\n\n\
             如果是您本人,请打开以下页面并点击“确认订阅”:\n{page}\n\n\
             如果不是您,请忽略本邮件:两天后该登记自动删除,不会再有邮件发来。\n"
        ),
        Language::En => format!(
            "Somebody asked this platform to tell this address what becomes public of the tenders of this search:\n\
             {search}\n\nIf it was you, open this page and confirm:\n{page}\n\n\
             If it was not, do nothing: the request is deleted after two days, and no more letters come.\n"
        ),
    };
    let subject = l.say("请确认招标信息订阅", "Confirm your subscription to tenders");
    Ok(Letter {
        to: to(kept)?,
        subject: subject.to_owned(),
        text,
        id: format!("ask.{}", id(kept)),
        end: None,
    })
}

/// What became public. `news` is not empty, in the order of the log; `left_out`: how many more there are.
pub fn news(base: &str, kept: &Subscription, news: &[News], left_out: usize) -> Result<Letter, Outage> {
    let l = language(kept);
    let mut text = String::new();
    let mut tender: Option<&TenderId> = None;
    for one in news {
        if tender != Some(&one.tender) {
            tender = Some(&one.tender);
            // Writing to a String cannot fail.
            let _infallible = write!(
                text,
                "\n{} {}\n{base}/tenders/{}\n",
                one.tender, one.title, one.tender
            );
        }
        let (zh, en) = words::kind(one.kind);
        let _infallible = writeln!(text, "  {}  {}", show::clock(one.at), l.say(zh, en));
    }
    if left_out > 0 {
        let more = match l {
            Language::Zh => format!("\n另有 {left_out} 条,见:"),
            Language::En => format!("\n{left_out} more, see:"),
        };
        text.push_str(&more);
    }
    let (page, search) = (page(base, kept), search(base, kept));
    let foot = l.say("本次订阅的条件", "You asked for");
    let end = l.say("退订", "To end this");
    let _infallible = write!(text, "\n--\n{foot}: {search}\n{end}: {page}\n");
    let subject = match l {
        Language::Zh => format!("招标信息更新 {} 条", news.len().saturating_add(left_out)),
        Language::En => format!("Tenders: {} news", news.len().saturating_add(left_out)),
    };
    let last = news.last().map_or(0, |one| one.seq);
    Ok(Letter {
        to: to(kept)?,
        subject,
        text: text.trim_start().to_owned(),
        id: format!("news.{}.{last}", id(kept)),
        end: Some(page),
    })
}

/// Part of the token that may stand in a Message-ID, which others than the receiver see: it opens nothing.
fn id(kept: &Subscription) -> String {
    let mut id = hex::encode(ledger::hash::sha256(kept.token.as_bytes()));
    id.truncate(16);
    id
}
