//! Webhooks (网络回调): one signed request, to an address that may be spoken to.
//!
//! Invariant: the address is decided on after the name was resolved, and the connection goes to that very address; no
//! redirection is followed, no proxy used, and nothing of the answer but its status is read. Signatures are those of
//! Standard Webhooks 1.0.0.

use crate::config::notices::{Network, NoticesConfig, is_public};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, config::Config};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest address of a webhook.
const LONGEST: usize = 500;

/// Where requests may go.
#[derive(Debug, Clone)]
struct Guard(Arc<[Network]>);

impl Guard {
    fn lets(&self, address: IpAddr, in_clear: bool) -> bool {
        let is_allowed = self.0.iter().any(|network| network.has(address));
        if in_clear {
            return is_allowed && address.is_loopback();
        }
        is_allowed || is_public(address)
    }
}

/// Resolves as usual and keeps what may be reached.
#[derive(Debug)]
struct Guarded {
    guard: Guard,
    inner: Plain,
}

#[derive(Default)]
struct Plain(DefaultResolver);

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Plain")
    }
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let in_clear = uri.scheme_str() != Some("https");
        let found = self.inner.0.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found
            .iter()
            .filter(|address| self.guard.lets(address.ip(), in_clear))
        {
            kept.push(*address);
        }
        if kept.is_empty() {
            // Whoever set it up learns that it is not allowed, and nothing of what stands behind the name.
            return Err(ureq::Error::HostNotFound);
        }
        Ok(kept)
    }
}

/// Why an address cannot be a webhook's: Chinese, English.
pub type Fault = (&'static str, &'static str);

const NOT_AN_ADDRESS: Fault = (
    "请填写完整的网址,如 https://hooks.example.cn/kaibiao,不含用户名和密码。",
    "Write a whole address, such as https://hooks.example.org/kaibiao, without user name or password.",
);
const IN_CLEAR: Fault = ("只接受 https 网址。", "Only addresses with https are taken.");
const NOT_PUBLIC: Fault = (
    "该地址不在公共互联网上,平台运行人员未允许向其发送。",
    "This address is not on the public internet, and the operator did not allow it.",
);

/// Sends webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    agent: Agent,
    guard: Guard,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// The receiver's secret.
    pub secret: String,
    /// Id of the message: the same whenever it is sent again.
    pub id: String,
    /// Seconds since 1970 UTC at which it is sent.
    pub timestamp: i64,
    /// JSON.
    pub body: String,
}

impl Webhooks {
    /// The sender of a configuration.
    #[must_use]
    pub fn of(config: &NoticesConfig) -> Self {
        let guard = Guard(config.allowed().into());
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("kaibiao/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = Guarded {
            guard: guard.clone(),
            inner: Plain::default(),
        };
        Self {
            agent: Agent::with_parts(settings, DefaultConnector::default(), resolver),
            guard,
        }
    }

    /// Reads the address that somebody typed. A name is looked up only when something is sent.
    pub fn address(&self, typed: &str) -> Result<String, Fault> {
        let typed = typed.trim();
        let uri: Uri = typed.parse().map_err(|_| NOT_AN_ADDRESS)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(NOT_AN_ADDRESS);
        };
        if typed.len() > LONGEST || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(NOT_AN_ADDRESS);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let address: Option<IpAddr> = host.parse().ok();
        match (scheme, address) {
            ("http", Some(address)) if self.guard.lets(address, true) => Ok(typed.to_owned()),
            ("https", Some(address)) if !self.guard.lets(address, false) => Err(NOT_PUBLIC),
            ("https", _) => Ok(typed.to_owned()),
            ("http", _) => Err(IN_CLEAR),
            _ => Err(NOT_AN_ADDRESS),
        }
    }

    /// Sends a request; whether it was taken, and the answer in a word: a status or what went wrong. Blocks.
    #[must_use]
    pub fn send(&self, request: &Request) -> (bool, String) {
        let signature = sign(&request.secret, &request.id, request.timestamp, &request.body);
        let sent = self
            .agent
            .post(&request.url)
            .header("content-type", "application/json")
            .header("webhook-id", &request.id)
            .header("webhook-timestamp", request.timestamp.to_string())
            .header("webhook-signature", signature)
            .send(request.body.as_str());
        match sent {
            Ok(answer) => (answer.status().is_success(), answer.status().as_u16().to_string()),
            // Kinds alone: the words of a failure could tell what stands in a network of the operator.
            Err(ureq::Error::HostNotFound) => (false, "host".to_owned()),
            Err(ureq::Error::Timeout(_)) => (false, "timeout".to_owned()),
            Err(ureq::Error::Tls(_) | ureq::Error::Rustls(_)) => (false, "tls".to_owned()),
            Err(_) => (false, "connection".to_owned()),
        }
    }
}

/// A fresh secret as it is shown and kept.
#[must_use]
pub fn secret(random: &[u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(random))
}

/// The value of `webhook-signature`: HMAC-SHA256 under the secret over `id.timestamp.body`.
#[must_use]
pub fn sign(secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    let key = STANDARD
        .decode(secret.trim_start_matches("whsec_"))
        .unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
        return String::new();
    };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of the specification's reference libraries.
        let signed = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret(&[0; 32]), format!("whsec_{}=", "A".repeat(43)));
    }

    #[test]
    fn addresses_are_read_strictly() {
        let strict = Webhooks::of(&NoticesConfig::default());
        assert!(strict.address(" https://hooks.example.cn/a?b=c ").is_ok());
        assert!(strict.address("https://1.1.1.1/").is_ok());
        let long = format!("https://example.cn/{}", "a".repeat(500));
        for (typed, fault) in [
            ("http://example.cn/", IN_CLEAR),
            ("http://127.0.0.1/", IN_CLEAR),
            ("https://127.0.0.1/", NOT_PUBLIC),
            ("https://[::1]/", NOT_PUBLIC),
            ("https://169.254.169.254/latest", NOT_PUBLIC),
            ("https://user:pass@example.cn/", NOT_AN_ADDRESS),
            ("ftp://example.cn/", NOT_AN_ADDRESS),
            ("/hook", NOT_AN_ADDRESS),
            ("", NOT_AN_ADDRESS),
            ("https://", NOT_AN_ADDRESS),
            (long.as_str(), NOT_AN_ADDRESS),
        ] {
            assert_eq!(strict.address(typed).unwrap_err(), fault, "{typed}");
        }
        let allowing = Webhooks::of(&NoticesConfig {
            networks: vec!["127.0.0.0/8".to_owned(), "10.1.0.0/16".to_owned()],
            ..NoticesConfig::default()
        });
        assert!(allowing.address("http://127.0.0.1:9/").is_ok());
        assert!(allowing.address("https://10.1.2.3/").is_ok());
        assert_eq!(allowing.address("http://10.1.2.3/").unwrap_err(), IN_CLEAR);
    }

    #[test]
    fn a_name_that_leads_into_a_private_network_is_not_spoken_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let request = Request {
            url: format!("https://localhost:{port}/"),
            secret: secret(&[1; 32]),
            id: "msg_1".to_owned(),
            timestamp: 0,
            body: "{}".to_owned(),
        };
        let sent = Webhooks::of(&NoticesConfig::default()).send(&request);
        assert_eq!(sent, (false, "host".to_owned()));
        assert!(listener.accept().is_err(), "nobody came");
    }
}
