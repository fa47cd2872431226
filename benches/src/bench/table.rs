//! The table of results: one line per figure, with the limit or peer it is held against in the same run.
//!
//! Invariant: an aim is stated with the figure, and a figure that misses it says so.

use std::fmt::Write;

/// What stands before the tables in `docs/benchmarks.md`.
const INTRODUCTION: &str = "\
# Benchmarks

```
cargo xtask bench                              everything (about ten minutes after the build)
cargo xtask bench --quick                      smaller amounts
cargo xtask bench --only http                  one part: file, upload, log, http, open, verify, ranking, rules, draw,
                                               screens, dossier, pages, hall
cargo xtask bench --out docs/benchmarks.md     writes this file anew
```

Absolute figures say more about a machine than about a program, and shared machines swing by a factor. So each figure
stands beside a limit or a peer measured in the same run, minutes apart at most, and it is the ratio that counts.
`age` and PostgreSQL are installed from Debian's packages when they are missing; what cannot be run is listed as not
run. Nothing is mocked: servers are processes, HTTP goes over the loopback, databases synchronise to disk, and every
receipt, digest, root and dossier that comes out of a measurement is verified.
";

/// A table under way.
#[derive(Default)]
pub(crate) struct Table {
    text: String,
    missed: Vec<String>,
}

/// One line.
#[derive(Default)]
pub(crate) struct Line {
    /// What was measured.
    pub(crate) what: String,
    /// The figure with its unit.
    pub(crate) figure: String,
    /// Ratios to limits and peers.
    pub(crate) ratio: String,
    /// Peak memory, where it matters.
    pub(crate) memory: String,
    /// What was aimed at, and whether it was reached.
    pub(crate) aim: Option<(String, bool)>,
}

impl Table {
    /// Begins a part with a heading and a remark.
    pub(crate) fn part(&mut self, heading: &str, remark: &str) {
        println!("\n{heading}");
        let head = "| measured | figure | ratio | peak memory | aim |\n|---|---|---|---|---|\n";
        // Writing to a String cannot fail.
        let _infallible = write!(self.text, "\n## {heading}\n\n{remark}\n\n{head}");
    }

    /// Adds a line, and shows it at once.
    pub(crate) fn line(&mut self, line: Line) {
        let aim = match &line.aim {
            None => String::new(),
            Some((aim, true)) => format!("{aim}: reached"),
            Some((aim, false)) => {
                self.missed.push(format!("{}: {aim}", line.what));
                format!("{aim}: **missed**")
            }
        };
        println!(
            "{:52} {:24} {:38} {:10} {aim}",
            line.what, line.figure, line.ratio, line.memory
        );
        let Line {
            what,
            figure,
            ratio,
            memory,
            ..
        } = line;
        let _infallible = writeln!(self.text, "| {what} | {figure} | {ratio} | {memory} | {aim} |");
    }

    /// Says that a part was not run, and why.
    pub(crate) fn not_run(&mut self, what: &str, why: &str) {
        self.line(Line {
            what: what.to_owned(),
            figure: format!("not run: {why}"),
            ..Line::default()
        });
    }

    /// The whole text, and what missed its aim. `machine` says where it was measured.
    pub(crate) fn finish(mut self, machine: &str) -> String {
        self.text
            .insert_str(0, &format!("{INTRODUCTION}\nMeasured on {machine}.\n"));
        let _infallible = match self.missed.len() {
            0 => writeln!(self.text, "\nEvery aim was reached."),
            _ => writeln!(self.text, "\nMissed: {}.", self.missed.join("; ")),
        };
        self.text
    }
}
