"""``tools/options.json``: the options of each npm command, for tools/run.mjs, which runs before Python is installed.

``.venv/bin/python -m tools.options`` writes it. A test compares it with the commands.
"""

from __future__ import annotations

import importlib
import json
import subprocess
from pathlib import Path
from typing import Any

import click

from commands.cli import commands
from deployment.package import ROOT, SERVERLESS

FILE = Path(__file__).with_suffix(".json")
# Commands with options of their own that are not in the group.
OTHERS = {"bench": "bench.__main__", "test:trino": "tools.trino.__main__"}
SERVERLESS_ARGUMENT = "serverless_options"  # of a command that passes unknown options on to Serverless


def list_options() -> dict[str, Any]:
    """Return ``flags``, options with ``values`` (names without dashes) and ``arguments`` (true: allowed), by command.

    A command with the options of another program, such as pytest, has an empty list of each and takes arguments.
    """
    scripts: list[str] = list(json.loads((ROOT / "package.json").read_text())["scripts"])
    return {name: _read_options(name, _find_command(name)) for name in scripts}


def _find_command(name: str) -> click.Command | None:
    if name in OTHERS:
        command: click.Command = importlib.import_module(OTHERS[name]).main
        return command
    return commands.get_command(click.Context(commands), name)


def _read_options(name: str, command: click.Command | None) -> dict[str, Any]:
    if command is None:
        return {"flags": [], "values": [], "arguments": True}
    flags: set[str] = set()
    values: set[str] = set()
    given = [one for one in command.params if isinstance(one, click.Option)]
    arguments = {one.name for one in command.params if isinstance(one, click.Argument)}
    for option in given:
        names = {text.lstrip("-") for text in (*option.opts, *option.secondary_opts)}
        (flags if option.is_flag or option.count else values).update(names)
    if SERVERLESS_ARGUMENT in arguments:
        theirs = _read_serverless_options(name)
        flags |= {option for option, is_flag in theirs.items() if is_flag} - values
        values |= {option for option, is_flag in theirs.items() if not is_flag} - flags
    return {
        "flags": sorted(flags),
        "values": sorted(values),
        "arguments": bool(arguments - {SERVERLESS_ARGUMENT}),
    }


def _read_serverless_options(command: str) -> dict[str, bool]:
    """Return the options of a Serverless command, long and short, with True for each flag."""
    schema = SERVERLESS.parent.parent / "lib" / "cli" / "commands-schema" / "aws-service.js"
    script = "console.log(JSON.stringify(require(process.argv[1]).get(process.argv[2]).options))"
    node = ["node", "-e", script, str(schema), command]
    printed = subprocess.run(node, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    found: dict[str, bool] = {}
    for name, option in json.loads(printed).items():
        is_flag = option.get("type") == "boolean"
        found |= {one: is_flag for one in (name, option.get("shortcut")) if one}
    return found


def make_text() -> str:
    """Return the file's text: one command per line."""
    lines = (f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in list_options().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(make_text(), encoding="utf-8")
