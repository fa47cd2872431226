//! Webhooks (网络回调) of a monitor: one signed request a message, as the platform's own notices are signed.
//!
//! Invariant: the secret comes from a file or the environment and is written nowhere; signatures are those of Standard
//! Webhooks 1.0.0; no redirection is followed, and of the answer the status alone counts.

use crate::clock;
use crate::failure::{self, Failure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use facts::Instant;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::path::Path;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use zeroize::Zeroizing;

/// The variable that may hold the secret.
pub const SECRET: &str = "KAIBIAO_WATCH_SECRET";
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A receiver of webhooks.
pub struct Hook {
    agent: Agent,
    url: String,
    key: Zeroizing<Vec<u8>>,
}

impl Hook {
    /// The receiver at an address; its certificate is by one of the authorities in `ca` (PEM), where that is given.
    pub fn new(url: &str, secret: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        let uri: Option<Uri> = url.parse().ok();
        let sound = uri.is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri
                    .authority()
                    .is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if !sound {
            return Err(Failure::Input(format!(
                "{url} is not an address like https://example.org/alarms, without user name or password"
            )));
        }
        let encoded = secret.trim().strip_prefix("whsec_");
        let key = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
        let key = key.filter(|key| (24..=64).contains(&key.len())).ok_or_else(|| {
            Failure::Input(
                "the webhook's secret is whsec_ and 24 to 64 random bytes in base64, e.g. from: \
                 echo whsec_$(openssl rand -base64 32)"
                    .to_owned(),
            )
        })?;
        let mut settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("kaibiao/", env!("CARGO_PKG_VERSION")));
        if let Some(ca) = ca {
            settings = settings.tls_config(TlsConfig::builder().root_certs(roots(ca)?).build());
        }
        Ok(Self {
            agent: settings.build().into(),
            url: url.to_owned(),
            key: Zeroizing::new(key),
        })
    }

    /// Sends a message; why it was not taken.
    pub fn send(&self, message: &Value) -> Result<(), String> {
        let id = message.get("id").and_then(Value::as_str).unwrap_or_default();
        let timestamp = clock::now().0.div_euclid(1_000);
        let body = body(message);
        let signature = sign(&self.key, id, timestamp, &body).ok_or("the secret cannot sign")?;
        let answer = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .send(body.as_str())
            .map_err(|e| format!("{} does not answer as expected: {e}", self.url))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(format!("{} answered {}", self.url, answer.status().as_u16()))
    }
}

/// The certificates in a file of PEM.
fn roots(path: &Path) -> Result<RootCerts, Failure> {
    let pem = std::fs::read(path).map_err(failure::file(path))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) =
            item.map_err(|e| Failure::Input(format!("{}: {e}", path.display())))?
        {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(Failure::Input(format!(
            "{} has no certificate in PEM",
            path.display()
        )));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// What is sent of a message: type, time, and the message itself.
fn body(message: &Value) -> String {
    let at = message.get("at").and_then(Value::as_i64).map(Instant);
    let at = at.unwrap_or_else(clock::now);
    let timestamp = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let kind = message.get("alarm").and_then(Value::as_str).unwrap_or("message");
    json!({
        "data": message,
        "timestamp": timestamp.to_string(),
        "type": format!("watch.{kind}"),
    })
    .to_string()
}

/// The value of `webhook-signature`: HMAC-SHA256 under the key over `id.timestamp.body`.
fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

/// The secret: the first line of a file, or the variable.
pub fn secret(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    first_line(file, SECRET).ok_or_else(|| {
        Failure::Input(format!(
            "a webhook is signed: give its secret by --webhook-secret FILE or {SECRET}"
        ))
    })?
}

/// The first line of a file, or a variable of the environment; nothing, if there is neither.
pub(super) fn first_line(file: Option<&Path>, variable: &str) -> Option<Result<Zeroizing<String>, Failure>> {
    let Some(path) = file else {
        return std::env::var(variable).ok().map(|text| Ok(Zeroizing::new(text)));
    };
    let text = std::fs::read_to_string(path).map_err(failure::file(path));
    Some(text.map(Zeroizing::new).map(|text| {
        let line = text.lines().next().unwrap_or_default().trim();
        Zeroizing::new(line.to_owned())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of the specification's reference libraries.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(
            signed.as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
        let told: Value = serde_json::from_str(&body(
            &json!({ "alarm": "card", "at": 1_797_660_053_955_i64, "id": "msg_1" }),
        ))
        .unwrap();
        assert_eq!(told["type"], "watch.card");
        assert_eq!(told["timestamp"], "2026-12-19T06:00:53.955Z");
        assert_eq!(told["data"]["id"], "msg_1");
    }

    #[test]
    fn addresses_secrets_and_authorities_are_read_strictly() {
        let good = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert!(Hook::new("https://example.org/alarms", &good, None).is_ok());
        for (url, secret) in [
            ("ftp://example.org/", good.as_str()),
            ("https://me:secret@example.org/", good.as_str()),
            ("/alarms", good.as_str()),
            ("https://example.org/", "whsec_short"),
            ("https://example.org/", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ] {
            let refused = Hook::new(url, secret, None);
            assert!(matches!(refused, Err(Failure::Input(_))), "{url} {secret}");
        }
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, "no certificate").unwrap();
        assert!(matches!(
            Hook::new("https://example.org/", &good, Some(&ca)),
            Err(Failure::Input(_))
        ));
        assert!(secret(Some(&folder.path().join("nothing"))).is_err());
    }
}
