"""A running ``npm run local -- --serve``, for tests that follow its printed instructions."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from finance_stream.executions import TERMINAL
from tests.conftest import ROOT
from tests.local.aws import aws
from tests.waiting import DEADLINE_SECONDS, eventually


class Served:
    """A running ``npm run local -- --serve`` and the variables that it printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.printed = "".join(read_until(process.stdout, "Bucket: "))
        for_aws, for_yahoo = (ROOT / path for path in re.findall(r"^source (.+)$", self.printed, re.MULTILINE))
        self.variables = sourced(for_aws)  # for any AWS client
        self.function_variables = sourced(for_aws, for_yahoo)
        self.state_machine = re.findall(r"State machine: (\S+)", self.printed)[0]

    def aws(self, *arguments: str) -> Any:
        """Run the stock AWS CLI with only the printed AWS variables, and return its output."""
        return aws(*arguments, variables=self.variables)

    def execution(self, arn: str) -> dict[str, Any]:
        """Wait for the end of an execution, and return its description."""
        described: dict[str, Any] = eventually(
            lambda: self.aws("stepfunctions", "describe-execution", "--execution-arn", arn),
            lambda described: described["status"] in TERMINAL,
        )
        return described

    def query(self, query: str) -> dict[str, Any]:
        """Wait for the end of a query, and return its status."""
        status: dict[str, Any] = eventually(
            lambda: self.aws("athena", "get-query-execution", "--query-execution-id", query)["QueryExecution"][
                "Status"
            ],
            lambda status: status["State"] not in ("QUEUED", "RUNNING"),
        )
        return status


def sourced(*files: Path) -> dict[str, str]:
    """Return the variables that a shell adds or changes by sourcing ``files``."""
    show = f"{shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    lines = [*(f". {shlex.quote(str(file))}" for file in files), show]
    ran = subprocess.run(["sh", "-e", "-u", "-c", "\n".join(lines)], capture_output=True, text=True, check=True)  # noqa: S607
    found: dict[str, str] = json.loads(ran.stdout)
    return {name: value for name, value in found.items() if os.environ.get(name) != value and name != "_"}


def read_until(stream: IO[str] | None, mark: str) -> Iterator[str]:
    assert stream is not None
    for line in stream:
        yield line
        if mark in line:
            return


@contextlib.contextmanager
def serving(out: Path) -> Iterator[Served]:
    """Serve a cloud with the synthetic session of the sample events, and end it by Ctrl-C."""
    options = ["--serve", "--clock", "virtual", "--port", "0", "--start", "2026-11-23", "--out", str(out)]
    command = [sys.executable, "-m", "commands", "local", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield Served(process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(DEADLINE_SECONDS)
