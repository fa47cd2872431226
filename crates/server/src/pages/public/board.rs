//! The board (公告栏): the tenders in short, kept in memory and read on as the log grows.
//!
//! Invariant: a request reads at most what landed since the last one; what lands before the opening about bids changes
//! nothing here, because only public facts are looked at.

use crate::doors::Doors;
use crate::pages::public::told::Told;
use desk::Outage;
use facts::{Instant, Money, Stream, TenderId};
use procure::tender::Phase;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

/// A tender on the board.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The tender.
    pub tender: TenderId,
    /// All of it that pages show.
    pub told: Told,
    /// Where it stands.
    pub phase: Phase,
    /// Whether an order of supervision holds it up.
    pub suspended: bool,
    /// The deadline in force, suspensions counted.
    pub closes_at: Option<Instant>,
    /// When the platform was down, if an order moved the deadline for that.
    pub down: Option<facts::Outage>,
    /// Until when no list is frozen, because the platform was down over the deadline.
    pub held: Option<Instant>,
    /// Sum of the estimates of its lots; `None` before the notice or if the currencies differ.
    pub amount: Option<Money>,
    /// Position of notice or registration: the order of the board.
    pub place: u64,
    /// Lower-cased text that searches look through.
    pub haystack: String,
}

/// The board at one moment.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    /// Entries of the log that were looked at.
    pub size: u64,
    /// The tenders by their ids.
    pub notices: BTreeMap<TenderId, Arc<Notice>>,
    /// The same, newest first.
    pub newest: Vec<Arc<Notice>>,
}

/// The board of a process.
#[derive(Debug, Default)]
pub struct Board {
    posted: RwLock<Arc<Posted>>,
    posting: tokio::sync::Mutex<()>,
}

/// Records read at once.
const AT_ONCE: u32 = 1_000;
/// Names of streams read at once.
const STREAMS: u32 = 500;

impl Board {
    fn posted(&self) -> Arc<Posted> {
        self.posted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The board with everything that had landed when this was called; while another request is reading on, as it
    /// was before.
    pub async fn look(&self, doors: &Doors) -> Result<Arc<Posted>, Outage> {
        let size = doors.pen.latest().map_or(0, |latest| latest.size);
        let posted = self.posted();
        if posted.size >= size {
            return Ok(posted);
        }
        let turn = match self.posting.try_lock() {
            Ok(turn) => turn,
            Err(_) if posted.size > 0 => return Ok(posted),
            Err(_) => self.posting.lock().await,
        };
        let posted = self.posted();
        if posted.size >= size {
            return Ok(posted);
        }
        let changed = if posted.size == 0 {
            everything(doors).await?
        } else {
            changed(doors, posted.size, size).await?
        };
        let mut next = Posted {
            size,
            notices: posted.notices.clone(),
            newest: Vec::new(),
        };
        for tender in changed {
            if let Some(notice) = read(doors, &tender).await? {
                next.notices.insert(tender, Arc::new(notice));
            }
        }
        next.newest = next.notices.values().cloned().collect();
        next.newest
            .sort_unstable_by_key(|notice| std::cmp::Reverse(notice.place));
        let next = Arc::new(next);
        *self.posted.write().unwrap_or_else(PoisonError::into_inner) = next.clone();
        drop(turn);
        Ok(next)
    }
}

async fn everything(doors: &Doors) -> Result<BTreeSet<TenderId>, Outage> {
    let mut all = BTreeSet::new();
    let mut after: Option<String> = None;
    loop {
        let streams = doors.log.streams("tender/", after.as_deref(), STREAMS).await?;
        let Some(last) = streams.last() else {
            return Ok(all);
        };
        after = Some(last.to_string());
        all.extend(streams.into_iter().filter_map(tender_of));
    }
}

/// The tenders of which something public landed between two sizes of the log.
async fn changed(doors: &Doors, from: u64, to: u64) -> Result<BTreeSet<TenderId>, Outage> {
    let mut changed = BTreeSet::new();
    let mut next = from;
    while next < to {
        let records = doors.log.records(next, AT_ONCE).await?;
        let Some(last) = records.last() else {
            break;
        };
        next = last.seq.saturating_add(1);
        let public = records
            .into_iter()
            .filter(|record| !record.kind.is_confidential());
        changed.extend(public.filter_map(|record| tender_of(record.stream)));
    }
    Ok(changed)
}

fn tender_of(stream: Stream) -> Option<TenderId> {
    match stream {
        Stream::Tender(tender) => Some(tender),
        _ => None,
    }
}

async fn read(doors: &Doors, tender: &TenderId) -> Result<Option<Notice>, Outage> {
    let stream = Stream::Tender(tender.clone());
    let state = doors.laws.tenders.state(&stream).await?;
    let (_, records) = doors.gazette.page(&stream).await?.records();
    let told = Told::of(&records);
    let first = told.registered.as_ref().map(|fact| fact.seq);
    let Some(place) = told.notice.as_ref().map(|fact| fact.seq).or(first) else {
        return Ok(None);
    };
    let lots = told.notice.iter().flat_map(|fact| &fact.body.lots);
    let mut haystack = format!("{tender} {}", told.title());
    for lot in lots.clone() {
        haystack.push(' ');
        haystack.push_str(&lot.title);
    }
    let mut estimates = lots.map(|lot| lot.estimate);
    let amount = estimates
        .next()
        .and_then(|first| estimates.try_fold(first, |sum, next| sum.plus(next).ok()));
    Ok(Some(Notice {
        tender: tender.clone(),
        phase: state.phase(),
        suspended: state.pauses.now(),
        closes_at: state.deadline(),
        down: state.down,
        held: state.held(),
        amount,
        place,
        haystack: haystack.to_lowercase(),
        told,
    }))
}
