"""The set-up at the start of every npm command: one clear line and exit code 2 for a missing or wrong program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.waiting import DEADLINE_SECONDS, eventually

NODE = shutil.which("node") or "node"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stands in for programs with shell scripts")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the files that the set-up reads, as in a fresh clone, and make an empty folder of programs."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("deployment", "requirements", "resources", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(project: Path, name: str, script: str) -> None:
    path = project / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def command(project: Path, *arguments: str, node_options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the project's command with only its own folder of programs on the PATH."""
    return subprocess.run(
        [NODE, *node_options, "tools/run.mjs", *arguments],
        cwd=project,
        env={"PATH": f"{project / 'bin'}", "HOME": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_set_up_names_a_node_that_is_too_old(project: Path) -> None:
    (project / "old.cjs").write_text("Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } });")
    ran = command(project, "local", node_options=("--require", "./old.cjs"))
    assert ran.returncode == 2
    assert ran.stderr == "Node 18.20.1 is too old: install Node 20.19 or newer (20, 22 or 24), then run this again.\n"


def test_set_up_names_a_python_that_is_too_old(project: Path) -> None:
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    program(project, "python3", "echo 3.8.18")
    ran = command(project, "local")
    assert ran.returncode == 2
    *_, line = ran.stderr.splitlines()
    assert line.startswith("No Python 3.11 or newer on the PATH (found: python3 is 3.8.18): install one")
    assert not (project / ".venv").exists()


def test_set_up_says_that_there_is_no_python(project: Path) -> None:
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    ran = command(project, "test")
    assert ran.returncode == 2
    assert "No Python 3.11 or newer on the PATH: install one, or set PYTHON to its path" in ran.stderr


def test_set_up_stops_if_npm_ci_fails(project: Path) -> None:
    program(project, "npm", "echo no such registry >&2; exit 1")
    ran = command(project, "local")
    assert ran.returncode == 2
    assert "no such registry" in ran.stderr
    assert "npm ci failed" in ran.stderr


@pytest.mark.parametrize(("terminal", "sign"), [(True, "\r\x1b[K{} npm ci (0 s)"), (False, "npm ci: 0 s ...\n")])
def test_show_life_redraws_on_a_terminal_and_writes_lines_elsewhere(terminal: bool, sign: str) -> None:
    program = f"""
    import {{ showLife }} from "{(ROOT / "tools" / "sign_of_life.mjs").as_uri()}";
    let writings = 0;
    const stream = {{
      isTTY: {str(terminal).lower()},
      write(text) {{
        process.stdout.write(text);
        writings += 1;
        if (writings === 2) life.print("added 900 packages\\n");
        if (writings === {6 if terminal else 4}) life.end();
      }},
    }};
    const life = showLife("npm ci", stream, 1);
    """
    ran = subprocess.run(
        [NODE, "--input-type=module", "--eval", program], capture_output=True, check=True, timeout=DEADLINE_SECONDS
    )
    signs, erase = [sign.format(frame) for frame in "⠋⠙⠹⠸"], "\r\x1b[K" if terminal else ""
    expected = f"{signs[0]}{signs[1]}{erase}added 900 packages\n{''.join(signs[2 : 4 if terminal else 3])}{erase}"
    assert re.sub(r"\d+ s", "0 s", ran.stdout.decode()) == expected


def test_run_names_an_unknown_command(project: Path) -> None:
    ran = command(project, "lokal")
    of_a_stage = "deploy, remove, info, verify, redrive, execute, follow, logs, query, gaps, report, cost"
    of_this_computer = "test, check, static, prose, coverage, bench, test:trino, audit, lock"
    known = f"local, chaos, load, simulate, {of_a_stage}, {of_this_computer}"
    assert (ran.returncode, ran.stderr) == (2, f"lokal: not a command. Use one of {known}.\n")


@pytest.mark.fault(58)
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("redrive", "--dry-run"), "redrive -- --dry-run"),
        (("deploy", "--stage", "prod"), "deploy -- --stage prod"),
        (("info", "-s", "prod"), "info -- -s prod"),
        (("gaps", "--json", "--", "--stage", "dev"), "gaps -- --json --stage dev"),
    ],
)
def test_npm_run_refuses_an_option_before_the_dashes(project: Path, typed: tuple[str, ...], meant: str) -> None:
    ran = npm_run(project, *typed)
    assert ran.returncode == 2, ran.stderr
    assert f"\nType: npm run {meant}\n" in ran.stderr
    assert not (project / "node_modules").exists()
    assert not (project / ".venv").exists()


def test_npm_run_lets_a_setting_in_npmrc_pass(project: Path) -> None:
    (project / ".npmrc").write_text("json=true\n")
    ran = npm_run(project, "gaps", "--", "--stage", "no_stage")  # the next check refuses this, before any set-up
    assert (ran.returncode, "stage: 'no_stage' is not" in ran.stderr) == (2, True), ran.stderr


def npm_run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the project's command by npm itself, without the settings of the npm that runs these tests."""
    return subprocess.run(
        [shutil.which("npm") or "npm", "run", *arguments],
        cwd=project,
        env={name: value for name, value in os.environ.items() if not name.lower().startswith("npm_")},
        capture_output=True,
        text=True,
        check=False,
    )


def start(project: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [NODE, "tools/run.mjs", "local"],
        cwd=project,
        env={"PATH": f"{project / 'bin'}", "HOME": str(project)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.fault(59)
def test_set_up_waits_for_another_one_of_the_same_folder(project: Path) -> None:
    installs, go = project / "installs", project / "go"
    os.mkfifo(go)
    program(project, "npm", f"echo begin >> {installs}; read line < {go}; {shutil.which('mkdir')} -p node_modules")
    with start(project) as first:
        eventually(installs.exists)
        with start(project) as second:
            assert second.stderr is not None
            assert second.stderr.readline().startswith(f"Waiting for process {first.pid}, which installs packages")
            go.write_text("go\n")
            assert "No Python" in first.communicate(timeout=DEADLINE_SECONDS)[1]
            assert "No Python" in second.communicate(timeout=DEADLINE_SECONDS)[1]
    assert installs.read_text() == "begin\n"  # the second finds the packages of the first
    assert not list((project / ".local").iterdir())


def test_set_up_takes_over_the_lock_of_a_killed_one(project: Path) -> None:
    program(project, "npm", f"echo $PPID > {project / 'installer'}; read line < {project / 'go'}")
    os.mkfifo(project / "go")
    with start(project) as killed:
        eventually(lambda: (project / "installer").exists() and (project / "installer").read_text())
        killed.kill()
    (project / "go").write_text("end the stand-in\n")
    assert (project / ".local" / "set-up.lock" / "owner").is_file()
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    ran = command(project, "local")
    assert "Waiting" not in ran.stderr
    assert "No Python" in ran.stderr


def test_set_up_takes_over_a_lock_of_a_reused_process_id(project: Path) -> None:
    lock = project / ".local" / "set-up.lock"
    lock.mkdir(parents=True)
    owner = {"pid": os.getpid(), "host": os.uname().nodename, "started": "long ago"}
    (lock / "owner").write_text(json.dumps(owner))
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    assert "Waiting" not in command(project, "local").stderr


def test_set_up_runs_no_install_script_and_builds_no_package() -> None:
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()
    assert '"--only-binary", ":all:"' in (ROOT / "tools/run.mjs").read_text()


def test_set_up_of_npm_test_with_arguments_skips_checkov(project: Path) -> None:
    """Make no .venv-checkov, since it is for a gate and arguments run only pytest."""
    script = "echo 3.11.0; case $2 in venv) echo making $3 >&2; exit 1;; esac"
    program(project, "npm", f"{shutil.which('mkdir')} -p node_modules")
    program(project, "python3", script)
    for environment in (".venv",):
        (project / environment / "bin").mkdir(parents=True)
    ran = command(project, "test", "--help")
    assert "making .venv\n" in ran.stderr
    assert ".venv-checkov" not in ran.stderr


def test_set_up_does_nothing_if_it_is_current() -> None:
    """Use the environment that these tests run in, which ``npm test`` has made."""
    ran = subprocess.run(
        [NODE, "tools/run.mjs", "local", "--help"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(Path(NODE).parent)},  # a repeated set-up could not fetch its packages
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "--replay" in ran.stdout
