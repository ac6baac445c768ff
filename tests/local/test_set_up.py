"""The set-up that every npm command begins with: what is missing or wrong is one clear line and exit code 2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

NODE = shutil.which("node") or "node"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stands in for programs with shell scripts")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the set-up reads, as in a fresh clone, and an empty folder of programs."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("requirements", "resources", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(project: Path, name: str, script: str) -> None:
    path = project / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def command(project: Path, *arguments: str, node_options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the project's command with nothing on the PATH but its own folder of programs."""
    return subprocess.run(
        [NODE, *node_options, "scripts/run.mjs", *arguments],
        cwd=project,
        env={"PATH": f"{project / 'bin'}", "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_node_that_is_too_old_is_named(project: Path) -> None:
    (project / "old.cjs").write_text("Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } });")
    ran = command(project, "local", node_options=("--require", "./old.cjs"))
    assert ran.returncode == 2
    assert ran.stderr == "Node 18.20.1 is too old: install Node 20.19 or newer (20, 22 or 24), then run this again.\n"


def test_a_python_that_is_too_old_is_named(project: Path) -> None:
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    program(project, "python3", "echo 3.8.18")
    ran = command(project, "local")
    assert ran.returncode == 2
    *_, line = ran.stderr.splitlines()
    assert line.startswith("No Python 3.11 or newer on the PATH (found: python3 is 3.8.18): install one")
    assert not (project / ".venv").exists()


def test_no_python_at_all_is_said(project: Path) -> None:
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    ran = command(project, "test")
    assert ran.returncode == 2
    assert "No Python 3.11 or newer on the PATH: install one, or set PYTHON to its path" in ran.stderr


def test_what_fails_in_the_set_up_stops_it(project: Path) -> None:
    program(project, "npm", "echo no such registry >&2; exit 1")
    ran = command(project, "local")
    assert ran.returncode == 2
    assert "no such registry" in ran.stderr
    assert "npm ci failed" in ran.stderr


def test_an_unknown_command_is_named(project: Path) -> None:
    ran = command(project, "lokal")
    of_a_stage = "deploy, remove, info, redrive, execute, follow, query, gaps, report, cost"
    known = f"local, test, chaos, load, bench, {of_a_stage}, completion, test:trino, audit, lock"
    assert (ran.returncode, ran.stderr) == (2, f"lokal: not a command; known are {known}.\n")


def test_a_set_up_that_is_current_is_not_done_again() -> None:
    """The one that these tests run in, which ``npm test`` has made."""
    ran = subprocess.run(
        [NODE, "scripts/run.mjs", "local", "--help"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(Path(NODE).parent)},  # neither npm's packages nor pip's could be fetched
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "--replay" in ran.stdout
