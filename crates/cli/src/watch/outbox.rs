//! Messages on their way: a folder for each receiver, a file for each message, until the receiver has taken it.
//!
//! Invariant: a message leaves its folder only after its receiver took it, and none goes before one that was put in
//! earlier; so each receiver gets all of them, in order, at least once, under ids that stay the same.

use super::hook::Hook;
use super::mail::Post;
use super::told::replace;
use crate::failure::{self, Failure};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Who is told.
pub enum Receiver {
    /// A command run by sh, with the message on its input.
    Command(String),
    /// An address that is sent signed requests.
    Hook(Hook),
    /// People with mail.
    Mail(Post),
}

impl Receiver {
    /// The name of its folder.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Hook(_) => "webhook",
            Self::Mail(_) => "mail",
        }
    }

    fn take(&self, message: &Value) -> Result<(), String> {
        match self {
            Self::Command(command) => hand_over(command, message).map_err(|e| e.to_string()),
            Self::Hook(hook) => hook.send(message),
            Self::Mail(post) => post.send(message),
        }
    }
}

/// The messages of a monitor.
pub struct Outbox {
    folder: PathBuf,
    receivers: Vec<Receiver>,
}

impl Outbox {
    /// The outbox of a folder, for these receivers.
    pub fn open(keep: &Path, receivers: Vec<Receiver>) -> Result<Self, Failure> {
        let folder = keep.join("outbox");
        for receiver in &receivers {
            let own = folder.join(receiver.name());
            std::fs::create_dir_all(&own).map_err(failure::file(&own))?;
        }
        Ok(Self { folder, receivers })
    }

    /// Puts a message in for every receiver that does not have it waiting already.
    pub fn put(&self, message: &Value) -> Result<(), Failure> {
        let id = message.get("id").and_then(Value::as_str).unwrap_or("message");
        for receiver in &self.receivers {
            let own = self.folder.join(receiver.name());
            let waiting = waiting(&own)?;
            let end = format!("-{id}.json");
            if waiting.iter().any(|name| name.ends_with(&end)) {
                continue;
            }
            let last = waiting.last().and_then(|name| name.split('-').next());
            let number = last.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
            let name = format!("{:012}{end}", number.saturating_add(1));
            replace(&own.join(name), &own.join("new"), &message.to_string())?;
        }
        Ok(())
    }

    /// Delivers what waits; how much is left, and why, by receiver.
    pub fn flush(&self) -> Result<(usize, Vec<String>), Failure> {
        let (mut left, mut whys) = (0_usize, Vec::new());
        for receiver in &self.receivers {
            let own = self.folder.join(receiver.name());
            let mut rest = waiting(&own)?.into_iter();
            while let Some(name) = rest.next() {
                let path = own.join(name);
                let text = std::fs::read_to_string(&path).map_err(failure::file(&path))?;
                let message: Value = serde_json::from_str(&text)
                    .map_err(|e| Failure::Input(format!("{}: {e}", path.display())))?;
                if let Err(why) = receiver.take(&message) {
                    left = left.saturating_add(rest.len()).saturating_add(1);
                    whys.push(format!("{}: {why}", receiver.name()));
                    break;
                }
                std::fs::remove_file(&path).map_err(failure::file(&path))?;
            }
        }
        Ok((left, whys))
    }
}

/// The messages in a folder, oldest first.
fn waiting(folder: &Path) -> Result<Vec<String>, Failure> {
    let found = std::fs::read_dir(folder).map_err(failure::file(folder))?;
    let mut names: Vec<String> = found
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
        .collect();
    names.sort();
    Ok(names)
}

fn hand_over(command: &str, message: &Value) -> Result<(), std::io::Error> {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A command that does not read its input may have done its work all the same: its status says.
        let _ = writeln!(input, "{message}");
    }
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(std::io::Error::other(format!("it ended with {status}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outbox(keep: &Path, command: &str) -> Outbox {
        Outbox::open(keep, vec![Receiver::Command(command.to_owned())]).unwrap()
    }

    #[test]
    fn what_is_not_taken_waits_in_order_over_a_restart_and_is_not_put_in_twice() {
        let keep = tempfile::tempdir().unwrap();
        let heard = keep.path().join("heard");
        let (deaf, open) = ("exit 7", format!("cat >> {}", heard.display()));
        let first = outbox(keep.path(), deaf);
        for id in ["msg_b", "msg_a", "msg_b"] {
            first.put(&json!({ "id": id })).unwrap();
        }
        let (left, whys) = first.flush().unwrap();
        assert_eq!(left, 2);
        assert!(whys[0].starts_with("command: it ended with"), "{whys:?}");
        let second = outbox(keep.path(), &open);
        second.put(&json!({ "id": "msg_c" })).unwrap();
        assert_eq!(second.flush().unwrap(), (0, Vec::new()));
        let text = std::fs::read_to_string(heard).unwrap();
        let order: Vec<&str> = text.lines().collect();
        assert_eq!(
            order,
            [r#"{"id":"msg_b"}"#, r#"{"id":"msg_a"}"#, r#"{"id":"msg_c"}"#]
        );
        assert_eq!(second.flush().unwrap(), (0, Vec::new()), "and nothing twice");
    }
}
