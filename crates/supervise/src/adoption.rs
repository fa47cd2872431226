//! The law of the stream `rules`: a version of the rule file comes into force by a supervisor's signature (规则版本).
//!
//! Invariant: what is adopted stands in the act whole and was read whole; its clock rules, its calendar and what it
//! changes are those of the file, and it never applies to a day before its adoption.

use crate::Signed;
use desk::Admitted;
use facts::body::card::RulesAdopted;
use facts::calendar::{CHINA, day_of, start_of};
use facts::{Body as _, Decider, Draft, Hex, Instant, Record, Refusal, Role, Stream};
use rules::adopted::wanted;
use rules::{RuleBook, RuleFileError};
use serde_json::Value;

/// The law.
#[derive(Debug, Clone, Copy)]
pub struct Adoptions;

/// The version adopted last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The last adoption.
    pub last: Option<Last>,
}

/// A version, from when it is in force, and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// SHA-256 of its canonical form.
    pub version: Hex<32>,
    /// From when it is in force.
    pub from: Instant,
    /// The file.
    pub file: Value,
}

/// A supervisor adopts a version.
#[derive(Debug, Clone)]
pub struct Command {
    /// The signed act.
    pub signed: Signed<RulesAdopted>,
}

/// The command that an admitted act asks for.
pub fn command(admitted: &Admitted) -> Result<Command, Refusal> {
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
    Ok(Command { signed })
}

/// Why a rule file is not adopted.
#[must_use]
pub fn malformed(refused: &RuleFileError) -> Refusal {
    let (en, zh) = match refused.line {
        0 => (String::new(), String::new()),
        line => (format!(", for its line {line}"), format!(",见第{line}行")),
    };
    Refusal::new(
        "rules.malformed",
        format!(
            "The rule file is refused whole{en}: {}. What was in force stays in force.",
            refused.reason
        ),
        format!("规则文件整体不予接受{zh}:{}。原规则继续有效。", refused.reason),
    )
}

impl Decider for Adoptions {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        if let Some(body) = record.of::<RulesAdopted>() {
            state.last = Some(Last {
                version: body.version,
                from: body.from,
                file: body.file,
            });
        }
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        let Command { signed } = command;
        signed.actor.must(&[Role::Supervisor])?;
        let body = &signed.body;
        let book = RuleBook::adopted(body).map_err(|refused| malformed(&refused))?;
        if *book.calendar != CHINA {
            return Err(Refusal::new(
                "rules.calendar_old",
                format!(
                    "The file counts working days by {}; a version adopted now counts by {}. Write that \
                     name into the file's calendar and adopt it again.",
                    book.calendar.version, CHINA.version
                ),
                format!(
                    "规则文件按{}计算工作日,现行工作日历为{};请将文件中的日历改为现行版本后重新采用。",
                    book.calendar.version, CHINA.version
                ),
            ));
        }
        if let Some(Last { version, from, .. }) = &state.last {
            if *version == body.version {
                return Err(Refusal::new(
                    "rules.adopted_already",
                    format!("The version {version} is adopted already, from {from} on."),
                    format!("版本{version}已采用,自{from}起生效。"),
                ));
            }
            if body.from < *from {
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
        let before = state.last.as_ref().map(|last| &last.file);
        if *body != wanted(&book, before, body.from) {
            return Err(Refusal::new(
                "rules.differ",
                "Name, calendar, clock rules or the list of changes are not those of the rule file; ask for them again.",
                "名称、日历、期限规则或变更清单与规则文件不符,请重新获取后签署。",
            ));
        }
        Ok(vec![signed.draft()])
    }
}
