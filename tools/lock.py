"""``npm run lock``: resolves each file of top-level pins into a lock with every package's hashes, under requirements/.

A lock keeps its versions as long as they fit. ``npm run lock -- --upgrade`` takes the newest instead.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each lock and its inputs. The functions have the versions that the tests run with.
LOCKS = {
    "requirements/dev.txt": ["requirements-dev.txt"],
    "requirements/functions.txt": ["requirements.txt", "--constraint", "requirements/dev.txt"],
    # For `pip install`, where you want these versions: docs/python.md.
    "requirements/notebooks.txt": ["pyproject.toml", "--all-extras", "--constraint", "requirements/dev.txt"],
    "requirements/trino.txt": ["requirements/trino.in", "--constraint", "requirements/dev.txt"],
    "requirements/uv.txt": ["requirements/uv.in"],
    "requirements/tools.txt": ["requirements/tools.in"],
    "requirements/checkov.txt": ["requirements/checkov.in"],
}
# One lock for Linux, macOS and Windows and for every Python that the project runs on, with as few versions of a package
# as possible: you deploy the versions that you have tested.
OPTIONS = [
    "--universal",
    *("--python-version", "3.11"),
    *("--fork-strategy", "fewest"),
    "--generate-hashes",
    *("--custom-compile-command", "npm run lock"),
    "--quiet",
]


def main() -> int:
    for lock, inputs in LOCKS.items():
        arguments = ["pip", "compile", *inputs, "--output-file", lock, *OPTIONS, *sys.argv[1:]]
        done = subprocess.run([sys.executable, "-m", "uv", *arguments], cwd=ROOT, check=False)  # noqa: S603
        if done.returncode != 0:
            print(
                f"{lock} has not changed: fix the problem that uv reports above, then run this again", file=sys.stderr
            )
            return 2
        print(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
