//! Accounts (账户): who may act, under which key, and since when no more.
//!
//! Invariant: an account exists only by the founding or by an enrolment that a registrar signed, and roles that
//! must not meet in one person never meet in one account.

use crate::Mark;
use crate::actor::{Actor, KeyUse};
use crate::mark;
use facts::body::account::{AccountEnrolled, AccountRevoked, Custody};
use facts::body::platform::{ClockSuspected, FactErased, FactsDisclosed, PlatformFounded};
use facts::{AccountId, Act, Body, Decider, Draft, Hex, Instant, Kind, Record, Refusal, Role, Stream};
use std::collections::BTreeSet;

/// An account as its history tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub id: AccountId,
    /// Ed25519 public key.
    pub key: Hex<32>,
    /// SHA-256 of the key.
    pub fingerprint: Hex<32>,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// A custodian's further keys.
    pub custody: Option<Custody>,
    /// Name of the person or organisation; not public.
    pub name: String,
    /// The organisation the holder works for; not public.
    pub employer: String,
    /// How to reach the holder; not public.
    pub contact: String,
    /// Position of its enrolment in the log.
    pub seq: u64,
    /// When it was enrolled.
    pub since: Instant,
    /// When it was revoked, if it was.
    pub revoked: Option<Instant>,
    /// The last instant at which it may act, if it has an end.
    pub until: Option<Instant>,
}

/// What one stream of accounts, or the platform's own stream, amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The founding; on the stream `platform` only.
    pub founding: Option<PlatformFounded>,
    /// The account; on its own stream only, absent for registrars of the founding.
    pub account: Option<Account>,
    /// When the account was revoked; also says so of registrars of the founding.
    pub revoked: Option<Instant>,
}

impl State {
    /// The key under which the founding names this account a registrar.
    #[must_use]
    pub fn registrar_key(&self, account: &AccountId) -> Option<Hex<32>> {
        let founding = self.founding.as_ref()?;
        founding
            .registrars
            .iter()
            .find(|named| named.account == *account)
            .map(|named| named.key)
    }
}

/// What is to be erased, as the front door found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Name of the fact at the position.
    pub kind: Kind,
    /// Whether the account it enrols is revoked.
    pub revoked: bool,
}

/// What can be asked of accounts and of the platform's own stream.
#[derive(Debug, Clone)]
pub enum Command {
    /// Opens the log; only ever the first entry.
    Found(Box<PlatformFounded>),
    /// Enrols an account; signatures of the body were verified by [`crate::enrolment`].
    Enrol {
        /// The registrar.
        by: Actor,
        /// The signed act.
        act: Box<Act>,
    },
    /// Revokes an account.
    Revoke {
        /// The registrar.
        by: Actor,
        /// The signed act.
        act: Box<Act>,
        /// Whether the founding names the account.
        founder: bool,
    },
    /// Erases the committed content of a fact.
    Erase {
        /// The registrar.
        by: Actor,
        /// The signed act.
        act: Box<Act>,
        /// What lies at the position.
        target: Option<Erasure>,
    },
    /// Shows committed facts of the platform's stream.
    Disclose(FactsDisclosed),
    /// Records that the wall clock lags the log.
    SuspectClock(ClockSuspected),
}

/// The law of accounts; folds streams `account/…` and `platform`.
#[derive(Debug, Clone, Copy)]
pub struct Accounts;

impl Decider for Accounts {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        match record.kind {
            Kind::PlatformFounded => state.founding = record.of(),
            Kind::AccountEnrolled => state.account = record.of().map(|body| enrolled(body, record)),
            Kind::AccountRevoked => {
                state.revoked = Some(record.at);
                if let Some(account) = &mut state.account {
                    account.revoked = Some(record.at);
                }
            }
            _ => {}
        }
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::Found(founded) => found(state, &founded),
            Command::Enrol { by, act } => enrol(state, &by, *act, at),
            Command::Revoke { by, act, founder } => revoke(state, &by, *act, founder),
            Command::Erase { by, act, target } => erase(&by, *act, target),
            Command::Disclose(body) => platform(Stream::Platform, &body),
            Command::SuspectClock(body) => platform(Stream::Platform, &body),
        }
    }
}

/// Marks of the founding and of enrolments: account names and keys, each taken once.
#[must_use]
pub fn marks(record: &Record) -> Vec<Mark> {
    let own = |account: &AccountId, key: &Hex<32>| {
        [
            Mark {
                name: mark::ACCOUNT,
                key: account.to_string(),
                value: "1".to_owned(),
            },
            Mark {
                name: mark::ACCOUNT_KEY,
                key: fingerprint(key).to_string(),
                value: account.to_string(),
            },
        ]
    };
    match record.kind {
        Kind::PlatformFounded => record.of::<PlatformFounded>().map_or_else(Vec::new, |body| {
            body.registrars
                .iter()
                .flat_map(|named| own(&named.account, &named.key))
                .collect()
        }),
        Kind::AccountEnrolled => record.of::<AccountEnrolled>().map_or_else(Vec::new, |body| {
            let mut marks = Vec::from(own(&body.account, &body.key));
            marks.extend(body.custody.map(|custody| Mark {
                name: mark::CUSTODY_KEY,
                key: fingerprint(&custody.signer).to_string(),
                value: body.account.to_string(),
            }));
            marks
        }),
        _ => Vec::new(),
    }
}

/// How the log names a key: SHA-256 of its 32 bytes.
#[must_use]
pub fn fingerprint(key: &Hex<32>) -> Hex<32> {
    Hex(seal::hash::sha256(&[key.bytes()]))
}

fn enrolled(body: AccountEnrolled, record: &Record) -> Account {
    Account {
        id: body.account,
        fingerprint: fingerprint(&body.key),
        key: body.key,
        roles: body.roles.into_iter().collect(),
        custody: body.custody,
        name: body.name,
        employer: body.employer,
        contact: body.contact,
        seq: record.seq,
        since: record.at,
        revoked: None,
        until: body.until,
    }
}

fn platform<B: Body>(stream: Stream, body: &B) -> Result<Vec<Draft>, Refusal> {
    let draft = Draft::platform(stream, body).map_err(|error| {
        Refusal::new(
            "platform.malformed",
            format!("The body has no canonical form: {error}."),
            "内容没有规范形式。",
        )
    })?;
    Ok(vec![draft])
}

fn found(state: &State, founded: &PlatformFounded) -> Result<Vec<Draft>, Refusal> {
    if state.founding.is_some() {
        return Err(Refusal::new(
            "platform.founded",
            "This log was founded already.",
            "本日志已经建立。",
        ));
    }
    if founded.registrars.is_empty() {
        return Err(Refusal::new(
            "platform.malformed",
            "A founding must name at least one registrar, or nobody could ever be enrolled.",
            "建立日志时须至少指定一名注册管理员,否则无人可以注册。",
        ));
    }
    platform(Stream::Platform, founded)
}

fn enrol(state: &State, by: &Actor, act: Act, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body: AccountEnrolled = registrar_act(by, &act)?;
    same_stream(&act, &body.account)?;
    if state.account.is_some() || state.revoked.is_some() {
        return Err(Refusal::new(
            "account.exists",
            format!(
                "The account {} exists already; choose another name.",
                body.account
            ),
            format!("账户 {} 已存在,请另选名称。", body.account),
        ));
    }
    check_roles(&body)?;
    if body.until.is_some_and(|until| until <= at) {
        return Err(Refusal::new(
            "account.until_invalid",
            "The member until lies in the past: the account could never act.",
            "until 已过:该账户将无法进行任何操作。",
        ));
    }
    Ok(vec![Draft::acted(act, None)])
}

/// Whether the roles asked for may meet in one account, and fit the keys that come with them.
pub fn check_roles(body: &AccountEnrolled) -> Result<(), Refusal> {
    let roles: BTreeSet<Role> = body.roles.iter().copied().collect();
    if roles.is_empty() || roles.len() != body.roles.len() {
        return Err(Refusal::new(
            "account.roles_malformed",
            "The roles must be at least one, each named once.",
            "角色至少一个,且不得重复。",
        ));
    }
    if let Some((one, other)) = conflict(&roles) {
        return Err(Refusal::new(
            "account.roles_conflict",
            format!("One account cannot be both {} and {}.", one.word(), other.word()),
            format!("同一账户不得兼任 {} 与 {}。", one.word(), other.word()),
        ));
    }
    match (&body.custody, roles.contains(&Role::Custodian)) {
        (None, true) => Err(Refusal::new(
            "account.custody_malformed",
            "A custodian is enrolled with the keys of custody; the member `custody` is missing.",
            "密钥保管人注册时须提交保管密钥,缺少 custody。",
        )),
        (Some(_), false) => Err(Refusal::new(
            "account.custody_malformed",
            "Only a custodian has keys of custody; leave the member `custody` out or add the role.",
            "只有密钥保管人才有保管密钥,请删去 custody 或增加该角色。",
        )),
        (Some(custody), true) if custody.signer == body.key => Err(Refusal::new(
            "account.custody_malformed",
            "The custody signing key must be another key than the account's.",
            "保管签名密钥不得与账户密钥相同。",
        )),
        _ => Ok(()),
    }
}

/// Two roles that one account must not hold together, if there are such.
///
/// Who supervises, bids or runs the machine must not be on another side of the same procedure
/// (招标投标法实施条例 第三十四条、第四十六条; 招标投标法 第七条).
#[must_use]
pub fn conflict(roles: &BTreeSet<Role>) -> Option<(Role, Role)> {
    use Role::{Agent, Bidder, Buyer, Custodian, Expert, Operator, Registrar, Supervisor};
    let apart = [
        (
            Bidder,
            [Expert, Supervisor, Buyer, Agent, Custodian, Operator, Registrar].as_slice(),
        ),
        (Supervisor, [Buyer, Agent, Bidder, Expert, Operator].as_slice()),
    ];
    apart.iter().find_map(|(one, others)| {
        let other = others.iter().find(|other| roles.contains(other))?;
        roles.contains(one).then_some((*one, *other))
    })
}

fn revoke(state: &State, by: &Actor, act: Act, founder: bool) -> Result<Vec<Draft>, Refusal> {
    let body: AccountRevoked = registrar_act(by, &act)?;
    same_stream(&act, &body.account)?;
    if state.account.is_none() && !founder {
        return Err(Refusal::new(
            "account.unknown",
            format!("There is no account {}.", body.account),
            format!("没有账户 {}。", body.account),
        ));
    }
    if state.revoked.is_some() {
        return Err(Refusal::new(
            "account.revoked",
            format!("The account {} was revoked already.", body.account),
            format!("账户 {} 已被注销。", body.account),
        ));
    }
    if by.account.as_ref() == Some(&body.account) {
        return Err(Refusal::new(
            "account.own",
            "A registrar cannot revoke the account it acts with; another registrar must.",
            "注册管理员不得注销自己的账户,须由另一名注册管理员办理。",
        ));
    }
    Ok(vec![Draft::acted(act, None)])
}

fn erase(by: &Actor, act: Act, target: Option<Erasure>) -> Result<Vec<Draft>, Refusal> {
    let body: FactErased = registrar_act(by, &act)?;
    if act.stream != Stream::Platform {
        return Err(Refusal::new(
            "act.stream_malformed",
            format!(
                "An erasure belongs to the stream platform, not to {}.",
                act.stream
            ),
            format!("删除记录属于 platform,不属于 {}。", act.stream),
        ));
    }
    let Some(target) = target else {
        return Err(Refusal::new(
            "fact.unknown",
            format!("There is no content to erase at position {}.", body.seq),
            format!("位置 {} 没有可删除的内容。", body.seq),
        ));
    };
    // Tender files must be kept for fifteen years; personal data of an account only while it acts.
    if target.kind != Kind::AccountEnrolled || !target.revoked {
        return Err(Refusal::new(
            "fact.kept",
            format!(
                "A fact {} must be kept; only the enrolment of a revoked account may be erased.",
                target.kind
            ),
            "该记录依法须保存;只有已注销账户的注册内容可以删除。",
        ));
    }
    Ok(vec![Draft::acted(act, None)])
}

fn registrar_act<B: Body>(by: &Actor, act: &Act) -> Result<B, Refusal> {
    by.must(&[Role::Registrar])?;
    if by.means != KeyUse::Account {
        return Err(Refusal::new(
            "actor.not_allowed",
            "A registrar acts with the account's key.",
            "注册管理员须使用账户密钥签名。",
        ));
    }
    if act.kind != B::KIND {
        return Err(Refusal::new(
            "act.kind_malformed",
            format!("Expected an act {}, found {}.", B::KIND, act.kind),
            format!("应为 {},实为 {}。", B::KIND, act.kind),
        ));
    }
    act.body.read().map_err(|error| {
        Refusal::new(
            "act.body_malformed",
            format!("The body does not fit {}: {error}.", act.kind),
            "内容格式不符。",
        )
    })
}

fn same_stream(act: &Act, account: &AccountId) -> Result<(), Refusal> {
    if act.stream == Stream::Account(account.clone()) {
        return Ok(());
    }
    Err(Refusal::new(
        "act.stream_malformed",
        format!(
            "The act speaks of account {account} but belongs to the stream {}.",
            act.stream
        ),
        format!("内容所指账户 {account} 与所属 {} 不一致。", act.stream),
    ))
}
