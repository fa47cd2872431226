"""All checks in order, with what each depends on.

Invariant: a check runs only if what it needs was not found wrong before.
"""

from . import (
    checks_award,
    checks_bids,
    checks_cards,
    checks_complaints,
    checks_draw,
    checks_keys,
    checks_log,
    checks_opening,
    checks_report,
    checks_tender,
    procedures,
)
from .record import Record
from .report import NAMES, Check, NotApplicable

NOT_HERE = {
    **{ident: "bids are deposited one by one, there are no epochs" for ident in ("13", "14", "15", "16")},
}
NEEDS = {
    "08": ["07"],
    "09": ["07"],
    "10": ["07"],
    "23": ["07"],
    "26": ["07"],
    "27": ["07"],
    "28": ["27"],
    "29": ["07"],
    "38": ["04", "29", "30", "31", "32", "33"],
}


def _ceremony_of(keys):
    """A function (record, fact) → the Ceremony whose custodian the fact speaks as."""
    cache = dict(keys.ceremonies)

    def find(rec, fact):
        body, name = fact.body, None
        if "ceremony" in body:
            name = body["ceremony"]
        elif fact.kind == "key.proved":
            for row in rec.of("key.assigned"):
                if row.stream == fact.stream and row.body["key_id"] == body["key_id"] and row.seq < fact.seq:
                    name = row.body["ceremony"]
        elif fact.kind == "draw.answered":
            for row in rec.of("key.assigned"):
                if (row.body["tender"], row.body["stage"]) == (body["tender"], "draw") and row.seq < fact.seq:
                    name = row.body["ceremony"]
        else:
            for row in rec.of("key.assigned"):
                if (row.body["tender"], row.body["stage"]) == (body["tender"], body["stage"]) and row.seq < fact.seq:
                    name = row.body["ceremony"]
        if name is None:
            return None
        if name not in cache:
            cache[name] = checks_keys.Ceremony(rec, name)
        return cache[name]

    return find


def verify(bundle, policy, given):
    """(record, checks) of a dossier; `given` are further checkpoints as (where, bytes)."""
    rec = Record(bundle, policy)
    keys = checks_keys.Keys(rec)
    rules = checks_tender.Rules(rec)
    bids = checks_bids.Bids(rec, rules)
    batches = checks_opening.Batches()
    plan = {
        "01": (checks_log.check_01, rec),
        "02": (checks_log.check_02, rec),
        "03": (checks_log.check_03, rec),
        "04": (checks_log.check_04, rec),
        "05": (checks_log.check_05, rec, given),
        "36": (checks_log.check_36, rec),
        "37": (checks_log.check_37, rec),
        "06": (checks_keys.check_06, rec, keys),
        "07": (checks_keys.check_07, rec, keys),
        "08": (checks_keys.check_08, rec, keys),
        "09": (checks_keys.check_09, rec, keys),
        "10": (checks_keys.check_10, rec, keys),
        "11": (checks_tender.check_11, rec, rules),
        "12": (checks_tender.check_12, rec, rules),
        "17": (checks_tender.check_17, rec, _ceremony_of(keys)),
        "18": (checks_bids.check_18, rec, rules, bids),
        "19": (checks_bids.check_19, rec, rules),
        "20": (checks_tender.check_20, rec, rules),
        "21": (checks_bids.check_21, rec, rules, bids),
        "22": (checks_bids.check_22, rec, rules, bids),
        "23": (checks_bids.check_23, rec, keys, bids),
        "24": (checks_bids.check_24, rec),
        "25": (checks_bids.check_25, rec, rules, bids),
        "26": (checks_opening.check_26, rec, keys, bids, batches),
        "27": (checks_opening.check_27, rec, keys, bids, batches),
        "28": (checks_opening.check_28, rec, bids, batches),
        "29": (checks_draw.check_29, rec, keys),
        "30": (checks_award.check_30, rec),
        "31": (checks_award.check_31, rec),
        "32": (checks_award.check_32, rec),
        "33": (checks_award.check_33, rec),
        "34": (checks_tender.check_34, rec, keys),
        "35": (checks_award.check_35, rec),
        "38": (checks_report.check_38, rec),
        "39": (procedures.check_39, rec, rules),
        "40": (checks_complaints.check_40, rec, rules),
        "41": (checks_cards.check_41, rec),
    }
    done = {}
    for ident, (function, *arguments) in plan.items():
        done[ident] = Check(ident).run(_guarded(ident, function, rec, done), *arguments)
    for ident, reason in NOT_HERE.items():
        done[ident] = Check(ident).run(_absent(reason))
    return rec, [done[ident] for ident in sorted(NAMES)]


def _absent(reason):
    def function(_check):
        raise NotApplicable(reason)

    return function


def _guarded(ident, function, rec, done):
    def run(check, *arguments):
        number = int(ident)
        if number > 5 and not rec.readable:
            raise NotApplicable("not examined: depends on 04")
        if 6 <= number and ident not in ("36", "37"):
            for need in ["36"] + NEEDS.get(ident, []):
                before = done[need]
                if before.outcome == "fail":
                    raise NotApplicable(f"not examined: depends on {need}")
                why = before.evidence[0][1]
                if before.outcome == "na" and why.startswith("not examined") and number != 38:
                    raise NotApplicable(why)
        function(check, *arguments)

    return run
