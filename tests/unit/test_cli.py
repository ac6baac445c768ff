"""The command group: its list and its completion."""

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
    """Return the completions of the last of ``words`` after ``finance-stream``."""
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
        (("query", "vw"), ["vwap", "vw"]),  # the shell completes file names
        (("nosuch", "--"), ["--help"]),  # the group's own option
    ],
)
def test_commands_complete_names_options_and_choices(words: tuple[str, ...], may_be: list[str]) -> None:
    assert completed(*words) == may_be


def test_commands_complete_an_empty_word_to_every_name() -> None:
    assert completed("") == list(COMMANDS)
