//! The same tender afterwards: who read which files, and what strangers make of it.

use crate::cli_story::{BIDDERS, Story};
use crate::kaibiao::until;
use crate::programs::{node_test, verify};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

impl Story {
    /// Who read the bid of a bidder, as the bidder is told.
    pub(crate) fn readings(&self, n: usize) -> Value {
        self.bidders[n - 1].ok(&["bid", "readings", "T1", "--key", &Self::bidder_key(n)])
    }

    /// Every expert took the file of one and the same bid: its bidder sees five readings, the others none.
    pub(crate) fn read_by(&self, names: bool) {
        let told: Vec<Value> = (1..BIDDERS).map(|n| self.readings(n)).collect();
        let lists = told.iter().map(|one| {
            assert_eq!(one["shown"], true, "{one}");
            one["readings"].as_array().unwrap()
        });
        let read: Vec<_> = lists.filter(|list| !list.is_empty()).collect();
        let [one] = read.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(one.len(), 5, "{told:?}");
        let seats: BTreeSet<_> = one.iter().map(|read| read["seat"].as_str()).collect();
        assert_eq!(seats.len(), 5, "{told:?}");
        for read in *one {
            assert_eq!(read["part"], "design", "{read}");
            assert_eq!(read["by"].is_string(), names, "{read}");
        }
    }

    /// The log stands still: what is disclosed with the award has landed.
    pub(crate) fn settle(&self) {
        let mut last = Value::Null;
        until("rest", || {
            let head = self.buyer.ok(&["log", "head"]);
            std::thread::sleep(Duration::from_millis(700));
            let rested = head == last;
            last = head;
            rested.then_some(())
        });
    }

    pub(crate) fn strangers_verify(&self) {
        let dossier = self.buyer.file("T1.tar");
        let policy = self.platform.policy().display().to_string();
        self.buyer.ok(&["tender", "dossier", "T1", "--out", &dossier]);
        let verdict = verify(&[&dossier, "--policy", &policy, "--json"]);
        let text = String::from_utf8_lossy(&verdict.stdout).into_owned();
        let json: Value = serde_json::from_str(&text).unwrap();
        let bad: Vec<_> = json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["outcome"] == "fail")
            .collect();
        assert_eq!(
            (verdict.status.code(), json["good"].as_bool()),
            (Some(0), Some(true)),
            "{bad:#?}"
        );
        let passed = json["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|c| c["outcome"] == "pass")
            .count();
        assert!(passed >= 30, "only {passed} checks could be made: {text}");
        // The pages come to the same verdict, check for check, and find what is damaged on the way.
        let said = self.buyer.file("T1.verdict.json");
        std::fs::write(&said, &text).unwrap();
        let receipts = self.buyer.home.join("receipts").display().to_string();
        node_test(
            "dossier.test.mjs",
            &[
                ("KAIBIAO_TEST_DOSSIER", &dossier),
                ("KAIBIAO_TEST_POLICY", &policy),
                ("KAIBIAO_TEST_VERDICT", &said),
                ("KAIBIAO_TEST_RECEIPTS", &receipts),
            ],
        );
    }

    /// A bidder shows one field of the own receipt to a bank, offline, and nothing else.
    pub(crate) fn one_field_is_shown(&self) {
        let machine = &self.bidders[0];
        let receipts = std::fs::read_dir(machine.home.join("receipts")).unwrap();
        let mut names: Vec<_> = receipts
            .map(|entry| entry.unwrap().path().display().to_string())
            .collect();
        names.sort();
        let receipt = names
            .iter()
            .find(|name| name.ends_with("bid.submitted.tlog-proof"))
            .unwrap();
        let (shown, out) = (
            machine.ok(&["receipt", "show", receipt]),
            machine.file("disclosed.tlog-proof"),
        );
        assert_eq!(shown["entry"]["kind"], "confidential", "{shown}");
        machine.ok(&["disclose", receipt, "--field", "revision,tender", "--out", &out]);
        assert_eq!(
            machine.fails(2, &["disclose", receipt, "--field", "colour", "--out", &out]),
            "input"
        );
        let policy = self.platform.policy().display().to_string();
        let checked = machine.ok(&["--policy", &policy, "verify", &out]);
        assert_eq!(
            (&checked["verified"], &checked["signature"]),
            (&json!(true), &json!(false)),
            "{checked}"
        );
        let slots = checked["payload"]["slots"].as_array().unwrap();
        let mut names: Vec<_> = slots.iter().filter_map(|slot| slot["name"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["revision", "tender"]);
        assert!(!std::fs::read_to_string(&out).unwrap().contains("body_digest"));
        let whole = machine.ok(&["--policy", &policy, "verify", receipt]);
        assert_eq!(whole["signature"], true, "{whole}");
        assert_eq!(
            verify(&["receipt", receipt, "--policy", &policy]).status.code(),
            Some(0)
        );
        // One character of it changed.
        let forged = std::fs::read_to_string(&out)
            .unwrap()
            .replacen("\nindex ", "\nindex 1", 1);
        std::fs::write(&out, forged).unwrap();
        let ran = machine.run(&["--policy", &policy, "verify", &out]);
        assert_eq!(ran.code, 4, "{ran:?}");
        // The refusal of the late bid is evidence too.
        let refusals = std::fs::read_dir(self.bidders[2].home.join("refusals")).unwrap();
        let late = refusals
            .map(|entry| entry.unwrap().path().display().to_string())
            .find(|n| n.contains("bid.late"));
        let late = late.unwrap();
        assert_eq!(
            machine.ok(&["--policy", &policy, "verify", &late])["code"],
            "bid.late"
        );
        assert_eq!(
            verify(&["refusal", &late, "--policy", &policy]).status.code(),
            Some(0)
        );
        // Anybody fetches the proof of a public fact.
        let (award, out) = (
            self.facts("award.made")[0]["seq"].to_string(),
            machine.file("award.tlog-proof"),
        );
        machine.ok(&["receipt", "fetch", &award, "--out", &out]);
        assert_eq!(
            machine.ok(&["--policy", &policy, "verify", &out])["verified"],
            true
        );
        assert!(!machine.ok(&["log", "entry", &award])["payload"].is_null());
    }
}
