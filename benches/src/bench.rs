//! The benchmarks (性能测试): each figure beside the limit or the peers of the same run.
//!
//! Invariant: what could not be run is reported as not run.

mod append;
mod dossier;
mod draw;
mod entries;
mod file;
mod hall;
mod opening;
mod pages;
mod path;
mod process;
mod ranking;
mod raw;
mod rules;
mod screens;
mod table;
mod upload;

pub(crate) use entries::work as entries;
pub(crate) use file::work as file;

use crate::Trouble;
use clap::{Args, ValueEnum};
use kaibiao_tests::postgres::Cluster;
use std::path::PathBuf;
use table::Table;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the programs, built for release
    #[arg(long)]
    programs: PathBuf,
    /// Only this
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Smaller amounts, for a look
    #[arg(long)]
    quick: bool,
    /// Leave `PostgreSQL` out
    #[arg(long)]
    no_postgres: bool,
    /// File to write the table to, beside showing it
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The parts.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    File,
    Upload,
    Log,
    Http,
    Open,
    Verify,
    Ranking,
    Rules,
    Draw,
    Screens,
    Dossier,
    Pages,
    Hall,
}

/// Runs the parts; the text says where the table is.
pub(crate) async fn run(options: &Options) -> Result<String, Trouble> {
    if cfg!(debug_assertions) {
        return Err("this was built without optimisation: use cargo xtask bench".into());
    }
    let wanted = |part| options.only.is_none_or(|only| only == part);
    let mut table = Table::default();
    let quick = options.quick;
    let cluster = if options.no_postgres || !(wanted(Part::Log) || wanted(Part::Http)) {
        None
    } else {
        Cluster::start()
            .map_err(|why| println!("PostgreSQL is left out: {why}"))
            .ok()
    };
    let postgres = cluster.as_ref().map(Cluster::url);
    if wanted(Part::File) {
        file::bench(&mut table, quick)?;
    }
    if wanted(Part::Upload) {
        upload::bench(&mut table, &options.programs, quick).await?;
    }
    if wanted(Part::Log) {
        append::bench(&mut table, quick, postgres.as_deref()).await?;
    }
    if wanted(Part::Http) {
        path::bench(&mut table, &options.programs, quick, postgres.as_deref()).await?;
    }
    if wanted(Part::Open) {
        opening::bench(&mut table, quick)?;
    }
    if wanted(Part::Verify) {
        entries::bench(&mut table, quick)?;
    }
    if wanted(Part::Ranking) {
        ranking::bench(&mut table, quick)?;
    }
    if wanted(Part::Rules) {
        rules::bench(&mut table, quick)?;
    }
    if wanted(Part::Draw) {
        draw::bench(&mut table, quick)?;
    }
    if wanted(Part::Screens) {
        screens::bench(&mut table, quick)?;
    }
    if wanted(Part::Dossier) {
        dossier::bench(&mut table, &options.programs, quick).await?;
    }
    if wanted(Part::Pages) {
        pages::bench(&mut table, &options.programs, quick).await?;
    }
    if wanted(Part::Hall) {
        hall::bench(&mut table, &options.programs, quick).await?;
    }
    let text = table.finish(&process::machine());
    Ok(match &options.out {
        Some(out) => {
            std::fs::write(out, &text)?;
            format!("\nwritten to {}", out.display())
        }
        None => text,
    })
}
