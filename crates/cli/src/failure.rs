//! What can go wrong at a person's machine, and the exit code that says so.

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The platform refused; nothing was written there. Exit code 1.
    #[error("refused ({code}): {sentence}")]
    Refused {
        /// Stable code of the refusal.
        code: String,
        /// The sentence for the person.
        sentence: String,
        /// The platform's signed statement of the refusal, if it gave one.
        statement: Option<String>,
    },
    /// What was given on the command line or in a file is not usable. Exit code 2.
    #[error("{0}")]
    Input(String),
    /// The platform could not be reached or failed. Exit code 3.
    #[error("{0}")]
    Network(String),
    /// Something the platform said does not check out. Exit code 4.
    #[error("NOT TRUSTED: {0}")]
    Check(String),
    /// A custodian's software or person declines to answer. Exit code 5.
    #[error("declined: {0}")]
    Declined(String),
    /// A red card (红牌) is open on a platform of which everything else checks out. Exit code 6.
    #[error("{0}")]
    RedCard(String),
}

impl Failure {
    /// The exit code.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused { .. } => 1,
            Self::Input(_) => 2,
            Self::Network(_) => 3,
            Self::Check(_) => 4,
            Self::Declined(_) => 5,
            Self::RedCard(_) => 6,
        }
    }

    /// The word for programs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Input(_) => "input",
            Self::Network(_) => "network",
            Self::Check(_) => "check",
            Self::Declined(_) => "declined",
            Self::RedCard(_) => "red_card",
        }
    }
}

/// A failure of reading or writing a local file, with its name.
pub fn file(path: &std::path::Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |error| Failure::Input(format!("{}: {error}", path.display()))
}
