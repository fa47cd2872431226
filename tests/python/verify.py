#!/usr/bin/env python3
"""Check a dossier: python3 tests/python/verify.py DOSSIER --policy policy.toml [--json]."""

import sys

from kaibiao_verify.main import main

if __name__ == "__main__":
    sys.exit(main())
