//! The bidders of the command line's tender: sealing, submitting, an addendum, a replacement, a withdrawal.

use crate::cli_story::Story;
use crate::kaibiao::read;
use facts::time::{DAY, MINUTE};
use serde_json::{Value, json};

impl Story {
    /// Seals every part anew; `yuan` goes into the price letter.
    fn seal(&self, n: usize, yuan: &str) {
        let machine = &self.bidders[n - 1];
        let (folder, account, key) = (machine.file("bid"), format!("bidder-{n:02}"), Self::bidder_key(n));
        let name = format!("第{n}建设有限公司");
        let (cover, offer, design) = (
            machine.file("cover.json"),
            machine.file("offer.json"),
            machine.file("design.txt"),
        );
        let letter = |out: &str, price: &[&str]| {
            let words = [
                "bid",
                "letter",
                "--folder",
                &folder,
                "--account",
                &account,
                "--key",
                &key,
                "--name",
                &name,
            ];
            let words = [
                words.as_slice(),
                &["--period-days", "300", "--project-lead", "王工", "--out", out],
                price,
            ];
            machine.ok(&words.concat());
        };
        letter(&cover, &[]);
        letter(&offer, &["--price", yuan]);
        // One of them names itself in the part that experts read without names.
        let author = if n == 1 { name.as_str() } else { "本单位" };
        std::fs::write(&design, format!("{author}施工组织设计\n").repeat(500)).unwrap();
        for (file, part) in [(&cover, "cover"), (&design, "design"), (&offer, "offer")] {
            let sealed = machine.ok(&["seal", file, "--folder", &folder, "--lot", "1", "--part", part]);
            assert_eq!(sealed["sealed"], true);
        }
    }

    fn submit(&self, n: usize) -> Value {
        let machine = &self.bidders[n - 1];
        machine.ok(&[
            "submit",
            "--folder",
            &machine.file("bid"),
            "--key",
            &Self::bidder_key(n),
        ])
    }

    pub(crate) fn bid(&self) {
        self.platform.advance_to(facts::Instant(self.closes_at - 7 * DAY));
        for (n, machine) in (1..).zip(&self.bidders) {
            let (account, key) = (format!("bidder-{n:02}"), Self::bidder_key(n));
            let folder = machine.file("bid");
            machine.ok(&[
                "bid",
                "enter",
                "T1",
                "--account",
                &account,
                "--key",
                &key,
                "--folder",
                &folder,
            ]);
            assert_eq!(
                machine.fails(2, &["submit", "--folder", &folder, "--key", &key]),
                "input"
            );
            self.seal(n, &format!("{}.00", 9_800_000 + 100_000 * n));
            self.submit(n);
            let check = machine.ok(&["bid", "check", "--folder", &folder]);
            assert_eq!(
                (&check["intact"], &check["current_rules"]),
                (&json!(true), &json!(true)),
                "{check}"
            );
        }
        let folder = self.bidders[3].file("bid");
        self.bidders[3].ok(&["bid", "withdraw", "--folder", &folder]);
        assert_eq!(
            self.bidders[3].fails(1, &["bid", "withdraw", "--folder", &folder]),
            "bid.not_submitted"
        );
        let mine = self.bidders[0].ok(&["bid", "mine", "T1", "--key", &Self::bidder_key(1)]);
        assert_eq!(mine["facts"].as_array().unwrap().len(), 2, "{mine}");
        let kinds: Vec<_> = self.shown()["records"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["kind"].clone())
            .collect();
        assert!(
            !kinds
                .iter()
                .any(|kind| kind.as_str().unwrap().starts_with("bid.")),
            "{kinds:?}"
        );
    }

    /// An addendum: one bidder confirms, another replaces the bid, the third was replaced before and confirms too.
    pub(crate) fn amend(&self) {
        let words = [
            "tender",
            "amend",
            "T1",
            "--text",
            "更正第三章目录页码",
            "--key",
            &self.buyer_key,
        ];
        self.buyer.ok(&words);
        let folder = |n: usize| self.bidders[n - 1].file("bid");
        let check = self.bidders[0].ok(&["bid", "check", "--folder", &folder(1)]);
        assert_eq!(check["current_rules"], false, "{check}");
        for n in [1, 3] {
            self.bidders[n - 1].ok(&["bid", "confirm", "--folder", &folder(n)]);
        }
        let again = self.bidders[0].fails(1, &["bid", "confirm", "--folder", &folder(1)]);
        assert_eq!(again, "bid.acknowledged");
        self.seal(2, "9950000.00");
        self.submit(2);
        assert_eq!(read(self.bidders[1].home.join("bid/bid.json"))["revision"], 2);
        // On the last day, every custodian proves once for each stage that the shares are alive.
        self.platform
            .advance_to(facts::Instant(self.closes_at - 30 * MINUTE));
        let proved = self
            .custodians_look()
            .iter()
            .filter(|event| event["event"] == "proved")
            .count();
        assert_eq!(proved, 15, "five custodians, two envelopes and the key for draws");
        let seed = self.seed(2);
        let early = [
            "share",
            "--tender",
            "T1",
            "--stage",
            "technical",
            "--seed",
            &seed,
            "--yes",
        ];
        assert_eq!(
            self.custodians[1].fails(2, &early),
            "input",
            "nothing waits for a share yet"
        );
    }
}
