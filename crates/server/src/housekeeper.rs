//! The housekeeper: does on time what falls due, and lets couriers and the opening worker go.
//!
//! Invariant: it decides nothing; it asks the laws, which refuse what is not due. It wakes for facts and
//! for the clock, so that a demonstration's jumps and a restart look the same to it.

use crate::couriers::{evaluation, orders};
use crate::doors::Doors;
use crate::opening;
use desk::{Failure, Outage};
use facts::{Instant, Stream, TenderId};
use procure::{Command, ceremony};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

/// Between two looks at the clock.
const LOOK: Duration = Duration::from_millis(100);
/// After a failure, milliseconds until the next try.
const AGAIN: i64 = 1_000;
/// Streams read in one page at the start.
const PAGE: u32 = 500;

/// When something next has to be looked at, by stream.
type Agenda = BTreeMap<Stream, Instant>;

/// Keeps house until told to stop.
pub async fn keep(doors: Doors, mut stop: watch::Receiver<bool>) {
    let mut follow = doors.pen.follow();
    let mut agenda = Agenda::new();
    while let Err(outage) = live(&doors, &mut agenda).await {
        tracing::error!(%outage, "reading the streams at the start");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            batch = follow.recv() => match batch {
                Ok(batch) => batch.iter().for_each(|record| wake(&mut agenda, &record.stream)),
                Err(RecvError::Lagged(_)) => { let _ = live(&doors, &mut agenda).await; }
                Err(RecvError::Closed) => return,
            },
            () = tokio::time::sleep(LOOK) => {}
        }
        loop {
            match follow.try_recv() {
                Ok(batch) => batch.iter().for_each(|record| wake(&mut agenda, &record.stream)),
                Err(TryRecvError::Lagged(_)) => { let _ = live(&doors, &mut agenda).await; }
                Err(_) => break,
            }
        }
        round(&doors, &mut agenda).await;
    }
}

fn wake(agenda: &mut Agenda, stream: &Stream) {
    match stream {
        Stream::Tender(_) | Stream::Ceremony(_) => {
            agenda.insert(stream.clone(), Instant(i64::MIN));
        }
        Stream::Evaluation(tender) | Stream::Supervision(tender) => {
            agenda.insert(Stream::Tender(tender.clone()), Instant(i64::MIN));
        }
        Stream::Platform | Stream::Account(_) => {}
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

async fn round(doors: &Doors, agenda: &mut Agenda) {
    let now = doors.clock.now();
    let due: Vec<Stream> = agenda.iter().filter(|(_, at)| **at <= now).map(|(stream, _)| stream.clone()).collect();
    for stream in due {
        let next = match &stream {
            Stream::Tender(tender) => look_at_tender(doors, tender).await,
            Stream::Ceremony(_) => look_at_ceremony(doors, &stream).await,
            _ => Ok(None),
        };
        match next {
            Ok(Some(at)) => agenda.insert(stream, at),
            Ok(None) => agenda.remove(&stream),
            Err(failure) => {
                tracing::warn!(%stream, %failure, "housekeeping will try again");
                agenda.insert(stream, now.plus(AGAIN))
            }
        };
    }
}

/// Does what is due and returns when to look again.
async fn look_at_tender(doors: &Doors, tender: &TenderId) -> Result<Option<Instant>, Failure> {
    let stream = Stream::Tender(tender.clone());
    loop {
        let state = doors.laws.tenders.state(&stream).await?;
        if orders::carry(doors, tender, &state).await?
            || opening::work(doors, tender, &state).await?
            || evaluation::carry(doors, tender, &state).await?
        {
            continue;
        }
        let now = doors.clock.now();
        let Some(due) = state.due(now) else { return Ok(None) };
        if due > now {
            return Ok(Some(due));
        }
        let cards = doors.cards_of(&state).await?;
        match doors.laws.tenders.submit(stream.clone(), Command::Tick { cards }).await {
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
            match doors.laws.ceremonies.submit(stream.clone(), ceremony::Command::Tick).await {
                Ok(_) => Ok(None),
                Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => Ok(Some(now.plus(AGAIN))),
                Err(failure) => Err(failure),
            }
        }
        later => Ok(later),
    }
}
