//! The founding: the first entry of a log.

use crate::config::Config;
use desk::{Accounts, Failure, Keys, Scribe};
use facts::body::platform::{PlatformFounded, Registrar};
use facts::calendar::CHINA;
use facts::{Kind, Stream};

/// Opens the log if it is empty; otherwise checks that it is the log of this configuration.
pub async fn found(config: &Config, keys: &Keys, accounts: &Scribe<Accounts>) -> Result<(), Failure> {
    let body = PlatformFounded {
        calendar: CHINA.version.to_owned(),
        demo: config.demo,
        log_key: keys.log.verifier().to_string(),
        origin: config.log.origin.clone(),
        registrars: config
            .registrars
            .iter()
            .map(|r| Registrar { account: r.account.clone(), key: r.key })
            .collect(),
        refusal_key: keys.refusals.verifier().to_string(),
    };
    let state = accounts.state(&Stream::Platform).await?;
    match &state.founding {
        None => {
            accounts.submit(Stream::Platform, desk::account::Command::Found(Box::new(body))).await?;
            tracing::info!(kind = %Kind::PlatformFounded, origin = %config.log.origin, "a new log begins");
            Ok(())
        }
        Some(known) if known.origin == body.origin && known.log_key == body.log_key && known.demo == body.demo => {
            Ok(())
        }
        Some(known) => Err(desk::Outage::new(
            "starting",
            format!(
                "the database holds the log {} under key {}, the configuration names {} under key {}",
                known.origin, known.log_key, body.origin, body.log_key
            ),
        )
        .into()),
    }
}
