"""Check 41 over the facts of tests/golden/cards.json: as they are, and each change caught."""

import copy
import json
import pathlib
import types
import unittest

from kaibiao_verify.checks_cards import check_41
from kaibiao_verify.report import Check

GOLDEN = json.loads((pathlib.Path(__file__).parent.parent / "golden" / "cards.json").read_text(encoding="utf-8"))


class Record:
    """As much of a record as the check reads."""

    def __init__(self, told):
        self.tender, self.size = told["tender"], len(told["times"])
        self.entries = [{"ts": ts} for ts in told["times"]]
        self.facts = {row["seq"]: types.SimpleNamespace(confidential=False, **row) for row in told["facts"]}

    def of(self, *kinds):
        return [fact for seq, fact in sorted(self.facts.items()) if fact.kind in kinds]


def examined(change=lambda facts, places: None):
    told = copy.deepcopy(GOLDEN)
    facts = {row["seq"]: row for row in told["facts"]}
    change(facts, told["places"])
    told["facts"] = list(facts.values())
    check = Check("41").run(check_41, Record(told))
    return check.outcome, "; ".join(text for _, text in check.evidence)


def put(place, member, value):
    def change(facts, places):
        body = facts[places[place]]["body"]
        body[member] = value(body[member]) if callable(value) else value

    return change


class Cards(unittest.TestCase):
    def test_honest_cards_pass(self):
        outcome, said = examined()
        self.assertEqual(outcome, "pass", said)
        self.assertIn("2 cards of clock rules recomputed", said)

    def test_changes_are_caught(self):
        def gone(place):
            return lambda facts, places: facts.pop(places[place])

        def twice(facts, places):
            again = copy.deepcopy(facts[places["red"]])
            again["seq"] += 1
            facts[again["seq"]] = again

        for change, says in [
            (put("adopted", "file", {"rules": []}), "not the digest"),
            (put("adopted", "changed", ["A03", "A04"]), "does not name the rules"),
            (put("red", "due", lambda due: due - 86_400_000), "not the one that follows"),
            (put("yellow", "ahead", "today"), "not the one that follows"),
            (put("red", "told", ["supervisors"]), "not the one that follows"),
            (put("red", "since", lambda seq: seq - 1), "no fact supports"),
            (put("red", "version", "07" * 32), "another version"),
            (put("red", "at", lambda at: at - 86_400_000), "not computed when"),
            (put("red", "follows", lambda seq: seq - 1), "does not follow the yellow"),
            (put("warned", "ahead", "h48"), "not in its turn"),
            (put("warned", "due", lambda due: due + 1), "not the one that follows"),
            (put("ended", "how", "lapsed"), "did not end like this"),
            (gone("red"), "the red card of A03 is missing"),
            (gone("warned"), 'the warning "today" of A03 is missing'),
            (gone("ended"), "was not ended"),
            (twice, "issued twice"),
        ]:
            outcome, said = examined(change)
            self.assertEqual(outcome, "fail", says)
            self.assertIn(says, said)


if __name__ == "__main__":
    unittest.main()
