"""Options before ``--``, which npm keeps for itself: their refusal, with the command to type instead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tools import options

NODE = shutil.which("node") or "node"
NPM = shutil.which("npm") or "npm"
KNOWN: dict[str, Any] = json.loads(options.FILE.read_text())
EVERY = [(command, name) for command, known in KNOWN.items() for name in (*known["flags"], *known["values"])]
# npm obeys these itself, with or without --: help, its own version, and its verbosity.
NPMS_OWN = {"h", "help", "v", "version", "verbose", "csv"}  # csv: its letters are shorthands, of --version too
SHORTHANDS = {"c", "p", "s"}  # npm's own --call, --parseable and --silent: their value becomes an argument
# With "=", npm leaves no trace of these: an old option of its own, the beginning of one, and four shorthands.
UNSEEN = {"only", "format", "days"}


def explain(*cases: tuple[str, list[str], dict[str, str], str]) -> list[str | None]:
    """Return the check's message for each command with its arguments, variables and npm setting, in one process."""
    script = f"""
        import {{ explainSwallowed }} from {json.dumps((ROOT / "tools/swallowed.mjs").as_uri())};
        const known = {json.dumps(KNOWN)};
        const say = ([name, args, env, setting]) => explainSwallowed(name, known[name], args, env, () => setting);
        console.log(JSON.stringify({json.dumps(cases)}.map(say)));
    """
    command = [NODE, "--input-type=module", "-e", script]
    said: list[str | None] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return said


def typed(said: str | None) -> str:
    assert said is not None
    return said.partition("\nType: ")[2]


def variable(name: str) -> str:
    return f"npm_config_{name.replace('-', '_')}"


def test_options_file_lists_the_options_of_the_commands() -> None:
    assert options.FILE.read_text() == options.make_text(), "run .venv/bin/python -m tools.options"


@pytest.mark.fault(58)
def test_explain_swallowed_refuses_each_option_of_each_command() -> None:
    dashed = {name: f"-{name}" if len(name) == 1 else f"--{name}" for _, name in EVERY}
    flags = {(command, name) for command, name in EVERY if name in KNOWN[command]["flags"]}
    cases = [
        (command, [] if (command, name) in flags else ["X"], {variable(name): "true"}, "undefined")
        for command, name in EVERY
    ]
    expected = [
        f"npm run {command} -- {dashed[name]}" + ("" if (command, name) in flags else " X") for command, name in EVERY
    ]
    assert [typed(said) for said in explain(*cases)] == expected


@pytest.mark.parametrize(
    ("command", "args", "env", "meant"),
    [
        ("deploy", [], {"npm_config_stage": "prod"}, "npm run deploy -- --stage prod"),
        ("deploy", [], {"NPM_CONFIG_STAGE": "prod"}, "npm run deploy -- --stage prod"),  # Windows
        ("deploy", ["--verbose"], {"npm_config_stage": "prod"}, "npm run deploy -- --stage prod --verbose"),
        ("deploy", ["us-east-1"], {"npm_config_r": "true"}, "npm run deploy -- -r us-east-1"),
        ("info", ["prod"], {"npm_config_loglevel": "silent"}, "npm run info -- -s prod"),
        ("deploy", ["prod"], {}, "npm run deploy -- OPTION prod"),
        ("local", ["META"], {"npm_config_tikcers": "true"}, "npm run local -- --tickers META"),
        ("query", ["a b.sql"], {"npm_config_csv": "true"}, "npm run query -- 'a b.sql' --csv"),
        ("test", [], {"npm_config_x": "true"}, "npm run test -- -x"),
        (
            "execute",
            ["dev", "META"],
            {"npm_config_stage": "true", "npm_config_tickers": "true"},
            "npm run execute -- followed by the rest as you typed it",
        ),
    ],
)
def test_explain_swallowed_says_what_to_type(command: str, args: list[str], env: dict[str, str], meant: str) -> None:
    assert typed(explain((command, args, env, "undefined"))[0]) == meant


def test_explain_swallowed_lets_npms_own_settings_pass() -> None:
    assert (
        explain(
            ("gaps", [], {"npm_config_json": "true"}, "true"),  # .npmrc has it
            ("remove", [], {"npm_config_yes": ""}, "null"),
            ("chaos", [], {"npm_config_cache": "/home/me/.npm", "npm_config_user_agent": "npm"}, "undefined"),
            ("local", ["--stage", "x"], {"npm_config_sass_binary_site": "https://example.com"}, "undefined"),
            ("query", ["vwap", "--date", "2026-11-23"], {"npm_config_loglevel": "silent"}, "undefined"),
        )
        == [None] * 5
    )
    [said] = explain(("gaps", [], {"npm_config_json": "true"}, "false"))
    assert said is not None
    assert "If your environment sets npm_config_json, unset it." in said


def test_npm_hands_each_kept_option_to_the_script(tmp_path: Path) -> None:
    """Show the variables by which npm itself passes them on. The check relies on these."""
    show = "node -p 'JSON.stringify(process.env)'"
    (tmp_path / "package.json").write_text(json.dumps({"name": "x", "scripts": {"show": show}}))
    names = {name for _, name in EVERY} - NPMS_OWN - SHORTHANDS
    arguments = [f"-{name}" if len(name) == 1 else f"--{name}=true" for name in sorted(names)]
    ran = subprocess.run(
        [NPM, "run", "--silent", "show", *arguments],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.lower().startswith("npm_config_")},
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(ran.stdout)
    assert {name for name in names if seen.get(variable(name)) != "true"} == UNSEEN
