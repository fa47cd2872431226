//! The consultation of the command line after its final quotes: a panel of three, drawn; scores, report, award.

use crate::cli_story::Story;
use crate::consultation::{QUOTES, words};
use crate::kaibiao::{Machine, example_file, until};
use facts::Instant;
use facts::time::{DAY, HOUR, MINUTE};
use serde_json::{Value, json};

/// Members of the panel: as few as 财库〔2014〕214号14 allows.
const PANEL: usize = 3;

impl Story {
    /// Three of five experts, drawn; their seats, each with the number of its expert.
    pub(crate) fn panel(&self) -> Vec<(usize, String)> {
        let registrar = example_file("registrar");
        let entry = |n: usize| {
            json!({
                "account": format!("expert-{n}"), "credentials": [], "employer": format!("学院-{n}"), "kin": [],
                "past": [], "pool": "county", "regions": ["34"], "senior": true, "since": 1_000_000_000_000_i64,
                "specialities": ["D01"],
            })
        };
        let pool = self.registrar.file("pool.json");
        let entries: Vec<Value> = (1..=5).map(entry).collect();
        std::fs::write(&pool, json!(entries).to_string()).unwrap();
        assert_eq!(
            self.registrar
                .run(&["expert", "add", &pool, "--key", &registrar])
                .code,
            0
        );
        let draw = [
            "draw", "experts", "T1", "--draw", "panel", "--pool", "county", "--seats", "3",
        ];
        let of = ["--speciality", "D01", "--key", &self.buyer_key];
        until("the evaluation", || {
            (self.buyer.run(&words(&draw, &of)).code == 0).then_some(())
        });
        until("the draw", || {
            self.custodians_look();
            (self.buyer.ok(&["draw", "list", "T1"])["draws"][0]["state"] == "completed").then_some(())
        });
        let mut seats = Vec::new();
        for (n, machine) in (1..).zip(&self.experts) {
            let key = example_file(&format!("expert-{n}"));
            let calls = machine.ok(&["expert", "calls", "T1", "--key", &key]);
            let Some(call) = calls["calls"].as_array().unwrap().first() else {
                continue;
            };
            let place = call["place"].to_string();
            machine.ok(&[
                "expert", "answer", "T1", "--draw", "panel", "--place", &place, "--key", &key,
            ]);
            seats.push((n, call["seat"].as_str().unwrap().to_owned()));
        }
        assert_eq!(seats.len(), PANEL);
        let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
        let (from, end) = (at(self.platform.now().0 - HOUR), at(self.platform.now().0 + DAY));
        let hours = [
            "seat",
            "hours",
            "T1",
            "--from",
            &from,
            "--until",
            &end,
            "--key",
            &self.buyer_key,
        ];
        self.buyer.ok(&hours);
        seats
    }

    /// Declarations, the review, sealed scores and the result; every member gives every bid the same.
    pub(crate) fn judge(&self, seats: &[(usize, String)]) -> Value {
        let each = |work: &mut dyn FnMut(&Machine, &str, &str)| {
            for (n, seat) in seats {
                work(&self.experts[n - 1], seat, &example_file(&format!("expert-{n}")));
            }
        };
        each(&mut |machine, seat, key| {
            machine.ok(&["evaluation", "recuse", "T1", "--seat", seat, "--key", key]);
            machine.ok(&["seat", "enter", "T1", "--seat", seat, "--key", key]);
        });
        let vote = ["seat", "vote", "T1", "--candidate", &seats[0].1];
        each(&mut |machine, seat, key| {
            machine.ok(&words(&vote, &["--seat", seat, "--key", key]));
        });
        let view = self.experts[seats[0].0 - 1].ok(&[
            "evaluation",
            "seat",
            "T1",
            "--key",
            &example_file(&format!("expert-{}", seats[0].0)),
        ]);
        let codes: Vec<String> = (view["codes"].as_array().unwrap().iter())
            .map(|code| code["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(
            codes.len(),
            QUOTES.len(),
            "only final quotes are evaluated: {view}"
        );
        let votes: Vec<Value> = (codes.iter())
            .map(|code| json!({ "code": code, "item": "requirements", "passes": true, "reason": "" }))
            .collect();
        let points = json!({ "scheme": 4_000, "team": 1_800, "record": 1_200 });
        let sheet: serde_json::Map<_, _> = codes.iter().map(|code| (code.clone(), points.clone())).collect();
        each(&mut |machine, seat, key| {
            let file = machine.file("votes.json");
            std::fs::write(&file, json!(votes).to_string()).unwrap();
            machine.ok(&[
                "evaluation",
                "review",
                "T1",
                "--seat",
                seat,
                "--votes",
                &file,
                "--key",
                key,
            ]);
        });
        each(&mut |machine, seat, key| {
            let (file, keep) = (machine.file("sheet.json"), machine.file("kept.json"));
            std::fs::write(&file, json!(sheet).to_string()).unwrap();
            let commit = [
                "score", "commit", "T1", "--seat", seat, "--sheet", &file, "--keep", &keep,
            ];
            machine.ok(&words(&commit, &["--key", key]));
        });
        each(&mut |machine, _, key| {
            machine.ok(&[
                "score",
                "reveal",
                "--keep",
                &machine.file("kept.json"),
                "--key",
                key,
            ]);
        });
        until("the result", || {
            let ran = self.buyer.run(&["evaluation", "result", "T1"]);
            (ran.code == 0).then(|| ran.said[0].clone())
        })
    }

    /// The report is signed by all, candidates are shown, the award is made.
    pub(crate) fn conclude(&self, seats: &[(usize, String)]) {
        for (n, seat) in seats {
            let (machine, key) = (&self.experts[n - 1], example_file(&format!("expert-{n}")));
            let out = machine.file("report.pdf");
            until("the report", || {
                let ran = machine.run(&["evaluation", "report", "T1", "--out", &out, "--key", &key]);
                (ran.code == 0).then_some(())
            });
            machine.ok(&[
                "evaluation",
                "sign",
                "T1",
                "--seat",
                seat,
                "--report",
                &out,
                "--key",
                &key,
            ]);
        }
        self.buyer
            .ok(&["tender", "publicise", "T1", "--key", &self.buyer_key]);
        let shown = self.facts("candidates.publicised")[0]["body"].clone();
        let prices: Vec<_> = (shown["candidates"].as_array().unwrap().iter())
            .map(|one| {
                (
                    one["account"].as_str().unwrap().to_owned(),
                    one["price"]["minor"].as_i64().unwrap(),
                )
            })
            .collect();
        let lowest_first = [
            ("bidder-02", 60_000_000),
            ("bidder-03", 70_000_000),
            ("bidder-01", 80_000_000),
        ];
        assert_eq!(
            prices,
            lowest_first.map(|(account, price)| (account.to_owned(), price))
        );
        self.platform
            .advance_to(Instant(shown["until"].as_i64().unwrap() + MINUTE));
        self.buyer
            .ok(&["tender", "award", "T1", "--key", &self.buyer_key]);
        assert_eq!(self.shown()["state"]["phase"], "awarded");
    }
}
