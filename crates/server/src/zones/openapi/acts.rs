//! The acts that a zone takes, each with its body.
//!
//! Invariant: exactly the kinds of the zone's contexts that a person signs are described; the compiler asks for the
//! body of a kind that is added.

use super::shape;
use desk::Zone;
use facts::body::{
    account, award, bid, card, ceremony, complaint, contract, draw, evaluation, inquiry, obeyed, objection,
    opening, platform, pool, qualification, quotes, seat, supervision, tender,
};
use facts::kind::{Author, Visibility};
use facts::{Kind, Role};
use serde_json::{Map, Value, json};

/// Where bodies are described in words.
pub(super) const FORMAT: &str = "docs/record-format.md#31-kinds";

/// The schemas of a zone's acts by name, and the schema of one act of any kind.
pub(super) fn schemas(zone: Zone) -> (Map<String, Value>, Value) {
    let signed = |kind: &&Kind| Zone::of(kind.context()) == zone && kind.author() != Author::Platform;
    let kinds: Vec<Kind> = Kind::ALL.iter().filter(signed).copied().collect();
    let mut schemas = Map::new();
    let mut mapping = Map::new();
    let mut any = Vec::new();
    for kind in kinds {
        let (name, body) = (format!("act.{kind}"), format!("body.{kind}"));
        let reference = format!("#/components/schemas/{name}");
        any.push(json!({ "$ref": reference }));
        mapping.insert(kind.name().to_owned(), reference.into());
        schemas.insert(name, act(kind, &body));
        schemas.insert(body, of(kind));
    }
    schemas.insert("Act".to_owned(), json!({
        "description": format!(
            "One signed act. `sig` is Ed25519 over LP(\"kaibiao/act/v1\", origin, stream, kind, SHA-256(canonical body), \
             nonce, u64be(seen.size), seen.root), where LP puts the length of each part before it as a 64-bit big-endian \
             number. The whole is canonical JSON: keys sorted, no spaces. See {FORMAT}. \
             一项签名操作;须为规范 JSON。"
        ),
        "oneOf": any,
        "discriminator": { "propertyName": "kind", "mapping": mapping },
    }));
    schemas.insert("Seen".to_owned(), json!({
        "type": "object",
        "description": "The head of the log that the author last saw: users are witnesses of its history. Size 0 has the root of the empty tree.",
        "properties": { "root": hex(32), "size": { "type": "integer", "minimum": 0 } },
        "required": ["root", "size"],
        "additionalProperties": false,
    }));
    (schemas, json!({ "$ref": "#/components/schemas/Act" }))
}

fn hex(bytes: usize) -> Value {
    json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{}}}$", bytes.saturating_mul(2)) })
}

fn act(kind: Kind, body: &str) -> Value {
    json!({
        "type": "object",
        "title": kind.name(),
        "description": format!("Signed by {}. {} See {FORMAT}.", author(kind), visibility(kind)),
        "properties": {
            "body": { "$ref": format!("#/components/schemas/{body}") },
            "key": hex(32),
            "kind": { "const": kind.name() },
            "nonce": hex(16),
            "seen": { "$ref": "#/components/schemas/Seen" },
            "sig": hex(64),
            "stream": { "type": "string", "pattern": stream(kind) },
        },
        "required": ["body", "key", "kind", "nonce", "seen", "sig", "stream"],
        "additionalProperties": false,
    })
}

fn author(kind: Kind) -> String {
    match kind.author() {
        Author::Platform => "nobody; the platform's own".to_owned(),
        Author::BidKey => "the key of the bid (投标密钥)".to_owned(),
        Author::Custodian => "a custodian's signing key (保管人签名密钥)".to_owned(),
        Author::Roles(roles) => {
            let words: Vec<&str> = roles.iter().map(|role: &Role| role.word()).collect();
            format!("an account that is {}", words.join(" or "))
        }
    }
}

fn visibility(kind: Kind) -> String {
    match kind.visibility() {
        Visibility::Confidential => {
            "Confidential: the public log shows a commitment and nothing else until a disclosure.".to_owned()
        }
        Visibility::Public { withheld: [] } => "Public at once.".to_owned(),
        Visibility::Public { withheld } => format!("Public at once, except {}.", withheld.join(", ")),
    }
}

/// The streams that an act of a kind may belong to.
fn stream(kind: Kind) -> &'static str {
    let word = kind.name().split('.').next().unwrap_or_default();
    match (Zone::of(kind.context()), word) {
        (Zone::Procurement, "account") => "^account/.+$",
        (Zone::Procurement, "fact") => "^platform$",
        (Zone::Procurement, "ceremony") => "^ceremony/.+$",
        (Zone::Procurement, _) => "^tender/.+$",
        (Zone::Evaluation, _) if is_of_pool(kind) => "^pool/.+$",
        (Zone::Evaluation, _) => "^evaluation/.+$",
        (Zone::Supervision, _) => "^supervision/.+$",
    }
}

const fn is_of_pool(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ExpertListed | Kind::ExpertSuspended | Kind::ExpertReinstated
    )
}

/// The schema of the body of a kind.
#[expect(clippy::too_many_lines, reason = "one line a kind")]
fn of(kind: Kind) -> Value {
    macro_rules! bodies {
        ($($kind:ident: $body:ty,)*) => { match kind { $(Kind::$kind => shape::schema::<$body>(),)* } };
    }
    bodies! {
        PlatformFounded: platform::PlatformFounded,
        FactsDisclosed: platform::FactsDisclosed,
        FactErased: platform::FactErased,
        ClockSuspected: platform::ClockSuspected,
        AccountEnrolled: account::AccountEnrolled,
        AccountRevoked: account::AccountRevoked,
        CeremonyCalled: ceremony::CeremonyCalled,
        CeremonyCommitted: ceremony::CeremonyCommitted,
        CeremonyShared: ceremony::CeremonyShared,
        CeremonyComplained: ceremony::CeremonyComplained,
        CeremonyAnswered: ceremony::CeremonyAnswered,
        CeremonyFailed: ceremony::CeremonyFailed,
        CeremonyCertified: ceremony::CeremonyCertified,
        CeremonyCompleted: ceremony::CeremonyCompleted,
        TenderRegistered: tender::TenderRegistered,
        KeyAssigned: tender::KeyAssigned,
        TenderNoticed: tender::TenderNoticed,
        TenderAmended: tender::TenderAmended,
        QuotesInvited: quotes::QuotesInvited,
        KeyProved: ceremony::KeyProved,
        QuestionAsked: tender::QuestionAsked,
        QuestionAnswered: tender::QuestionAnswered,
        BidEntered: bid::BidEntered,
        BidSubmitted: bid::BidSubmitted,
        BidConfirmed: bid::BidConfirmed,
        BidWithdrawn: bid::BidWithdrawn,
        TenderClosed: opening::TenderClosed,
        TenderFailed: opening::TenderFailed,
        ListFrozen: opening::ListFrozen,
        ListDisputed: opening::ListDisputed,
        BidUnlocked: opening::BidUnlocked,
        ListSettled: opening::ListSettled,
        ShareGiven: opening::ShareGiven,
        ShareFaulted: opening::ShareFaulted,
        CustodianAbsent: opening::CustodianAbsent,
        OpeningFailed: opening::OpeningFailed,
        OpeningRecorded: opening::OpeningRecorded,
        OpeningObjected: opening::OpeningObjected,
        OpeningReplied: opening::OpeningReplied,
        OpeningConfirmed: opening::OpeningConfirmed,
        OpeningClosed: opening::OpeningClosed,
        OriginsCompared: opening::OriginsCompared,
        CandidatesPublicised: award::CandidatesPublicised,
        CandidatesObjected: award::CandidatesObjected,
        CandidatesReplied: award::CandidatesReplied,
        CandidatesRevoked: award::CandidatesRevoked,
        AwardMade: award::AwardMade,
        TenderTerminated: award::TenderTerminated,
        ContractSigned: contract::ContractSigned,
        ContractPublished: contract::ContractPublished,
        ContractFiled: contract::ContractFiled,
        ContractSupplemented: contract::ContractSupplemented,
        AwardReported: contract::AwardReported,
        DepositsReceived: contract::DepositsReceived,
        DepositsReturned: contract::DepositsReturned,
        DepositKept: contract::DepositKept,
        TenderSuspended: award::TenderSuspended,
        TenderResumed: award::TenderResumed,
        EvaluationOpened: evaluation::EvaluationOpened,
        CodesDrawn: evaluation::CodesDrawn,
        ExpertListed: pool::ExpertListed,
        ExpertSuspended: pool::ExpertSuspended,
        ExpertReinstated: pool::ExpertReinstated,
        DrawRequested: draw::DrawRequested,
        PoolFrozen: draw::PoolFrozen,
        DrawPinned: draw::DrawPinned,
        DrawAnswered: draw::DrawAnswered,
        DrawCompleted: draw::DrawCompleted,
        CoefficientDrawn: draw::CoefficientDrawn,
        TieDrawn: draw::TieDrawn,
        ExpertCalled: draw::ExpertCalled,
        CallAnswered: draw::CallAnswered,
        CallLapsed: draw::CallLapsed,
        RepresentativesNamed: seat::RepresentativesNamed,
        HoursSet: seat::HoursSet,
        SeatEntered: seat::SeatEntered,
        SeatLeft: seat::SeatLeft,
        DocumentOpened: seat::DocumentOpened,
        ChairVoted: seat::ChairVoted,
        PanelSaid: seat::PanelSaid,
        SeatVacated: seat::SeatVacated,
        PanelAppointed: evaluation::PanelAppointed,
        RecusalDeclared: evaluation::RecusalDeclared,
        ReviewVoted: evaluation::ReviewVoted,
        ReviewClosed: evaluation::ReviewClosed,
        ClarificationAsked: evaluation::ClarificationAsked,
        ClarificationReturned: evaluation::ClarificationReturned,
        PriceCorrected: evaluation::PriceCorrected,
        LowPriceJudged: evaluation::LowPriceJudged,
        ExtensionAsked: evaluation::ExtensionAsked,
        EvaluationExtended: evaluation::EvaluationExtended,
        ScoreChanged: evaluation::ScoreChanged,
        ReportSigned: evaluation::ReportSigned,
        QualificationRead: qualification::QualificationRead,
        QualificationReviewed: qualification::QualificationReviewed,
        InquiryPut: inquiry::InquiryPut,
        InquiryAnswered: inquiry::InquiryAnswered,
        ScoreCommitted: evaluation::ScoreCommitted,
        ScoreRevealed: evaluation::ScoreRevealed,
        EvaluationConcluded: evaluation::EvaluationConcluded,
        ReportAssembled: evaluation::ReportAssembled,
        ReportCompleted: evaluation::ReportCompleted,
        EvaluationReopened: evaluation::EvaluationReopened,
        OrderSuspended: supervision::OrderSuspended,
        OrderResumed: supervision::OrderResumed,
        OrderReevaluated: supervision::OrderReevaluated,
        SignJudged: supervision::SignJudged,
        ObjectionRaised: objection::ObjectionRaised,
        ObjectionNoted: objection::ObjectionNoted,
        ObjectionReplied: objection::ObjectionReplied,
        ExplanationCalled: obeyed::ExplanationCalled,
        ExplanationGiven: obeyed::ExplanationGiven,
        DeadlineExtended: obeyed::DeadlineExtended,
        StepVoided: obeyed::StepVoided,
        OrderReturned: obeyed::OrderReturned,
        OrderInquired: supervision::OrderInquired,
        OrderVoided: supervision::OrderVoided,
        OrderExtended: supervision::OrderExtended,
        ComplaintFiled: complaint::ComplaintFiled,
        ComplaintReturned: complaint::ComplaintReturned,
        ComplaintSupplemented: complaint::ComplaintSupplemented,
        ComplaintAccepted: complaint::ComplaintAccepted,
        ComplaintRefused: complaint::ComplaintRefused,
        ComplaintPaused: complaint::ComplaintPaused,
        ComplaintContinued: complaint::ComplaintContinued,
        ComplaintDecided: complaint::ComplaintDecided,
        ComplaintWithdrawn: complaint::ComplaintWithdrawn,
        AccessRequested: supervision::AccessRequested,
        AccessGranted: supervision::AccessGranted,
        AccessUsed: supervision::AccessUsed,
        RulesAdopted: card::RulesAdopted,
        CardIssued: card::CardIssued,
        CardWarned: card::CardWarned,
        CardEnded: card::CardEnded,
    }
}
