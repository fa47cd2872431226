//! The pen's task: gather, lay out, compose, append, sign, answer.
//!
//! Invariant: between two batches the head, the tree and the kept states agree with the store; whenever that is
//! uncertain, all of it is read again before the next decision.

use super::answer::{answer, behind, row, tell};
use super::compose::{Composition, Settlement, Start, compose};
use super::landed::Latest;
use super::look::Place;
use super::{Asked, BATCH, Batch, Job, KEEP_EVERY, LAG, Message, Mind, Tools};
use crate::ports::AppendError;
use crate::{Failure, Outage, Row};
use bytes::Bytes;
use facts::{Instant, Kind};
use ledger::{Checkpoint, Head, Tree};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{broadcast, mpsc, watch};

/// Races lost to other writers before a batch is given up.
const RACES: usize = 64;

pub(super) struct Edge {
    pub(super) head: Head,
    pub(super) tree: Arc<Tree>,
}

pub(super) struct Hand {
    pub(super) tools: Tools,
    pub(super) memory: Arc<Mind>,
    publish: watch::Sender<Option<Arc<Latest>>>,
    appended: broadcast::Sender<Batch>,
    pub(super) edge: Option<Edge>,
    kept: Instant,
}

enum Outcome {
    Done,
    /// Another writer was first, or may have been.
    Again,
}

impl Hand {
    pub(super) async fn ready(
        tools: Tools,
        memory: Arc<Mind>,
        publish: watch::Sender<Option<Arc<Latest>>>,
        appended: broadcast::Sender<Batch>,
    ) -> Result<Self, Outage> {
        let mut hand = Self {
            tools,
            memory,
            publish,
            appended,
            edge: None,
            kept: Instant(0),
        };
        let head = hand.head().await?;
        if head.size > 0 {
            let latest = hand.sign(head).await?;
            hand.publish.send_replace(Some(latest));
            hand.kept = head.ts;
        }
        Ok(hand)
    }

    pub(super) async fn write(mut self, mut waiting: mpsc::Receiver<Message>) {
        let mut gathered = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut gathered, BATCH).await > 0 {
            let mut jobs = Vec::with_capacity(gathered.len());
            let mut wanted = Vec::new();
            let mut refresh = Vec::new();
            let mut stop = false;
            for message in gathered.drain(..) {
                match message {
                    Message::Job(job) => jobs.push(job),
                    Message::LayOut { law, stream, done } => wanted.push(((law, stream), done)),
                    Message::Refresh(done) => refresh.push(done),
                    Message::Stop => stop = true,
                }
            }
            if !refresh.is_empty() {
                self.refresh().await;
                for done in refresh {
                    let _gone = done.send(());
                }
            }
            if !wanted.is_empty() {
                self.lay_out_wanted(wanted).await;
            }
            if !jobs.is_empty() {
                self.batch(jobs).await;
            }
            if stop {
                waiting.close();
            }
        }
    }

    fn forget(&mut self) {
        self.edge = None;
        self.memory.epoch.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn epoch(&self) -> u64 {
        self.memory.epoch.load(Ordering::Acquire)
    }

    async fn refresh(&mut self) {
        self.forget();
        let signed = match self.head().await {
            Ok(head) => self.sign(head).await,
            Err(outage) => Err(outage),
        };
        match signed {
            Ok(latest) => drop(self.publish.send_replace(Some(latest))),
            Err(outage) => tracing::error!(%outage, "the head could not be signed"),
        }
    }

    async fn batch(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        for _ in 0..RACES {
            match self.attempt(&mut jobs).await {
                Ok(Outcome::Done) => return,
                Ok(Outcome::Again) => self.forget(),
                Err(outage) => {
                    self.forget();
                    clear(&jobs);
                    let failure = Failure::from(outage);
                    for job in jobs {
                        job.answer(Err(failure.clone()));
                    }
                    return;
                }
            }
            clear(&jobs);
        }
        let failure = Failure::from(Outage::new(
            "appending",
            format!("{RACES} races in a row were lost"),
        ));
        for job in jobs {
            job.answer(Err(failure.clone()));
        }
    }

    async fn attempt(&mut self, jobs: &mut Vec<Box<dyn Job>>) -> Result<Outcome, Outage> {
        let head = self.head().await?;
        let now = self.tools.clock.now();
        if head.ts.since(now) > LAG {
            let lag = head.ts.since(now);
            tracing::error!(lag, "the wall clock lags the log; nothing is written");
            jobs.drain(..).for_each(|job| job.answer(Err(behind(lag).into())));
            return Ok(Outcome::Done);
        }
        let places = places(jobs);
        self.read_up(&places).await?;
        let mut settled = self.landed_before(acts(jobs)).await?;
        let mut rng = ChaCha20Rng::from_seed(self.tools.entropy.seed());
        let start = Start {
            origin: &self.tools.origin,
            head,
            at: now.max(head.ts),
        };
        let composition = loop {
            match compose(&start, jobs, &settled, &mut rng) {
                Ok(composition) => {
                    let conflicts = self.conflicts(&composition).await?;
                    if conflicts.is_empty() {
                        break composition;
                    }
                    settled.extend(conflicts);
                }
                Err((broken, failure)) => {
                    settled.insert(broken, Settlement::Fails(failure));
                }
            }
            for (law, _) in &places {
                law.rewind();
            }
        };
        if composition.lines.is_empty() {
            // What the store says now may differ from what was decided on, if others write too.
            if !self.tools.sole && self.tools.log.head().await?.size != head.size {
                return Ok(Outcome::Again);
            }
            clear(jobs);
            answer(std::mem::take(jobs), composition.verdicts, &[]);
            return Ok(Outcome::Done);
        }
        self.append(jobs, composition).await
    }

    async fn append(
        &mut self,
        jobs: &mut Vec<Box<dyn Job>>,
        composition: Composition,
    ) -> Result<Outcome, Outage> {
        let Some(edge) = &self.edge else {
            return Ok(Outcome::Again);
        };
        let mut tree = (*edge.tree).clone();
        let mut tiles = Vec::new();
        for line in &composition.lines {
            tiles.extend(
                tree.push(line.leaf)
                    .into_iter()
                    .map(|tile| (tile.level, tile.index, Bytes::from(tile.hashes))),
            );
        }
        let rows: Vec<Row> = composition.lines.iter().map(row).collect();
        match self.tools.log.append(&rows, &tiles).await {
            Ok(()) => {}
            Err(AppendError::Taken) => return Ok(Outcome::Again),
            Err(AppendError::Outage(outage)) => return Err(outage),
        }
        let head = Head {
            root: tree.root(),
            ..composition.head
        };
        let tree = Arc::new(tree);
        self.landed(&composition, head, tree.clone());
        let places = places(jobs);
        let epoch = self.epoch();
        for (law, _) in &places {
            law.keep(epoch);
        }
        match self.sign(head).await {
            Ok(latest) => {
                self.publish.send_replace(Some(latest.clone()));
                let landed = tell(&composition, &tree, &latest);
                answer(std::mem::take(jobs), composition.verdicts, &landed);
                self.keep(
                    &latest,
                    &composition
                        .lines
                        .iter()
                        .map(|line| line.record.kind)
                        .collect::<Vec<_>>(),
                )
                .await;
            }
            // The facts stand; their authors get receipts when they send the same acts again.
            Err(outage) => {
                let failure = Failure::from(outage);
                jobs.drain(..).for_each(|job| job.answer(Err(failure.clone())));
            }
        }
        // Nobody may be following.
        let _followers = self
            .appended
            .send(composition.lines.into_iter().map(|line| line.record).collect());
        Ok(Outcome::Done)
    }

    /// The batch is durable: head, tree and memory go on from it.
    fn landed(&mut self, composition: &Composition, head: Head, tree: Arc<Tree>) {
        let mut recent = self.memory.recent();
        for line in &composition.lines {
            if let Some(act) = &line.act {
                recent.act(act, line.record.seq);
            }
        }
        recent.root(head.size, head.root);
        drop(recent);
        self.edge = Some(Edge { head, tree });
    }

    async fn sign(&self, head: Head) -> Result<Arc<Latest>, Outage> {
        let checkpoint = Checkpoint {
            origin: self.tools.origin.clone(),
            size: head.size,
            root: head.root,
        };
        let note = self.tools.signer.checkpoint(&checkpoint).await?;
        Ok(Arc::new(Latest {
            size: head.size,
            root: head.root,
            at: head.ts,
            note: note.into(),
        }))
    }

    async fn keep(&mut self, latest: &Latest, kinds: &[Kind]) {
        let marked = kinds
            .iter()
            .any(|k| matches!(k, Kind::TenderClosed | Kind::OpeningRecorded | Kind::AwardMade));
        if !marked && latest.at.since(self.kept) < KEEP_EVERY {
            return;
        }
        match self.tools.log.keep_checkpoint(latest.size, &latest.note).await {
            Ok(()) => self.kept = latest.at,
            // The next batch tries again: a later checkpoint covers this one's entries too.
            Err(outage) => {
                tracing::error!(%outage, "a checkpoint could not be kept");
                self.kept = Instant(0);
            }
        }
    }
}

fn clear(jobs: &[Box<dyn Job>]) {
    for job in jobs {
        job.law().clear();
    }
}

fn places(jobs: &[Box<dyn Job>]) -> Vec<Place> {
    jobs.iter().map(|job| (job.law(), job.stream().clone())).collect()
}

fn acts(jobs: &[Box<dyn Job>]) -> Vec<(usize, Asked)> {
    jobs.iter()
        .enumerate()
        .filter_map(|(index, job)| Some((index, job.act()?)))
        .collect()
}
