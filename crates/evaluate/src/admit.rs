//! From an admitted act to a command: typed body, right stream, what must be looked up.
//!
//! Invariant: a command exists only for an act whose body speaks of the stream it was signed for.

use crate::law::{Circumstances, Command, DrawCircumstances, DrawKey};
use desk::{Actor, Admitted};
use facts::body::draw::{CallAnswered, DrawAnswered, DrawRequested};
use facts::body::evaluation::{
    ClarificationAsked, ExtensionAsked, LowPriceJudged, PanelAppointed, PriceCorrected, RecusalDeclared,
    ReportSigned, ReviewVoted, ScoreChanged, ScoreCommitted, ScoreRevealed,
};
use facts::body::seat::{
    ChairVoted, HoursSet, PanelSaid, RepresentativesNamed, SeatEntered, SeatLeft, SeatVacated,
};
use facts::id::OrderId;
use facts::{AccountId, Act, Body, Draft, Kind, Refusal, Stream, TenderId};
use std::collections::BTreeSet;

/// An admitted act with its typed body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<B> {
    /// Who signed.
    pub actor: Actor,
    /// What was signed.
    pub act: Act,
    /// Its body.
    pub body: B,
}

impl<B> Signed<B> {
    /// Reads the body of an admitted act; refused if it speaks of another stream than it was signed for.
    pub(crate) fn read(admitted: &Admitted, stream: impl Fn(&B) -> Stream) -> Result<Self, Refusal>
    where
        B: Body,
    {
        let act = &admitted.act;
        let body: B = act.body.read().map_err(|error| {
            Refusal::new(
                "act.body_malformed",
                format!("The body of {} is refused: {error}.", act.kind),
                format!("{}的内容不合规范:{error}。", act.kind),
            )
        })?;
        let spoken_of = stream(&body);
        if act.stream != spoken_of {
            return Err(Refusal::new(
                "act.stream_invalid",
                format!(
                    "The act was signed for {}, but speaks of {spoken_of}.",
                    act.stream
                ),
                format!("该操作签署于{},内容却涉及{spoken_of}。", act.stream),
            ));
        }
        Ok(Self {
            actor: admitted.actor.clone(),
            act: act.clone(),
            body,
        })
    }

    /// The fact the act asks for, as it stands.
    #[must_use]
    pub fn draft(self) -> Draft {
        Draft::acted(self.act, None)
    }
}

/// What the server looked up for an act of evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lookups {
    /// For `panel.appointed`: see [`experts_named`].
    pub circumstances: Option<Circumstances>,
    /// The buyer of the tender and its agent.
    pub owners: BTreeSet<AccountId>,
    /// Whether the candidates are public already.
    pub publicised: bool,
    /// For `draw.requested`: what the platform knows of the tender, the pool and the key.
    pub draw: Option<DrawCircumstances>,
    /// For `draw.answered`: the tender's draw key.
    pub key: Option<DrawKey>,
    /// For `seat.entered`: whether the device's signature holds.
    pub device_proven: bool,
    /// The order by which the tender is suspended, if it is: evaluation stops with it.
    pub suspended: Option<OrderId>,
}

/// The accounts whose standing must be looked up for an act: those it would seat.
#[must_use]
pub fn experts_named(act: &Act) -> BTreeSet<AccountId> {
    let seats = match act.kind {
        Kind::PanelAppointed => act.body.read::<PanelAppointed>().map(|body| body.seats),
        Kind::RepresentativesNamed => act.body.read::<RepresentativesNamed>().map(|body| body.seats),
        _ => return BTreeSet::new(),
    };
    seats
        .map(|seats| seats.into_values().collect())
        .unwrap_or_default()
}

/// The command that an admitted act asks for.
pub fn command(admitted: &Admitted, lookups: Lookups) -> Result<Command, Refusal> {
    let act = &admitted.act;
    if let Some(order) = lookups.suspended {
        return Err(suspended(&order));
    }
    match act.kind {
        Kind::PanelAppointed => {
            let signed = signed::<PanelAppointed>(admitted, |body| &body.tender)?;
            let circumstances = lookups.circumstances.ok_or_else(|| foreign(act))?;
            Ok(Command::Appoint {
                signed,
                circumstances,
            })
        }
        Kind::RepresentativesNamed => {
            let signed = signed::<RepresentativesNamed>(admitted, |body| &body.tender)?;
            let circumstances = lookups.circumstances.ok_or_else(|| foreign(act))?;
            Ok(Command::Represent {
                signed,
                circumstances,
            })
        }
        Kind::DrawRequested => {
            let signed = signed::<DrawRequested>(admitted, |body| &body.tender)?;
            let circumstances = Box::new(lookups.draw.ok_or_else(|| foreign(act))?);
            Ok(Command::Draw {
                signed,
                circumstances,
            })
        }
        Kind::DrawAnswered => Ok(Command::Contribute {
            signed: signed::<DrawAnswered>(admitted, |body| &body.tender)?,
            key: lookups.key,
        }),
        Kind::CallAnswered => Ok(Command::AnswerCall(signed::<CallAnswered>(admitted, |body| {
            &body.tender
        })?)),
        Kind::HoursSet => {
            let signed = signed::<HoursSet>(admitted, |body| &body.tender)?;
            Ok(Command::SetHours {
                signed,
                owners: lookups.owners,
            })
        }
        Kind::SeatEntered => Ok(Command::Enter {
            signed: signed::<SeatEntered>(admitted, |body| &body.tender)?,
            proven: lookups.device_proven,
        }),
        Kind::SeatLeft => Ok(Command::Leave(signed::<SeatLeft>(admitted, |body| &body.tender)?)),
        Kind::ChairVoted => Ok(Command::ElectChair(signed::<ChairVoted>(admitted, |body| {
            &body.tender
        })?)),
        Kind::PanelSaid => Ok(Command::Say(signed::<PanelSaid>(admitted, |body| &body.tender)?)),
        Kind::SeatVacated => Ok(Command::Vacate {
            signed: signed::<SeatVacated>(admitted, |body| &body.tender)?,
            owners: lookups.owners,
        }),
        _ => step(admitted, &lookups),
    }
}

/// The command of an act within the evaluation itself, once somebody sits on a seat.
fn step(admitted: &Admitted, lookups: &Lookups) -> Result<Command, Refusal> {
    let act = &admitted.act;
    match act.kind {
        Kind::RecusalDeclared => Ok(Command::Declare(signed::<RecusalDeclared>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ScoreCommitted => Ok(Command::Commit(signed::<ScoreCommitted>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ScoreRevealed => Ok(Command::Reveal(signed::<ScoreRevealed>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ReviewVoted => Ok(Command::Vote(signed::<ReviewVoted>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ClarificationAsked => Ok(Command::Clarify(signed::<ClarificationAsked>(
            admitted,
            |body| &body.tender,
        )?)),
        Kind::PriceCorrected => Ok(Command::Correct(signed::<PriceCorrected>(admitted, |body| {
            &body.tender
        })?)),
        Kind::LowPriceJudged => Ok(Command::Judge(signed::<LowPriceJudged>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ExtensionAsked => Ok(Command::Extend(signed::<ExtensionAsked>(admitted, |body| {
            &body.tender
        })?)),
        Kind::ScoreChanged => {
            let signed = signed::<ScoreChanged>(admitted, |body| &body.tender)?;
            Ok(Command::Change {
                signed,
                publicised: lookups.publicised,
            })
        }
        Kind::ReportSigned => Ok(Command::Sign(signed::<ReportSigned>(admitted, |body| {
            &body.tender
        })?)),
        _ => Err(foreign(act)),
    }
}

fn signed<B: Body>(admitted: &Admitted, tender: fn(&B) -> &TenderId) -> Result<Signed<B>, Refusal> {
    Signed::read(admitted, |body| Stream::Evaluation(tender(body).clone()))
}

fn foreign(act: &Act) -> Refusal {
    Refusal::new(
        "act.zone_invalid",
        format!(
            "{} is not an act of an expert or an appointment; send it to the zone it belongs to.",
            act.kind
        ),
        format!("{}不属于评标区的操作,请发送至相应区域。", act.kind),
    )
}

fn suspended(order: &OrderId) -> Refusal {
    Refusal::new(
        "tender.suspended",
        format!("The tender is suspended by order {order}; evaluation goes on after its resumption."),
        format!("招标项目已被监督指令{order}暂停,恢复后方可继续评标。"),
    )
}
