//! Files on their way to the vault, in pieces, through crashes.
//!
//! Invariant: after a crash the server must hold at least every byte whose receipt it answered, and the finished
//! file must have the digest that we computed before sending.

use super::client::Stop;
use crate::Trouble;
use crate::http::{Link, request};
use crate::people::{LETTER, Scene, below};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use facts::Hex;
use facts::body::bid::Envelope;
use facts::id::PartId;
use ledger::message;
use rand_core::{OsRng, RngCore};
use seal::SigningKey;
use serde::Deserialize;
use serde_json::json;

/// Bytes of one piece at most.
const PIECE: u32 = 160 * 1024;

/// A file to send.
pub(crate) struct Cargo {
    content: &'static str,
    bytes: Vec<u8>,
    digest: [u8; 32],
    /// What the bid says of it, if it is a sealed body.
    pub(crate) envelope: Option<Envelope>,
}

/// An upload that was begun.
pub(crate) struct Upload {
    location: String,
    /// Bytes whose receipt was answered.
    answered: usize,
    /// The offset was asked on the present connection.
    asked: bool,
}

#[derive(Deserialize)]
struct Challenge {
    challenge: Hex<32>,
}

#[derive(Deserialize)]
struct SignedIn {
    token: String,
}

/// Opens a session.
pub(crate) async fn sign_in(link: &mut Link, origin: &str, key: &SigningKey) -> Result<String, Stop> {
    let kind = [("content-type", "application/json")];
    let answer = link
        .ask(&request("POST", "/api/session/challenge", &kind, b"{}"), false)
        .await?;
    let said: Challenge =
        serde_json::from_slice(&answer.body).map_err(|e| format!("no challenge: {e}: {}", answer.text()))?;
    let signature = key.sign(&message::session(origin, "procurement", &said.challenge.0));
    let body = json!({
        "challenge": said.challenge,
        "key": Hex(key.public().to_bytes()),
        "sig": Hex(signature.to_bytes()),
    });
    let answer = link
        .ask(
            &request("POST", "/api/session", &kind, body.to_string().as_bytes()),
            false,
        )
        .await?;
    let signed: SignedIn =
        serde_json::from_slice(&answer.body).map_err(|e| format!("no session: {e}: {}", answer.text()))?;
    Ok(signed.token)
}

fn noise(most: u32) -> Result<Vec<u8>, Trouble> {
    let mut bytes = vec![0; usize::try_from(below(most))?];
    OsRng.fill_bytes(&mut bytes);
    Ok(bytes)
}

impl Cargo {
    /// A document of random bytes.
    pub(crate) fn document() -> Result<Self, Trouble> {
        let bytes = noise(1_500_000)?;
        let digest = seal::hash::sha256(&[&bytes]);
        Ok(Self {
            content: "document",
            bytes,
            digest,
            envelope: None,
        })
    }

    /// Everything of a bid, of random bytes, sealed under the bid's key.
    pub(crate) fn bid(scene: &Scene, bid_key: &SigningKey) -> Result<Vec<Self>, Trouble> {
        let letter = Self::sealed(scene, bid_key, &scene.letter, &noise(u32::try_from(LETTER)?)?)?;
        let technical = Self::sealed(scene, bid_key, &scene.technical, &noise(1_500_000)?)?;
        Ok(vec![letter, technical])
    }

    fn sealed(scene: &Scene, bid_key: &SigningKey, part: &PartId, plain: &[u8]) -> Result<Self, Trouble> {
        let mut bytes = Vec::new();
        let envelope = crate::people::seal(scene, bid_key, part, plain, &mut bytes)?;
        Ok(Self {
            content: "body",
            bytes,
            digest: envelope.body_digest.0,
            envelope: Some(envelope),
        })
    }

    /// Announces the upload.
    pub(crate) async fn begin(&self, link: &mut Link, token: &str) -> Result<Upload, Stop> {
        let (bearer, length) = (format!("Bearer {token}"), self.bytes.len().to_string());
        let metadata = format!("kind {}", STANDARD.encode(self.content));
        let headers = [
            ("authorization", bearer.as_str()),
            ("tus-resumable", "1.0.0"),
            ("upload-length", length.as_str()),
            ("upload-metadata", metadata.as_str()),
        ];
        let answer = link
            .ask(&request("POST", "/api/uploads", &headers, b""), false)
            .await?;
        match answer.header("location") {
            Some(location) if answer.status == 201 => Ok(Upload {
                location: location.to_owned(),
                answered: 0,
                asked: true,
            }),
            _ => Err(format!("no upload begun: {} {}", answer.status, answer.text()).into()),
        }
    }
}

impl Upload {
    /// The connection broke: where to go on must be asked.
    pub(crate) fn broke(&mut self) {
        self.asked = false;
    }

    /// Asks where to go on, or sends the next piece; whether all is there with the right digest.
    pub(crate) async fn go_on(&mut self, link: &mut Link, token: &str, cargo: &Cargo) -> Result<bool, Stop> {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str()), ("tus-resumable", "1.0.0")];
        if !self.asked {
            let answer = link
                .ask(&request("HEAD", &self.location, &headers, b""), true)
                .await?;
            if answer.status != 200 {
                return Err(format!("an upload begun is not known any more: {}", answer.status).into());
            }
            return self.reached(
                answer.header("upload-offset"),
                answer.header("kaibiao-digest"),
                cargo,
            );
        }
        let left = cargo.bytes.get(self.answered..).unwrap_or_default();
        let most = usize::try_from(below(PIECE)).unwrap_or(0);
        let piece = left.get(..most.max(1).min(left.len())).unwrap_or_default();
        let offset = self.answered.to_string();
        headers.push(("content-type", "application/offset+octet-stream"));
        headers.push(("upload-offset", offset.as_str()));
        let answer = link
            .ask(&request("PATCH", &self.location, &headers, piece), false)
            .await?;
        if answer.status != 204 {
            return Err(format!("a piece was answered with {}: {}", answer.status, answer.text()).into());
        }
        self.reached(
            answer.header("upload-offset"),
            answer.header("kaibiao-digest"),
            cargo,
        )
    }

    fn reached(&mut self, offset: Option<&str>, digest: Option<&str>, cargo: &Cargo) -> Result<bool, Stop> {
        let offset: usize = offset
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| "an upload without offset".to_owned())?;
        if offset < self.answered || offset > cargo.bytes.len() {
            let (answered, length) = (self.answered, cargo.bytes.len());
            return Err(
                format!("{answered} bytes of {length} were answered, but the server has {offset}").into(),
            );
        }
        self.answered = offset;
        self.asked = true;
        match digest {
            Some(digest) if digest == Hex(cargo.digest).to_string() => Ok(true),
            Some(digest) => Err(format!("the digest came out as {digest}, not {}", Hex(cargo.digest)).into()),
            None => Ok(false),
        }
    }
}
