//! A small HTTP client that shows an answer whole.

use serde_json::Value;
use std::time::Duration;
use ureq::http::{HeaderMap, Request, Response};
use ureq::tls::TlsConfig;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// A client that follows so many redirections. By TLS it believes every certificate: whom it believes is tried in
/// `tls`.
pub(crate) fn agent(base: &str, redirections: u32) -> ureq::Agent {
    let believes_all = base.starts_with("https://");
    let tls = TlsConfig::builder().disable_verification(believes_all).build();
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(redirections)
        .tls_config(tls)
        .timeout_global(Some(Duration::from_mins(1)))
        .build()
        .into()
}

/// Sends one request.
pub(crate) fn request(
    agent: &ureq::Agent,
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Response<ureq::Body>, ureq::Error> {
    let mut request = Request::builder().method(method).uri(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let is_bare = matches!(method, "GET" | "HEAD" | "OPTIONS" | "DELETE") && body.is_empty();
    if is_bare {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(body).unwrap())
    }
}

/// Asks; `Err` if there was no whole answer.
pub(crate) fn try_ask(
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ureq::Error> {
    read(request(&agent(base, 10), base, method, path, headers, body)?)
}

/// Reads an answer whole; of events, which do not end, the head alone.
pub(crate) fn read(answer: Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let (parts, mut body) = answer.into_parts();
    let kind = parts.headers.get("content-type");
    let is_endless = kind.is_some_and(|kind| kind == "text/event-stream");
    let body = if is_endless {
        Vec::new()
    } else {
        body.read_to_vec()?
    };
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    })
}

pub(crate) fn ask(base: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    try_ask(base, method, path, headers, body).unwrap_or_else(|e| panic!("{method} {base}{path}: {e}"))
}

pub(crate) fn get(base: &str, path: &str) -> Answer {
    ask(base, "GET", path, &[], b"")
}

/// Asks again until it is as wanted, for ten seconds.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{what} did not come about within ten seconds");
}
