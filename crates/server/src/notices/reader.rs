//! Reading the log for notices: what each fact changes, with what must be known of earlier ones.
//!
//! Invariant: what is read from any position on equals what is read from the beginning, because whatever is missing is
//! learnt from the histories of its streams first.

use desk::{Outage, ReadLog};
use facts::body::tender::KeyAssigned;
use facts::{Instant, Kind, Record, Stream, TenderId};
use notify::{Change, World};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::notices::{Kept, Step};

/// Records read at once.
const AT_ONCE: u32 = 1_000;
/// Names of streams read at once.
const STREAMS: u32 = 500;
/// Tenders and ceremonies remembered; beyond this all are forgotten and learnt again when something happens.
const REMEMBERED: usize = 2_000;

/// A reader with what it remembers.
pub struct Reader {
    log: Arc<dyn ReadLog>,
    world: World,
}

impl Reader {
    /// A reader that knows all accounts there are.
    pub async fn new(log: Arc<dyn ReadLog>) -> Result<Self, Outage> {
        let mut world = World::default();
        for record in log.history(&Stream::Platform, 0).await? {
            world.learn(&record);
        }
        let mut after: Option<String> = None;
        loop {
            let streams = log.streams("account/", after.as_deref(), STREAMS).await?;
            let Some(last) = streams.last() else { break };
            after = Some(last.to_string());
            for stream in &streams {
                for record in log.history(stream, 0).await? {
                    world.learn(&record);
                }
            }
        }
        Ok(Self { log, world })
    }

    /// What the facts from a position on change, and the position after them; `None` if there are none.
    pub async fn page(&mut self, from: u64) -> Result<Option<(Vec<Step>, u64)>, Outage> {
        let records = self.log.records(from, AT_ONCE).await?;
        let Some(last) = records.last() else {
            return Ok(None);
        };
        let next = last.seq.saturating_add(1);
        let mut steps = Vec::new();
        for record in &records {
            if self.world.held() > REMEMBERED {
                self.world.forget();
            }
            self.prepare(record).await?;
            steps.extend(self.world.learn(record).into_iter().map(step));
        }
        Ok(Some((steps, next)))
    }

    /// Learns what the streams of a record say before it.
    async fn prepare(&mut self, record: &Record) -> Result<(), Outage> {
        match &record.stream {
            Stream::Tender(tender) | Stream::Evaluation(tender) | Stream::Supervision(tender) => {
                if !self.world.knows_tender(tender) {
                    self.tender(tender, record.seq).await?;
                }
            }
            stream @ Stream::Ceremony(ceremony) => {
                if !self.world.knows_ceremony(ceremony) {
                    self.ceremony(stream, record.seq).await?;
                }
            }
            Stream::Platform | Stream::Account(_) | Stream::Pool(_) | Stream::Rules => {}
        }
        self.key(record).await
    }

    async fn tender(&mut self, tender: &TenderId, before: u64) -> Result<(), Outage> {
        let mut known = Vec::new();
        for stream in [
            Stream::Tender(tender.clone()),
            Stream::Evaluation(tender.clone()),
            Stream::Supervision(tender.clone()),
        ] {
            self.world.look_for(&stream);
            known.extend(self.log.history(&stream, 0).await?);
        }
        known.retain(|record| record.seq < before);
        known.sort_unstable_by_key(|record| record.seq);
        for record in &known {
            self.key(record).await?;
            self.world.learn(record);
        }
        Ok(())
    }

    async fn ceremony(&mut self, stream: &Stream, before: u64) -> Result<(), Outage> {
        self.world.look_for(stream);
        let history = self.log.history(stream, 0).await?;
        for record in history.iter().filter(|record| record.seq < before) {
            self.world.learn(record);
        }
        Ok(())
    }

    /// A key that is assigned comes from a ceremony, whose custodians are to be known.
    async fn key(&mut self, record: &Record) -> Result<(), Outage> {
        if record.kind != Kind::KeyAssigned {
            return Ok(());
        }
        let Some(body) = record.of::<KeyAssigned>() else {
            return Ok(());
        };
        if self.world.knows_ceremony(&body.ceremony) {
            return Ok(());
        }
        self.ceremony(&Stream::Ceremony(body.ceremony), record.seq).await
    }
}

fn step(change: Change) -> Step {
    let tender_of = |tender: Option<TenderId>| tender.map_or_else(String::new, |tender| tender.to_string());
    match change {
        Change::Tell(notice) => Step::Tell(Kept {
            account: notice.account.to_string(),
            zone: notice.audience.zone().word().to_owned(),
            seq: notice.seq,
            what: notice.what.word().to_owned(),
            at: notice.at,
            tender: tender_of(notice.tender),
            audience: notice.audience.word().to_owned(),
            until: notice.until,
            discreet: notice.discreet,
            seen: false,
        }),
        Change::Withdraw(withdrawn) => Step::Withdraw {
            what: withdrawn.what.word().to_owned(),
            tender: tender_of(withdrawn.tender),
            account: withdrawn
                .account
                .map_or_else(String::new, |account| account.to_string()),
            after: withdrawn.after,
        },
    }
}

/// Every notice that follows from the log, and the position after its last fact.
pub async fn everything(log: Arc<dyn ReadLog>) -> Result<(Vec<Kept>, u64), Outage> {
    type Key = (String, String, u64, String, Instant);
    let mut reader = Reader::new(log).await?;
    let mut all: BTreeMap<Key, Kept> = BTreeMap::new();
    let mut next = 0;
    while let Some((steps, after)) = reader.page(next).await? {
        next = after;
        for step in steps {
            match step {
                Step::Tell(one) => {
                    let key = (
                        one.account.clone(),
                        one.zone.clone(),
                        one.seq,
                        one.what.clone(),
                        one.at,
                    );
                    all.entry(key).or_insert(one);
                }
                Step::Withdraw {
                    what,
                    tender,
                    account,
                    after,
                } => all.retain(|_, one| {
                    one.what != what
                        || one.at <= after
                        || (!tender.is_empty() && one.tender != tender)
                        || (!account.is_empty() && one.account != account)
                }),
            }
        }
    }
    Ok((all.into_values().collect(), next))
}
