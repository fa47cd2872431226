"""Days of the law (section 8.7): China days, working days and periods with spans that do not count.

Invariant: the day on which a period begins is never counted; a day is its number since 1970-01-01 in UTC+8; what was
counted by a calendar is counted again by that calendar.
"""

from datetime import date

DAY = 86_400_000
CST = 8 * 3_600_000
EPOCH = date(1970, 1, 1).toordinal()

# Days off, first to last, and weekend days on which people work.
YEARS = {
    2025: (
        "01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}
REGULATION_2027 = ("01-01..01-01 02-05..02-08 04-05..04-05 05-01..05-02 06-09..06-09 09-15..09-15 10-01..10-03", "")


def _number(year, text):
    month, day = text.split("-")
    return date(year, int(month), int(day)).toordinal() - EPOCH


def day_of(ts):
    """The China day of an instant."""
    return (ts + CST) // DAY


def end_of(day):
    """The first instant after a day."""
    return (day + 1) * DAY - CST


class Calendar:
    """One version of the calendar of working days."""

    def __init__(self, version, years):
        self.version = version
        self.free, self.worked = set(), set()
        for year, (off, worked) in years.items():
            for first, last in (span.split("..") for span in off.split()):
                self.free.update(range(_number(year, first), _number(year, last) + 1))
            self.worked.update(_number(year, day) for day in worked.split())

    def works(self, day):
        """Whether people work on that day; 1970-01-01 was a Thursday."""
        return day in self.worked or ((day + 3) % 7 < 5 and day not in self.free)

    def working_from(self, day):
        """That day or the next working day."""
        while not self.works(day):
            day += 1
        return day

    def count(self, begins, days, spans=(), working=True):
        """The last day of a period, days of the spans (first, last or None) not counted; None while one keeps it open."""
        day, left = begins, days
        while left > 0:
            day += 1
            if any(last is None and day >= first for first, last in spans):
                return None
            if any(first <= day <= last for first, last in spans if last is not None):
                continue
            if not working or self.works(day):
                left -= 1
        return day

    def reached(self, start, number, unit):
        """The last day of a period of days (`d`) or working days that begins on the day `start`."""
        return self.count(start, number, working=unit != "d")

    def working_days(self, begins, days, spans=()):
        """The end of a period of working days."""
        day = self.count(begins, days, spans)
        return None if day is None else end_of(day)

    def calendar_days(self, begins, days, spans=()):
        """The end of a period of days, moved to a working day."""
        day = self.count(begins, days, spans, working=False)
        return None if day is None else end_of(self.working_from(day))


# Every version that ever counted a day, the latest last.
KNOWN = (
    Calendar("cn-workdays/2025-2026/1", YEARS),
    Calendar("cn-workdays/2025-2027/1", {**YEARS, 2027: REGULATION_2027}),
)
CHINA = KNOWN[-1]


def named(version):
    """The calendar that a record names; None if it is not known here."""
    return next((calendar for calendar in KNOWN if calendar.version == version), None)
