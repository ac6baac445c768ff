"""Synthetic sessions, which are the same in each process."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT


def test_synthetic_session_is_the_same_in_another_process() -> None:
    program = (
        "import datetime; from local.yahoo.synthetic import make_synthetic_session;"
        "print(make_synthetic_session(datetime.date(2026, 11, 23), ['META']).instruments['META'].bars.to_csv())"
    )
    own = make_synthetic_session(dt.date(2026, 11, 23), ["META"])
    command = [sys.executable, "-W", "ignore", "-c", program]
    other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert other.stdout.strip() == own.instruments["META"].bars.to_csv().strip()
