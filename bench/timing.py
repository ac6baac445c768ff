"""Times by pyperf: each program in processes of its own, after warming up."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyperf

from bench.line import Measurement
from deployment.package import ROOT

# With pyperf's own defaults, 20 processes and one more to find the number of loops, the table would take half an hour.
PROCESSES, VALUES, LOOPS = 2, 8, 2
COMMAND_PROCESSES = 4
QUICK = ("--debug-single-value",)


def make_runner(module: str) -> pyperf.Runner:
    """Return a runner for the program ``python -m MODULE``, which pyperf starts again for each of its processes."""
    return pyperf.Runner(program_args=("-m", module), processes=PROCESSES, values=VALUES, loops=LOOPS)


def time_program(module: str, *, quick: bool) -> dict[str, Measurement]:
    """Run ``python -m MODULE`` and return its times by name, in seconds."""
    return _run_pyperf(["-m", module], quick=quick)


def time_command(command: Sequence[str], *, quick: bool) -> Measurement:
    """Measure the seconds from the start of a process to its end, with Python's own start."""
    arguments = ["-m", "pyperf", "command", "--name", "command", "--processes", f"{COMMAND_PROCESSES}"]
    return _run_pyperf(
        [*arguments, "--values", "1", "--loops", "1", *(QUICK if quick else ()), "--", *command], quick=False
    )["command"]


def _run_pyperf(arguments: Sequence[str], *, quick: bool) -> dict[str, Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        ours = ["--quiet", "--output", str(out), *(QUICK if quick else ())]
        at = arguments.index("--") if "--" in arguments else len(arguments)
        command = [sys.executable, *arguments[:at], *ours, *arguments[at:]]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - the programs are ours
        suite = pyperf.BenchmarkSuite.load(str(out))
        return {benchmark.get_name(): Measurement.from_values(benchmark.get_values()) for benchmark in suite}


def scale(measured: Measurement, factor: float) -> Measurement:
    """Return the measurement in another unit."""
    return Measurement(measured.least * factor, measured.middle * factor, measured.most * factor)
