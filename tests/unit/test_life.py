"""The signs of life of a long step: a spinner on a terminal, and lines elsewhere."""

from __future__ import annotations

import io
import os
import threading

import pytest

from finance_stream.client import life
from finance_stream.client.life import FIRST_RUN, FRAMES, showing_life
from tests.waiting import DEADLINE_SECONDS


class Stream(io.StringIO):
    """A stream that reports each writing."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal
        self.written = threading.Semaphore(0)

    def isatty(self) -> bool:
        return self._terminal

    def flush(self) -> None:
        self.written.release()

    def wait_for(self, writings: int) -> None:
        for _ in range(writings):
            assert self.written.acquire(timeout=DEADLINE_SECONDS)


def test_showing_life_spins_on_a_terminal_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "PATIENCE_SECONDS", 0.001)
    monkeypatch.setattr(life, "FRAME_SECONDS", 0.001)
    stream = Stream(terminal=True)
    with showing_life("Packaging the stack", stream):
        stream.wait_for(3)
    first, second, *_, last = stream.getvalue().split("\r\x1b[K")[1:]
    assert (first, second) == (f"{FRAMES[0]} Packaging the stack (0 s)", f"{FRAMES[1]} Packaging the stack (0 s)")
    assert last == ""


def test_showing_life_writes_lines_into_a_pipe_in_a_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "LINE_SECONDS", 0.001)
    monkeypatch.setenv(FIRST_RUN, str(os.getppid()))
    stream = Stream(terminal=False)
    with showing_life("Packaging the stack", stream):
        stream.wait_for(2)
    assert stream.getvalue().splitlines()[:2] == ["Packaging the stack: 0 s ..."] * 2


@pytest.mark.parametrize("starter", [None, "", "1234567"])
def test_showing_life_writes_nothing_into_a_pipe_later(monkeypatch: pytest.MonkeyPatch, starter: str | None) -> None:
    monkeypatch.setattr(life, "LINE_SECONDS", 0.001)
    monkeypatch.delenv(FIRST_RUN, raising=False)
    if starter is not None:
        monkeypatch.setenv(FIRST_RUN, starter)
    stream = Stream(terminal=False)
    threads = set(threading.enumerate())
    with showing_life("Packaging the stack", stream):
        for signs in set(threading.enumerate()) - threads:
            signs.join(DEADLINE_SECONDS)  # it ends before the step
    assert stream.getvalue() == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_showing_life_says_nothing_about_a_short_step(terminal: bool) -> None:
    stream = Stream(terminal=terminal)
    with pytest.raises(ZeroDivisionError), showing_life("Packaging the stack", stream):
        _ = 1 / 0
    assert stream.getvalue() == ""
