"""Trade methods: the cases of the golden file have the faults that they name (record-format section 12)."""

import json
import pathlib
import unittest

from kaibiao_verify import procedures
from kaibiao_verify.schema import problem

CASES = json.loads((pathlib.Path(__file__).parent.parent / "golden" / "procedures.json").read_text("utf-8"))


class Cases(unittest.TestCase):
    def test_every_case_has_its_faults(self):
        self.assertGreater(len(CASES), 50)
        for case in CASES:
            with self.subTest(case["case"]):
                found = procedures.faults(case["notice"], case["regime"], case["at"])
                self.assertEqual(found, case["faults"])

    def test_the_notices_have_the_form_of_the_record(self):
        for case in CASES:
            with self.subTest(case["case"]):
                for name, part in (("procedure", "Procedure"), ("stages", "[Stage]")):
                    if name in case["notice"]:
                        self.assertIsNone(problem(part, case["notice"][name], name))


if __name__ == "__main__":
    unittest.main()
