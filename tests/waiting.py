"""Waiting for an event, with one deadline for all tests. A cloud in this process goes on meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from embedded_cloud import clock
from embedded_cloud.threads import Event

# A limit for the slowest machine, after which a test gives up. It measures nothing.
DEADLINE_SECONDS = 300.0
_POLL_SECONDS = 0.1  # of real time. Often enough: a look at a cloud takes CPU time from it
_STEP_SECONDS = 10.0  # at most, of the cloud's time

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], is_it: Callable[[Seen], object] = bool) -> Seen:
    """Return the first result of ``look`` that passes ``is_it``. Fail after the deadline."""
    deadline, never = time.monotonic() + DEADLINE_SECONDS, Event(clock.current())
    while not is_it(seen := look()):
        assert time.monotonic() < deadline, seen
        never.wait(_STEP_SECONDS, _POLL_SECONDS)
    return seen
