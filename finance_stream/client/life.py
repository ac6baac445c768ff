"""Signs of life of a step that takes long: a spinner on a terminal. In a first run, a pipe gets a line now and then.

It imports nothing that takes time, since the first such step is the import of a command.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO, TypeVar

Entered = TypeVar("Entered")

FIRST_RUN = "FINANCE_STREAM_FIRST_RUN"  # the process id of tools/run.mjs, if that has just installed packages
FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAME_SECONDS = 0.2
PATIENCE_SECONDS = 0.5  # a shorter step needs no sign
LINE_SECONDS = 5.0  # between two lines where nothing can be redrawn
_ERASE = "\r\x1b[K"


@contextlib.contextmanager
def showing_life(step: str, stream: TextIO | None = None) -> Iterator[None]:
    """Show on ``stream`` (stderr) that a step goes on, such as ``Packaging the stack``. The step may print nothing."""
    ended = threading.Event()
    arguments = (step, sys.stderr if stream is None else stream, ended)
    signs = threading.Thread(target=_show, args=arguments, name="life", daemon=True)
    signs.start()
    try:
        yield
    finally:
        ended.set()
        signs.join()


@contextlib.contextmanager
def entering(step: str, context: contextlib.AbstractContextManager[Entered]) -> Iterator[Entered]:
    """Enter a context with signs of life until it is entered."""
    with contextlib.ExitStack() as entered:
        with showing_life(step):
            value = entered.enter_context(context)
        yield value


def _show(step: str, stream: TextIO, ended: threading.Event) -> None:
    began = time.monotonic()
    if not stream.isatty():
        while os.environ.get(FIRST_RUN) == str(os.getppid()) and not ended.wait(LINE_SECONDS):
            print(f"{step}: {time.monotonic() - began:.0f} s ...", file=stream, flush=True)
        return
    if ended.wait(PATIENCE_SECONDS):
        return
    for frame in itertools.cycle(FRAMES):
        stream.write(f"{_ERASE}{frame} {step} ({time.monotonic() - began:.0f} s)")
        stream.flush()
        if ended.wait(FRAME_SECONDS):
            break
    stream.write(_ERASE)
    stream.flush()
