"""Buffers of records. Each is handed over when it is full or old enough.

https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from embedded_cloud.clock import Clock
from embedded_cloud.firehose.record import Record
from embedded_cloud.threads import Condition

MEBIBYTE_BYTES = 1024 * 1024

Key = TypeVar("Key")


@dataclass(frozen=True)
class BufferingHints:
    """A buffer's limits: its size in bytes before compression, and its age in seconds since its first record."""

    size_bytes: int
    interval_seconds: float


@dataclass
class _Buffer:
    due: float  # in seconds since 1970
    records: list[Record] = field(default_factory=list)
    size_bytes: int = 0


class Buffers(Generic[Key]):
    """One buffer per key. A thread calls ``hand_over(key, records)`` for each due buffer, one at a time.

    A record that would exceed a buffer's size opens a new buffer. A single record may be larger than that size.
    """

    def __init__(
        self, name: str, clock: Clock, hints: BufferingHints, hand_over: Callable[[Key, list[Record]], None]
    ) -> None:
        self.hints = hints  # apply to buffers that are opened later
        self._clock = clock
        self._hand_over = hand_over
        self._open: dict[Key, _Buffer] = {}
        self._full: deque[tuple[Key, list[Record]]] = deque()
        self._changed = Condition(clock)
        self._stopped = False
        clock.start_thread(self._run, name=name)

    def add(self, *records: tuple[Key, Record]) -> None:
        """Add each record to its key's buffer. Only a full buffer is handed over before all records are added."""
        with self._changed:
            for key, record in records:
                self._add(key, record)

    def _add(self, key: Key, record: Record) -> None:
        size = len(record.data)
        buffer = self._open.get(key)
        if buffer and buffer.size_bytes + size > self.hints.size_bytes:
            self._close(key)
            buffer = None
        if buffer is None:
            buffer = self._open[key] = _Buffer(self._clock.read_seconds() + self.hints.interval_seconds)
            self._changed.notify()
        buffer.records.append(record)
        buffer.size_bytes += size
        if buffer.size_bytes >= self.hints.size_bytes:
            self._close(key)

    def stop(self) -> None:
        """Drop the buffered records and end the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _close(self, key: Key) -> None:
        self._full.append((key, self._open.pop(key).records))
        self._changed.notify()

    def _run(self) -> None:
        while batch := self._next():
            self._hand_over(*batch)

    def _next(self) -> tuple[Key, list[Record]] | None:
        """Wait for a due buffer and return it. Return None after a stop."""
        with self._changed:
            while not self._stopped:
                if self._full:
                    return self._full.popleft()
                if not self._open:
                    self._changed.wait()
                    continue
                key, buffer = min(self._open.items(), key=lambda item: item[1].due)
                remaining = buffer.due - self._clock.read_seconds()
                if remaining <= 0:
                    self._close(key)
                else:
                    self._changed.wait(remaining)
        return None
