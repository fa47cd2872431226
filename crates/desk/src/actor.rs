//! Actors: the owner of a signature, found by the key that made it.
//!
//! Invariant: an [`Actor`] is made only by a [`Directory`] from what the log says of a key; a key is looked up
//! under the one use that the kind of the act asks for, so no key serves two protocols.

use crate::account::{Account, Accounts, State, fingerprint};
use crate::scribe::Reader;
use crate::{Outage, ReadLog, mark};
use facts::kind::Author;
use facts::{AccountId, BidId, Hex, Instant, Kind, Refusal, Role, Stream, TenderId};
use seal::sign::{KeyError, PublicKey};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// What a key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyUse {
    /// The account's own key.
    Account,
    /// The key derived from a custodian's seed.
    Custody,
    /// The key made for one bid alone.
    Bid {
        /// The tender.
        tender: TenderId,
        /// The bid.
        bid: BidId,
    },
}

/// Who signed an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account; `None` under a bid key, which does not say whose it is.
    pub account: Option<AccountId>,
    /// Roles of the account; empty under a bid key.
    pub roles: BTreeSet<Role>,
    /// SHA-256 of the key that signed.
    pub key: Hex<32>,
    /// What the key is for.
    pub means: KeyUse,
}

impl Actor {
    /// The account, if it holds one of the roles.
    pub fn must(&self, any: &[Role]) -> Result<&AccountId, Refusal> {
        match &self.account {
            Some(account) if any.iter().any(|role| self.roles.contains(role)) => Ok(account),
            _ => Err(lacking(any)),
        }
    }

    /// Whether the account holds the role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// The refusal for want of a role.
#[must_use]
pub fn lacking(any: &[Role]) -> Refusal {
    let words: Vec<&str> = any.iter().map(|role| role.word()).collect();
    Refusal::new(
        "role.missing",
        format!("This needs an account that is {}.", words.join(" or ")),
        format!("此操作须由具有下列角色之一的账户进行:{}。", words.join("、")),
    )
}

const REMEMBERED: usize = 65_536;

/// Marks by name and key.
type Found = HashMap<(&'static str, Hex<32>), Arc<str>>;

/// Finds the actor of a key; cloned freely.
#[derive(Clone)]
pub struct Directory {
    log: Arc<dyn ReadLog>,
    accounts: Reader<Accounts>,
    // Marks never change once they exist, so a found one may be remembered for ever.
    found: Arc<Mutex<Found>>,
    // Reading a key, with its checks for torsion, costs as much as checking a signature.
    keys: Arc<Mutex<HashMap<Hex<32>, PublicKey>>>,
}

impl Directory {
    /// A directory over the log and the accounts in it.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>, accounts: Reader<Accounts>) -> Self {
        Self {
            log,
            accounts,
            found: Arc::default(),
            keys: Arc::default(),
        }
    }

    /// The key that these bytes are, read anew or [remembered](Self::remember).
    pub(crate) fn key(&self, bytes: &Hex<32>) -> Result<PublicKey, KeyError> {
        let known = self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(bytes)
            .copied();
        known.map_or_else(|| PublicKey::parse(bytes.bytes()), Ok)
    }

    /// Remembers a key that was read and that the log knows.
    pub(crate) fn remember(&self, key: PublicKey) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= REMEMBERED {
            keys.clear();
        }
        keys.insert(Hex(key.to_bytes()), key);
    }

    /// The state of an account's stream.
    pub async fn state(&self, account: &AccountId) -> Result<Arc<State>, Outage> {
        self.accounts.state(&Stream::Account(account.clone())).await
    }

    /// The account, unless it is only named by the founding.
    pub async fn account(&self, account: &AccountId) -> Result<Option<Account>, Outage> {
        Ok(self.state(account).await?.account.clone())
    }

    /// Whether the founding names the account a registrar, and with which key.
    pub async fn registrar_key(&self, account: &AccountId) -> Result<Option<Hex<32>>, Outage> {
        Ok(self
            .accounts
            .state(&Stream::Platform)
            .await?
            .registrar_key(account))
    }

    /// The actor that a key stands for in an act of that kind.
    ///
    /// A revoked account is refused, with one exception: whoever holds a share of a key that bids are sealed to still
    /// gives it (`share.given`). The key was certified by all members of its ceremony before, partial openings verify
    /// by that roster and not by who is enrolled now; otherwise a registrar could stop an opening by revoking
    /// custodians. The law checks the roster.
    pub async fn author(&self, key: &Hex<32>, kind: Kind) -> Result<Result<Actor, Refusal>, Outage> {
        if kind != Kind::ShareGiven {
            return self.actor(key, kind.author()).await;
        }
        let fp = fingerprint(key);
        let Some(value) = self.mark(mark::CUSTODY_KEY, fp).await? else {
            return Ok(Err(unknown_key(mark::CUSTODY_KEY)));
        };
        Ok(match AccountId::parse(&value) {
            Ok(account) => Ok(Actor {
                account: Some(account),
                // Nothing is allowed to a custodian by its roles.
                roles: BTreeSet::new(),
                key: fp,
                means: KeyUse::Custody,
            }),
            Err(_) => Err(unknown_key(mark::CUSTODY_KEY)),
        })
    }

    /// The actor that a key stands for in an act of such an author. A revoked account is refused.
    pub async fn actor(&self, key: &Hex<32>, author: Author) -> Result<Result<Actor, Refusal>, Outage> {
        let fp = fingerprint(key);
        let name = match author {
            Author::Platform => return Ok(Err(platform_only())),
            Author::Roles(_) => mark::ACCOUNT_KEY,
            Author::Custodian => mark::CUSTODY_KEY,
            Author::BidKey => mark::BID_KEY,
        };
        let Some(value) = self.mark(name, fp).await? else {
            return Ok(Err(unknown_key(name)));
        };
        if name == mark::BID_KEY {
            return Ok(bid_actor(fp, &value));
        }
        let Ok(account) = AccountId::parse(&value) else {
            return Ok(Err(unknown_key(name)));
        };
        let Some(roles) = self.roles(&account).await? else {
            return Ok(Err(revoked(&account)));
        };
        let means = if name == mark::CUSTODY_KEY {
            KeyUse::Custody
        } else {
            KeyUse::Account
        };
        Ok(Ok(Actor {
            account: Some(account),
            roles,
            key: fp,
            means,
        }))
    }

    /// The roles of an account as they are now; `None` once it is revoked or if it does not exist.
    pub async fn roles(&self, account: &AccountId) -> Result<Option<BTreeSet<Role>>, Outage> {
        let state = self.state(account).await?;
        if state.revoked.is_some() {
            return Ok(None);
        }
        if let Some(known) = &state.account {
            return Ok(Some(known.roles.clone()));
        }
        let founder = self.registrar_key(account).await?;
        Ok(founder.map(|_| BTreeSet::from([Role::Registrar])))
    }

    /// The last instant at which an account may act, if it has an end.
    pub async fn until(&self, account: &AccountId) -> Result<Option<Instant>, Outage> {
        let state = self.state(account).await?;
        Ok(state.account.as_ref().and_then(|known| known.until))
    }

    async fn mark(&self, name: &'static str, fp: Hex<32>) -> Result<Option<Arc<str>>, Outage> {
        let known = self
            .found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(name, fp))
            .cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(value) = self.log.mark(name, &fp.to_string()).await? else {
            return Ok(None);
        };
        let value: Arc<str> = value.into();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= REMEMBERED {
            found.clear();
        }
        found.insert((name, fp), value.clone());
        Ok(Some(value))
    }
}

/// The refusal of what an account does after its end.
#[must_use]
pub fn expired(account: &AccountId, until: Instant) -> Refusal {
    Refusal::new(
        "account.expired",
        format!(
            "The account {account} could act until {until} and no longer; ask the registrar to enrol a fresh key."
        ),
        format!("账户 {account} 的有效期已于 {until} 届满,请以新密钥重新申请注册。"),
    )
}

fn bid_actor(key: Hex<32>, value: &str) -> Result<Actor, Refusal> {
    let parts = value.split_once('/').and_then(|(tender, bid)| {
        Some(KeyUse::Bid {
            tender: TenderId::parse(tender).ok()?,
            bid: BidId::parse(bid).ok()?,
        })
    });
    let means = parts.ok_or_else(|| unknown_key(mark::BID_KEY))?;
    Ok(Actor {
        account: None,
        roles: BTreeSet::new(),
        key,
        means,
    })
}

fn platform_only() -> Refusal {
    Refusal::new(
        "actor.not_allowed",
        "Only the platform itself brings such a fact about.",
        "此类事实只能由平台依规则产生。",
    )
}

fn unknown_key(name: &'static str) -> Refusal {
    let (en, zh) = match name {
        mark::CUSTODY_KEY => ("as the custody key of any custodian", "保管人签名密钥"),
        mark::BID_KEY => ("as the key of any bid", "投标密钥"),
        _ => ("as the key of any account", "账户密钥"),
    };
    Refusal::new(
        "actor.key_not_allowed",
        format!("The key of this act is not known {en}."),
        format!("该签名所用密钥并非已登记的{zh}。"),
    )
}

fn revoked(account: &AccountId) -> Refusal {
    Refusal::new(
        "actor.revoked",
        format!("The account {account} was revoked and may act no more."),
        format!("账户 {account} 已被注销,不得再操作。"),
    )
}
