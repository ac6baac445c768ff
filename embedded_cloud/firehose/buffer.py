"""Buffers that are handed over when they are full or old enough, whichever comes first.

https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from embedded_cloud.cloud import CloudClock
from embedded_cloud.firehose.record import Record

MEBIBYTE_BYTES = 1024 * 1024

Key = TypeVar("Key")


@dataclass(frozen=True)
class BufferingHints:
    """A buffer's size (bytes before compression) and age (cloud seconds since its first record)."""

    size_bytes: int
    interval_seconds: float


@dataclass
class _Buffer:
    due: float  # of time.monotonic()
    records: list[Record] = field(default_factory=list)
    size_bytes: int = 0


class Buffers(Generic[Key]):
    """One buffer a key; a thread calls ``hand_over(key, records)`` for each that is due, one at a time.

    A record that would make a buffer larger than the hint opens a new one; a single record may be larger.
    """

    def __init__(
        self, name: str, clock: CloudClock, hints: BufferingHints, hand_over: Callable[[Key, list[Record]], None]
    ) -> None:
        self.hints = hints  # for the buffers that are opened from now on
        self._clock = clock
        self._hand_over = hand_over
        self._open: dict[Key, _Buffer] = {}
        self._full: deque[tuple[Key, list[Record]]] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def add(self, *records: tuple[Key, Record]) -> None:
        """Put each record into the buffer of its key; none is handed over before all are in, but for a full buffer."""
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
            due = time.monotonic() + self._clock.to_real_seconds(self.hints.interval_seconds)
            buffer = self._open[key] = _Buffer(due)
            self._changed.notify()
        buffer.records.append(record)
        buffer.size_bytes += size
        if buffer.size_bytes >= self.hints.size_bytes:
            self._close(key)

    def stop(self) -> None:
        """Drop what is buffered and end the thread."""
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
        """Wait for a buffer that is due; None when stopped."""
        with self._changed:
            while not self._stopped:
                if self._full:
                    return self._full.popleft()
                if not self._open:
                    self._changed.wait()
                    continue
                key, buffer = min(self._open.items(), key=lambda item: item[1].due)
                remaining = buffer.due - time.monotonic()
                if remaining <= 0:
                    self._close(key)
                else:
                    self._changed.wait(remaining)
        return None
