"""The files that a served cloud writes for a shell: the variables that they set, and their full restoration."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local.shell import AWS, YAHOO, shell_files

SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed"))
    for shell in ("sh", "dash", "bash", "zsh")
]
CLOUD = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    "AWS_REGION": "us-east-1",
    "FINANCE_STREAM_SOURCE": "it's $HOME\n",
}
OTHER_CLOUD = {**CLOUD, "AWS_ENDPOINT_URL": "http://127.0.0.1:4567"}
REPLAY = {"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "127.0.0.1,localhost", "REQUESTS_CA_BUNDLE": "/ca.pem"}
USERS = {
    "AWS_PROFILE": "mine \"or\n yours'$(id)`id` ",
    "AWS_SESSION_TOKEN": "",
    "NO_PROXY": "corp.example",
    "HTTPS_PROXY": "http://proxy.example:3128",
    "HOME": "/home/you",
    "PATH": os.environ["PATH"],
}
PRINT = f"{shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
NOT_EXPORTED = 'AWS_REGION="of this shell only"'
PRINT_NOT_EXPORTED = 'printf "%s" "$AWS_REGION"; set | grep ^_finance_stream || true'
VOLATILE = {"_", "SHLVL", "PWD", "OLDPWD", "LC_CTYPE"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of two clouds, as they are while both are served."""
    for name, cloud in (("one", CLOUD), ("two", OTHER_CLOUD)):
        files = tmp_path / name
        with shell_files(files, Path("/project/.venv/bin"), cloud, REPLAY):
            assert stat.S_IMODE(files.stat().st_mode) == 0o700
            assert {stat.S_IMODE(file.stat().st_mode) for file in files.iterdir()} == {0o600}
            shutil.copytree(files, tmp_path / f"{name} kept")
        assert not files.exists()
    return tmp_path


def run(shell: str, *lines: str) -> str:
    command = [shell, "-e", "-u", "-c", "\n".join(lines)]
    ran = subprocess.run(command, env=USERS, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def environments(printed: str) -> list[dict[str, str]]:
    return [
        {name: value for name, value in json.loads(line).items() if name not in VOLATILE}
        for line in printed.splitlines()
        if line.startswith("{")
    ]


@pytest.mark.fault(69)
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "files",
    [
        [f"one kept/{AWS}"],
        [f"one kept/{AWS}", f"one kept/{YAHOO}"],
        [f"one kept/{YAHOO}", f"one kept/{AWS}", f"one kept/{YAHOO}", f"one kept/{AWS}"],
        [f"one kept/{AWS}", f"two kept/{YAHOO}", f"two kept/{AWS}"],
    ],
)
def test_leave_finance_stream_restores_every_variable(folder: Path, shell: str, files: list[str]) -> None:
    source = [f". {shlex.quote(str(folder / file))}" for file in files]
    again = [*source, PRINT, "leave_finance_stream", PRINT, PRINT_NOT_EXPORTED]
    before, served, after = environments(run(shell, NOT_EXPORTED, PRINT, *again))
    assert served != before
    assert after == before
    assert run(shell, NOT_EXPORTED, *again).splitlines()[-1] == "of this shell only"


@pytest.mark.fault(69)
@pytest.mark.parametrize("shell", SHELLS)
def test_aws_file_sets_nothing_that_pip_or_git_read(folder: Path, shell: str) -> None:
    [served] = environments(run(shell, f". {shlex.quote(str(folder / 'one kept' / AWS))}", PRINT))
    assert {name: value for name, value in served.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_REGION": "us-east-1",
    }
    assert served["FINANCE_STREAM_SOURCE"] == CLOUD["FINANCE_STREAM_SOURCE"]
    assert served["NO_PROXY"] == "corp.example,127.0.0.1,localhost"
    assert served["HTTPS_PROXY"] == USERS["HTTPS_PROXY"]
    assert "REQUESTS_CA_BUNDLE" not in served
    assert served["PATH"] == f"/project/.venv/bin:{USERS['PATH']}"
