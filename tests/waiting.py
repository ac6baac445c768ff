"""How tests wait for what takes its time: for the event itself, and no longer than one deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

# What anything may take before a test gives up on it, on a machine however slow: nothing is measured by it.
DEADLINE_SECONDS = 300.0
_POLL_SECONDS = 0.1  # often enough: a look at a cloud takes CPU time from it

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], is_it: Callable[[Seen], object] = bool) -> Seen:
    """What ``look`` returns once it is as it should be; fails after the deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_it(seen := look()):
        assert time.monotonic() < deadline, seen
        threading.Event().wait(_POLL_SECONDS)
    return seen
