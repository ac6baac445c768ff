"""The launcher ``finance-stream``, which the set-up writes into .venv, and its completion in a person's shell."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installed import need
from tests.local.terminal import read_until
from tests.waiting import DEADLINE_SECONDS

PROGRAM = "finance-stream"
VENV = Path(sys.prefix)
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
# Turns on zsh's own completion, without a check of who owns its function files.
BEFORE = {"bash": "", "zsh": "autoload -Uz compinit; compinit -D -u; "}


def test_launcher_runs_the_project_of_its_venv(tmp_path: Path) -> None:
    """Run it in another folder, and import nothing from there."""
    (tmp_path / "click.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "json.py").write_text("raise SystemExit('imported')\n")
    ran = subprocess.run(
        [VENV / "bin" / PROGRAM, "cost", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Usage: finance-stream cost [OPTIONS]\n")


def test_launcher_keeps_the_project_off_the_functions_path() -> None:
    """Keep it off, since the embedded cloud runs functions with this Python and they must use only their package."""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", "import finance_stream"], cwd="/", capture_output=True, text=True, check=False
    )
    assert "No module named 'finance_stream'" in ran.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_shell_completes_an_option_of_finance_stream(shell: str, tmp_path: Path) -> None:
    need(shell)
    person, terminal = pty.openpty()
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"  # as .venv/bin/activate has it
    environment = {
        **os.environ,
        "PATH": path,
        "PS1": "$ ",
        "INPUTRC": os.devnull,
        "TERM": "dumb",
        "HOME": str(tmp_path),
    }
    with subprocess.Popen(
        SHELLS[shell],
        cwd=tmp_path,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        try:
            turn_on = f'eval "$(_FINANCE_STREAM_COMPLETE={shell}_source {PROGRAM})"'
            os.write(person, f"{BEFORE[shell]}{turn_on}; echo so''urced\n".encode())
            read_until(person, "sourced")
            os.write(person, f"{PROGRAM} execute --look\t".encode())
            read_until(person, "--lookback-minutes ")
        finally:
            process.kill()
            process.wait(DEADLINE_SECONDS)
    os.close(person)
    os.close(terminal)
