//! Signs of collusion and risk: the opened tenders, and one tender with the evidence side by side.
//!
//! Invariant: what is shown is what the screens found and why it proves nothing; bidders are shown by the names that
//! the opening read out.

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use ::rules::People;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::Problem;
use facts::body::supervision::Judgment;
use facts::{Instant, Role, TenderId};
use supervise::judging::digest;
use supervise::signs::flagged;
use supervise::signs::{Board, Judged, Reading, Screened, UNSEEN, Unreadable};

/// A tender in the list.
struct Row {
    tender: String,
    title: String,
    at: Instant,
    strong: usize,
    notable: usize,
    weak: usize,
    codes: String,
    /// Signs that nobody has judged.
    waiting: usize,
    /// Whether its public files are still to be read.
    is_reading: bool,
}

/// One side of a row of evidence.
struct Side {
    of: String,
    value: String,
}

/// One row of evidence.
struct Evidence {
    about: &'static str,
    sides: Vec<Side>,
}

/// One sign, in words.
struct Sign {
    code: &'static str,
    title: &'static str,
    basis: &'static str,
    source: &'static str,
    strength: &'static str,
    nature: &'static str,
    subjects: Vec<String>,
    rows: Vec<Evidence>,
    /// Its name for a judgment.
    digest: String,
    /// What was said of it.
    judged: Option<Said>,
}

/// A judgment, in words.
struct Said {
    what: &'static str,
    reason: String,
    at: Instant,
    seq: u64,
    /// The account that signed; the fingerprint where it is not known.
    by: String,
    /// Whether the evidence has changed since.
    changed: bool,
}

/// A red flag that concerns a tender, in words.
struct Raised {
    code: &'static str,
    title: &'static str,
    about: &'static str,
    whom: String,
    value: String,
    fence: String,
}

/// A file that could not be read.
struct Unread {
    whose: String,
    place: String,
    is_missing: bool,
}

/// What is not screened.
struct Blind {
    codes: &'static str,
    why: &'static str,
}

#[derive(Template)]
#[template(path = "supervision/screens.html")]
struct ScreensPage {
    l: Layout,
    rows: Vec<Row>,
    /// Tenders whose public files are still to be read.
    reading: usize,
    blind: Vec<Blind>,
}

#[derive(Template)]
#[template(path = "supervision/screened.html")]
struct ScreenedPage {
    l: Layout,
    tender: String,
    title: String,
    at: Instant,
    record: u64,
    account: String,
    signs: Vec<Sign>,
    flags: Vec<Raised>,
    is_reading: bool,
    unread: Vec<Unread>,
    blind: Vec<Blind>,
}

fn blind(l: &Layout) -> Vec<Blind> {
    UNSEEN
        .iter()
        .map(|(codes, zh, en)| Blind {
            codes,
            why: l.say(zh, en),
        })
        .collect()
}

fn row(board: &Board, screened: &Screened) -> Row {
    let mut codes: Vec<&str> = screened.signs.iter().map(|sign| sign.code.word()).collect();
    codes.sort_unstable();
    codes.dedup();
    Row {
        tender: screened.opened.tender.to_string(),
        title: screened.opened.title.clone(),
        at: screened.opened.at,
        strong: screened.count(screen::Strength::Strong),
        notable: screened.count(screen::Strength::Notable),
        weak: screened.count(screen::Strength::Weak),
        codes: codes.join(" "),
        waiting: board.unjudged(screened).count(),
        is_reading: board.reading(screened) == Reading::Waits,
    }
}

/// What came of a sign, in words.
pub(super) const fn judgment(l: &Layout, judgment: Judgment) -> &'static str {
    match judgment {
        Judgment::Explained => l.say("已说明", "explained"),
        Judgment::FollowedUp => l.say("跟进核查", "followed up"),
        Judgment::Referred => l.say("移送有权机关", "referred"),
    }
}

fn said(l: &Layout, (judged, changed): &(Judged, bool), people: &People) -> Said {
    let account = judged.actor.as_ref().and_then(|actor| people.account(actor));
    let fingerprint = || judged.actor.map(|actor| actor.to_string()).unwrap_or_default();
    Said {
        what: judgment(l, judged.judgment),
        reason: judged.reason.clone(),
        at: judged.at,
        seq: judged.seq,
        by: account.map_or_else(fingerprint, ToString::to_string),
        changed: *changed,
    }
}

fn sign(l: &Layout, screened: &Screened, sign: &screen::Sign, judged: Option<Said>) -> Sign {
    let about = sign.code.about();
    let name = |account: &String| screened.opened.name(account).to_owned();
    let side = |cell: &screen::Cell| Side {
        of: name(&cell.of),
        value: cell.value.clone(),
    };
    Sign {
        digest: digest(sign, screened.opened.seq)
            .map(|digest| digest.to_string())
            .unwrap_or_default(),
        judged,
        code: sign.code.word(),
        title: l.say(about.title.zh, about.title.en),
        basis: sign.basis,
        source: about.source,
        strength: match sign.strength {
            screen::Strength::Weak => l.say("弱", "weak"),
            screen::Strength::Notable => l.say("值得关注", "notable"),
            screen::Strength::Strong => l.say("强", "strong"),
        },
        nature: match sign.nature {
            screen::Nature::Exact => l.say("记录中的事实", "a fact of the record"),
            screen::Nature::Statistical => l.say("统计量,仅供参考", "a statistic, assistance only"),
        },
        subjects: sign.subjects.iter().map(name).collect(),
        rows: sign
            .evidence
            .iter()
            .map(|row| Evidence {
                about: l.say(row.about.zh, row.about.en),
                sides: row.cells.iter().map(side).collect(),
            })
            .collect(),
    }
}

pub(super) async fn screens(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    let l = signed.l;
    let (rows, reading) = doors
        .oversight
        .with_signs(|board| {
            let rows = board.newest().into_iter().map(|one| row(board, one)).collect();
            (rows, board.unread().count())
        })
        .await?;
    shown(&ScreensPage {
        rows,
        reading,
        blind: blind(&l),
        l,
    })
}

/// How a flag's fence is written: on which side it lies.
pub(super) fn fence(code: screen::Code, fence: Option<i64>) -> String {
    let Some(fence) = fence else {
        return "—".to_owned();
    };
    let side = if matches!(code, screen::Code::R024 | screen::Code::R025) {
        "≤"
    } else {
        "≥"
    };
    format!("{side} {}", flagged::measure(code, fence))
}

fn raised(l: &Layout, board: &Board, screened: &Screened) -> Vec<Raised> {
    let report = board.report();
    let row = |flag: &screen::ocds::Flag| {
        let title = flag.code.about().title;
        let group = flagged::group(flag.group);
        let is_same = |gauge: &&screen::ocds::Gauge| gauge.code == flag.code && gauge.group == flag.group;
        let gauge = report.gauges.iter().find(is_same);
        Raised {
            code: flag.code.word(),
            title: l.say(title.zh, title.en),
            about: l.say(group.zh, group.en),
            whom: match flagged::process(flag) {
                Some((_, lot)) => lot.to_owned(),
                None => screened.opened.name(&flag.id).to_owned(),
            },
            value: flagged::measure(flag.code, flag.value),
            fence: fence(flag.code, gauge.and_then(|gauge| gauge.fence)),
        }
    };
    board
        .flags(&screened.opened.tender)
        .into_iter()
        .map(row)
        .collect()
}

fn unread(screened: &Screened, unreadable: &[Unreadable]) -> Vec<Unread> {
    let row = |one: &Unreadable| Unread {
        whose: screened.opened.name(&one.bidder).to_owned(),
        place: one.place.clone(),
        is_missing: one.is_missing,
    };
    unreadable.iter().map(row).collect()
}

/// What the board says of one tender.
struct Found {
    screened: Screened,
    judged: Vec<Option<(Judged, bool)>>,
    flags: Vec<Raised>,
    is_reading: bool,
    unread: Vec<Unread>,
}

fn found(l: &Layout, board: &Board, tender: &TenderId) -> Option<Found> {
    let screened = board.tender(tender)?;
    let judged = |sign: &screen::Sign| {
        let judged = board.judgment(tender, sign)?;
        Some((judged.clone(), board.changed_since(sign, judged)))
    };
    let reading = board.reading(screened);
    Some(Found {
        judged: screened.signs.iter().map(judged).collect(),
        flags: raised(l, board, screened),
        is_reading: reading == Reading::Waits,
        unread: match reading {
            Reading::Done(unreadable) => unread(screened, unreadable),
            Reading::Nothing | Reading::Waits => Vec::new(),
        },
        screened: screened.clone(),
    })
}

pub(super) async fn screened(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Supervisor)?.to_string();
    let l = signed.l;
    let unknown = || {
        Problem::unknown(
            "No tender of this name has been opened; screens run after the opening.",
            "没有以此编号开标的项目;线索筛查在开标后进行。",
        )
    };
    let tender = TenderId::parse(&tender).map_err(|_| unknown())?;
    let found = doors
        .oversight
        .with_signs(|board| found(&l, board, &tender))
        .await?;
    let Found {
        screened,
        judged,
        flags,
        is_reading,
        unread,
    } = found.ok_or_else(unknown)?;
    let judged: Vec<Option<Said>> = doors
        .oversight
        .with_board(|board| {
            let said = |judged: &Option<(Judged, bool)>| Some(said(&l, judged.as_ref()?, board.people()));
            judged.iter().map(said).collect()
        })
        .await?;
    shown(&ScreenedPage {
        tender: tender.to_string(),
        title: screened.opened.title.clone(),
        at: screened.opened.at,
        record: screened.opened.seq,
        signs: screened
            .signs
            .iter()
            .zip(judged)
            .map(|(one, judged)| sign(&l, &screened, one, judged))
            .collect(),
        account,
        flags,
        is_reading,
        unread,
        blind: blind(&l),
        l,
    })
}
