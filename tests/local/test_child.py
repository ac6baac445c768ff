"""``tools/child.mjs`` and ``commands/leave.py``: a signal to one process of a command, which ends all of them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.waiting import DEADLINE_SECONDS, eventually

NODE = shutil.which("node") or "node"
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
    pytest.mark.usefixtures("default_hangup"),
]

# A command with an open resource, which receives a second signal while it closes the resource.
COMMAND = """
import contextlib, os, signal, sys, threading
from commands.leave import run_and_leave

@contextlib.contextmanager
def opened():
    try:
        yield
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        print("closed", flush=True)

def command():
    with opened():
        print(os.getpid(), flush=True)
        threading.Event().wait()

run_and_leave(command)
"""
# tools/run.mjs, without its set-up.
RUN = f"""
import {{ runToEnd }} from {json.dumps((ROOT / "tools/child.mjs").as_uri())};
const env = {{ ...process.env, FINANCE_STREAM_STARTED_BY: String(process.pid) }};
runToEnd({json.dumps(sys.executable)}, ["-c", {json.dumps(COMMAND)}], {{ env }});
"""
BY_NODE = [NODE, "--input-type=module", "-e", RUN]


@contextlib.contextmanager
def started(command: list[str], **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a command, and yield its process and the id of its Python process, which may be the same."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        python = int(process.stdout.readline())
        try:
            yield process, python
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(python, signal.SIGKILL)


@pytest.mark.fault(60)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", [BY_NODE, [sys.executable, "-c", COMMAND]], ids=["node", "python"])
def test_command_closes_its_resources_at_a_signal(command: list[str], number: signal.Signals) -> None:
    with started(command) as (process, _):
        process.send_signal(number)
        printed, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, printed, errors) == (128 + number, "closed\n", f"Stopped by {number.name}.\n")


@pytest.mark.fault(60)
def test_command_ends_when_its_node_is_killed() -> None:
    with started(BY_NODE) as (process, _):
        process.kill()
        printed, errors = process.communicate(timeout=DEADLINE_SECONDS)  # until Python has closed its output
    assert (printed, errors) == ("closed\n", "Stopped by SIGTERM.\n")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_command_ends_when_npm_above_its_shell_ends(number: signal.Signals) -> None:
    """Replace npm by a program that also runs a shell, which waits for the script."""
    shell = ["sh", "-c", '"$@"; exit $?', "sh", *BY_NODE]
    npm = f"import subprocess, sys; sys.exit(subprocess.run({shell!r}).returncode)"
    with started([sys.executable, "-c", npm], npm_lifecycle_event="local") as (process, python):
        process.send_signal(number)
        printed, errors = process.communicate(timeout=DEADLINE_SECONDS)
        eventually(lambda: not _is_there(python))
    assert (process.returncode, printed, errors) == (-number, "closed\n", "Stopped by SIGTERM.\n")


def test_node_ends_by_the_signal_that_killed_its_command() -> None:
    with started(BY_NODE) as (process, python):
        os.kill(python, signal.SIGKILL)
        assert process.wait(DEADLINE_SECONDS) == -signal.SIGKILL


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
