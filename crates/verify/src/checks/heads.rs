//! 02 to 05, 36 and 37: the log, its heads, its tiles, its payloads, and what its users saw of it.

use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::platform::PlatformFounded;
use facts::{Kind, Stream};
use ledger::{Checkpoint, Hash, TileId, hash::root_of};
use std::collections::BTreeSet;

pub(super) fn signed(dossier: &Dossier) -> Finding {
    let (mut found, policy) = (Findings::new(), &dossier.policy);
    match Checkpoint::open(&dossier.checkpoint, &policy.origin, &policy.log_key) {
        Err(why) => found.fault(
            None,
            format!("log/checkpoint: {why}"),
            format!("log/checkpoint 不可信:{why}"),
        ),
        Ok(checkpoint) => {
            let (size, listed) = (checkpoint.size, dossier.manifest.size);
            if size != listed {
                found.fault(
                    None,
                    format!("the checkpoint is of size {size}, the manifest of size {listed}"),
                    format!("检查点规模{size}与清单规模{listed}不符"),
                );
            }
            found.note(
                None,
                format!("{size} entries, signed by {}", policy.log_key.name()),
                format!("共{size}条,由{}签名", policy.log_key.name()),
            );
        }
    }
    if dossier.manifest.origin != policy.origin {
        found.fault(
            None,
            format!(
                "the manifest is of the log {:?}, the policy of {:?}",
                dossier.manifest.origin, policy.origin
            ),
            "清单所属日志与策略不符",
        );
    }
    founding(dossier, &mut found);
    found.into()
}

fn founding(dossier: &Dossier, found: &mut Findings) {
    let founded = dossier.shown.told::<PlatformFounded>(&Stream::Platform);
    for told in founded.iter().skip(1) {
        found.fault(
            told.seq(),
            "the platform is founded a second time",
            "平台重复设立",
        );
    }
    match founded.first() {
        Some(told) if told.seq() == 0 => {
            if told.body.origin != dossier.policy.origin
                || told.body.log_key != dossier.policy.log_key.to_string()
            {
                found.fault(
                    0,
                    "the founding names another log or another log key than the policy",
                    "设立事实所载日志或密钥与策略不符",
                );
            }
        }
        // Without entry 0 or its payload, check 03 or 36 speaks.
        _ if dossier.shown.fact(0).is_none() => {}
        _ => found.fault(
            0,
            "the log does not begin with platform.founded",
            "日志不以平台设立开头",
        ),
    }
}

pub(super) fn tiles(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    found.adopt(dossier.log.missing.iter().cloned());
    let mut level = 0_u8;
    let mut hashes: Vec<Hash> = dossier.log.leaves().to_vec();
    let size = dossier.log.size();
    let mut compared = 0_u64;
    while !hashes.is_empty() {
        for (index, expected) in (0_u64..).zip(hashes.chunks(256)) {
            let Some(tile) = TileId::at(level, index, size) else {
                break;
            };
            let name = format!("log/{}", tile.path());
            let first = index
                .saturating_mul(256)
                .saturating_mul(256_u64.saturating_pow(u32::from(level)));
            match dossier.source.read(&name, 8_192) {
                Ok(bytes) if bytes == expected.as_flattened() => compared = compared.saturating_add(1),
                Ok(_) => found.fault(
                    first,
                    format!("{name} is not what the entries give"),
                    format!("{name}与条目不符"),
                ),
                Err(why) => found.fault(first, format!("{why}"), format!("瓦片无法读取:{why}")),
            }
        }
        hashes = hashes.chunks_exact(256).map(root_of).collect();
        level = level.saturating_add(1);
    }
    let root = root_of(dossier.log.leaves());
    match dossier.claimed() {
        Some(claimed) if claimed.root == root => {}
        _ => found.fault(
            None,
            "the entries do not give the root of log/checkpoint",
            "由条目计算的根与 log/checkpoint 不符",
        ),
    }
    found.note(
        None,
        format!("{size} leaf hashes, {compared} tiles"),
        format!("{size}个叶哈希,{compared}个瓦片"),
    );
    found.into()
}

pub(super) fn chain(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    found.adopt(dossier.log.broken.iter().cloned());
    let size = dossier.log.size();
    found.note(
        None,
        format!("{size} entries in one chain"),
        format!("{size}条目连成一链"),
    );
    found.into()
}

pub(super) fn earlier(dossier: &Dossier) -> Finding {
    if dossier.earlier.is_empty() {
        return skipped("no earlier checkpoint is known", "没有先前的检查点可比");
    }
    let (mut found, policy) = (Findings::new(), &dossier.policy);
    let mut opened = Vec::new();
    for earlier in &dossier.earlier {
        match Checkpoint::open(&earlier.note, &policy.origin, &policy.log_key) {
            Ok(checkpoint) => opened.push((earlier, checkpoint)),
            Err(why) => found.fault(
                None,
                format!("{}: {why}", earlier.name),
                format!("{}不可信:{why}", earlier.name),
            ),
        }
    }
    let roots = dossier
        .log
        .roots(&opened.iter().map(|(_, checkpoint)| checkpoint.size).collect());
    for (earlier, checkpoint) in &opened {
        let (name, size) = (&earlier.name, checkpoint.size);
        if earlier.named.is_some_and(|named| named != size) {
            found.fault(
                None,
                format!("{name} is of size {size}"),
                format!("{name}实为规模{size}"),
            );
        }
        match roots.get(&size) {
            Some(root) if *root == checkpoint.root => {}
            Some(_) => found.fault(
                None,
                format!("{name}: at size {size} this log has another root: the history was rewritten"),
                format!("{name}:规模{size}处的根不同,历史已被改写"),
            ),
            None => found.fault(
                None,
                format!(
                    "{name} is of size {size}, but the dossier reaches only {}",
                    dossier.log.size()
                ),
                format!("{name}规模为{size},卷宗仅有{}条", dossier.log.size()),
            ),
        }
    }
    found.note(
        None,
        format!("{} checkpoints", opened.len()),
        format!("共{}个检查点", opened.len()),
    );
    found.into()
}

pub(super) fn payloads(dossier: &Dossier) -> Finding {
    let (mut found, shown) = (Findings::new(), &dossier.shown);
    found.adopt(shown.faults.iter().cloned());
    let (facts, hidden) = (shown.facts().count(), shown.hidden.len());
    found.note(
        None,
        format!("{facts} facts shown, {hidden} confidential"),
        format!("展示{facts}项事实,{hidden}项保密"),
    );
    for seq in &shown.erased {
        found.note(
            *seq,
            "its content was erased; its commitment stays",
            "内容已依法删除,承诺保留",
        );
    }
    found.into()
}

pub(super) fn seen(dossier: &Dossier) -> Finding {
    let mut found = Findings::new();
    let sizes: BTreeSet<u64> = dossier
        .shown
        .facts()
        .filter_map(|fact| Some(fact.seen?.size))
        .collect();
    let roots = dossier.log.roots(&sizes);
    let mut witnesses = 0_u64;
    for fact in dossier.shown.facts() {
        let Some(seen) = fact.seen else { continue };
        let seq = fact.record.seq;
        if seen.size > seq {
            found.fault(
                seq,
                format!("its author saw {} entries, more than stand before it", seen.size),
                format!("行为人所见日志有{}条,多于其之前的条目", seen.size),
            );
        } else if roots.get(&seen.size) != Some(&seen.root.0) {
            found.fault(
                seq,
                format!(
                    "its author signed another root for the first {} entries",
                    seen.size
                ),
                format!("行为人签署的前{}条之根与此日志不同", seen.size),
            );
        } else {
            witnesses = witnesses.saturating_add(1);
        }
    }
    let erased = dossier
        .log
        .entries()
        .filter(|entry| entry.kind == Some(Kind::FactErased))
        .count();
    found.note(
        None,
        format!("{witnesses} acts witness the history before them; {erased} erasures"),
        format!("{witnesses}项行为见证其之前的历史;删除{erased}次"),
    );
    found.into()
}
