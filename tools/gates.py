"""The gates of ``npm test``, one after the other, and which of them ``npm run check`` and ``npm run static`` run.

The exit code is 1 when a gate fails. With arguments, ``npm test`` runs pytest alone:
``npm test -- tests/unit -k packing``.
"""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from commands.leave import Stopped, stop_on_signals
from deployment.package import ROOT, TEMPLATE, PackageError, find_own_parameters, package
from tools.checkov import CheckovError, check
from tools.prose import check_prose


def find_tool(tool: str) -> str:
    found = shutil.which(tool, path=Path(sys.executable).parent)
    if found is None:
        raise FileNotFoundError(f"{tool} is not in {Path(sys.executable).parent}: delete .venv, then run this again")
    return found


def start(tool: str, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
    """Start a tool that is installed beside this Python.

    Python may write byte code: otherwise each of the tests' processes would compile the project again.
    """
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen([find_tool(tool), *arguments], cwd=ROOT, env=variables, text=True, **streams)  # noqa: S603


def run(tool: str, *arguments: str) -> bool:
    """Run a tool that is installed beside this Python. Return True if it passed."""
    with start(tool, *arguments) as process:
        try:
            return process.wait() == 0
        except Stopped as stopped:
            interrupt(process, stopped)
            raise


def interrupt(process: subprocess.Popen[str], stopped: Stopped) -> None:
    """Pass the signal on to a tool. pytest ends the processes that its tests have started."""
    # Ctrl-C in a terminal reaches the tool by itself.
    if stopped.signal is not signal.SIGINT or not any(map(os.isatty, (0, 1, 2))):
        process.send_signal(signal.SIGINT)


class Beside:
    """A tool that runs while other gates do, from :meth:`begin` on."""

    def __init__(self, tool: str, *arguments: str) -> None:
        self._command = (tool, *arguments)
        self._process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        # Into a file: a pipe that nobody reads yet would stop the tool once it is full.
        self._printed = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the process
        self._process = start(*self._command, stdout=self._printed, stderr=subprocess.STDOUT)

    def end(self, stopped: Stopped) -> None:
        """Interrupt the tool if it runs, and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            interrupt(self._process, stopped)
            self._process.wait()

    def __call__(self) -> bool:
        """Wait for its end and print its output. Return True if it passed."""
        if self._process is None:
            self.begin()
        assert self._process is not None  # noqa: S101 - for mypy
        passed = self._process.wait() == 0
        self._printed.seek(0)
        print(self._printed.read(), end="")
        return passed


def lint_template(stage: str, *parameters: str) -> bool:
    """Package a stage, without credentials, and run cfn-lint on its template."""
    try:
        folder, _ = package(stage, *parameters)
    except PackageError as error:
        print(error, file=sys.stderr)
        return False
    return run("cfn-lint", str(folder / TEMPLATE))


# In an environment of its own, which tools/run.mjs has made: checkov pins another boto3.
CHECKOV = ROOT / ".venv-checkov" / ("Scripts/checkov.exe" if sys.platform == "win32" else "bin/checkov")


def checkov() -> bool:
    """Run checkov on the packaged templates. Print the findings without a reason."""
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


# A module of tests runs in one process. tests/durations.py orders them, where pytest-xdist would count their tests.
BY_MODULE = ("--dist", "loadfile", "--no-loadscope-reorder")

UNPACKAGED, PACKAGED = ("tests/unit", "tests/embedded_cloud"), ("tests/local", "tests/package")


@dataclass(frozen=True)
class Gate:
    """A check, and the commands that it belongs to."""

    name: str
    passes: Callable[[], bool]
    commands: frozenset[str]


TEST, CHECK, STATIC = "npm test", "npm run check", "npm run static"
EACH, SLOW = frozenset({TEST, CHECK, STATIC}), frozenset({TEST, STATIC})
GATES = (
    Gate("ruff check", partial(run, "ruff", "check"), EACH),
    Gate("ruff format", partial(run, "ruff", "format", "--check"), EACH),
    Gate("import-linter", partial(run, "lint-imports", "--no-logo", "--no-cache"), EACH),
    Gate("prose", lambda: check_prose() == 0, SLOW),
    Gate("zizmor", partial(run, "zizmor", "--offline", "--pedantic", "--quiet", ".github"), SLOW),
    Gate("package and lint: local", lambda: lint_template("local") and lint_template(*WATCHED), SLOW),
    Gate("package and lint: dev", lambda: lint_template(*DEV), SLOW),
    Gate("package and lint: prod", lambda: lint_template(*PROD), SLOW),
    # The tests of the packages execute this one.
    Gate("package and lint: this computer's", lambda: lint_template("dev", *find_own_parameters()), SLOW),
    Gate("unit tests", partial(run, "pytest", "--quiet", "-n", "2", *BY_MODULE, "tests/unit"), frozenset({CHECK})),
    # It computes while packages are waited for.
    Gate("mypy", Beside("mypy"), EACH),
    Gate("checkov", checkov, SLOW),
    # They need no package, so they run while packages are waited for.
    Gate("tests without a package", Beside("pytest", "--quiet", "-n", "2", *BY_MODULE, *UNPACKAGED), frozenset({TEST})),
    # Two processes more than the two cores of the smallest machine: many a test waits for a process of its own.
    Gate("tests of the packages", partial(run, "pytest", "-n", "4", *BY_MODULE, *PACKAGED), frozenset({TEST})),
)


def run_gates(gates: Sequence[Gate]) -> int:
    """Run ``gates`` in their order, and print the time of each and of all; the exit code."""
    began = time.monotonic()
    beside = [gate.passes for gate in gates if isinstance(gate.passes, Beside)]
    try:
        for tool in beside:
            tool.begin()
        failed = [gate.name for gate in gates if not _passes(gate)]
    except Stopped as stopped:
        for tool in beside:
            tool.end(stopped)
        raise
    seconds = time.monotonic() - began
    print(f"{len(gates) - len(failed)} of {len(gates)} gates passed in {seconds:.0f} s")
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed else 0


def _passes(gate: Gate) -> bool:
    print(f"== {gate.name}", flush=True)
    began = time.monotonic()
    passed = gate.passes()
    print(f"== {gate.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.0f} s\n", flush=True)
    return passed


def list_gates(command: str) -> list[Gate]:
    """Return the gates of one of the commands."""
    return [gate for gate in GATES if command in gate.commands]


def main() -> int:
    stop_on_signals()
    if arguments := sys.argv[1:]:
        return 0 if run("pytest", *arguments) else 1
    return run_gates(list_gates(TEST))


if __name__ == "__main__":
    sys.exit(main())
