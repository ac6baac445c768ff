"""The commands of the README and of docs/, run in order with the embedded cloud in place of AWS.

A page's shell block runs unchanged in a shell. A block with only npm commands that are written in Python runs in this
process, which has imported everything that they need.
"""

from __future__ import annotations

import importlib
import json
import os
import pty
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from matplotlib.testing.compare import compare_images

from tests.conftest import ROOT
from tests.installed import need
from tests.local.commands.project import QUICKLY
from tests.local.served import Served, serving
from tests.waiting import DEADLINE_SECONDS
from tools import notebook

# The root mean square of the pixels' differences.
FONT_DIFFERENCES = 10


def list_blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [block.strip() for block in found]


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
# The Python blocks of a page are one program, which continues from block to block.
LIBRARY = ROOT / "docs" / "python.md"
PROGRAM = "\n".join(list_blocks(LIBRARY, "python"))
COMMANDS = [
    command for page in PAGES for command in (*list_blocks(page, "sh"), *([PROGRAM] if page == LIBRARY else []))
]
# Other tests run these. The served cloud is the one that all other commands use.
# Trino needs a download of 800 MB, and measurements need minutes on an idle machine. test_trino.py and test_bench.py
# test their parts.
ELSEWHERE = {
    "npm run local",
    "npm run local -- --serve --start 2026-11-23",
    "npm run test:trino",
    "npm run bench",
}
# These commands run this file itself.
GATES = [command for command in COMMANDS if re.match(r"npm (test|run check)\b", command)]
# A command that two pages show runs once.
TO_RUN = [command for command in dict.fromkeys(COMMANDS) if command not in {*ELSEWHERE, *GATES}]
# Removal is last, since other pages use the stack.
TO_RUN.sort(key=lambda command: command.startswith("npm run remove"))
# Lines with --silent still run by npm in a shell, since their point is the output of that process.
IN_PROCESS = {"local", "execute", "follow", "logs", "query", "report", "redrive", "cost", "gaps", "verify"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("out")) as running:
        yield running


def test_notebook_succeeds_and_its_page_is_current(served: Served, tmp_path: Path) -> None:
    """It reads the session that the cloud was served with, before other commands collect more."""
    text, images = notebook.render(notebook.execute(notebook.NOTEBOOK, served.variables))
    assert text == notebook.PAGE.read_text(encoding="utf-8"), "renew it: CONTRIBUTING.md, tools.notebook"
    assert len(images) == 1
    for path, content in images.items():
        (tmp_path / "picture.png").write_bytes(content)
        shown = compare_images(str(notebook.PAGE.parent / path), str(tmp_path / "picture.png"), FONT_DIFFERENCES)
        assert shown is None, shown


@pytest.mark.parametrize("command", TO_RUN)
def test_documented_command_succeeds(served: Served, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expect exit code 0, and SUCCEEDED of the execution or the query that the command starts."""
    if command == PROGRAM:
        run_program(served, monkeypatch)
        return
    stdout = (
        run_in_process(served, lines, monkeypatch) if (lines := own_lines(command)) else run_in_shell(served, command)
    )
    if functions := re.findall(r"invoke local -f (\w+)", command):
        for function, answer in zip(functions, printed(stdout)[-len(functions) :], strict=True):
            assert answer == expected(answer)[function]
    if "-c args" in command:
        assert re.search(r"^event = \{", stdout, re.MULTILINE), "the debugger has stopped in the function"
    if "start-execution" in command:
        assert served.execution(json.loads(stdout)["executionArn"])["status"] == "SUCCEEDED"
    if "start-query-execution" in command:
        assert served.query(json.loads(stdout)["QueryExecutionId"])["State"] == "SUCCEEDED"


def own_lines(block: str) -> list[tuple[str, list[str]]]:
    """Return name and arguments of each command in a block, or nothing if a line needs a shell or its own process."""
    found = []
    for line in block.splitlines():
        match = re.fullmatch(r"npm run ([a-z]+)(?: -- ([^$|;&<>()`]+))?", line)
        if not match or match[1] not in IN_PROCESS:
            return []
        found.append((match[1], shlex.split(match[2] or "")))
    return found


def run_in_process(served: Served, lines: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the project's own commands with the served cloud's variables, and return their stdout."""
    monkeypatch.chdir(ROOT)
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    enter(served, monkeypatch)
    stdout = ""
    for name, arguments in lines:
        assert name in scripts
        ran = CliRunner().invoke(importlib.import_module(f"commands.{name}").main, arguments)
        assert ran.exit_code == 0, ran.output
        stdout += ran.stdout
    return stdout


def enter(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the served cloud's variables as the only AWS variables of this process."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)


def run_program(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the library's page, and expect the answers of a session without gaps."""
    enter(served, monkeypatch)
    answers: dict[str, Any] = {}
    exec(PROGRAM, answers)  # noqa: S102 - our own page
    assert str(answers["bars"].index.tz) == "America/New_York"
    rows = {name: len(answers[name]) for name in ("bars", "by_hour", "closes", "latest", "missing", "volumes", "frame")}
    assert rows == {
        "bars": 390,
        "by_hour": 2,
        "closes": 390,
        "latest": 1,
        "missing": 0,
        "volumes": 1,
        "frame": 390,
    }
    assert answers["table"]["ticker"].to_pylist() == ["META", "NFLX"]


def run_in_shell(served: Served, command: str) -> str:
    """Run the page's lines in a reader's shell, and answer the question of ``npm run remove`` on a terminal."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables = served.function_variables if re.search("invoke local|tools.invoke", command) else served.variables
    if "curl " in command:
        need("curl")
    reader, terminal = pty.openpty()
    if command.startswith("npm run remove"):
        os.write(reader, b"dev\n")
    ran = subprocess.run(
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
    return ran.stdout


def printed(stdout: str) -> list[dict[str, Any]]:
    """Return the JSON objects that were printed over several lines, as ``serverless invoke local`` prints an answer."""
    return [json.loads(found) for found in re.findall(r"^\{\n.*?^\}$", stdout, re.MULTILINE | re.DOTALL)]


def expected(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each function's answer to its sample event, with the values of ``answer`` for those that vary."""
    return {
        "planner": {**answer, "tickers": ["META", "NFLX"], "interval": "1m"},
        "collector": {"ticker": "META", "bars": 390, "records": answer.get("records"), "calls": 1, "rejected": {}},
        "poller": {"bars": 780, "failed": 0},
        "transformer": {"records": answer.get("records")},
        "counter": {**answer, "outcome": "collected", "bars": 120, "expected": 780},
        "checker": {**answer, "delivered": 118, "missing": [{"ticker": "META", "collected": 90, "delivered": 88}]},
        "follower": {**answer, "statusCode": 404},
    }


@pytest.mark.parametrize("command", GATES)
def test_documented_gate_names_an_existing_script_and_tests(command: str) -> None:
    """Never run them here: each would run pytest inside pytest."""
    name, *arguments = [word for word in shlex.split(command)[1:] if word not in ("run", "--")]
    assert name in json.loads((ROOT / "package.json").read_text())["scripts"]
    paths = [argument for argument in arguments if argument.startswith("tests/")]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    for module, keyword in re.findall(r" (tests/\S+\.py) -k (\w+)", command):
        assert re.search(rf"^def test_\w*{keyword}", (ROOT / module).read_text(encoding="utf-8"), re.MULTILINE)


def test_package_json_has_the_main_commands_and_ci_runs_npm_test() -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    assert {"local", "test", "deploy", "info", "remove"} <= scripts.keys()
    assert "\nnpm test\n" in (ROOT / ".ci" / "run").read_text()
