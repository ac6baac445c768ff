"""Time from the start of a process to the first call of its handler, with only the content of a zip."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.line import BenchLine, Goal, Measurement
from bench.packages import link_runtime, package_by_plugin, package_ours, unpack
from bench.timing import scale, time_command
from deployment.package import TEMPLATE

PROGRAM = Path(__file__).with_name("first_call.py")
# -I -S: without this computer's packages. -B: without new byte code, since Lambda can't write to its folder.
PYTHON = (sys.executable, "-I", "-S", "-B")


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the start. The reference is the plugin's zip, the limits the unavoidable imports, from our zip."""
    del full
    default = unpack(package_by_plugin())
    made = []
    for name, needs, times in (("collector", "pandas,yfinance", 1.1), ("transformer", "boto3", 1.5)):
        archive = package_ours()[name]
        own, variables, handler = unpack(archive), _read_variables(archive.parent, name), f"handlers/{name}.handler"
        made.append(
            BenchLine(
                name=f"cold start of the {name}, limit: import {needs}",
                unit="ms",
                data="this computer's Python",
                ours=_start(own, variables, handler, quick=quick),
                reference=_start(default, variables, handler, quick=quick),
                limit=_start(own, variables, needs, quick=quick),
                goal=Goal(times_limit=times),
            )
        )
    return made


def _read_variables(package: Path, name: str) -> dict[str, str]:
    """Return a function's environment in the template. A value that only a deployment knows is a reference as JSON."""
    resources = json.loads((package / TEMPLATE).read_text())["Resources"]
    function: dict[str, Any] = resources[f"{name.capitalize()}LambdaFunction"]["Properties"]
    variables = function["Environment"]["Variables"]
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in variables.items()}


def _start(folder: Path, variables: dict[str, str], imported: str, *, quick: bool) -> Measurement:
    """Measure the milliseconds to import ``imported``, a handler or modules, from ``folder``."""
    command = [*PYTHON, str(PROGRAM), str(folder), str(link_runtime()), json.dumps(variables), imported]
    return scale(time_command(command, quick=quick), 1000)
