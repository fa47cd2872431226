//! Subscriptions: the feed of any search, and letters about it.
//!
//! Invariant: the answer to a question for letters is the same whether the address was known or not.

use crate::clock::MachineClock;
use crate::doors::Doors;
use crate::mail::letters;
use crate::mail::round::Postman;
use crate::pages::layout::Layout;
use crate::pages::public::notices::Form;
use crate::pages::public::search::Typed;
use crate::pages::query::parsed;
use crate::pages::shown;
use crate::zones::problem::not_found;
use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use desk::{Clock as _, Problem};
use facts::time::MINUTE;
use std::collections::BTreeSet;
use store::Subscription;

/// Subscriptions of one address at most.
const OF_ADDRESS: usize = 20;
/// Unconfirmed subscriptions at most, of all addresses.
const WAITING: u64 = 10_000;
/// Between two questions to one address, in milliseconds.
const PAUSE: i64 = 10 * MINUTE;
/// The longest mail address (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/subscribe", get(subscribe).post(ask))
        .route("/subscriptions/{token}", get(subscription).post(decide))
}

/// What became of the form for letters.
#[derive(Debug, Clone, Default)]
struct Asked {
    /// The address as it was typed.
    address: String,
    /// What is wrong with it: Chinese, English.
    mistake: Option<(&'static str, &'static str)>,
    /// Whether a question went out, as far as the asker is told.
    is_sent: bool,
}

#[derive(Template)]
#[template(path = "public/subscribe.html")]
struct Subscribe {
    l: Layout,
    form: Form,
    feed: String,
    fields: Vec<(String, String)>,
    has_mail: bool,
    asked: Asked,
}

async fn page(doors: &Doors, l: Layout, typed: Typed, asked: Asked) -> Result<Response, Problem> {
    let posted = doors.board.look(doors).await?;
    let trades = posted
        .newest
        .iter()
        .filter_map(|notice| notice.told.notice.as_ref());
    let trades: BTreeSet<String> = trades.map(|fact| fact.body.trade.clone()).collect();
    let query = typed.query(None);
    let mark = if query.is_empty() { "" } else { "?" };
    let feed = format!("{}/feed.atom{mark}{query}", l.zones.procurement);
    let mistakes = typed.read().err().unwrap_or_default();
    let form = Form {
        typed,
        mistakes,
        trades,
    };
    shown(&Subscribe {
        l,
        form,
        feed,
        fields: parsed(&query),
        has_mail: doors.postman.is_some(),
        asked,
    })
}

async fn subscribe(
    State(doors): State<Doors>,
    l: Layout,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let typed = Typed::of(query.as_deref().unwrap_or_default());
    page(&doors, l, typed, Asked::default()).await
}

const NOT_AN_ADDRESS: (&str, &str) = (
    "请填写一个邮箱地址,如 name@example.cn。",
    "Write one mail address, such as name@example.org.",
);
const TOO_MANY: (&str, &str) = (
    "现在等待确认的订阅太多,请一小时后再试,或使用上面的订阅地址。",
    "Too many subscriptions wait for their confirmation; try again in an hour, or use the feed above.",
);
const NO_MAIL_NOW: (&str, &str) = (
    "邮件服务器目前没有接收这封邮件。请核对邮箱地址,或稍后再试。",
    "The mail server did not take the letter. Check the address, or try again later.",
);

async fn ask(State(doors): State<Doors>, l: Layout, body: String) -> Result<Response, Problem> {
    let Some(postman) = &doors.postman else {
        return Err(not_found(
            "mail.absent",
            "This platform sends no mail; use the feed.",
            "本平台不发送邮件,请使用订阅地址。",
        ));
    };
    let typed = Typed::of(&body);
    let address = (parsed(&body).into_iter()).find_map(|(name, value)| (name == "address").then_some(value));
    let address = address.unwrap_or_default().trim().to_owned();
    let mistake = match read_address(&address) {
        _ if typed.read().is_err() => None,
        None => Some(NOT_AN_ADDRESS),
        Some(read) => question(&doors, postman, &l, &typed, read).await?,
    };
    let asked = Asked {
        is_sent: mistake.is_none() && typed.read().is_ok(),
        address,
        mistake,
    };
    let refused = !asked.is_sent;
    let mut answer = page(&doors, l, typed, asked).await?;
    if refused {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

/// An address as it is kept: its domain in small letters.
pub(crate) fn read_address(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let read: lettre::Address = text.parse().ok()?;
    let domain = read.domain().to_lowercase();
    domain.contains('.').then(|| format!("{}@{domain}", read.user()))
}

/// Asks the owner of the address, unless it was asked a moment ago or said yes already.
async fn question(
    doors: &Doors,
    postman: &Postman,
    l: &Layout,
    typed: &Typed,
    address: String,
) -> Result<Option<(&'static str, &'static str)>, Problem> {
    let now = MachineClock.now();
    let query = typed.query(None);
    let known = postman.kept.of_address(&address).await?;
    let is_answered = known.iter().any(|one| one.is_wanted && one.query == query);
    let is_pestered = known
        .iter()
        .any(|one| !one.is_wanted && one.asked.plus(PAUSE) > now);
    if is_answered || is_pestered || known.len() >= OF_ADDRESS {
        return Ok(None);
    }
    if postman.kept.waiting().await? >= WAITING {
        return Ok(Some(TOO_MANY));
    }
    let asked = Subscription {
        token: hex::encode(doors.entropy.seed()),
        address,
        query,
        language: l.language.word().to_owned(),
        asked: now,
        is_wanted: false,
        told: l.size,
    };
    if postman.kept.ask(&asked).await? {
        let letter = letters::question(&l.zones.procurement, &asked)?;
        if let Err(outage) = postman.mail.send(letter).await {
            tracing::warn!(%outage, "asking whether a subscription is wanted");
            postman.kept.end(&asked.token).await?;
            return Ok(Some(NO_MAIL_NOW));
        }
    }
    Ok(None)
}

#[derive(Template)]
#[template(path = "public/subscription.html")]
struct Shown {
    l: Layout,
    kept: Subscription,
    search: String,
    has_ended: bool,
}

fn unknown() -> Problem {
    not_found(
        "subscription.unknown",
        "There is no such subscription: it ended, or was not confirmed within two days.",
        "没有这个订阅:已退订,或两天内未确认。",
    )
}

fn of(l: Layout, kept: Subscription, has_ended: bool) -> Result<Response, Problem> {
    let mark = if kept.query.is_empty() { "" } else { "?" };
    let search = format!("/{mark}{}", kept.query);
    shown(&Shown {
        l,
        kept,
        search,
        has_ended,
    })
}

async fn subscription(
    State(doors): State<Doors>,
    l: Layout,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let postman = doors.postman.as_ref().ok_or_else(unknown)?;
    let kept = postman.kept.find(&token).await?.ok_or_else(unknown)?;
    of(l, kept, false)
}

async fn decide(
    State(doors): State<Doors>,
    l: Layout,
    Path(token): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    let postman = doors.postman.as_ref().ok_or_else(unknown)?;
    let mut kept = postman.kept.find(&token).await?.ok_or_else(unknown)?;
    let fields = parsed(&body);
    let says = |name: &str, value: &str| fields.iter().any(|(n, v)| n == name && v == value);
    if says("do", "confirm") {
        postman.kept.want(&token, l.size).await?;
        kept.is_wanted = true;
        return of(l, kept, false);
    }
    // The second is what a mail program sends (RFC 8058).
    if says("do", "end") || says("List-Unsubscribe", "One-Click") {
        postman.kept.end(&token).await?;
        return of(l, kept, true);
    }
    Ok((StatusCode::BAD_REQUEST, of(l, kept, false)?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly() {
        assert_eq!(
            read_address("Anna@Example.ORG").as_deref(),
            Some("Anna@example.org")
        );
        let long = format!("{}@example.org", "a".repeat(300));
        for wrong in [
            "",
            "anna",
            "anna@",
            "@example.org",
            "anna@localhost",
            "a@b.c\r\nBcc: d@e.f",
            "a b@c.d",
            &long,
        ] {
            assert_eq!(read_address(wrong), None, "{wrong}");
        }
    }
}
