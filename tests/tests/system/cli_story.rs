//! A two-envelope tender (双信封: 技术标, 商务标) from enrolment to the deadline, by nothing but `kaibiao` commands.

use crate::kaibiao::{Machine, example_file};
use crate::platform::{Database, Platform};
use facts::time::{DAY, HOUR};
use serde_json::{Value, json};

/// Bidders; the last one withdraws.
pub(crate) const BIDDERS: usize = 4;

/// The story so far: everybody's machine.
pub(crate) struct Story {
    pub(crate) platform: Platform,
    pub(crate) registrar: Machine,
    pub(crate) buyer: Machine,
    pub(crate) supervisor: Machine,
    pub(crate) custodians: Vec<Machine>,
    pub(crate) bidders: Vec<Machine>,
    pub(crate) experts: Vec<Machine>,
    /// The buyer's own key file.
    pub(crate) buyer_key: String,
    /// The deadline.
    pub(crate) closes_at: i64,
}

impl Story {
    /// Everything up to the last hour before the deadline.
    pub(crate) fn tell(database: &Database) -> Self {
        let mut story = Self::cast(database);
        story.make_keys();
        story.announce();
        story.clarify();
        story.bid();
        story.amend();
        story
    }

    /// Everybody with a machine of the own and an account, and nothing else.
    pub(crate) fn cast(database: &Database) -> Self {
        let platform = Platform::start(database);
        let machine = |name: &str| Machine::new(&platform, name);
        let machines = |name: &str, count: usize| {
            (1..=count)
                .map(|n| machine(&format!("{name}-{n}")))
                .collect::<Vec<_>>()
        };
        let (registrar, buyer, supervisor) = (machine("registrar"), machine("buyer"), machine("supervisor"));
        let (custodians, bidders, experts) = (
            machines("custodian", 5),
            machines("bidder", BIDDERS),
            machines("expert", 5),
        );
        let buyer_key = buyer.file("buyer.pem");
        let story = Self {
            platform,
            registrar,
            buyer,
            supervisor,
            custodians,
            bidders,
            experts,
            buyer_key,
            closes_at: 0,
        };
        story.enrol();
        story
    }

    /// The seed of custodian `n`, from 1: the first made its own, the others use example seeds.
    pub(crate) fn seed(&self, n: usize) -> String {
        if n == 1 {
            self.custodians[0].file("seed.pem")
        } else {
            example_file(&format!("custodian-{n}-seed"))
        }
    }

    /// The account key of bidder `n`, from 1.
    pub(crate) fn bidder_key(n: usize) -> String {
        example_file(&format!("bidder-{n:02}"))
    }

    /// What is public of the tender.
    pub(crate) fn shown(&self) -> Value {
        self.supervisor.ok(&["tender", "show", "T1"])
    }

    /// The public facts of a kind.
    pub(crate) fn facts(&self, kind: &str) -> Vec<Value> {
        let shown = self.shown();
        let records = shown["records"].as_array().unwrap().iter();
        records.filter(|record| record["kind"] == kind).cloned().collect()
    }

    fn enrol_one(&self, machine: &Machine, account: &str, role: &str, key: &str, seed: Option<&str>) {
        let (request, name) = (machine.file("request.json"), format!("某{account}单位"));
        let mut words = vec!["account", "request", account, "--name", &name, "--roles", role];
        words.extend(["--key", key, "--out", &request]);
        words.extend(seed.iter().flat_map(|seed| ["--seed", seed]));
        machine.ok(&words);
        let done = self
            .registrar
            .ok(&["account", "enrol", &request, "--key", &example_file("registrar")]);
        assert!(done["seq"].is_u64() && done["receipt"].is_string(), "{done}");
        let shown = machine.ok(&["account", "show", account]);
        assert_eq!(shown["roles"], json!([role]));
        assert!(!shown.to_string().contains(&name), "names are withheld: {shown}");
    }

    fn enrol(&self) {
        let made = self.buyer.ok(&["key", "new", "--out", &self.buyer_key]);
        assert_eq!(self.buyer.ok(&["key", "show", &self.buyer_key]), made);
        self.buyer.fails(2, &["key", "new", "--out", &self.buyer_key]);
        self.enrol_one(&self.buyer, "buyer", "buyer", &self.buyer_key, None);
        let seed = self.seed(1);
        let made = self.custodians[0].ok(&["key", "new-seed", "--out", &seed]);
        assert_eq!(self.custodians[0].ok(&["key", "show-seed", &seed]), made);
        for (n, machine) in (1..).zip(&self.custodians) {
            let (account, seed) = (format!("custodian-{n}"), self.seed(n));
            self.enrol_one(
                machine,
                &account,
                "custodian",
                &example_file(&account),
                Some(&seed),
            );
        }
        for (n, machine) in (1..).zip(&self.bidders) {
            self.enrol_one(
                machine,
                &format!("bidder-{n:02}"),
                "bidder",
                &Self::bidder_key(n),
                None,
            );
        }
        for (n, machine) in (1..).zip(&self.experts) {
            let account = format!("expert-{n}");
            self.enrol_one(machine, &account, "expert", &example_file(&account), None);
        }
        self.enrol_one(
            &self.supervisor,
            "supervisor",
            "supervisor",
            &example_file("supervisor"),
            None,
        );
    }

    /// Every custodian's agent looks once; what they did.
    pub(crate) fn custodians_look(&self) -> Vec<Value> {
        let mut events = Vec::new();
        for (n, machine) in (1..).zip(&self.custodians) {
            let ran = machine.run(&[
                "custodian",
                "run",
                "--seed",
                &self.seed(n),
                "--once",
                "--shares",
                "checked",
            ]);
            assert_eq!(ran.code, 0, "custodian {n}: {ran:?}");
            assert!(
                ran.said.iter().all(|event| event["event"] != "stopped"),
                "custodian {n}: {ran:?}"
            );
            events.extend(ran.said);
        }
        events
    }

    /// A stock of three keys: one for each envelope, one for draws.
    fn make_keys(&self) {
        let register = [
            "tender",
            "register",
            "T1",
            "--title",
            "县医院门诊楼施工",
            "--buyer",
            "buyer",
        ];
        self.buyer
            .ok(&[register.as_slice(), &["--key", &self.buyer_key]].concat());
        let custodians: Vec<String> = (1..=5).map(|n| format!("custodian-{n}")).collect();
        let call = [
            "ceremony",
            "call",
            "--ceremony",
            "stock-1",
            "--custodian",
            &custodians.join(","),
            "--k",
            "3",
        ];
        self.buyer
            .ok(&[call.as_slice(), &["--keys", "3", "--key", &self.buyer_key]].concat());
        let mut rounds = 0;
        while !self.custodians_look().is_empty() {
            rounds += 1;
            assert!(rounds < 8, "the ceremony does not come to an end");
        }
        let shown = self.buyer.ok(&["ceremony", "show", "stock-1"]);
        assert_eq!(shown["state"]["phase"], "completed", "{shown}");
        assert_eq!(
            self.buyer.ok(&["ceremony", "list"])["ceremonies"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        for (slot, stage) in [("0", "technical"), ("1", "price"), ("2", "draw")] {
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
                .ok(&[assign.as_slice(), &["--slot", slot, "--key", &self.buyer_key]].concat());
        }
    }

    /// The notice: the printed template, edited as JSON.
    fn announce(&mut self) {
        let document = self.buyer.file("招标文件.txt");
        std::fs::write(&document, "县医院门诊楼施工招标文件\n".repeat(50)).unwrap();
        let document = self
            .buyer
            .ok(&["tender", "upload", &document, "--key", &self.buyer_key]);
        let mut notice = self.buyer.ok(&["notice"]);
        let now = self.platform.now().0;
        self.closes_at = now + 26 * DAY;
        let keys = self.facts("key.assigned");
        let key = |stage: &str| {
            let found = keys.iter().find(|record| record["body"]["stage"] == stage);
            found.unwrap()["body"]["key_id"].clone()
        };
        notice["tender"] = json!("T1");
        notice["title"] = json!("县医院门诊楼施工");
        notice["closes_at"] = json!(self.closes_at);
        notice["documents"] = json!([document]);
        notice["documents_from"] = json!(now + HOUR);
        notice["documents_until"] = json!(now + 7 * DAY);
        notice["opening"]["bidder_lock"] = json!(true);
        notice["method"] = json!({
            "method": "composite", "above": 200, "below": 100, "drop_high": 0, "drop_low": 0, "float_bp": 0,
            "items": [{ "item": "construction", "max": 4000, "title": "施工组织设计" }],
            "panel": 5, "price_points": 6000,
        });
        notice["stages"] = json!([
            { "stage": "technical", "key_id": key("technical"), "parts": [
                { "part": "cover", "role": "letter", "max_bytes": 65_536 },
                { "part": "design", "role": "panel", "max_bytes": 1_048_576 },
            ] },
            { "stage": "price", "key_id": key("price"), "parts": [
                { "part": "offer", "role": "letter", "max_bytes": 65_536 },
            ] },
        ]);
        let file = self.buyer.file("notice.json");
        // The law asks for twenty days.
        let mut hasty = notice.clone();
        hasty["closes_at"] = json!(now + 12 * DAY);
        std::fs::write(&file, hasty.to_string()).unwrap();
        let publish = ["notice", file.as_str(), "--key", self.buyer_key.as_str()];
        assert_eq!(self.buyer.fails(1, &publish), "notice.too_short");
        // A key that draws never opens.
        let mut mixed = notice.clone();
        mixed["stages"][1]["key_id"] = key("draw");
        std::fs::write(&file, mixed.to_string()).unwrap();
        assert_eq!(self.buyer.run(&publish).code, 1, "the draw key of a stage");
        std::fs::write(&file, notice.to_string()).unwrap();
        self.buyer.ok(&publish);
        assert_eq!(self.buyer.fails(1, &publish), "tender.noticed");
        assert_eq!(self.shown()["state"]["phase"], "noticed");
        assert_eq!(
            self.buyer.ok(&["tender", "list"])["tenders"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }

    fn clarify(&self) {
        self.platform.advance(2 * DAY);
        let asked = self.bidders[0].ok(&[
            "tender",
            "ask",
            "T1",
            "电梯基坑深度?",
            "--key",
            &Self::bidder_key(1),
        ]);
        let question = asked["question"].as_str().unwrap();
        assert!(self.facts("question.asked").is_empty(), "nobody learns who asks");
        let answer = [
            "tender",
            "answer",
            "T1",
            question,
            "--text",
            "电梯基坑深度?",
            "--answer",
            "1.8 米",
        ];
        self.buyer
            .ok(&[answer.as_slice(), &["--key", &self.buyer_key]].concat());
        assert_eq!(self.facts("question.answered").len(), 1);
    }
}
