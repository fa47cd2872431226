//! Letters to people (邮件): what a mail server is given, and when.
//!
//! Invariant: a letter says only what the public pages show to everybody, and goes only to an address whose owner
//! asked for it; without a mail server in the configuration none is written.

pub mod letters;
pub mod round;

use crate::config::mail::{MailConfig, PASSWORD, Security};
use desk::Outage;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How long the mail server may take for one letter.
const PATIENCE: Duration = Duration::from_secs(20);

/// One letter, plain text.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// Left part of its Message-ID: the same whenever the same letter is handed in again, so that it can be told.
    pub id: String,
    /// Where one click ends what it is about (RFC 8058).
    pub end: Option<String>,
}

struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// The mail server of a platform.
#[derive(Clone)]
pub struct Mail(Arc<Post>);

/// RFC 2369, 8058.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// RFC 8058.
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

impl Mail {
    /// The mail server of a configuration; its password is read from the environment.
    pub fn of(config: &MailConfig) -> Result<Self, Outage> {
        let broken = |e| Outage::new("setting up mail", e);
        let builder = match config.security {
            Security::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host),
            Security::Starttls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&config.host).map_err(broken)?
            }
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&config.host).map_err(broken)?,
        };
        let mut builder = builder.port(config.port).timeout(Some(PATIENCE));
        if let Some(user) = &config.user {
            let password = std::env::var(PASSWORD)
                .map_err(|_| Outage::new("setting up mail", format!("{PASSWORD} is not set")))?;
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        let from = (config.from.parse())
            .map_err(|e: lettre::address::AddressError| Outage::new("setting up mail", e))?;
        Ok(Self(Arc::new(Post {
            transport: builder.build(),
            from,
        })))
    }

    /// Hands a letter to the mail server.
    pub async fn send(&self, letter: Letter) -> Result<(), Outage> {
        let host = self.0.from.email.domain();
        let mut message = Message::builder()
            .from(self.0.from.clone())
            .to(Mailbox::new(None, letter.to))
            .subject(letter.subject)
            .message_id(Some(format!("<{}@{host}>", letter.id)))
            .header(ContentType::TEXT_PLAIN);
        if let Some(end) = letter.end {
            message = message
                .header(ListUnsubscribe(format!("<{end}>")))
                .header(OneClick);
        }
        let message = (message.body(letter.text)).map_err(|e| Outage::new("writing a letter", e))?;
        match self.0.transport.send(message).await {
            Ok(_) => Ok(()),
            // What the server said may name the address; its code does not.
            Err(error) => Err(Outage::new(
                "handing in a letter",
                match error.status() {
                    Some(code) => format!("the mail server answered {code}"),
                    None => "the mail server could not be spoken to".to_owned(),
                },
            )),
        }
    }
}
