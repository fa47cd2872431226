//! The person's machine: global options, output for people or programs, progress on long work.

#![expect(clippy::print_stderr, reason = "a command line tool speaks on its terminal")]

use crate::failure::{self, Failure};
use crate::keyring::{self, PassphraseSource};
use crate::session::{Done, Session};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Language of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Address of the platform's procurement zone
    #[arg(
        long,
        env = "KAIBIAO_SERVER",
        default_value = "http://127.0.0.1:7700",
        global = true
    )]
    pub server: String,
    /// Folder for receipts and for what this machine remembers of platforms
    #[arg(long, env = "KAIBIAO_HOME", value_name = "DIR", global = true)]
    pub home: Option<PathBuf>,
    /// Policy file that pins the log's origin and key (otherwise pinned on first contact)
    #[arg(long, env = "KAIBIAO_POLICY", value_name = "FILE", global = true)]
    pub policy: Option<PathBuf>,
    /// One JSON object on standard output, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the platform's sentences
    #[arg(long, env = "KAIBIAO_LANG", value_enum, default_value = "en", global = true)]
    pub lang: Lang,
    /// Where passphrases come from
    #[command(flatten)]
    pub passphrase: PassphraseSource,
}

/// A line on standard output. A reader that has gone away (`… | head`) is no fault.
fn print(line: &dyn std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// One invocation.
pub struct Machine {
    /// The options.
    pub global: Global,
}

impl Machine {
    /// A machine with these options.
    #[must_use]
    pub const fn new(global: Global) -> Self {
        Self { global }
    }

    /// The folder for receipts and memory.
    pub fn home(&self) -> Result<PathBuf, Failure> {
        if let Some(home) = &self.global.home {
            return Ok(home.clone());
        }
        std::env::home_dir()
            .map(|home| home.join(".kaibiao"))
            .ok_or_else(|| Failure::Input("no home folder: say --home DIR".to_owned()))
    }

    /// Connects to the platform.
    pub fn connect(&self) -> Result<Session, Failure> {
        let chinese = self.global.lang == Lang::Zh;
        let session = Session::connect(
            &self.global.server,
            &self.home()?,
            self.global.policy.as_deref(),
            chinese,
        )?;
        if session.kept.first_contact {
            self.note(&format!(
                "first contact with {}: its log key {} is pinned now; compare it with the one printed in the notice",
                session.origin(),
                session.kept.trust.log_key
            ));
        }
        Ok(session)
    }

    /// Opens an account's key file.
    pub fn key(&self, path: &Path) -> Result<seal::SigningKey, Failure> {
        keyring::signing_key(path, &self.global.passphrase)
    }

    /// A remark for a person, on standard error.
    pub fn note(&self, text: &str) {
        eprintln!("{text}");
    }

    /// The result: `text` for people, `value` for programs.
    pub fn say(&self, text: &str, value: &Value) {
        if self.global.json {
            print(value);
        } else {
            print(&text);
        }
    }

    /// Shows any answer: JSON as it is for programs, indented for people.
    pub fn show(&self, value: &impl Serialize) -> Result<(), Failure> {
        let value = serde_json::to_value(value).map_err(|e| Failure::Input(e.to_string()))?;
        if self.global.json {
            print(&value);
        } else {
            print(&format_args!("{value:#}"));
        }
        Ok(())
    }

    /// An act was accepted.
    pub fn done(&self, what: &str, done: &Done) {
        self.done_as(what, done, None);
    }

    /// The same for an act that gave something a name, which later acts refer to: `("order", "order-1")`.
    pub fn done_as(&self, what: &str, done: &Done, named: Option<(&str, &str)>) {
        let mut value = json!({ "seq": done.accepted.seq, "at": done.accepted.at, "receipt": done.receipt });
        if let (Some((member, name)), Some(members)) = (named, value.as_object_mut()) {
            members.insert(member.to_owned(), name.into());
        }
        self.say(
            &format!(
                "{what}: entry {} at {}\nreceipt: {}",
                done.accepted.seq,
                done.accepted.at,
                done.receipt.display()
            ),
            &value,
        );
    }

    /// A failure, with the platform's signed statement kept beside the receipts.
    pub fn fail(&self, failure: &Failure) {
        let mut kept = None;
        if let Failure::Refused {
            code,
            statement: Some(statement),
            ..
        } = failure
            && let Ok(home) = self.home()
        {
            let folder = home.join("refusals");
            let name = format!("{}-{code}.note", crate::clock::now().0);
            let path = folder.join(name);
            if std::fs::create_dir_all(&folder).is_ok() && std::fs::write(&path, statement).is_ok() {
                kept = Some(path);
            }
        }
        if self.global.json {
            let code = if let Failure::Refused { code, .. } = failure {
                code
            } else {
                failure.word()
            };
            print(&json!({ "error": failure.to_string(), "code": code, "statement": kept }));
        } else {
            eprintln!("{failure}");
            if let Some(path) = kept {
                eprintln!(
                    "the platform's signed statement of this refusal: {}",
                    path.display()
                );
            }
        }
    }

    /// A bar for `total` bytes of work; silent in pipes and for programs.
    #[must_use]
    pub fn bar(&self, what: &str, total: u64) -> ProgressBar {
        if self.global.json || !std::io::stderr().is_terminal() || total < 4 * 1024 * 1024 {
            return ProgressBar::hidden();
        }
        let style =
            ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(total)
            .with_style(style)
            .with_message(what.to_owned())
    }

    /// Reads a JSON file (`-` is standard input) into a typed value.
    pub fn read_json<T: serde::de::DeserializeOwned>(&self, path: &Path) -> Result<T, Failure> {
        let text = if path == Path::new("-") {
            std::io::read_to_string(std::io::stdin()).map_err(failure::file(path))?
        } else {
            std::fs::read_to_string(path).map_err(failure::file(path))?
        };
        serde_json::from_str(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))
    }
}
