"""Timers, and the count of the threads that work.

A thread that works counts as working, and a thread that waits doesn't. While any thread works, the cloud's time runs
with real time. When none does, virtual time jumps to the next timer. All counts change under one lock. A thread that is
woken counts from that moment on, and not from when it runs, so no jump passes over work that is about to begin.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time

NANOSECONDS_PER_SECOND = 1_000_000_000


class Waiter:
    """A wait of one thread. The thread counts as ``units`` of work when it doesn't wait."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.woken = self.timed_out = False
        self.gate = threading.Lock()
        self.gate.acquire()


class Timers:
    """The time of a cloud, its timers by due time, and its working threads.

    Timers that are due at the same instant fire in the order in which they were set.
    """

    def __init__(self, ahead_ns: int, *, virtual: bool) -> None:
        self._virtual = virtual
        self._ahead_ns = ahead_ns  # the cloud's time minus real time
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._working = 0
        self._timers: list[tuple[int, int, Waiter]] = []  # due time, order, thread to wake
        self._order = itertools.count()
        self._own = threading.local()  # .units: the work that this thread counts as
        self._keeping = self._ended = False

    def read_ns(self) -> int:
        """Return the nanoseconds since 1970."""
        return time.time_ns() + self._ahead_ns

    def run_in_real_time(self) -> None:
        """Never jump from now on."""
        with self._lock:
            self._virtual = False

    def end(self) -> None:
        """Never jump from now on, and end the keeper after the last timer."""
        with self._lock:
            self._virtual, self._ended = False, True
            self._changed.notify()

    def begin_work(self) -> None:
        """Count one more thread as working: one that is about to start, or a unit more of this one."""
        with self._lock:
            self._working += 1

    def end_work(self) -> None:
        """Take back :meth:`begin_work`."""
        with self._lock:
            self._working -= 1
            self._advance()

    def get_units(self) -> int:
        """Return the work that this thread counts as."""
        return getattr(self._own, "units", 0)

    def set_units(self, units: int) -> None:
        """Let this thread stand for ``units`` of the counted work."""
        self._own.units = units

    def begin_wait(self, waiter: Waiter, seconds: float | None) -> None:
        """Stop counting this thread, until it is woken or ``seconds`` have passed. Then call :meth:`block`."""
        with self._lock:
            if seconds is not None:
                due = self.read_ns() + round(seconds * NANOSECONDS_PER_SECOND)
                heapq.heappush(self._timers, (due, next(self._order), waiter))
                self._watch_timers(waiter)
            self._working -= waiter.units
            self._advance()

    def block(self, waiter: Waiter, real_seconds: float = -1) -> None:
        """Block this thread until it is woken, or at most ``real_seconds`` of real time."""
        try:
            if not waiter.gate.acquire(timeout=real_seconds):
                self.wake(waiter, timed_out=True)
        except BaseException:  # Ctrl-C
            self.wake(waiter, timed_out=True)
            raise

    def wake(self, waiter: Waiter, *, timed_out: bool = False) -> bool:
        """Wake a thread, which works from now on. Return False if it has been woken already."""
        with self._lock:
            return self._wake(waiter, timed_out=timed_out)

    def _wake(self, waiter: Waiter, *, timed_out: bool) -> bool:
        if waiter.woken:
            return False
        waiter.woken, waiter.timed_out = True, timed_out
        self._working += waiter.units
        waiter.gate.release()
        if self._ended:
            self._changed.notify()  # the keeper may have waited for this timer, its last
        return True

    def _find_next(self) -> int | None:
        """Return the due time of the next timer, after dropping those whose threads were woken."""
        while self._timers and self._timers[0][2].woken:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def _fire(self) -> None:
        self._wake(heapq.heappop(self._timers)[2], timed_out=True)

    def _advance(self) -> None:
        """Jump to the next timer as long as no thread works."""
        while self._virtual and not self._working and (due := self._find_next()) is not None:
            self._ahead_ns += max(0, due - self.read_ns())
            self._fire()
            self._changed.notify()  # the keeper's next timer is nearer by the jump

    def _watch_timers(self, newest: Waiter) -> None:
        """Tell the keeper if the next timer is a new one. The keeper starts with the first timer."""
        if not self._keeping:
            self._keeping = True
            threading.Thread(target=self._keep, name="timers", daemon=True).start()
        elif self._timers[0][2] is newest:
            self._changed.notify()

    def _keep(self) -> None:
        """Fire the timers that become due while threads work, and all of a real clock."""
        with self._lock:
            while (due := self._find_next()) is not None or not self._ended:
                left = None if due is None else (due - self.read_ns()) / NANOSECONDS_PER_SECOND
                if left is not None and left <= 0:
                    self._fire()
                else:
                    self._changed.wait(None if left is None else min(left, threading.TIMEOUT_MAX))
            self._keeping = False
