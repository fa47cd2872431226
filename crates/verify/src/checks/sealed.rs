//! 22 to 24: what every disclosed envelope is bound to, its header proof, and that nothing was copied.

use crate::bids::Submitted;
use crate::dossier::Dossier;
use crate::rules::Rules;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::bid::Envelope;
use facts::body::opening::ListFrozen;
use ledger::Hash;
use seal::label::NO_LOCK;
use seal::{Header, PublicKey, Signature, Suite};
use std::collections::{BTreeMap, BTreeSet};

fn none_disclosed() -> Finding {
    skipped("no envelope is disclosed yet", "尚无公开的信封")
}

pub(super) fn labels(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return super::setup::not_noticed();
    };
    let mut found = Findings::new();
    let mut hashes = BTreeMap::new();
    for (name, bid) in dossier.bids() {
        for submitted in &bid.submitted {
            let seq = submitted.seq;
            if rules
                .version(&submitted.body.rules.0)
                .is_none_or(|version| version.seq > seq)
            {
                found.fault(
                    seq,
                    format!("{name} acknowledges rules that are not in the chain"),
                    format!("投标{name}所确认的规则不在规则链中"),
                );
                continue;
            }
            let mut places = BTreeSet::new();
            for envelope in &submitted.body.envelopes {
                if !places.insert((&envelope.lot, &envelope.part)) {
                    let (lot, part) = (&envelope.lot, &envelope.part);
                    found.fault(
                        seq,
                        format!("{name} has two envelopes for lot {lot}, part {part}"),
                        format!("投标{name}的标段{lot}部分{part}有两个信封"),
                    );
                }
                if let Some(hash) = label(rules, submitted, envelope, &mut found) {
                    hashes.insert((seq, envelope.submission), hash);
                }
            }
        }
    }
    if hashes.is_empty() && !found.failed() {
        return none_disclosed();
    }
    for told in dossier.shown.told::<ListFrozen>(&dossier.stream()) {
        for listed in &told.body.envelopes {
            let recomputed = hashes.get(&(listed.seq, listed.submission));
            if recomputed.is_some_and(|hash| *hash != listed.envelope.0) {
                found.fault(
                    told.seq(),
                    format!(
                        "the list names another hash for the envelope {}",
                        listed.submission
                    ),
                    format!("清单所载信封{}的哈希不符", listed.submission),
                );
            }
        }
    }
    found.note(
        None,
        format!("{} envelopes", hashes.len()),
        format!("共{}个信封", hashes.len()),
    );
    found.into()
}

/// One envelope against the notice; its recomputed hash, if it has one.
fn label(rules: &Rules, submitted: &Submitted, envelope: &Envelope, found: &mut Findings) -> Option<Hash> {
    let (seq, id) = (submitted.seq, envelope.submission);
    let mut fault =
        |en: String, zh: String| found.fault(seq, format!("the envelope {id} {en}"), format!("信封{id}{zh}"));
    let place = rules
        .part(&envelope.part)
        .filter(|_| rules.has_lot(&envelope.lot));
    let Some((stage, part)) = place else {
        let (lot, part) = (&envelope.lot, &envelope.part);
        fault(
            format!("is for lot {lot}, part {part}, which the notice does not have"),
            format!("所属标段{lot}或部分{part}不在公告中"),
        );
        return None;
    };
    if envelope.key_id != stage.key_id {
        fault(
            format!("is sealed to another key than that of stage {}", stage.stage),
            format!("未使用阶段{}的密钥", stage.stage),
        );
    }
    if (envelope.blk.0 == NO_LOCK) == rules.notice.opening.bidder_lock {
        fault(
            "has a bidder lock, or lacks one, against the notice".into(),
            "的投标人锁与公告不符".into(),
        );
    }
    let fits = match &submitted.stage {
        Some(quoted) => *quoted == stage.stage,
        None => !stage.invited,
    };
    if !fits {
        fault(
            format!(
                "is handed in for stage {}, under rules of another round",
                stage.stage
            ),
            format!("所属阶段{}与其规则的轮次不符", stage.stage),
        );
    }
    let plain = seal::cob256::plain_len(envelope.body_length);
    let most = seal::pad::padded_len(part.max_bytes);
    if plain.zip(most).is_none_or(|(plain, most)| plain > most) {
        fault(
            format!("is larger than part {} may be", part.part),
            format!("超过部分{}的大小上限", part.part),
        );
    }
    let Some(hash) = submitted.envelope_hash(rules, envelope) else {
        fault("has no readable header".into(), "的信封头无法读取".into());
        return None;
    };
    let key = PublicKey::parse(&submitted.key).ok();
    if key.is_none_or(|key| key.verify(&hash, &Signature(envelope.sig.0)).is_err()) {
        fault(
            "is not signed by the bid's key under its recomputed label".into(),
            "在重算标签下的签名无效".into(),
        );
    }
    Some(hash)
}

pub(super) fn headers(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return super::setup::not_noticed();
    };
    let mut found = Findings::new();
    let mut proved = 0_u64;
    for (name, bid) in dossier.bids() {
        for submitted in &bid.submitted {
            for envelope in &submitted.body.envelopes {
                let (seq, id) = (submitted.seq, envelope.submission);
                if seal::cob256::plain_len(envelope.body_length).is_none() {
                    found.fault(
                        seq,
                        format!(
                            "no body of the envelope {id} can have {} bytes",
                            envelope.body_length
                        ),
                        format!("信封{id}的密文长度{}不可能", envelope.body_length),
                    );
                }
                // A label that cannot be recomputed is the business of check 22.
                let Some(label) = submitted.label(rules, envelope) else {
                    continue;
                };
                let stage = rules.part(&envelope.part).map(|(stage, _)| &stage.stage);
                let key = stage
                    .and_then(|stage| dossier.keys().get(stage))
                    .and_then(|key| key.certificate());
                let Some(certificate) = key else { continue };
                let verdict = Header::parse(envelope.header.bytes()).and_then(|header| {
                    header.verify(
                        Suite::Tree64k,
                        &label.digest(Suite::Tree64k),
                        envelope.body_digest.bytes(),
                        certificate.y(),
                    )
                });
                match verdict {
                    Ok(()) => proved = proved.saturating_add(1),
                    Err(why) => found.fault(
                        seq,
                        format!("the envelope {id} of {name}: {why}"),
                        format!("投标{name}的信封{id}:{why}"),
                    ),
                }
            }
        }
    }
    if proved == 0 && !found.failed() {
        return none_disclosed();
    }
    found.note(
        None,
        format!("{proved} header proofs hold"),
        format!("{proved}个信封头证明成立"),
    );
    found.into()
}

pub(super) fn unique(dossier: &Dossier) -> Finding {
    let (mut found, mut count) = (Findings::new(), 0_u64);
    let mut points: BTreeMap<[u8; 32], u64> = BTreeMap::new();
    let mut ids: BTreeMap<[u8; 16], u64> = BTreeMap::new();
    for told in dossier.shown.every::<facts::body::bid::BidSubmitted>() {
        for envelope in &told.body.envelopes {
            count = count.saturating_add(1);
            let Some(r) = envelope.header.bytes().first_chunk::<32>() else {
                continue;
            };
            let (earlier, again) = (
                points.insert(*r, told.seq()),
                ids.insert(envelope.submission.0, told.seq()),
            );
            if let Some(earlier) = earlier.or(again) {
                found.fault(
                    told.seq(),
                    format!(
                        "the envelope {} repeats the R or the id of an envelope at {earlier}",
                        envelope.submission
                    ),
                    format!("信封{}与条目{earlier}中信封的R或标识重复", envelope.submission),
                );
            }
        }
    }
    if count == 0 {
        return none_disclosed();
    }
    found.note(
        None,
        format!("{count} envelopes of all tenders shown"),
        format!("所示各项目共{count}个信封"),
    );
    found.into()
}
