"""``npm run prose``: check the English of the documentation, docstrings, comments and messages.

textlint reads them with the rules in tools/textlint. With arguments, only these files and folders:
``npm run prose -- handlers docs/cost.md``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from deployment.package import ROOT

LINTER = ROOT / "tools" / "textlint" / "main.mjs"
BAD_SETUP = 2


def check_prose(*paths: str) -> int:
    """Print each finding with its place and the better wording, and return the exit code: 0 when nothing fails."""
    node = shutil.which("node")
    if node is None:
        print("node is not on the PATH: install Node 20.19 or newer", file=sys.stderr)
        return BAD_SETUP
    return subprocess.run([node, str(LINTER), *paths], check=False).returncode  # noqa: S603 - the program is ours


if __name__ == "__main__":
    sys.exit(check_prose(*sys.argv[1:]))
