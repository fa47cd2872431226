//! Receipts, selective disclosures and refusals: read and checked offline.

use crate::failure::{self, Failure};
use crate::machine::Machine;
use crate::trust::Trust;
use clap::{Args, Subcommand};
use facts::Hex;
use ledger::{RefusalNote, VerifierKey};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What to do with receipts.
#[derive(Subcommand)]
pub enum Receipt {
    /// Show what a receipt says, without checking it
    Show {
        /// The .tlog-proof file
        file: PathBuf,
    },
    /// Fetch a proof of any entry, as far as it is public
    Fetch {
        /// Position
        seq: u64,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// A selective disclosure.
#[derive(Args)]
pub struct Disclose {
    /// Your receipt, which opens every field
    receipt: PathBuf,
    /// Fields to show; all others stay hidden behind their commitments
    #[arg(long = "field", required = true, value_delimiter = ',')]
    fields: Vec<String>,
    /// File to write: a receipt that shows these fields alone
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// An offline check.
#[derive(Args)]
pub struct Verify {
    /// A .tlog-proof (receipt or disclosure), or a refusal's .note
    file: PathBuf,
    /// For refusals: the platform's refusal key, if the policy file does not name it
    #[arg(long)]
    refusal_key: Option<String>,
}

fn read(path: &Path) -> Result<(String, ledger::Receipt), Failure> {
    let text = std::fs::read_to_string(path).map_err(failure::file(path))?;
    let receipt =
        ledger::Receipt::parse(&text).map_err(|e| Failure::Input(format!("{}: {e}", path.display())))?;
    Ok((text, receipt))
}

/// Does it.
pub fn run(machine: &Machine, command: Receipt) -> Result<(), Failure> {
    match command {
        Receipt::Show { file } => {
            let (_, receipt) = read(&file)?;
            let entry: Value = serde_json::from_slice(&receipt.entry).unwrap_or_default();
            machine.show(&json!({
                "index": receipt.index,
                "entry": entry,
                "payload": receipt.payload.to_value(),
                "checkpoint": receipt.checkpoint,
            }))
        }
        Receipt::Fetch { seq, out } => {
            let text = machine
                .connect()?
                .procurement
                .get_text(&format!("/log/proof/{seq}"))?;
            std::fs::write(&out, text).map_err(failure::file(&out))?;
            machine.say(&format!("{}", out.display()), &json!({ "receipt": out }));
            Ok(())
        }
    }
}

/// Writes a receipt that shows chosen fields only.
pub fn disclose(machine: &Machine, disclose: &Disclose) -> Result<(), Failure> {
    let (_, mut receipt) = read(&disclose.receipt)?;
    let mut hidden = Vec::new();
    for slot in receipt.payload.slots() {
        if let ledger::Slot::Field { name, .. } = slot
            && !disclose.fields.contains(name)
        {
            hidden.push(name.clone());
        }
    }
    for field in &disclose.fields {
        if receipt.payload.value(field).is_none() {
            return Err(Failure::Input(format!(
                "the receipt opens no field named {field:?}"
            )));
        }
    }
    let names: Vec<&str> = hidden.iter().map(String::as_str).collect();
    receipt.payload = receipt.payload.withholding(&names);
    std::fs::write(&disclose.out, receipt.write()).map_err(failure::file(&disclose.out))?;
    machine.say(
        &format!(
            "{}: shows {}, proves the rest was committed",
            disclose.out.display(),
            disclose.fields.join(", ")
        ),
        &json!({ "disclosure": disclose.out, "fields": disclose.fields, "hidden": hidden.len() }),
    );
    Ok(())
}

/// Checks a file against the policy, offline.
pub fn verify(machine: &Machine, verify: &Verify) -> Result<(), Failure> {
    let policy = machine.global.policy.as_deref().ok_or_else(|| {
        Failure::Input("offline checks need --policy FILE with the log's origin and key".to_owned())
    })?;
    let trust = Trust::read_policy(policy)?;
    let text = std::fs::read_to_string(&verify.file).map_err(failure::file(&verify.file))?;
    let wrong = |e: &dyn std::fmt::Display| Failure::Check(format!("{}: {e}", verify.file.display()));
    if !text.starts_with("c2sp.org/tlog-proof@v1\n") {
        let key = verify
            .refusal_key
            .as_deref()
            .or(trust.refusal_key.as_deref())
            .ok_or_else(|| {
                Failure::Input(
                    "name the key of refusals: --refusal-key, or refusal_key in the policy".to_owned(),
                )
            })?;
        let key = VerifierKey::parse(key).map_err(|e| Failure::Input(e.to_string()))?;
        let refusal = RefusalNote::open(&text, &trust.origin, &key).map_err(|e| wrong(&e))?;
        machine.say(
            &format!("the platform refused ({}): {}", refusal.code, refusal.sentence),
            &json!({ "verified": true, "code": refusal.code, "sentence": refusal.sentence }),
        );
        return Ok(());
    }
    let receipt = ledger::Receipt::parse(&text).map_err(|e| wrong(&e))?;
    let opened = receipt
        .open(&trust.origin, &trust.verifier()?)
        .map_err(|e| wrong(&e))?;
    let signed = opened.act.is_some();
    machine.say(
        &format!(
            "entry {} of {} is in the log of {} entries with root {}{}",
            opened.entry.seq,
            trust.origin,
            opened.checkpoint.size,
            Hex(opened.checkpoint.root),
            if signed {
                "; the author's signature holds"
            } else {
                ""
            }
        ),
        &json!({
            "verified": true, "seq": opened.entry.seq, "size": opened.checkpoint.size,
            "root": Hex(opened.checkpoint.root), "signature": signed, "payload": opened.payload.to_value(),
        }),
    );
    Ok(())
}
