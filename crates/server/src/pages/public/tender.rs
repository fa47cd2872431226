//! The pages of one tender: all that is public of it, its opening record for print, its keys, how to verify it.

use crate::doors::Doors;
use crate::pages::layout::Layout;
use crate::pages::public::board::Notice;
use crate::pages::public::fulfilled::{self, Arrival};
use crate::pages::public::notices::named_region;
use crate::pages::public::told::{Placed, Told};
use crate::pages::public::words;
use crate::pages::shown;
use crate::zones::problem::not_found;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Outage, Problem};
use facts::body::award::AwardMade;
use facts::body::ceremony::Member;
use facts::body::contract::KeepGround;
use facts::body::opening::{OpenedPart, OpeningRecorded, PanelFile, Unopened};
use facts::body::tender::{Document, KeyAssigned, Method, PartRole, Regime};
use facts::id::LotId;
use facts::{AccountId, Hex, Instant, Kind, TenderId};
use procure::KeyCard;
use std::sync::Arc;

/// The pages.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/tenders/{tender}", get(tender))
        .route("/tenders/{tender}/record", get(record))
        .route("/tenders/{tender}/award", get(award))
        .route("/tenders/{tender}/keys", get(keys))
        .route("/tenders/{tender}/verify", get(verify))
}

/// The tender as the board has it.
pub async fn posted(doors: &Doors, tender: &TenderId) -> Result<Arc<Notice>, Problem> {
    let posted = doors.board.look(doors).await?;
    posted.notices.get(tender).cloned().ok_or_else(|| {
        not_found(
            "tender.unknown",
            format!("There is no tender {tender}."),
            format!("没有招标项目 {tender}。"),
        )
    })
}

/// What the templates of a tender call; each has the fields `l` and `notice`.
macro_rules! speaks {
    ($name:ident) => {
        impl $name {
            fn told(&self) -> &Told {
                &self.notice.told
            }

            fn phase(&self) -> &'static str {
                let (zh, en) = words::phase(self.notice.phase);
                self.l.say(zh, en)
            }
        }
    };
}

#[derive(Template)]
#[template(path = "public/tender.html")]
struct TenderPage {
    l: Layout,
    notice: Arc<Notice>,
}
speaks!(TenderPage);

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "templates hand arguments over by reference, and call methods"
)]
impl TenderPage {
    fn kind(&self, kind: &Kind) -> &'static str {
        let (zh, en) = words::kind(*kind);
        self.l.say(zh, en)
    }

    fn regime(&self, regime: &Regime) -> &'static str {
        let (zh, en) = words::regime(*regime);
        self.l.say(zh, en)
    }

    fn role(&self, role: &PartRole) -> &'static str {
        let (zh, en) = words::role(*role);
        self.l.say(zh, en)
    }

    fn method(&self, method: &Method) -> &'static str {
        let (zh, en) = words::method(method);
        self.l.say(zh, en)
    }

    /// Everything that the method declares, in words.
    fn parameters(&self, method: &Method) -> Vec<(String, String)> {
        use evaluate::report::{Language, method_rows};
        let language = if self.l.is_zh() {
            Language::Zh
        } else {
            Language::En
        };
        method_rows(method, language)
    }

    /// The deadline, while bids are taken.
    fn open_until(&self) -> Option<&Instant> {
        let at = self.notice.closes_at.as_ref()?;
        (self.notice.phase == procure::Phase::Noticed && *at > self.l.now).then_some(at)
    }

    fn failure(&self, cause: &str) -> &'static str {
        let (zh, en) = words::failure(cause);
        self.l.say(zh, en)
    }

    fn region(&self, code: &str) -> String {
        named_region(&self.l, code)
    }

    fn document(&self, document: &Document) -> String {
        format!(
            "/api/tenders/{}/documents/{}",
            self.notice.tender, document.sha256
        )
    }

    fn minutes(&self, millis: &i64) -> i64 {
        millis.div_euclid(60_000)
    }

    /// Whether the opening is on.
    fn is_opening(&self) -> bool {
        use procure::Phase::{Closed, Listed, Recorded, Sharing};
        matches!(self.notice.phase, Closed | Listed | Sharing | Recorded)
    }
}

#[derive(Template)]
#[template(path = "public/record.html")]
struct RecordPage {
    l: Layout,
    notice: Arc<Notice>,
}
speaks!(RecordPage);

#[expect(clippy::unused_self, reason = "templates call methods")]
impl RecordPage {
    fn rows<'a>(&self, recorded: &'a OpeningRecorded) -> Vec<(&'a AccountId, &'a OpenedPart)> {
        Told::rows(recorded)
    }

    fn arrivals(&self) -> Vec<Arrival> {
        fulfilled::arrivals(&self.notice.told)
    }

    fn panel_file<'a>(&self, recorded: &'a OpeningRecorded, part: &OpenedPart) -> Option<&'a PanelFile> {
        let mut files = recorded.panel.iter().flatten();
        files.find(|file| file.submission == part.submission)
    }

    fn cause(&self, unopened: &Unopened) -> &'static str {
        let (zh, en) = words::cause(unopened.cause);
        self.l.say(zh, en)
    }
}

/// The result for everybody (中标公告) and a letter to each winner (中标通知书), for print.
#[derive(Template)]
#[template(path = "public/award.html")]
struct AwardPage {
    l: Layout,
    notice: Arc<Notice>,
    awarded: Placed<AwardMade>,
}
speaks!(AwardPage);

impl AwardPage {
    /// Why a deposit is kept, in words.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn ground(&self, ground: &KeepGround) -> &'static str {
        let (zh, en) = fulfilled::ground(*ground);
        self.l.say(zh, en)
    }

    /// The title of a lot.
    fn lot(&self, lot: &LotId) -> &str {
        let noticed = self.told().notice.as_ref();
        let mut lots = noticed.iter().flat_map(|fact| &fact.body.lots);
        lots.find(|known| known.lot == *lot)
            .map_or("", |known| known.title.as_str())
    }
}

/// One custodian of a key.
#[derive(Debug, Clone)]
struct Holder {
    member: Member,
    /// Position of the enrolment, where the registrar vouches for it.
    enrolled: Option<u64>,
    /// Day and position of the last proof that the share is alive.
    proved: Option<(String, u64)>,
}

/// One key with its custodians.
#[derive(Debug, Clone)]
struct Held {
    assigned: KeyAssigned,
    seq: u64,
    card: Option<KeyCard>,
    holders: Vec<Holder>,
}

#[derive(Template)]
#[template(path = "public/keys.html")]
struct KeysPage {
    l: Layout,
    notice: Arc<Notice>,
    keys: Vec<Held>,
}
speaks!(KeysPage);

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    l: Layout,
    notice: Arc<Notice>,
    log_key: String,
}
speaks!(VerifyPage);

async fn tender(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    shown(&TenderPage { l, notice })
}

async fn record(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    shown(&RecordPage { l, notice })
}

async fn award(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    let Some(awarded) = notice.told.award.clone() else {
        return Err(not_found(
            "award.none",
            format!("There is no award of {tender} yet."),
            format!("招标项目 {tender} 尚未定标。"),
        ));
    };
    shown(&AwardPage { l, notice, awarded })
}

async fn keys(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    let mut keys = Vec::with_capacity(notice.told.keys.len());
    for fact in &notice.told.keys {
        let card = doors.card(&fact.body.ceremony, &fact.body.key_id).await?;
        let holders = match &card {
            Some(card) => holders(&doors, &notice.told, card, fact.body.key_id).await?,
            None => Vec::new(),
        };
        keys.push(Held {
            assigned: fact.body.clone(),
            seq: fact.seq,
            card,
            holders,
        });
    }
    shown(&KeysPage { l, notice, keys })
}

async fn holders(doors: &Doors, told: &Told, card: &KeyCard, key_id: Hex<32>) -> Result<Vec<Holder>, Outage> {
    let mut holders = Vec::with_capacity(card.members.len());
    for member in &card.members {
        let account = doors.front.directory.account(&member.account).await?;
        holders.push(Holder {
            member: member.clone(),
            enrolled: account.map(|account| account.seq),
            proved: told.proved.get(&(key_id, member.index)).cloned(),
        });
    }
    Ok(holders)
}

async fn verify(
    State(doors): State<Doors>,
    l: Layout,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let notice = posted(&doors, &tender).await?;
    let log_key = doors.about.log_key.clone();
    shown(&VerifyPage { l, notice, log_key })
}
