//! A refusal: a whole sentence for the person, and a stable code for programs.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a command was not accepted. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{en}")]
pub struct Refusal {
    /// Stable code, `context.reason` in snake case, e.g. `bid.late`.
    pub code: Cow<'static, str>,
    /// The sentence in English: what is wrong, where, what to do.
    pub en: String,
    /// The same sentence in Chinese.
    pub zh: String,
}

impl Refusal {
    /// A refusal with its sentence in both languages.
    pub fn new(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(code),
            en: en.into(),
            zh: zh.into(),
        }
    }
}
