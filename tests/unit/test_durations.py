"""The order of the test modules by their recorded durations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.durations import MeasuredModules, ordered, read

pytest_plugins = ["pytester"]


def test_ordered_puts_unknown_then_longest_modules_first() -> None:
    assert ordered(["short", "long", "new"], {"short": 1.0, "long": 9.0}) == ["new", "long", "short"]


@pytest.mark.fault(44)
def test_ordered_ignores_a_deleted_module() -> None:
    assert ordered(["short", "long"], {"short": 1.0, "renamed": 99.0, "long": 9.0}) == ["long", "short"]


def test_ordered_keeps_the_order_of_equals() -> None:
    assert ordered(["b", "a", "c"], {}) == ["b", "a", "c"]


def test_read_returns_seconds_per_module() -> None:
    assert all(name.startswith("tests/") and name.endswith(".py") and took >= 0 for name, took in read().items())


@pytest.mark.fault(44)
def test_collection_orders_modules_despite_a_deleted_one(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = pytester.path / "durations.json"
    file.write_text(json.dumps({"test_a.py": 1.0, "test_b.py": 5.0, "test_gone.py": 50.0}))
    monkeypatch.setattr("tests.durations.FILE", file)
    monkeypatch.setattr("tests.durations.read", lambda: json.loads(file.read_text()))
    two = "def test_1(): pass\ndef test_2(): pass\n"
    pytester.makepyfile(test_a=two, test_b=two, test_c=two)
    ran = pytester.inline_run("-p", "tests.durations", "-p", "no:cacheprovider")
    assert [call.item.nodeid for call in ran.getcalls("pytest_runtest_setup")] == [
        f"test_{module}.py::test_{number}" for module in "cba" for number in (1, 2)
    ]


def report(module: str, seconds: float, when: str = "call") -> pytest.TestReport:
    return pytest.TestReport(f"{module}::test", (module, 1, "test"), {}, "passed", None, when, duration=seconds)  # type: ignore[arg-type]


def test_measured_modules_writes_the_seconds_of_each(tmp_path: Path) -> None:
    measured, file = MeasuredModules(), tmp_path / "durations.json"
    for one in (report("b.py", 1.0), report("a.py", 2.0, "setup"), report("a.py", 0.25)):
        measured.pytest_runtest_logreport(one)
    measured.write(file)
    assert read(file) == {"a.py": 2.2, "b.py": 1.0}
