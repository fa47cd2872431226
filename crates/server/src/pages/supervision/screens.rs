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
use supervise::signs::{Board, Judged, Screened, UNSEEN};

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

fn said(l: &Layout, judged: &Judged, people: &People) -> Said {
    let account = judged.actor.as_ref().and_then(|actor| people.account(actor));
    let fingerprint = || judged.actor.map(|actor| actor.to_string()).unwrap_or_default();
    Said {
        what: judgment(l, judged.judgment),
        reason: judged.reason.clone(),
        at: judged.at,
        seq: judged.seq,
        by: account.map_or_else(fingerprint, ToString::to_string),
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
        digest: digest(sign).map(|digest| digest.to_string()).unwrap_or_default(),
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
    let rows = doors
        .oversight
        .with_signs(|board| board.newest().into_iter().map(|one| row(board, one)).collect())
        .await?;
    shown(&ScreensPage {
        rows,
        blind: blind(&l),
        l,
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
        .with_signs(|board| {
            let screened = board.tender(&tender)?.clone();
            let judged = screened
                .signs
                .iter()
                .map(|sign| board.judgment(&tender, sign).cloned());
            let judged: Vec<Option<Judged>> = judged.collect();
            Some((screened, judged))
        })
        .await?;
    let (screened, judged) = found.ok_or_else(unknown)?;
    let judged: Vec<Option<Said>> = doors
        .oversight
        .with_board(|board| {
            let said = |judged: &Option<Judged>| Some(said(&l, judged.as_ref()?, board.people()));
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
        blind: blind(&l),
        l,
    })
}
