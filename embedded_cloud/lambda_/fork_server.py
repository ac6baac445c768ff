"""The fork server: a process that has imported libraries, and forks for each execution environment.

Importing pandas takes longer than most functions run. A forked process finds the libraries imported, and imports the
handler's own modules itself. Only Linux forks such a process safely.

The file is two programs. Imported, it is the cloud's side, :class:`ForkServer`. Run, it is the fork server itself. Then
it knows only the standard library.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import IO

SUPPORTED = sys.platform == "linux"
_PIPES = 4  # per process: standard input, output and error, and its status
# Python and the loader read these when a process starts. A forked process has the fork server's.
_READ_AT_THE_START = ("LD_", "PYTHON", "OPENBLAS_", "OMP_")


class ForkedProcess:
    """A process that the fork server started, with the part of ``subprocess.Popen`` that its users need."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes], status: IO[bytes]) -> None:
        """Wait until the process is forked. ``status`` has its id in the first line, its exit code in the second."""
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self._status = status
        self._waiting = threading.Lock()
        self._returncode: int | None = None
        line = status.readline()
        if not line:
            raise OSError("the fork server has ended")
        self.pid = int(line)

    def poll(self) -> int | None:
        """Return the exit code, or None if the process runs."""
        if self._returncode is None and self._waiting.acquire(blocking=False):
            try:
                if select.select([self._status], [], [], 0)[0]:
                    self._read_status()
            finally:
                self._waiting.release()
        return self._returncode

    def wait(self) -> int:
        """Wait for the end of the process, and return its exit code. It is negative for a signal."""
        with self._waiting:
            return self._read_status()

    def _read_status(self) -> int:
        if self._returncode is None:
            line = self._status.readline()
            self._status.close()
            self._returncode = int(line) if line else -signal.SIGKILL
        return self._returncode


class ForkServer:
    """A fork server, seen from the cloud. It ends with this process, also if nobody closes it."""

    def __init__(self, program: Path, modules: Sequence[str]) -> None:
        """Start the server. It imports ``modules``, then runs ``program`` in each process that it forks."""
        self.modules = tuple(modules)
        self._control, theirs = socket.socketpair()
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        # No thread may run in a process that forks, and a function has one CPU or two.
        self.environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1", "HOME": tempfile.gettempdir()}
        self.process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-P", __file__, str(theirs.fileno()), str(program), *modules],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=self.environment,
            start_new_session=True,  # Ctrl-C is for the cloud, which then ends its functions
        )
        theirs.close()

    def close(self) -> None:
        """End the server. Its processes end with their standard input."""
        self._control.close()
        self.process.kill()
        self.process.wait()

    def suits(self, path: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Return True if a process with this path for imports and this environment may be forked.

        It may not if its own packages contain one of the libraries, or if it has settings of its own for Python.
        """
        own = (Path(folder) / name for folder in path for module in self.modules for name in (module, f"{module}.py"))
        return all(
            self.environment.get(name) == value
            for name, value in environment.items()
            if name.startswith(_READ_AT_THE_START)
        ) and not any(place.exists() for place in own)

    def start(self, folder: Path, environment: Mapping[str, str]) -> ForkedProcess:
        """Fork a process that runs in ``folder`` with ``environment`` and no other variable.

        Raises
        ------
        OSError
            If the server has ended.
        """
        pipes = [os.pipe() for _ in range(_PIPES)]
        (their_stdin, stdin), *outputs = pipes
        theirs = [their_stdin, *(write for _, write in outputs)]
        try:
            socket.send_fds(self._control, [b"f"], theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        writer = os.fdopen(stdin, "wb")
        readers = [os.fdopen(read, "rb") for read, _ in outputs]
        with contextlib.suppress(OSError):  # a process that has ended says so by its status
            writer.write(json.dumps({"folder": str(folder), "environment": dict(environment)}).encode() + b"\n")
            writer.flush()
        return ForkedProcess(writer, *readers)


@functools.cache
def get_fork_server(program: Path, modules: tuple[str, ...]) -> ForkServer:
    """Return this process's fork server for ``modules``, started if there is none yet. Clouds share it."""
    server = ForkServer(program, modules)
    atexit.register(server.close)
    return server


def _run_forked(program: CodeType, pipes: Sequence[int]) -> None:
    """Become the process of an execution environment. It reads its start from standard input's first line."""
    os.setsid()  # its own process group, so its children can be killed too
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for descriptor, pipe in enumerate(pipes):
        os.dup2(pipe, descriptor)
        os.close(pipe)
    # New streams, because those of the fork server believe that they are a terminal or a file.
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(descriptor, mode, closefd=False) for descriptor, mode in enumerate(("r", "w", "w"))
    )
    with open(0, "rb", buffering=0, closefd=False) as stdin:  # unbuffered: events follow the line
        start = json.loads(stdin.readline())
    os.chdir(start["folder"])
    os.environ.clear()
    os.environ.update(start["environment"])
    main = sys.modules["__main__"] = ModuleType("__main__")
    main.__file__ = program.co_filename
    exec(program, main.__dict__)  # noqa: S102 - our own file


def _fork(control: socket.socket, program: CodeType, statuses: dict[int, int]) -> bool:
    """Fork a process for the next request. Return False if the cloud has ended."""
    asked, pipes, _, _ = socket.recv_fds(control, 1, _PIPES)
    if not asked:
        return False
    *standard, status = pipes
    if pid := os.fork():
        for pipe in standard:
            os.close(pipe)
        statuses[pid] = status
        _write_line(status, pid)
        return True
    for inherited in (control.fileno(), status, *statuses.values()):
        os.close(inherited)
    try:
        _run_forked(program, standard)
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else int(bool(end.code)))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _reap(statuses: dict[int, int]) -> None:
    """Report the processes that have ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            status = statuses.pop(ended[0])
            _write_line(status, os.waitstatus_to_exitcode(ended[1]))
            os.close(status)


def _write_line(pipe: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # the cloud has ended
        os.write(pipe, f"{number}\n".encode())


def serve(control: socket.socket, program: Path, modules: Sequence[str]) -> None:
    """Import ``modules``, then fork until the other end of ``control`` closes."""
    ended, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.set_wakeup_fd(wakeup)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for module in modules:
        with contextlib.suppress(Exception):  # the handler that imports it gets the error
            importlib.import_module(module)
    code = compile(program.read_bytes(), program, "exec")
    gc.freeze()  # a collection in a forked process would copy every page
    statuses: dict[int, int] = {}
    going = True
    while going:
        ready = select.select([control.fileno(), ended], [], [])[0]
        if ended in ready:
            os.read(ended, 4096)
            _reap(statuses)
        if control.fileno() in ready:
            going = _fork(control, code, statuses)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), sys.argv[3:])
