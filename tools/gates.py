"""``npm test``: every gate, one after the other; the exit code is 1 when one of them does not pass.

With arguments, only pytest runs, with them: ``npm test -- tests/unit -k packing``.
"""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from commands.leave import Stopped, stop_on_signals
from deployment.package import ROOT, TEMPLATE, PackageError, package, runs_here
from tools.checkov import CheckovError, check


def path_of(tool: str) -> str:
    found = shutil.which(tool, path=Path(sys.executable).parent)
    if found is None:
        raise FileNotFoundError(f"{tool} is not in {Path(sys.executable).parent}: delete .venv, then run this again")
    return found


def run(tool: str, *arguments: str) -> bool:
    """Run a tool that is installed beside this Python; True when it passed."""
    with subprocess.Popen([path_of(tool), *arguments], cwd=ROOT) as process:  # noqa: S603
        try:
            return process.wait() == 0
        except Stopped as stopped:
            if stopped.signal is not signal.SIGINT:  # Ctrl-C reaches it by itself
                process.send_signal(signal.SIGINT)  # pytest ends what its tests have started
            raise


class Beside:
    """A tool that runs while other gates do, and is heard in its turn."""

    def __init__(self, tool: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [path_of(tool)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def passed(self) -> bool:
        """Wait for its end, and print what it has said."""
        printed, _ = self._process.communicate()
        print(printed, end="")
        return self._process.returncode == 0


def lint_template(stage: str, *parameters: str) -> bool:
    """Package a stage, without credentials, and have cfn-lint read what would be deployed."""
    try:
        folder, _ = package(stage, *parameters)
    except PackageError as error:
        print(error, file=sys.stderr)
        return False
    return run("cfn-lint", str(folder / TEMPLATE))


# In an environment of its own, which tools/run.mjs has made: checkov pins another boto3.
CHECKOV = ROOT / ".venv-checkov" / ("Scripts/checkov.exe" if sys.platform == "win32" else "bin/checkov")


def checkov() -> bool:
    """Have checkov read what would be deployed; print what it finds without a reason."""
    folders = [package(*stage)[0] for stage in (DEV, PROD)]
    try:
        lines = check(CHECKOV, [folder / TEMPLATE for folder in folders])
    except CheckovError as error:
        lines = [str(error)]
    print(*lines, sep="\n", end="\n" if lines else "")
    return not lines


DEV = ("dev",)
# As dev, but for its parameters; its packages would be the same.
PROD = ("prod", "requirements=none")
# The embedded cloud's stage with the schedule, the alarms and the dashboard that it has off.
WATCHED = ("local", "scheduleState=ENABLED", "alarmEmail=someone@example.com", "tickers=BTC-USD,ETH-USD")


def gates() -> dict[str, Callable[[], bool]]:
    """Every gate, by name, in the order in which they pass."""
    # Begun first: it computes while packages are waited for.
    mypy = Beside("mypy")
    return {
        "ruff check": lambda: run("ruff", "check"),
        "ruff format": lambda: run("ruff", "format", "--check"),
        "import-linter": lambda: run("lint-imports", "--no-logo"),
        "zizmor": lambda: run("zizmor", "--offline", "--pedantic", "--quiet", ".github/workflows"),
        "package and lint: local": lambda: lint_template("local") and lint_template(*WATCHED),
        "package and lint: dev": lambda: lint_template(*DEV),
        "package and lint: prod": lambda: lint_template(*PROD),
        # What the tests of the packages execute.
        "package and lint: this computer's": lambda: lint_template("dev", *runs_here()),
        "mypy": mypy.passed,
        "checkov": checkov,
        # Two processes more than the two cores of the smallest machine: many a test waits for a process of its own. A
        # module is one process's. tests/durations.py orders them, where pytest-xdist would count their tests.
        "pytest": lambda: run("pytest", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"),
    }


def main() -> int:
    stop_on_signals()
    if arguments := sys.argv[1:]:
        return 0 if run("pytest", *arguments) else 1
    failed = []
    ordered = gates()
    for name, gate in ordered.items():
        print(f"== {name}", flush=True)
        began = time.monotonic()
        passed = gate()
        print(f"== {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s\n", flush=True)
        if not passed:
            failed.append(name)
    print(
        f"{len(ordered) - len(failed)} of {len(ordered)} gates passed",
        *(f"failed: {name}" for name in failed),
        sep="\n",
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
