"""The clock of an embedded cloud: its date, its timers, and every wait for a time or for another thread."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from embedded_cloud.threads import Event, Thread
from embedded_cloud.timers import NANOSECONDS_PER_SECOND, Timers

ClockKind = Literal["virtual", "real"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Timers):
    """The date and the timers of a cloud.

    Parameters
    ----------
    start
        The date now. By default it is the real one.
    kind
        A ``virtual`` clock jumps to the next timer when no thread works. A ``real`` one never jumps.
    """

    def __init__(self, start: datetime | None = None, kind: ClockKind = "real") -> None:
        super().__init__(0 if start is None else _to_nanoseconds(start) - time.time_ns(), virtual=kind == "virtual")
        self.stopped = Event(self)

    @property
    def ahead_seconds(self) -> float:
        """The cloud's time minus real time."""
        return self._ahead_ns / NANOSECONDS_PER_SECOND

    def now(self) -> datetime:
        """Return the cloud's date in UTC."""
        return _EPOCH + timedelta(microseconds=self.read_ns() // 1_000)

    def read_milliseconds(self) -> int:
        """Return the milliseconds since 1970."""
        return self.read_ns() // 1_000_000

    def read_seconds(self) -> float:
        """Return the seconds since 1970."""
        return self.read_ns() / NANOSECONDS_PER_SECOND

    def wait(self, seconds: float) -> bool:
        """Wait ``seconds`` of the cloud's time. Return False if the cloud stopped earlier."""
        return not self.stopped.wait(seconds)

    def wait_until(self, date: datetime) -> bool:
        """Wait for a date. Return False if the cloud stopped earlier."""
        return self.wait((_to_nanoseconds(date) - self.read_ns()) / NANOSECONDS_PER_SECOND)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Count this thread as working, except while it waits for the clock.

        So the cloud doesn't jump between two calls of its owner. The owner lets it go on with :meth:`wait`,
        :meth:`wait_until` or the ``wait`` of an event.
        """
        units = self.get_units()
        self.begin_work()
        self.set_units(units + 1)
        try:
            yield
        finally:
            self.set_units(units)
            self.end_work()

    def start_thread(self, target: Callable[..., object], *arguments: Any, name: str | None = None) -> Thread:
        """Run ``target`` in a thread that counts as working from now on."""
        thread = Thread(self, target, arguments, name)
        thread.start()
        return thread

    def stop(self) -> None:
        """Wake the threads that wait for a time, and never jump from now on."""
        self.stopped.set()
        self.end()


def _to_nanoseconds(date: datetime) -> int:
    return (date - _EPOCH) // timedelta(microseconds=1) * 1_000


_REAL = Clock()
_running = _REAL


def install(clock: Clock | None) -> None:
    """Make ``clock`` the one of this process, which runs one cloud at a time. None is real time."""
    global _running
    _running = clock or _REAL


def current() -> Clock:
    """Return the clock of the running cloud, or of real time if none runs."""
    return _running


def now() -> datetime:
    """Return the date of the running cloud, or the real one if none runs."""
    return _running.now()


def read_real_date() -> datetime:
    """Return the date of this computer in UTC."""
    return _REAL.now()
