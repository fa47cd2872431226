//! Signs of collusion and risk: the opened tenders, and one tender with the evidence side by side.
//!
//! Invariant: what is shown is what the screens found and why it proves nothing; bidders are shown by the names that
//! the opening read out.

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desk::Problem;
use facts::{Instant, Role, TenderId};
use supervise::signs::{Screened, UNSEEN};

/// A tender in the list.
struct Row {
    tender: String,
    title: String,
    at: Instant,
    strong: usize,
    notable: usize,
    weak: usize,
    codes: String,
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

fn row(screened: &Screened) -> Row {
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
    }
}

fn sign(l: &Layout, screened: &Screened, sign: &screen::Sign) -> Sign {
    let about = sign.code.about();
    let name = |account: &String| screened.opened.name(account).to_owned();
    let side = |cell: &screen::Cell| Side {
        of: name(&cell.of),
        value: cell.value.clone(),
    };
    Sign {
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
        .with_signs(|board| board.newest().into_iter().map(row).collect())
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
    signed.caller.must(Role::Supervisor)?;
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
        .with_signs(|board| board.tender(&tender).cloned())
        .await?;
    let screened = found.ok_or_else(unknown)?;
    shown(&ScreenedPage {
        tender: tender.to_string(),
        title: screened.opened.title.clone(),
        at: screened.opened.at,
        record: screened.opened.seq,
        signs: screened
            .signs
            .iter()
            .map(|one| sign(&l, &screened, one))
            .collect(),
        blind: blind(&l),
        l,
    })
}
