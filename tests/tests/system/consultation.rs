//! A competitive consultation (竞争性磋商) by nothing but `kaibiao` commands: the printed template, first responses
//! without a price, talks, final quotes sealed again, an evaluation over the final prices, and the award.

use crate::cli_story::{BIDDERS, Story};
use crate::kaibiao::Machine;
use crate::platform::{Database, on_both};
use crate::programs::{python_verdict, verify};
use facts::Instant;
use facts::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

/// Final quotes of those invited, in yuan; the second bidder lowers its own by 50,000.
pub(crate) const QUOTES: [i64; 3] = [800_000, 650_000, 700_000];

/// The words of a command.
pub(crate) fn words<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [first, more].concat()
}

impl Story {
    /// Keys for both openings and for draws, from one ceremony.
    fn assign(&self) {
        let register = [
            "tender",
            "register",
            "T1",
            "--title",
            "信息系统运维服务",
            "--buyer",
            "buyer",
        ];
        let regime = ["--regime", "government_procurement", "--key", &self.buyer_key];
        self.buyer.ok(&words(&register, &regime));
        let custodians: Vec<String> = (1..=5).map(|n| format!("custodian-{n}")).collect();
        let call = [
            "ceremony",
            "call",
            "--ceremony",
            "stock-1",
            "--k",
            "3",
            "--keys",
            "3",
        ];
        let of = custodians.join(",");
        self.buyer
            .ok(&words(&call, &["--custodian", &of, "--key", &self.buyer_key]));
        while !self.custodians_look().is_empty() {}
        for (slot, stage) in [("0", "open"), ("1", "final"), ("2", "draw")] {
            let assign = [
                "tender",
                "assign-key",
                "T1",
                "--stage",
                stage,
                "--ceremony",
                "stock-1",
            ];
            self.buyer
                .ok(&words(&assign, &["--slot", slot, "--key", &self.buyer_key]));
        }
    }

    /// The template of the trade method, with nothing but the names of this tender filled in.
    fn consult(&mut self) {
        let mut notice = self.buyer.ok(&["notice", "--way", "consultation"]);
        assert_eq!(notice["procedure"]["way"], "consultation");
        self.closes_at = notice["closes_at"].as_i64().unwrap();
        notice["tender"] = json!("T1");
        notice["title"] = json!("信息系统运维服务");
        let document = self.buyer.file("磋商文件.txt");
        std::fs::write(&document, "信息系统运维服务磋商文件\n".repeat(50)).unwrap();
        let upload = ["tender", "upload", &document, "--key", &self.buyer_key];
        notice["documents"] = json!([self.buyer.ok(&upload)]);
        for stage in notice["stages"].as_array_mut().unwrap() {
            let keys = self.facts("key.assigned");
            let own = keys.iter().find(|key| key["body"]["stage"] == stage["stage"]);
            stage["key_id"] = own.unwrap()["body"]["key_id"].clone();
        }
        let file = self.buyer.file("notice.json");
        let publish = ["notice", file.as_str(), "--key", self.buyer_key.as_str()];
        // 财库〔2014〕214号10: ten days.
        let mut hasty = notice.clone();
        hasty["closes_at"] = json!(self.platform.now().0 + 9 * DAY);
        std::fs::write(&file, hasty.to_string()).unwrap();
        assert_eq!(self.buyer.fails(1, &publish), "procedure.tendering_short");
        std::fs::write(&file, notice.to_string()).unwrap();
        self.buyer.ok(&publish);
    }

    fn letter(&self, n: usize, out: &str, price: Option<i64>) {
        let machine = &self.bidders[n - 1];
        let (folder, account, key) = (machine.file("bid"), format!("bidder-{n:02}"), Self::bidder_key(n));
        let price = price.map(|yuan| format!("{yuan}.00"));
        let mut letter = vec![
            "bid",
            "letter",
            "--folder",
            &folder,
            "--account",
            &account,
            "--key",
            &key,
        ];
        letter.extend([
            "--name",
            "某服务有限公司",
            "--period-days",
            "365",
            "--project-lead",
            "李工",
        ]);
        letter.extend(["--out", out]);
        letter.extend(price.iter().flat_map(|price| ["--price", price]));
        machine.ok(&letter);
    }

    fn seal_part(&self, n: usize, file: &str, part: &str) {
        let machine = &self.bidders[n - 1];
        let folder = machine.file("bid");
        machine.ok(&["seal", file, "--folder", &folder, "--lot", "1", "--part", part]);
    }

    fn hand_in(&self, n: usize) {
        let machine = &self.bidders[n - 1];
        machine.ok(&[
            "submit",
            "--folder",
            &machine.file("bid"),
            "--key",
            &Self::bidder_key(n),
        ]);
    }

    /// First responses: a letter without a price and a technical file.
    fn respond(&self) {
        for (n, machine) in (1..).zip(&self.bidders) {
            let (account, key, folder) = (format!("bidder-{n:02}"), Self::bidder_key(n), machine.file("bid"));
            let enter = [
                "bid",
                "enter",
                "T1",
                "--account",
                &account,
                "--key",
                &key,
                "--folder",
                &folder,
            ];
            machine.ok(&enter);
            let (letter, file) = (machine.file("letter.json"), machine.file("technical.txt"));
            self.letter(n, &letter, None);
            std::fs::write(&file, "运维服务方案\n".repeat(500)).unwrap();
            self.seal_part(n, &letter, "letter");
            self.seal_part(n, &file, "technical");
            self.hand_in(n);
        }
    }

    /// One opening without a lock: list, shares, record, end.
    fn open_stage(&self, stage: &str) -> Value {
        self.wait_for("listed", stage);
        self.platform.advance(31 * MINUTE);
        self.wait_for("sharing", stage);
        self.custodians_look();
        self.wait_for("recorded", stage);
        self.platform.advance(HOUR + MINUTE);
        self.wait_for("closed", stage);
        let recorded = self.facts("opening.recorded");
        let own = recorded.iter().find(|fact| fact["body"]["stage"] == stage);
        own.unwrap()["body"].clone()
    }

    /// The talks leave the last bidder out; the others are told at once what changed.
    fn invite(&self) {
        let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
        let until = at(self.platform.now().0 + DAY);
        let invite = [
            "tender",
            "invite",
            "T1",
            "--stage",
            "final",
            "--closes-at",
            &until,
            "--key",
            &self.buyer_key,
        ];
        assert_eq!(
            self.buyer.fails(2, &invite),
            "input",
            "the first opening is not over"
        );
        self.platform.advance_to(Instant(self.closes_at + 3_000));
        let first = self.open_stage("open");
        let bids = first["bids"].as_array().unwrap();
        assert_eq!(bids.len(), BIDDERS);
        assert!(
            bids.iter()
                .all(|bid| bid["parts"][0]["letter"]["price"].is_null()),
            "{first}"
        );
        let of = |account: &str| {
            let own = bids.iter().find(|bid| bid["account"] == account);
            own.unwrap()["bid"].as_str().unwrap().to_owned()
        };
        let until = at(self.platform.now().0 + DAY);
        let out = format!("{}=不满足第3.2条实质性要求", of("bidder-04"));
        let invite = [
            "tender",
            "invite",
            "T1",
            "--stage",
            "final",
            "--closes-at",
            &until,
            "--key",
            &self.buyer_key,
        ];
        let said = words(
            &invite,
            &["--leave-out", &out, "--change", "响应时间由8小时改为4小时"],
        );
        self.buyer.ok(&said);
        self.buyer.fails(2, &invite);
        let invited = self.facts("quotes.invited")[0]["body"].clone();
        assert_eq!(invited["invited"].as_array().unwrap().len(), 3, "{invited}");
        assert_eq!(invited["left_out"][0]["bid"], of("bidder-04"), "{invited}");
    }

    /// Final quotes, sealed again; the second bidder replaces its own, and who was left out cannot quote.
    fn quote(&self) -> Value {
        let one = |n: usize, yuan: i64| {
            let letter = self.bidders[n - 1].file("quote.json");
            self.letter(n, &letter, Some(yuan));
            self.seal_part(n, &letter, "quote");
            self.hand_in(n);
        };
        for (n, yuan) in (1..).zip(QUOTES) {
            one(n, yuan);
        }
        one(2, QUOTES[1] - 50_000);
        let uninvited: &Machine = &self.bidders[3];
        let letter = uninvited.file("quote.json");
        self.letter(4, &letter, Some(1));
        let (folder, key) = (uninvited.file("bid"), Self::bidder_key(4));
        let sealed = uninvited.run(&[
            "seal", &letter, "--folder", &folder, "--lot", "1", "--part", "quote",
        ]);
        let submitted = uninvited.run(&["submit", "--folder", &folder, "--key", &key]);
        assert!(
            sealed.code != 0 || submitted.code != 0,
            "{sealed:?} {submitted:?}"
        );
        assert!(
            !self.shown().to_string().contains("65000000"),
            "a sealed price is told to nobody"
        );
        let until = self.facts("quotes.invited")[0]["body"]["closes_at"]
            .as_i64()
            .unwrap();
        self.platform.advance_to(Instant(until + 3_000));
        self.open_stage("final")
    }
}

fn a_consultation_by_command_line(database: &Database) {
    let mut story = Story::cast(database);
    story.assign();
    story.consult();
    story.respond();
    story.invite();
    let prices = story.quote();
    let mut read: Vec<_> = (prices["bids"].as_array().unwrap().iter())
        .map(|bid| bid["parts"][0]["letter"]["price"]["minor"].as_i64().unwrap())
        .collect();
    read.sort_unstable();
    assert_eq!(read, [60_000_000, 70_000_000, 80_000_000]);
    let seats = story.panel();
    let result = story.judge(&seats);
    let ranking = result["body"]["lots"][0]["ranking"].clone();
    // 财库〔2014〕214号24: 20 points times the lowest final quote over the own one, beside 70 of the panel.
    let points: Vec<_> = (ranking.as_array().unwrap().iter())
        .map(|one| {
            (
                one["panel_e4"].as_i64().unwrap(),
                one["price_e4"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        points,
        [(700_000, 200_000), (700_000, 171_400), (700_000, 150_000)],
        "{ranking}"
    );
    story.conclude(&seats);
    story.settle();
    story.strangers_verify();
    let (dossier, policy) = (
        story.buyer.file("T1.tar"),
        story.platform.policy().display().to_string(),
    );
    let said = verify(&[&dossier, "--policy", &policy, "--json"]);
    let ours: Value = serde_json::from_slice(&said.stdout).unwrap();
    let outcome = |id: &str| {
        let checks = ours["checks"].as_array().unwrap().iter();
        checks.clone().find(|check| check["id"] == id).unwrap()["outcome"].clone()
    };
    for id in ["21", "29", "30", "33", "35", "38", "39"] {
        assert_eq!(outcome(id), "pass", "check {id}");
    }
    if let Some(theirs) = python_verdict(&dossier, &policy) {
        assert_eq!(theirs["good"], true, "{theirs:#}");
    }
}

on_both!(a_consultation_by_command_line);
