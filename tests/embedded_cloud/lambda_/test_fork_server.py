"""Fork server: functions find libraries imported, and are otherwise like functions with processes of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.fork_server import SUPPORTED
from embedded_cloud.lambda_.process import FunctionProcess, preload
from tests.embedded_cloud.lambda_.archive import call, create_function

pytestmark = pytest.mark.skipif(not SUPPORTED, reason="only Linux forks a process that has imported libraries safely")

LIBRARY = "xmlrpc.client"  # nothing else imports it
SEEN = f"""
    import os, sys, time
    seen = "{LIBRARY}" in sys.modules
    def handler(event, context):
        main = sys.modules["__main__"].__file__
        return {{"seen": seen, "parent": os.getppid(), "zone": time.tzname[0], "main": main}}
"""


@pytest.fixture(scope="module")
def clouds() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(preloaded=("no_such_library", LIBRARY)) as cloud:
        yield cloud


def test_function_finds_the_libraries_imported(clouds: EmbeddedCloud) -> None:
    answer, error = call(create_function(clouds, "forked", SEEN), "forked")
    assert error is None
    assert answer["seen"]
    assert answer["parent"] != os.getpid()
    assert answer["zone"] == "UTC"
    assert answer["main"].endswith("bootstrap.py")


@pytest.mark.parametrize("variables", [{"PYTHONDONTWRITEBYTECODE": "1"}, {"OMP_NUM_THREADS": "2"}])
def test_function_with_settings_of_python_starts_by_itself(clouds: EmbeddedCloud, variables: dict[str, str]) -> None:
    name = next(iter(variables))
    answer, _ = call(create_function(clouds, name, SEEN, Environment={"Variables": variables}), name)
    assert (answer["seen"], answer["parent"]) == (False, os.getpid())


def test_suits_refuses_a_function_with_its_own_copy_of_a_library(tmp_path: Path) -> None:
    server = preload(("boto3",))
    assert server
    assert server.suits([str(tmp_path)], {})
    (tmp_path / "boto3.py").touch()
    assert not server.suits(["/nowhere", str(tmp_path)], {})


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_process_reports_the_signal_that_ended_it(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "app.py").write_text(f"import os, signal\nos.kill(os.getpid(), {int(number)})")
    process = FunctionProcess(tmp_path, [str(tmp_path)], {"_HANDLER": "app.handler"}, (LIBRARY,))
    message = process.receive(10)
    assert (message.kind, message.status, process.alive) == ("exit", -number, False)


def test_process_starts_by_itself_after_the_fork_server_was_killed(tmp_path: Path) -> None:
    modules = ("xmlrpc.server",)
    server = preload(modules)
    assert server
    (tmp_path / "app.py").write_text("def handler(event, context): return event")
    server.process.kill()
    server.process.wait()
    process = FunctionProcess(tmp_path, [str(tmp_path)], {"_HANDLER": "app.handler"}, modules)
    assert process.receive(10).kind == "ready"
    process.kill()
