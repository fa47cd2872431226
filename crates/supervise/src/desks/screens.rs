//! Signs at the supervisor's desk: which tenders have some, and one tender with its evidence.
//!
//! Invariant: for supervisors alone; a sign names bidders, and none of it is proved.

use super::SupervisorDesk;
use crate::judging::digest;
use crate::signs::{Board, Judged, Reading, Screened, UNSEEN, Unreadable};
use axum::Json;
use axum::extract::{Path, State};
use desk::{Caller, Problem};
use facts::{Role, TenderId};
use screen::{Sign, Strength};
use serde::Serialize;
use utoipa::ToSchema;

/// A tender in the list of signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Brief {
    /// Codes of the screens that have something, each once.
    pub codes: Vec<&'static str>,
    /// `none`, `waiting` or `read`: how far its public files are read.
    pub files: &'static str,
    /// How many signs are notable.
    pub notable: usize,
    /// When it was opened, in milliseconds.
    pub opened_at: i64,
    /// How many signs are strong.
    pub strong: usize,
    /// The tender.
    pub tender: String,
    /// Its title.
    pub title: String,
    /// How many signs are weak.
    pub weak: usize,
}

/// A rule that the platform has no eyes for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unseen {
    /// Its codes.
    pub codes: &'static str,
    /// Why, in English.
    pub en: &'static str,
    /// Why, in Chinese.
    pub zh: &'static str,
}

/// All opened tenders, the one opened last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignsView {
    /// The colour of every sign.
    pub card: &'static str,
    /// Tenders whose public files wait, or are being read; their signs are not complete.
    pub reading: usize,
    /// The tenders.
    pub tenders: Vec<Brief>,
    /// What is not screened, and why.
    pub unseen: Vec<Unseen>,
}

/// One side of a row of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SideView {
    /// Whose; empty for what concerns all.
    pub of: String,
    /// What stands there.
    pub value: String,
}

/// One row of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowView {
    /// What is compared, in English.
    pub en: &'static str,
    /// The sides.
    pub sides: Vec<SideView>,
    /// What is compared, in Chinese.
    pub zh: &'static str,
}

/// One sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignView {
    /// The article or rule it serves.
    pub basis: &'static str,
    /// Which screen.
    pub code: &'static str,
    /// Its name for `sign.judged`: SHA-256 of screen, evidence, strength and subjects, hexadecimal.
    pub digest: String,
    /// The evidence.
    pub evidence: Vec<RowView>,
    /// What a person said of it as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judged: Option<JudgedView>,
    /// `exact` for a fact of the record, `statistical` for a measure.
    #[schema(value_type = String)]
    pub nature: screen::Nature,
    /// Where the screen comes from.
    pub source: &'static str,
    /// `weak`, `notable` or `strong`.
    #[schema(value_type = String)]
    pub strength: Strength,
    /// Whom it concerns.
    pub subjects: Vec<String>,
    /// What it is called, in Chinese and English.
    pub title: [&'static str; 2],
}

/// What a person said of a sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgedView {
    /// When, in milliseconds.
    pub at: i64,
    /// Whether the evidence has changed since.
    pub changed_since: bool,
    /// `explained`, `followed_up` or `referred`.
    #[schema(value_type = String)]
    pub judgment: facts::body::supervision::Judgment,
    /// Why.
    pub reason: String,
    /// Position of the fact.
    pub seq: u64,
}

/// One tender with its signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenedView {
    /// The tender, its counts.
    pub brief: Brief,
    /// Position of the opening record that was screened.
    pub record: u64,
    /// The red flags that concern it.
    pub flags: Vec<FlagOf>,
    /// The signs, strongest first.
    pub signs: Vec<SignView>,
    /// Files that could not be read, and with which nothing is compared.
    pub unreadable: Vec<UnreadableView>,
}

/// A red flag that concerns a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlagOf {
    /// Which flag.
    pub code: &'static str,
    /// `process` (a lot), `buyer`, `procuring_entity` or `tenderer`.
    #[schema(value_type = String)]
    pub group: screen::ocds::Group,
    /// The lot as `tender/lot`, or an account.
    pub id: String,
    /// The measure in millionths.
    pub value: i64,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnreadableView {
    /// Whose; empty for the tender's own.
    pub bidder: String,
    /// Whether it is not there at all.
    pub is_missing: bool,
    /// Which.
    pub place: String,
}

impl From<&Unreadable> for UnreadableView {
    fn from(unreadable: &Unreadable) -> Self {
        Self {
            bidder: unreadable.bidder.clone(),
            is_missing: unreadable.is_missing,
            place: unreadable.place.clone(),
        }
    }
}

impl Brief {
    fn of(board: &Board, screened: &Screened) -> Self {
        let mut codes: Vec<&'static str> = screened.signs.iter().map(|sign| sign.code.word()).collect();
        codes.sort_unstable();
        codes.dedup();
        Self {
            codes,
            files: match board.reading(screened) {
                Reading::Nothing => "none",
                Reading::Waits => "waiting",
                Reading::Done(_) => "read",
            },
            notable: screened.count(Strength::Notable),
            opened_at: screened.opened.at.0,
            strong: screened.count(Strength::Strong),
            tender: screened.opened.tender.to_string(),
            title: screened.opened.title.clone(),
            weak: screened.count(Strength::Weak),
        }
    }
}

impl SignView {
    fn of(board: &Board, screened: &Screened, sign: &Sign) -> Self {
        let judged = board.judgment(&screened.opened.tender, sign);
        let about = sign.code.about();
        let row = |row: &screen::Evidence| RowView {
            en: row.about.en,
            zh: row.about.zh,
            sides: row
                .cells
                .iter()
                .map(|cell| SideView {
                    of: cell.of.clone(),
                    value: cell.value.clone(),
                })
                .collect(),
        };
        Self {
            basis: sign.basis,
            code: sign.code.word(),
            digest: digest(sign, screened.opened.seq)
                .map(|digest| digest.to_string())
                .unwrap_or_default(),
            judged: judged.map(|judged: &Judged| JudgedView {
                at: judged.at.0,
                changed_since: board.changed_since(sign, judged),
                judgment: judged.judgment,
                reason: judged.reason.clone(),
                seq: judged.seq,
            }),
            evidence: sign.evidence.iter().map(row).collect(),
            nature: sign.nature,
            source: about.source,
            strength: sign.strength,
            subjects: sign.subjects.clone(),
            title: [about.title.zh, about.title.en],
        }
    }
}

/// Signs: every opened tender
#[utoipa::path(
    get, path = "/api/screens",
    responses((status = 200, description = "Every opened tender with the number of its signs, and what is not screened", body = SignsView))
)]
pub(super) async fn signs(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
) -> Result<Json<SignsView>, Problem> {
    caller.must(Role::Supervisor)?;
    let (tenders, reading) = desk
        .oversight
        .with_signs(|board| {
            let newest = board.newest().into_iter();
            let tenders = newest.map(|one| Brief::of(board, one)).collect();
            (tenders, board.unread().count())
        })
        .await?;
    let unseen = UNSEEN.iter().map(|(codes, zh, en)| Unseen { codes, en, zh });
    Ok(Json(SignsView {
        card: Sign::CARD,
        reading,
        tenders,
        unseen: unseen.collect(),
    }))
}

/// Signs of one tender, with their evidence
#[utoipa::path(
    get, path = "/api/screens/{tender}",
    params(("tender" = String, Path, description = "The tender")),
    responses((status = 200, description = "The signs with their evidence side by side", body = ScreenedView), (status = 404, description = "No such tender, or not opened yet"))
)]
pub(super) async fn screened(
    State(desk): State<SupervisorDesk>,
    caller: Caller,
    Path(tender): Path<String>,
) -> Result<Json<ScreenedView>, Problem> {
    caller.must(Role::Supervisor)?;
    let unknown = || {
        Problem::unknown(
            "No tender of this name has been opened; screens run after the opening.",
            "没有以此编号开标的项目;线索筛查在开标后进行。",
        )
    };
    let tender = TenderId::parse(&tender).map_err(|_| unknown())?;
    let found = desk
        .oversight
        .with_signs(|board| {
            let screened = board.tender(&tender)?;
            let view = |sign| SignView::of(board, screened, sign);
            let unreadable = match board.reading(screened) {
                Reading::Done(unreadable) => unreadable,
                Reading::Nothing | Reading::Waits => &[],
            };
            let flags = board.flags(&tender).into_iter().map(|flag| FlagOf {
                code: flag.code.word(),
                group: flag.group,
                id: flag.id.clone(),
                value: flag.value,
            });
            Some(ScreenedView {
                brief: Brief::of(board, screened),
                flags: flags.collect(),
                record: screened.opened.seq,
                signs: screened.signs.iter().map(view).collect(),
                unreadable: unreadable.iter().map(UnreadableView::from).collect(),
            })
        })
        .await?;
    found.map(Json).ok_or_else(unknown)
}
