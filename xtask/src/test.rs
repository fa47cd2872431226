//! `cargo xtask test`: everything, on both databases, each part named and counted.

use crate::browser::On;
use crate::{browser, packages, run};
use clap::Args;
use kaibiao_tests::postgres::Cluster;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// What to leave out, for a quick look; without any of these, everything runs.
#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of a command line, each by itself"
)]
pub(crate) struct TestArguments {
    /// Leave out format, lints and documents
    #[arg(long)]
    no_lints: bool,
    /// Leave out the demonstrations
    #[arg(long)]
    no_demo: bool,
    /// Leave out the walks in a real browser
    #[arg(long)]
    no_browser: bool,
    /// Leave out the crash test
    #[arg(long)]
    no_crash: bool,
}

struct Report {
    passed: u32,
    failed: Vec<String>,
}

impl Report {
    fn part(&mut self, name: &str, work: impl FnOnce() -> Result<(), String>) {
        println!("\n== {name}");
        #[expect(clippy::disallowed_methods, reason = "only to tell how long a part took")]
        let begun = Instant::now();
        let result = work();
        let seconds = begun.elapsed().as_secs();
        match result {
            Ok(()) => {
                self.passed = self.passed.saturating_add(1);
                println!("== {name}: passed in {seconds} s");
            }
            Err(why) => {
                println!("== {name}: FAILED in {seconds} s: {why}");
                self.failed.push(name.to_owned());
            }
        }
    }
}

/// Runs everything and ends with a line that counts the parts.
pub(crate) fn test(arguments: &TestArguments) -> Result<ExitCode, String> {
    // Asked now: a build below may replace this very file, and the system then calls the path of
    // the running program "deleted".
    let this = std::env::current_exe().map_err(|e| e.to_string())?;
    if !packages::has_postgres() {
        packages::install(&["postgresql-15"])?;
    }
    if !packages::on_path("node") || !packages::on_path("npm") {
        packages::install(&["nodejs", "npm"])?;
    }
    let cluster = Cluster::start().map_err(|e| format!("PostgreSQL could not be started: {e}"))?;
    let url = cluster.url();
    println!("PostgreSQL: {} on {}", cluster.version(), cluster.address());
    let mut report = Report {
        passed: 0,
        failed: Vec::new(),
    };
    if !arguments.no_lints {
        report.part("format", || cargo(&["fmt", "--all", "--check"], &url));
        let lints = [
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        report.part("lints", || cargo(&lints, &url));
    }
    report.part("build", || {
        cargo(&["build", "--quiet", "--workspace", "--all-targets"], &url)
    });
    report.part("tests on SQLite and PostgreSQL", || {
        cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"], &url)
    });
    report.part("browser library, and what is vendored", || {
        npm(&["ci", "--no-audit", "--no-fund"])?;
        node(&["build.mjs", "--check"])?;
        node(&["--test", "tests/"])
    });
    report.part("unit tests of the verifier in Python", || {
        let mut python = run::command("python3");
        python
            .current_dir(run::root().join("tests/python"))
            .args(["-m", "unittest", "--quiet"]);
        run::succeed(python)
    });
    if !arguments.no_lints {
        report.part("documents", || {
            let mut doc = run::cargo();
            doc.args([
                "doc",
                "--quiet",
                "--workspace",
                "--no-deps",
                "--document-private-items",
            ]);
            doc.env("RUSTDOCFLAGS", "-D warnings");
            run::succeed(doc)
        });
    }
    if !arguments.no_demo {
        demonstrations(&mut report, &this, &url);
    }
    if !arguments.no_browser {
        report.part("browser on SQLite", || browser::walks(&On::Sqlite));
        report.part("browser on PostgreSQL", || browser::walks(&On::Postgres(&url)));
    }
    if !arguments.no_crash {
        report.part("short crash test on SQLite", || {
            xtask(&this, &["crash", "--short"])
        });
        report.part("short crash test on PostgreSQL", || {
            xtask(&this, &["crash", "--short", "--postgres", &url])
        });
    }
    drop(cluster);
    println!(
        "\nSQLite: the bundled library, files in temporary folders. PostgreSQL: a cluster of this run, stopped now."
    );
    for name in &report.failed {
        println!("failed: {name}");
    }
    println!("{} passed, {} failed", report.passed, report.failed.len());
    Ok(if report.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn demonstrations(report: &mut Report, this: &Path, url: &str) {
    let auctions = "../shared/data/tsuchiura/auctions-2007-2010.csv";
    report.part("demonstration on SQLite, with both verifiers", || {
        xtask(this, &["demo", "--exit", "--python"])
    });
    report.part("demonstration on PostgreSQL", || {
        xtask(this, &["demo", "--exit", "--postgres", url])
    });
    if run::root().join(auctions).exists() {
        report.part("real auctions on SQLite", || {
            xtask(this, &["demo", "--exit", "--auctions", auctions, "--count", "20"])
        });
    } else {
        println!("\n== real auctions: SKIPPED, {auctions} is not on this machine");
    }
}

/// Runs npm in the folder of the browser side.
fn npm(arguments: &[&str]) -> Result<(), String> {
    web("npm", arguments)
}

/// Runs node there.
fn node(arguments: &[&str]) -> Result<(), String> {
    web("node", arguments)
}

fn web(program: &str, arguments: &[&str]) -> Result<(), String> {
    let mut command = run::command(program);
    command.current_dir(run::root().join("web")).args(arguments);
    run::succeed(command)
}

fn cargo(arguments: &[&str], postgres: &str) -> Result<(), String> {
    let mut cargo = run::cargo();
    cargo.args(arguments);
    cargo
        .env("KAIBIAO_TEST_POSTGRES", postgres)
        .env("KAIBIAO_REQUIRE_POSTGRES", "1");
    run::succeed(cargo)
}

fn xtask(this: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = run::command(this);
    command.args(arguments);
    run::succeed(command)
}
