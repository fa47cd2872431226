//! What must hold after every restart.
//!
//! Invariant: nothing is taken on the server's word but what its log key signed; every root is computed here.

use super::book::{Book, Kept};
use crate::http::{Answer, Link, request};
use crate::people::below;
use facts::Hex;
use ledger::checkpoint::Checkpoint;
use ledger::tiles::BundleId;
use ledger::{Receipt, Tree, leaf_hash, verify_consistency, verify_inclusion};
use serde::Deserialize;
use std::net::SocketAddr;

/// Receipts asked for one by one after a restart; the whole log is compared anyway.
const SINGLY: usize = 24;
/// Acts that were answered and are sent again.
const AGAIN: usize = 4;

#[derive(Deserialize)]
struct Consistency {
    proof: Vec<Hex<32>>,
}

#[derive(Deserialize)]
struct Shown {
    entry: String,
}

async fn get(link: &mut Link, path: &str) -> Result<Answer, String> {
    let answer = link.ask(&request("GET", path, &[], b""), false).await;
    let answer = answer.map_err(|e| format!("{path}: the server fell without being killed: {e}"))?;
    if answer.status == 200 {
        Ok(answer)
    } else {
        Err(format!("{path}: {} {}", answer.status, answer.text()))
    }
}

/// Checks everything; `from` is the number of receipts that were in the book before this round. Returns the size.
pub(crate) async fn check(address: SocketAddr, book: &Book, from: usize) -> Result<u64, String> {
    let mut link = Link::open(address).await.map_err(|e| e.to_string())?;
    let note = get(&mut link, "/log/checkpoint").await?.text();
    let head = Checkpoint::open(&note, &book.origin, &book.log_key).map_err(|e| e.to_string())?;
    book.head(facts::Seen {
        root: Hex(head.root),
        size: head.size,
    })?;
    whole(&mut link, book, &head).await?;
    let fresh = book.receipts(from);
    let all = book.receipts(0);
    for kept in chosen(&fresh, SINGLY).chain(chosen(&all, SINGLY)) {
        single(&mut link, book, &head, kept).await?;
    }
    for kept in chosen(&all, AGAIN) {
        let answer = link
            .ask(&kept.sent.request, false)
            .await
            .map_err(|e| e.to_string())?;
        let seq = book.take(&kept.sent, &answer)?.0;
        if seq != kept.seq || answer.status != 200 {
            return Err(format!(
                "entry {} sent again became {seq} (status {})",
                kept.seq, answer.status
            ));
        }
    }
    Ok(head.size)
}

fn chosen(receipts: &[Kept], most: usize) -> impl Iterator<Item = &Kept> {
    let length = u32::try_from(receipts.len()).unwrap_or(u32::MAX);
    let draw = move || usize::try_from(below(length)).unwrap_or(0);
    std::iter::repeat_with(draw)
        .take(most.min(receipts.len()))
        .filter_map(|index| receipts.get(index))
}

/// Reads the whole log, computes its root at every size that was ever signed, and compares every entry promised.
async fn whole(link: &mut Link, book: &Book, head: &Checkpoint) -> Result<(), String> {
    let heads = book.heads();
    if let Some((size, _)) = heads.last_key_value().filter(|(size, _)| **size > head.size) {
        return Err(format!(
            "a head of {size} entries was signed before, now the log has {}",
            head.size
        ));
    }
    let mut entries: Vec<Vec<u8>> = Vec::new();
    let mut tree = Tree::new();
    for id in BundleId::all(head.size) {
        let bundle = get(link, &format!("/log/{}", id.path())).await?.body;
        for entry in ledger::bundle::entries(&bundle) {
            let entry = entry.map_err(|e| e.to_string())?;
            tree.push(leaf_hash(entry));
            entries.push(entry.to_vec());
            if heads.get(&tree.size()).is_some_and(|root| *root != tree.root()) {
                return Err(format!(
                    "the first {} entries are not those of a head signed before",
                    tree.size()
                ));
            }
        }
    }
    if tree.size() != head.size || tree.root() != head.root {
        return Err(format!(
            "{} entries were read, their root is not that of {}",
            tree.size(),
            head.size
        ));
    }
    let fetch = |id: BundleId| {
        let first = usize::try_from(id.first()).map_err(|e| e.to_string())?;
        let some = entries.iter().skip(first).take(usize::from(id.width));
        let bundle = ledger::bundle::encode(some.map(Vec::as_slice)).map_err(|e| e.to_string())?;
        Ok(ledger::audit::Fetched { bundle, tile: None })
    };
    ledger::audit::audit(head.size, 1, fetch).map_err(|e| format!("the chain: {e}"))?;
    for kept in book.receipts(0) {
        let found = usize::try_from(kept.seq).ok().and_then(|seq| entries.get(seq));
        if found != Some(&kept.entry) {
            return Err(format!("entry {} is not the one its receipt showed", kept.seq));
        }
    }
    Ok(())
}

/// Asks for one receipt's entry, its inclusion under the present head, and the consistency of its own head.
async fn single(link: &mut Link, book: &Book, head: &Checkpoint, kept: &Kept) -> Result<(), String> {
    let shown = get(link, &format!("/log/entry/{}", kept.seq)).await?;
    let shown: Shown = serde_json::from_slice(&shown.body).map_err(|e| e.to_string())?;
    if shown.entry.as_bytes() != kept.entry {
        return Err(format!("GET /log/entry/{} shows another entry", kept.seq));
    }
    let proof = get(link, &format!("/log/proof/{}?size={}", kept.seq, head.size))
        .await?
        .text();
    let hashes = proof_of(&proof, book, head)?;
    verify_inclusion(&leaf_hash(&kept.entry), kept.seq, head.size, &hashes, &head.root)
        .map_err(|e| format!("inclusion of {} in {}: {e}", kept.seq, head.size))?;
    let path = format!("/log/consistency?from={}&to={}", kept.size, head.size);
    let answer = get(link, &path).await?;
    let answer: Consistency = serde_json::from_slice(&answer.body).map_err(|e| e.to_string())?;
    let hashes: Vec<[u8; 32]> = answer.proof.iter().map(|hash| hash.0).collect();
    verify_consistency(kept.size, head.size, &kept.root, &head.root, &hashes)
        .map_err(|e| format!("{path}: {e}"))
}

/// The audit path of a proof, whose checkpoint must be of the same head.
fn proof_of(text: &str, book: &Book, head: &Checkpoint) -> Result<Vec<[u8; 32]>, String> {
    let checkpoint = text.split_once("\n\n").map_or("", |(_, note)| note);
    let own = Checkpoint::open(checkpoint, &book.origin, &book.log_key).map_err(|e| format!("proof: {e}"))?;
    if own != *head {
        return Err("a proof under another head than the one asked for".to_owned());
    }
    if let Ok(receipt) = Receipt::parse(text) {
        return Ok(receipt.proof);
    }
    // A confidential fact: the proof stands without its content.
    let lines = text.lines().skip(2).take_while(|line| !line.is_empty());
    lines
        .map(|line| decode(line).ok_or_else(|| format!("{line:?} is no hash")))
        .collect()
}

fn decode(line: &str) -> Option<[u8; 32]> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(line)
        .ok()?
        .try_into()
        .ok()
}
