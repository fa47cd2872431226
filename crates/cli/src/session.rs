//! One person at work with one platform: addresses, trust, sign-in, signed acts, receipts.

use crate::entropy;
use crate::failure::{self, Failure};
use crate::http::Http;
use crate::trust::Kept;
use crate::wire::{Accepted, Platform, SignedIn};
use facts::record::Body;
use facts::{Act, Canonical, Context, Hex, Kind, Stream};
use ledger::{act, message};
use seal::SigningKey;
use serde::Deserialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// A zone of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Public pages, buyers, bidders, custodians, registrars.
    Procurement,
    /// Experts.
    Evaluation,
    /// Supervisors.
    Supervision,
}

impl Zone {
    /// The word that is signed when signing in.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Procurement => "procurement",
            Self::Evaluation => "evaluation",
            Self::Supervision => "supervision",
        }
    }

    /// The zone that accepts facts of a kind.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        match kind.context() {
            Context::Platform | Context::Procure => Self::Procurement,
            Context::Evaluate => Self::Evaluation,
            Context::Supervise => Self::Supervision,
        }
    }
}

/// A platform, with what this machine trusts of it.
pub struct Session {
    /// The procurement zone.
    pub procurement: Http,
    evaluation: Http,
    supervision: Http,
    /// What the platform says of itself.
    pub platform: Platform,
    /// What is trusted.
    pub kept: Kept,
    pub(crate) home: PathBuf,
}

/// An accepted act with its verified receipt.
#[derive(Debug, Clone)]
pub struct Done {
    /// Position and time as the platform says.
    pub accepted: Accepted,
    /// Where the receipt was written.
    pub receipt: PathBuf,
}

#[derive(Deserialize)]
struct Challenge {
    challenge: Hex<32>,
}

impl Session {
    /// Connects to the platform at `server`, pins or checks its log key, and follows its head.
    pub fn connect(server: &str, home: &Path, policy: Option<&Path>, chinese: bool) -> Result<Self, Failure> {
        let procurement = Http::new(server, chinese);
        let platform: Platform = procurement.get("/api/platform")?;
        let base = server.trim_end_matches('/');
        let kept = Kept::load(home, base, policy, &platform.origin, &platform.log_key)?;
        if platform.origin != kept.trust.origin || platform.log_key != kept.trust.log_key {
            return Err(Failure::Check(format!(
                "{server} presents the log {} under key {}, but {} under key {} is trusted",
                platform.origin, platform.log_key, kept.trust.origin, kept.trust.log_key
            )));
        }
        let evaluation = Http::new(&platform.zones.evaluation, chinese);
        let supervision = Http::new(&platform.zones.supervision, chinese);
        let mut session = Self {
            procurement,
            evaluation,
            supervision,
            platform,
            kept,
            home: home.to_owned(),
        };
        session.kept.observe(&session.procurement)?;
        Ok(session)
    }

    /// The log's origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.kept.trust.origin
    }

    /// The client of a zone.
    #[must_use]
    pub const fn zone(&self, zone: Zone) -> &Http {
        match zone {
            Zone::Procurement => &self.procurement,
            Zone::Evaluation => &self.evaluation,
            Zone::Supervision => &self.supervision,
        }
    }

    /// Signs in to a zone with an account's key.
    pub fn sign_in(&mut self, key: &SigningKey, zone: Zone) -> Result<SignedIn, Failure> {
        let origin = self.origin().to_owned();
        let http = match zone {
            Zone::Procurement => &mut self.procurement,
            Zone::Evaluation => &mut self.evaluation,
            Zone::Supervision => &mut self.supervision,
        };
        let Challenge { challenge } = http.post("/api/session/challenge", &json!({}))?;
        let message = message::session(&origin, zone.word(), &challenge.0);
        let signed: SignedIn = http.post(
            "/api/session",
            &json!({
                "challenge": challenge,
                "key": Hex(key.public().to_bytes()),
                "sig": Hex(key.sign(&message).to_bytes()),
            }),
        )?;
        http.set_token(Some(signed.token.clone()));
        Ok(signed)
    }

    /// Signs a typed fact over the head seen, sends it, and verifies the receipt.
    pub fn act<B: Body>(&mut self, key: &SigningKey, stream: Stream, body: &B) -> Result<Done, Failure> {
        let canonical = Canonical::of(body).map_err(|e| Failure::Input(e.to_string()))?;
        self.act_raw(key, stream, B::KIND, canonical)
    }

    /// The same for a body that is already canonical.
    pub fn act_raw(
        &mut self,
        key: &SigningKey,
        stream: Stream,
        kind: Kind,
        body: Canonical,
    ) -> Result<Done, Failure> {
        let act = self.sign(key, stream, kind, body)?;
        self.send(&act)
    }

    /// Signs a fact over the head last seen, without sending it.
    pub fn sign(
        &mut self,
        key: &SigningKey,
        stream: Stream,
        kind: Kind,
        body: Canonical,
    ) -> Result<Act, Failure> {
        let seen = self.kept.observe(&self.procurement)?;
        let nonce = entropy::bytes();
        Ok(act::sign(self.origin(), stream, kind, body, nonce, seen, key))
    }

    /// Sends a signed act; sending it again gives the first receipt.
    pub fn send(&mut self, act: &Act) -> Result<Done, Failure> {
        let wire = act::write(act).map_err(|e| Failure::Input(e.to_string()))?;
        let accepted: Accepted = self.zone(Zone::of(act.kind)).post_again("/api/acts", &wire)?;
        self.check_receipt(&accepted, act)?;
        let folder = self.home.join("receipts");
        std::fs::create_dir_all(&folder).map_err(failure::file(&folder))?;
        let receipt = folder.join(format!("{}-{}.tlog-proof", accepted.seq, act.kind));
        std::fs::write(&receipt, &accepted.receipt).map_err(failure::file(&receipt))?;
        Ok(Done { accepted, receipt })
    }

    fn check_receipt(&mut self, accepted: &Accepted, act: &Act) -> Result<(), Failure> {
        let wrong = |what: &str| Failure::Check(format!("the receipt for entry {}: {what}", accepted.seq));
        let receipt = ledger::Receipt::parse(&accepted.receipt).map_err(|e| wrong(&e.to_string()))?;
        let opened = receipt
            .open(&self.kept.trust.origin, &self.kept.trust.verifier()?)
            .map_err(|e| wrong(&e.to_string()))?;
        if opened.act.as_ref() != Some(act) {
            return Err(wrong("it is for another act than the one sent"));
        }
        let seen = facts::Seen {
            root: Hex(opened.checkpoint.root),
            size: opened.checkpoint.size,
        };
        // The zone that took the act has the entry; another zone's process may not have caught up yet.
        let http = match Zone::of(act.kind) {
            Zone::Procurement => &self.procurement,
            Zone::Evaluation => &self.evaluation,
            Zone::Supervision => &self.supervision,
        };
        self.kept.follow(http, seen)
    }
}
