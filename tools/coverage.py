"""``npm run coverage``: the branch coverage of our Python by the tests, in a table and in ``out/coverage``.

With arguments, they are pytest's: ``npm run coverage -- tests/unit``.
"""

from __future__ import annotations

import sys

from commands.leave import stop_on_signals
from tools.gates import BY_MODULE, run

# The settings, with the packages that count, are in pyproject.toml.
OPTIONS = ("--cov", "--cov-branch", "--cov-report=term:skip-covered", "--cov-report=html:out/coverage")

if __name__ == "__main__":
    stop_on_signals()
    sys.exit(0 if run("pytest", "-n", "4", *BY_MODULE, *OPTIONS, *sys.argv[1:]) else 1)
