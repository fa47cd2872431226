//! Red flags over OCDS packages: counts of every flag.
//!
//! `cargo run -p kaibiao-screen --example red_flags -- DIRECTORY` reads every `.json` file of a folder: release packages,
//! record packages or single releases. Releases of one `ocid` are merged in the order of their dates: objects member by
//! member, lists by the `id` of their elements, which is what the standard's merging says for these members.
//!
//! Invariant: prints counts and what could not be read, no content.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program speaks on its terminal"
)]

use kaibiao_screen::Code;
use kaibiao_screen::ocds::{Compiled, LIMITS, RedFlags};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("say in which folder the packages are");
        return ExitCode::FAILURE;
    };
    match compiled(Path::new(&folder)) {
        Ok(processes) => {
            report(&processes);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{folder}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The releases of all packages of a folder, merged by process.
fn compiled(folder: &Path) -> Result<BTreeMap<String, Value>, std::io::Error> {
    let mut releases: Vec<(String, String, Value)> = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        match serde_json::from_str::<Value>(&text) {
            Ok(package) => take(package, &mut releases),
            Err(why) => eprintln!("{} is passed over: {why}", path.display()),
        }
    }
    releases.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut processes: BTreeMap<String, Value> = BTreeMap::new();
    for (ocid, _, release) in releases {
        merge(
            processes.entry(ocid).or_insert_with(|| Value::Object(Map::new())),
            release,
        );
    }
    Ok(processes)
}

fn take(mut package: Value, releases: &mut Vec<(String, String, Value)>) {
    if let Some(Value::Array(list)) = package.get_mut("releases").map(Value::take) {
        for release in list {
            take(release, releases);
        }
    } else if let Some(Value::Array(list)) = package.get_mut("records").map(Value::take) {
        let whole = list
            .into_iter()
            .filter_map(|mut record| Some(record.get_mut("compiledRelease")?.take()));
        for release in whole {
            take(release, releases);
        }
    } else if let Some(ocid) = package.get("ocid").and_then(Value::as_str).map(str::to_owned) {
        let date = package
            .get("date")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        releases.push((ocid, date, package));
    }
}

fn merge(into: &mut Value, newer: Value) {
    match (into, newer) {
        (Value::Object(old), Value::Object(newer)) => {
            for (name, value) in newer {
                merge(old.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(old), Value::Array(newer))
            if newer.iter().all(|element| element.get("id").is_some()) =>
        {
            for element in newer {
                match old.iter_mut().find(|known| known.get("id") == element.get("id")) {
                    Some(known) => merge(known, element),
                    None => old.push(element),
                }
            }
        }
        (old, newer) => *old = newer,
    }
}

fn report(processes: &BTreeMap<String, Value>) {
    let mut flags = RedFlags::new(LIMITS, None);
    for (ocid, process) in processes {
        match Compiled::parse(&process.to_string()) {
            Ok(release) => flags.take(&release),
            Err(why) => eprintln!("{ocid}: {why}"),
        }
    }
    let releases = flags.releases();
    let mut counts: BTreeMap<Code, u32> = BTreeMap::new();
    for flag in flags.finish() {
        let count = counts.entry(flag.code).or_default();
        *count = count.saturating_add(1);
    }
    println!("{releases} contracting processes.\n\n| flag | meaning | raised |\n|---|---|---|");
    for code in Code::ALL.iter().filter(|code| code.word().starts_with('R')) {
        let raised = counts.get(code).copied().unwrap_or_default();
        println!("| {} | {} | {raised} |", code.word(), code.about().title.en);
    }
}
