"""The process that runs a function's code, and the messages to and from it.

Its standard input and output carry the messages, and its standard error is the log. This works the same on every
operating system.
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from embedded_cloud import clock
from embedded_cloud.lambda_ import bootstrap
from embedded_cloud.lambda_.bootstrap import AHEAD_VARIABLE, END_OF_OUTPUT, LINE_BREAK_IN_MESSAGE, PATH_VARIABLE
from embedded_cloud.lambda_.fork_server import SUPPORTED, ForkedProcess, ForkServer, get_fork_server

LogLine = tuple[int, str]  # milliseconds since the epoch, text

PROGRAM = Path(bootstrap.__file__)
BOOTSTRAP_IMPORTS = ("unittest",)  # of the standard library, by time_machine
LAST_OUTPUT_SECONDS = 1.0  # wait for a dead process's output: its children may keep the pipe open


@dataclass(frozen=True)
class Message:
    """A message of a process, or its end.

    ``kind`` is ``ready`` or ``init error`` once, then ``result`` or ``error`` per event. It is ``exit`` if the process
    ended (``status`` is negative for a signal), and ``timeout`` if no message came in time.
    """

    kind: str
    payload: bytes = b""
    printed: tuple[LogLine, ...] = ()
    max_memory_mb: int = 0
    status: int = 0


def preload(modules: Sequence[str]) -> ForkServer | None:
    """Start the process that imports ``modules``, if there is none yet, and return it. None where it can't fork."""
    return get_fork_server(PROGRAM, (*modules, *BOOTSTRAP_IMPORTS)) if modules and SUPPORTED else None


def _start(
    folder: Path, path: Sequence[str], environment: Mapping[str, str], preloaded: Sequence[str]
) -> subprocess.Popen[bytes] | ForkedProcess:
    fork_server = preload(preloaded)
    if fork_server and fork_server.suits(path, environment):
        with contextlib.suppress(OSError):  # somebody killed the fork server: a process of its own only starts later
            return fork_server.start(folder, environment)
    return subprocess.Popen(  # noqa: S603 - runs the function's code on purpose
        [sys.executable, "-P", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        start_new_session=True,  # its own process group, so its children can be killed too; no effect on Windows
    )


def _complete(environment: Mapping[str, str], path: Sequence[str]) -> dict[str, str]:
    ahead = str(clock.current().ahead_seconds)
    return {**environment, PATH_VARIABLE: json.dumps(list(path)), AHEAD_VARIABLE: ahead}


class FunctionProcess:
    """One process. It ends when it is killed, when this process ends, or by itself."""

    def __init__(
        self, folder: Path, path: Sequence[str], environment: Mapping[str, str], preloaded: Sequence[str] = ()
    ) -> None:
        """Start the process in ``folder`` with ``path`` before Python's own, and without this process's environment.

        It finds the modules ``preloaded`` imported if it can be forked from a process that has them.
        """
        self._process = _start(folder, path, _complete(environment, path), preloaded)
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._outputs: queue.SimpleQueue[list[LogLine]] = queue.SimpleQueue()
        for read in (self._read_messages, self._read_output):
            threading.Thread(target=read, name=f"function-{self._process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: dict[str, Any], payload: bytes) -> None:
        """Send an event. :meth:`receive` reports a process that has ended."""
        stdin = cast(IO[bytes], self._process.stdin)
        header = {**request, "payloadBytes": len(payload)}
        with contextlib.suppress(OSError):
            stdin.write(json.dumps(header).encode() + b"\n" + payload)
            stdin.flush()

    def receive(self, seconds: float) -> Message:
        """Return the next message with the output before it, or ``timeout`` if none comes within ``seconds``."""
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
        """Kill the process and its children."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            if sys.platform == "win32":
                self._process.kill()
            elif self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):  # unsent data is lost
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
                for rest in after:  # the mark at the end of an event's output may be anywhere in a line
                    self._outputs.put([*lines, *_parse_log_lines(before)])
                    lines, before = [], rest
                lines += _parse_log_lines(before)
        self._outputs.put(lines)


def _parse_log_lines(text: bytes) -> list[LogLine]:
    decoded = text.decode(errors="backslashreplace").rstrip("\n").rstrip(LINE_BREAK_IN_MESSAGE)
    return [(clock.current().read_milliseconds(), decoded.replace(LINE_BREAK_IN_MESSAGE, "\n"))] if decoded else []
