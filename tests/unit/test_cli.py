"""The command group: what it lists, and what click completes."""

from __future__ import annotations

import json
import re
from typing import Any

import click
import pytest
from click.shell_completion import BashComplete

from commands.cli import COMMANDS, EMBEDDED, commands
from tests.conftest import ROOT

RUN = ROOT / "tools" / "run.mjs"


def context(name: str) -> click.Context:
    return click.Context(commands, info_name=name)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_list_the_first_sentence_of_each_help(name: str) -> None:
    command = commands.get_command(context("finance-stream"), name)
    assert command is not None
    assert (command.help or "").replace("\n", " ").startswith(COMMANDS[name])


def test_commands_are_npm_scripts_that_run_the_group() -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    assert {name: scripts.get(name) for name in COMMANDS} == {name: f"node tools/run.mjs {name}" for name in COMMANDS}
    lists = re.findall(r"^const (?:EMBEDDED|OF_A_STAGE) = (\[.*\]);$", RUN.read_text(), re.MULTILINE)
    assert [name for found in lists for name in json.loads(found)] == list(COMMANDS)
    assert set(json.loads(lists[0])) == EMBEDDED


def completed(*words: str) -> list[str]:
    """Return what the last of ``words`` may be, after ``finance-stream``."""
    arguments: dict[str, Any] = {}
    completion = BashComplete(commands, arguments, "finance-stream", "_FINANCE_STREAM_COMPLETE")
    return [item.value for item in completion.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        (("exec",), ["execute"]),
        (("execute", "--look"), ["--lookback-minutes"]),
        (("execute", "--interval", "1"), ["1m", "15m", "1h"]),
        (("follow", "--stage", "dev", "--js"), ["--json"]),
        (("query", "vw"), ["vwap", "vw"]),  # a file's name begun is the shell's to complete
        (("nosuch", "--"), ["--help"]),  # of the group itself
    ],
)
def test_click_completes_commands_options_and_choices(words: tuple[str, ...], may_be: list[str]) -> None:
    assert completed(*words) == may_be


def test_click_completes_each_command_by_its_name_alone() -> None:
    assert completed("") == list(COMMANDS)
