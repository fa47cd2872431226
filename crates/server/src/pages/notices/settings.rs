//! 通知设置: where and of what somebody wants to be told beside the pages, and what became of each message.
//!
//! Invariant: a mail address is told nothing before its owner confirmed it; the secret of a webhook is shown once; a
//! person reads and changes the own receivers of this zone and nobody else's.

use crate::clock::MachineClock;
use crate::doors::Doors;
use crate::notices::{messages, webhook};
use crate::pages::public::subscribe::read_address;
use crate::pages::query::parsed;
use crate::pages::{Layout, Signed, shown};
use crate::zones::problem::not_found;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use desk::{Caller, Clock as _, Problem, Zone};
use facts::Role;
use facts::time::MINUTE;
use notify::What;
use store::{Delivery, Receiver, WITHDRAWN};

/// Between two questions to an address of one account, in milliseconds.
const PAUSE: i64 = 10 * MINUTE;
/// Messages on the page, of each receiver.
const SHOWN: u32 = 30;

/// The pages, of every zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/notices/settings", get(settings).post(change))
        .route("/notices/mail/{id}", get(mail).post(decide))
}

type Fault = (&'static str, &'static str);

const NOT_AN_ADDRESS: Fault = (
    "请填写一个邮箱地址,如 name@example.cn。",
    "Write one mail address, such as name@example.org.",
);
const WAIT: Fault = (
    "已向该邮箱发出确认邮件;十分钟后才能更换邮箱或重发。",
    "A letter with the question was sent; another address, or another letter, is possible after ten minutes.",
);
const NO_MAIL_NOW: Fault = (
    "邮件服务器目前没有接收这封邮件。请核对邮箱地址,或稍后再试。",
    "The mail server did not take the letter. Check the address, or try again later.",
);
const ONE: Fault = ("已有一个,请先停用。", "There is one already; end it first.");

/// A receiver with what became of its messages.
struct Shown {
    receiver: Receiver,
    sent: Vec<Delivery>,
}

impl Shown {
    fn wants(&self, word: &str) -> bool {
        !self.receiver.declined.split(' ').any(|declined| declined == word)
    }

    fn is_mail(&self) -> bool {
        self.receiver.channel == "mail"
    }

    /// The id under which a message reached its receiver.
    fn id(&self, one: &Delivery) -> String {
        messages::id(&self.receiver, one)
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn is_withdrawn(&self, one: &Delivery) -> bool {
        one.answer == WITHDRAWN
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn of(&self, one: &Delivery) -> Fault {
        What::parse(&one.notice.what).map_or(("其他", "other"), What::sentence)
    }
}

/// What was typed and what is wrong with it.
#[derive(Default)]
struct Typed {
    address: String,
    address_fault: Option<Fault>,
    url: String,
    url_fault: Option<Fault>,
}

#[derive(Template)]
#[template(path = "notices/settings.html")]
struct Settings {
    l: Layout,
    receivers: Vec<Shown>,
    offered: Vec<What>,
    typed: Typed,
    has_mail: bool,
    has_webhooks: bool,
    /// The secret of a webhook that was just made.
    secret: Option<String>,
}

impl Settings {
    fn lacks(&self, channel: &str) -> bool {
        self.receivers.iter().all(|one| one.receiver.channel != channel)
    }
}

/// As what somebody may be told something in a zone.
fn audiences(caller: &Caller, zone: Zone) -> Vec<&'static str> {
    let here = |role: &Role| match (zone, role) {
        (Zone::Procurement, Role::Buyer | Role::Agent) => Some("owner"),
        (Zone::Procurement, Role::Bidder) => Some("bidder"),
        (Zone::Procurement, Role::Custodian) => Some("custodian"),
        (Zone::Procurement, Role::Operator) => Some("operator"),
        (Zone::Evaluation, Role::Custodian) => Some("drawer"),
        (Zone::Evaluation, Role::Expert) => Some("expert"),
        (Zone::Supervision, Role::Supervisor) => Some("supervisor"),
        _ => None,
    };
    caller.roles.iter().filter_map(here).chain(["holder"]).collect()
}

fn offered(caller: &Caller, zone: Zone) -> Vec<What> {
    let audiences = audiences(caller, zone);
    let is_offered = |what: &What| what.audiences().iter().any(|word| audiences.contains(word));
    What::ALL.iter().copied().filter(is_offered).collect()
}

async fn page(
    doors: &Doors,
    signed: Signed,
    typed: Typed,
    secret: Option<String>,
) -> Result<Response, Problem> {
    let zone = doors.gate.zone;
    let mut receivers = Vec::new();
    for receiver in doors
        .receivers
        .of(signed.caller.account.as_str(), zone.word())
        .await?
    {
        let sent = doors.receivers.newest(&receiver.id, SHOWN).await?;
        receivers.push(Shown { receiver, sent });
    }
    let has_fault = typed.address_fault.is_some() || typed.url_fault.is_some();
    let mut answer = shown(&Settings {
        offered: offered(&signed.caller, zone),
        has_mail: doors.postman.is_some(),
        has_webhooks: doors.webhooks.is_some(),
        l: signed.l,
        receivers,
        typed,
        secret,
    })?;
    if has_fault {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

async fn settings(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    page(&doors, signed, Typed::default(), None).await
}

async fn change(State(doors): State<Doors>, signed: Signed, body: String) -> Result<Response, Problem> {
    let fields = parsed(&body);
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let (account, zone) = (signed.caller.account.as_str(), doors.gate.zone.word());
    let own = doors.receivers.of(account, zone).await?;
    match field("do") {
        "mail" => {
            let address = field("address").trim().to_owned();
            let address_fault = add_mail(&doors, &signed, &own, &address).await?;
            let typed = Typed {
                address,
                address_fault,
                ..Typed::default()
            };
            return page(&doors, signed, typed, None).await;
        }
        "webhook" => {
            let url = field("url").trim().to_owned();
            let (secret, url_fault) = match add_webhook(&doors, &signed, &url).await? {
                Ok(secret) => (Some(secret), None),
                Err(fault) => (None, Some(fault)),
            };
            let typed = Typed {
                url,
                url_fault,
                ..Typed::default()
            };
            return page(&doors, signed, typed, secret).await;
        }
        _ => {}
    }
    let Some(receiver) = own.into_iter().find(|one| one.id == field("receiver")) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    match field("do") {
        "choose" => {
            let wanted = |what: &What| {
                fields
                    .iter()
                    .any(|(name, value)| name == "want" && value == what.word())
            };
            let offered = offered(&signed.caller, doors.gate.zone);
            // What is not on this page keeps its choice.
            let kept = receiver
                .declined
                .split(' ')
                .filter(|word| !word.is_empty() && !offered.iter().any(|what| what.word() == *word));
            let declined = offered
                .iter()
                .filter(|what| !wanted(what))
                .map(|what| what.word());
            let declined = kept.chain(declined).collect::<Vec<_>>().join(" ");
            let language = signed.l.language.word();
            doors.receivers.decline(&receiver.id, &declined, language).await?;
        }
        "retry" => doors.receivers.retry(&receiver.id).await?,
        // An address that did not confirm is left to its owner, lest it be asked again and again.
        "end" if receiver.is_wanted => doors.receivers.end(&receiver.id).await?,
        _ => return Ok(StatusCode::BAD_REQUEST.into_response()),
    }
    Ok(Redirect::to("/notices/settings").into_response())
}

fn receiver(doors: &Doors, signed: &Signed, channel: &str, target: String) -> Receiver {
    Receiver {
        id: hex::encode(doors.entropy.seed()),
        account: signed.caller.account.to_string(),
        zone: doors.gate.zone.word().to_owned(),
        channel: channel.to_owned(),
        target,
        secret: String::new(),
        language: signed.l.language.word().to_owned(),
        asked: MachineClock.now(),
        is_wanted: false,
        declined: String::new(),
        last: 0,
        failures: 0,
        next: facts::Instant(0),
    }
}

async fn add_mail(
    doors: &Doors,
    signed: &Signed,
    own: &[Receiver],
    typed: &str,
) -> Result<Option<Fault>, Problem> {
    let Some(postman) = &doors.postman else {
        return Ok(Some(NO_MAIL_NOW));
    };
    let Some(address) = read_address(typed) else {
        return Ok(Some(NOT_AN_ADDRESS));
    };
    let asked = receiver(doors, signed, "mail", address);
    if let Some(known) = own.iter().find(|one| one.channel == "mail") {
        if known.is_wanted {
            return Ok(Some(ONE));
        }
        if known.asked.plus(PAUSE) > asked.asked {
            return Ok(Some(WAIT));
        }
        doors.receivers.end(&known.id).await?;
    }
    if !doors.receivers.add(&asked).await? {
        return Ok(Some(WAIT));
    }
    let letter = messages::question(base(doors), &asked)?;
    if let Err(outage) = postman.mail.send(letter).await {
        tracing::warn!(%outage, "asking whether notices are wanted");
        doors.receivers.end(&asked.id).await?;
        return Ok(Some(NO_MAIL_NOW));
    }
    Ok(None)
}

async fn add_webhook(doors: &Doors, signed: &Signed, typed: &str) -> Result<Result<String, Fault>, Problem> {
    let Some(webhooks) = &doors.webhooks else {
        return Err(not_found(
            "webhooks.absent",
            "The operator of this platform does not send webhooks.",
            "本平台未启用网络回调。",
        ));
    };
    let url = match webhooks.address(typed) {
        Ok(url) => url,
        Err(fault) => return Ok(Err(fault)),
    };
    let secret = webhook::secret(&doors.entropy.seed());
    let made = Receiver {
        secret: secret.clone(),
        is_wanted: true,
        ..receiver(doors, signed, "webhook", url)
    };
    let is_added = doors.receivers.add(&made).await?;
    Ok(if is_added { Ok(secret) } else { Err(ONE) })
}

/// The address of this zone.
fn base(doors: &Doors) -> &str {
    let zones = &doors.about.zones;
    match doors.gate.zone {
        Zone::Procurement => &zones.procurement,
        Zone::Evaluation => &zones.evaluation,
        Zone::Supervision => &zones.supervision,
    }
}

#[derive(Template)]
#[template(path = "notices/mail.html")]
struct MailPage {
    l: Layout,
    receiver: Receiver,
    has_ended: bool,
}

/// The mail receiver of this zone that a token opens: whoever has it owns the address.
async fn opened(doors: &Doors, id: &str) -> Result<Receiver, Problem> {
    let found = doors.receivers.find(id).await?;
    let here = |one: &Receiver| one.channel == "mail" && one.zone == doors.gate.zone.word();
    found.filter(here).ok_or_else(|| {
        not_found(
            "receiver.unknown",
            "Nobody is told notices by this link: it ended, or was not confirmed within two days.",
            "该链接没有对应的通知邮箱:已停用,或两天内未确认。",
        )
    })
}

async fn mail(State(doors): State<Doors>, l: Layout, Path(id): Path<String>) -> Result<Response, Problem> {
    let receiver = opened(&doors, &id).await?;
    shown(&MailPage {
        l,
        receiver,
        has_ended: false,
    })
}

async fn decide(
    State(doors): State<Doors>,
    l: Layout,
    Path(id): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    let mut receiver = opened(&doors, &id).await?;
    let fields = parsed(&body);
    let says = |name: &str, value: &str| fields.iter().any(|(n, v)| n == name && v == value);
    let has_ended = if says("do", "confirm") {
        doors.receivers.want(&id).await?;
        receiver.is_wanted = true;
        false
    // The second is what a mail program sends (RFC 8058).
    } else if says("do", "end") || says("List-Unsubscribe", "One-Click") {
        doors.receivers.end(&id).await?;
        true
    } else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    shown(&MailPage {
        l,
        receiver,
        has_ended,
    })
}
