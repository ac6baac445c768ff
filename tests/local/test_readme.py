"""Every command of the README and of docs/ is run as it stands, in order, with the embedded cloud in AWS's place."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.installed import need
from tests.local.commands.project import QUICKLY
from tests.local.served import Served, serving
from tests.waiting import DEADLINE_SECONDS

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
COMMANDS = [
    block.strip()
    for page in PAGES
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
]
# Run by tests of their own: npm test runs this very file, and the served cloud is the one that the others are run in.
# What takes Trino takes 800 MB of download, and what is measured takes quiet minutes: their parts are in
# tests/unit/test_trino.py and tests/unit/test_bench.py.
ELSEWHERE = {
    "npm test",
    "npm run local",
    "npm run local -- --serve --start 2026-11-23",
    "npm run test:trino",
    "npm run bench",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("out")) as running:
        yield running


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in ELSEWHERE])
def test_the_documents_command_runs(served: Served, command: str) -> None:
    """What it starts on its own ends well, too. A question is answered as the README says, on a terminal."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables = served.function_variables if "invoke local" in command else served.variables
    if "curl " in command:
        need("curl")
    reader, terminal = pty.openpty()
    if command.startswith("npm run remove"):
        os.write(reader, b"dev\n")
    ran = subprocess.run(  # the page's own lines, in a shell as its reader has
        [need("bash"), "-e", "-c", command],
        cwd=ROOT,
        env=clean | variables | QUICKLY,
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )
    os.close(reader)
    os.close(terminal)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    if functions := re.findall(r"invoke local -f (\w+)", command):
        for function, answer in zip(functions, printed(ran.stdout)[-len(functions) :], strict=True):
            assert answer == expected(answer)[function]
    if "start-execution" in command:
        assert served.execution(json.loads(ran.stdout)["executionArn"])["status"] == "SUCCEEDED"
    if "start-query-execution" in command:
        assert served.query(json.loads(ran.stdout)["QueryExecutionId"])["State"] == "SUCCEEDED"


def printed(stdout: str) -> list[dict[str, Any]]:
    """The JSON objects that commands have printed over several lines, as ``serverless invoke local`` does an answer."""
    return [json.loads(found) for found in re.findall(r"^\{\n.*?^\}$", stdout, re.MULTILINE | re.DOTALL)]


def expected(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each function answers its sample event; what changes from run to run is taken from the ``answer``."""
    return {
        "planner": {**answer, "tickers": ["META", "NFLX"], "interval": "1m"},
        "collector": {"bars": 390, "records": answer.get("records"), "calls": 1, "rejected": {}},
        "transformer": {"records": answer.get("records")},
        "checker": {**answer, "delivered": 118, "missing": [{"ticker": "META", "collected": 90, "delivered": 88}]},
        "follower": {**answer, "statusCode": 404},
    }


def test_the_two_commands_are_the_projects_own_and_ci_runs_the_second() -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    assert {"local", "test", "deploy", "info", "remove"} <= scripts.keys()
    assert "\nnpm test\n" in (ROOT / ".ci" / "run").read_text()
