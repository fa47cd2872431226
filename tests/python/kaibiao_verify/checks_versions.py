"""Versions of the rules (record format, 13.1): the digest of the file in the fact, and what it changes."""

import hashlib

from . import canon


def _by_id(file):
    rules = file.get("rules") if isinstance(file, dict) else None
    named = [rule for rule in rules or [] if isinstance(rule, dict) and isinstance(rule.get("id"), str)]
    rows = {}
    for rule in named:
        rows.setdefault(rule["id"], []).append(rule)
    return rows


def sound(check, versions):
    """Every version is the digest of its file and names the rules that differ from the version before."""
    old = {}
    for fact in versions:
        file = fact.body["file"]
        digest = hashlib.sha256(canon.spell(file)).hexdigest()
        check.expect(digest == fact.body["version"], "the version is not the digest of its file", fact.seq)
        new = _by_id(file)
        changed = [name for name in sorted(new.keys() | old.keys()) if new.get(name) != old.get(name)]
        check.expect(changed == fact.body["changed"], "the version does not name the rules that it changes", fact.seq)
        old = new
