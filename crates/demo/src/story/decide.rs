//! Evaluation, publicity, a suspension, the award.

use super::{Play, text};
use crate::cast::told;
use crate::{drawing, evaluating, opening, tell};
use cli::Failure;
use cli::commands::tender::{candidates, publicity_end};
use facts::Stream;
use facts::body::award::{Award, AwardMade};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::id::OrderId;
use facts::time::HOUR;

impl Play<'_> {
    pub(super) fn decide(&mut self) -> Result<(), String> {
        tell::section("evaluation 评标: anonymous dossiers, scores committed before any is revealed");
        let mut hall = drawing::Hall {
            buyer: &mut self.buyer,
            registry: &mut self.registry,
            custodians: &mut self.custodians,
            experts: &mut self.experts,
            tender: &self.tender,
        };
        let panel = hall.panel(self.setting.now())?;
        let concluded = evaluating::evaluate(&mut self.buyer, &mut self.experts, &panel, &self.tender)?;
        for lot in &concluded.lots {
            for ranked in lot.ranking.iter().take(4) {
                tell::note(&format!(
                    "{}. {}  price {:.2}  panel {:.2}  total {:.2}",
                    ranked.rank,
                    ranked.code,
                    hundredths(ranked.price_e4),
                    hundredths(ranked.panel_e4),
                    hundredths(ranked.total_e4),
                ));
            }
        }
        tell::section("publicity and award 公示、定标");
        let until = publicity_end(self.setting.now(), 3);
        let body = candidates(&mut self.buyer.session, &self.tender, until).map_err(told)?;
        let stream = self.stream();
        self.buyer
            .session
            .act(&self.buyer.key, stream.clone(), &body)
            .map_err(told)?;
        tell::done(&format!("candidates are public until {until}"));
        let first = body.candidates.first().cloned().ok_or("no candidate")?;
        let award = AwardMade {
            awards: vec![Award {
                account: first.account,
                bid: first.bid,
                deviation: None,
                lot: first.lot,
                price: first.price,
            }],
            tender: self.tender.clone(),
        };
        self.suspend_and_resume(&award)?;
        self.pass_to(until.plus(HOUR))?;
        self.buyer
            .session
            .act(&self.buyer.key, stream, &award)
            .map_err(told)?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["awarded"])?;
        tell::done(&format!(
            "awarded to {} at {}",
            award_name(&award),
            award_price(&award)
        ));
        Ok(())
    }

    pub(super) fn suspend_and_resume(&mut self, award: &AwardMade) -> Result<(), String> {
        let order = OrderId::parse("order-1").map_err(text)?;
        let stream = Stream::Supervision(self.tender.clone());
        let body = OrderSuspended {
            basis: "招标投标法实施条例61".to_owned(),
            order: order.clone(),
            reason: "核查一项投诉线索".to_owned(),
            tender: self.tender.clone(),
            complaint: None,
            until: None,
        };
        let supervisor = &mut self.supervisor;
        supervisor
            .session
            .act(&supervisor.key, stream.clone(), &body)
            .map_err(told)?;
        for _ in 0..200 {
            let history = supervisor.session.tender(&self.tender).map_err(told)?;
            if history
                .state
                .get("suspended")
                .and_then(serde_json::Value::as_bool)
                == Some(true)
            {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        match self
            .buyer
            .session
            .act(&self.buyer.key, Stream::Tender(self.tender.clone()), award)
        {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!(
                    "the supervisor suspended; the award is refused ({code}): {sentence}"
                ));
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("an award during a suspension was accepted".to_owned()),
        }
        let body = OrderResumed {
            order,
            reason: "线索不成立".to_owned(),
            tender: self.tender.clone(),
        };
        supervisor
            .session
            .act(&supervisor.key, stream, &body)
            .map_err(told)?;
        tell::done("the supervisor let the tender go on; the publicity is longer by the time lost");
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "for showing only")]
fn hundredths(e4: i64) -> f64 {
    e4 as f64 / 10_000.0
}

fn award_name(award: &AwardMade) -> String {
    award
        .awards
        .first()
        .map(|a| a.account.to_string())
        .unwrap_or_default()
}

fn award_price(award: &AwardMade) -> String {
    award
        .awards
        .first()
        .map(|a| a.price.to_string())
        .unwrap_or_default()
}
