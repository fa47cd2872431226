//! What leaves the platform of notices: letters, and bodies of webhooks.
//!
//! Invariant: of a discreet notice a message says only that there is one and where to sign in; neither tender nor matter
//! nor a link that names one stands in it, nor the time of the fact, which the public log would answer with the tender.

use crate::mail::Letter;
use crate::pages::Language;
use crate::pages::show;
use desk::Outage;
use facts::Instant;
use lettre::Address;
use notify::What;
use serde_json::{Value, json};
use std::fmt::Write as _;
use store::{Delivery, Receiver};

/// Messages that one letter tells of.
pub const LINES: u32 = 100;

fn language(receiver: &Receiver) -> Language {
    Language::parse(&receiver.language).unwrap_or(Language::Zh)
}

fn to(receiver: &Receiver) -> Result<Address, Outage> {
    (receiver.target.parse())
        .map_err(|e: lettre::address::AddressError| Outage::new("reading a mail address", e))
}

fn page(base: &str, receiver: &Receiver) -> String {
    format!("{base}/notices/mail/{}", receiver.id)
}

/// Part of a receiver's id that may be seen by others than the receiver: it opens nothing.
#[must_use]
pub fn name(receiver: &Receiver) -> String {
    let mut name = hex::encode(ledger::hash::sha256(receiver.id.as_bytes()));
    name.truncate(16);
    name
}

/// The question whether the owner of the address wants to be told.
pub fn question(base: &str, receiver: &Receiver) -> Result<Letter, Outage> {
    let l = language(receiver);
    let page = page(base, receiver);
    let text = match l {
        Language::Zh => format!(
            "有人登记此邮箱接收公共资源交易平台的个人通知。\n\n\
             如果是您本人,请打开以下页面并点击“确认”:\n{page}\n\n\
             如果不是您,请忽略本邮件:两天后该登记自动删除,不会再有邮件发来。\n"
        ),
        Language::En => format!(
            "Somebody with an account of this platform asked to be told personal notices at this address.\n\n\
             If it was you, open this page and confirm:\n{page}\n\n\
             If it was not, do nothing: the request is deleted after two days, and no more letters come.\n"
        ),
    };
    Ok(Letter {
        to: to(receiver)?,
        subject: l
            .say("请确认通知邮箱", "Confirm your address for notices")
            .to_owned(),
        text,
        id: format!("ask.{}", name(receiver)),
        end: None,
    })
}

/// A letter about messages; `open` is not empty, in their order.
pub fn letter(base: &str, receiver: &Receiver, open: &[Delivery]) -> Result<Letter, Outage> {
    let l = language(receiver);
    let mut text = String::new();
    let discreet = open.iter().filter(|one| one.notice.discreet).count();
    for one in open.iter().filter(|one| !one.notice.discreet) {
        let Some(what) = What::parse(&one.notice.what) else {
            continue;
        };
        let (zh, en) = what.sentence();
        let tender = &one.notice.tender;
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            text,
            "{}  {tender}  {}",
            show::clock(one.notice.at),
            l.say(zh, en)
        );
        if let Some(until) = one.notice.until {
            let _infallible = writeln!(text, "    {} {}", l.say("期限", "until"), show::clock(until));
        }
    }
    if discreet > 0 {
        let sentence = match l {
            Language::Zh => format!("您有 {discreet} 条新通知,内容只在登录后显示。\n"),
            Language::En => format!(
                "{discreet} new notice(s) wait for you; what they say is shown to you alone, signed in.\n"
            ),
        };
        text.push_str(&sentence);
    }
    let (inbox, page) = (format!("{base}/notices"), page(base, receiver));
    let (here, end) = (
        l.say("查看", "Read them"),
        l.say("不再接收邮件", "To end these letters"),
    );
    let _infallible = write!(text, "\n{here}: {inbox}\n--\n{end}: {page}\n");
    let number = |one: Option<&Delivery>| one.map_or(0, |one| one.number);
    Ok(Letter {
        to: to(receiver)?,
        subject: l.say("公共资源交易平台:新通知", "Notices for you").to_owned(),
        text,
        id: format!(
            "notices.{}.{}-{}",
            name(receiver),
            number(open.first()),
            number(open.last())
        ),
        end: Some(page),
    })
}

/// Id of a message: the same whenever it is sent again.
#[must_use]
pub fn id(receiver: &Receiver, one: &Delivery) -> String {
    format!("msg_{}_{}", name(receiver), one.number)
}

/// The body of a webhook, which is sent the first time at `begun`: the time that a discreet one gives.
#[must_use]
pub fn body(base: &str, one: &Delivery, begun: Instant) -> String {
    let notice = &one.notice;
    let page = format!("{base}/notices");
    let what = What::parse(&notice.what).filter(|_| !notice.discreet);
    let (kind, mut data) = match what {
        Some(what) => {
            let (zh, en) = what.sentence();
            (
                what.word(),
                json!({ "audience": notice.audience, "detail": en, "zh": zh }),
            )
        }
        None => ("notice", json!({})),
    };
    if let Some(data) = data.as_object_mut() {
        data.insert("number".to_owned(), one.number.into());
        data.insert("page".to_owned(), page.into());
        data.insert("zone".to_owned(), notice.zone.clone().into());
        if what.is_some() {
            data.insert("seq".to_owned(), notice.seq.into());
            if !notice.tender.is_empty() {
                data.insert("tender".to_owned(), notice.tender.clone().into());
            }
            if let Some(until) = notice.until {
                data.insert("until".to_owned(), until.0.into());
            }
        }
    }
    let at = if what.is_some() { notice.at } else { begun };
    let whole: Value = json!({ "data": data, "timestamp": show::rfc3339(at), "type": kind });
    whole.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Kept;

    const BEGUN: Instant = Instant(1_795_000_900_000);

    fn receiver(language: &str) -> Receiver {
        Receiver {
            id: "ab".repeat(32),
            account: "anna".to_owned(),
            zone: "procurement".to_owned(),
            channel: "mail".to_owned(),
            target: "anna@example.org".to_owned(),
            secret: String::new(),
            language: language.to_owned(),
            asked: Instant(0),
            is_wanted: true,
            declined: String::new(),
            last: 2,
            failures: 0,
            next: Instant(0),
        }
    }

    fn delivery(what: What, discreet: bool) -> Delivery {
        Delivery {
            receiver: "ab".repeat(32),
            number: 7,
            notice: Kept {
                account: "anna".to_owned(),
                zone: "procurement".to_owned(),
                seq: 4711,
                what: what.word().to_owned(),
                at: Instant(1_795_000_000_000),
                tender: "TENDER-9".to_owned(),
                audience: "bidder".to_owned(),
                until: Some(Instant(1_796_000_000_000)),
                discreet,
                seen: false,
            },
            attempts: 0,
            tried: None,
            answer: String::new(),
            is_done: false,
        }
    }

    #[test]
    fn of_a_discreet_notice_nothing_but_its_being_leaves_the_platform() {
        for what in What::ALL {
            let one = delivery(*what, true);
            let (zh, en) = what.sentence();
            for language in ["zh", "en"] {
                let letter = letter(
                    "https://x.example",
                    &receiver(language),
                    std::slice::from_ref(&one),
                )
                .unwrap();
                let body = body("https://x.example", &one, BEGUN);
                for said in [&letter.text, &letter.subject, &letter.id, &body] {
                    for secret in ["TENDER-9", "anna", "4711", "bidder", what.word(), zh, en] {
                        assert!(!said.contains(secret), "{what:?}: {said}");
                    }
                }
                assert!(
                    letter.text.contains("https://x.example/notices\n"),
                    "{}",
                    letter.text
                );
            }
        }
    }

    #[test]
    fn no_time_of_a_fact_leaves_the_platform_in_a_discreet_message() {
        let one = delivery(What::AddendumPublished, true);
        let mut other = one.clone();
        other.notice.at = Instant(1_795_000_123_000);
        other.notice.until = None;
        let said = |one: &Delivery| {
            let letter = letter("https://x.example", &receiver("en"), std::slice::from_ref(one)).unwrap();
            (
                body("https://x.example", one, BEGUN),
                letter.text,
                letter.subject,
                letter.id,
            )
        };
        assert_eq!(
            said(&one),
            said(&other),
            "facts of other times make the same message"
        );
        let told: Value = serde_json::from_str(&said(&one).0).unwrap();
        assert_eq!(told["timestamp"].as_str(), Some(show::rfc3339(BEGUN).as_str()));
        assert_eq!(
            serde_json::from_str::<Value>(&body(
                "https://x.example",
                &delivery(What::ShareDue, false),
                BEGUN
            ))
            .unwrap()["timestamp"]
                .as_str(),
            Some(show::rfc3339(one.notice.at).as_str()),
            "what is public keeps the time of its fact"
        );
    }

    #[test]
    fn what_is_public_is_said_and_a_message_has_one_id() {
        let one = delivery(What::ShareDue, false);
        let letter = letter("https://x.example", &receiver("en"), std::slice::from_ref(&one)).unwrap();
        assert!(
            letter.text.contains("TENDER-9  The list is settled"),
            "{}",
            letter.text
        );
        let told: Value = serde_json::from_str(&body("https://x.example", &one, BEGUN)).unwrap();
        assert_eq!(
            (told["type"].as_str(), told["data"]["tender"].as_str()),
            (Some("share.due"), Some("TENDER-9"))
        );
        assert_eq!(id(&receiver("zh"), &one), id(&receiver("en"), &one));
        assert!(id(&receiver("zh"), &one).ends_with("_7") && !id(&receiver("zh"), &one).contains("abab"));
    }
}
