//! A whole tender made without the platform: every fact signed, sealed, chained and disclosed here.
//!
//! Invariant: the same seed gives the same dossier, and everything the record format asks for is there.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test binary uses its own part of this module"
)]

pub mod bidding;
pub mod broken;
pub mod cards;
pub mod ceremony;
pub mod draw;
pub mod evaluation;
pub mod fulfilled;
pub mod further;
pub mod opening;
pub mod qualified;
pub mod quotes;
pub mod record;
pub mod report;
pub mod steps;
pub mod tender;
pub mod traded;

use facts::body::account::{AccountEnrolled, Custody};
use facts::body::platform::{FactsDisclosed, PlatformFounded, Registrar};
use facts::kind::Visibility;
use facts::{AccountId, Body, Canonical, Draft, Hex, Instant, Role, Seen, Stream, TenderId};
use kaibiao_verify::bundle::{self, Content, Files, LogParts};
use kaibiao_verify::mutate::KeyRing;
use kaibiao_verify::{Dossier, Policy};
use ledger::{Chain, Head, NoteSigner, Payload, hash::root_of};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use seal::SigningKey;
use seal::custodian::CustodianSeed;
use seal::pop::{StaticKey, enrol};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub const ORIGIN: &str = "kaibiao.test/log2026";
/// 2026-03-02 09:00 China Standard Time.
pub const START: i64 = 1_772_413_200_000;
pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// The log as it grows, with everybody's keys.
pub struct World {
    pub rng: ChaCha20Rng,
    pub now: Instant,
    pub tender: TenderId,
    pub ring: KeyRing,
    pub accounts: BTreeMap<String, SigningKey>,
    pub custodians: Vec<(AccountId, CustodianSeed)>,
    pub files: Files,
    /// Sealed bodies by submission; the public ones go into the dossier after the opening.
    pub vault: BTreeMap<Hex<16>, Content>,
    /// Joint public keys by key id.
    pub publics: BTreeMap<Hex<32>, Hex<32>>,
    log_key: SigningKey,
    chain: Chain,
    entries: Vec<Vec<u8>>,
    leaves: Vec<ledger::Hash>,
    payloads: Vec<(facts::Kind, Payload)>,
    disclosed: BTreeMap<u64, u64>,
    /// Opening records whose files for the panel are withheld until the award.
    veiled: Vec<u64>,
    kept: Vec<u64>,
    /// What happens right before the award.
    pub before_award: Option<fn(&mut World)>,
    /// The rules of supervision at work, where a version is adopted.
    watch: Option<cards::Watch>,
}

impl World {
    /// A founded platform with a buyer, six bidders, five custodians, six experts and a supervisor.
    pub fn new(seed: u8, tender: &str) -> Self {
        let mut rng = ChaCha20Rng::from_seed([seed; 32]);
        let log_key = SigningKey::generate(&mut rng);
        let mut ring = KeyRing::new();
        ring.add(log_key.clone());
        let mut world = Self {
            rng,
            now: Instant(START),
            tender: TenderId::parse(tender).unwrap(),
            ring,
            accounts: BTreeMap::new(),
            custodians: Vec::new(),
            files: Files::new(),
            vault: BTreeMap::new(),
            publics: BTreeMap::new(),
            log_key,
            chain: Chain::resume(ORIGIN, Head::default()),
            entries: Vec::new(),
            leaves: Vec::new(),
            payloads: Vec::new(),
            disclosed: BTreeMap::new(),
            veiled: Vec::new(),
            kept: Vec::new(),
            before_award: None,
            watch: cards::begin(),
        };
        let registrar = world.key("R1");
        world.platform(
            &Stream::Platform,
            &PlatformFounded {
                calendar: "cn-2026.1".into(),
                demo: true,
                log_key: world.signer().verifier().to_string(),
                origin: ORIGIN.into(),
                registrars: vec![Registrar {
                    account: account("R1"),
                    key: Hex(registrar.public().to_bytes()),
                }],
                refusal_key: "kaibiao.test/log2026/refusals+none".into(),
            },
        );
        world.enrol("BUYER", Role::Buyer);
        world.enrol("SUP", Role::Supervisor);
        for n in 1..=6 {
            world.enrol(&format!("BID{n}"), Role::Bidder);
        }
        for n in 1..=6 {
            world.enrol(&format!("EXP{n}"), Role::Expert);
        }
        for n in 1..=5 {
            world.enrol(&format!("CUS{n}"), Role::Custodian);
        }
        if world.watch.is_some() {
            world.adopt(rules::CHINA);
        }
        world
    }

    /// The stream of the tender.
    pub fn stream(&self) -> Stream {
        Stream::Tender(self.tender.clone())
    }

    pub fn signer(&self) -> NoteSigner {
        NoteSigner::new(ORIGIN, self.log_key.clone()).unwrap()
    }

    /// A new key in the ring, under the name of an account.
    pub fn key(&mut self, name: &str) -> SigningKey {
        let key = SigningKey::generate(&mut self.rng);
        self.ring.add(key.clone());
        self.accounts.insert(name.to_owned(), key.clone());
        key
    }

    pub fn key_of(&self, name: &str) -> SigningKey {
        self.accounts[name].clone()
    }

    fn enrol(&mut self, name: &str, role: Role) {
        self.enrol_until(name, role, None);
    }

    /// Enrols an account that may act until then.
    pub fn enrol_until(&mut self, name: &str, role: Role, until: Option<Instant>) {
        let key = self.key(name);
        let custody = (role == Role::Custodian).then(|| self.custody(name));
        let body = AccountEnrolled {
            account: account(name),
            contact: format!("{name}@example.org"),
            custody,
            employer: format!("employer of {name}"),
            held: Hex(ledger::message::held(
                &[7; 32],
                &format!("{name}@example.org"),
                &format!("employer of {name}"),
                &format!("name of {name}"),
            )),
            key: Hex(key.public().to_bytes()),
            name: format!("name of {name}"),
            proof: Hex(enrol(ORIGIN, name, &key).to_bytes()),
            roles: vec![role],
            salt: Hex([7; 32]),
            until,
        };
        self.act("R1", &Stream::Account(account(name)), &body);
    }

    fn custody(&mut self, name: &str) -> Custody {
        let seed = CustodianSeed::generate(&mut self.rng);
        let (signer, point) = (seed.signing_key(), seed.static_point());
        let possession = StaticKey {
            origin: ORIGIN,
            account: name,
            signing: &signer.public(),
            sealing: &point,
        };
        let custody = Custody {
            point: Hex(point.to_bytes()),
            point_proof: Hex(possession.prove(&seed, &mut self.rng).to_bytes()),
            signer: Hex(signer.public().to_bytes()),
            signer_proof: Hex(enrol(ORIGIN, name, &signer).to_bytes()),
        };
        self.ring.add(signer.clone());
        self.accounts.insert(format!("{name}/custody"), signer);
        self.custodians.push((account(name), seed));
        custody
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: i64) {
        let until = self.now.plus(millis);
        self.pass(until);
        self.now = self.now.max(until);
    }

    /// A fact of the platform.
    pub fn platform<B: Body>(&mut self, stream: &Stream, body: &B) -> u64 {
        self.push(Draft::platform(stream.clone(), body).unwrap())
    }

    /// A person's fact, signed with the key of that name.
    pub fn act<B: Body>(&mut self, name: &str, stream: &Stream, body: &B) -> u64 {
        self.signed(name, stream, body, None)
    }

    /// A person's fact with its time of arrival, half a second ago.
    pub fn arrived<B: Body>(&mut self, name: &str, stream: &Stream, body: &B) -> u64 {
        self.signed(name, stream, body, Some(self.now.plus(-500)))
    }

    fn signed<B: Body>(&mut self, name: &str, stream: &Stream, body: &B, arrived: Option<Instant>) -> u64 {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let seen = Seen {
            root: Hex(root_of(&self.leaves)),
            size: self.leaves.len() as u64,
        };
        let body = Canonical::of(body).unwrap();
        let act = ledger::act::sign(
            ORIGIN,
            stream.clone(),
            B::KIND,
            body,
            nonce,
            seen,
            &self.accounts[name],
        );
        self.push(Draft::acted(act, arrived))
    }

    fn push(&mut self, draft: Draft) -> u64 {
        let seq = self.write_down(draft);
        self.bring();
        seq
    }

    fn write_down(&mut self, draft: Draft) -> u64 {
        let kind = draft.kind;
        self.now = self.now.plus(1_000);
        let draft = Draft {
            arrived: draft.arrived.map(|_| self.now.plus(-500)),
            ..draft
        };
        let linked = self.chain.extend(draft, self.now, &mut self.rng).unwrap();
        self.observe(&linked.record);
        self.entries.push(linked.entry_bytes);
        self.leaves.push(linked.leaf);
        self.payloads.push((kind, linked.payload));
        linked.entry.seq
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Keeps a checkpoint of the log as it is now.
    pub fn keep(&mut self) {
        self.kept.push(self.size());
    }

    /// Shows confidential facts.
    pub fn disclose(&mut self, seqs: impl IntoIterator<Item = u64>) -> u64 {
        let mut seqs: Vec<u64> = seqs
            .into_iter()
            .filter(|seq| !self.disclosed.contains_key(seq))
            .collect();
        seqs.sort_unstable();
        let by = self.size();
        self.disclosed.extend(seqs.iter().map(|seq| (*seq, by)));
        self.platform(
            &self.stream(),
            &FactsDisclosed {
                basis: "招标投标法36".into(),
                seqs,
            },
        )
    }

    /// The dossier's files, without the manifest.
    pub fn bundle(&self) -> Files {
        self.bundle_at(self.size())
    }

    /// The dossier's files as they were when the log had `size` entries.
    pub fn bundle_at(&self, size: u64) -> Files {
        let count = usize::try_from(size).unwrap();
        let parts = LogParts {
            origin: ORIGIN.into(),
            entries: self.entries[..count].to_vec(),
            kept: self.kept.iter().copied().filter(|kept| *kept <= size).collect(),
        };
        let mut files = parts.files(&self.signer()).unwrap();
        files.extend(self.files.clone());
        for (seq, (kind, payload)) in (0_u64..).zip(&self.payloads[..count]) {
            let withheld = match kind.visibility() {
                Visibility::Confidential if self.disclosed.get(&seq).is_none_or(|by| *by >= size) => continue,
                Visibility::Confidential => &[][..],
                Visibility::Public { .. } if self.disclosed.get(&seq).is_some_and(|by| *by < size) => &[][..],
                Visibility::Public { withheld } => withheld,
            };
            let bytes = payload.opened(withheld).to_bytes();
            files.insert(format!("payloads/{seq}.json"), Content::Bytes(bytes));
        }
        files
    }

    /// The kind of the last of `size` entries.
    pub fn last_kind(&self, size: u64) -> facts::Kind {
        self.payloads[usize::try_from(size).unwrap() - 1].0
    }

    pub fn write(&self, folder: &Path) -> PathBuf {
        let folder = folder.join("dossier");
        let files = self.bundle();
        let manifest = bundle::manifest(&files, ORIGIN, self.size(), &self.tender).unwrap();
        bundle::write(&files, &manifest, &folder).unwrap();
        folder
    }

    pub fn policy_text(&self) -> String {
        let registrar = hex::encode(self.accounts["R1"].public().to_bytes());
        format!(
            "origin = \"{ORIGIN}\"\nlog_key = \"{}\"\n\n[[registrar]]\naccount = \"R1\"\nkey = \"{registrar}\"\n",
            self.signer().verifier()
        )
    }

    /// The receipt of an entry, against the log as it is now.
    pub fn receipt(&self, seq: u64) -> String {
        let place = usize::try_from(seq).unwrap();
        let checkpoint = ledger::Checkpoint {
            origin: ORIGIN.into(),
            size: self.size(),
            root: root_of(&self.leaves),
        };
        let receipt = ledger::Receipt {
            entry: self.entries[place].clone(),
            payload: self.payloads[place].1.opened(&[]),
            index: seq,
            proof: path(place, &self.leaves),
            checkpoint: checkpoint.sign(&self.signer()).unwrap(),
        };
        receipt.write()
    }

    /// All keys of the ring as the mutation command reads them.
    pub fn ring_text(&self) -> String {
        let keys = self.accounts.values().chain([&self.log_key]);
        let seeds: BTreeMap<String, String> = keys
            .map(|key| (key.public().hex(), hex::encode(&key.to_seed()[..])))
            .collect();
        serde_json::to_string(&seeds).unwrap()
    }

    pub fn policy(&self) -> Policy {
        Policy::parse(&self.policy_text()).unwrap()
    }

    pub fn dossier(&self, folder: &Path) -> Dossier {
        Dossier::load(&self.write(folder), self.policy()).unwrap()
    }
}

pub fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

/// The inclusion proof of RFC 6962, section 2.1.1, word for word.
fn path(place: usize, leaves: &[ledger::Hash]) -> Vec<ledger::Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, sibling) = if place < left.len() {
        (path(place, left), right)
    } else {
        (self::path(place - left.len(), right), left)
    };
    path.push(root_of(sibling));
    path
}
