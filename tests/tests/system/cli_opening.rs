//! The same tender at its two openings; the test that tells the whole story is here.

use crate::cli_story::{BIDDERS, Story};
use crate::kaibiao::until;
use crate::platform::{Database, on_both};
use facts::Instant;
use facts::time::{HOUR, MINUTE};
use serde_json::Value;

impl Story {
    pub(crate) fn wait_for(&self, phase: &str, stage: &str) {
        until(&format!("{phase} of {stage}"), || {
            let shown = self.shown();
            let kind = match phase {
                "listed" => "list.frozen",
                "sharing" => "list.settled",
                "recorded" => "opening.recorded",
                _ => "opening.closed",
            };
            let facts = shown["records"].as_array().unwrap();
            facts
                .iter()
                .any(|fact| fact["kind"] == kind && fact["body"]["stage"] == stage)
                .then_some(())
        });
    }

    /// One stage: unlocking, shares, the record, an objection in the first one, signatures under the record.
    fn open(&self, stage: &str) -> Value {
        self.wait_for("listed", stage);
        let listed = self.buyer.ok(&["opening", "envelopes", "T1", "--stage", stage]);
        assert_eq!(
            listed.as_array().unwrap().len(),
            if stage == "technical" { 6 } else { 3 },
            "{listed}"
        );
        for n in 1..BIDDERS {
            let machine = &self.bidders[n - 1];
            machine.ok(&[
                "opening",
                "unlock",
                "--stage",
                stage,
                "--folder",
                &machine.file("bid"),
            ]);
        }
        let left = &self.bidders[3];
        let unlock = [
            "opening",
            "unlock",
            "--stage",
            stage,
            "--folder",
            &left.file("bid"),
        ];
        assert_eq!(
            left.fails(2, &unlock),
            "input",
            "a withdrawn bid is not on the list"
        );
        self.platform.advance(31 * MINUTE);
        self.wait_for("sharing", stage);
        // One custodian waits for a yes that nobody types, then gives the share by hand; the others' agents follow.
        let seed = self.seed(2);
        let share = ["share", "--tender", "T1", "--stage", stage, "--seed", &seed];
        assert_eq!(self.custodians[1].fails(5, &share), "declined");
        assert_eq!(
            self.custodians[1].ok(&[share.as_slice(), &["--yes"]].concat())["event"],
            "gave"
        );
        let gave = self
            .custodians_look()
            .iter()
            .filter(|event| event["event"] == "gave")
            .count();
        assert!((2..=4).contains(&gave), "{gave} shares were given");
        self.wait_for("recorded", stage);
        for n in 1..BIDDERS {
            let machine = &self.bidders[n - 1];
            machine.ok(&[
                "opening",
                "confirm",
                "--stage",
                stage,
                "--folder",
                &machine.file("bid"),
            ]);
        }
        if stage == "technical" {
            self.object();
        }
        self.platform.advance(HOUR + MINUTE);
        self.wait_for("closed", stage);
        let record = self
            .facts("opening.recorded")
            .into_iter()
            .find(|fact| fact["body"]["stage"] == stage);
        record.unwrap()["body"].clone()
    }

    fn object(&self) {
        let machine = &self.bidders[0];
        let words = [
            "opening",
            "object",
            "--stage",
            "technical",
            "--text",
            "请核对第二家的封面页。",
        ];
        let made = machine.ok(&[words.as_slice(), &["--folder", &machine.file("bid")]].concat());
        let objection = made["objection"].as_str().unwrap();
        let words = [
            "tender",
            "reply",
            "T1",
            objection,
            "--text",
            "已核对,无误。",
            "--key",
            &self.buyer_key,
        ];
        self.buyer.ok(&words);
    }

    fn both_openings(&self) {
        self.platform.advance_to(Instant(self.closes_at + 3_000));
        let late = &self.bidders[2];
        let words = [
            "submit",
            "--folder",
            &late.file("bid"),
            "--key",
            &Self::bidder_key(3),
        ];
        assert_eq!(late.fails(1, &words), "bid.late");
        let technical = self.open("technical");
        assert_eq!(technical["bids"].as_array().unwrap().len(), 3);
        for letter in technical["bids"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|bid| bid["parts"].as_array().unwrap())
        {
            assert!(
                letter["letter"]["price"].is_null(),
                "no price is read before the second envelope: {letter}"
            );
            assert!(letter["unopened"].is_null(), "{letter}");
        }
        assert!(
            !self.shown().to_string().contains("995000000"),
            "no price is anywhere"
        );
        let prices = self.open("price");
        let mut read: Vec<_> = prices["bids"]
            .as_array()
            .unwrap()
            .iter()
            .map(|bid| bid["parts"][0]["letter"]["price"]["minor"].as_i64().unwrap())
            .collect();
        read.sort_unstable();
        assert_eq!(
            read,
            [990_000_000, 995_000_000, 1_010_000_000],
            "the replaced bid is read, not the first one"
        );
    }
}

fn a_two_envelope_tender_by_command_line(database: &Database) {
    let story = Story::tell(database);
    story.both_openings();
    let (seats, result) = story.evaluate();
    assert_eq!(
        result["body"]["lots"][0]["ranking"].as_array().unwrap().len(),
        3,
        "{result}"
    );
    story.again(&seats, &result);
    story.award();
    story.settle();
    story.read_by(true);
    story.pages_show_it();
    story.strangers_verify();
    story.one_field_is_shown();
}

on_both!(a_two_envelope_tender_by_command_line);
