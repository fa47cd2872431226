//! 07 to 10: the keys of the stages, from the custodians' own words to the notice.

use crate::dossier::Dossier;
use crate::keys::{Key, Signed};
use crate::verdict::{Finding, Findings, skipped};
use facts::Hex;
use facts::body::ceremony::Purpose;
use facts::body::tender::KeyAssigned;
use std::collections::BTreeSet;

fn no_key() -> Finding {
    skipped("no key is assigned to the tender", "项目尚未分配密钥")
}

pub(super) fn generation(dossier: &Dossier) -> Finding {
    if dossier.keys().is_empty() {
        return no_key();
    }
    let mut found = Findings::new();
    for (stage, key) in dossier.keys() {
        let ceremony = &key.assigned.ceremony;
        match &key.made {
            Err((seq, why)) => found.fault(
                *seq,
                format!("ceremony {ceremony}: {why}"),
                format!("密钥仪式{ceremony}:{why}"),
            ),
            Ok(certificate) => {
                let (k, n) = (certificate.roster().k(), certificate.roster().n());
                found.note(
                    key.seq,
                    format!("stage {stage}: {k} of {n} custodians, ceremony {ceremony}"),
                    format!("阶段{stage}:{n}名保管人中{k}名可开启,仪式{ceremony}"),
                );
            }
        }
        if let Some(failed) = key.failed {
            found.fault(
                failed,
                format!("the ceremony {ceremony} failed, yet its key is used"),
                format!("密钥仪式{ceremony}已失败,其密钥仍被使用"),
            );
        }
    }
    found.into()
}

pub(super) fn public_values(dossier: &Dossier) -> Finding {
    if dossier.keys().is_empty() {
        return no_key();
    }
    let mut found = Findings::new();
    for (stage, key) in dossier.keys() {
        let Some(certificate) = key.certificate() else {
            continue;
        };
        let Some((seq, stated)) = &key.completed else {
            found.fault(
                key.seq,
                format!("the ceremony of stage {stage} is not completed"),
                format!("阶段{stage}的密钥仪式未完成"),
            );
            continue;
        };
        if stated.public.0 != certificate.y().to_bytes() {
            found.fault(
                *seq,
                format!("stage {stage}: Y is not the sum of the commitments"),
                format!("阶段{stage}:公钥Y与承诺之和不符"),
            );
        }
        let expected: Vec<[u8; 32]> = (1..=certificate.roster().n())
            .filter_map(|index| Some(certificate.share(index)?.to_bytes()))
            .collect();
        if stated.shares.len() != expected.len() {
            found.fault(
                *seq,
                format!(
                    "stage {stage}: {} public shares instead of {}",
                    stated.shares.len(),
                    expected.len()
                ),
                format!("阶段{stage}:公开份额数目不符"),
            );
        }
        for (index, (stated, expected)) in (1_u16..).zip(stated.shares.iter().zip(&expected)) {
            if stated.0 != *expected {
                found.fault(*seq, format!("stage {stage}: the public share of custodian {index} does not follow from the commitments"), format!("阶段{stage}:第{index}号保管人的公开份额与承诺不符"));
            }
        }
    }
    found.into()
}

pub(super) fn signatures(dossier: &Dossier) -> Finding {
    if dossier.keys().is_empty() {
        return no_key();
    }
    let mut found = Findings::new();
    for (stage, key) in dossier.keys() {
        let Some(certificate) = key.certificate() else {
            continue;
        };
        let (key_id, message) = (certificate.key_id(), certificate.sign_message());
        let mut signed = BTreeSet::new();
        for Signed { seq, index, slot } in &key.certified {
            let member = certificate.roster().member(*index);
            let valid = slot
                .as_ref()
                .zip(member)
                .is_some_and(|((stated, signature), member)| {
                    stated.0 == key_id && member.signing.verify(&message, signature).is_ok()
                });
            if !valid {
                found.fault(*seq, format!("stage {stage}: custodian {index} did not sign the certificate that follows from round 1"), format!("阶段{stage}:第{index}号保管人未签署由第一轮得出的证书"));
            }
            if !signed.insert(*index) {
                found.fault(
                    *seq,
                    format!("stage {stage}: custodian {index} signed twice"),
                    format!("阶段{stage}:第{index}号保管人重复签署"),
                );
            }
        }
        for index in 1..=certificate.roster().n() {
            if !signed.contains(&index) {
                found.fault(
                    key.seq,
                    format!("stage {stage}: the signature of custodian {index} is missing"),
                    format!("阶段{stage}:缺少第{index}号保管人的签名"),
                );
            }
        }
    }
    found.into()
}

pub(super) fn assignment(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return skipped("the tender is not noticed yet", "尚未发布公告");
    };
    let mut found = Findings::new();
    for stage in &rules.notice.stages {
        let name = &stage.stage;
        let Some(key) = dossier.keys().get(name) else {
            found.fault(
                rules.seq,
                format!("no key is assigned to stage {name}"),
                format!("阶段{name}未分配密钥"),
            );
            continue;
        };
        if stage.key_id != key.assigned.key_id {
            found.fault(
                rules.seq,
                format!("the notice names another key for stage {name} than the one assigned"),
                format!("公告中阶段{name}的密钥与分配的不同"),
            );
        }
        if key.seq > rules.seq {
            found.fault(
                key.seq,
                format!("the key of stage {name} was assigned after the notice"),
                format!("阶段{name}的密钥在公告后才分配"),
            );
        }
        origin_of(dossier, key, &mut found);
    }
    twice(dossier, &mut found);
    found.into()
}

/// The key is the one its ceremony made, and was made for this.
fn origin_of(dossier: &Dossier, key: &Key, found: &mut Findings) {
    let (stage, assigned) = (&key.assigned.stage, &key.assigned);
    let made = key.certificate().map(seal::dkg::Certificate::key_id);
    if made != Some(assigned.key_id.0) {
        found.fault(
            key.seq,
            format!("the key of stage {stage} is not the one that the ceremony made"),
            format!("阶段{stage}的密钥并非仪式所产生"),
        );
    }
    match &key.completed {
        Some((seq, stated)) if Some(stated.key_id.0) != made => {
            found.fault(
                *seq,
                format!("the ceremony is said to have made another key for stage {stage}"),
                format!("仪式结果所载阶段{stage}的密钥标识不符"),
            );
        }
        Some((seq, _)) if *seq > key.seq => {
            found.fault(
                key.seq,
                format!("the key of stage {stage} was assigned before its ceremony was complete"),
                format!("阶段{stage}的密钥在仪式完成前即被分配"),
            );
        }
        _ => {}
    }
    if let Some(Purpose::Tender { stage: of, tender }) = key.called.as_ref().map(|called| &called.purpose)
        && (*of != *stage || *tender != dossier.tender)
    {
        found.fault(
            key.seq,
            format!("the key of stage {stage} was made for {tender}, stage {of}"),
            format!("阶段{stage}的密钥是为{tender}的阶段{of}制作的"),
        );
    }
}

/// A key serves one stage of one tender, ever.
fn twice(dossier: &Dossier, found: &mut Findings) {
    let mut known: BTreeSet<Hex<32>> = BTreeSet::new();
    for told in dossier.shown.every::<KeyAssigned>() {
        let is_ours = dossier
            .keys()
            .values()
            .any(|key| key.assigned.key_id == told.body.key_id);
        if !known.insert(told.body.key_id) && is_ours {
            found.fault(
                told.seq(),
                format!("the key {} is assigned a second time", told.body.key_id),
                format!("密钥{}被重复分配", told.body.key_id),
            );
        }
    }
}
