"""The durations of whole commands, as each prints its own: a run, chaos, many tickers, a week, and a first run.

They take some ten minutes, so only ``--only reach`` measures them. A clone's first run needs ``--full`` too, since it
downloads the packages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.line import BenchLine, Goal, Measurement
from deployment.package import ROOT

CHAOS_CASES = 100


@dataclass(frozen=True)
class Figure:
    """A figure that a command prints: ``pattern`` has its number as a group. ``per`` divides by that number."""

    name: str
    unit: str
    command: Sequence[str]
    pattern: str
    at_most: float
    per: float | None = None

    def read(self, printed: str) -> float:
        """Return the figure. Raise RuntimeError if the command didn't print it."""
        found = re.search(self.pattern, printed, re.MULTILINE)
        if found is None:
            raise RuntimeError(f"{' '.join(self.command)} printed no line like {self.pattern}: {printed}")
        number = float(found[1].replace(",", ""))
        return number if self.per is None else self.per / number


DONE = r"^Done in ([\d.]+) s"
FIRST_RUN = Figure("first run in a fresh clone", "s", ("local",), DONE, 35)
FIGURES = (
    Figure("local run, warm, from typing to prompt", "s", ("local",), DONE, 6),
    Figure("chaos, per case", "s", ("chaos", "--runs", str(CHAOS_CASES)), r"cases per minute +([\d,]+)", 0.6, per=60),
    # A terminal breaks this line between words.
    Figure("1,000 tickers x 390 bars", "s", ("load", "--tickers", "1000"), r"([\d,]+)\s+s\s+with\s+the\s+ledger", 45),
    Figure("a simulated week of prod", "s", ("simulate", "--days", "7"), r"([\d,]+)\s+s\.$", 300),
)
# Seconds between two pieces of output on a terminal.
SILENCE = "longest silence of a first run"
MOST_SILENT_SECONDS = 2


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the commands, one after the other. With ``quick``, only the local run."""
    _run(FIGURES[0].command, ROOT)  # makes the package, and the byte code of all imported modules
    figures = FIGURES[:1] if quick else FIGURES
    made = [_make_line(figure, figure.read(_run(figure.command, ROOT)[0])) for figure in figures]
    return made + (_measure_first_run() if full else [])


def _measure_first_run() -> list[BenchLine]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        git = shutil.which("git") or "git"
        subprocess.run([git, "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S603 - our own program
        printed, silence = _run(FIRST_RUN.command, clone)
    quiet = Figure(SILENCE, "s", FIRST_RUN.command, "", MOST_SILENT_SECONDS)
    return [_make_line(FIRST_RUN, FIRST_RUN.read(printed)), _make_line(quiet, silence)]


def _make_line(figure: Figure, value: float) -> BenchLine:
    return BenchLine(
        name=figure.name,
        unit=figure.unit,
        data=f"npm run {' '.join(figure.command)}",
        ours=Measurement.from_count(value),
        goal=Goal(at_most=figure.at_most),
    )


def _run(command: Sequence[str], folder: Path) -> tuple[str, float]:
    """Return the output of a command on a terminal, and the longest time without any. Windows has a pipe instead."""
    node = shutil.which("node") or "node"
    ours, theirs = os.pipe() if sys.platform == "win32" else os.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(  # noqa: S603 - our own program
        [node, "tools/run.mjs", *command], cwd=folder, env=variables, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        printed, silence = _read_output(ours)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {printed}")
    return printed, silence


def _read_output(descriptor: int) -> tuple[str, float]:
    pieces: list[bytes] = []
    silence, last = 0.0, time.monotonic()
    with open(descriptor, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(65_536)
            except OSError:  # Linux's end of a terminal
                break
            if not piece:
                break
            now = time.monotonic()
            silence, last = max(silence, now - last), now
            pieces.append(piece)
    return b"".join(pieces).decode(errors="replace").replace("\r\n", "\n"), silence
