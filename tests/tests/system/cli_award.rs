//! The command line's tender after its opening: scores, award, and what strangers make of it.

use crate::cli_story::Story;
use crate::kaibiao::{example_file, until};
use facts::Instant;
use facts::time::{HOUR, MINUTE};
use serde_json::{Value, json};

impl Story {
    /// The registrar's pool, the draw by the custodians, calls, a full panel; who sits on which seat.
    fn draw(&self) -> Vec<String> {
        let entry = |n: usize| {
            json!({
                "account": format!("expert-{n}"), "credentials": [], "employer": format!("设计院-{n}"), "kin": [],
                "past": [], "pool": "county", "regions": ["51"], "senior": true, "since": 1_000_000_000_000_i64,
                "specialities": ["A01"],
            })
        };
        let registrar = example_file("registrar");
        let pool = self.registrar.file("pool.json");
        let entries: Vec<Value> = (1..=5).map(entry).collect();
        std::fs::write(&pool, json!(entries).to_string()).unwrap();
        let listed = self.registrar.run(&["expert", "add", &pool, "--key", &registrar]);
        assert_eq!((listed.code, listed.said.len()), (0, 5), "{listed:?}");
        let whole = ["expert", "list", "--pool", "county", "--key", &registrar];
        assert_eq!(self.registrar.ok(&whole)["experts"].as_array().unwrap().len(), 5);
        let suspend = [
            "expert", "suspend", "expert-2", "--pool", "county", "--reason", "核查",
        ];
        self.registrar
            .ok(&[suspend.as_slice(), &["--key", &registrar]].concat());
        let draw = [
            "draw", "experts", "T1", "--draw", "panel", "--pool", "county", "--seats", "5",
        ];
        let draw = [
            draw.as_slice(),
            &[
                "--speciality",
                "A01",
                "--region",
                "510000",
                "--key",
                &self.buyer_key,
            ],
        ]
        .concat();
        until("the evaluation", || {
            let ran = self.buyer.run(&draw);
            let small = ran.code == 1 && format!("{ran:?}").contains("draw.pool_small");
            small.then_some(())
        });
        let lift = [
            "expert",
            "reinstate",
            "expert-2",
            "--pool",
            "county",
            "--reason",
            "核查完毕",
        ];
        self.registrar
            .ok(&[lift.as_slice(), &["--key", &registrar]].concat());
        self.buyer.ok(&draw);
        assert_eq!(self.buyer.fails(1, &draw), "draw.exists");
        until("the draw", || {
            self.custodians_look();
            let listed = self.buyer.ok(&["draw", "list", "T1"]);
            (listed["draws"][0]["state"] == "completed").then_some(())
        });
        let mut seats = Vec::new();
        for (n, machine) in (1..).zip(&self.experts) {
            let key = example_file(&format!("expert-{n}"));
            let calls = machine.ok(&["expert", "calls", "T1", "--key", &key]);
            let call = &calls["calls"][0];
            let place = call["place"].to_string();
            let accept = [
                "expert", "answer", "T1", "--draw", "panel", "--place", &place, "--key", &key,
            ];
            machine.ok(&accept);
            seats.push(call["seat"].as_str().unwrap().to_owned());
        }
        let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
        let now = self.platform.now().0;
        let (from, end) = (at(now - HOUR), at(now + 24 * HOUR));
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

    /// The first round; who sits where, and the result.
    pub(crate) fn evaluate(&self) -> (Vec<String>, Value) {
        let key = |n: usize| example_file(&format!("expert-{n}"));
        let seats = self.draw();
        for ((n, machine), seat) in (1..).zip(&self.experts).zip(&seats) {
            machine.ok(&["evaluation", "recuse", "T1", "--seat", seat, "--key", &key(n)]);
            machine.ok(&["seat", "enter", "T1", "--seat", seat, "--key", &key(n)]);
            let vote = ["seat", "vote", "T1", "--seat", seat, "--candidate", &seats[0]];
            let own = key(n);
            let vote = [vote.as_slice(), &["--key", &own]].concat();
            if n < 5 {
                assert_eq!(machine.fails(1, &vote), "panel.not_ready");
            }
        }
        let said = [
            "seat",
            "say",
            "T1",
            "--seat",
            &seats[1],
            "先看施工组织设计",
            "--key",
            &key(2),
        ];
        self.experts[1].ok(&said);
        for ((n, machine), seat) in (1..).zip(&self.experts).zip(&seats) {
            let vote = [
                "seat",
                "vote",
                "T1",
                "--seat",
                seat,
                "--candidate",
                &seats[0],
                "--key",
                &key(n),
            ];
            machine.ok(&vote);
            let view = machine.ok(&["evaluation", "seat", "T1", "--key", &key(n)]);
            let text = view.to_string();
            assert!(
                !text.contains("bidder-") && !text.contains("price") && !text.contains("建设"),
                "{text}"
            );
            let codes = view["codes"].as_array().unwrap();
            assert_eq!(codes.len(), 3, "{view}");
            let first = codes[0]["code"].as_str().unwrap();
            let naming: Vec<Value> = codes
                .iter()
                .map(|code| {
                    let code = code["code"].as_str().unwrap();
                    let words = ["evaluation", "names", "T1", "--code", code, "--part", "design"];
                    machine.ok(&[words.as_slice(), &["--key", &key(n)]].concat())["places"].clone()
                })
                .filter(|places| *places != json!([]))
                .collect();
            assert_eq!(naming, [json!(["text"])], "one file names its bidder");
            let out = machine.file("dossier.txt");
            let words = [
                "evaluation",
                "file",
                "T1",
                "--code",
                first,
                "--part",
                "design",
                "--out",
                &out,
            ];
            machine.ok(&[words.as_slice(), &["--key", &key(n)]].concat());
            assert!(std::fs::read_to_string(&out).unwrap().contains("施工组织设计"));
            let told = self.readings(1);
            assert_eq!(
                told,
                json!({ "emergencies": [], "readings": [], "shown": false }),
                "nothing is told early"
            );
            let keep = self.commit(n, seat, 1);
            if n == 1 {
                assert_eq!(
                    machine.fails(1, &["score", "reveal", "--keep", &keep, "--key", &key(n)]),
                    "score.early"
                );
            }
        }
        assert_eq!(
            self.deviations(),
            "deviations.sealed",
            "supervision sees no score before the reveal"
        );
        let result = self.reveal(1);
        assert_eq!(
            self.deviations(),
            "shown",
            "and how far they are apart right after it"
        );
        self.sign(&seats, 1);
        (seats, result)
    }

    /// Expert `n` reads the codes and commits to a sheet; where it is kept until the reveal.
    pub(crate) fn commit(&self, n: usize, seat: &str, round: usize) -> String {
        let (machine, key) = (&self.experts[n - 1], example_file(&format!("expert-{n}")));
        let view = machine.ok(&["evaluation", "seat", "T1", "--key", &key]);
        let mut sheet = serde_json::Map::new();
        for (place, code) in (0..).zip(view["codes"].as_array().unwrap()) {
            // In the second round the order is the other way round.
            let place: usize = if round == 1 { place } else { 2 - place };
            let points = json!({ "construction": 3_000 + 100 * place + 10 * n });
            sheet.insert(code["code"].as_str().unwrap().to_owned(), points);
        }
        let (file, keep) = (
            machine.file(&format!("sheet-{round}.json")),
            machine.file(&format!("kept-{round}.json")),
        );
        std::fs::write(&file, Value::Object(sheet).to_string()).unwrap();
        let words = [
            "score", "commit", "T1", "--seat", seat, "--sheet", &file, "--keep", &keep,
        ];
        machine.ok(&[words.as_slice(), &["--key", &key]].concat());
        keep
    }

    /// Everybody reveals; the result that follows.
    pub(crate) fn reveal(&self, round: usize) -> Value {
        for (n, machine) in (1..).zip(&self.experts) {
            let (keep, key) = (
                machine.file(&format!("kept-{round}.json")),
                example_file(&format!("expert-{n}")),
            );
            machine.ok(&["score", "reveal", "--keep", &keep, "--key", &key]);
        }
        until("the result", || {
            let ran = self.buyer.run(&["evaluation", "result", "T1"]);
            (ran.code == 0).then(|| ran.said[0].clone())
        })
    }

    /// Whether supervision is shown how far the scores are apart, or the code with which it is not.
    pub(crate) fn deviations(&self) -> String {
        let supervisor = example_file("supervisor");
        let ran = self
            .supervisor
            .run(&["supervision", "deviations", "T1", "--key", &supervisor]);
        if ran.code == 0 {
            assert_eq!(ran.said[0]["seats"].as_array().unwrap().len(), 5, "{ran:?}");
            assert!(!ran.said[0].to_string().contains("expert-"), "{ran:?}");
            return "shown".to_owned();
        }
        assert!(format!("{ran:?}").contains("deviations.sealed"), "{ran:?}");
        "deviations.sealed".to_owned()
    }

    /// Candidates wait for the report; every member reads the file and signs it, one refuses with reasons.
    pub(crate) fn sign(&self, seats: &[String], round: usize) {
        let key = |n: usize| example_file(&format!("expert-{n}"));
        until("the report", || {
            let (out, key) = (self.experts[0].file("early.pdf"), key(1));
            let words = ["evaluation", "report", "T1", "--out", &out, "--key", &key];
            let ran = self.experts[0].run(&words);
            (ran.code == 0 && ran.said[0]["round"] == round).then_some(())
        });
        let publicise = ["tender", "publicise", "T1", "--key", self.buyer_key.as_str()];
        let early = self.buyer.fails(1, &publicise);
        assert!(
            early == "candidates.not_reported" || round > 1 && early == "candidates.not_evaluated",
            "{early}"
        );
        for ((n, machine), seat) in (1..).zip(&self.experts).zip(seats) {
            let (out, key) = (machine.file("report.pdf"), key(n));
            let words = ["evaluation", "report", "T1", "--out", &out, "--key", &key];
            let said = machine.ok(&words);
            assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF-1.7"));
            assert!(said["annex"].is_null(), "{said}");
            assert_eq!(said["round"], round);
            let sign = ["evaluation", "sign", "T1", "--seat", seat, "--report", &out];
            let own: &[&str] = match (n, round) {
                (2, 1) => &["--refuse", "与本人现场意见不符"],
                (3, 2) => &["--dissent", "第三家的工期不可行"],
                _ => &[],
            };
            machine.ok(&[&sign, own, &["--key", &key]].concat());
        }
        // Complete, because every seat has spoken: now the buyer reads the very file that was signed.
        let out = self.buyer.file("report.pdf");
        let words = ["tender", "report", "T1", "--out", &out, "--key", &self.buyer_key];
        let annex = self.buyer.ok(&words)["annex"].as_str().unwrap().to_owned();
        assert_eq!(
            std::fs::read(&out).unwrap(),
            std::fs::read(self.experts[0].file("report.pdf")).unwrap()
        );
        // What the members said stands in the annex, the same bytes whenever it is printed.
        let first = std::fs::read(&annex).unwrap();
        assert!(first.starts_with(b"%PDF-1.7"));
        self.buyer.ok(&words);
        assert_eq!(std::fs::read(&annex).unwrap(), first);
    }

    pub(crate) fn award(&self) {
        let supervisor = example_file("supervisor");
        let candidates = self.facts("candidates.publicised").pop().unwrap()["body"].clone();
        assert_eq!(candidates["candidates"].as_array().unwrap().len(), 3);
        let award = ["tender", "award", "T1", "--key", self.buyer_key.as_str()];
        assert_eq!(self.buyer.fails(1, &award), "award.too_early");
        let words = [
            "tender",
            "object",
            "T1",
            "业绩存疑",
            "--key",
            &Self::bidder_key(3),
        ];
        let objection = self.bidders[2].ok(&words)["objection"]
            .as_str()
            .unwrap()
            .to_owned();
        let words = [
            "order",
            "suspend",
            "T1",
            "--basis",
            "招标投标法实施条例61",
            "--reason",
            "核查投诉",
        ];
        let order = self
            .supervisor
            .ok(&[words.as_slice(), &["--key", &supervisor]].concat());
        let order = order["order"].as_str().unwrap();
        until("the suspension", || {
            (self.shown()["state"]["suspended"] == true).then_some(())
        });
        let docket = self
            .supervisor
            .ok(&["supervision", "docket", "T1", "--key", &supervisor]);
        assert!(docket.to_string().contains(order), "{docket}");
        let reply = [
            "tender",
            "reply-candidates",
            "T1",
            &objection,
            "--text",
            "业绩属实",
            "--key",
            &self.buyer_key,
        ];
        assert_eq!(self.buyer.fails(1, &reply), "tender.suspended");
        self.platform.advance(HOUR);
        let words = [
            "order",
            "resume",
            "T1",
            order,
            "--reason",
            "核查完毕",
            "--key",
            &supervisor,
        ];
        self.supervisor.ok(&words);
        until("the resumption", || {
            (self.shown()["state"]["suspended"] == false).then_some(())
        });
        self.platform
            .advance_to(Instant(candidates["until"].as_i64().unwrap() + MINUTE));
        assert_eq!(
            self.buyer.fails(1, &award),
            "award.too_early",
            "the time suspended is given back"
        );
        self.platform.advance(2 * HOUR);
        assert_eq!(self.buyer.fails(1, &award), "objection.open");
        self.buyer.ok(&reply);
        self.buyer.ok(&award);
        assert_eq!(self.shown()["state"]["phase"], "awarded");
        let docket = self
            .supervisor
            .ok(&["supervision", "docket", "--key", &supervisor]);
        assert_eq!(docket["matters"].as_array().unwrap().len(), 1, "{docket}");
        let audit = self
            .supervisor
            .ok(&["supervision", "audit", "--key", &supervisor]);
        assert_eq!(audit["sound"], true, "{audit}");
    }
}
