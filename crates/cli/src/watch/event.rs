//! What a monitor has to tell: faults of the log, cards that are missing or do not follow, cards that were issued.
//!
//! Invariant: an event says nothing that is not public; the same event has the same key, on every machine.

use crate::machine::Lang;
use clap::ValueEnum;
use facts::{Hex, Instant};
use ledger::hash::sha256;
use rules::Colour;
use serde_json::{Map, Value, json};

/// From which colour on an issued card is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tell {
    /// Every card, its warnings and its end
    Yellow,
    /// Red cards and their end
    Red,
    /// No card that was issued; cards that are missing or do not follow are told all the same
    None,
}

impl Tell {
    /// Whether a card of a colour is told.
    #[must_use]
    pub const fn tells(self, colour: Colour) -> bool {
        matches!((self, colour), (Self::Yellow, _) | (Self::Red, Colour::Red))
    }
}

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing: `check`, `network`, `card`, `issued`, `warned`, `ended`.
    pub kind: &'static str,
    /// What makes it one event: told once.
    pub key: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// More for programs.
    pub more: Map<String, Value>,
}

impl Event {
    /// An event with nothing but its sentences.
    #[must_use]
    pub fn new(kind: &'static str, key: String, zh: String, en: String) -> Self {
        Self {
            kind,
            key,
            zh,
            en,
            more: Map::new(),
        }
    }

    /// Adds a member for programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Its sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Id of the message about it, the same whenever it is sent again.
    #[must_use]
    pub fn id(&self, origin: &str) -> String {
        let whole = format!("{origin}\n{}\n{}", self.kind, self.key);
        let digest = Hex(sha256(whole.as_bytes())).to_string();
        format!("msg_{}", digest.get(..32).unwrap_or(&digest))
    }

    /// The message about it.
    #[must_use]
    pub fn message(&self, origin: &str, platform: &str, lang: Lang, at: Instant) -> Value {
        let mut message = json!({
            "alarm": self.kind,
            "at": at,
            "id": self.id(origin),
            "platform": platform,
            "sentence": self.sentence(lang),
        });
        if let Some(members) = message.as_object_mut() {
            members.extend(self.more.clone());
        }
        message
    }
}

/// The Chinese word for a colour.
#[must_use]
pub const fn zh_of(colour: Colour) -> &'static str {
    match colour {
        Colour::Yellow => "黄牌",
        Colour::Red => "红牌",
    }
}

/// The English word, and the one for programs.
#[must_use]
pub const fn en_of(colour: Colour) -> &'static str {
    match colour {
        Colour::Yellow => "yellow",
        Colour::Red => "red",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_id_and_speaks_the_language_asked_for() {
        let event = Event::new(
            "card",
            "missing/T1".to_owned(),
            "缺".to_owned(),
            "missing".to_owned(),
        )
        .with("tender", "T1");
        let message = |lang, at| event.message("o/log", "http://x", lang, Instant(at));
        let (zh, en) = (message(Lang::Zh, 1), message(Lang::En, 2));
        assert_eq!(zh["id"], en["id"]);
        assert_eq!(
            (&zh["sentence"], &en["sentence"]),
            (&json!("缺"), &json!("missing"))
        );
        assert_eq!((&en["tender"], &en["at"]), (&json!("T1"), &json!(2)));
        assert_ne!(event.id("o/log"), event.id("p/log"));
        assert!(Tell::Yellow.tells(Colour::Red) && !Tell::Red.tells(Colour::Yellow));
        assert!(!Tell::None.tells(Colour::Red));
    }
}
