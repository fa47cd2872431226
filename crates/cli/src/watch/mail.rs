//! Letters (邮件) of a monitor, handed to a mail server.
//!
//! Invariant: the password comes from a file or the environment and is written nowhere; a mail server that is not on
//! this machine is spoken to over TLS.

use super::hook::first_line;
use crate::failure::{self, Failure};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};
use serde_json::Value;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;
use ureq::http::Uri;

/// The variable that may hold the password of the mail server.
pub const PASSWORD: &str = "KAIBIAO_SMTP_PASSWORD";
/// How long the mail server may take for one letter.
const PATIENCE: Duration = Duration::from_secs(20);

/// The mail server, the sender and those who get letters.
pub struct Post {
    transport: SmtpTransport,
    from: Mailbox,
    to: Vec<Mailbox>,
}

fn mailbox(text: &str) -> Result<Mailbox, Failure> {
    text.parse()
        .map_err(|e| Failure::Input(format!("{text:?} is not a mail address: {e}")))
}

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Post {
    /// Letters by a server such as `smtps://user@mail.example.org:465` (TLS from the first byte) or
    /// `smtp://mail.example.org:587` (STARTTLS; in clear only to this machine).
    pub fn new(
        server: &str,
        password: Option<&Path>,
        ca: Option<&Path>,
        from: &str,
        to: &[String],
    ) -> Result<Self, Failure> {
        let wrong = || {
            Failure::Input(format!(
                "{server} is not a mail server like smtps://user@mail.example.org:465 or smtp://mail.example.org:587"
            ))
        };
        let uri: Uri = server.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        let user = authority.as_str().rsplit_once('@').map(|(user, _)| user);
        if user.is_some_and(|user| user.contains(':')) {
            return Err(Failure::Input(format!(
                "a password does not belong on the command line: give it by --smtp-password FILE or {PASSWORD}"
            )));
        }
        let host = authority.host().to_owned();
        let (port, tls) = match scheme {
            "smtps" => (465, Tls::Wrapper(parameters(&host, ca)?)),
            "smtp" if is_here(&host) => (25, Tls::None),
            "smtp" => (587, Tls::Required(parameters(&host, ca)?)),
            _ => return Err(wrong()),
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let mut builder = SmtpTransport::builder_dangerous(bare)
            .port(authority.port_u16().unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some(user) = user {
            let password = first_line(password, PASSWORD).ok_or_else(|| {
                Failure::Input(format!(
                    "the mail server's user needs a password: --smtp-password FILE or {PASSWORD}"
                ))
            })??;
            let user = user.replace("%40", "@");
            builder = builder.credentials(Credentials::new(user, password.to_string()));
        }
        Ok(Self {
            transport: builder.build(),
            from: mailbox(from)?,
            to: to.iter().map(|one| mailbox(one)).collect::<Result<_, _>>()?,
        })
    }

    /// Hands a letter about a message in; why it was not taken.
    pub fn send(&self, message: &Value) -> Result<(), String> {
        let said = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut letter = Message::builder()
            .from(self.from.clone())
            .subject(subject(message))
            .message_id(Some(format!("<{}@{}>", said("id"), self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            letter = letter.to(to.clone());
        }
        let text = format!(
            "{}\r\n\r\n{}\r\n{message:#}\r\n",
            said("sentence"),
            said("platform")
        );
        let letter = letter.body(text).map_err(|e| e.to_string())?;
        match self.transport.send(&letter) {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.status() {
                Some(code) => format!("the mail server answered {code}"),
                None => format!("the mail server could not be spoken to: {error}"),
            }),
        }
    }
}

fn parameters(host: &str, ca: Option<&Path>) -> Result<TlsParameters, Failure> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(ca) = ca {
        let pem = std::fs::read(ca).map_err(failure::file(ca))?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|e| Failure::Input(format!("{}: {e}", ca.display())))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build()
        .map_err(|e| Failure::Input(format!("TLS for {host}: {e}")))
}

/// The subject: the alarm and what it is about.
fn subject(message: &Value) -> String {
    let said = |name: &str| message.get(name).and_then(Value::as_str);
    let about: Vec<&str> = ["colour", "rule", "tender"]
        .into_iter()
        .filter_map(said)
        .collect();
    let alarm = said("alarm").unwrap_or("message");
    let whole = format!("kaibiao watch: {alarm} {}", about.join(" "));
    whole.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn post(server: &str) -> Result<Post, Failure> {
        Post::new(
            server,
            None,
            None,
            "watch@example.org",
            &["duty@example.org".to_owned()],
        )
    }

    #[test]
    fn a_mail_server_elsewhere_is_spoken_to_over_tls_and_no_password_stands_on_the_command_line() {
        for good in [
            "smtps://mail.example.org",
            "smtp://mail.example.org:587",
            "smtp://127.0.0.1:2525",
        ] {
            assert!(post(good).is_ok(), "{good}");
        }
        for bad in [
            "mail.example.org",
            "http://mail.example.org",
            "smtps://user:secret@mail.example.org",
        ] {
            assert!(matches!(post(bad), Err(Failure::Input(_))), "{bad}");
        }
        assert!(is_here("localhost") && is_here("[::1]") && !is_here("mail.example.org"));
        let nobody = Post::new("smtp://localhost", None, None, "watch", &[]);
        assert!(matches!(nobody, Err(Failure::Input(_))));
    }

    #[test]
    fn the_subject_says_what_it_is_about() {
        let card = json!({ "alarm": "issued", "colour": "red", "rule": "A01", "tender": "T1" });
        assert_eq!(subject(&card), "kaibiao watch: issued red A01 T1");
        assert_eq!(subject(&json!({ "alarm": "check" })), "kaibiao watch: check");
    }
}
