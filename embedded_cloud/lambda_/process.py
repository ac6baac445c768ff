"""The process that runs a function's code, and the messages to and from it.

Its standard input and output carry the messages, its standard error is the log. Nothing of this depends on how the
operating system starts processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from embedded_cloud.lambda_ import bootstrap
from embedded_cloud.lambda_.bootstrap import END_OF_OUTPUT, LINE_BREAK_IN_MESSAGE

LogLine = tuple[int, str]  # milliseconds since the epoch, text

LAST_OUTPUT_SECONDS = 1.0  # that a dead process's pipe may stay open, held by what the function started


@dataclass(frozen=True)
class Message:
    """What a process says, or what has become of it.

    ``kind``: ``ready`` or ``init error`` once, then ``result`` or ``error`` an event; ``exit`` when the process ended
    (with ``status``, negative for a signal), ``timeout`` when it was ended for saying nothing in time.
    """

    kind: str
    payload: bytes = b""
    printed: tuple[LogLine, ...] = ()
    max_memory_mb: int = 0
    status: int = 0


class FunctionProcess:
    """One process; it ends when it is killed, when this process ends, or by itself."""

    def __init__(self, folder: Path, path: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it in ``folder``, with ``path`` before Python's own and nothing of this process's environment."""
        self._process = subprocess.Popen(  # noqa: S603 - the function's code is what is to be run
            [sys.executable, "-P", bootstrap.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**environment, "_EMBEDDED_CLOUD_PATH": json.dumps(list(path))},
            start_new_session=True,  # a group of its own, to be ended as one; nothing on Windows
        )
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._outputs: queue.SimpleQueue[list[LogLine]] = queue.SimpleQueue()
        for read in (self._read_messages, self._read_output):
            threading.Thread(target=read, name=f"function-{self._process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: dict[str, Any], payload: bytes) -> None:
        """Hand over an event. A process that has ended is told by :meth:`receive`."""
        stdin = cast(IO[bytes], self._process.stdin)
        header = {**request, "payloadBytes": len(payload)}
        with contextlib.suppress(OSError):
            stdin.write(json.dumps(header).encode() + b"\n" + payload)
            stdin.flush()

    def receive(self, seconds: float) -> Message:
        """The next message, with what was printed before it; ``timeout`` if none comes within ``seconds``."""
        message = Message("timeout")
        with contextlib.suppress(queue.Empty):
            message = self._messages.get(timeout=max(seconds, 0))
        if message.kind == "exit":
            message = replace(message, status=self._process.wait())
        if message.kind in ("exit", "timeout"):
            self.kill()
        with contextlib.suppress(queue.Empty):
            message = replace(message, printed=tuple(self._outputs.get(timeout=LAST_OUTPUT_SECONDS)))
        return message

    def kill(self) -> None:
        """End the process and what it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it ended meanwhile
            if sys.platform == "win32":
                self._process.kill()
            elif self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):  # what could not be handed over
            cast(IO[bytes], self._process.stdin).close()

    def _read_messages(self) -> None:
        with cast(IO[bytes], self._process.stdout) as stdout:
            while line := stdout.readline():
                header = json.loads(line)
                payload = stdout.read(header["payloadBytes"])
                self._messages.put(Message(header["kind"], payload, max_memory_mb=header["maxMemoryMb"]))
        self._messages.put(Message("exit"))

    def _read_output(self) -> None:
        with cast(IO[bytes], self._process.stderr) as stderr:
            lines: list[LogLine] = []
            for line in stderr:
                before, *after = line.split(END_OF_OUTPUT)
                for rest in after:  # a mark, where one event's output ends, may stand anywhere in a line
                    self._outputs.put([*lines, *_parse_log_lines(before)])
                    lines, before = [], rest
                lines += _parse_log_lines(before)
        self._outputs.put(lines)


def _parse_log_lines(text: bytes) -> list[LogLine]:
    decoded = text.decode(errors="backslashreplace").rstrip("\n").rstrip(LINE_BREAK_IN_MESSAGE)
    return [(int(time.time() * 1000), decoded.replace(LINE_BREAK_IN_MESSAGE, "\n"))] if decoded else []
