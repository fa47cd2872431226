//! Versions of the rules (13.1): the digest of the file that stands in the fact, and what it changes.
//!
//! Invariant: no rule has to be understood for it.

use crate::verdict::Findings;
use facts::Hex;
use facts::body::card::RulesAdopted;
use facts::canonical::value_bytes;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a file by the `id` of their rule.
fn by_id(file: &Value) -> BTreeMap<&str, Vec<&Value>> {
    let mut rows: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let rules = file.get("rules").and_then(Value::as_array);
    for rule in rules.into_iter().flatten() {
        if let Some(id) = rule.get("id").and_then(Value::as_str) {
            rows.entry(id).or_default().push(rule);
        }
    }
    rows
}

/// Looks at one version after another.
pub(super) fn sound<'a>(versions: impl Iterator<Item = (u64, &'a RulesAdopted)>, found: &mut Findings) {
    let mut before: Option<&RulesAdopted> = None;
    for (seq, body) in versions {
        let digest = value_bytes(&body.file).map(|bytes| Hex(ledger::hash::sha256(&bytes)));
        if digest != Ok(body.version) {
            found.fault(
                seq,
                "the version of the rules is not the digest of their file",
                "规则版本与规则文件不符",
            );
        }
        let new = by_id(&body.file);
        let old = before.map(|before| by_id(&before.file)).unwrap_or_default();
        let names: BTreeSet<&str> = new.keys().chain(old.keys()).copied().collect();
        let changed: Vec<&str> = names
            .into_iter()
            .filter(|id| new.get(id) != old.get(id))
            .collect();
        if changed != body.changed {
            found.fault(
                seq,
                "the version does not name the rules that it changes",
                "规则版本所列变更与文件不符",
            );
        }
        before = Some(body);
    }
}
