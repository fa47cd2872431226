//! The mail server in the configuration.
//!
//! Invariant: no password stands in a file; and a mail server that is not on this machine is spoken to over TLS.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The environment variable with the password of the mail server.
pub const PASSWORD: &str = "KAIBIAO_SMTP_PASSWORD";

/// How the mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// In clear; only to a mail server on this machine.
    None,
    /// STARTTLS (RFC 3207), which must succeed.
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// Where letters are handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Seconds between two rounds of letters to subscribers.
    #[serde(default = "default_every")]
    pub every_seconds: u32,
    /// Sender of all letters, e.g. `公共资源交易平台 <notices@ggzy.example.cn>`.
    pub from: String,
    /// Name or address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// The account at the mail server, if it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

const fn default_every() -> u32 {
    300
}

impl MailConfig {
    /// What is wrong with it, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let is_here = self.host == "localhost"
            || (self.host.parse::<IpAddr>()).is_ok_and(|address| address.is_loopback());
        if self.security == Security::None && !is_here {
            return Some(
                "mail.security = \"none\" is for a mail server on this machine; use \"tls\" or \"starttls\"",
            );
        }
        if self.every_seconds == 0 {
            return Some("mail.every_seconds is at least 1");
        }
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return Some("mail.from is written as a mail address, or as a name and <address>");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_in_clear_stays_on_this_machine() {
        let mail = |host: &str, security, from: &str| MailConfig {
            every_seconds: default_every(),
            from: from.to_owned(),
            host: host.to_owned(),
            port: 25,
            security,
            user: None,
        };
        let sender = "公共资源交易平台 <notices@ggzy.example.cn>";
        assert_eq!(mail("127.0.0.1", Security::None, sender).fault(), None);
        assert_eq!(mail("localhost", Security::None, sender).fault(), None);
        assert_eq!(mail("mail.example.cn", Security::Tls, sender).fault(), None);
        assert!(mail("mail.example.cn", Security::None, sender).fault().is_some());
        assert!(mail("localhost", Security::None, "notices").fault().is_some());
    }
}
