"""The durations of the test modules, and their order. A long module that starts last would delay the end of a run.

To update tests/durations.json: ``npm test -- -n 4 --dist loadfile --no-loadscope-reorder --write-durations``.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("durations.json")


def read(file: Path = FILE) -> dict[str, float]:
    """Return the seconds of each module by its path in the project. A listed module may have been deleted."""
    seconds: dict[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return seconds


def ordered(modules: list[str], seconds: dict[str, float]) -> list[str]:
    """Return ``modules``, longest first. A module without a duration comes first because it may be the longest."""
    return sorted(modules, key=lambda module: seconds.get(module, math.inf), reverse=True)


class MeasuredModules:
    """The seconds that each module takes in this run, set-up and teardown included."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid.partition("::")[0]] += report.duration

    def write(self, file: Path = FILE) -> None:
        """Replace the file with the measured durations."""
        seconds = {name: round(self._seconds[name], 1) for name in sorted(self._seconds)}
        file.write_text(json.dumps(seconds, indent=2) + "\n", encoding="utf-8")

    def pytest_sessionfinish(self) -> None:
        self.write()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-durations", action="store_true", help="Write tests/durations.json by this run.")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-durations") and not hasattr(config, "workerinput"):  # only the controller writes
        config.pluginmanager.register(MeasuredModules())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first. Each module's tests keep their order."""
    module = {item: item.nodeid.partition("::")[0] for item in items}
    place = {name: number for number, name in enumerate(ordered([*dict.fromkeys(module.values())], read()))}
    items.sort(key=lambda item: place[module[item]])
