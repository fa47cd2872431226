//! Versions of the rules (13.1): the digest of the file that stands in the fact, and what it changes.
//!
//! Invariant: no rule has to be understood for it; of a file that this program can run, the clock rules and the calendar
//! are those that the fact says.

use crate::verdict::Findings;
use facts::Hex;
use facts::body::card::RulesAdopted;
use facts::canonical::value_bytes;
use rules::RuleBook;
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
        runs(seq, body, found);
        before = Some(body);
    }
}

/// What follows from a file that this program can run. One that it cannot run, of an unknown calendar or with checks that
/// it has not, is no fault of the platform, and that is said.
fn runs(seq: u64, body: &RulesAdopted, found: &mut Findings) {
    match RuleBook::adopted(body) {
        Ok(book) if rules::adopted::rows(&book) == body.clocks && book.calendar.version == body.calendar => {}
        Ok(_) => found.fault(
            seq,
            "clock rules or calendar of the version are not those of its file",
            "规则版本所列期限规则或日历与文件不符",
        ),
        Err(why) => found.note(
            seq,
            format!(
                "this verifier cannot run the rule file: {}; its cards are looked at for form",
                why.reason
            ),
            format!("本程序无法运行该规则文件:{};其预警仅核对形式", why.reason),
        ),
    }
}
