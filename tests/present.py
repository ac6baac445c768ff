"""The tests that read this computer's clock, and the instants at which they run instead of today.

A unit test that reads the clock has the marker ``present``, or it fails. So no result depends on today. A slow test
names some of the instants: ``present("New Year")``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import time_machine

INSTANTS = {
    "half day": datetime(2026, 11, 27, 18, 30, tzinfo=UTC),  # half an hour after the early close
    "weekend": datetime(2026, 11, 28, 15, 0, tzinfo=UTC),
    "New Year": datetime(2027, 1, 1, 0, 30, tzinfo=UTC),  # in UTC. New York still has the old year
    "clocks go forward": datetime(2027, 3, 14, 6, 30, tzinfo=UTC),  # before the hour that New York skips
    "clocks go back": datetime(2027, 11, 7, 5, 45, tzinfo=UTC),  # in the hour that New York repeats
    "leap day": datetime(2028, 2, 29, 15, 0, 30, tzinfo=UTC),  # half an hour after the open
}
_ROOT = Path(__file__).parents[1]
_UNIT_TESTS = _ROOT / "tests" / "unit"
# Libraries whose results depend on the date. Others, such as logging, only write it.
_DATED_LIBRARIES = ("exchange_calendars", "pandas")


@pytest.fixture(scope="session", autouse=True)
def present(request: pytest.FixtureRequest) -> datetime | None:
    """Return the instant of a test with the marker ``present``, None for any other."""
    chosen: datetime | None = getattr(request, "param", None)
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if (marker := metafunc.definition.get_closest_marker("present")) is not None:
        names = marker.args or tuple(INSTANTS)
        # Tests of one instant follow each other, so no module's fixture lives longer than its instant.
        metafunc.parametrize("present", [INSTANTS[name] for name in names], ids=names, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Move this process to the test's instant. Note who reads the clock, in the test and in its fixtures."""
    if not item.path.is_relative_to(_UNIT_TESTS):
        return (yield)
    chosen: Any = item.callspec.params.get("present") if hasattr(item, "callspec") else None
    with time_machine.travel(chosen.timestamp() if chosen else None, tick=not chosen) as traveller:
        traveller.time_ns = _note_readers(traveller.time_ns, item)  # type: ignore[method-assign]
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that has read the clock without a marker."""
    yield
    readers = item.stash.get(_READERS, set())
    if readers and not {"present", "today"} & {marker.name for marker in item.iter_markers()}:
        pytest.fail(f"{', '.join(sorted(readers))} read this computer's clock: pass a date, or mark the test `present`")


_READERS = pytest.StashKey[set[str]]()


def _note_readers(read: Callable[[], int], item: pytest.Item) -> Callable[[], int]:
    def time_ns() -> int:
        if place := find_reader(sys._getframe(1)):
            item.stash.setdefault(_READERS, set()).add(place)
        return read()

    return time_ns


def find_reader(frame: FrameType) -> str | None:
    """Return the place of a frame whose result may depend on the date, or None."""
    path = Path(frame.f_code.co_filename)
    if "site-packages" in path.parts:
        package = path.parts[path.parts.index("site-packages") + 1]
        return package if package in _DATED_LIBRARIES else None
    return f"{path.relative_to(_ROOT)}:{frame.f_lineno}" if path.is_relative_to(_ROOT) else None
