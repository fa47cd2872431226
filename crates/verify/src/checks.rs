//! The catalogue: every check with its id, its names, what it depends on, and the function that makes it.
//!
//! Invariant: each id stands here once, in order; a check whose ground failed is not made.

mod after;
mod award;
mod bidding;
mod calls;
mod cards;
mod ceremony;
mod complaints;
mod draw;
mod draws;
mod files;
mod further;
mod heads;
mod lists;
mod lock;
mod origins;
pub(crate) mod panel;
mod procedure;
mod qualification;
mod record;
mod reopening;
mod report;
mod roles;
mod roster;
mod scores;
mod sealed;
mod setup;
mod shares;
mod steps;

pub use report::digest as report_digest;

use crate::dossier::Dossier;
use crate::verdict::{Finding, Outcome, Verdict, skipped};

/// One check of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its id, from 1.
    pub id: u8,
    /// Its name in English.
    pub en: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Ids of checks without which this one means nothing.
    pub needs: &'static [u8],
    run: fn(&Dossier) -> Finding,
}

const fn check(
    id: u8,
    en: &'static str,
    zh: &'static str,
    needs: &'static [u8],
    run: fn(&Dossier) -> Finding,
) -> Check {
    Check {
        id,
        en,
        zh,
        needs,
        run,
    }
}

/// All checks, in the order of their ids.
pub const CATALOGUE: &[Check] = &[
    check(1, "bundle complete", "卷宗齐全", &[], files::complete),
    check(
        2,
        "checkpoint signed by the log",
        "检查点签名",
        &[],
        heads::signed,
    ),
    check(
        3,
        "tiles and root follow from the entries",
        "瓦片与根一致",
        &[],
        heads::tiles,
    ),
    check(
        4,
        "positions, chain and times",
        "序号、链与时间",
        &[],
        heads::chain,
    ),
    check(
        5,
        "earlier checkpoints agree",
        "与先前检查点一致",
        &[],
        heads::earlier,
    ),
    check(6, "roster", "人员名册", &[36], roster::roster),
    check(7, "key generation", "密钥生成", &[36], ceremony::generation),
    check(
        8,
        "public key and public shares",
        "公钥与公开份额",
        &[36, 7],
        ceremony::public_values,
    ),
    check(
        9,
        "key certificates signed by all",
        "密钥证书全员签名",
        &[36, 7],
        ceremony::signatures,
    ),
    check(
        10,
        "keys of the notice",
        "公告所用密钥",
        &[36, 7],
        ceremony::assignment,
    ),
    check(11, "rules hash chain", "规则哈希链", &[36], setup::rules),
    check(12, "deadline", "截止时间", &[36], setup::deadline),
    check(13, "epoch roots", "时段根", &[], no_epochs),
    check(14, "epoch schedule", "时段表", &[], no_epochs),
    check(15, "receipts and epoch leaves", "回执与时段叶", &[], no_epochs),
    check(16, "epoch leaves accounted for", "时段叶清点", &[], no_epochs),
    check(
        17,
        "act signatures and authors",
        "行为签名与行为人",
        &[36],
        bidding::signatures,
    ),
    check(18, "revisions", "投标版本", &[36], bidding::revisions),
    check(
        19,
        "nothing after the deadline",
        "截止后无投标",
        &[36],
        bidding::on_time,
    ),
    check(
        20,
        "closing checkpoint and times",
        "截标检查点与时间",
        &[36],
        setup::closing,
    ),
    check(21, "lists complete", "开启清单完整", &[36], lists::complete),
    check(22, "labels and envelopes", "标签与信封", &[36], sealed::labels),
    check(23, "header proofs", "信封头证明", &[36, 7], sealed::headers),
    check(24, "no R twice", "R 唯一", &[36], sealed::unique),
    check(25, "bidder lock", "投标人锁", &[36], lock::unlocked),
    check(26, "shares of custodians", "保管人份额", &[36, 7], shares::shares),
    check(27, "decryption", "解密", &[36, 7], record::decryption),
    check(
        28,
        "opening record equals plaintexts",
        "开标记录与明文一致",
        &[36, 7],
        record::letters,
    ),
    check(29, "draws recomputed", "随机抽取重算", &[36, 7], draw::drawn),
    check(30, "panel and conflicts", "评委与回避", &[36], panel::recusals),
    check(
        31,
        "scores committed before any was revealed",
        "评分先承诺后公开",
        &[36],
        scores::order,
    ),
    check(
        32,
        "scores match commitments",
        "评分与承诺一致",
        &[36],
        scores::reveals,
    ),
    check(
        33,
        "arithmetic of the ranking",
        "排名计算",
        &[36],
        scores::ranking,
    ),
    check(34, "separation of roles", "职责分离", &[36], roles::separated),
    check(35, "candidates and award", "候选人与定标", &[36], award::award),
    check(36, "payloads and disclosures", "载荷与公开", &[], heads::payloads),
    check(
        37,
        "heads seen by signers",
        "签名者所见日志头",
        &[36],
        heads::seen,
    ),
    check(
        38,
        "evaluation report equals the log",
        "评标报告与日志一致",
        &[36, 4, 29, 30, 31, 32, 33],
        report::reports,
    ),
    check(
        39,
        "trade method of the notice",
        "公告的交易方式",
        &[36],
        procedure::kept,
    ),
    check(
        40,
        "complaints, objections and orders",
        "投诉、异议与监督指令",
        &[36],
        complaints::complaints,
    ),
    check(41, "cards recomputed", "预警重算", &[36], cards::recomputed),
];

fn no_epochs(_: &Dossier) -> Finding {
    skipped(
        "this version deposits bids one by one, without epochs",
        "本版本逐份递交,不分时段",
    )
}

/// Makes all checks, each after those it depends on, and returns them in the order of their ids.
#[must_use]
pub fn run(dossier: &Dossier) -> Vec<Verdict> {
    let mut order: Vec<&Check> = CATALOGUE.iter().collect();
    // 36 stands late in the catalogue and is the ground of most others.
    order.sort_by_key(|check| (check.id != 36, check.id));
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(order.len());
    for check in order {
        let ground = check.needs.iter().find(|id| {
            verdicts
                .iter()
                .any(|done| done.id == **id && done.outcome == Outcome::Fail)
        });
        let finding = match ground {
            Some(id) => skipped(
                format!("not examined: depends on {id:02}, which failed"),
                format!("未检查:依赖的第{id:02}项未通过"),
            ),
            None => (check.run)(dossier),
        };
        verdicts.push(Verdict::of(check.id, (check.en, check.zh), finding));
    }
    verdicts.sort_by_key(|verdict| verdict.id);
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_complete_and_its_grounds_exist() {
        let ids: Vec<u8> = CATALOGUE.iter().map(|check| check.id).collect();
        assert_eq!(ids, (1..=41).collect::<Vec<u8>>());
        for check in CATALOGUE {
            assert!(
                check.needs.iter().all(|id| *id == 36 || *id < check.id),
                "{}",
                check.id
            );
        }
    }
}
