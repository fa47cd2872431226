//! The screens of a rule in the words of its page.
//!
//! Invariant: what a screen reads is said in the words in which bidders were told of it; no sign stands here.

use crate::pages::Layout;
use screen::{Code, Nature};
use supervise::signs;

/// A screen that looks for signs of a rule.
pub(super) struct Screen {
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    /// Whether it states a fact or a statistic.
    pub(super) nature: &'static str,
    pub(super) source: &'static str,
    /// What it reads, as bidders are told beforehand.
    pub(super) read: &'static str,
}

impl Screen {
    pub(super) fn of(l: &Layout, code: &'static str) -> Option<Self> {
        let about = Code::ALL.iter().find(|known| known.word() == code)?.about();
        let (_, zh, en) = signs::READ.iter().find(|(known, ..)| *known == code)?;
        Some(Self {
            code,
            title: l.say(about.title.zh, about.title.en),
            nature: match about.nature {
                Nature::Exact => l.say("事实", "a fact"),
                Nature::Statistical => l.say("统计", "a statistic"),
            },
            source: about.source,
            read: l.say(zh, en),
        })
    }
}
