"""Days of the law (section 8.7): China days, working days and periods with spans that do not count.

Invariant: the day on which a period begins is never counted; a day is its number since 1970-01-01 in UTC+8.
"""

from datetime import date

VERSION = "cn-workdays/2025-2027/1"
DAY = 86_400_000
CST = 8 * 3_600_000
EPOCH = date(1970, 1, 1).toordinal()

HOLIDAYS = {
    2025: "01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
    2026: "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
    2027: "01-01..01-01 02-05..02-08 04-05..04-05 05-01..05-02 06-09..06-09 09-15..09-15 10-01..10-03",
}
MADE_UP = {
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


def _number(year, text):
    month, day = text.split("-")
    return date(year, int(month), int(day)).toordinal() - EPOCH


FREE = {
    n
    for year, spans in HOLIDAYS.items()
    for span in spans.split()
    for n in range(_number(year, span.split("..")[0]), _number(year, span.split("..")[1]) + 1)
}
WORKED = {_number(year, day) for year, days in MADE_UP.items() for day in days.split()}


def day_of(ts):
    """The China day of an instant."""
    return (ts + CST) // DAY


def end_of(day):
    """The first instant after a day."""
    return (day + 1) * DAY - CST


def works(day):
    """Whether people work on that day; 1970-01-01 was a Thursday."""
    return day in WORKED or ((day + 3) % 7 < 5 and day not in FREE)


def working_from(day):
    """That day or the next working day."""
    while not works(day):
        day += 1
    return day


def count(begins, days, spans=(), working=True):
    """The last day of a period, days of the spans (first, last or None) not counted; None while one keeps it open."""
    day, left = begins, days
    while left:
        day += 1
        if any(last is None and day >= first for first, last in spans):
            return None
        if any(first <= day <= last for first, last in spans if last is not None):
            continue
        if not working or works(day):
            left -= 1
    return day


def working_days(begins, days, spans=()):
    """The end of a period of working days."""
    day = count(begins, days, spans)
    return None if day is None else end_of(day)


def calendar_days(begins, days, spans=()):
    """The end of a period of days, moved to a working day."""
    day = count(begins, days, spans, working=False)
    return None if day is None else end_of(working_from(day))
