//! What the dossier shows: the opened payloads, each checked against its entry, as facts.
//!
//! Invariant: a fact exists only if its payload has the root that the entry commits to; whatever
//! was shown that should not be, or not shown that should be, is kept as evidence for check 36.

use crate::bodies;
use crate::log::Log;
use crate::source::Source;
use crate::verdict::{Evidence, Findings};
use facts::body::platform::{FactErased, FactsDisclosed};
use facts::kind::{Author, Visibility};
use facts::{Act, Body, Context, Kind, Record, Seen, Stream};
use ledger::{Fields as _, OpenedPayload, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// The largest payload file, in bytes.
pub const MAX_PAYLOAD: u64 = 16 << 20;

/// One fact that the dossier shows.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Position, time, stream, kind, actor and body, as far as shown.
    pub record: Record,
    /// The act; `None` for the platform's facts.
    pub act: Option<Act>,
    /// The log head that the author saw; `None` for the platform's facts.
    pub seen: Option<Seen>,
    /// The key that acted.
    pub key: Option<[u8; 32]>,
    /// Whether fields are shown that are withheld until a disclosure.
    pub unveiled: bool,
    /// Whether more is hidden than decoys.
    pub partial: bool,
}

/// A fact with its typed body.
#[derive(Debug, Clone)]
pub struct Told<'a, B> {
    /// The fact.
    pub fact: &'a Fact,
    /// Its body.
    pub body: B,
}

impl<B> Told<'_, B> {
    /// Position of the fact.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.fact.record.seq
    }
}

/// All facts that the dossier shows.
#[derive(Debug, Default)]
pub struct Shown {
    facts: BTreeMap<u64, Fact>,
    streams: BTreeMap<Stream, Vec<u64>>,
    /// What is wrong with payloads: check 36.
    pub faults: Vec<Evidence>,
    /// Positions of confidential entries that stay hidden.
    pub hidden: Vec<u64>,
    /// Positions of erased facts.
    pub erased: BTreeSet<u64>,
}

impl Shown {
    /// Reads every payload of the dossier.
    #[must_use]
    pub fn load(source: &Source, log: &Log) -> Self {
        let mut shown = Self::default();
        let mut findings = Findings::new();
        for (name, _) in source.files().filter(|(name, _)| name.starts_with("payloads/")) {
            let Some(seq) = position(name) else {
                findings.fault(
                    None,
                    format!("{name} is not named after an entry"),
                    format!("{name}的文件名不是条目序号"),
                );
                continue;
            };
            match fact(source, log, name, seq) {
                Ok(fact) => shown.keep(fact),
                Err(why) => findings.fault(
                    seq,
                    format!("{name}: {why}"),
                    format!("{name}:载荷与承诺不符({why})"),
                ),
            }
        }
        shown.check_visibility(log, &mut findings);
        shown.faults = findings.into_faults();
        shown
    }

    fn keep(&mut self, fact: Fact) {
        let seq = fact.record.seq;
        self.streams
            .entry(fact.record.stream.clone())
            .or_default()
            .push(seq);
        self.facts.insert(seq, fact);
    }

    fn check_visibility(&mut self, log: &Log, findings: &mut Findings) {
        for places in self.streams.values_mut() {
            places.sort_unstable();
        }
        let mut disclosed = BTreeSet::new();
        for told in self.every::<FactsDisclosed>() {
            for seq in &told.body.seqs {
                if *seq >= told.seq() {
                    findings.fault(
                        told.seq(),
                        format!("it discloses entry {seq}, which is not earlier"),
                        format!("公开的条目{seq}并不在其之前"),
                    );
                }
                disclosed.insert(*seq);
            }
        }
        let erased: BTreeSet<u64> = self.every::<FactErased>().map(|told| told.body.seq).collect();
        for entry in log.entries() {
            let seq = entry.seq;
            let is_shown = self.facts.contains_key(&seq);
            let is_open = entry.kind.is_some() || disclosed.contains(&seq);
            if erased.contains(&seq) {
                if is_shown {
                    findings.fault(
                        seq,
                        "the fact was erased, but its payload is shown",
                        "该事实已删除,却仍展示载荷",
                    );
                }
            } else if is_shown && !is_open {
                findings.fault(
                    seq,
                    "a confidential fact is shown that no facts.disclosed names",
                    "展示了未经公开的保密事实",
                );
            } else if self.facts.get(&seq).is_some_and(|fact| fact.unveiled) && !disclosed.contains(&seq) {
                findings.fault(
                    seq,
                    "withheld fields are shown that no facts.disclosed names",
                    "展示了未经公开的隐去字段",
                );
            } else if self
                .facts
                .get(&seq)
                .is_some_and(|fact| fact.partial && !fact.unveiled)
                && disclosed.contains(&seq)
            {
                findings.fault(
                    seq,
                    "the fact was disclosed, but withheld fields are still not shown",
                    "事实已公开,却仍隐去字段",
                );
            } else if !is_shown && is_open {
                findings.fault(
                    seq,
                    "the fact is public, but its payload is not shown",
                    "应公开的事实未附载荷",
                );
            } else if !is_shown {
                self.hidden.push(seq);
            }
        }
        self.erased = erased;
    }

    /// All facts in order.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// One fact.
    #[must_use]
    pub fn fact(&self, seq: u64) -> Option<&Fact> {
        self.facts.get(&seq)
    }

    /// The facts of one kind in the whole log, in order.
    pub fn every<B: Body>(&self) -> impl Iterator<Item = Told<'_, B>> {
        self.facts.values().filter_map(told)
    }

    /// The facts of one kind in one stream, in order.
    #[must_use]
    pub fn told<B: Body>(&self, stream: &Stream) -> Vec<Told<'_, B>> {
        self.of(stream).filter_map(told).collect()
    }

    /// The facts of one stream, in order.
    pub fn of(&self, stream: &Stream) -> impl Iterator<Item = &Fact> {
        let places = self.streams.get(stream).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|seq| self.facts.get(seq))
    }
}

fn told<B: Body>(fact: &Fact) -> Option<Told<'_, B>> {
    fact.record.of::<B>().map(|body| Told { fact, body })
}

/// `payloads/<seq>.json`.
fn position(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("payloads/")?.strip_suffix(".json")?;
    let seq: u64 = digits.parse().ok()?;
    if seq.to_string() == digits {
        Some(seq)
    } else {
        None
    }
}

fn fact(source: &Source, log: &Log, name: &str, seq: u64) -> Result<Fact, String> {
    let bytes = source.read(name, MAX_PAYLOAD).map_err(|why| why.to_string())?;
    let entry = log
        .entry(seq)
        .ok_or_else(|| "there is no such entry".to_owned())?;
    let payload = OpenedPayload::parse(&bytes).map_err(|why| why.to_string())?;
    payload.verify(&entry.commit).map_err(|why| why.to_string())?;
    let record = ledger::record_of(entry, &payload).map_err(|why| why.to_string())?;
    let unveiled = check_fields(&record, &payload)?;
    if !in_its_stream(&record) {
        return Err(format!("{} does not belong to {}", record.kind, record.stream));
    }
    let act = ledger::act_of(entry, &payload).map_err(|why| why.to_string())?;
    let seen = field(&payload, "@seen")?;
    let key = field::<facts::Hex<32>>(&payload, "@key")?.map(|key| key.0);
    let is_platforms = matches!(record.kind.author(), Author::Platform);
    if is_platforms != (record.actor.is_none() && key.is_none() && seen.is_none())
        || is_platforms != key.is_none()
    {
        return Err(format!("{} is not for this author", record.kind));
    }
    Ok(Fact {
        record,
        act,
        seen,
        key,
        unveiled,
        partial: hides_more_than_decoys(&payload),
    })
}

/// Whether a fact stands in the stream that its kind and its body ask for.
fn in_its_stream(record: &Record) -> bool {
    let names = |member: &str, id: &str| {
        record
            .body
            .members()
            .get(member)
            .and_then(serde_json::Value::as_str)
            .is_none_or(|named| named == id)
    };
    match (record.kind.context(), &record.stream) {
        (Context::Platform, Stream::Account(id)) => names("account", id.as_str()),
        (Context::Platform, stream) => match record.kind {
            Kind::FactsDisclosed | Kind::FactErased => true,
            Kind::AccountEnrolled | Kind::AccountRevoked => false,
            _ => *stream == Stream::Platform,
        },
        (Context::Procure, Stream::Ceremony(id)) => {
            is_ceremonys(record.kind) && names("ceremony", id.as_str())
        }
        (Context::Procure, Stream::Tender(id)) => !is_ceremonys(record.kind) && names("tender", id.as_str()),
        (Context::Evaluate, Stream::Pool(id)) => is_pools(record.kind) && names("pool", id.as_str()),
        (Context::Evaluate, Stream::Evaluation(id)) if !is_pools(record.kind) => names("tender", id.as_str()),
        (Context::Supervise, Stream::Rules) => record.kind == Kind::RulesAdopted,
        (Context::Supervise, Stream::Supervision(id)) => {
            record.kind != Kind::RulesAdopted && names("tender", id.as_str())
        }
        _ => false,
    }
}

fn is_ceremonys(kind: Kind) -> bool {
    kind.name().starts_with("ceremony.")
}

const fn is_pools(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ExpertListed | Kind::ExpertSuspended | Kind::ExpertReinstated
    )
}

fn field<T: serde::de::DeserializeOwned>(payload: &OpenedPayload, name: &str) -> Result<Option<T>, String> {
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).map_err(|why| format!("{name}: {why}"));
    payload.field(name).map(read).transpose()
}

fn withheld(kind: Kind) -> &'static [&'static str] {
    match kind.visibility() {
        Visibility::Public { withheld } => withheld,
        Visibility::Confidential => &[],
    }
}

/// The fields shown are those of the kind, none unknown and none missing; whether withheld ones are among them.
fn check_fields(record: &Record, payload: &OpenedPayload) -> Result<bool, String> {
    const OWN: [&str; 8] = [
        "@actor", "@arrived", "@key", "@kind", "@nonce", "@seen", "@sig", "@subj",
    ];
    let withheld = withheld(record.kind);
    for (name, _) in payload.each() {
        if name.starts_with('@') && !OWN.contains(&name) {
            return Err(format!("the field {name} is unknown"));
        }
    }
    let unveiled = payload.each().any(|(name, _)| withheld.contains(&name));
    if (withheld.is_empty() || unveiled) && hides_more_than_decoys(payload) {
        return Err("it is shown in part only".to_owned());
    }
    if record.kind == Kind::AccountEnrolled && !unveiled {
        let public = ["account", "custody", "held", "key", "proof", "roles", "until"];
        if let Some(name) = record
            .body
            .members()
            .keys()
            .find(|name| !public.contains(&name.as_str()))
        {
            return Err(format!("the member {name} is unknown"));
        }
    }
    bodies::fits(record.kind, &record.body, unveiled).map_err(|why| format!("{}: {why}", record.kind))?;
    Ok(unveiled)
}

/// Whether a hidden leaf stands where a field might: fields come first, decoys fill up to the power of two.
fn hides_more_than_decoys(payload: &OpenedPayload) -> bool {
    let shown = payload
        .slots()
        .iter()
        .filter(|slot| matches!(slot, Slot::Field { .. }))
        .count();
    let in_front = payload
        .slots()
        .iter()
        .take(shown)
        .all(|slot| matches!(slot, Slot::Field { .. }));
    !in_front || shown.next_power_of_two() != payload.slots().len()
}
