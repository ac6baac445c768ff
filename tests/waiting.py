"""Waiting for a condition in tests, up to one deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

# The longest wait before a test fails, long enough for a slow machine. Tests don't measure anything with it.
DEADLINE_SECONDS = 300.0
_POLL_SECONDS = 0.1  # often enough: a look at a cloud takes CPU time from it

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], is_it: Callable[[Seen], object] = bool) -> Seen:
    """Call ``look`` until ``is_it`` accepts its value, and return that value. Fails after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_it(seen := look()):
        assert time.monotonic() < deadline, seen
        threading.Event().wait(_POLL_SECONDS)
    return seen
