//! The founding: the first entry of a log.

use crate::config::Config;
use desk::{Accounts, Failure, Keys, Outage, Scribe};
use facts::body::platform::{PlatformFounded, Registrar};
use facts::calendar::CHINA;
use facts::{Kind, Stream};
use std::time::Duration;

/// Opens the log if it is empty; otherwise checks that it is the log of this configuration.
pub async fn found(config: &Config, keys: &Keys, accounts: &Scribe<Accounts>) -> Result<(), Failure> {
    if is_ours(config, keys, accounts).await? {
        return Ok(());
    }
    let body = PlatformFounded {
        calendar: CHINA.version.to_owned(),
        demo: config.demo,
        log_key: keys.log.verifier().to_string(),
        origin: config.log.origin.clone(),
        registrars: config
            .registrars
            .iter()
            .map(|r| Registrar {
                account: r.account.clone(),
                key: r.key,
            })
            .collect(),
        refusal_key: keys.refusals.verifier().to_string(),
    };
    accounts
        .submit(Stream::Platform, desk::account::Command::Found(Box::new(body)))
        .await?;
    tracing::info!(kind = %Kind::PlatformFounded, origin = %config.log.origin, "a new log begins");
    Ok(())
}

/// Waits until another process has founded the log, and checks that it is the log of this configuration.
pub async fn founded(
    config: &Config,
    keys: &Keys,
    accounts: &Scribe<Accounts>,
    patience: Duration,
) -> Result<(), Failure> {
    let wait = async {
        while !is_ours(config, keys, accounts).await? {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    };
    tokio::time::timeout(patience, wait).await.unwrap_or_else(|_| {
        let why = "the log is empty; start the process of the procurement zone, which founds it";
        Err(Outage::new("starting", why).into())
    })
}

/// Whether the log is founded; an outage if it is founded as another log than that of this configuration.
async fn is_ours(config: &Config, keys: &Keys, accounts: &Scribe<Accounts>) -> Result<bool, Outage> {
    let state = accounts.state(&Stream::Platform).await?;
    let Some(known) = &state.founding else {
        return Ok(false);
    };
    let (origin, log_key) = (&config.log.origin, keys.log.verifier().to_string());
    if known.origin == *origin && known.log_key == log_key && known.demo == config.demo {
        return Ok(true);
    }
    let why = format!(
        "the database holds the log {} under key {}, the configuration names {origin} under key {log_key}",
        known.origin, known.log_key
    );
    Err(Outage::new("starting", why))
}
