//! From an admitted act to a command: typed body, right stream, a tender that exists.
//!
//! Invariant: an order is decided only over a tender that the public log knows.

use crate::docket::Docket;
use crate::docket::Phase;
use crate::law::Command;
use desk::{Actor, Admitted};
use facts::body::supervision::{OrderReevaluated, OrderResumed, OrderSuspended};
use facts::{Act, Body, Draft, Kind, Refusal, Stream, TenderId};

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
    /// The fact the act asks for, as it stands.
    #[must_use]
    pub fn draft(self) -> Draft {
        Draft::acted(self.act, None)
    }
}

/// The command that an admitted act asks for; the docket says whether its tender exists.
pub fn command(admitted: &Admitted, docket: &Docket) -> Result<Command, Refusal> {
    match admitted.act.kind {
        Kind::OrderSuspended => {
            let signed = signed::<OrderSuspended>(admitted, docket, |body| &body.tender)?;
            Ok(Command::Suspend(signed))
        }
        Kind::OrderResumed => {
            let signed = signed::<OrderResumed>(admitted, docket, |body| &body.tender)?;
            Ok(Command::Resume(signed))
        }
        Kind::OrderReevaluated => {
            let signed = signed::<OrderReevaluated>(admitted, docket, |body| &body.tender)?;
            let matter = docket.matter(&signed.body.tender);
            let phase = matter.map_or(Phase::Registered, |matter| matter.phase);
            Ok(Command::Reevaluate(signed, phase))
        }
        kind => Err(Refusal::new(
            "act.zone_invalid",
            format!("{kind} is not an order of a supervisor; send it to the zone it belongs to."),
            format!("{kind}不是监督指令,请发送至相应区域。"),
        )),
    }
}

fn signed<B: Body>(
    admitted: &Admitted,
    docket: &Docket,
    tender: fn(&B) -> &TenderId,
) -> Result<Signed<B>, Refusal> {
    let act = &admitted.act;
    let body: B = act.body.read().map_err(|error| {
        Refusal::new(
            "act.body_malformed",
            format!("The body of {} is refused: {error}.", act.kind),
            format!("{}的内容不合规范:{error}。", act.kind),
        )
    })?;
    let tender = tender(&body);
    if act.stream != Stream::Supervision(tender.clone()) {
        return Err(Refusal::new(
            "act.stream_invalid",
            format!(
                "The order was signed for {}, but speaks of tender {tender}.",
                act.stream
            ),
            format!("该指令签署于{},内容却涉及招标项目{tender}。", act.stream),
        ));
    }
    if docket.matter(tender).is_none() {
        return Err(Refusal::new(
            "order.tender_unknown",
            format!("There is no tender {tender}; look it up in the docket."),
            format!("不存在招标项目{tender},请在监督台账中查询。"),
        ));
    }
    Ok(Signed {
        actor: admitted.actor.clone(),
        act: act.clone(),
        body,
    })
}
