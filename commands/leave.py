"""The end of a command that has a cloud in its process: by itself, by a signal, or since its starter was killed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click

# SIGHUP, of a terminal that is closed, is not on Windows.
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# The process that started this one, tools/run.mjs: it passes signals on, but not its own SIGKILL.
STARTED_BY = "FINANCE_STREAM_STARTED_BY"
LOOK_SECONDS = 0.5


class Stopped(SystemExit):
    """A signal has come: each context closes what it has opened. The exit code is 128 + the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)


def stop_on_signals() -> None:
    """Have the first of :data:`SIGNALS` raise :class:`Stopped` in the main thread; later ones do nothing.

    SIGHUP stays ignored where it is, as under ``nohup``.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        for one in SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    for number in SIGNALS:
        if number is signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
    if (process := find_starter()) is not None:
        threading.Thread(target=_watch, args=(process,), name="starter", daemon=True).start()


def find_starter() -> int | None:
    """Return the number of tools/run.mjs's process if it has started this one."""
    parent = os.getppid()
    return parent if os.environ.get(STARTED_BY) == str(parent) else None


def run_and_leave(command: Callable[[], object]) -> None:
    """Run ``command``, and leave with its exit code as soon as it has ended.

    By itself Python would take apart the half a million objects that a cloud has left first, which is two seconds of
    nothing for you. What has to be closed is closed by then: each by its own context.
    """
    stop_on_signals()
    try:
        command()
    except SystemExit as end:
        if isinstance(end, Stopped):
            click.echo(f"Stopped by {end.signal.name}.", err=True)
        if not isinstance(end.code, int):  # nothing, or a text, which Python prints
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


def _watch(process: int) -> None:
    """End this process when its starter has ended: then nobody passes a signal on."""
    while os.getppid() == process:
        threading.Event().wait(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
