//! `kaibiao-verify`: the independent check on the command line.
//!
//! Exit code 0: no check failed; 1: a check failed, or a paper is not in order; 2: the input or the
//! call cannot be used.

use clap::{Parser, Subcommand};
use kaibiao_verify::{Dossier, Language, Policy, Report, mutate, papers};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a tender offline: everything the platform says, against what its users signed.
#[derive(Debug, Parser)]
#[command(
    name = "kaibiao-verify",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
struct Cli {
    /// The dossier: a directory or a tar file.
    #[arg(required = true)]
    dossier: Option<PathBuf>,
    /// The policy: a TOML file with the log's key and the registrars you trust.
    #[arg(long, required = true)]
    policy: Option<PathBuf>,
    /// A checkpoint note that you kept earlier; may be given several times.
    #[arg(long)]
    checkpoint: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Language of the report.
    #[arg(long, value_enum, default_value = "en")]
    lang: Language,
    #[command(subcommand)]
    paper: Option<Paper>,
}

#[derive(Debug, Subcommand)]
enum Paper {
    /// Checks one receipt (.tlog-proof).
    Receipt {
        /// The receipt.
        file: PathBuf,
        /// The policy.
        #[arg(long)]
        policy: PathBuf,
    },
    /// Checks one refusal statement.
    Refusal {
        /// The statement.
        file: PathBuf,
        /// The policy; it must name the refusal key.
        #[arg(long)]
        policy: PathBuf,
    },
    /// Breaks one check of a dossier, to test verifiers; needs the worthless keys of a demonstration.
    Mutate {
        /// The dossier to start from.
        dossier: PathBuf,
        /// The policy.
        #[arg(long)]
        policy: PathBuf,
        /// Id of the check to break.
        #[arg(long)]
        check: u8,
        /// In which way, where there are several; a wrong one names them.
        #[arg(long)]
        way: Option<String>,
        /// A folder of key files, or a JSON object from public keys to seeds in hexadecimal; the log's key
        /// must be among them. May be given several times.
        #[arg(long, required = true)]
        keys: Vec<PathBuf>,
        /// The passphrase of the key files.
        #[arg(long, default_value = "openly-worthless")]
        passphrase: String,
        /// The directory to write, which must not exist.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            // Nowhere is left to say it if standard error is gone.
            let _unheard = writeln!(anstream::stderr(), "kaibiao-verify: {why}");
            ExitCode::from(2)
        }
    }
}

type Outcome = Result<bool, Box<dyn std::error::Error>>;

fn run(cli: &Cli) -> Outcome {
    match &cli.paper {
        Some(Paper::Receipt { file, policy }) => paper(papers::receipt(
            &read(file, papers::MAX_PAPER)?,
            &read_policy(policy)?,
        )),
        Some(Paper::Refusal { file, policy }) => paper(papers::refusal(
            &read(file, papers::MAX_PAPER)?,
            &read_policy(policy)?,
        )),
        Some(Paper::Mutate {
            dossier,
            policy,
            check,
            way,
            keys,
            passphrase,
            out,
        }) => {
            let mut ring = mutate::KeyRing::new();
            for place in keys {
                if place.is_dir() {
                    ring.gather(place, passphrase)?;
                } else {
                    ring.join(mutate::KeyRing::parse(&read(place, 16 << 20)?)?);
                }
            }
            let dossier = Dossier::load(dossier, read_policy(policy)?)?;
            let done = mutate::mutate_as(&dossier, *check, way.as_deref(), &ring)?;
            done.write(out)?;
            writeln!(anstream::stdout(), "{done}")?;
            Ok(true)
        }
        None => examine(cli),
    }
}

fn examine(cli: &Cli) -> Outcome {
    let (Some(dossier), Some(policy)) = (&cli.dossier, &cli.policy) else {
        return Err("a dossier and --policy are needed".into());
    };
    let mut policy = read_policy(policy)?;
    for kept in &cli.checkpoint {
        policy
            .checkpoints
            .push(read(kept, kaibiao_verify::dossier::MAX_NOTE)?);
    }
    let dossier = Dossier::load(dossier, policy)?;
    let report = Report::of(&dossier);
    let mut out = anstream::stdout().lock();
    if cli.json {
        report.write_json(&mut out, cli.lang)?;
    } else {
        report.write_text(&mut out, cli.lang)?;
    }
    Ok(report.good())
}

fn paper<T: std::fmt::Display>(verdict: Result<T, papers::PaperError>) -> Outcome {
    let mut out = anstream::stdout().lock();
    match verdict {
        Ok(says) => {
            writeln!(out, "in order: {says}")?;
            Ok(true)
        }
        Err(why @ papers::PaperError::NoKey) => Err(why.into()),
        Err(why) => {
            writeln!(out, "NOT in order: {why}")?;
            Ok(false)
        }
    }
}

fn read_policy(path: &Path) -> Result<Policy, Box<dyn std::error::Error>> {
    Ok(Policy::parse(&read(path, kaibiao_verify::policy::MAX_POLICY)?)?)
}

fn read(path: &Path, limit: u64) -> Result<String, Box<dyn std::error::Error>> {
    let named = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let file = std::fs::File::open(path).map_err(|why| named(&why))?;
    let mut text = String::new();
    file.take(limit.saturating_add(1))
        .read_to_string(&mut text)
        .map_err(|why| named(&why))?;
    if text.len() as u64 > limit {
        return Err(named(&format!("more than {limit} bytes")).into());
    }
    Ok(text)
}
