//! Receipts: complete, self-contained, refused for the right reason.

use crate::fixture::{Log, ORIGIN, START, answered, drawn, key, log_key, withdrawn};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::receipt::{OpenedReceipt, Receipt, ReceiptError};
use ledger::{CheckpointError, NoteSigner, OpenError, ProofError, VerifierKey, act::ActError};

fn open(receipt: &Receipt) -> Result<OpenedReceipt, ReceiptError> {
    Receipt::parse(&receipt.write())?.open(ORIGIN, &log_key())
}

#[test]
fn a_receipt_survives_its_text_and_proves_its_fact() {
    let log = Log::of(300);
    for seq in [0, 1, 2, 3, 4, 255, 256, 299] {
        let receipt = log.receipt(seq);
        let text = receipt.write();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
        assert_eq!(Receipt::parse(&text).unwrap(), receipt);
        let opened = open(&receipt).unwrap();
        let linked = &log.linked[usize::try_from(seq).unwrap()];
        assert_eq!((opened.entry, opened.leaf), (linked.entry.clone(), linked.leaf));
        assert_eq!(opened.checkpoint.size, 300);
        assert_eq!(opened.act.is_some(), linked.act_digest.is_some());
    }
}

#[test]
fn another_log_or_key_is_refused() {
    let receipt = Log::of(4).receipt(2);
    assert!(matches!(
        receipt.open("other.example", &log_key()),
        Err(ReceiptError::Checkpoint(CheckpointError::Origin { .. }))
    ));
    let stranger: VerifierKey = NoteSigner::new(ORIGIN, key(7)).unwrap().verifier().clone();
    assert!(matches!(
        receipt.open(ORIGIN, &stranger),
        Err(ReceiptError::Checkpoint(CheckpointError::Note(_)))
    ));
}

#[test]
fn a_wrong_index_is_refused() {
    let mut receipt = Log::of(8).receipt(2);
    receipt.index = 3;
    assert_eq!(open(&receipt), Err(ReceiptError::Index { seq: 2, index: 3 }));
}

#[test]
fn a_truncated_extended_or_altered_proof_is_refused() {
    let receipt = Log::of(8).receipt(2);
    let mut short = receipt.clone();
    short.proof.pop();
    assert_eq!(open(&short), Err(ReceiptError::Proof(ProofError::Short(2))));
    let mut long = receipt.clone();
    long.proof.push([0; 32]);
    assert_eq!(open(&long), Err(ReceiptError::Proof(ProofError::Long(4))));
    let mut bent = receipt;
    bent.proof[1][0] ^= 1;
    assert_eq!(open(&bent), Err(ReceiptError::Proof(ProofError::Root)));
}

#[test]
fn another_entry_or_payload_is_refused() {
    let log = Log::of(8);
    let mut entry = log.receipt(2);
    let text = String::from_utf8(entry.entry.clone()).unwrap();
    entry.entry = text.replace("\"ts\":1785", "\"ts\":1786").into_bytes();
    assert_eq!(open(&entry), Err(ReceiptError::Proof(ProofError::Root)));
    let mut spaced = log.receipt(2);
    spaced.entry.push(b' ');
    assert!(matches!(open(&spaced), Err(ReceiptError::Entry(_))));
    let mut payload = log.receipt(2);
    payload.payload = log.receipt(7).payload;
    assert_eq!(open(&payload), Err(ReceiptError::Payload(OpenError::Commitment)));
}

#[test]
fn a_signature_the_platform_made_up_is_found() {
    let mut log = Log::new();
    let mut draft = answered("yes");
    draft.act.as_mut().unwrap().sig.0[3] ^= 1;
    log.push(draft, START);
    assert_eq!(open(&log.receipt(0)), Err(ReceiptError::Act(ActError::Signature)));
}

#[test]
fn a_receipt_that_withholds_proves_the_place_but_not_the_act() {
    let mut log = Log::new();
    log.push(withdrawn(), START);
    log.push(drawn(), START);
    let mut receipt = log.receipt(0);
    receipt.payload = receipt.payload.withholding(&["@nonce"]);
    assert_eq!(open(&receipt).unwrap().act, None);
}

#[test]
fn malformed_lines_are_named() {
    let text = Log::of(8).receipt(2).write();
    let refused = |text: &str| Receipt::parse(text).unwrap_err();
    assert_eq!(refused(&text.replace("@v1", "@v2")), ReceiptError::Line("title"));
    assert_eq!(
        refused(&text.replace("\nextra ", "\nxtra ")),
        ReceiptError::Line("extra")
    );
    assert_eq!(
        refused(&text.replace("\nindex 2\n", "\nindex 02\n")),
        ReceiptError::Line("index")
    );
    assert_eq!(
        refused(&text.replace("\nindex 2\n", "\n")),
        ReceiptError::Line("index")
    );
    let no_blank = text.replacen("\n\n", "\n", 1);
    assert_eq!(refused(&no_blank), ReceiptError::Line("proof"));
    let many = text.replace(
        "index 2\n",
        &format!("index 2\n{}", format!("{}\n", "A".repeat(43) + "=").repeat(62)),
    );
    assert_eq!(refused(&many), ReceiptError::Line("proof"));
    assert_eq!(refused(""), ReceiptError::Line("title"));
    let long = "x".repeat((16 << 20) + 1);
    assert_eq!(refused(&long), ReceiptError::Long((16 << 20) + 1));
}

#[test]
fn extra_data_of_another_shape_are_refused() {
    let receipt = Log::of(8).receipt(2);
    let text = receipt.write();
    let line = text.lines().nth(1).unwrap();
    let extra = STANDARD.decode(line.strip_prefix("extra ").unwrap()).unwrap();
    let json = String::from_utf8(extra).unwrap();
    for bent in [
        "{}".to_owned(),
        "[".to_owned(),
        json.replacen('{', "{ ", 1),
        json.replacen("{\"entry\"", "{\"a\":1,\"entry\"", 1),
    ] {
        let bent = text.replace(line, &format!("extra {}", STANDARD.encode(bent)));
        assert!(
            matches!(Receipt::parse(&bent), Err(ReceiptError::Extra(_))),
            "{bent}"
        );
    }
}
