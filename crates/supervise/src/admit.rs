//! From an admitted act to a command: typed body, right stream, a tender that exists.
//!
//! Invariant: an order is decided only over a tender that the public log knows.

use crate::complaint::{self, Known};
use crate::docket::{Docket, Matter};
use crate::further::{self, Standing};
use crate::law::Command;
use desk::{Actor, Admitted};
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn,
};
use facts::body::supervision::{
    AccessGranted, AccessRequested, OrderExtended, OrderInquired, OrderReevaluated, OrderResumed,
    OrderSuspended, OrderVoided,
};
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

/// The command that an admitted act asks for; the docket says whether its tender exists, `known` is what procurement
/// knows of the objections that the complaint concerned names.
pub fn command(admitted: &Admitted, docket: &Docket, known: Vec<Known>) -> Result<Command, Refusal> {
    use complaint::Command as Of;
    use further::Command as Further;
    macro_rules! read {
        ($body:ty) => {
            signed::<$body>(admitted, docket, |body| &body.tender)?
        };
    }
    Ok(match admitted.act.kind {
        Kind::OrderSuspended => {
            let (signed, matter) = read!(OrderSuspended);
            Command::Suspend(signed, matter.regime)
        }
        Kind::OrderResumed => Command::Resume(read!(OrderResumed).0),
        Kind::ComplaintFiled => Command::Complaint(Of::File(read!(ComplaintFiled).0)),
        Kind::ComplaintReturned => Command::Complaint(Of::Return(read!(ComplaintReturned).0)),
        Kind::ComplaintSupplemented => Command::Complaint(Of::Supplement(read!(ComplaintSupplemented).0)),
        Kind::ComplaintAccepted => {
            let (signed, matter) = read!(ComplaintAccepted);
            Command::Complaint(Of::Accept(signed, matter.regime, known))
        }
        Kind::ComplaintRefused => Command::Complaint(Of::Refuse(read!(ComplaintRefused).0)),
        Kind::ComplaintPaused => Command::Complaint(Of::Pause(read!(ComplaintPaused).0)),
        Kind::ComplaintContinued => {
            let (signed, matter) = read!(ComplaintContinued);
            Command::Complaint(Of::Continue(signed, matter.regime))
        }
        Kind::ComplaintDecided => Command::Complaint(Of::Decide(read!(ComplaintDecided).0)),
        Kind::ComplaintWithdrawn => Command::Complaint(Of::Withdraw(read!(ComplaintWithdrawn).0)),
        Kind::OrderInquired => Command::Further(Further::Inquire(read!(OrderInquired).0)),
        Kind::OrderReevaluated => {
            let (signed, matter) = read!(OrderReevaluated);
            Command::Reevaluate(signed, matter.phase)
        }
        Kind::OrderVoided => {
            let (signed, matter) = read!(OrderVoided);
            Command::Further(Further::Void(signed, Standing::of(matter)))
        }
        Kind::OrderExtended => {
            let (signed, matter) = read!(OrderExtended);
            Command::Further(Further::Extend(signed, Standing::of(matter)))
        }
        Kind::AccessRequested => Command::Further(Further::Request(read!(AccessRequested).0)),
        Kind::AccessGranted => Command::Further(Further::Grant(read!(AccessGranted).0)),
        kind => {
            return Err(Refusal::new(
                "act.zone_invalid",
                format!("{kind} is not an act of supervision; send it to the zone it belongs to."),
                format!("{kind}不属于监督操作,请发送至相应区域。"),
            ));
        }
    })
}

pub(crate) fn signed<'a, B: Body>(
    admitted: &Admitted,
    docket: &'a Docket,
    tender: fn(&B) -> &TenderId,
) -> Result<(Signed<B>, &'a Matter), Refusal> {
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
    let Some(matter) = docket.matter(tender) else {
        return Err(Refusal::new(
            "order.tender_unknown",
            format!("There is no tender {tender}; look it up in the docket."),
            format!("不存在招标项目{tender},请在监督台账中查询。"),
        ));
    };
    let signed = Signed {
        actor: admitted.actor.clone(),
        act: act.clone(),
        body,
    };
    Ok((signed, matter))
}
