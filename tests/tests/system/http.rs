//! HTTP spoken by hand, so that requests may be as wrong as a test wants them.
//!
//! Invariant: what is sent is exactly what the test says; every request is HTTP/1.0, so the answer ends with the
//! connection.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of a name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The stable code of a problem document; every member it must have is looked at on the way.
    pub(crate) fn problem(&self) -> String {
        let text = self.text();
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "status {}: {text}",
            self.status
        );
        let document = self.json();
        let member = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let code = member("code");
        assert!(!code.is_empty() && code.contains('.'), "{text}");
        assert_eq!(member("type"), format!("urn:kaibiao:problem:{code}"), "{text}");
        assert_eq!(document["status"], self.status, "{text}");
        for name in ["title", "detail", "zh"] {
            assert!(!member(name).is_empty(), "no {name}: {text}");
        }
        let operation = member("operation");
        assert_eq!(operation.len(), 16, "{text}");
        assert_eq!(
            self.header("kaibiao-operation"),
            Some(operation.as_str()),
            "{text}"
        );
        code
    }
}

/// A request being written.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    base: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    cut: Option<usize>,
}

/// A request of a zone, e.g. `ask("http://127.0.0.1:7700", "GET", "/health")`.
pub(crate) fn ask(base: &str, method: &str, path: &str) -> Ask {
    Ask {
        base: base.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        cut: None,
    }
}

impl Ask {
    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a session's token, if there is one.
    pub(crate) fn bearer(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.header("authorization", &format!("Bearer {token}")),
            None => self,
        }
    }

    /// Adds a body.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Adds a JSON body.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    /// Announces the whole body, but sends only so many bytes of it.
    pub(crate) fn cut(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    /// Sends it and reads the whole answer; `None` if the server ended the connection without one.
    pub(crate) fn try_send(&self) -> Option<Answer> {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut head = format!("{} {} HTTP/1.0\r\nhost: {address}\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        let bodied = !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PATCH" | "PUT");
        if bodied {
            head.extend_from_slice(format!("content-length: {}\r\n", self.body.len()).as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        stream.write_all(&head).unwrap();
        // A server may answer and close before it has read everything.
        let sent = stream.write_all(&self.body[..self.cut.unwrap_or(self.body.len())]);
        if self.cut.is_some() {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let mut bytes = Vec::new();
        let read = read_answer(&mut stream, &mut bytes);
        if bytes.is_empty() {
            assert!(
                self.cut.is_some() || sent.is_err() || read.is_err(),
                "an empty answer to {self:?}"
            );
            return None;
        }
        Some(parse(&bytes))
    }

    /// Sends it and reads the whole answer.
    pub(crate) fn send(&self) -> Answer {
        self.try_send()
            .unwrap_or_else(|| panic!("no answer to {} {}", self.method, self.path))
    }
}

/// Reads to the end; of events that do not end, what came with the head.
fn read_answer(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    let mut piece = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut piece)?;
        bytes.extend_from_slice(&piece[..read]);
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let head = head.map(|end| String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase());
        if read == 0 || head.is_some_and(|head| head.contains("content-type: text/event-stream")) {
            return Ok(());
        }
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}

/// A GET.
pub(crate) fn get(base: &str, path: &str) -> Answer {
    ask(base, "GET", path).send()
}
