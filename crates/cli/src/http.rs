//! The HTTP client: every answer is either what was asked for or a failure with its sentence.

use crate::failure::{self, Failure};
use crate::wire::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body, SendBody};

/// Largest answer read into memory.
const MAX_ANSWER: u64 = 256 * 1024 * 1024;
/// Bytes sent in one piece of an upload.
const PIECE: u64 = 16 * 1024 * 1024;
/// How often a broken upload is taken up again.
const RETRIES: u32 = 8;

/// A connection to one zone.
pub struct Http {
    agent: Agent,
    base: String,
    token: Option<String>,
    chinese: bool,
}

impl Http {
    /// A client for the zone at `base`, e.g. `http://127.0.0.1:7700`.
    #[must_use]
    pub fn new(base: &str, chinese: bool) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_mins(2)))
            .user_agent(concat!("kaibiao/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self {
            agent,
            base: base.trim_end_matches('/').to_owned(),
            token: None,
            chinese,
        }
    }

    /// Uses a session's token from now on.
    pub fn set_token(&mut self, token: Option<String>) {
        self.token = token;
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn bearer(&self) -> String {
        self.token
            .as_ref()
            .map_or_else(String::new, |token| format!("Bearer {token}"))
    }

    fn outage_at(&self, what: &str, error: &ureq::Error) -> Failure {
        Failure::Network(format!(
            "{}{what} does not answer as expected: {error}",
            self.base
        ))
    }

    fn outage(&self, error: &ureq::Error) -> Failure {
        Failure::Network(format!("{} does not answer as expected: {error:?}", self.base))
    }

    fn check(&self, mut answer: Response<Body>) -> Result<Response<Body>, Failure> {
        let status = answer.status().as_u16();
        if answer.status().is_success() {
            return Ok(answer);
        }
        let text = answer
            .body_mut()
            .with_config()
            .limit(1 << 20)
            .read_to_string()
            .unwrap_or_default();
        let problem: Problem = serde_json::from_str(&text).unwrap_or_default();
        let sentence = match (self.chinese, problem.zh.is_empty(), problem.detail.is_empty()) {
            (true, false, _) => problem.zh.clone(),
            (_, _, false) => problem.detail.clone(),
            _ => format!("the platform answered {status}"),
        };
        if (400..500).contains(&status) && !problem.code.is_empty() {
            return Err(Failure::Refused {
                code: problem.code,
                sentence,
                statement: problem.refusal,
            });
        }
        Err(Failure::Network(format!(
            "{sentence} (status {status}, operation {})",
            problem.operation
        )))
    }

    fn get_answer(&self, path: &str) -> Result<Response<Body>, Failure> {
        self.get_answer_with(path, None)
    }

    fn get_answer_with(&self, path: &str, header: Option<(&str, &str)>) -> Result<Response<Body>, Failure> {
        let mut request = self.agent.get(self.url(path));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        if self.token.is_some() {
            request = request.header("authorization", self.bearer());
        }
        let answer = request.call().map_err(|e| self.outage_at(path, &e))?;
        self.check(answer)
    }

    /// GET, read as JSON.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let text = self.get_text(path)?;
        serde_json::from_str(&text)
            .map_err(|e| Failure::Network(format!("{path}: the answer is not of the expected shape: {e}")))
    }

    /// GET, read as text.
    pub fn get_text(&self, path: &str) -> Result<String, Failure> {
        let mut answer = self.get_answer(path)?;
        answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_string()
            .map_err(|e| self.outage(&e))
    }

    /// GET, read as bytes.
    pub fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let mut answer = self.get_answer(path)?;
        answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_vec()
            .map_err(|e| self.outage(&e))
    }

    /// GET into a file, in constant memory; returns the bytes written.
    pub fn download(&self, path: &str, to: &Path) -> Result<u64, Failure> {
        self.download_with(path, to, None)
    }

    /// The same with one more header.
    pub fn download_with(&self, path: &str, to: &Path, header: Option<(&str, &str)>) -> Result<u64, Failure> {
        let answer = self.get_answer_with(path, header)?;
        let mut reader = answer.into_body().into_reader();
        let mut file = File::create(to).map_err(failure::file(to))?;
        let bytes = std::io::copy(&mut reader, &mut file)
            .map_err(|e| Failure::Network(format!("{path}: the download broke: {e}")))?;
        file.flush().map_err(failure::file(to))?;
        Ok(bytes)
    }

    /// POST JSON, read JSON.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        let json = serde_json::to_vec(body).map_err(|e| Failure::Input(e.to_string()))?;
        self.post_bytes(path, &json)
    }

    /// The same for what may safely be sent twice: an act has one digest, and landed once it is answered
    /// with its first receipt. A connection that broke is tried again.
    pub fn post_again<T: DeserializeOwned>(&self, path: &str, json: &[u8]) -> Result<T, Failure> {
        let mut tried = 0_u32;
        loop {
            match self.post_bytes(path, json) {
                Err(Failure::Network(_)) if tried < 2 => {
                    tried = tried.saturating_add(1);
                    std::thread::sleep(Duration::from_millis(150_u64.saturating_mul(u64::from(tried))));
                }
                done => return done,
            }
        }
    }

    /// POST bytes that are JSON already, read JSON.
    pub fn post_bytes<T: DeserializeOwned>(&self, path: &str, json: &[u8]) -> Result<T, Failure> {
        let mut request = self
            .agent
            .post(self.url(path))
            .header("content-type", "application/json");
        if self.token.is_some() {
            request = request.header("authorization", self.bearer());
        }
        let answer = request.send(json).map_err(|e| self.outage_at(path, &e))?;
        let mut answer = self.check(answer)?;
        let text = answer
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_string()
            .map_err(|e| self.outage(&e))?;
        serde_json::from_str(&text)
            .map_err(|e| Failure::Network(format!("{path}: the answer is not of the expected shape: {e}")))
    }

    /// Uploads a file resumably (tus 1.0) and returns the digest the platform computed.
    ///
    /// `content` is `body` or `document`. A broken connection is taken up where the platform stands.
    pub fn upload(
        &self,
        file: &Path,
        content: &str,
        progress: &mut dyn FnMut(u64),
    ) -> Result<[u8; 32], Failure> {
        let length = std::fs::metadata(file).map_err(failure::file(file))?.len();
        let location = self.begin_upload(content, length)?;
        let mut offset = 0;
        let mut broken = 0;
        loop {
            match self.send_piece(file, &location, offset, length) {
                Ok((reached, digest)) => {
                    offset = reached;
                    progress(offset);
                    if let Some(digest) = digest {
                        return Ok(digest);
                    }
                }
                Err(Failure::Network(why)) if broken < RETRIES => {
                    broken = broken.saturating_add(1);
                    std::thread::sleep(Duration::from_millis(200_u64.saturating_mul(u64::from(broken))));
                    offset = self.upload_offset(&location).map_err(|_| Failure::Network(why))?;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    fn begin_upload(&self, content: &str, length: u64) -> Result<String, Failure> {
        use base64::Engine as _;
        let kind = base64::engine::general_purpose::STANDARD.encode(content);
        let answer = self
            .agent
            .post(self.url("/api/uploads"))
            .header("authorization", self.bearer())
            .header("tus-resumable", "1.0.0")
            .header("upload-length", length.to_string())
            .header("upload-metadata", format!("kind {kind}"))
            .send_empty()
            .map_err(|e| self.outage(&e))?;
        let answer = self.check(answer)?;
        let location = answer
            .headers()
            .get("location")
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        match location.find("/api/uploads/").and_then(|at| location.get(at..)) {
            Some(path) => Ok(path.to_owned()),
            None => Err(Failure::Network(
                "the platform did not say where to upload".to_owned(),
            )),
        }
    }

    fn upload_offset(&self, location: &str) -> Result<u64, Failure> {
        let answer = self
            .agent
            .head(self.url(location))
            .header("authorization", self.bearer())
            .header("tus-resumable", "1.0.0")
            .call()
            .map_err(|e| self.outage(&e))?;
        let answer = self.check(answer)?;
        header(&answer, "upload-offset")
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Failure::Network("the platform did not say how far the upload is".to_owned()))
    }

    fn send_piece(
        &self,
        file: &Path,
        location: &str,
        offset: u64,
        length: u64,
    ) -> Result<(u64, Option<[u8; 32]>), Failure> {
        let mut source = File::open(file).map_err(failure::file(file))?;
        source
            .seek(SeekFrom::Start(offset))
            .map_err(failure::file(file))?;
        let piece = length.saturating_sub(offset).min(PIECE);
        let mut reader = source.take(piece);
        let answer = self
            .agent
            .patch(self.url(location))
            .header("authorization", self.bearer())
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("content-length", piece.to_string())
            .header("upload-offset", offset.to_string())
            .send(SendBody::from_reader(&mut reader))
            .map_err(|e| self.outage(&e))?;
        let answer = self.check(answer)?;
        let reached = header(&answer, "upload-offset")
            .and_then(|t| t.parse().ok())
            .unwrap_or(offset);
        let digest = match header(&answer, "kaibiao-digest") {
            Some(text) => Some(
                facts::Hex::<32>::parse(&text)
                    .map_err(|e| Failure::Network(format!("the platform's digest is unreadable: {e}")))?
                    .0,
            ),
            None => None,
        };
        Ok((reached, digest))
    }
}

fn header(answer: &Response<Body>, name: &str) -> Option<String> {
    answer
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(ToOwned::to_owned)
}
