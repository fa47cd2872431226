"""The policy: all that a verifier trusts (section 10).

Invariant: a policy with a member that the document does not name is refused.
"""

import tomllib

from . import ed25519
from .canon import ID, Wrong, unhex
from .note import VerifierKey

MEMBERS = {"origin", "log_key", "refusal_key", "checkpoints", "registrar"}


class Policy:
    """Origin, keys, registrars {account: key} and kept checkpoints (bytes of notes)."""

    def __init__(self, text):
        try:
            table = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise Wrong(f"the policy is not TOML: {error}") from error
        for name in table:
            if name not in MEMBERS:
                raise Wrong(f"the policy has a member {name!r} that is not known")
        self.origin = _text(table, "origin")
        self.log_text = _text(table, "log_key")
        self.log_key = VerifierKey(self.log_text)
        if self.log_key.name != self.origin:
            raise Wrong("the name of the policy's log_key is not its origin")
        self.refusal_key = None
        if "refusal_key" in table:
            self.refusal_key = VerifierKey(_text(table, "refusal_key"))
            if self.refusal_key.name != self.origin + "/refusals":
                raise Wrong("the name of the policy's refusal_key is not its origin with /refusals")
        kept = table.get("checkpoints", [])
        if not isinstance(kept, list) or not all(isinstance(item, str) for item in kept):
            raise Wrong("the policy's checkpoints are not texts")
        self.checkpoints = [item.encode("utf-8", "surrogatepass") for item in kept]
        self.registrars = _registrars(table.get("registrar"))


def _text(table, name):
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise Wrong(f"the policy's {name} is not a text")
    return value


def _registrars(rows):
    if not isinstance(rows, list) or not rows:
        raise Wrong("the policy names no registrar")
    out = {}
    for row in rows:
        if not isinstance(row, dict) or set(row) != {"account", "key"}:
            raise Wrong("a registrar of the policy has the members account and key")
        account = row["account"]
        if not isinstance(account, str) or not ID.match(account) or account in out:
            raise Wrong("a registrar's account is not an id, or occurs twice")
        key = unhex(row["key"], 32)
        wrong = ed25519.key_problem(key)
        if wrong:
            raise Wrong(f"the key of registrar {account}: {wrong}")
        out[account] = key
    return out
