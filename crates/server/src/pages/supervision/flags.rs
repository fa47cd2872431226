//! Red flags of open contracting over the platform's own tenders: one table a flag.
//!
//! Invariant: a flag names what it reads, its value and its fence, and says where it cannot speak; it rejects nothing.

use super::screens::fence;
use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::Problem;
use facts::{Role, TenderId};
use screen::ocds::{Flag, Gauge};
use std::collections::BTreeMap;
use supervise::signs::Board;
use supervise::signs::flagged::{self, READS};

/// Things shown of one flag; the rest is counted.
const SHOWN: usize = 100;

/// One thing that a flag is raised about.
struct Raised {
    /// The tender, of a flag about a lot.
    tender: Option<String>,
    /// The lot, or the name of whom it is about.
    whom: String,
    value: String,
}

/// A flag over one group.
struct Table {
    /// Name of its place in the page.
    anchor: String,
    code: &'static str,
    title: &'static str,
    reads: &'static str,
    nature: &'static str,
    about: &'static str,
    cases: usize,
    fence: String,
    silence: Option<&'static str>,
    many: usize,
    raised: Vec<Raised>,
}

#[derive(Template)]
#[template(path = "supervision/flags.html")]
struct FlagsPage {
    l: Layout,
    processes: u64,
    currency: String,
    size: u64,
    tables: Vec<Table>,
}

impl Table {
    /// How many of those about whom it is raised are not shown.
    fn more(&self) -> usize {
        self.many.saturating_sub(self.raised.len())
    }
}

/// The names of all who bid, by account, as the latest opening read them out.
fn names(board: &Board) -> BTreeMap<String, &str> {
    let mut names = BTreeMap::new();
    for one in board.newest() {
        for bid in one.opened.bids.values() {
            names.entry(bid.account.to_string()).or_insert(bid.name.as_str());
        }
    }
    names
}

fn raised(board: &Board, names: &BTreeMap<String, &str>, flag: &Flag) -> Raised {
    let process = flagged::process(flag);
    let is_known =
        |tender: &&str| TenderId::parse(tender).is_ok_and(|tender| board.tender(&tender).is_some());
    Raised {
        tender: process
            .map(|(tender, _)| tender)
            .filter(is_known)
            .map(str::to_owned),
        whom: match process {
            Some((_, lot)) => lot.to_owned(),
            None => names.get(&flag.id).copied().unwrap_or(&flag.id).to_owned(),
        },
        value: flagged::measure(flag.code, flag.value),
    }
}

fn table(l: &Layout, board: &Board, names: &BTreeMap<String, &str>, gauge: &Gauge) -> Table {
    let about = gauge.code.about();
    let meant = |flag: &&Flag| flag.code == gauge.code && flag.group == gauge.group;
    let flags = || board.report().flags.iter().filter(meant);
    let reads = READS.iter().find(|(code, _)| *code == gauge.code);
    let group = flagged::group(gauge.group);
    Table {
        anchor: format!("{}-{}", gauge.code.word(), group.en.replace(' ', "-")),
        code: gauge.code.word(),
        title: l.say(about.title.zh, about.title.en),
        reads: reads.map_or("", |(_, say)| l.say(say.zh, say.en)),
        nature: match about.nature {
            screen::Nature::Exact => l.say("记录中的事实", "a fact of the record"),
            screen::Nature::Statistical => l.say("统计量,仅供参考", "a statistic, assistance only"),
        },
        about: l.say(group.zh, group.en),
        cases: gauge.cases,
        fence: fence(gauge.code, gauge.fence),
        silence: flagged::silence(gauge.voice).map(|say| l.say(say.zh, say.en)),
        many: flags().count(),
        raised: flags()
            .take(SHOWN)
            .map(|flag| raised(board, names, flag))
            .collect(),
    }
}

pub(super) async fn flags(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let page = doors
        .oversight
        .with_signs(|board| {
            let (report, names) = (board.report(), names(board));
            FlagsPage {
                processes: report.releases,
                currency: report.currency.clone().unwrap_or_default(),
                size: board.next(),
                tables: report
                    .gauges
                    .iter()
                    .map(|gauge| table(&l, board, &names, gauge))
                    .collect(),
                l,
            }
        })
        .await?;
    shown(&page)
}
