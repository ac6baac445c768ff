"""Every command of the README is run as it stands, in its order, with the embedded cloud in AWS's place."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.local.test_command import DEADLINE_SECONDS, Served, serving

README = (ROOT / "README.md").read_text()
COMMANDS = [block.strip() for block in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)]
# Run by tests of their own: npm test runs this very file, and the served cloud is the one that the others are run in.
ELSEWHERE = {"npm test", "npm run local", "npm run local -- --serve --start 2026-11-23"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("out")) as running:
        yield running


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in ELSEWHERE])
def test_the_readmes_command_runs(served: Served, command: str) -> None:
    here = command.replace("finance-stream-dev", "finance-stream-local").replace(
        "finance_stream_dev", "finance_stream_local"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"  # the stock AWS CLI, from PyPI
    variables = served.function_variables if "invoke local" in command else served.variables
    ran = subprocess.run(  # the README's own lines, in a shell as its reader has
        ["bash", "-e", "-c", here.replace("--stage dev", "--stage local")],  # noqa: S607
        cwd=ROOT,
        env=clean | variables | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_two_commands_are_the_projects_own_and_ci_runs_the_second() -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    assert {"local", "test"} <= scripts.keys()
    assert "\nnpm test\n" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
)
def test_every_link_between_the_documents_leads_somewhere(page: str) -> None:
    path = ROOT / page
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []
