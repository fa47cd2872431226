//! Composing a batch: commands are decided one after another, each on what the ones before it left.
//!
//! Invariant: composing writes nothing; whatever goes wrong, throwing the composition away is enough.

use super::Job;
use crate::mark::{self, Mark, disclosures};
use crate::{Failure, Outage};
use facts::{Instant, Record, Refusal};
use ledger::{Chain, Hash, Head, LinkError, Linked, Payload};
use rand_chacha::ChaCha20Rng;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What became of a job, as far as is known.
pub(crate) enum Verdict {
    /// Its facts are these of the composition, from and up to but not including.
    Lands(usize, usize),
    /// Its act landed earlier, at this position.
    Known(u64),
    /// Its act is the one of an earlier job of the batch.
    Twin(usize),
    /// It was refused, or failed on its own.
    Fails(Failure),
}

/// One fact of the composition.
pub(crate) struct Line {
    pub(crate) record: Arc<Record>,
    pub(crate) entry: bytes::Bytes,
    pub(crate) leaf: Hash,
    pub(crate) payload: Arc<Payload>,
    pub(crate) act: Option<Hash>,
    pub(crate) marks: Vec<Mark>,
}

/// A batch that could be appended.
pub(crate) struct Composition {
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) lines: Vec<Line>,
    /// Index of the job of each line.
    pub(crate) owners: Vec<usize>,
    pub(crate) head: Head,
}

/// What is settled about jobs before they are decided: refusals for taken marks, acts found in the store.
pub(crate) type Settled = HashMap<usize, Settlement>;

/// Something settled about a job.
pub(crate) enum Settlement {
    /// Its act landed there.
    Known(u64),
    /// It must not land.
    Fails(Failure),
}

/// Where a composition starts.
pub(crate) struct Start<'a> {
    pub(crate) origin: &'a str,
    pub(crate) head: Head,
    pub(crate) at: Instant,
}

/// Decides the jobs in order. Fails only if folding a fact broke off: then the states laid out are worthless, and
/// the job at that index must be left out of the next composition.
pub(crate) fn compose(
    start: &Start<'_>,
    jobs: &[Box<dyn Job>],
    settled: &Settled,
    rng: &mut ChaCha20Rng,
) -> Result<Composition, (usize, Failure)> {
    let mut page = Page {
        chain: Chain::resume(start.origin, start.head),
        lines: Vec::with_capacity(jobs.len()),
        owners: Vec::with_capacity(jobs.len()),
        taken: HashSet::new(),
        rng,
    };
    let mut acts: HashMap<Hash, usize> = HashMap::new();
    let mut verdicts = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        let twin = job.act().and_then(|asked| acts.get(&asked.act).copied());
        let verdict = match (settled.get(&index), twin) {
            (Some(Settlement::Known(seq)), _) => Verdict::Known(*seq),
            (Some(Settlement::Fails(failure)), _) => Verdict::Fails(failure.clone()),
            (None, Some(twin)) => Verdict::Twin(twin),
            (None, None) => match page.link(job.as_ref(), start.at) {
                Err(failure) => Verdict::Fails(failure),
                Ok(lines) => {
                    let (from, to) = page
                        .add(index, job.as_ref(), lines)
                        .map_err(|failure| (index, failure))?;
                    acts.extend(job.act().map(|asked| (asked.act, index)));
                    Verdict::Lands(from, to)
                }
            },
        };
        verdicts.push(verdict);
    }
    Ok(Composition {
        verdicts,
        lines: page.lines,
        owners: page.owners,
        head: page.chain.head(),
    })
}

struct Page<'a> {
    chain: Chain,
    lines: Vec<Line>,
    owners: Vec<usize>,
    taken: HashSet<(&'static str, String)>,
    rng: &'a mut ChaCha20Rng,
}

impl Page<'_> {
    /// Decides a job and links its drafts; on failure the chain is as it was.
    fn link(&mut self, job: &dyn Job, at: Instant) -> Result<Vec<Line>, Failure> {
        let before = self.chain.head();
        let lines = self
            .drafts(job, at)
            .and_then(|lines| self.take(&lines).map(|()| lines));
        if lines.is_err() {
            self.chain = Chain::resume(self.chain.origin(), before);
        }
        lines
    }

    fn drafts(&mut self, job: &dyn Job, at: Instant) -> Result<Vec<Line>, Failure> {
        let drafts = guard("deciding", || job.decide(at))???;
        let mut lines = Vec::with_capacity(drafts.len());
        for draft in drafts {
            if draft.stream != *job.stream() {
                let what = format!("a law of {} decided on a fact of {}", job.stream(), draft.stream);
                return Err(Outage::new("deciding", what).into());
            }
            let linked = self.chain.extend(draft, at, self.rng).map_err(unlinkable)?;
            lines.push(line(linked, job));
        }
        let mut acted = lines.iter().filter(|line| line.act.is_some());
        let admitted = job.act().map(|asked| asked.act);
        if acted.next().is_some_and(|line| line.act != admitted) || acted.next().is_some() {
            return Err(
                Outage::new("deciding", "a fact does not carry the one act that was admitted").into(),
            );
        }
        Ok(lines)
    }

    /// Takes the marks of a job, all or none.
    fn take(&mut self, lines: &[Line]) -> Result<(), Failure> {
        let mut mine = HashSet::new();
        for mark in lines.iter().flat_map(|line| &line.marks) {
            let key = (mark.name, mark.key.clone());
            if self.taken.contains(&key) || !mine.insert(key) {
                return Err(taken(mark.name, &mark.key).into());
            }
        }
        self.taken.extend(mine);
        Ok(())
    }

    fn add(&mut self, owner: usize, job: &dyn Job, lines: Vec<Line>) -> Result<(usize, usize), Failure> {
        let records: Vec<Arc<Record>> = lines.iter().map(|line| line.record.clone()).collect();
        if !records.is_empty() {
            guard("folding a fact", || job.law().evolve(job.stream(), &records))?;
        }
        let from = self.lines.len();
        self.owners.extend(lines.iter().map(|_| owner));
        self.lines.extend(lines);
        Ok((from, self.lines.len()))
    }
}

fn line(linked: Linked, job: &dyn Job) -> Line {
    let mut marks = disclosures(&linked.record);
    marks.extend(job.marker()(&linked.record));
    marks.sort_unstable();
    marks.dedup();
    Line {
        record: Arc::new(linked.record),
        entry: linked.entry_bytes.into(),
        leaf: linked.leaf,
        payload: Arc::new(linked.payload),
        act: linked.act_digest,
        marks,
    }
}

/// Runs a law's code; a law that panics fails its own command and not the pen.
fn guard<T>(context: &'static str, work: impl FnOnce() -> T) -> Result<T, Outage> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Outage::new(context, "the law panicked"))
}

fn unlinkable(error: LinkError) -> Failure {
    match error {
        LinkError::Reserved(_) | LinkError::Payload(_) | LinkError::Long(_) => Refusal::new(
            "act.body_malformed",
            format!("This cannot become an entry of the log: {error}."),
            format!("此内容无法写入日志:{error}。"),
        )
        .into(),
        LinkError::Back { .. } | LinkError::Range | LinkError::Act(_) => {
            Outage::new("linking a fact", error).into()
        }
    }
}

/// The refusal for a mark that exists already.
pub(crate) fn taken(name: &str, key: &str) -> Refusal {
    let (en, zh) = match name {
        mark::ACCOUNT => ("The account name", "账户名称"),
        mark::ACCOUNT_KEY => ("The account key", "账户密钥"),
        mark::CUSTODY_KEY => ("The custody key", "保管密钥"),
        mark::BID_KEY => ("The bid key", "投标密钥"),
        mark::BID_OF => (
            "The place of this bidder in this tender",
            "该投标人在本项目的投标",
        ),
        mark::POINT => ("The header point of an envelope", "信封头部的点 R"),
        mark::SUBMISSION => ("The envelope id", "信封编号"),
        mark::BODY => ("The sealed body", "加密文件"),
        mark::KEY => ("The opening key", "开启密钥"),
        mark::KEY_USED => ("The use of this opening key", "该开启密钥的用途"),
        mark::DISCLOSED => ("The disclosure of this entry", "该条目的公开"),
        _ => ("The mark", "标识"),
    };
    let shown: String = key.chars().take(80).collect();
    Refusal {
        code: format!("taken.{name}").into(),
        en: format!("{en} {shown} is taken already; it may occur once in the whole log."),
        zh: format!("{zh} {shown} 已被占用,在整个日志中只能出现一次。"),
    }
}
