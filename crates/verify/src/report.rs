//! The report: all verdicts as text for people, in English or Chinese, and as JSON for programs.
//!
//! Invariant: both forms say the same; colour is only decoration.

use crate::dossier::Dossier;
use crate::verdict::{Outcome, Verdict};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use std::io::{self, Write};

/// The language of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// 中文.
    Zh,
}

/// All verdicts on one dossier.
#[derive(Debug, Clone)]
pub struct Report {
    /// The tender.
    pub tender: String,
    /// The log.
    pub origin: String,
    /// Its size.
    pub size: u64,
    /// The verdicts in the order of their ids.
    pub verdicts: Vec<Verdict>,
}

#[derive(Serialize)]
struct Json<'a> {
    checks: Vec<JsonCheck<'a>>,
    format: &'static str,
    good: bool,
    origin: &'a str,
    size: u64,
    tender: &'a str,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    evidence: Vec<JsonEvidence<'a>>,
    id: String,
    name: &'a str,
    outcome: &'static str,
}

#[derive(Serialize)]
struct JsonEvidence<'a> {
    seq: Option<u64>,
    text: &'a str,
}

impl Report {
    /// Makes all checks of a dossier.
    #[must_use]
    pub fn of(dossier: &Dossier) -> Self {
        Self {
            tender: dossier.tender.to_string(),
            origin: dossier.policy.origin.clone(),
            size: dossier.log.size(),
            verdicts: crate::checks::run(dossier),
        }
    }

    /// Whether no check failed.
    #[must_use]
    pub fn good(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The ids of the checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = u8> + '_ {
        self.verdicts
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Fail)
            .map(|verdict| verdict.id)
    }

    /// One line of JSON, keys in byte order.
    pub fn write_json(&self, out: &mut impl Write, language: Language) -> io::Result<()> {
        let check = |verdict| check_json(verdict, language);
        let json = Json {
            checks: self.verdicts.iter().map(check).collect(),
            format: "kaibiao/verdict/v1",
            good: self.good(),
            origin: &self.origin,
            size: self.size,
            tender: &self.tender,
        };
        serde_json::to_writer(&mut *out, &json)?;
        out.write_all(b"\n")
    }

    /// Text with colours; the stream takes them out where nobody would see them.
    pub fn write_text(&self, out: &mut impl Write, language: Language) -> io::Result<()> {
        let bold = Style::new().bold();
        match language {
            Language::En => writeln!(
                out,
                "{bold}Tender {} in the log {}, {} entries{bold:#}",
                self.tender, self.origin, self.size
            )?,
            Language::Zh => writeln!(
                out,
                "{bold}项目{},日志{},共{}条{bold:#}",
                self.tender, self.origin, self.size
            )?,
        }
        for verdict in &self.verdicts {
            let (word, style) = word(verdict.outcome, language);
            let name = chosen(language, verdict.name_en, verdict.name_zh);
            writeln!(out, "{}  {style}{word}{style:#}  {name}", verdict.code())?;
            for evidence in &verdict.evidence {
                let text = chosen(language, &evidence.en, &evidence.zh);
                match evidence.seq {
                    Some(seq) => writeln!(out, "      #{seq}  {text}")?,
                    None => writeln!(out, "      {text}")?,
                }
            }
        }
        self.write_sum(out, language)
    }

    fn write_sum(&self, out: &mut impl Write, language: Language) -> io::Result<()> {
        let count = |outcome| {
            self.verdicts
                .iter()
                .filter(|verdict| verdict.outcome == outcome)
                .count()
        };
        let (pass, fail, na) = (
            count(Outcome::Pass),
            count(Outcome::Fail),
            count(Outcome::NotApplicable),
        );
        let (_, style) = word(if fail == 0 { Outcome::Pass } else { Outcome::Fail }, language);
        match language {
            Language::En => writeln!(
                out,
                "{style}{pass} passed, {fail} failed, {na} not applicable{style:#}"
            ),
            Language::Zh => writeln!(out, "{style}通过{pass}项,不通过{fail}项,不适用{na}项{style:#}"),
        }
    }
}

fn check_json(verdict: &Verdict, language: Language) -> JsonCheck<'_> {
    let evidence = verdict.evidence.iter();
    JsonCheck {
        evidence: evidence
            .map(|one| JsonEvidence {
                seq: one.seq,
                text: chosen(language, &one.en, &one.zh),
            })
            .collect(),
        id: verdict.code(),
        name: chosen(language, verdict.name_en, verdict.name_zh),
        outcome: verdict.outcome.word(),
    }
}

fn chosen<'a>(language: Language, en: &'a str, zh: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Zh => zh,
    }
}

fn word(outcome: Outcome, language: Language) -> (&'static str, Style) {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into())).bold();
    match (outcome, language) {
        (Outcome::Pass, Language::En) => ("pass", colour(AnsiColor::Green)),
        (Outcome::Pass, Language::Zh) => ("通过", colour(AnsiColor::Green)),
        (Outcome::Fail, Language::En) => ("FAIL", colour(AnsiColor::Red)),
        (Outcome::Fail, Language::Zh) => ("不通过", colour(AnsiColor::Red)),
        (Outcome::NotApplicable, Language::En) => ("n.a.", Style::new().dimmed()),
        (Outcome::NotApplicable, Language::Zh) => ("不适用", Style::new().dimmed()),
    }
}
