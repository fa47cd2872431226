//! Wall clock, processor time and peak memory of processes, from `/proc`.
//!
//! Invariant: peak memory is the kernel's own high-water mark (`VmHWM`), not a sample of the present size.

use crate::Trouble;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Processor, cores, memory and load of this machine, in words.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let field = |line: &str| line.split_once(':').map(|(_, value)| value.trim().to_owned());
    let model = info
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(field);
    let memory = read("/proc/meminfo")
        .lines()
        .find(|line| line.starts_with("MemTotal"))
        .and_then(field);
    let gibibytes = memory.and_then(|text| text.trim_end_matches("kB").trim().parse::<u64>().ok());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = read("/proc/loadavg");
    let load = load.split(' ').nth(2).unwrap_or("unknown");
    format!(
        "{}, {cores} cores, {} GiB; load average of the last 15 minutes {load}",
        model.unwrap_or_else(|| "an unknown processor".to_owned()),
        gibibytes.unwrap_or_default() >> 20
    )
}

/// What a process spent.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Seconds on the wall.
    pub(crate) wall: f64,
    /// Seconds of processor time, all threads.
    pub(crate) cpu: f64,
    /// Peak memory in MiB.
    pub(crate) peak: f64,
}

/// Now, for a stopwatch.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a stopwatch reads the machine's clock")]
    Instant::now()
}

/// The high-water mark of a process's memory, in MiB.
pub(crate) fn peak(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// So many per cent of sorted times took at most this long, in milliseconds; 0 if there are none.
pub(crate) fn percentile(sorted: &[std::time::Duration], percent: usize) -> f64 {
    let place = sorted.len().saturating_mul(percent) / 100;
    let place = place.min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// Processor seconds of a process so far; the kernel counts in hundredths.
pub(crate) fn cpu(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Runs a command to its end and tells what it spent.
pub(crate) fn spend(mut command: Command) -> Result<Spent, Trouble> {
    let mut spent = Spent::default();
    let begun = now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    loop {
        spent.peak = peak(child.id()).unwrap_or(spent.peak).max(spent.peak);
        spent.cpu = cpu(child.id()).unwrap_or(spent.cpu);
        if let Some(status) = child.try_wait()? {
            spent.wall = begun.elapsed().as_secs_f64();
            return if status.success() {
                Ok(spent)
            } else {
                Err(format!("{command:?} ended with {status}").into())
            };
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The best of several runs of one command: noise only ever adds.
pub(crate) fn best(times: u32, mut command: impl FnMut() -> Command) -> Result<Spent, Trouble> {
    let mut best: Option<Spent> = None;
    for _ in 0..times.max(1) {
        let spent = spend(command())?;
        best = Some(match best {
            Some(known) if known.wall <= spent.wall => Spent {
                peak: known.peak.max(spent.peak),
                ..known
            },
            Some(known) => Spent {
                peak: known.peak.max(spent.peak),
                ..spent
            },
            None => spent,
        });
    }
    best.ok_or_else(|| "nothing was run".into())
}
