"""From the start of a process to the first call of its handler, with what a zip holds and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.line import Goal, Line, Measured
from bench.packages import ours, plugins, runtime, unpacked
from bench.timing import scaled, timed_command

PROGRAM = Path(__file__).with_name("first_call.py")
# -I -S: nothing of this computer's; -B: Lambda's folder cannot be written, so what has no byte code never gets any.
PYTHON = (sys.executable, "-I", "-S", "-B")


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The reference is the plugin's zip, the limits the imports that nobody can do without, from our zip."""
    del full
    default = unpacked(plugins())
    made = []
    for name, needs, times in (("collector", "pandas,yfinance", 1.1), ("transformer", "boto3", 1.5)):
        own = unpacked(ours()[name])
        handler = f"handlers/{name}.handler"
        made.append(
            Line(
                name=f"cold start of the {name}, limit: import {needs}",
                unit="ms",
                data="this computer's Python",
                ours=_start(own, handler, quick=quick),
                reference=_start(default, handler, quick=quick),
                limit=_start(own, needs, quick=quick),
                goal=Goal(times_limit=times),
            )
        )
    return made


def _start(folder: Path, what: str, *, quick: bool) -> Measured:
    """Milliseconds to import ``what`` from ``folder``."""
    command = [*PYTHON, str(PROGRAM), str(folder), str(runtime()), what]
    return scaled(timed_command(command, quick=quick), 1000)
