//! What every page needs beside its own matter: zone, language, theme, who looks, time and head of the log.
//!
//! Invariant: a template gets all of it in one field `l`, so that both languages, `<time>` and amounts are written
//! alike on every page; a cookie that opens no session is the same as none.

use crate::doors::{Addresses, Doors};
use crate::pages::language::Language;
use crate::pages::query::{parsed, written};
use crate::pages::show::{self, Markup};
use crate::pages::{assets, nav};
use axum::extract::{FromRef, FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::Response;
use desk::gate::cookie;
use desk::{Caller, Failure, Problem, Zone};
use facts::time::DAY;
use facts::{Instant, Money, Role};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in `?theme=`, in the cookie and in `data-bs-theme`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.word() == word)
    }
}

/// A link as the navigation shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its text.
    pub text: &'static str,
    /// Whether this page is the one it leads to.
    pub is_current: bool,
}

/// An account whose end is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The last instant at which it may act.
    pub until: Instant,
    /// Whole days left.
    pub days: i64,
    /// Whether it is a matter of days.
    pub is_close: bool,
}

impl Ending {
    /// Days before the end from which on it is told.
    const TOLD: i64 = 60;
    /// Days before the end from which on it is told with emphasis.
    const CLOSE: i64 = 7;

    fn of(until: Instant, now: Instant) -> Option<Self> {
        let days = until.since(now).max(0).div_euclid(DAY);
        (days < Self::TOLD).then_some(Self {
            until,
            days,
            is_close: days < Self::CLOSE,
        })
    }
}

/// The frame of a page; extracted by every handler of one.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The zone.
    pub zone: Zone,
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// Who looks, if signed in.
    pub caller: Option<Caller>,
    /// Whether the platform is a demonstration.
    pub demo: bool,
    /// The platform's time.
    pub now: Instant,
    /// Origin line of the log.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// Root of the log, hexadecimal.
    pub root: String,
    /// Addresses of the zones.
    pub zones: Addresses,
    /// Notices of whoever looks that were not seen.
    pub unseen: u64,
    path: String,
    query: Vec<(String, String)>,
}

impl Layout {
    /// The frame for a request's headers and address.
    pub async fn of(doors: &Doors, headers: &HeaderMap, uri: &Uri) -> Result<Self, Problem> {
        let caller = match cookie::token(headers, doors.gate.zone) {
            None => None,
            Some(token) => match doors.gate.caller(&token).await {
                Ok(caller) => Some(caller),
                Err(Failure::Refused(_)) => None,
                Err(outage @ Failure::Outage(_)) => return Err(outage.into()),
            },
        };
        let now = doors.clock.now();
        let unseen = match &caller {
            Some(caller) => {
                let (account, zone) = (caller.account.as_str(), caller.zone.word());
                doors.notices.unseen(account, zone, now).await?
            }
            None => 0,
        };
        let mut query = parsed(uri.query().unwrap_or_default());
        let language = chosen(&query, headers, "lang", Language::parse)
            .or_else(|| Language::accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
            .unwrap_or(Language::Zh);
        let theme = chosen(&query, headers, "theme", Theme::parse).unwrap_or(Theme::Auto);
        query.retain(|(name, _)| name != "lang" && name != "theme");
        let (size, root) = doors.pen.latest().map_or_else(
            || (0, ledger::hash::empty_root()),
            |latest| (latest.size, latest.root),
        );
        Ok(Self {
            zone: doors.gate.zone,
            language,
            theme,
            caller,
            demo: doors.about.demo,
            now,
            origin: doors.about.origin.clone(),
            size,
            root: hex::encode(root),
            zones: doors.about.zones.clone(),
            unseen,
            path: uri.path().to_owned(),
            query,
        })
    }

    /// Of two sentences the one in the page's language.
    #[must_use]
    pub const fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.language.say(zh, en)
    }

    /// Whether the page is in Chinese.
    #[must_use]
    pub fn is_zh(&self) -> bool {
        self.language == Language::Zh
    }

    /// An instant as `<time>`.
    #[must_use]
    pub fn time(&self, at: &Instant) -> Markup {
        show::time(self.language, *at)
    }

    /// An instant as `<time>` with the time left, counted down.
    #[must_use]
    pub fn countdown(&self, at: &Instant) -> Markup {
        show::countdown(self.language, *at, self.now)
    }

    /// An instant as text, `2026-11-22 16:05:09 +08:00`.
    #[must_use]
    pub fn clock(&self, at: &Instant) -> String {
        format!("{} +08:00", show::clock(*at))
    }

    /// An instant for programs (RFC 3339).
    #[must_use]
    pub fn iso(&self, at: &Instant) -> String {
        show::rfc3339(*at)
    }

    /// An amount.
    #[must_use]
    pub fn money(&self, money: &Money) -> String {
        show::money(self.language, money)
    }

    /// A number of bytes.
    #[must_use]
    pub fn bytes(&self, count: &u64) -> String {
        show::bytes(*count)
    }

    /// The name of a role.
    #[must_use]
    pub const fn role(&self, role: &Role) -> &'static str {
        let (zh, en) = role_names(*role);
        self.language.say(zh, en)
    }

    /// Whether this page has the path.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    /// The name of the zone.
    #[must_use]
    pub const fn zone_name(&self) -> &'static str {
        let (zh, en) = match self.zone {
            Zone::Procurement => ("交易区", "Procurement zone"),
            Zone::Evaluation => ("评标区", "Evaluation zone"),
            Zone::Supervision => ("监督区", "Supervision zone"),
        };
        self.language.say(zh, en)
    }

    /// When the account of whoever looks ends, if that is near.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        Ending::of(self.caller.as_ref()?.until?, self.now)
    }

    /// Whether what is done on the page needs a key: then its script says what the browser lacks for that.
    #[must_use]
    pub fn needs_keys(&self) -> bool {
        self.caller.is_some() || matches!(self.path.as_str(), "/sign-in" | "/enrol" | "/keys")
    }

    /// The address of an embedded file, with its version.
    #[must_use]
    pub fn asset(&self, path: &str) -> String {
        assets::address(path)
    }

    /// The entries of the navigation.
    #[must_use]
    pub fn nav(&self) -> Vec<Link> {
        nav::entries(self.zone, self.caller.as_ref())
            .map(|entry| Link {
                href: entry.href.to_owned(),
                text: self.language.say(entry.zh, entry.en),
                is_current: entry.href == self.path,
            })
            .collect()
    }

    /// The other zones, by their addresses.
    #[must_use]
    pub fn other_zones(&self) -> Vec<Link> {
        let all = [
            (
                Zone::Procurement,
                &self.zones.procurement,
                "交易区",
                "Procurement",
            ),
            (Zone::Evaluation, &self.zones.evaluation, "评标区", "Evaluation"),
            (
                Zone::Supervision,
                &self.zones.supervision,
                "监督区",
                "Supervision",
            ),
        ];
        all.into_iter()
            .filter(|(zone, ..)| *zone != self.zone)
            .map(|(_, href, zh, en)| Link {
                href: format!("{href}/"),
                text: self.language.say(zh, en),
                is_current: false,
            })
            .collect()
    }

    /// This page with another value of one query parameter.
    #[must_use]
    pub fn here(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self
            .query
            .iter()
            .filter(|(known, _)| known != name)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        pairs.push((name, value));
        format!("{}?{}", self.path, written(&pairs))
    }

    /// Where signing in leads back to: this page.
    #[must_use]
    pub fn sign_in(&self) -> String {
        let pairs: Vec<(&str, &str)> = self
            .query
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let next = if pairs.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, written(&pairs))
        };
        format!("/sign-in?{}", written(&[("next", &next)]))
    }

    /// The themes, each with the link that chooses it.
    #[must_use]
    pub fn themes(&self) -> Vec<Link> {
        let names = [
            (Theme::Auto, "跟随系统", "System"),
            (Theme::Light, "浅色", "Light"),
            (Theme::Dark, "深色", "Dark"),
        ];
        names
            .into_iter()
            .map(|(theme, zh, en)| Link {
                href: self.here("theme", theme.word()),
                text: self.language.say(zh, en),
                is_current: theme == self.theme,
            })
            .collect()
    }
}

/// What a role is called, Chinese first.
#[must_use]
pub const fn role_names(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Buyer => ("招标人", "Buyer"),
        Role::Agent => ("招标代理", "Agent"),
        Role::Bidder => ("投标人", "Bidder"),
        Role::Custodian => ("密钥保管人", "Custodian"),
        Role::Expert => ("评标专家", "Expert"),
        Role::Supervisor => ("监督人员", "Supervisor"),
        Role::Registrar => ("注册管理员", "Registrar"),
        Role::Operator => ("平台运行人员", "Operator"),
    }
}

impl<S> FromRequestParts<S> for Layout
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::of(&Doors::from_ref(state), &parts.headers, &parts.uri).await
    }
}

/// A choice from the query, or else from its cookie.
fn chosen<T>(
    query: &[(String, String)],
    headers: &HeaderMap,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let asked = query.iter().find(|(known, _)| known == name);
    asked
        .and_then(|(_, value)| parse(value))
        .or_else(|| parse(cookie::value(headers, name)?))
}

/// A layer that keeps `?lang=` and `?theme=` in cookies for a year, so that choosing needs no script.
pub async fn keep_choices(request: Request, next: Next) -> Response {
    let query = parsed(request.uri().query().unwrap_or_default());
    let mut response = next.run(request).await;
    for (name, value) in &query {
        let is_choice = match name.as_str() {
            "lang" => Language::parse(value).is_some(),
            "theme" => Theme::parse(value).is_some(),
            _ => false,
        };
        let text = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
        if is_choice && let Ok(cookie) = HeaderValue::from_str(&text) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_sixty_days_before_and_with_emphasis_in_the_last_week() {
        let until = Instant(100 * DAY);
        let told = |at: i64| Ending::of(until, Instant(at)).map(|ending| (ending.days, ending.is_close));
        assert_eq!(told(40 * DAY), None);
        assert_eq!(told(40 * DAY + 1), Some((59, false)));
        assert_eq!(told(93 * DAY), Some((7, false)));
        assert_eq!(told(93 * DAY + 1), Some((6, true)));
        assert_eq!(told(100 * DAY), Some((0, true)));
    }
}
