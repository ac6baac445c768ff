"""``npm run local``: a signal to npm or its node, which ends the cloud, its functions and its temporary folders."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.local.served import read_until
from tests.waiting import DEADLINE_SECONDS, eventually

NPM = shutil.which("npm") or "npm"
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.usefixtures("default_hangup"),
]
CASES = [(who, number) for who in ("npm", "node") for number in (signal.SIGTERM, signal.SIGHUP)]


@dataclass
class Command:
    """A started ``npm run local -- --serve``, in its own session as in its own terminal."""

    npm: subprocess.Popen[str]
    folder: Path
    printed: str = ""

    def until(self, mark: str) -> None:
        self.printed += "".join(read_until(self.npm.stdout, mark))

    def port(self) -> int:
        return int(re.findall(r"^Deployed .* at http://127\.0\.0\.1:(\d+)", self.printed, re.MULTILINE)[0])

    def processes(self) -> dict[int, str]:
        """Return id and command line of npm and of all its descendants, functions included."""
        parents = {pid: parent for pid in _pids() if (parent := _parent(pid))}
        family = {self.npm.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return {pid: _command_line(pid) for pid in family}


def started(folder: Path) -> Command:
    (folder / "tmp").mkdir(parents=True)
    options = ["--serve", "--port", "0", "--now", "2026-11-23T22:00Z", "--tickers", "META", "--out", str(folder)]
    npm = subprocess.Popen(
        [NPM, "run", "--silent", "local", "--", *options],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder / "tmp")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Command(npm, folder)


@pytest.mark.fault(60)
def test_served_cloud_ends_by_a_signal_to_npm_or_node(tmp_path: Path) -> None:
    """Serve all cases at once, since a cloud takes seconds to start."""
    commands = {case: started(tmp_path / f"{case[0]}-{case[1].name}") for case in CASES}
    family: dict[int, str] = {}
    try:
        for (who, number), command in commands.items():
            command.until("Bucket: ")
            own = command.processes()
            family |= own
            assert any("bootstrap.py" in line for line in own.values())  # a warm function
            node = next(pid for pid, line in own.items() if re.match(r"\S*node tools/run\.mjs", line))
            os.kill(command.npm.pid if who == "npm" else node, number)
        for (who, number), command in commands.items():
            printed, _ = command.npm.communicate(timeout=DEADLINE_SECONDS)  # until the last process has closed it
            assert printed.endswith("Stopped.\n"), printed
            assert "Traceback" not in command.printed + printed
            assert command.npm.returncode == (-number if who == "npm" else 0)
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", command.port())) != 0
            assert list((command.folder / "tmp").glob("yahoo-replay-*")) == []
        eventually(lambda: not [pid for pid, line in family.items() if _command_line(pid) == line])
    finally:
        _end(commands.values())


@pytest.mark.fault(60)
def test_run_ends_by_a_signal_before_it_serves(tmp_path: Path) -> None:
    command = started(tmp_path / "run")
    try:
        command.until("Execution ")
        os.kill(command.npm.pid, signal.SIGTERM)
        printed, _ = command.npm.communicate(timeout=DEADLINE_SECONDS)
        assert printed.endswith("Stopped by SIGTERM.\n"), printed
        assert "Traceback" not in printed
        assert list((tmp_path / "run" / "tmp").glob("yahoo-replay-*")) == []
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", command.port())) != 0
    finally:
        _end([command])


def _end(commands: Iterable[Command]) -> None:
    """Kill the processes that a failed test has left, by the session that each command leads."""
    for command in commands:
        for pid in _pids():
            if _session(pid) == command.npm.pid:
                os.kill(pid, signal.SIGKILL)
        command.npm.wait()
        if command.npm.stdout:
            command.npm.stdout.close()


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """Return state, parent, group, session and more of a process, or nothing if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    return int(found[1]) if (found := _stat(pid)) else 0


def _session(pid: int) -> int:
    return int(found[3]) if (found := _stat(pid)) else 0


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
