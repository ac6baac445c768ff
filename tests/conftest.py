"""Where the real market day lies, for every test that reads it; which modules go first; that Ctrl-C can be tested."""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_DAY = ROOT.parent / "shared" / "market" / "2020-05-14.ndjson"

# The modules that take longest, longest first: what begins last decides when all is done.
LONGEST = (
    "local/test_readme.py",
    "local/test_report.py",
    "local/test_chaos.py",
    "package/test_packages.py",
    "local/commands/test_deploy.py",
    "local/test_command.py",
    "local/iam/test_least_privilege.py",
    "local/test_clients.py",
    "local/test_pipeline.py",
    "local/test_api.py",
    "local/test_compaction.py",
    "local/commands/test_remove.py",
    "local/cloudformation/test_deploy.py",
    "local/firehose/test_delivery.py",
    "local/test_reliability.py",
    "local/test_execute.py",
    "local/yahoo/test_yahoo.py",
    "local/athena/test_questions.py",
)


def pytest_configure() -> None:
    """Of ``npm test &`` a shell has SIGINT ignored, as would be what tests start, to which they send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; a module's tests keep their order."""
    place = {ROOT / "tests" / module: number for number, module in enumerate(LONGEST)}
    if missing := [str(path) for path in place if not path.is_file()]:
        raise pytest.UsageError(f"LONGEST in tests/conftest.py names what is not there: {', '.join(missing)}")
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def real_day() -> Path:
    """Ten tickers' 1-minute highs and lows of 14 May 2020: third-party data, of which the project holds no copy."""
    if not REAL_DAY.is_file():
        pytest.skip("the real market day is not here: ../shared/market/2020-05-14.ndjson, beside the project's folder")
    return REAL_DAY
