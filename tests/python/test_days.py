"""Calendars: every version that is known, day by day, as the golden file has it (record-format 8.7)."""

import json
import pathlib
import unittest
from datetime import date

from kaibiao_verify import days

GOLDEN = json.loads((pathlib.Path(__file__).parent.parent / "golden" / "calendars.json").read_text("utf-8"))
FIRST, AFTER = (date(year, 1, 1).toordinal() - days.EPOCH for year in (2025, 2029))


def spelt(day):
    return date.fromordinal(day + days.EPOCH).isoformat()


class Calendars(unittest.TestCase):
    def test_every_version_has_its_days(self):
        self.assertEqual([one["version"] for one in GOLDEN], [calendar.version for calendar in days.KNOWN])
        for one in GOLDEN:
            calendar = days.named(one["version"])
            week = [day for day in range(FIRST, AFTER) if (day + 3) % 7 < 5]
            rest = [day for day in range(FIRST, AFTER) if (day + 3) % 7 >= 5]
            self.assertEqual([spelt(day) for day in week if not calendar.works(day)], one["off"])
            self.assertEqual([spelt(day) for day in rest if calendar.works(day)], one["worked"])

    def test_an_unknown_version_is_none(self):
        self.assertIsNone(days.named("cn-workdays/1999/1"))


if __name__ == "__main__":
    unittest.main()
