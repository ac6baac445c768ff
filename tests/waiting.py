"""Waiting for an event, with one deadline for all tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

# A limit for the slowest machine, after which a test gives up. It measures nothing.
DEADLINE_SECONDS = 300.0
_POLL_SECONDS = 0.1  # often enough: a look at a cloud takes CPU time from it

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], is_it: Callable[[Seen], object] = bool) -> Seen:
    """Return the first result of ``look`` that passes ``is_it``. Fail after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_it(seen := look()):
        assert time.monotonic() < deadline, seen
        threading.Event().wait(_POLL_SECONDS)
    return seen
