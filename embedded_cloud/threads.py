"""Threads of a cloud, and the ways in which they wait for each other.

They are those of :mod:`threading` and :mod:`queue`, with timeouts in the cloud's seconds. A thread that waits here
doesn't count as working. One that waits in any other way does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

from embedded_cloud.timers import Timers, Waiter

Item = TypeVar("Item")


class Condition:
    """A condition variable, as in :mod:`threading`. Timeouts are in the cloud's seconds."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._lock = threading.Lock()
        self._waiters: deque[Waiter] = deque()

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def wait(self, timeout: float | None = None, real_timeout: float = -1) -> bool:
        """Wait until notified. Return False after ``timeout``, or after ``real_timeout`` real seconds."""
        if timeout is not None and timeout <= 0:
            return False
        waiter = Waiter(self._timers.get_units())
        self._waiters.append(waiter)
        self._timers.begin_wait(waiter, timeout)
        self._lock.release()
        try:
            self._timers.block(waiter, real_timeout)
        finally:
            self._lock.acquire()
            if waiter.timed_out:
                self._waiters.remove(waiter)
        return not waiter.timed_out

    def notify(self, count: int = 1) -> None:
        """Wake up to ``count`` threads, in the order in which they began to wait."""
        for waiter in list(self._waiters):
            if count <= 0:
                break
            if self._timers.wake(waiter):
                self._waiters.remove(waiter)
                count -= 1

    def notify_all(self) -> None:
        self.notify(len(self._waiters))


class Event:
    """An event, as in :mod:`threading`. Timeouts are in the cloud's seconds."""

    def __init__(self, timers: Timers) -> None:
        self._condition = Condition(timers)
        self._set = False

    def is_set(self) -> bool:
        return self._set

    def set(self) -> None:
        with self._condition:
            self._set = True
            self._condition.notify_all()

    def clear(self) -> None:
        with self._condition:
            self._set = False

    def wait(self, timeout: float | None = None, real_timeout: float = -1) -> bool:
        """Wait until the event is set. Return False after ``timeout``, or after ``real_timeout`` real seconds."""
        with self._condition:
            return self._set or self._condition.wait(timeout, real_timeout)


class Semaphore:
    """A number of slots. Threads wait for a free one."""

    def __init__(self, timers: Timers, slots: int) -> None:
        self._condition = Condition(timers)
        self._free = slots

    def acquire(self) -> None:
        with self._condition:
            while not self._free:
                self._condition.wait()
            self._free -= 1

    def release(self) -> None:
        with self._condition:
            self._free += 1
            self._condition.notify()


class Queue(Generic[Item]):
    """An unbounded queue."""

    def __init__(self, timers: Timers) -> None:
        self._condition = Condition(timers)
        self._items: deque[Item] = deque()

    def put(self, item: Item) -> None:
        with self._condition:
            self._items.append(item)
            self._condition.notify()

    def get(self) -> Item:
        """Wait for an item, and remove it."""
        with self._condition:
            while not self._items:
                self._condition.wait()
            return self._items.popleft()

    def empty(self) -> bool:
        return not self._items


class Thread(threading.Thread):
    """A daemon thread that counts as working from its start to its end."""

    def __init__(
        self, timers: Timers, target: Callable[..., object], args: tuple[Any, ...] = (), name: str | None = None
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._timers, self._work, self._arguments = timers, target, args
        self._ended = Event(timers)

    def start(self) -> None:
        self._timers.begin_work()
        try:
            super().start()
        except BaseException:
            self._timers.end_work()
            raise

    def run(self) -> None:
        self._timers.set_units(1)
        try:
            self._work(*self._arguments)
        finally:
            self._ended.set()
            self._timers.end_work()

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread's work has ended. ``timeout`` is in the cloud's seconds."""
        self._ended.wait(timeout)

    def is_alive(self) -> bool:
        return self.ident is not None and not self._ended.is_set()
