"""A terminal that a test reads and types into in place of a person."""

from __future__ import annotations

import os
import select

from tests.waiting import DEADLINE_SECONDS


def read_until(terminal: int, mark: str) -> None:
    """Read until ``mark`` is on the screen. A bell isn't part of the text."""
    printed = b""
    while mark.encode() not in printed:
        assert select.select([terminal], [], [], DEADLINE_SECONDS)[0], printed
        printed += os.read(terminal, 4096).replace(b"\a", b"")
