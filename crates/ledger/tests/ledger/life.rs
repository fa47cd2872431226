//! The life of a confidential bid in the log, from the signed act to the offline audit.

use crate::fixture::{Log, ORIGIN, START, disclosed, log_key, signer, withdrawn};
use facts::Kind;
use facts::body::bid::BidWithdrawn;
use ledger::audit::{Fetched, audit};
use ledger::record::record_of;
use ledger::{Checkpoint, Entry, OpenedPayload, Receipt, act, act_of, bundle, verify_consistency};

#[test]
fn from_the_act_to_the_audit() {
    // The author's act is logged; the author gets a receipt, the public sees a commitment.
    let mut log = Log::of(400);
    let seq = log.chain.head().size;
    let linked = log.push(withdrawn(), START.plus(10_000)).clone();
    let receipt = Receipt::parse(&log.receipt(seq).write())
        .unwrap()
        .open(ORIGIN, &log_key())
        .unwrap();
    assert_eq!(receipt.act.as_ref().map(|act| act.kind), Some(Kind::BidWithdrawn));
    let public = Entry::parse(&linked.entry_bytes).unwrap();
    assert_eq!((public.kind, public.subj), (None, None));

    // Later the platform discloses it: the same commitment now shows the same act to everybody.
    log.push(disclosed(&[seq]), START.plus(20_000));
    let shown = OpenedPayload::parse(&linked.payload.opened(&[]).to_bytes()).unwrap();
    shown.verify(&public.commit).unwrap();
    let record = record_of(&linked.entry, &shown).unwrap();
    assert_eq!(record.of::<BidWithdrawn>().unwrap().bid.as_str(), "b7");
    act::verify(ORIGIN, &act_of(&linked.entry, &shown).unwrap().unwrap()).unwrap();

    // The checkpoint of the receipt and the latest one are of the same history.
    let latest = Checkpoint::open(&log.checkpoint().sign(&signer()).unwrap(), ORIGIN, &log_key()).unwrap();
    let proof = log.tree.fresh_consistency(receipt.checkpoint.size).unwrap();
    verify_consistency(
        receipt.checkpoint.size,
        latest.size,
        &receipt.checkpoint.root,
        &latest.root,
        &proof,
    )
    .unwrap();

    // An outsider recomputes the whole log from its bundles and arrives at the signed root.
    let entries = log.bytes();
    let whole = audit(latest.size, 2, |id| {
        let first = usize::try_from(id.first()).unwrap();
        let part = &entries[first..first + usize::from(id.width)];
        Ok(Fetched {
            bundle: bundle::encode(part.iter().map(Vec::as_slice)).unwrap(),
            tile: None,
        })
    })
    .unwrap();
    assert_eq!(whole.root().unwrap(), latest.root);
}
