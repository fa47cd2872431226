//! `cargo xtask bench`: builds everything for release and hands over to `kaibiao-bench bench`.

use crate::{packages, run};
use clap::Args;
use std::process::ExitCode;

/// What to measure.
#[derive(Args)]
pub(crate) struct BenchArguments {
    /// Only this: file, upload, log, http, open, verify, ranking, rules, draw, screens, dossier, pages or hall
    #[arg(long)]
    only: Option<String>,
    /// Smaller amounts, for a look
    #[arg(long)]
    quick: bool,
    /// File to write the table to, beside showing it
    #[arg(long)]
    out: Option<std::path::PathBuf>,
}

/// Measures, and prints a table of figures and ratios.
pub(crate) fn bench(arguments: &BenchArguments) -> Result<ExitCode, String> {
    if !packages::on_path("age")
        && let Err(why) = packages::install(&["age"])
    {
        println!("age is left out of the comparison: {why}");
    }
    let programs = run::build(true)?;
    let mut bench = run::command(programs.join("kaibiao-bench"));
    bench.arg("bench").arg("--programs").arg(&programs);
    if let Some(name) = &arguments.only {
        bench.args(["--only", name]);
    }
    if arguments.quick {
        bench.arg("--quick");
    }
    if let Some(out) = &arguments.out {
        bench.arg("--out").arg(out);
    }
    let status = bench
        .status()
        .map_err(|e| format!("kaibiao-bench could not be started: {e}"))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
