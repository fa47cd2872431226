//! Verifying a whole log from its entry bundles, in a process of its own.
//!
//! Invariant: the log verified is a real one: every entry canonical, chained, hashed; the root is compared.

use super::process::{best, now};
use super::table::{Line, Table};
use crate::Trouble;
use crate::people::random;
use facts::{Hex, Instant, Kind, Stream, TenderId};
use ledger::audit::Fetched;
use ledger::tiles::BundleId;
use ledger::{Actor, Entry, Tree, ZERO};
use std::path::Path;
use std::process::Command;

/// Entries of one bundle.
const WIDTH: usize = 256;

/// Writes the bundles of a log of `size` entries; returns root and bytes.
fn generate(dir: &Path, size: u64) -> Result<([u8; 32], u64), Trouble> {
    let stream = Stream::Tender(TenderId::parse("works")?);
    let (mut tree, mut prev, mut bytes) = (Tree::new(), ZERO, 0_u64);
    let mut bundle: Vec<Vec<u8>> = Vec::with_capacity(WIDTH);
    let (commit, sig): ([u8; 32], [u8; 64]) = (random(), random());
    for seq in 0..size {
        let mut commit = commit;
        commit
            .iter_mut()
            .zip(seq.to_be_bytes())
            .for_each(|(to, from)| *to = from);
        // Two kinds of entries, as in a real log: shown with their signature, and confidential.
        let shown = seq % 2 == 0;
        let entry = Entry {
            actor: if shown { Actor::Key(commit) } else { Actor::Hidden },
            commit,
            kind: shown.then_some(Kind::QuestionAnswered),
            prev,
            seq,
            sig: shown.then_some(sig),
            subj: shown.then(|| stream.clone()),
            ts: Instant(1_700_000_000_000_i64.saturating_add(i64::try_from(seq)?)),
        };
        let text = entry.to_bytes();
        prev = ledger::leaf_hash(&text);
        tree.push(prev);
        bytes = bytes.saturating_add(text.len() as u64);
        bundle.push(text);
        if bundle.len() == WIDTH || seq.saturating_add(1) == size {
            let id = BundleId::at(seq / 256, size).ok_or("no such bundle")?;
            let path = dir.join(id.path());
            std::fs::create_dir_all(path.parent().ok_or("no folder")?)?;
            std::fs::write(path, ledger::bundle::encode(bundle.iter().map(Vec::as_slice))?)?;
            bundle.clear();
        }
    }
    Ok((tree.root(), bytes))
}

/// The work of the child process: verifies the bundles in a folder against a root.
pub(crate) fn work(dir: &Path, size: u64, root: &str) -> Result<(), Trouble> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let fetch = |id: BundleId| {
        let bundle = std::fs::read(dir.join(id.path())).map_err(|e| e.to_string())?;
        Ok(Fetched { bundle, tile: None })
    };
    let range = ledger::audit::audit(size, workers, fetch)?;
    if range.root()? == Hex::<32>::parse(root)?.0 {
        Ok(())
    } else {
        Err("another root".into())
    }
}

/// Measures.
pub(crate) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    let size: u64 = if quick { 1_000_000 } else { 10_000_000 };
    let dir = tempfile::Builder::new().prefix("kaibiao-bench-").tempdir()?;
    let begun = now();
    let (root, bytes) = generate(dir.path(), size)?;
    table.part(
        &format!("Verifying a log of {size} entries"),
        &format!(
            "Entry bundles of 256 in files ({} bytes an entry on average, {:.1} GB in all), read through the page \
             cache: every entry parsed, hashed, chained, and the root computed, on all cores.",
            bytes.checked_div(size).unwrap_or_default(),
            mega(bytes) / 1e3
        ),
    );
    let made = begun.elapsed().as_secs_f64();
    println!("(generated in {made:.0} s)");
    let this = std::env::current_exe()?;
    let spent = best(2, || {
        let mut command = Command::new(&this);
        command
            .arg("entries")
            .arg(dir.path())
            .arg(size.to_string())
            .arg(Hex(root).to_string());
        command
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let count = size as f64;
    let limit = 10.0 * count / 1e7;
    table.line(Line {
        what: format!("{size} entries"),
        figure: format!("{:.2} s, {:.2} M/s", spent.wall, count / 1e6 / spent.wall),
        ratio: format!("{:.2} s CPU, {:.0} MB/s", spent.cpu, mega(bytes) / spent.wall),
        memory: format!("{:.0} MiB", spent.peak),
        aim: Some((format!("under {limit:.0} s"), spent.wall < limit)),
    });
    Ok(())
}

fn mega(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let bytes = bytes as f64;
    bytes / 1e6
}
