//! 27 and 28: what the envelopes open to, and what the opening record says of it.

use super::origins;
use crate::dossier::Dossier;
use crate::opened::{self, Opened, Plain, Untried};
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::AwardMade;
use facts::body::bid::Letter;
use facts::body::opening::{Cause, ListFrozen, ListSettled, OpenedBid, OpenedPart, OpeningRecorded};
use facts::body::tender::PartRole;
use facts::{BidId, Hex};
use seal::{PublicKey, Signature};
use std::collections::BTreeMap;

fn not_recorded() -> Finding {
    skipped("nothing is opened yet", "尚未开标")
}

fn result(dossier: &Dossier, submission: Hex<16>) -> Option<&Opened> {
    dossier
        .opened()
        .iter()
        .find(|part| part.submission == submission)
        .map(|part| &part.result)
}

pub(super) fn decryption(dossier: &Dossier) -> Finding {
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    if recorded.is_empty() {
        return not_recorded();
    }
    let mut found = Findings::new();
    let (mut opened, mut closed, mut waiting) = (0_u64, 0_u64, 0_u64);
    for told in &recorded {
        for part in told.body.bids.iter().flat_map(|bid| &bid.parts) {
            let id = part.submission;
            match (result(dossier, id), &part.unopened) {
                (Some(Opened::Plain(plain)), None) => {
                    opened = opened.saturating_add(1);
                    if part.sha256.map(|hash| hash.0) != Some(plain.sha256) || part.bytes != Some(plain.bytes)
                    {
                        found.fault(
                            told.seq(),
                            format!("the envelope {id} opens to another file than the record says"),
                            format!("信封{id}解密所得文件与记录不符"),
                        );
                    }
                }
                (Some(Opened::Plain(plain)), Some(unopened))
                    if unopened.cause == Cause::BidderBadEnvelope =>
                {
                    if is_valid(dossier, part, plain) {
                        found.fault(
                            told.seq(),
                            format!("the envelope {id} is called bad, but opens to a valid part"),
                            format!("信封{id}被记为无效,实可正常开启"),
                        );
                    }
                }
                (Some(Opened::Plain(_)), Some(_)) => {
                    found.fault(
                        told.seq(),
                        format!("the envelope {id} is said not to open, but it does"),
                        format!("信封{id}被记为未能开启,实可开启"),
                    );
                }
                (Some(Opened::Bad(why)), None) => {
                    found.fault(
                        told.seq(),
                        format!("the envelope {id} does not open: {why}"),
                        format!("信封{id}无法开启:{why}"),
                    );
                }
                (Some(Opened::Untried(Untried::NoBody)), None) => closed = closed.saturating_add(1),
                (Some(Opened::Bad(_) | Opened::Untried(Untried::NoBody)), Some(_)) | (None, _) => {}
                (Some(Opened::Untried(_)), _) => waiting = waiting.saturating_add(1),
            }
        }
    }
    if opened == 0 && !found.failed() {
        return skipped(
            "no envelope can be opened from this dossier",
            "依此卷宗无法开启任何信封",
        );
    }
    found.note(
        None,
        format!(
            "{opened} envelopes decrypted; {closed} are for the panel or the buyer alone; {waiting} without enough shares"
        ),
        format!("解密{opened}个信封;{closed}个仅供评标委员会或招标人;{waiting}个份额不足"),
    );
    found.into()
}

/// Whether a plaintext is what its part must hold.
fn is_valid(dossier: &Dossier, part: &OpenedPart, plain: &Plain) -> bool {
    let Some(rules) = dossier.rules() else {
        return false;
    };
    let Some((_, known)) = rules.part(&part.part) else {
        return false;
    };
    if known.role != PartRole::Letter {
        return plain.bytes <= known.max_bytes;
    }
    let Some(letter) = plain.letter() else {
        return false;
    };
    let owner = opened::envelope(dossier, part.submission);
    owner.is_some_and(|owner| {
        letter_fault(dossier, owner.bid, &letter).is_none() && price_fits(dossier, part, &letter)
    })
}

/// A price stands in the letter of the last stage, in the currency of the lot, and in no other.
fn price_fits(dossier: &Dossier, part: &OpenedPart, letter: &Letter) -> bool {
    let Some(rules) = dossier.rules() else {
        return false;
    };
    let stage = rules.part(&part.part).map(|(stage, _)| &stage.stage);
    let is_last = rules.notice.stages.last().map(|last| &last.stage) == stage;
    let lot = rules.notice.lots.iter().find(|lot| lot.lot == part.lot);
    match letter.price {
        Some(price) => {
            is_last && price.minor >= 0 && lot.is_some_and(|lot| lot.estimate.currency == price.currency)
        }
        None => !is_last,
    }
}

/// Whose letter it is: the account that entered the bid, by that account's certificate over the bid key.
fn letter_fault(dossier: &Dossier, bid: &BidId, letter: &Letter) -> Option<(&'static str, &'static str)> {
    let entered = dossier.bids().get(bid).and_then(|bid| bid.entered.first());
    let Some((_, entered)) = entered else {
        return Some(("the bid's entry is not disclosed", "投标登记未公开"));
    };
    if letter.account != entered.account {
        return Some((
            "its account is not the one that entered the bid",
            "账户与登记者不符",
        ));
    }
    let people = dossier.people();
    let key = people
        .account(&letter.account)
        .and_then(|account| PublicKey::parse(account.body.key.bytes()).ok());
    let message = ledger::message::bid_key(&dossier.policy.origin, &dossier.tender, bid, entered.key.bytes());
    if key.is_some_and(|key| key.verify(&message, &Signature(letter.certificate.0)).is_ok()) {
        None
    } else {
        Some((
            "its certificate is not the account's signature over the bid key",
            "账户对投标密钥的签名无效",
        ))
    }
}

pub(super) fn letters(dossier: &Dossier) -> Finding {
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    if recorded.is_empty() && !origins::any(dossier) {
        return not_recorded();
    }
    let mut found = Findings::new();
    origins::compared(dossier, &recorded, &mut found);
    let frozen = dossier.shown.told::<ListFrozen>(&dossier.stream());
    let is_awarded = !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty();
    for told in &recorded {
        let seq = told.seq();
        panel(dossier, told, is_awarded, &mut found);
        if !told.body.bids.is_sorted_by(|one, other| one.bid < other.bid) {
            found.fault(seq, "the bids are not in ascending order", "投标未按升序排列");
        }
        let list = frozen.iter().find(|list| list.body.stage == told.body.stage);
        let mut due: BTreeMap<Hex<16>, &BidId> = list
            .into_iter()
            .flat_map(|list| &list.body.envelopes)
            .map(|one| (one.submission, &one.bid))
            .collect();
        for bid in &told.body.bids {
            let owner = dossier
                .bids()
                .get(&bid.bid)
                .and_then(|known| known.entered.first());
            if owner.is_none_or(|(_, entered)| entered.account != bid.account) {
                found.fault(
                    seq,
                    format!(
                        "the bid {} is said to be {}'s, who did not enter it",
                        bid.bid, bid.account
                    ),
                    format!("投标{}被记在{}名下,登记者并非其人", bid.bid, bid.account),
                );
            }
            let place = |part: &OpenedPart| (part.lot.clone(), part.part.clone(), part.submission);
            if !bid.parts.is_sorted_by_key(place) {
                found.fault(
                    seq,
                    format!("the parts of the bid {} are not in ascending order", bid.bid),
                    format!("投标{}的各部分未按升序排列", bid.bid),
                );
            }
            for part in &bid.parts {
                if due.remove(&part.submission) != Some(&bid.bid) {
                    found.fault(
                        seq,
                        format!(
                            "the envelope {} is recorded twice, or under another bid than listed",
                            part.submission
                        ),
                        format!("信封{}重复记录或与清单不符", part.submission),
                    );
                }
                one_part(dossier, told, bid, part, &mut found);
            }
        }
        for (submission, bid) in due {
            found.fault(
                seq,
                format!("the envelope {submission} of {bid} is not in the record"),
                format!("开标记录遗漏投标{bid}的信封{submission}"),
            );
        }
    }
    found.note(
        None,
        format!("{} records", recorded.len()),
        format!("共{}份开标记录", recorded.len()),
    );
    found.into()
}

/// The files for the panel: shown with the award, each opened envelope once, and before that nowhere.
fn panel(dossier: &Dossier, told: &Told<'_, OpeningRecorded>, is_awarded: bool, found: &mut Findings) {
    let parts = told.body.bids.iter().flat_map(|bid| &bid.parts);
    let opened = parts.filter(|part| part.unopened.is_none() && is_panels(dossier, part));
    let mut due: Vec<Hex<16>> = opened.map(|part| part.submission).collect();
    due.sort_unstable();
    match &told.body.panel {
        Some(files)
            if files.is_empty() || !files.iter().map(|file| file.submission).eq(due.iter().copied()) =>
        {
            found.fault(
                told.seq(),
                "the files of panel parts are not those of the envelopes opened, each once and in order",
                "评审部分文件与已开启信封不一一对应",
            );
        }
        None if is_awarded && !due.is_empty() => found.fault(
            told.seq(),
            "the award is made, and the files of panel parts are still withheld",
            "已定标,仍隐去评审部分文件的哈希",
        ),
        _ => {}
    }
}

fn is_panels(dossier: &Dossier, part: &OpenedPart) -> bool {
    let known = dossier.rules().and_then(|rules| rules.part(&part.part));
    known.is_some_and(|(_, known)| known.role == PartRole::Panel)
}

fn one_part(
    dossier: &Dossier,
    told: &Told<'_, OpeningRecorded>,
    bid: &OpenedBid,
    part: &OpenedPart,
    found: &mut Findings,
) {
    let (seq, id) = (told.seq(), part.submission);
    let mut fault =
        |en: &str, zh: &str| found.fault(seq, format!("the envelope {id}: {en}"), format!("信封{id}:{zh}"));
    if let Some(sealed) = opened::envelope(dossier, id)
        && (sealed.envelope.lot != part.lot || sealed.envelope.part != part.part)
    {
        fault("recorded under another lot or part", "标段或部分记录有误");
    }
    let settled = dossier.shown.told::<ListSettled>(&dossier.stream());
    let excluded = settled
        .iter()
        .flat_map(|one| &one.body.excluded)
        .find(|one| one.submission == id);
    if let Some(unopened) = &part.unopened {
        if unopened.submission != id || excluded.is_some_and(|known| known != unopened) {
            fault(
                "the cause is not the one for which it was excluded",
                "未开启原因与排除原因不符",
            );
        }
        if part.letter.is_some() || part.sha256.is_some() || part.bytes.is_some() {
            fault(
                "it is called unopened and shown at once",
                "既记为未开启又载有内容",
            );
        }
        return;
    }
    if excluded.is_some() {
        fault(
            "it was excluded from the list, yet it is recorded as opened",
            "已被排除却记为已开启",
        );
    }
    let role = dossier
        .rules()
        .and_then(|rules| rules.part(&part.part))
        .map(|(_, part)| part.role);
    let plain = match result(dossier, id) {
        Some(Opened::Plain(plain)) => Some(plain),
        _ => None,
    };
    match (&part.letter, role) {
        (Some(letter), Some(PartRole::Letter)) => {
            if plain.is_some_and(|plain| plain.letter().as_ref() != Some(letter)) {
                fault(
                    "the letter in the record is not the one that was sealed",
                    "记录的投标函与密封的不符",
                );
            }
            if let Some((en, zh)) = letter_fault(dossier, &bid.bid, letter) {
                fault(en, zh);
            }
            if !price_fits(dossier, part, letter) {
                fault(
                    "its price is missing, out of place or in another currency",
                    "报价缺失、位置不当或币种不符",
                );
            }
        }
        (None, Some(PartRole::Panel)) => {
            if part.sha256.is_some() || part.bytes.is_some() {
                fault(
                    "hash or length of a file for the panel stands beside the bidder's name",
                    "评审部分文件的哈希或长度与投标人并列公开",
                );
            }
        }
        (None, Some(PartRole::Public | PartRole::Qualification)) => {
            if part.sha256.is_none() || part.bytes.is_none() {
                fault("it is neither opened nor unopened", "既未开启也未载明原因");
            }
        }
        _ => fault(
            "a letter is missing, or stands where none belongs",
            "投标函缺失或误置",
        ),
    }
}
