//! Whether what a bid folder holds is still what was sealed, under the rules in force.
//!
//! Invariant: nothing is written, and no secret but the bid's key is read.

use super::bid_key;
use crate::bid_folder::BidFolder;
use crate::commands::tender::rules_in_force;
use crate::failure::{self, Failure};
use crate::machine::Machine;
use facts::Hex;
use serde_json::json;
use std::path::Path;

/// Compares the folder with what the bidder's receipts and the platform say.
pub(super) fn check(machine: &Machine, path: &Path) -> Result<(), Failure> {
    let folder = BidFolder::load(path)?;
    let key = bid_key(machine, path, &folder)?;
    let mut session = machine.connect()?;
    let (rules, closes_at) = rules_in_force(&mut session, &folder.tender)?;
    for part in &folder.sealed {
        let file = folder.body_path(path, part);
        let body = std::fs::File::open(&file).map_err(failure::file(&file))?;
        let digest = digest(body).map_err(failure::file(&file))?;
        if digest != part.envelope.body_digest.0 {
            return Err(Failure::Check(format!(
                "{} is not the file that was sealed",
                file.display()
            )));
        }
    }
    let current = folder.rules == Some(rules);
    let remark = if current {
        "under the rules in force"
    } else {
        "under OLDER rules: confirm or seal again"
    };
    machine.say(
        &format!(
            "bid key {} fits; {} parts intact, sealed {remark}; revision {} submitted; deadline {closes_at}",
            Hex(key.public().fingerprint()),
            folder.sealed.len(),
            folder.revision
        ),
        &json!({ "intact": true, "current_rules": current, "revision": folder.revision, "closes_at": closes_at }),
    );
    Ok(())
}

fn digest(mut body: impl std::io::Read) -> std::io::Result<[u8; 32]> {
    let mut hasher = seal::BodyHasher::new(crate::bid_folder::SUITE);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match body.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            n => hasher.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}
