//! Every card, warning and end replayed with the rules of supervision themselves, and what they would have written
//! that the log has not, or has late (section 13.4).
//!
//! Invariant: the log is passed once, in its order; what is asked of a card is answered from the entries below its
//! size, and a disclosed fact counts from its disclosure.

mod owed;

use crate::dossier::Dossier;
use crate::shown::Fact;
use crate::verdict::Findings;
use facts::body::card::{CardEnded, CardIssued, CardWarned};
use facts::{Draft, Instant, Kind, Record, Stream};
use owed::Owed;
use rules::issued::{Issued, Look, decide};
use rules::{Board, RuleBook};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Looks kept for the ends of cards, which do not say from how much of the log they were computed.
const KEPT: usize = 64;

pub(super) fn replay(dossier: &Dossier, found: &mut Findings) {
    let mut replay = Replay {
        dossier,
        // No rules until the log adopts some.
        board: Board::new(Arc::new(RuleBook::of_this_build())),
        now: Instant(i64::MIN),
        asked: asked(dossier),
        looks: BTreeMap::new(),
        recent: VecDeque::new(),
        owed: Owed::of(dossier),
        none: Issued::default(),
        replayed: 0,
        unread: 0,
        wrong: Findings::new(),
    };
    replay.pass();
    let (replayed, unread, wrong) = (replay.replayed, replay.unread, replay.wrong.into_faults());
    if blurred(dossier) {
        // What the rules read then is not there any more, for nobody.
        if !wrong.is_empty() {
            found.note(
                None,
                format!(
                    "{} facts of cards cannot be replayed: facts were erased",
                    wrong.len()
                ),
                format!("有事实已删除,{}项预警无法重演", wrong.len()),
            );
        }
    } else {
        found.adopt(wrong);
    }
    found.note(
        None,
        format!("{replayed} cards, warnings and ends replayed with the rules, {unread} without a file that can be run"),
        format!("按规则重演亮牌、预警、销牌{replayed}项,规则文件无法运行{unread}项"),
    );
}

/// Where each card and warning asks the rules: by the entries read, its position and its instant.
fn asked(dossier: &Dossier) -> BTreeMap<u64, Vec<(u64, Instant)>> {
    let mut asked: BTreeMap<u64, Vec<(u64, Instant)>> = BTreeMap::new();
    for fact in dossier.shown.of(&Stream::Supervision(dossier.tender.clone())) {
        let (issued, warned) = (fact.record.of::<CardIssued>(), fact.record.of::<CardWarned>());
        let issued = issued.map(|card| (card.size, card.at));
        if let Some((size, at)) = issued.or_else(|| warned.map(|warned| (warned.size, warned.at))) {
            asked.entry(size).or_default().push((fact.record.seq, at));
        }
    }
    asked
}

fn is_own(dossier: &Dossier, stream: &Stream) -> bool {
    let (Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender)) = stream else {
        return false;
    };
    *tender == dossier.tender
}

/// Whether a fact that the rules read is erased.
fn blurred(dossier: &Dossier) -> bool {
    let disclosed: BTreeSet<u64> = dossier
        .shown
        .facts()
        .filter(|fact| is_own(dossier, &fact.record.stream))
        .flat_map(|fact| Board::wanted(&fact.record))
        .collect();
    let own = |seq: &u64| {
        let stream = dossier.log.entry(*seq).and_then(|entry| entry.subj.as_ref());
        disclosed.contains(seq) || stream.is_some_and(|stream| is_own(dossier, stream))
    };
    dossier.shown.erased.iter().any(own)
}

/// Whether the board reads a fact for this tender.
fn counts(dossier: &Dossier, fact: &Fact) -> bool {
    let record = &fact.record;
    is_own(dossier, &record.stream)
        || record.stream == Stream::Rules
        || record.kind == Kind::AccountEnrolled
        || !disclosed(dossier, record).is_empty()
}

/// The facts of this tender that a record discloses.
fn disclosed(dossier: &Dossier, record: &Record) -> Vec<Record> {
    let named: BTreeSet<u64> = Board::wanted(record).into_iter().collect();
    let facts = named.into_iter().filter_map(|seq| dossier.shown.fact(seq));
    facts
        .filter(|fact| is_own(dossier, &fact.record.stream))
        .map(|fact| fact.record.clone())
        .collect()
}

struct Replay<'a> {
    dossier: &'a Dossier,
    board: Board,
    now: Instant,
    asked: BTreeMap<u64, Vec<(u64, Instant)>>,
    /// What the rules answered, by the position of the card that asks.
    looks: BTreeMap<u64, Look>,
    recent: VecDeque<Look>,
    owed: Owed,
    none: Issued,
    replayed: usize,
    unread: usize,
    wrong: Findings,
}

impl Replay<'_> {
    fn pass(&mut self) {
        let dossier = self.dossier;
        for fact in dossier.shown.facts().filter(|fact| counts(dossier, fact)) {
            let (seq, at) = (fact.record.seq, fact.record.at);
            self.answer(seq);
            self.wait(at);
            if matches!(fact.record.stream, Stream::Supervision(_)) {
                self.judge(fact);
            }
            self.board
                .observe(&fact.record, &disclosed(dossier, &fact.record));
            self.owe(at);
        }
        self.answer(dossier.log.size());
        if let Some(last) = dossier.log.entries().last().map(|entry| entry.ts) {
            self.wait(last.plus(1));
            self.owed.close(last, &mut self.wrong);
        }
    }

    fn issued(&self) -> &Issued {
        self.board.issued(&self.dossier.tender).unwrap_or(&self.none)
    }

    /// Takes the rules in force at an instant; `None` without a file that this program can run.
    fn rule(&mut self, at: Instant) -> Option<()> {
        let book = self.board.in_force(at)?.book.clone()?;
        self.board.rule_by(book);
        self.board.settle();
        Some(())
    }

    /// What the rules in force say at an instant of what was read so far.
    fn look(&mut self, at: Instant) -> Option<Look> {
        self.rule(at)?;
        self.board.look(&self.dossier.tender, at)
    }

    /// Answers what is asked of at most so many entries.
    fn answer(&mut self, size: u64) {
        while let Some(first) = self.asked.first_entry().filter(|first| *first.key() <= size) {
            let (size, cards) = first.remove_entry();
            for (seq, at) in cards {
                if let Some(look) = self.look(at) {
                    self.looks.insert(seq, Look { size, ..look });
                }
            }
        }
    }

    /// Lets time pass until an instant: whatever the rules change their mind about by then.
    fn wait(&mut self, until: Instant) {
        loop {
            let (now, tender) = (self.now, &self.dossier.tender);
            self.rule(now);
            let begins = self.board.adoptions().iter().map(|adoption| adoption.body.from);
            let next = begins
                .filter(|from| *from > now)
                .chain(self.board.next_change(tender, now))
                .min();
            match next.filter(|next| *next < until) {
                Some(next) => self.owe(next),
                None => return,
            }
        }
    }

    /// What the platform owes the log at an instant.
    fn owe(&mut self, at: Instant) {
        self.now = self.now.max(at);
        let look = self.look(at);
        let drafts = look
            .as_ref()
            .and_then(|look| decide(self.issued(), look, at).ok());
        self.owed.turn(at, &drafts.unwrap_or_default(), &mut self.wrong);
        if let Some(look) = look {
            self.recent.push_back(look);
            if self.recent.len() > KEPT {
                self.recent.pop_front();
            }
        }
    }

    fn judge(&mut self, fact: &Fact) {
        let record = &fact.record;
        let drafts = match record.kind {
            Kind::CardIssued | Kind::CardWarned => {
                let look = self.looks.remove(&record.seq);
                look.and_then(|look| decide(self.issued(), &look, look.at).ok())
            }
            Kind::CardEnded => {
                let look = self.look(record.at);
                look.and_then(|look| decide(self.issued(), &look, look.at).ok())
            }
            _ => return,
        };
        let Some(drafts) = drafts else {
            self.unread = self.unread.saturating_add(1);
            return;
        };
        let is_it = |draft: &Draft| draft.kind == record.kind && draft.body == record.body;
        let fits = drafts.iter().any(is_it) || record.kind == Kind::CardEnded && self.ended_before(record);
        if fits {
            self.replayed = self.replayed.saturating_add(1);
            return;
        }
        let (en, zh) = unlike(record, &drafts);
        self.wrong.fault(record.seq, en, zh);
    }

    /// Whether an end followed a moment ago: facts may have come between its computation and its entry.
    fn ended_before(&self, record: &Record) -> bool {
        let by = record.of::<CardEnded>().map_or(u64::MAX, |ended| ended.by);
        let from = record.at.plus(-super::FRESH);
        let gone = self
            .recent
            .iter()
            .skip(1)
            .take_while(|later| later.at < from)
            .count();
        let mut looks = self.recent.iter().skip(gone).filter(|look| look.size > by);
        looks.any(|look| {
            let drafts = decide(self.issued(), look, look.at).unwrap_or_default();
            drafts
                .iter()
                .any(|draft| draft.kind == record.kind && draft.body == record.body)
        })
    }
}

/// What is wrong with a card: the members that differ from the one the rules give, if they give one.
fn unlike(record: &Record, drafts: &[Draft]) -> (String, String) {
    let name = |members: &serde_json::Map<String, serde_json::Value>| -> Vec<Option<serde_json::Value>> {
        let named = match record.kind {
            Kind::CardIssued => ["about", "colour", "rule"].as_slice(),
            _ => ["card"].as_slice(),
        };
        named.iter().map(|member| members.get(*member).cloned()).collect()
    };
    let said = record.body.members();
    let alike = drafts
        .iter()
        .filter(|draft| draft.kind == record.kind)
        .find(|draft| name(draft.body.members()) == name(said));
    let Some(wanted) = alike.map(|draft| draft.body.members()) else {
        return (
            format!("the rules, replayed, give no such {}", record.kind),
            format!("重演规则不产生该{}", word(record.kind)),
        );
    };
    let names: BTreeSet<&String> = said.keys().chain(wanted.keys()).collect();
    let differ: Vec<&str> = names
        .into_iter()
        .filter(|member| said.get(*member) != wanted.get(*member))
        .map(String::as_str)
        .collect();
    let differ = differ.join(", ");
    (
        format!("the rules, replayed, give another {} ({differ})", record.kind),
        format!("重演规则所得{}不同({differ})", word(record.kind)),
    )
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::CardIssued => "亮牌",
        Kind::CardWarned => "预警",
        _ => "销牌",
    }
}
