"""The command group in a process of its own: its imports and its usage line."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from commands.cli import COMMANDS
from tests.conftest import ROOT

HEAVY = ("boto3", "moto", "pandas", "duckdb", "rich")


def started(*arguments: str, by: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``python -m commands``, as if process ``by`` had started it."""
    return subprocess.run(
        [sys.executable, "-m", "commands", *arguments],
        cwd=ROOT,
        env={**os.environ, "FINANCE_STREAM_STARTED_BY": by},
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_list_imports_no_command() -> None:
    script = f"""
import json, sys
from commands.cli import commands
try:
    commands.main(["--help"], prog_name="finance-stream")
finally:
    print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    *listed, imported = ran.stdout.splitlines()
    assert json.loads(imported) == [], ran.stderr
    assert [name for name in COMMANDS if not any(line.startswith(f"  {name} ") for line in listed)] == []


def test_commands_usage_shows_the_command_as_typed() -> None:
    assert started("follow", "--help").stdout.startswith("Usage: finance-stream follow [OPTIONS] [ID]\n")
    by_npm = started("follow", "--nosuch", by=str(os.getpid()))
    assert by_npm.returncode == 2
    assert by_npm.stderr.splitlines()[:2] == [
        "Usage: npm run follow -- [OPTIONS] [ID]",
        "Try 'npm run follow -- --help' for help.",
    ]


def test_commands_name_an_unknown_command() -> None:
    ran = started("nosuch")
    assert (ran.returncode, "No such command 'nosuch'" in ran.stderr) == (2, True), ran.stderr
