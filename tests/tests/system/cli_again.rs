//! The command line's tender evaluated again by order of the supervisor: the old result stands no more, and stays.

use crate::cli_story::Story;
use crate::kaibiao::{example_file, until};
use serde_json::Value;

impl Story {
    /// Candidates are publicised, an order revokes them, the same panel judges anew, and others come first.
    pub(crate) fn again(&self, seats: &[String], first: &Value) {
        self.read_by(false);
        let publicise = ["tender", "publicise", "T1", "--key", self.buyer_key.as_str()];
        self.buyer.ok(&publicise);
        let supervisor = example_file("supervisor");
        let words = [
            "order",
            "reevaluate",
            "T1",
            "--basis",
            "招标投标法实施条例71",
            "--reason",
            "评标委员会未按规定的标准评审",
            "--key",
            &supervisor,
        ];
        self.supervisor.ok(&words);
        until("the new round", || {
            let evaluation =
                self.experts[0].ok(&["evaluation", "seat", "T1", "--key", &example_file("expert-1")]);
            (evaluation["step"] == "committing").then_some(())
        });
        assert_eq!(self.facts("candidates.revoked").len(), 1);
        let award = ["tender", "award", "T1", "--key", self.buyer_key.as_str()];
        assert_eq!(
            self.buyer.fails(1, &award),
            "candidates.unknown",
            "what was revoked is not awarded"
        );
        assert_eq!(
            self.buyer.fails(1, &publicise),
            "evaluation.unknown",
            "the old result is publicised no more"
        );
        assert_eq!(
            self.deviations(),
            "deviations.sealed",
            "a new round is as secret as the first"
        );
        for ((n, machine), seat) in (1..).zip(&self.experts).zip(seats) {
            let key = example_file(&format!("expert-{n}"));
            machine.ok(&["seat", "enter", "T1", "--seat", seat, "--key", &key]);
            self.commit(n, seat, 2);
        }
        let second = self.reveal(2);
        assert_ne!(second["seq"], first["seq"], "{second}");
        assert_ne!(second["body"], first["body"], "{second}");
        assert_eq!(self.deviations(), "shown");
        self.sign(seats, 2);
        // Earlier rounds stay readable for supervision.
        let out = self.supervisor.file("report-2.pdf");
        let words = ["supervision", "report", "T1", "--out", &out, "--key", &supervisor];
        assert_eq!(self.supervisor.ok(&words)["round"], 2);
        self.buyer.ok(&publicise);
        let shown = self.facts("candidates.publicised");
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[1]["body"]["evaluation"], second["seq"]);
    }
}
