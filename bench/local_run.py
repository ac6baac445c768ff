"""Time of a whole local run, warm, by its number of tickers: ``npm run local`` without its set-up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from bench.line import BenchLine, Goal, Measurement
from deployment.package import ROOT, package

DATE = "2026-11-23"
BARS = 390
# Runs of each size. The largest is measured with --full only.
REPEATS = {10: 3, 100: 2, 1000: 1}
MOST_SECONDS = {1000: 180}


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the runs. The limit of a size is linear growth from the size before, with its start."""
    package()
    _run(min(REPEATS))  # makes the byte code of all imported modules
    made: list[BenchLine] = []
    for count, repeats in REPEATS.items():
        if (quick and count > min(REPEATS)) or (count == max(REPEATS) and not full):
            continue
        seconds = Measurement.from_values([_run(count) for _ in range(1 if quick else repeats)])
        before = made[-1].ours.least if made else None
        made.append(
            BenchLine(
                name=f"whole local run, {count:,} tickers",
                unit="s",
                data=f"synthetic session of {DATE}",
                ours=seconds,
                limit=None if before is None else Measurement.from_count(10 * before),
                goal=Goal(times_limit=None if before is None else 1, at_most=MOST_SECONDS.get(count)),
            )
        )
    return made


def _run(count: int) -> float:
    """Return the seconds of one run. All of its bars have to be delivered."""
    tickers = ",".join(f"T{number}" for number in range(count))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "commands", "local", "--tickers", tickers, "--start", DATE, "--out", out]
        ran = subprocess.run(  # noqa: S603 - the program is ours
            command, cwd=ROOT, env=_make_environment(), capture_output=True, text=True, check=False
        )
    seconds = time.monotonic() - began
    bars = f"{count * BARS:,}"
    if ran.returncode != 0 or f"{bars} bars collected, {bars} delivered" not in ran.stdout:
        raise RuntimeError(f"a local run of {count} tickers did not deliver {bars} bars: {ran.stdout}{ran.stderr}")
    return seconds


def _make_environment() -> dict[str, str]:
    """Return this process's environment, with byte code allowed.

    Without it each start compiles some thousand modules.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
