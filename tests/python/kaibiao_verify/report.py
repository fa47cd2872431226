"""The outcome of the checks and how it is shown (section 11, 11.1).

Invariant: a check ends as pass, fail or na; it fails exactly if a failure was noted.
"""

import json

NAMES = {
    "01": "bundle complete",
    "02": "checkpoint of the log",
    "03": "tiles",
    "04": "entries",
    "05": "earlier checkpoints",
    "06": "roster",
    "07": "key generation",
    "08": "public keys",
    "09": "certificates",
    "10": "keys of the stages",
    "11": "rules chain",
    "12": "notice and addenda",
    "13": "epochs",
    "14": "epochs",
    "15": "epochs",
    "16": "epochs",
    "17": "signatures and authors",
    "18": "bids",
    "19": "bids on time",
    "20": "times of the closing",
    "21": "lists",
    "22": "labels",
    "23": "header proofs",
    "24": "no repetition",
    "25": "bidder lock",
    "26": "shares",
    "27": "opening",
    "28": "record",
    "29": "draws recomputed",
    "30": "panel",
    "31": "score commitments",
    "32": "score reveals",
    "33": "arithmetic",
    "34": "separation of roles",
    "35": "candidates and award",
    "36": "payloads",
    "37": "heads seen by signers",
    "38": "evaluation report equals the log",
    "39": "trade method",
    "40": "complaints, objections and orders",
    "41": "cards recomputed",
}


class NotApplicable(Exception):
    """The check has no subject here; the text says why."""


class Check:
    """One check while it runs."""

    def __init__(self, ident):
        self.id, self.name = ident, NAMES[ident]
        self.failures, self.notes, self.outcome = [], [], None

    def fail(self, text, seq=None):
        """Something is wrong."""
        self.failures.append((seq, text))

    def note(self, text, seq=None):
        """Something worth saying."""
        self.notes.append((seq, text))

    def expect(self, condition, text, seq=None):
        """Fail with this text unless the condition holds; returns the condition."""
        if not condition:
            self.fail(text, seq)
        return bool(condition)

    def run(self, function, *arguments):
        """Run the check's function; nothing that it raises gets out."""
        try:
            function(self, *arguments)
            self.outcome = "fail" if self.failures else "pass"
        except NotApplicable as reason:
            if self.failures:
                self.outcome = "fail"
            else:
                self.outcome, self.notes = "na", [(None, str(reason))]
        except RecursionError:
            self.fail("the record is nested too deeply to be examined")
            self.outcome = "fail"
        except Exception as error:  # a hostile record must end as a sentence, whatever it is
            self.fail(f"could not be examined: {type(error).__name__}: {error}")
            self.outcome = "fail"
        return self

    @property
    def evidence(self):
        """Failures, or else notes, as (seq, text)."""
        return self.failures or self.notes or [(None, "holds")]


def as_json(checks, record):
    """The verdict as JSON text."""
    return json.dumps(
        {
            "checks": [
                {
                    "evidence": [{"seq": seq, "text": _clean(text)} for seq, text in check.evidence],
                    "id": check.id,
                    "name": check.name,
                    "outcome": check.outcome,
                }
                for check in checks
            ],
            "format": "kaibiao/verdict/v1",
            "good": good(checks),
            "origin": _clean(record.bundle.origin),
            "size": record.size,
            "tender": record.tender,
        },
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def as_text(checks):
    """The verdict as lines of text."""
    words = {"pass": "pass", "fail": "FAIL", "na": "n/a "}
    lines = []
    for check in checks:
        shown = "; ".join(_with_seq(seq, text) for seq, text in check.evidence[:8])
        more = len(check.evidence) - 8
        lines.append(f"{check.id} {words[check.outcome]} {check.name}: {shown}{f'; and {more} more' if more > 0 else ''}")
    return "\n".join(lines)


def good(checks):
    """Whether no check fails."""
    return all(check.outcome != "fail" for check in checks)


def _with_seq(seq, text):
    return _clean(text) if seq is None else f"[{seq}] {_clean(text)}"


def _clean(text):
    return "".join(c if c.isprintable() else "?" for c in text)[:2000]
