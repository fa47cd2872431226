//! The people of a test, each with a key of their own, and what they sign.

use crate::http::{Answer, ask};
use crate::platform::{ORIGIN, PASSPHRASE, Platform, example_keys};
use cli::commands::account::enrolment;
use cli::custody::Agent;
use cli::{Session, Zone};
use facts::body::account::AccountRevoked;
use facts::record::Body;
use facts::{AccountId, Act, Canonical, Hex, Kind, Role, Seen, Stream};
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

fn pem(name: &str) -> String {
    let text = std::fs::read_to_string(example_keys().join(format!("{name}.pem"))).unwrap();
    text[text.find("-----BEGIN").unwrap()..].to_owned()
}

/// An example key.
pub(crate) fn example(name: &str) -> SigningKey {
    seal::keyfile::open_key(&pem(name), PASSPHRASE).unwrap()
}

/// An example custodian's seed.
pub(crate) fn example_seed(number: usize) -> CustodianSeed {
    seal::keyfile::open_seed(&pem(&format!("custodian-{number}-seed")), PASSPHRASE).unwrap()
}

/// Any identifier.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// One person at one machine.
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) key: SigningKey,
    pub(crate) session: Session,
}

impl Person {
    /// A person with an example key.
    pub(crate) fn new(platform: &Platform, account: &str, key: &str) -> Self {
        Self::with_key(platform, account, example(key))
    }

    /// A person with any key.
    pub(crate) fn with_key(platform: &Platform, account: &str, key: SigningKey) -> Self {
        let home = platform.dir.path().join("machines").join(account);
        std::fs::create_dir_all(&home).unwrap();
        let session = Session::connect(&platform.addresses.procurement, &home, None, false).unwrap();
        Self {
            account: id(account),
            key,
            session,
        }
    }

    /// Signs a fact and sends it; panics with the sentence if it is refused.
    pub(crate) fn act<B: Body>(&mut self, stream: Stream, body: &B) -> u64 {
        let done = self.session.act(&self.key, stream, body);
        done.unwrap_or_else(|failure| panic!("{} by {}: {failure}", B::KIND, self.account))
            .accepted
            .seq
    }

    /// A fresh token for a zone.
    pub(crate) fn token(&mut self, zone: Zone) -> String {
        self.session.sign_in(&self.key, zone).unwrap().token
    }
}

/// The registrar, who was named at the founding.
pub(crate) fn registrar(platform: &Platform) -> Person {
    Person::new(platform, "registry", "registrar")
}

/// Enrols a person.
pub(crate) fn enrol(registrar: &mut Person, person: &Person, role: Role, seed: Option<&CustodianSeed>) {
    let name = format!("某 {} 有限公司", person.account);
    let names = [name.as_str(), "13800000000", ""];
    let body = enrolment(ORIGIN, &person.account, names, vec![role], &person.key, seed);
    registrar.act(Stream::Account(person.account.clone()), &body);
}

/// Makes and enrols a person in one step.
pub(crate) fn newcomer(platform: &Platform, registrar: &mut Person, name: &str, role: Role) -> Person {
    let person = Person::new(platform, name, name);
    enrol(registrar, &person, role, None);
    person
}

/// Takes an account's right to act away.
pub(crate) fn revoke(registrar: &mut Person, account: &AccountId) {
    let body = AccountRevoked {
        account: account.clone(),
        reason: "岗位调整".to_owned(),
    };
    registrar.act(Stream::Account(account.clone()), &body);
}

/// A custodian with the seed.
pub(crate) struct Custodian {
    pub(crate) person: Person,
    pub(crate) seed: CustodianSeed,
}

/// Example custodians 1 to `n`, enrolled.
pub(crate) fn custodians(platform: &Platform, registrar: &mut Person, n: usize) -> Vec<Custodian> {
    (1..=n)
        .map(|number| {
            let name = format!("custodian-{number}");
            let (person, seed) = (Person::new(platform, &name, &name), example_seed(number));
            enrol(registrar, &person, Role::Custodian, Some(&seed));
            Custodian { person, seed }
        })
        .collect()
}

/// Lets custodians take every step of every ceremony.
pub(crate) fn hold_ceremonies(custodians: &mut [Custodian]) {
    for _ in 0..20 {
        let mut steps = 0;
        for custodian in custodians.iter_mut() {
            let mut agent = Agent {
                session: &mut custodian.person.session,
                seed: &custodian.seed,
            };
            steps += agent.ceremonies().unwrap().len();
        }
        if steps == 0 {
            return;
        }
    }
    panic!("the ceremonies do not come to an end");
}

/// The platform's head as the platform says it.
pub(crate) fn head(base: &str) -> Seen {
    let said = ask(base, "GET", "/api/platform").send().json();
    serde_json::from_value(said["head"].clone()).unwrap()
}

/// A signed act with nothing checked, over any members.
pub(crate) fn sign(key: &SigningKey, stream: &Stream, kind: Kind, body: &Value, seen: Seen) -> Act {
    sign_for(ORIGIN, key, stream, kind, body, seen)
}

/// The same for another log.
pub(crate) fn sign_for(
    origin: &str,
    key: &SigningKey,
    stream: &Stream,
    kind: Kind,
    body: &Value,
    seen: Seen,
) -> Act {
    let body = Canonical::new(body.as_object().unwrap().clone()).unwrap();
    ledger::act::sign(origin, stream.clone(), kind, body, nonce(), seen, key)
}

/// A nonce that no other act of this process has.
pub(crate) fn nonce() -> [u8; 16] {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut nonce = [0; 16];
    nonce[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    nonce
}

/// Sends an act's bytes to a zone.
pub(crate) fn post_act(base: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    ask(base, "POST", "/api/acts")
        .header("content-type", "application/json")
        .body(bytes)
        .send()
}

/// Answers a zone's challenge with any key; the answer to `POST /api/session`.
pub(crate) fn sign_in(base: &str, zone: Zone, key: &SigningKey) -> Answer {
    let said = ask(base, "POST", "/api/session/challenge")
        .json(&json!({}))
        .send()
        .json();
    let challenge: Hex<32> = serde_json::from_value(said["challenge"].clone()).unwrap();
    let message = ledger::message::session(ORIGIN, zone.word(), &challenge.0);
    let body = json!({
        "challenge": challenge,
        "key": Hex(key.public().to_bytes()),
        "sig": Hex(key.sign(&message).to_bytes()),
    });
    ask(base, "POST", "/api/session").json(&body).send()
}
