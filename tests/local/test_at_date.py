"""``tools/at_date.sh``: another date for each process of a command, and an unchanged monotonic clock."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.installed import need
from tests.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has mount namespaces")

UNABLE = 77
# For a process without an environment, as a function's: the time, and a wait that ends by its timeout.
PROGRAM = """
import datetime, threading, time
began = time.monotonic()
threading.Event().wait(0.01)
print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H}", time.monotonic() - began < 60)
"""


def at_date(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [need("bash"), "tools/at_date.sh", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("date", ["2027-03-14 06:30", "2028-02-29", "2020-05-14"])
def test_at_date_moves_the_clock_of_a_process_without_an_environment(date: str) -> None:
    ran = at_date(date, "env", "-i", sys.executable, "-c", PROGRAM)
    if ran.returncode == UNABLE:
        pytest.skip(ran.stderr.strip())
    assert (ran.returncode, ran.stdout) == (0, f"{f'{date} 00:00'[:13]} True\n"), ran.stderr


@pytest.mark.parametrize("date", ["2026-02-30", "2026-02-20 25:00", "tomorrow", "x"])
def test_at_date_refuses_an_invalid_date(date: str) -> None:
    ran = at_date(date, "true")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"at_date.sh: date: '{date}' is not a calendar date (use YYYY-MM-DD or 'YYYY-MM-DD HH:MM', in UTC)\n"
    )


def test_at_date_refuses_a_missing_command() -> None:
    ran = at_date("2026-12-25")
    assert ran.returncode == 2
    assert ran.stderr == 'at_date.sh: arguments: give a date and a command, such as "2027-03-14 06:30" npm test\n'
