//! The record format must not rot: its table lists every kind of fact with its context, author,
//! visibility and members, and every part of a body with its members, as the code has them.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    reason = "test code, helpers included"
)]

use facts::body::{
    account, award, bid, card, ceremony, complaint, contract, draw, evaluation, inquiry, obeyed, objection,
    opening, platform, pool, qualification, quotes, seat, supervision, tender,
};
use facts::kind::{Author, Visibility};
use facts::{Body, Context, Kind, Role};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::collections::{BTreeMap, BTreeSet};

const DOC: &str = include_str!("../../../docs/record-format.md");

/// A deserializer that only learns the names of the members that a struct asks for.
struct Asked<'a>(&'a mut Option<&'static [&'static str]>);

#[derive(Debug, thiserror::Error)]
#[error("asked")]
struct Stop;

impl de::Error for Stop {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Stop;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Stop> {
        *self.0 = Some(fields);
        Err(Stop)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        Err(Stop)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn members<T: for<'de> Deserialize<'de>>() -> BTreeSet<String> {
    let mut asked = None;
    assert!(T::deserialize(Asked(&mut asked)).is_err());
    asked
        .expect("a struct")
        .iter()
        .map(|name| (*name).to_owned())
        .collect()
}

/// The cells of every table row whose first cell is one name in backticks.
fn rows(cells: usize) -> BTreeMap<String, Vec<String>> {
    let mut rows = BTreeMap::new();
    for line in DOC.lines().filter(|line| line.starts_with("| `")) {
        let row: Vec<String> = line
            .trim_matches('|')
            .split(" | ")
            .map(|cell| cell.trim().to_owned())
            .collect();
        if row.len() == cells {
            let name = row[0].trim_matches('`').to_owned();
            assert!(rows.insert(name.clone(), row).is_none(), "{name} stands twice");
        }
    }
    rows
}

/// The names in backticks of a cell, without the mark of optional members.
fn named(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(|name| name.trim_end_matches('?').to_owned())
        .collect()
}

fn all_kinds() -> BTreeMap<Kind, BTreeSet<String>> {
    fn add<B: Body>(kinds: &mut BTreeMap<Kind, BTreeSet<String>>) {
        kinds.insert(B::KIND, members::<B>());
    }
    macro_rules! each {
        ($kinds:expr; $($body:ty),* $(,)?) => { $(add::<$body>($kinds);)* };
    }
    let mut kinds = BTreeMap::new();
    each!(&mut kinds;
        platform::PlatformFounded, platform::FactsDisclosed, platform::FactErased, platform::ClockSuspected,
        account::AccountEnrolled, account::AccountRevoked,
        ceremony::CeremonyCalled, ceremony::CeremonyCommitted, ceremony::CeremonyShared,
        ceremony::CeremonyComplained, ceremony::CeremonyAnswered, ceremony::CeremonyFailed,
        ceremony::CeremonyCertified, ceremony::CeremonyCompleted, ceremony::KeyProved,
        tender::TenderRegistered, tender::KeyAssigned, tender::TenderNoticed, tender::TenderAmended,
        tender::QuestionAsked, tender::QuestionAnswered,
        bid::BidEntered, bid::BidSubmitted, bid::BidConfirmed, bid::BidWithdrawn,
        opening::TenderClosed, opening::TenderFailed, opening::ListFrozen, opening::ListDisputed,
        opening::BidUnlocked, opening::ListSettled, opening::ShareGiven, opening::ShareFaulted,
        opening::CustodianAbsent, opening::OpeningFailed, opening::OpeningRecorded, opening::OpeningObjected,
        opening::OpeningReplied, opening::OpeningConfirmed, opening::OpeningClosed,
        opening::OriginsCompared,
        contract::ContractSigned, contract::ContractPublished, contract::ContractFiled, contract::ContractSupplemented,
        contract::AwardReported, contract::DepositsReceived, contract::DepositsReturned, contract::DepositKept,
        award::CandidatesPublicised, award::CandidatesObjected, award::CandidatesReplied, award::CandidatesRevoked,
        award::AwardMade,
        award::TenderTerminated, award::TenderSuspended, award::TenderResumed,
        evaluation::EvaluationOpened, evaluation::CodesDrawn, evaluation::PanelAppointed,
        evaluation::RecusalDeclared, evaluation::ScoreCommitted, evaluation::ScoreRevealed,
        evaluation::EvaluationConcluded,
        qualification::QualificationRead, qualification::QualificationReviewed, evaluation::ReviewVoted, evaluation::ReviewClosed, evaluation::ClarificationAsked, evaluation::ClarificationReturned, evaluation::PriceCorrected, evaluation::LowPriceJudged, evaluation::ExtensionAsked, evaluation::EvaluationExtended, evaluation::ScoreChanged, evaluation::ReportAssembled, evaluation::ReportSigned,
        evaluation::ReportCompleted, evaluation::EvaluationReopened,
        inquiry::InquiryPut, inquiry::InquiryAnswered, quotes::QuotesInvited,
        supervision::OrderSuspended, supervision::OrderResumed, supervision::OrderReevaluated, supervision::SignJudged,
        card::RulesAdopted, card::CardIssued, card::CardWarned, card::CardEnded,
        objection::ObjectionRaised, objection::ObjectionNoted, objection::ObjectionReplied, obeyed::ExplanationCalled, obeyed::ExplanationGiven, obeyed::DeadlineExtended, obeyed::StepVoided, obeyed::OrderReturned, supervision::OrderInquired, supervision::OrderVoided, supervision::OrderExtended, complaint::ComplaintFiled, complaint::ComplaintReturned, complaint::ComplaintSupplemented, complaint::ComplaintAccepted, complaint::ComplaintRefused, complaint::ComplaintPaused, complaint::ComplaintContinued, complaint::ComplaintDecided, complaint::ComplaintWithdrawn, supervision::AccessRequested, supervision::AccessGranted, supervision::AccessUsed,
        pool::ExpertListed, pool::ExpertSuspended, pool::ExpertReinstated, draw::DrawRequested, draw::PoolFrozen, draw::DrawPinned, draw::DrawAnswered, draw::DrawCompleted, draw::CoefficientDrawn, draw::TieDrawn, draw::ExpertCalled, draw::CallAnswered, draw::CallLapsed, seat::RepresentativesNamed, seat::HoursSet, seat::SeatEntered, seat::SeatLeft, seat::DocumentOpened, seat::ChairVoted, seat::PanelSaid, seat::SeatVacated,
    );
    kinds
}

fn author(kind: Kind) -> String {
    match kind.author() {
        Author::Platform => "platform".to_owned(),
        Author::BidKey => "bid key".to_owned(),
        Author::Custodian => "custodian".to_owned(),
        Author::Roles(roles) => roles
            .iter()
            .map(|role: &Role| role.word())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn visibility(kind: Kind) -> String {
    match kind.visibility() {
        Visibility::Confidential => "confidential".to_owned(),
        Visibility::Public { withheld: [] } => "public".to_owned(),
        Visibility::Public { withheld } => format!("public, withheld: {}", withheld.join(", ")),
    }
}

fn context(kind: Kind) -> &'static str {
    match kind.context() {
        Context::Platform => "platform",
        Context::Procure => "procure",
        Context::Evaluate => "evaluate",
        Context::Supervise => "supervise",
    }
}

#[test]
fn the_table_of_kinds_is_that_of_the_code() {
    let mut rows = rows(5);
    let kinds = all_kinds();
    assert_eq!(
        kinds.keys().copied().collect::<BTreeSet<_>>(),
        Kind::ALL.iter().copied().collect()
    );
    for (kind, members) in kinds {
        let row = rows
            .remove(kind.name())
            .unwrap_or_else(|| panic!("{kind} is not in the table"));
        assert_eq!(row[1], context(kind), "{kind}");
        assert_eq!(row[2], author(kind), "{kind}");
        assert_eq!(row[3], visibility(kind), "{kind}");
        assert_eq!(named(&row[4]), members, "{kind}");
    }
    assert!(
        rows.is_empty(),
        "the table knows kinds that the code does not: {:?}",
        rows.keys()
    );
}

#[test]
fn the_parts_of_bodies_are_those_of_the_code() {
    let rows = rows(2);
    let mut checked = 0;
    macro_rules! each {
        ($($name:ident: $part:ty),* $(,)?) => { $(
            let row = rows.get(stringify!($name)).unwrap_or_else(|| panic!("{} is not described", stringify!($name)));
            assert_eq!(named(&row[1]), members::<$part>(), stringify!($name));
            checked += 1;
        )* };
    }
    each!(
        Remaining: quotes::Remaining, LeftOut: quotes::LeftOut, Procedure: tender::Procedure, Flow: tender::Flow, Shown: tender::Shown,
        Registrar: platform::Registrar, Custody: account::Custody,
        Member: ceremony::Member, Commitment: ceremony::Commitment, SealedShare: ceremony::SealedShare,
        Certified: ceremony::Certified, StageKey: ceremony::StageKey,
        Document: tender::Document, Lot: tender::Lot, Stage: tender::Stage, Part: tender::Part,
        OpeningRules: tender::OpeningRules, Adjustment: tender::Adjustment, ScoreItem: tender::ScoreItem,
        Amount: tender::Amount, Coefficient: tender::Coefficient, Pricing: tender::Pricing,
        Benchmark: tender::Benchmark, Tier: tender::Tier, Scored: tender::Scored, Reached: tender::Reached,
        ReviewItem: tender::ReviewItem, Deduction: tender::Deduction, LowPrice: tender::LowPrice,
        Declared: tender::Declared,
        Vote: evaluation::Vote, Qualified: qualification::Qualified, Unqualified: qualification::Unqualified, Rejection: evaluation::Rejection, LowPriceHit: evaluation::LowPriceHit,
        Correction: evaluation::Correction, Change: evaluation::Change,
        Envelope: bid::Envelope, Letter: bid::Letter,
        Listed: opening::Listed, Unlock: opening::Unlock, Unopened: opening::Unopened,
        OpenedBid: opening::OpenedBid, OpenedPart: opening::OpenedPart,
        CodedBid: evaluation::CodedBid, LotResult: evaluation::LotResult, Ranked: evaluation::Ranked,
        Rejected: evaluation::Rejected,
        Credential: pool::Credential, Employment: pool::Employment,
        Candidate: award::Candidate, Award: award::Award,
        Paper: complaint::Paper, Outage: ::facts::Outage,
    );
    assert_eq!(checked, 54);
}

#[test]
fn every_check_is_described() {
    for check in kaibiao_verify::checks::CATALOGUE {
        let id = format!("| {:02} | ", check.id);
        let epochs = (13..=16).contains(&check.id) && DOC.contains("| 13–16 | ");
        assert!(DOC.contains(&id) || epochs, "{id}");
    }
}
