"""The date in the embedded cloud and in local/: only its clock reads that of this computer."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

import pytest

from tests.conftest import ROOT

READERS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("time", "monotonic"),
    ("time", "sleep"),
    ("time", "time"),
    ("time", "time_ns"),
    ("Timestamp", "now"),
}
# The clock itself, and the two programs of a function's process, which can't import it.
MAY_READ = {
    "embedded_cloud/clock.py",
    "embedded_cloud/timers.py",
    "embedded_cloud/lambda_/bootstrap.py",
    "embedded_cloud/lambda_/fork_server.py",
}
# Tests of uses of this computer's date: the signature of a client, a deployment on AWS, the end of a calendar that will
# come, the checks of an API in another process, the seconds of a run.
TESTS_OF_THE_DATE = {
    "tests/embedded_cloud/apigateway/test_access.py",
    "tests/local/schemathesis_hooks.py",
    "tests/local/test_command.py",
    "tests/unit/test_calendars.py",
    "tests/unit/test_deployment.py",
}
TIMERS = {("time", "monotonic"), ("time", "sleep")}  # tests have deadlines
TESTS = [path for path in sorted((ROOT / "tests").rglob("*.py")) if "events" not in path.parts]
MODULES = [path for folder in ("embedded_cloud", "local") for path in sorted((ROOT / folder).rglob("*.py"))]


def find_readers(tree: ast.AST, allowed: Collection[tuple[str, str]] = ()) -> Iterator[str]:
    """Yield the line of each attribute that reads the date or a clock: ``datetime.now``, ``dt.datetime.now``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if (name, node.attr) in READERS.difference(allowed):
                yield f"{node.lineno}: {name}.{node.attr}"


@pytest.mark.parametrize("code", ["datetime.now(UTC)", "x = dt.datetime.now", "time.time()", "pd.Timestamp.now('UTC')"])
def test_find_readers_finds_a_reader(code: str) -> None:
    assert len(list(find_readers(ast.parse(code)))) == 1


def test_find_readers_passes_over_the_clock() -> None:
    assert list(find_readers(ast.parse("clock.now(); self.clock.now(); datetime.fromtimestamp(0)"))) == []


def test_modules_read_the_date_from_the_clock() -> None:
    modules = {path.relative_to(ROOT).as_posix(): path for path in MODULES}
    found = {
        name: lines
        for name, path in modules.items()
        if name not in MAY_READ and (lines := list(find_readers(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert len(modules) > len(MAY_READ)
    assert found == {}


def test_tests_do_not_read_the_date() -> None:
    """A test of a half day, a weekend or a leap day names its date. So it is the same on every other date."""
    found = {
        name: lines
        for path in TESTS
        if (name := path.relative_to(ROOT).as_posix()) not in TESTS_OF_THE_DATE
        and (lines := list(find_readers(ast.parse(path.read_text(encoding="utf-8")), TIMERS)))
    }
    assert found == {}
