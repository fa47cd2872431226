//! The law of the stream `rules`: a version of the rule file comes into force by a supervisor's signature (规则版本).
//!
//! Invariant: what is adopted is a file that this program has read whole; its clock rules, its calendar and what it
//! changes are those of the file, and it never applies to a day before its adoption.

use crate::Signed;
use desk::Admitted;
use facts::body::card::RulesAdopted;
use facts::calendar::{day_of, start_of};
use facts::{Body as _, Decider, Draft, Hex, Instant, Record, Refusal, Role, Stream};
use rules::RuleBook;
use rules::adopted::wanted;
use std::sync::Arc;

/// The rule files that a program has, the newest first.
pub type Books = Arc<[Arc<RuleBook>]>;

/// The law.
#[derive(Debug, Clone, Copy)]
pub struct Adoptions;

/// The version adopted last, and from when it is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The last adoption.
    pub last: Option<(Hex<32>, Instant)>,
}

/// A supervisor adopts a version.
#[derive(Debug, Clone)]
pub struct Command {
    /// The signed act.
    pub signed: Signed<RulesAdopted>,
    /// The files that there are.
    pub books: Books,
}

/// The command that an admitted act asks for.
pub fn command(admitted: &Admitted, books: Books) -> Result<Command, Refusal> {
    let act = &admitted.act;
    if act.kind != RulesAdopted::KIND || act.stream != Stream::Rules {
        return Err(Refusal::new(
            "act.stream_invalid",
            format!("{} does not belong to the stream {}.", act.kind, act.stream),
            format!("{} 不属于 {}。", act.kind, act.stream),
        ));
    }
    let body = act.body.read().map_err(|error| {
        Refusal::new(
            "act.body_malformed",
            format!("The body of {} is refused: {error}.", act.kind),
            format!("{}的内容不合规范:{error}。", act.kind),
        )
    })?;
    let signed = Signed {
        actor: admitted.actor.clone(),
        act: act.clone(),
        body,
    };
    Ok(Command { signed, books })
}

impl Decider for Adoptions {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        if let Some(body) = record.of::<RulesAdopted>() {
            state.last = Some((body.version, body.from));
        }
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        let Command { signed, books } = command;
        signed.actor.must(&[Role::Supervisor])?;
        let body = &signed.body;
        let book = books.iter().find(|book| book.version == body.version);
        let Some(book) = book else {
            return Err(Refusal::new(
                "rules.unknown",
                format!(
                    "This platform has no rule file of the version {}; its operator installs it first.",
                    body.version
                ),
                format!("平台没有版本为{}的规则文件,须先由运营人员安装。", body.version),
            ));
        };
        if let Some((version, from)) = state.last {
            if version == body.version {
                return Err(Refusal::new(
                    "rules.adopted_already",
                    format!("The version {version} is adopted already, from {from} on."),
                    format!("版本{version}已采用,自{from}起生效。"),
                ));
            }
            if body.from < from {
                return Err(Refusal::new(
                    "rules.back_dated",
                    format!("The version before it comes into force at {from}, which is later."),
                    format!("前一版本自{from}起生效,新版本不得早于该时间。"),
                ));
            }
        }
        if body.from < start_of(day_of(at)) {
            return Err(Refusal::new(
                "rules.back_dated",
                "A version comes into force on the day of its adoption or later, never before.",
                "规则版本自采用当日或以后生效,不得溯及既往。",
            ));
        }
        let before = state
            .last
            .and_then(|(version, _)| books.iter().find(|book| book.version == version));
        if *body != wanted(book, before.map(Arc::as_ref), body.from) {
            return Err(Refusal::new(
                "rules.differ",
                "Name, calendar, clock rules or the list of changes are not those of the rule file; ask for them again.",
                "名称、日历、期限规则或变更清单与规则文件不符,请重新获取后签署。",
            ));
        }
        Ok(vec![signed.draft()])
    }
}
