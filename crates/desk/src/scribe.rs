//! The scribe (书记员): a law bound to the pen. It turns a command into facts in the log, or a refusal.
//!
//! Invariant: whoever holds a [`Scribe<D>`] may write what the law `D` decides and nothing else; whoever holds a
//! [`Reader<D>`] may only look.

use crate::actor::expired;
use crate::front::Admitted;
use crate::mark::Marker;
use crate::pen::{Asked, Job, Landed, Pen, Reply};
use crate::shelf::{Law, Shelf};
use crate::{Outage, ReadLog};
use facts::{AccountId, Decider, Draft, Instant, Refusal, Stream};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Why a command brought no fact about.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The law, or the log's own rules, said no. Nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something failed; it is not known whether anything was written. The same act may be sent again.
    #[error(transparent)]
    Outage(Arc<Outage>),
}

impl From<Outage> for Failure {
    fn from(outage: Outage) -> Self {
        Self::Outage(Arc::new(outage))
    }
}

/// Reads the states of one law's streams; cloned freely.
pub struct Reader<D: Decider> {
    log: Arc<dyn ReadLog>,
    shelf: Arc<Shelf<D>>,
    pen: Option<Pen>,
}

impl<D: Decider> Clone for Reader<D> {
    fn clone(&self) -> Self {
        Self {
            log: self.log.clone(),
            shelf: self.shelf.clone(),
            pen: self.pen.clone(),
        }
    }
}

impl<D> Reader<D>
where
    D: Decider + 'static,
    D::State: Sync,
{
    /// A reader for a process that does not write this law's streams.
    #[must_use]
    pub fn new(log: Arc<dyn ReadLog>) -> Self {
        Self {
            log,
            shelf: Arc::default(),
            pen: None,
        }
    }

    /// The state of a stream, with everything that was in the log when this was called.
    pub async fn state(&self, stream: &Stream) -> Result<Arc<D::State>, Outage> {
        // A pen that alone writes the log keeps its states current; others must look.
        if let Some(pen) = self.pen.as_ref().filter(|pen| pen.is_sole()) {
            if let Some(state) = self.current(stream, pen) {
                return Ok(state);
            }
            pen.lay_out(self.shelf.clone(), stream.clone()).await;
            if let Some(state) = self.current(stream, pen) {
                return Ok(state);
            }
        }
        let fold = self.shelf.furthest(stream);
        let records = self.log.history(stream, fold.next).await?;
        Ok(self.shelf.read_on(stream, fold, &records).state)
    }

    fn current(&self, stream: &Stream, pen: &Pen) -> Option<Arc<D::State>> {
        let lacks = self.shelf.lacks(stream, pen.epoch());
        if lacks.is_some() {
            return None;
        }
        self.shelf.kept(stream).map(|fold| fold.state)
    }
}

/// Writes the facts of one law; cloned freely.
pub struct Scribe<D: Decider> {
    reader: Reader<D>,
    pen: Pen,
    marker: Marker,
}

impl<D: Decider> Clone for Scribe<D> {
    fn clone(&self) -> Self {
        Self {
            reader: self.reader.clone(),
            pen: self.pen.clone(),
            marker: self.marker,
        }
    }
}

impl<D> Scribe<D>
where
    D: Decider + 'static,
    D::State: Sync,
    D::Command: Clone,
{
    /// Binds a law to the pen. `marker` says which marks its records leave; those of disclosures are left for
    /// every law by the pen itself.
    #[must_use]
    pub fn new(pen: &Pen, marker: Marker) -> Self {
        let reader = Reader {
            log: pen.log(),
            shelf: Arc::default(),
            pen: Some(pen.clone()),
        };
        Self {
            reader,
            pen: pen.clone(),
            marker,
        }
    }

    /// Only the looking.
    #[must_use]
    pub fn reader(&self) -> Reader<D> {
        self.reader.clone()
    }

    /// Forgets the state of a stream, when content of it was erased from the log: what is shown next is folded from
    /// what is left there.
    pub fn forget(&self, stream: &Stream) {
        self.reader.shelf.forget(stream);
    }

    /// The pen that writes.
    #[must_use]
    pub const fn pen(&self) -> &Pen {
        &self.pen
    }

    /// The state of a stream, with everything that was in the log when this was called.
    pub async fn state(&self, stream: &Stream) -> Result<Arc<D::State>, Outage> {
        self.reader.state(stream).await
    }

    /// Decides a command of the platform's own and writes what follows.
    ///
    /// A law that decides on nothing gives an empty list.
    pub async fn submit(&self, stream: Stream, command: D::Command) -> Result<Vec<Landed>, Failure> {
        self.send(stream, command, None, None).await
    }

    /// Decides the command that an admitted act asks for. An act that has landed already is not decided again:
    /// its fact is returned with `fresh` unset.
    pub async fn enact(&self, admitted: &Admitted, command: D::Command) -> Result<Vec<Landed>, Failure> {
        let epoch = self.pen.epoch();
        if let Some(seq) = self.pen.position(admitted.digest, admitted.act.seen.size).await? {
            return Ok(vec![self.pen.landed(seq).await?]);
        }
        self.send(
            admitted.act.stream.clone(),
            command,
            Some(Asked {
                act: admitted.digest,
                epoch,
            }),
            admitted.actor.account.clone().zip(admitted.until),
        )
        .await
    }

    async fn send(
        &self,
        stream: Stream,
        command: D::Command,
        act: Option<Asked>,
        until: Option<(AccountId, Instant)>,
    ) -> Result<Vec<Landed>, Failure> {
        let (answer, answered) = oneshot::channel();
        self.pen
            .push(Box::new(Wish {
                shelf: self.reader.shelf.clone(),
                stream,
                command,
                act,
                until,
                marker: self.marker,
                answer,
            }))
            .await?;
        let gone = || Outage::new("waiting for the pen", "the pen has stopped");
        match answered.await.map_err(|_| gone())?? {
            Reply::Landed(landed) => Ok(landed),
            Reply::Known(seq) => Ok(vec![self.pen.landed(seq).await?]),
        }
    }
}

struct Wish<D: Decider> {
    shelf: Arc<Shelf<D>>,
    stream: Stream,
    command: D::Command,
    act: Option<Asked>,
    /// Whose act it is, and until when it may enter the log.
    until: Option<(AccountId, Instant)>,
    marker: Marker,
    answer: oneshot::Sender<Result<Reply, Failure>>,
}

impl<D> Job for Wish<D>
where
    D: Decider + 'static,
    D::State: Sync,
    D::Command: Clone,
{
    fn stream(&self) -> &Stream {
        &self.stream
    }

    fn law(&self) -> Arc<dyn Law> {
        self.shelf.clone()
    }

    fn act(&self) -> Option<Asked> {
        self.act
    }

    fn marker(&self) -> Marker {
        self.marker
    }

    fn decide(&self, at: Instant) -> Result<Result<Vec<Draft>, Refusal>, Outage> {
        // Verifiers compare with the time of the entry, which may lie after the arrival.
        if let Some((account, until)) = self.until.as_ref().filter(|(_, until)| at > *until) {
            return Ok(Err(expired(account, *until)));
        }
        self.shelf
            .decide(&self.stream, self.command.clone(), at)
            .map_err(|error| Outage::new("deciding", error))
    }

    fn answer(self: Box<Self>, reply: Result<Reply, Failure>) {
        // A caller that went away loses its answer, not its fact.
        let _gone = self.answer.send(reply);
    }
}
