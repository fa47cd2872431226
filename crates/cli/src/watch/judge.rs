//! The rules over what a monitor may see: which cards are missing, which do not follow, which are open.
//!
//! Invariant: only public facts come in here, in the order of the log; a card is missing only when the platform had
//! the time of grace of the record format (13.3) after everything that it follows from.

use super::event::{Event, en_of, zh_of};
use super::facts::Facts;
use super::follows::{self, Said};
use crate::failure::Failure;
use facts::body::card::{CardEnded, CardIssued};
use facts::{Hex, Instant, Record, Stream, TenderId};
use rules::issued::{Course, FRESH, cause, decide};
use rules::{Board, Colour, RuleBook};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Milliseconds after which a card that is due is missing (record format, 13.3).
pub const GRACE: i64 = 600_000;

/// The board of a monitor.
pub struct Judge {
    /// The rules of this build, for a board before there are others.
    own: Arc<RuleBook>,
    board: Board,
    /// Facts of the last minute, of which a card may not have known yet.
    recent: VecDeque<(Instant, u64, TenderId)>,
    /// A version that is in force, or under which a card was issued, and that this build does not understand.
    lacks: Option<Hex<32>>,
}

impl Judge {
    /// An empty board.
    #[must_use]
    pub fn new(own: Arc<RuleBook>) -> Self {
        let board = Board::new(own.clone());
        Self {
            own,
            board,
            recent: VecDeque::new(),
            lacks: None,
        }
    }

    /// The version that this build does not understand, if there was one to be used.
    #[must_use]
    pub const fn lacks(&self) -> Option<Hex<32>> {
        self.lacks
    }

    /// The board.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// Takes in a fact with what it discloses; a card among them is judged first, if `judged` says so. What is wrong.
    pub fn take(
        &mut self,
        facts: &Facts,
        record: &Record,
        shown: &[Record],
        judged: bool,
    ) -> Result<Option<Event>, Failure> {
        let fault = match Said::of(record).filter(|_| judged) {
            Some(said) => self.judge(facts, record, &said)?,
            None => None,
        };
        self.board.observe(record, shown);
        while self
            .recent
            .front()
            .is_some_and(|(at, ..)| record.at.since(*at) > FRESH)
        {
            self.recent.pop_front();
        }
        if let Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender) =
            &record.stream
            && !rules::clocks::is_cards(record.kind)
        {
            self.recent.push_back((record.at, record.seq, tender.clone()));
        }
        Ok(fault)
    }

    fn judge(&mut self, facts: &Facts, record: &Record, said: &Said) -> Result<Option<Event>, Failure> {
        if let Some(why) = follows::impossible(said, record) {
            return Ok(Some(wrong(&self.board, record, said, why)));
        }
        let (size, at) = said.computed().unwrap_or((record.seq, record.at));
        let adoptions = self.board.adoptions().iter();
        let version = adoptions
            .rev()
            .find(|adoption| adoption.seq < size && adoption.body.from <= at)
            .map(|adoption| (adoption.body.version, adoption.book.clone()));
        let named = match said {
            Said::Issued(body) => Some(body.version),
            Said::Warned(_) | Said::Ended(_) => version.as_ref().map(|(version, _)| *version),
        };
        let Some((version, book)) = version.filter(|(version, _)| Some(*version) == named) else {
            let why = ("当时施行的规则不是它所依据的版本", "its version was not in force");
            return Ok(Some(wrong(&self.board, record, said, why)));
        };
        let Some(book) = book else {
            self.lacks = Some(version);
            return Ok(None);
        };
        let near: Vec<(Instant, u64)> = self
            .recent
            .iter()
            .filter(|(.., tender)| tender == said.tender())
            .map(|(at, seq, _)| (*at, *seq))
            .collect();
        let changes: Vec<Instant> = near.iter().map(|(at, _)| *at).collect();
        let instants = follows::instants(said, record.at, &changes);
        for at in &instants {
            if follows::gives(&mut self.board, &book, said, *at) {
                return Ok(None);
            }
        }
        // The board knows facts that came between the computation and the card: it is asked without them.
        let mut sizes: Vec<u64> = match said.computed() {
            Some((size, _)) => vec![size],
            None => near.iter().map(|(_, seq)| *seq).collect(),
        };
        sizes.retain(|size| *size < record.seq);
        for size in sizes {
            let mut before = self.before(facts, said.tender(), size, record.seq)?;
            if instants
                .iter()
                .any(|at| follows::gives(&mut before, &book, said, *at))
            {
                return Ok(None);
            }
        }
        let why = ("按当时的规则和记录得不出它", "the rules do not give it");
        Ok(Some(wrong(&self.board, record, said, why)))
    }

    /// The board of one tender as it was when the log had so many entries, with the cards before another place.
    fn before(&self, facts: &Facts, tender: &TenderId, size: u64, cards: u64) -> Result<Board, Failure> {
        let mut board = Board::new(self.own.clone());
        facts.each(0, |record, shown| {
            let foreign = match &record.stream {
                Stream::Tender(of) | Stream::Evaluation(of) | Stream::Supervision(of) => of != tender,
                _ => false,
            };
            let counts = record.seq < size || Said::of(record).is_some();
            if record.seq < cards && counts && !foreign {
                board.observe(record, shown);
            }
            Ok(record.seq < cards)
        })?;
        Ok(board)
    }

    /// The cards that are due at an instant, for longer than the grace, and are not in the log.
    pub fn missing(&mut self, at: Instant) -> Vec<Event> {
        let Some(adoption) = self.board.in_force(at) else {
            return Vec::new();
        };
        let (version, begun) = (adoption.body.version, adoption.at.max(adoption.body.from));
        let first = self.board.adoptions().first().map_or(0, |first| first.seq);
        let Some(book) = adoption.book.clone() else {
            self.lacks = Some(version);
            return Vec::new();
        };
        self.lacks = None;
        self.board.rule_by(book);
        self.board.settle();
        let mut events = Vec::new();
        for procedure in self.board.procedures() {
            let tender = &procedure.tender;
            let (Some(look), Some(issued)) = (self.board.look(tender, at), self.board.issued(tender)) else {
                continue;
            };
            let drafts = decide(issued, &look, at).unwrap_or_default();
            let cards: BTreeMap<u64, &CardIssued> = issued.courses().flat_map(cards).collect();
            let all = || {
                issued
                    .courses()
                    .flat_map(|course| course.yellow.iter().chain(&course.red))
            };
            let since = |card: u64| all().find(|issue| issue.seq == card).map(|issue| issue.at);
            let settled = begun.max(procedure.last.at);
            for draft in &drafts {
                match Said::of(&draft.record(0, at)) {
                    // Clocks that began before there were rules are not missed (13.3).
                    Some(Said::Issued(card)) if card.since > first => {
                        let due = settled
                            .max(card.raised)
                            .max(card.follows.and_then(since).unwrap_or(begun));
                        if at.since(due) >= GRACE {
                            events.push(absent(&card, due));
                        }
                    }
                    Some(Said::Ended(end)) => {
                        let due = settled.max(since(end.card).unwrap_or(begun));
                        if let Some(card) = cards.get(&end.card).filter(|_| at.since(due) >= GRACE) {
                            events.push(unended(&end, card));
                        }
                    }
                    _ => {}
                }
            }
        }
        events
    }

    /// The cards in the log that are open: position and what each says, ascending.
    #[must_use]
    pub fn open(&self) -> BTreeMap<u64, &CardIssued> {
        let courses = self.board.all_issued().flat_map(|(_, issued)| issued.courses());
        courses
            .filter(|course| course.ended.is_none())
            .filter_map(Course::latest)
            .map(|issue| (issue.seq, &issue.body))
            .collect()
    }

    /// The card at a position of the log.
    #[must_use]
    pub fn card(&self, tender: &TenderId, seq: u64) -> Option<&CardIssued> {
        card_at(&self.board, tender, seq)
    }
}

fn cards(course: &Course) -> impl Iterator<Item = (u64, &CardIssued)> {
    let issues = course.yellow.iter().chain(&course.red);
    issues.map(|issue| (issue.seq, &issue.body))
}

fn card_at<'a>(board: &'a Board, tender: &TenderId, seq: u64) -> Option<&'a CardIssued> {
    let mut all = board.issued(tender)?.courses().flat_map(cards);
    all.find(|(known, _)| *known == seq).map(|(_, card)| card)
}

fn wrong(board: &Board, record: &Record, said: &Said, (zh, en): (&str, &str)) -> Event {
    let (seq, tender) = (record.seq, said.tender());
    let card = match said {
        Said::Issued(card) => Some(&**card),
        Said::Warned(body) => card_at(board, tender, body.card),
        Said::Ended(body) => card_at(board, tender, body.card),
    };
    let rule = card.map_or("?", |card| card.rule.as_str());
    let (zh_kind, en_kind) = match said {
        Said::Issued(card) => (zh_of(card.colour.into()), en_of(card.colour.into())),
        Said::Warned(_) => ("预警", "warning"),
        Said::Ended(_) => ("销牌", "end"),
    };
    Event::new(
        "card",
        format!("wrong/{seq}"),
        format!("项目 {tender} 的规则 {rule},日志第 {seq} 条({zh_kind})不成立:{zh}"),
        format!("{tender}, rule {rule}: entry {seq} ({en_kind}) does not follow from the log: {en}"),
    )
    .with("fault", "wrong")
    .with("rule", rule)
    .with("seq", seq)
    .with("tender", tender.to_string())
}

fn absent(card: &CardIssued, due: Instant) -> Event {
    let (tender, rule, colour) = (&card.tender, &card.rule, Colour::from(card.colour));
    let (of, about, start) = cause(card);
    Event::new(
        "card",
        format!(
            "missing/{tender}/{of}/{about}/{}/{}",
            start.map_or_else(String::new, |start| start.to_string()),
            en_of(colour)
        ),
        format!(
            "项目 {tender} 应亮{},规则 {rule},自 {due} 起,日志中没有:{}",
            zh_of(colour),
            card.zh
        ),
        format!(
            "{tender}, rule {rule}: a {} card is due since {due} and is not in the log: {}",
            en_of(colour),
            card.en
        ),
    )
    .with("colour", en_of(colour))
    .with("fault", "missing")
    .with("rule", rule.as_str())
    .with("since", due.0)
    .with("tender", tender.to_string())
}

fn unended(end: &CardEnded, card: &CardIssued) -> Event {
    let (tender, rule, seq) = (&card.tender, &card.rule, end.card);
    Event::new(
        "card",
        format!("open/{seq}"),
        format!(
            "项目 {tender} 的规则 {rule},日志第 {seq} 条的牌已由第 {} 条了结,却没有销牌",
            end.by
        ),
        format!(
            "{tender}, rule {rule}: the card of entry {seq} has ended by entry {}, and the log does not say so",
            end.by
        ),
    )
    .with("fault", "open")
    .with("rule", rule.as_str())
    .with("seq", seq)
    .with("tender", tender.to_string())
}

#[cfg(test)]
mod tests;
