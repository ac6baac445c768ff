"""``npm run audit``: known vulnerabilities in all locked packages, by the advisories of PyPI and npm.

Exit codes: 0 none are known, 1 some are, 3 an advisory service did not answer for every package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").glob("*.txt"))
NPM_LOCK = "package-lock.json"

CLEAN, VULNERABLE, UNKNOWN = 0, 1, 3


@dataclass
class Audited:
    """The result for one lock. ``unknown`` is the reason why it doesn't cover all packages."""

    lock: str
    packages: int = 0
    vulnerabilities: list[str] = field(default_factory=list)
    unknown: str | None = None


def read_pip_audit(lock: str, stdout: str, stderr: str) -> Audited:
    """Read the JSON of pip-audit.

    It calls a package clean that the service doesn't know, so skipped ones are counted.
    """
    try:
        dependencies = json.loads(stdout)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return Audited(lock, unknown=_find_last_line(stderr) or "pip-audit gave no answer")
    skipped = [one["skip_reason"] for one in dependencies if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for flaw in one.get("vulns", [])
    ]
    unknown = f"{len(skipped)} of {len(dependencies)} packages not audited: {skipped[0]}" if skipped else None
    return Audited(lock, len(dependencies), found, unknown)


def read_npm_audit(lock: str, stdout: str, stderr: str) -> Audited:
    """Read the JSON of ``npm audit``. After a failed request it has a message, and no vulnerabilities."""
    try:
        answer: dict[str, Any] = json.loads(stdout)
        vulnerabilities, total = answer["vulnerabilities"], answer["metadata"]["dependencies"]["total"]
    except (ValueError, LookupError, TypeError):
        return Audited(lock, unknown=_find_npm_message(stdout) or _find_last_line(stderr) or "npm audit gave no answer")
    found = [f"{name} {one['range']}: {one['severity']}" for name, one in sorted(vulnerabilities.items())]
    return Audited(lock, total, found)


def _find_npm_message(stdout: str) -> str | None:
    try:
        return str(json.loads(stdout)["message"])
    except (ValueError, LookupError, TypeError):
        return None


def _find_last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


def audit_python(lock: str) -> Audited:
    # The lock is complete and hashed, so pip-audit has nothing to resolve or install.
    arguments = [
        "--requirement",
        lock,
        "--disable-pip",
        "--require-hashes",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    return read_pip_audit(lock, *_run(sys.executable, "-m", "pip_audit", *arguments))


def audit_npm() -> Audited:
    npm = shutil.which("npm")
    if npm is None:
        return Audited(NPM_LOCK, unknown="npm is not on the PATH")
    return read_npm_audit(NPM_LOCK, *_run(npm, "audit", "--json"))


def _run(*command: str) -> tuple[str, str]:
    done = subprocess.run(  # noqa: S603 - the arguments are ours
        command, cwd=ROOT, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, check=False
    )
    return done.stdout, done.stderr


def judge(audits: Iterable[Audited]) -> tuple[int, list[str]]:
    """Return the exit code, and the lines to print for each lock."""
    code, lines = CLEAN, []
    for audited in audits:
        lines += [f"{audited.lock}: {flaw}" for flaw in audited.vulnerabilities]
        if audited.unknown:
            lines.append(f"{audited.lock}: NOT KNOWN: {audited.unknown}")
        elif not audited.vulnerabilities:
            lines.append(f"{audited.lock}: no known vulnerability in {audited.packages} packages")
        if audited.vulnerabilities:
            code = VULNERABLE
        elif audited.unknown and code == CLEAN:
            code = UNKNOWN
    return code, lines


def main() -> int:
    code, lines = judge([*map(audit_python, PYTHON_LOCKS), audit_npm()])
    print(*lines, sep="\n")
    if code == UNKNOWN:
        print(
            "The advisory services did not answer for every package, so this result is not complete.", file=sys.stderr
        )
    return code


if __name__ == "__main__":
    sys.exit(main())
