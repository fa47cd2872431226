//! Inviting to final quotes (最后报价) after the talks of a consultation or negotiation.
//!
//! Invariant: who was in the talks is read from the proven opening record, never asked of the platform; whoever is not
//! left out with a reason is invited, so that nobody is passed over in silence.

use crate::clock;
use crate::failure::Failure;
use crate::gather::bodies;
use crate::machine::Machine;
use crate::terms::Terms;
use clap::Args;
use facts::body::opening::{OpeningClosed, OpeningRecorded};
use facts::body::quotes::{LeftOut, QuotesInvited, Remaining};
use facts::body::tender::Stage;
use facts::id::{LotId, StageId};
use facts::{BidId, Canonical, Hex, Instant, Stream, TenderId};
use ledger::message::rules_of_addendum;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What the invitation says if no `--change` is given: it has to say that nothing changed.
const UNCHANGED: &str = "采购需求未变动。Nothing of the requirement changed.";

/// An invitation.
#[derive(Args)]
pub struct Invite {
    /// The tender
    pub tender: TenderId,
    /// The stage that takes the final quotes
    #[arg(long)]
    pub stage: StageId,
    /// The deadline of the final quotes, RFC 3339 or in milliseconds since 1970
    #[arg(long, value_parser = deadline)]
    pub closes_at: Instant,
    /// A bid not invited and why, in all its lots or in one
    #[arg(long = "leave-out", value_name = "BID[/LOT]=REASON", value_parser = out)]
    pub left_out: Vec<Out>,
    /// What of the requirement the talks changed, for all; may be repeated
    #[arg(long = "change", value_name = "TEXT")]
    pub changes: Vec<String>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A bid to leave out, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Out {
    /// The bid.
    pub bid: BidId,
    /// The lot; all lots of the bid if there is none.
    pub lot: Option<LotId>,
    /// Why.
    pub reason: String,
}

impl Out {
    fn is_about(&self, one: &Remaining) -> bool {
        self.bid == one.bid && self.lot.as_ref().is_none_or(|lot| *lot == one.lot)
    }
}

/// Reads a deadline: as `tender amend` takes it, or as one writes it.
fn deadline(text: &str) -> Result<Instant, String> {
    text.parse().map(Instant).or_else(|_| clock::parse(text))
}

/// Reads `BID=REASON` or `BID/LOT=REASON`; the reason may hold further signs of equality.
fn out(text: &str) -> Result<Out, String> {
    let wrong = || format!("{text:?} is not BID=REASON or BID/LOT=REASON");
    let (place, reason) = text.split_once('=').ok_or_else(wrong)?;
    let (bid, lot) = match place.split_once('/') {
        Some((bid, lot)) => (bid, Some(lot)),
        None => (place, None),
    };
    if reason.trim().is_empty() {
        return Err(format!("{place} is left out without a reason"));
    }
    Ok(Out {
        bid: BidId::parse(bid).map_err(|e| e.to_string())?,
        lot: lot.map(LotId::parse).transpose().map_err(|e| e.to_string())?,
        reason: reason.trim().to_owned(),
    })
}

/// Invites.
pub(super) fn run(machine: &Machine, invite: Invite) -> Result<(), Failure> {
    let key = machine.key(&invite.key)?;
    let mut session = machine.connect()?;
    let terms = session.terms(&invite.tender)?;
    let before = stage_before(&terms, &invite.stage)?;
    let talks = in_talks(&bodies::<OpeningRecorded>(&terms.facts), before);
    let (invited, left_out) = sorted(talks, &invite.left_out)?;
    let mut body = QuotesInvited {
        changes: if invite.changes.is_empty() {
            UNCHANGED.to_owned()
        } else {
            invite.changes.join("\n")
        },
        closes_at: invite.closes_at,
        invited,
        left_out,
        rules: terms.rules,
        stage: invite.stage,
        tender: invite.tender.clone(),
    };
    let canonical = Canonical::of(&body).map_err(|e| Failure::Input(e.to_string()))?;
    body.rules = Hex(rules_of_addendum(&terms.rules.0, &canonical));
    let done = session.act(&key, Stream::Tender(invite.tender.clone()), &body)?;
    machine.done(
        &format!(
            "{}: {} invited to final quotes until {}, {} left out",
            invite.tender,
            body.invited.len(),
            body.closes_at,
            body.left_out.len()
        ),
        &done,
    );
    Ok(())
}

/// The stage whose opening the talks were about: the one before, opened and over.
fn stage_before<'a>(terms: &'a Terms, stage: &StageId) -> Result<&'a StageId, Failure> {
    if terms.round.as_ref() == Some(stage) {
        return Err(Failure::Input(format!(
            "the final quotes of stage {stage} are invited already"
        )));
    }
    let before = &preceding(&terms.notice.stages, stage)?.stage;
    let closed = bodies::<OpeningClosed>(&terms.facts);
    if !closed.iter().any(|(_, body)| body.stage == *before) {
        return Err(Failure::Input(format!(
            "the opening of stage {before} is not over"
        )));
    }
    Ok(before)
}

fn preceding<'a>(stages: &'a [Stage], stage: &StageId) -> Result<&'a Stage, Failure> {
    let place = stages.iter().position(|one| one.stage == *stage && one.invited);
    let before = place.and_then(|place| stages.get(place.checked_sub(1)?));
    before.ok_or_else(|| Failure::Input(format!("stage {stage} of the notice takes no final quotes")))
}

/// Every bid and lot of which all parts were opened in a stage.
fn in_talks(recorded: &[(u64, OpeningRecorded)], stage: &StageId) -> BTreeSet<Remaining> {
    let last = recorded.iter().rev().find(|(_, body)| body.stage == *stage);
    let (mut whole, mut shut) = (BTreeSet::new(), BTreeSet::new());
    for opened in last.into_iter().flat_map(|(_, body)| &body.bids) {
        for part in &opened.parts {
            let of = if part.unopened.is_some() {
                &mut shut
            } else {
                &mut whole
            };
            of.insert(Remaining {
                bid: opened.bid.clone(),
                lot: part.lot.clone(),
            });
        }
    }
    whole.difference(&shut).cloned().collect()
}

/// Those invited and those left out, each ascending; a bid left out that was not in the talks is a slip of the pen.
fn sorted(talks: BTreeSet<Remaining>, outs: &[Out]) -> Result<(Vec<Remaining>, Vec<LeftOut>), Failure> {
    if let Some(stray) = outs.iter().find(|out| !talks.iter().any(|one| out.is_about(one))) {
        let lot = stray.lot.as_ref().map(|lot| format!(" in lot {lot}"));
        return Err(Failure::Input(format!(
            "bid {}{} was not opened whole: it is neither invited nor left out",
            stray.bid,
            lot.unwrap_or_default()
        )));
    }
    let (mut invited, mut left_out) = (Vec::new(), Vec::new());
    for one in talks {
        let mut about = outs.iter().filter(|out| out.is_about(&one));
        match (about.next(), about.next()) {
            (None, _) => invited.push(one),
            (Some(out), None) => left_out.push(LeftOut {
                bid: one.bid,
                lot: one.lot,
                reason: out.reason.clone(),
            }),
            (Some(_), Some(_)) => {
                return Err(Failure::Input(format!(
                    "bid {} is left out of lot {} twice",
                    one.bid, one.lot
                )));
            }
        }
    }
    Ok((invited, left_out))
}

#[cfg(test)]
mod tests {
    use super::{Invite, Out, deadline, in_talks, out, preceding, sorted};
    use clap::Parser;
    use facts::body::opening::OpeningRecorded;
    use facts::body::quotes::Remaining;
    use facts::body::tender::Stage;
    use facts::id::{LotId, StageId};
    use facts::{BidId, Hex, Instant};
    use serde_json::json;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        invite: Invite,
    }

    fn one(bid: &str, lot: &str) -> Remaining {
        Remaining {
            bid: BidId::parse(bid).unwrap(),
            lot: LotId::parse(lot).unwrap(),
        }
    }

    fn stage(name: &str) -> StageId {
        StageId::parse(name).unwrap()
    }

    #[test]
    fn the_line_names_stage_deadline_those_left_out_and_changes() {
        let line = "invite T1 --stage final --closes-at 1797660051470 --leave-out bid-a=quit --leave-out bid-b/2=3.2=no \
                    --change one --change two --key k.pem";
        let Line { invite } = Line::try_parse_from(line.split_whitespace()).unwrap();
        assert_eq!(
            (invite.stage.as_str(), invite.closes_at),
            ("final", Instant(1_797_660_051_470))
        );
        assert_eq!(deadline("1970-01-01T08:00:01+08:00"), Ok(Instant(1_000)));
        assert!(deadline("tomorrow").is_err());
        assert_eq!(invite.changes, ["one", "two"]);
        let (all, lot) = (&invite.left_out[0], &invite.left_out[1]);
        assert_eq!(
            (all.bid.as_str(), &all.lot, all.reason.as_str()),
            ("bid-a", &None, "quit")
        );
        assert_eq!(lot.lot, Some(LotId::parse("2").unwrap()));
        assert_eq!(lot.reason, "3.2=no");
        for wrong in ["bid-a", "bid-a=", "bid-a= ", "=why", "bid-a/=why", "a b=why"] {
            assert!(out(wrong).is_err(), "{wrong}");
        }
        assert!(Line::try_parse_from("invite T1 --stage final --key k.pem".split_whitespace()).is_err());
    }

    #[test]
    fn whoever_was_opened_whole_and_is_not_left_out_is_invited() {
        let part = |lot: &str, of: char, is_shut: bool| {
            let mut part = json!({ "lot": lot, "part": format!("p{of}"), "submission": Hex([7_u8; 16]) });
            if is_shut {
                part["unopened"] =
                    json!({ "cause": "bidder_bad_envelope", "evidence": "e", "submission": Hex([7_u8; 16]) });
            }
            part
        };
        let record = |bids: serde_json::Value| -> OpeningRecorded {
            serde_json::from_value(json!({
                "bids": bids, "list": Hex([0_u8; 32]), "quorum": [1], "stage": "first", "tender": "T1", "until": 0,
            }))
            .unwrap()
        };
        let bid =
            |name: &str, parts: &[serde_json::Value]| json!({ "account": "a", "bid": name, "parts": parts });
        let recorded = [(
            9,
            record(json!([
                bid(
                    "bid-a",
                    &[
                        part("1", 'a', false),
                        part("1", 'b', false),
                        part("2", 'a', false)
                    ]
                ),
                bid(
                    "bid-b",
                    &[part("1", 'a', false), part("1", 'b', true), part("2", 'a', false)]
                ),
                bid("bid-c", &[part("1", 'a', false)]),
            ])),
        )];
        let talks = in_talks(&recorded, &stage("first"));
        let expected = [
            one("bid-a", "1"),
            one("bid-a", "2"),
            one("bid-b", "2"),
            one("bid-c", "1"),
        ];
        assert_eq!(talks.iter().cloned().collect::<Vec<_>>(), expected);
        assert!(in_talks(&recorded, &stage("final")).is_empty());

        let outs = |texts: &[&str]| texts.iter().map(|text| out(text).unwrap()).collect::<Vec<Out>>();
        let (invited, left) = sorted(talks.clone(), &outs(&["bid-c=quit", "bid-a/1=not met"])).unwrap();
        assert_eq!(invited, [one("bid-a", "2"), one("bid-b", "2")]);
        let left: Vec<_> = left
            .iter()
            .map(|l| (l.bid.as_str(), l.lot.as_str(), l.reason.as_str()))
            .collect();
        assert_eq!(left, [("bid-a", "1", "not met"), ("bid-c", "1", "quit")]);
        for wrong in [
            &["bid-b/1=shut"][..],
            &["bid-z=unknown"],
            &["bid-a=x", "bid-a/1=y"],
        ] {
            assert!(sorted(talks.clone(), &outs(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn only_an_invited_stage_with_one_before_it_takes_quotes() {
        let of = |name: &str, invited: bool| Stage {
            invited,
            key_id: Hex([0; 32]),
            parts: Vec::new(),
            stage: stage(name),
        };
        let stages = [of("first", false), of("final", true)];
        assert_eq!(preceding(&stages, &stage("final")).unwrap().stage, stage("first"));
        assert!(preceding(&stages, &stage("first")).is_err());
        assert!(preceding(&stages, &stage("other")).is_err());
        assert!(preceding(&stages[1..], &stage("final")).is_err());
    }
}
