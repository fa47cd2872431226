//! The housekeeper: does on time what falls due, and lets couriers and the opening worker go.
//!
//! Invariant: it decides nothing; it asks the laws, which refuse what is not due. It wakes for facts and
//! for the clock, so that a demonstration's jumps and a restart look the same to it.

use crate::couriers::erasure::{self, Memory};
use crate::couriers::{cards, complaints, draws, evaluation, orders, origins, report};
use crate::doors::Doors;
use crate::opening;
use crate::watch::{Look, Watch};
use desk::{Failure, Outage, account};
use facts::body::platform::ClockSuspected;
use facts::{Instant, Kind, Record, Stream, TenderId};
use procure::{Command, ceremony};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};

/// Between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// After a failure, milliseconds until the next try.
const AGAIN: i64 = 1_000;
/// Streams read in one page at the start.
const PAGE: u32 = 500;

/// When something next has to be looked at, by stream.
type Agenda = BTreeMap<Stream, Instant>;

/// What a housekeeper needs.
pub struct House {
    /// The doors of the procurement zone.
    pub doors: Doors,
    /// The log, with what only the housekeeper may do to it: erase what was ordered to be erased.
    pub log: Arc<store::Log>,
    /// Whether this process alone writes the log.
    pub sole: bool,
}

/// Keeps house until told to stop.
pub async fn keep(house: House, mut stop: watch::Receiver<bool>) {
    let House { doors, log, sole } = &house;
    let mut follow = doors.pen.follow();
    let mut agenda = Agenda::new();
    // What is in the log by now is put on the agenda stream by stream; what comes later, fact by fact.
    let mut seen = doors.pen.latest().map_or(0, |latest| latest.size);
    // Whether facts may have been missed; then every stream is looked at.
    let mut missed = true;
    // Left over, perhaps, from before the start.
    wake(&mut agenda, &Stream::Platform);
    let mut clock = Watch::default();
    let mut chores = Chores::default();
    loop {
        tokio::select! {
            // What was begun is finished, as far as the farewell allows.
            _ = stop.changed() => return while chores.tasks.join_next().await.is_some() {},
            batch = follow.recv() => match batch {
                Ok(batch) => missed |= wake_all(&mut agenda, &batch),
                Err(RecvError::Lagged(_)) => missed = true,
                Err(RecvError::Closed) => return,
            },
            done = chores.next() => chores.settle(done, doors.clock.now(), &mut agenda),
            () = tokio::time::sleep(LOOK) => {}
        }
        loop {
            match follow.try_recv() {
                Ok(batch) => missed |= wake_all(&mut agenda, &batch),
                Err(TryRecvError::Lagged(_)) => missed = true,
                Err(_) => break,
            }
        }
        if missed {
            match live(doors, &mut agenda).await {
                Ok(()) => missed = false,
                Err(outage) => tracing::error!(%outage, "reading the streams"),
            }
        }
        if !sole && let Err(outage) = others(doors, &mut agenda, &mut seen).await {
            tracing::warn!(%outage, "reading what other processes wrote");
        }
        look_at_clock(doors, &mut agenda, &mut clock).await;
        chores.begin(doors, log, &mut agenda);
    }
}

/// What is being done, one task a stream: an opening of gigabytes, or a tender that fails again and again, keeps no
/// other tender from its deadline or its order of suspension.
#[derive(Default)]
struct Chores {
    tasks: JoinSet<Result<Option<Instant>, Failure>>,
    busy: HashMap<Id, Stream>,
}

/// How a chore ended, by its task.
type Done = (Id, Result<Option<Instant>, Failure>);

impl Chores {
    /// Begins everything that is due and not being done already.
    fn begin(&mut self, doors: &Doors, log: &Arc<store::Log>, agenda: &mut Agenda) {
        let now = doors.clock.now();
        let is_free = |stream: &Stream| !self.busy.values().any(|busy| busy == stream);
        let due: Vec<Stream> = agenda
            .iter()
            .filter(|(stream, at)| **at <= now && is_free(stream))
            .map(|(stream, _)| stream.clone())
            .collect();
        for stream in due {
            agenda.remove(&stream);
            let (doors, log, what) = (doors.clone(), log.clone(), stream.clone());
            let task = self
                .tasks
                .spawn(async move { look_at(&doors, &log, &what).await });
            self.busy.insert(task.id(), stream);
        }
    }

    /// Waits for the next that ends; for ever if nothing is being done.
    async fn next(&mut self) -> Done {
        match self.tasks.join_next_with_id().await {
            Some(Ok(done)) => done,
            Some(Err(error)) => (error.id(), Err(Outage::new("keeping house", error).into())),
            None => std::future::pending().await,
        }
    }

    /// Puts the stream back on the agenda; what woke it meanwhile counts too.
    fn settle(&mut self, (task, next): Done, now: Instant, agenda: &mut Agenda) {
        let Some(stream) = self.busy.remove(&task) else {
            return;
        };
        let at = match next {
            Ok(None) => return,
            Ok(Some(at)) => at,
            Err(failure) => {
                tracing::warn!(%stream, %failure, "housekeeping will try again");
                now.plus(AGAIN)
            }
        };
        let known = agenda.entry(stream).or_insert(at);
        *known = at.min(*known);
    }
}

async fn look_at(doors: &Doors, log: &store::Log, stream: &Stream) -> Result<Option<Instant>, Failure> {
    match stream {
        Stream::Tender(tender) => look_at_tender(doors, tender).await,
        Stream::Ceremony(_) => look_at_ceremony(doors, stream).await,
        Stream::Platform => {
            let memory = Memory {
                laws: doors.laws.clone(),
                gazette: doors.gazette.clone(),
            };
            Ok(erasure::carry(log, &memory).await.map(|_| None)?)
        }
        _ => Ok(None),
    }
}

/// Wakes for the facts that other processes appended; the pen of this one has noticed that the log grew.
async fn others(doors: &Doors, agenda: &mut Agenda, seen: &mut u64) -> Result<(), Outage> {
    let size = doors.pen.latest().map_or(0, |latest| latest.size);
    while *seen < size {
        let records = doors.log.records(*seen, PAGE).await?;
        let Some(last) = records.last() else { return Ok(()) };
        *seen = last.seq.saturating_add(1);
        for record in &records {
            wake(agenda, &record.stream);
            if record.stream == Stream::Rules {
                live(doors, agenda).await?;
            }
        }
    }
    Ok(())
}

/// Wakes for a batch. Whether every tender has to be looked at, because other rules are in force now.
fn wake_all(agenda: &mut Agenda, batch: &[Arc<Record>]) -> bool {
    for record in batch {
        wake(agenda, &record.stream);
    }
    batch.iter().any(|record| record.stream == Stream::Rules)
}

fn wake(agenda: &mut Agenda, stream: &Stream) {
    match stream {
        Stream::Tender(_) | Stream::Ceremony(_) | Stream::Platform => {
            agenda.insert(stream.clone(), Instant(i64::MIN));
        }
        Stream::Evaluation(tender) | Stream::Supervision(tender) => {
            agenda.insert(Stream::Tender(tender.clone()), Instant(i64::MIN));
        }
        Stream::Account(_) | Stream::Pool(_) | Stream::Rules => {}
    }
}

/// Whether the clock lags the log, and when it did not any more, the fact that says so.
async fn look_at_clock(doors: &Doors, agenda: &mut Agenda, clock: &mut Watch) {
    let Some(latest) = doors.pen.latest() else { return };
    match clock.look(latest.at, doors.clock.now()) {
        Look::Right | Look::StillBehind => {}
        Look::Behind(lag) => tracing::error!(
            alarm = "clock.behind",
            lag,
            "the clock lags the log by {lag} ms; nothing is written until it is set right"
        ),
        Look::RightAgain(lag) => {
            let command = account::Command::SuspectClock(ClockSuspected { lag });
            match doors.laws.accounts.submit(Stream::Platform, command).await {
                Ok(_) => {
                    tracing::warn!(kind = %Kind::ClockSuspected, lag, "the clock is right again");
                    clock.noted();
                    // What was put off by a clock that had run ahead is looked at now.
                    let _ = live(doors, agenda).await;
                }
                Err(failure) => tracing::warn!(%failure, "the lag of the clock could not be noted yet"),
            }
        }
    }
}

/// Puts every tender and ceremony on the agenda.
async fn live(doors: &Doors, agenda: &mut Agenda) -> Result<(), Outage> {
    for prefix in ["tender/", "ceremony/"] {
        let mut after: Option<String> = None;
        loop {
            let streams = doors.log.streams(prefix, after.as_deref(), PAGE).await?;
            let Some(last) = streams.last() else { break };
            after = Some(last.to_string());
            for stream in streams {
                agenda.insert(stream, Instant(i64::MIN));
            }
        }
    }
    Ok(())
}

/// Does what is due and returns when to look again.
async fn look_at_tender(doors: &Doors, tender: &TenderId) -> Result<Option<Instant>, Failure> {
    let stream = Stream::Tender(tender.clone());
    loop {
        let state = doors.laws.tenders.state(&stream).await?;
        if orders::carry(doors, tender, &state).await?
            || opening::work(doors, tender, &state).await?
            || origins::carry(doors, tender, &state).await?
            || evaluation::carry(doors, tender, &state).await?
            || draws::carry(doors, tender, &state).await?
            || report::carry(doors, tender, &state).await?
            || complaints::show(doors, tender, &state).await?
            || cards::carry(doors, tender).await?
        {
            continue;
        }
        let now = doors.clock.now();
        let due = state.due(now);
        if due.is_none_or(|due| due > now) {
            let waiting = evaluation::due(doors, tender).await?;
            let waiting = waiting.map(|at| at.max(now.plus(AGAIN)));
            let calls = draws::due(doors, tender, &state).await?;
            let cards = cards::due(doors, tender).await?;
            let shown = complaints::due(doors, tender, &state).await?;
            let own = due.into_iter().chain(waiting).chain(calls);
            return Ok(own.chain(cards).chain(shown).min());
        }
        let cards = doors.cards_of(&state).await?;
        match doors
            .laws
            .tenders
            .submit(stream.clone(), Command::Tick { cards })
            .await
        {
            Ok(_) => {}
            // The law's instant may lie a little behind this clock.
            Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => {
                return Ok(Some(now.plus(AGAIN)));
            }
            Err(failure) => return Err(failure),
        }
    }
}

async fn look_at_ceremony(doors: &Doors, stream: &Stream) -> Result<Option<Instant>, Failure> {
    let state = doors.laws.ceremonies.state(stream).await?;
    let now = doors.clock.now();
    match state.due() {
        Some(due) if due <= now => {
            match doors
                .laws
                .ceremonies
                .submit(stream.clone(), ceremony::Command::Tick)
                .await
            {
                Ok(_) => Ok(None),
                Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => Ok(Some(now.plus(AGAIN))),
                Err(failure) => Err(failure),
            }
        }
        later => Ok(later),
    }
}
