//! The suites of tender-seal and the domain separation they give to every hash.
//!
//! Invariant: the suite's name is part of every domain tag, so values of two suites never mix.

/// How the sealed body is hashed; everything else is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Suite {
    /// RFC 6962 root over 65,536-byte segments of the sealed body.
    #[default]
    Tree64k,
    /// Plain SHA-256 of the sealed body.
    Plain,
}

impl Suite {
    /// The suite's name as it enters every hash.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tree64k => "tender-seal/v1/ristretto255-sha512-cobblestone256-tree64k",
            Self::Plain => "tender-seal/v1/ristretto255-sha512-cobblestone256",
        }
    }

    /// The suite of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tree64k, Self::Plain]
            .into_iter()
            .find(|suite| suite.name() == name)
    }

    /// `DST(label) = name ‖ "/" ‖ label`.
    #[must_use]
    pub fn dst(self, label: &str) -> Vec<u8> {
        self.domain().dst(label)
    }

    /// The suite as the root of domain tags.
    #[must_use]
    pub const fn domain(self) -> Domain {
        Domain(self.name())
    }
}

/// A root of domain tags: a suite of envelopes, or another protocol that uses the same proofs (the draw).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain(&'static str);

impl Domain {
    /// `DST(label) = root ‖ "/" ‖ label`.
    #[must_use]
    pub fn dst(self, label: &str) -> Vec<u8> {
        [self.0.as_bytes(), b"/", label.as_bytes()].concat()
    }
}

impl From<Suite> for Domain {
    fn from(suite: Suite) -> Self {
        suite.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for suite in [Suite::Tree64k, Suite::Plain] {
            assert_eq!(Suite::from_name(suite.name()), Some(suite));
        }
        assert_eq!(Suite::from_name("tender-seal/v2"), None);
        assert_eq!(
            Suite::Plain.dst("label"),
            b"tender-seal/v1/ristretto255-sha512-cobblestone256/label"
        );
        assert_eq!(Suite::default(), Suite::Tree64k);
    }
}
