"""The end of a command with a cloud in its process: by itself, by a signal, or because its starter was killed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click

# Windows has no SIGHUP, the signal of a closed terminal.
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
# The process that started this one, tools/run.mjs: it passes signals on, but not its own SIGKILL.
STARTED_BY = "FINANCE_STREAM_STARTED_BY"
LOOK_SECONDS = 0.5


class Stopped(SystemExit):
    """The exit after a signal, once each context manager has closed its resources. Its code is 128 plus the number."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)


def stop_on_signals() -> None:
    """Let the first of :data:`SIGNALS` raise :class:`Stopped` in the main thread, and ignore later ones.

    SIGHUP stays ignored if it is ignored already, as under ``nohup``.
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
    """Return the process ID of tools/run.mjs if it has started this process."""
    parent = os.getppid()
    return parent if os.environ.get(STARTED_BY) == str(parent) else None


def run_and_leave(command: Callable[[], object]) -> None:
    """Run ``command``, and exit with its exit code at once.

    A normal exit would first free the cloud's half a million objects, which takes two seconds. All resources are closed
    by then, each by its own context manager.
    """
    stop_on_signals()
    try:
        command()
    except SystemExit as end:
        if isinstance(end, Stopped):
            click.echo(f"Stopped by {end.signal.name}.", err=True)
        if not isinstance(end.code, int):  # None, or a text that Python prints
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


def _watch(process: int) -> None:
    """End this process when its starter has ended and can no longer pass signals on."""
    while os.getppid() == process:
        threading.Event().wait(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
