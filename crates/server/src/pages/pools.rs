//! Pools of experts (专家库) for their registrars: the pools, the experts of one, one entry with what can be done to it.
//!
//! Invariant: only a registrar sees any of it, for everything in a pool is personal and confidential; what changes a
//! pool is an act that the registrar's browser signs.

use crate::doors::Doors;
use crate::pages::query::{parsed, written};
use crate::pages::{Layout, Signed, show, shown};
use crate::zones::problem::not_found;
use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use desk::{Outage, Problem};
use evaluate::pool::{Entry, State as Pool};
use facts::id::PoolId;
use facts::{AccountId, Instant, Role, Stream};
use std::sync::Arc;

/// Experts on one page.
const PAGE: usize = 100;
/// Most characters of a field of the search.
const LONGEST: usize = 200;

/// The pages; in the evaluation zone, as the pool's API is.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/pools", get(pools))
        .route("/pools/{pool}", get(pool))
        .route("/pools/{pool}/experts/{account}", get(expert))
}

/// A pool in the list.
struct Kept {
    pool: PoolId,
    experts: usize,
    suspended: usize,
}

#[derive(Template)]
#[template(path = "pools/pools.html")]
struct PoolsPage {
    l: Layout,
    pools: Vec<Kept>,
    /// What was typed as a name, if it is none.
    mistake: Option<String>,
}

/// A suspension as it stands.
struct Suspension {
    from: Instant,
    until: Option<Instant>,
    reason: String,
    /// Whether it holds now.
    now: bool,
    /// Whether it is over.
    past: bool,
}

/// A title or certificate.
struct Credential {
    title: String,
    until: Option<String>,
    expired: bool,
}

/// An expert as the pool says.
struct Expert {
    account: AccountId,
    employer: String,
    specialities: String,
    regions: String,
    senior: bool,
    since: String,
    credentials: Vec<Credential>,
    past: Vec<(String, String)>,
    kin: Vec<String>,
    suspension: Option<Suspension>,
}

impl Expert {
    fn of(account: &AccountId, entry: &Entry, now: Instant) -> Self {
        let listed = &entry.listed;
        let credential = |credential: &facts::body::pool::Credential| Credential {
            title: credential.title.clone(),
            until: credential.until.map(show::day),
            expired: credential.until.is_some_and(|until| until < now),
        };
        Self {
            account: account.clone(),
            employer: listed.employer.clone(),
            specialities: listed.specialities.join(", "),
            regions: listed.regions.join(", "),
            senior: listed.senior,
            since: show::day(listed.since),
            credentials: listed.credentials.iter().map(credential).collect(),
            past: (listed.past.iter())
                .map(|past| (past.employer.clone(), show::day(past.until)))
                .collect(),
            kin: listed.kin.clone(),
            suspension: entry.suspended.as_ref().map(|body| Suspension {
                from: body.from,
                until: body.until,
                reason: body.reason.clone(),
                now: entry.is_suspended(now),
                past: body.until.is_some_and(|until| until <= now),
            }),
        }
    }

    /// One line for each title, as the form takes them.
    fn titles(&self) -> String {
        let line = |one: &Credential| match &one.until {
            Some(until) => format!("{} | {until}", one.title),
            None => one.title.clone(),
        };
        self.credentials.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// One line for each name.
    fn relatives(&self) -> String {
        self.kin.join("\n")
    }

    /// One line for each earlier employment.
    fn employments(&self) -> String {
        let line = |(employer, until): &(String, String)| format!("{employer} | {until}");
        self.past.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// What is searched for in a pool; empty fields ask for nothing.
#[derive(Default)]
struct Search {
    text: String,
    speciality: String,
    region: String,
    /// `suspended`, `active` or empty.
    state: String,
    page: usize,
}

impl Search {
    fn of(query: &str) -> Self {
        let mut search = Self::default();
        for (name, value) in parsed(query) {
            let value: String = value.trim().chars().take(LONGEST).collect();
            match name.as_str() {
                "text" => search.text = value,
                "speciality" => search.speciality = value,
                "region" => search.region = value,
                "state" => search.state = value,
                "page" => search.page = value.parse().unwrap_or(1),
                _ => {}
            }
        }
        search.page = search.page.max(1);
        search
    }

    fn finds(&self, account: &AccountId, entry: &Entry, now: Instant) -> bool {
        let listed = &entry.listed;
        let begins = |codes: &[String], asked: &str| {
            asked.is_empty()
                || codes
                    .iter()
                    .any(|code| code.starts_with(asked) || asked.starts_with(code.as_str()))
        };
        let text = self.text.to_lowercase();
        let named = || {
            let mut words = vec![account.as_str(), &listed.employer];
            words.extend(listed.credentials.iter().map(|one| one.title.as_str()));
            words.into_iter().any(|word| word.to_lowercase().contains(&text))
        };
        let stands = match self.state.as_str() {
            "suspended" => entry.is_suspended(now),
            "active" => !entry.is_suspended(now),
            _ => true,
        };
        stands
            && begins(&listed.specialities, &self.speciality)
            && begins(&listed.regions, &self.region)
            && (text.is_empty() || named())
    }

    /// The address of another page of the same search.
    fn at(&self, page: usize) -> String {
        let page = page.to_string();
        let pairs = [
            ("text", self.text.as_str()),
            ("speciality", &self.speciality),
            ("region", &self.region),
            ("state", &self.state),
            ("page", &page),
        ];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("?{}", written(&pairs))
    }
}

#[derive(Template)]
#[template(path = "pools/pool.html")]
struct PoolPage {
    l: Layout,
    account: String,
    pool: PoolId,
    all: usize,
    found: usize,
    search: Search,
    rows: Vec<Expert>,
    before: Option<String>,
    after: Option<String>,
    /// An empty entry: the form takes a new expert in.
    entry: Option<Expert>,
}

#[derive(Template)]
#[template(path = "pools/expert.html")]
struct ExpertPage {
    l: Layout,
    account: String,
    pool: PoolId,
    entry: Option<Expert>,
}

impl ExpertPage {
    fn expert(&self) -> std::slice::Iter<'_, Expert> {
        self.entry.as_slice().iter()
    }
}

async fn state(doors: &Doors, pool: &PoolId) -> Result<Arc<Pool>, Outage> {
    doors.laws.pools.state(&Stream::Pool(pool.clone())).await
}

async fn pools(
    State(doors): State<Doors>,
    signed: Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Registrar)?;
    let l = signed.l;
    let asked = parsed(query.as_deref().unwrap_or_default());
    let named = asked.into_iter().find(|(name, _)| name == "pool");
    let mut mistake = None;
    if let Some((_, name)) = named {
        match PoolId::parse(name.trim()) {
            Ok(pool) => return Ok(Redirect::to(&format!("/pools/{pool}")).into_response()),
            Err(_) => mistake = Some(name.chars().take(LONGEST).collect()),
        }
    }
    let mut pools = Vec::new();
    let mut last: Option<String> = None;
    loop {
        let streams = doors.log.streams("pool/", last.as_deref(), 200).await?;
        let Some(end) = streams.last().map(Stream::to_string) else {
            break;
        };
        for stream in streams {
            let Stream::Pool(pool) = &stream else { continue };
            let state = state(&doors, pool).await?;
            let suspended = state.experts.values().filter(|entry| entry.is_suspended(l.now));
            pools.push(Kept {
                pool: pool.clone(),
                experts: state.experts.len(),
                suspended: suspended.count(),
            });
        }
        last = Some(end);
    }
    shown(&PoolsPage { l, pools, mistake })
}

async fn pool(
    State(doors): State<Doors>,
    signed: Signed,
    Path(pool): Path<PoolId>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Registrar)?.to_string();
    let l = signed.l;
    let state = state(&doors, &pool).await?;
    let search = Search::of(query.as_deref().unwrap_or_default());
    let found: Vec<(&AccountId, &Entry)> = (state.experts.iter())
        .filter(|(account, entry)| search.finds(account, entry, l.now))
        .collect();
    let skipped = search.page.saturating_sub(1).saturating_mul(PAGE);
    let rows = found.iter().skip(skipped).take(PAGE);
    let rows = rows.map(|(account, entry)| Expert::of(account, entry, l.now));
    let rows: Vec<Expert> = rows.collect();
    let is_more = skipped.saturating_add(rows.len()) < found.len() && !rows.is_empty();
    shown(&PoolPage {
        account,
        all: state.experts.len(),
        found: found.len(),
        rows,
        before: (search.page > 1).then(|| search.at(search.page.saturating_sub(1))),
        after: is_more.then(|| search.at(search.page.saturating_add(1))),
        search,
        entry: None,
        pool,
        l,
    })
}

async fn expert(
    State(doors): State<Doors>,
    signed: Signed,
    Path((pool, expert)): Path<(PoolId, AccountId)>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Registrar)?.to_string();
    let l = signed.l;
    let state = state(&doors, &pool).await?;
    let Some(entry) = state.experts.get(&expert) else {
        return Err(not_found(
            "expert.not_listed",
            format!("{expert} is not in this pool."),
            format!("{expert} 不在该专家库中。"),
        ));
    };
    shown(&ExpertPage {
        entry: Some(Expert::of(&expert, entry, l.now)),
        account,
        pool,
        l,
    })
}
