"""The command line: a dossier and a policy in, a verdict out.

Invariant: whatever the input, it ends with exit code 0, 1 or 2 and never with a traceback.
"""

import argparse
import sys

from .bundle import Bundle
from .canon import Wrong
from .policy import Policy
from .report import as_json, as_text, good
from .verdict import verify

POLICY_LIMIT = 16 << 20


def _read(path, limit):
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Wrong(f"{path} has more than {limit} bytes")
    return data


def _arguments(argv):
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a tender's dossier against a policy.")
    parser.add_argument("dossier", help="directory or tar file")
    parser.add_argument("--policy", required=True, help="TOML file with what you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="a signed checkpoint kept earlier")
    parser.add_argument("--json", action="store_true", help="the verdict as JSON")
    return parser.parse_args(argv)


def main(argv=None):
    """Exit code of one run."""
    args = _arguments(argv)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        try:
            policy = Policy(_read(args.policy, POLICY_LIMIT).decode("utf-8"))
        except UnicodeDecodeError as error:
            raise Wrong("the policy is not UTF-8") from error
        given = [(path, _read(path, 64 << 10)) for path in args.checkpoint]
        rec, checks = verify(Bundle(args.dossier), policy, given)
        print(as_json(checks, rec) if args.json else as_text(checks))
        return 0 if good(checks) else 1
    except Wrong as error:
        text = str(error)
    except OSError as error:
        text = f"{error.filename or args.dossier}: {error.strerror or error}"
    except Exception as error:  # the last resort: a sentence instead of a traceback
        text = f"could not be read: {type(error).__name__}: {error}"
    print(f"verify.py: {text}", file=sys.stderr)
    return 2
