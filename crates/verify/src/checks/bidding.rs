//! 17 to 19: signatures and authors, revisions, and nothing after the deadline.

use super::reopening;
use super::setup::{GRACE, not_closed, not_noticed};
use crate::dossier::Dossier;
use crate::people;
use crate::shown::Fact;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::opening::{ListFrozen, OpeningRecorded, TenderClosed};
use facts::id::StageId;
use facts::{Act, Kind};
use seal::{PublicKey, Signature};
use std::collections::BTreeMap;

pub(super) fn signatures(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    let acts: Vec<(&Fact, &Act)> = dossier
        .shown
        .facts()
        .filter(|fact| !matches!(fact.record.kind, Kind::AccountEnrolled | Kind::AccountRevoked))
        .filter_map(|fact| Some((fact, fact.act.as_ref()?)))
        .collect();
    for ((fact, _), signed) in acts.iter().zip(verified(&dossier.policy.origin, &acts)) {
        let (seq, kind) = (fact.record.seq, fact.record.kind);
        if let Err(why) = signed {
            found.fault(seq, format!("{kind}: {why}"), format!("{kind}:签名无效({why})"));
        } else if let Some(why) = people::fault(dossier, dossier.people(), fact) {
            found.fault(
                seq,
                format!("{kind}: {why}"),
                format!("{kind}:行为人无权为此({why})"),
            );
        }
    }
    found.note(
        None,
        format!("{} signed acts", acts.len()),
        format!("共{}项签名行为", acts.len()),
    );
    found.into()
}

/// Verifies the signatures of all acts, on as many threads as the machine has; the results stay in order.
fn verified(origin: &str, acts: &[(&Fact, &Act)]) -> Vec<Result<(), String>> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = acts.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let started: Vec<_> = acts
            .chunks(share)
            .map(|chunk| (chunk.len(), scope.spawn(|| verified_here(origin, chunk))))
            .collect();
        let lost = |count| vec![Err("the signature could not be checked".to_owned()); count];
        started
            .into_iter()
            .flat_map(|(count, thread)| thread.join().unwrap_or_else(|_| lost(count)))
            .collect()
    })
}

fn verified_here(origin: &str, acts: &[(&Fact, &Act)]) -> Vec<Result<(), String>> {
    // Accepting a key costs as much as a signature, and the same people sign again and again.
    let mut keys: BTreeMap<[u8; 32], Result<PublicKey, String>> = BTreeMap::new();
    let one = |(_, act): &(&Fact, &Act)| {
        let key = keys
            .entry(act.key.0)
            .or_insert_with_key(|key| PublicKey::parse(key).map_err(|why| why.to_string()));
        let message = act_message(origin, act);
        let signature = Signature(act.sig.0);
        key.as_ref()
            .map_err(Clone::clone)?
            .verify(&message, &signature)
            .map_err(|why| why.to_string())
    };
    acts.iter().map(one).collect()
}

/// `LP("kaibiao/act/v1", origin, stream, kind, SHA-256(body), nonce, u64be(seen.size), seen.root)`; no kind of these
/// acts withholds members, so the whole body is signed.
fn act_message(origin: &str, act: &Act) -> Vec<u8> {
    seal::lp(&[
        b"kaibiao/act/v1",
        origin.as_bytes(),
        act.stream.to_string().as_bytes(),
        act.kind.name().as_bytes(),
        &seal::hash::sha256(&[&act.body.to_bytes()]),
        act.nonce.bytes(),
        &act.seen.size.to_be_bytes(),
        act.seen.root.bytes(),
    ])
}

pub(super) fn revisions(dossier: &Dossier) -> Finding {
    let bids = dossier.bids();
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    if bids.is_empty() || recorded.is_empty() {
        return skipped("the history of the bids is not disclosed yet", "投标历史尚未公开");
    }
    let mut found = Findings::new();
    let mut accounts = BTreeMap::new();
    for (name, bid) in bids {
        match bid.entered.as_slice() {
            [(seq, entered)] => {
                if let Some(other) = accounts.insert(entered.account.clone(), name) {
                    found.fault(
                        *seq,
                        format!("{} entered as {other} and as {name}", entered.account),
                        format!("{}以{other}和{name}两次参加", entered.account),
                    );
                }
                let message = ledger::message::bid_key(
                    &dossier.policy.origin,
                    &entered.tender,
                    name,
                    entered.key.bytes(),
                );
                let key = PublicKey::parse(entered.key.bytes()).ok();
                if key.is_none_or(|key| key.verify(&message, &Signature(entered.proof.0)).is_err()) {
                    found.fault(
                        *seq,
                        format!("the key of the bid {name} is not proved"),
                        format!("投标{name}未证明持有其密钥"),
                    );
                }
                if bid.submitted.first().is_some_and(|first| first.seq < *seq) {
                    found.fault(
                        *seq,
                        format!("{name} was handed in before it was entered"),
                        format!("投标{name}先递交后登记"),
                    );
                }
            }
            entered => found.fault(
                None,
                format!("the bid {name} was entered {} times", entered.len()),
                format!("投标{name}登记了{}次", entered.len()),
            ),
        }
        for (number, submitted) in (1_u32..).zip(&bid.submitted) {
            if submitted.body.revision != number {
                found.fault(
                    submitted.seq,
                    format!(
                        "revision {} of {name} stands where revision {number} is due",
                        submitted.body.revision
                    ),
                    format!("投标{name}第{number}版处为第{}版", submitted.body.revision),
                );
                break;
            }
        }
    }
    for told in dossier.shown.told::<ListFrozen>(&dossier.stream()) {
        for listed in &told.body.envelopes {
            let stage = dossier.rules().and_then(|rules| {
                rules
                    .notice
                    .stages
                    .iter()
                    .find(|one| one.stage == told.body.stage)
            });
            let last = bids.get(&listed.bid).and_then(|bid| match stage {
                Some(stage) if stage.invited => bid.quote(&stage.stage),
                _ => bid.submitted.iter().rfind(|one| one.stage.is_none()),
            });
            if last.is_some_and(|last| last.seq != listed.seq) {
                found.fault(
                    told.seq(),
                    format!(
                        "the list opens entry {} of the bid {}, which is not its last revision",
                        listed.seq, listed.bid
                    ),
                    format!("清单所列条目{}并非投标{}的最后版本", listed.seq, listed.bid),
                );
            }
        }
    }
    let replaced = bids.values().filter(|bid| bid.submitted.len() > 1).count();
    found.note(
        None,
        format!("{} bids, {replaced} of them replaced", bids.len()),
        format!("共{}份投标,其中{replaced}份有替换", bids.len()),
    );
    found.into()
}

pub(super) fn on_time(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return not_noticed();
    };
    let closings = dossier.shown.told::<TenderClosed>(&dossier.stream());
    let Some(closed) = closings.last() else {
        return not_closed();
    };
    let mut found = Findings::new();
    let mut checked = 0_u64;
    for fact in dossier.shown.of(&dossier.stream()) {
        let (record, seq) = (&fact.record, fact.record.seq);
        if !matches!(
            record.kind,
            Kind::BidEntered | Kind::BidSubmitted | Kind::BidConfirmed | Kind::BidWithdrawn
        ) {
            continue;
        }
        checked = checked.saturating_add(1);
        let quoted = quote_of(dossier, seq);
        let deadline = quoted
            .and_then(|stage| rules.quotes_until(stage))
            .unwrap_or_else(|| rules.deadline_before(seq));
        let listed = quoted.and_then(|stage| {
            let frozen = dossier.shown.told::<ListFrozen>(&dossier.stream());
            frozen
                .iter()
                .find(|told| told.body.stage == *stage)
                .map(Told::seq)
        });
        let end = quoted.map_or(closed.seq(), |_| listed.unwrap_or(u64::MAX));
        if seq > end {
            found.fault(
                seq,
                format!("{} after the closing at entry {end}", record.kind),
                format!("{}发生在截标(条目{end})之后", record.kind),
            );
        }
        match record.arrived {
            None => found.fault(
                seq,
                format!("{} without its time of arrival", record.kind),
                format!("{}缺少到达时间", record.kind),
            ),
            Some(arrived) if arrived >= deadline => {
                found.fault(
                    seq,
                    format!(
                        "{} arrived at {arrived}, not before the deadline {deadline}",
                        record.kind
                    ),
                    format!("{}于{arrived}到达,不早于截止时间{deadline}", record.kind),
                );
            }
            Some(arrived) if reopening::missed(rules, arrived).is_some() => found.fault(
                seq,
                format!(
                    "{} arrived at {arrived}, while bids were shut out between a deadline and the order that moved it",
                    record.kind
                ),
                format!("{}于{arrived}到达,时在截止之后、顺延之前", record.kind),
            ),
            Some(arrived) if !(0..=GRACE).contains(&record.at.since(arrived)) => {
                found.fault(
                    seq,
                    format!(
                        "{} was logged {} ms after it arrived; at most 2000 are allowed",
                        record.kind,
                        record.at.since(arrived)
                    ),
                    format!(
                        "{}到达后{}毫秒才入日志,上限2000毫秒",
                        record.kind,
                        record.at.since(arrived)
                    ),
                );
            }
            Some(_) => {}
        }
    }
    found.note(
        closed.seq(),
        format!(
            "{checked} facts of bids, all before the deadline {}",
            rules.deadline()
        ),
        format!("共{checked}项投标事实,均在截止时间{}之前", rules.deadline()),
    );
    found.into()
}

/// The stage for whose final quotes the submission at that position was handed in.
fn quote_of(dossier: &Dossier, seq: u64) -> Option<&StageId> {
    let mut submitted = dossier.bids().values().flat_map(|bid| &bid.submitted);
    submitted.find(|one| one.seq == seq)?.stage.as_ref()
}
