"""Reading a terminal of which a test is the person."""

from __future__ import annotations

import os
import select

from tests.waiting import DEADLINE_SECONDS


def read_until(terminal: int, mark: str) -> None:
    """Read until ``mark`` is on the screen, where no bell is."""
    printed = b""
    while mark.encode() not in printed:
        assert select.select([terminal], [], [], DEADLINE_SECONDS)[0], printed
        printed += os.read(terminal, 4096).replace(b"\a", b"")
