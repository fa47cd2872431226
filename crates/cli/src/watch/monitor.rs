//! One look after another: read, judge, tell.
//!
//! Invariant: a look that fails leaves what was kept before it, and what it found in the outbox; cards are judged
//! once, faults that stand are named at every look and told once.

use super::event::{Event, Tell, en_of, zh_of};
use super::facts::Facts;
use super::follows::Said;
use super::judge::Judge;
use super::outbox::{Outbox, Receiver};
use super::reading::{Absent, Reading, forget};
use super::told::Told;
use crate::clock;
use crate::failure::{self, Failure};
use crate::http::Http;
use crate::machine::Machine;
use facts::body::card::CardIssued;
use facts::{Hex, Instant, Record, Seen};
use ledger::hash::sha256;
use rules::{Colour, RuleBook};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a monitor is to do.
pub struct Settings {
    /// Where it keeps what it read.
    pub keep: PathBuf,
    /// Other addresses of the same platform.
    pub also: Vec<String>,
    /// From which colour on an issued card is told.
    pub tell: Tell,
    /// Facts read before that are asked for again at every look.
    pub again: usize,
}

/// A monitor.
pub struct Monitor {
    settings: Settings,
    outbox: Outbox,
    told: Told,
    absent: Absent,
    /// The board, and how far of the file of facts it has.
    judge: Option<(Judge, u64)>,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When the head was asked for: what came later is not in it, however long reading takes.
    pub at: Instant,
    /// The head.
    pub seen: Seen,
    /// Entries that were new.
    pub new: u64,
    /// Time of the last entry.
    pub latest: Instant,
    /// Sentences about cards that are missing or do not follow.
    pub faults: Vec<String>,
    /// Red cards that are open: tender, rule, position.
    pub red: Vec<String>,
    /// A version of the rules that is used and that this build does not understand.
    pub lacks: Option<Hex<32>>,
    /// Messages that were not taken yet.
    pub waiting: usize,
}

impl Monitor {
    /// A monitor that goes on with what its folder keeps.
    pub fn open(settings: Settings, receivers: Vec<Receiver>) -> Result<Self, Failure> {
        std::fs::create_dir_all(&settings.keep).map_err(failure::file(&settings.keep))?;
        let outbox = Outbox::open(&settings.keep, receivers)?;
        let told = Told::read(&settings.keep)?;
        Ok(Self {
            settings,
            outbox,
            told,
            absent: Absent::default(),
            judge: None,
        })
    }

    /// Reads on, judges, and tells.
    pub fn look(&mut self, machine: &Machine) -> Result<Look, Failure> {
        self.flush(machine)?;
        let (facts, mut look) = self.read(machine).map_err(|failure| match failure {
            Failure::Refused { code, sentence, .. } if code.starts_with("rate") => Failure::Network(sentence),
            other => other,
        })?;
        // What does not check out would have ended this look.
        self.told.outage = None;
        self.told.faults.retain(|key, _| !key.starts_with("check/"));
        self.judge(machine, &facts, &mut look)?;
        look.waiting = self.flush(machine)?;
        Ok(look)
    }

    /// Head, consistency, every new entry, every public fact, the other addresses.
    fn read(&mut self, machine: &Machine) -> Result<(Facts, Look), Failure> {
        let keep = &self.settings.keep;
        let mut session = machine.connect()?;
        let at = clock::now();
        let note = session.procurement.get_text("/log/checkpoint")?;
        let head = session.kept.verify(&note)?;
        session.kept.follow(&session.procurement, head)?;
        let origin = session.origin().to_owned();
        let mut reading = Reading::resume(&mut session, keep, std::mem::take(&mut self.absent))?;
        if self
            .judge
            .as_ref()
            .is_some_and(|(_, read)| *read > reading.facts.length())
        {
            self.judge = None;
        }
        let new = reading.follow(head)?;
        if !reading.explained()? {
            forget(keep, &origin)?;
            self.judge = None;
            return Err(Failure::Network(
                "something that was not shown is shown again; the log is read anew".to_owned(),
            ));
        }
        self.told.again = reading.again(self.told.again, self.settings.again)?;
        self.absent = reading.absent();
        let Reading { facts, watched, .. } = reading;
        for address in &self.settings.also {
            let other = Http::new(address, false);
            let shown = session.kept.verify(&other.get_text("/log/checkpoint")?)?;
            session.kept.follow(&other, shown)?;
        }
        keep_note(keep, &note)?;
        let look = Look {
            at,
            seen: watched.seen(),
            new,
            latest: watched.latest(),
            faults: Vec::new(),
            red: Vec::new(),
            lacks: None,
            waiting: 0,
        };
        Ok((facts, look))
    }

    fn judge(&mut self, machine: &Machine, facts: &Facts, look: &mut Look) -> Result<(), Failure> {
        // A board that was left half way is not used again.
        let (mut judge, read) = self
            .judge
            .take()
            .unwrap_or_else(|| (Judge::new(Arc::new(RuleBook::of_this_build())), 0));
        let (from, tell) = (self.told.judged, self.settings.tell);
        let (mut events, mut next) = (Vec::new(), from.unwrap_or_default());
        let read = facts.each(read, |record, shown| {
            let is_new = from.is_none_or(|from| record.seq >= from);
            events.extend(judge.take(facts, record, shown, is_new)?);
            if is_new {
                next = record.seq.saturating_add(1);
                // At the first look of all, only what is still open is news.
                events.extend(from.and_then(|_| issued(&judge, record, tell)));
            }
            Ok(true)
        })?;
        if from.is_none() {
            let open = judge.open();
            let told = open.iter().filter(|(_, card)| tell.tells(card.colour.into()));
            events.extend(told.map(|(seq, card)| card_of("issued", *seq, *seq, card)));
        }
        let missing = judge.missing(look.at.max(look.latest));
        self.told
            .faults
            .retain(|key, _| key.starts_with("wrong/") || missing.iter().any(|event| event.key == *key));
        events.extend(missing);
        self.post(machine, &events)?;
        self.told.judged = Some(next);
        self.told.write(&self.settings.keep)?;
        look.faults = self.told.faults.values().cloned().collect();
        look.lacks = judge.lacks();
        let open = judge.open().into_iter();
        look.red = open
            .filter(|(_, card)| Colour::from(card.colour) == Colour::Red)
            .map(|(seq, card)| format!("{} {} (entry {seq})", card.tender, card.rule))
            .collect();
        self.judge = Some((judge, read));
        Ok(())
    }

    /// Puts events into the outbox, faults only the first time.
    fn post(&mut self, machine: &Machine, events: &[Event]) -> Result<(), Failure> {
        let (platform, lang, at) = (&machine.global.server, machine.global.lang, clock::now());
        for event in events {
            let is_fault = event.kind == "card";
            if is_fault && self.told.faults.contains_key(&event.key) {
                continue;
            }
            machine.note(event.sentence(lang));
            self.outbox.put(&event.message(platform, platform, lang, at))?;
            if is_fault {
                let sentence = event.sentence(lang).to_owned();
                self.told.faults.insert(event.key.clone(), sentence);
            }
        }
        Ok(())
    }

    /// Tells that the platform does not answer, once for each time that it does not.
    pub fn away(&mut self, machine: &Machine, why: &str) -> Result<(), Failure> {
        if self.told.outage.is_some() {
            return Ok(());
        }
        let since = clock::now();
        let event = Event::new(
            "network",
            format!("network/{}", since.0),
            why.to_owned(),
            why.to_owned(),
        );
        self.alarm(machine, &event)?;
        self.told.outage = Some(since);
        self.told.write(&self.settings.keep)
    }

    /// Tells of what does not check out or cannot go on, once.
    pub fn broken(&mut self, machine: &Machine, failure: &Failure) -> Result<(), Failure> {
        let sentence = failure.to_string();
        let key = format!("check/{}", Hex(sha256(sentence.as_bytes())));
        if self.told.faults.contains_key(&key) {
            return self.flush(machine).map(drop);
        }
        let event = Event::new(failure.word(), key.clone(), sentence.clone(), sentence.clone());
        self.alarm(machine, &event)?;
        self.told.faults.insert(key, sentence);
        self.told.write(&self.settings.keep)
    }

    fn alarm(&self, machine: &Machine, event: &Event) -> Result<(), Failure> {
        let (platform, lang) = (&machine.global.server, machine.global.lang);
        self.outbox
            .put(&event.message(platform, platform, lang, clock::now()))?;
        self.flush(machine).map(drop)
    }

    /// Delivers what waits; how much still does.
    fn flush(&self, machine: &Machine) -> Result<usize, Failure> {
        let (left, whys) = self.outbox.flush()?;
        for why in whys {
            machine.note(&format!("{left} messages wait: {why}"));
        }
        Ok(left)
    }
}

/// What is told of a fact of a card, if it is to be told.
fn issued(judge: &Judge, record: &Record, tell: Tell) -> Option<Event> {
    let said = Said::of(record)?;
    let (kind, seq) = match &said {
        Said::Issued(_) => ("issued", record.seq),
        Said::Warned(body) => ("warned", body.card),
        Said::Ended(body) => ("ended", body.card),
    };
    let card = judge.card(said.tender(), seq)?;
    tell.tells(card.colour.into())
        .then(|| card_of(kind, record.seq, seq, card))
}

fn card_of(kind: &'static str, seq: u64, card_seq: u64, card: &CardIssued) -> Event {
    let (colour, tender, rule) = (Colour::from(card.colour), &card.tender, &card.rule);
    let (zh, en) = match kind {
        "warned" => ("临近期限", "comes near its limit"),
        "ended" => ("已销牌", "has ended"),
        _ => ("已亮牌", "was issued"),
    };
    let event = Event::new(
        kind,
        format!("{kind}/{seq}"),
        format!(
            "项目 {tender} {}(规则 {rule},日志第 {seq} 条){zh}:{}",
            zh_of(colour),
            card.zh
        ),
        format!(
            "{tender}: a {} card of rule {rule} {en} (entry {seq}): {}",
            en_of(colour),
            card.en
        ),
    );
    let event = event
        .with("card", card_seq)
        .with("colour", en_of(colour))
        .with("rule", rule.as_str())
        .with("seq", seq)
        .with("tender", tender.to_string());
    match card.due {
        Some(due) => event.with("due", due.0),
        None => event,
    }
}

/// Keeps a checkpoint as the latest, and as the day's if it is the first of the day.
fn keep_note(folder: &Path, note: &str) -> Result<(), Failure> {
    let day: String = clock::now().to_string().chars().take(10).collect();
    let (first, latest) = (folder.join(format!("{day}.note")), folder.join("latest.note"));
    if !first.exists() {
        std::fs::write(&first, note).map_err(failure::file(&first))?;
    }
    std::fs::write(&latest, note).map_err(failure::file(&latest))
}
