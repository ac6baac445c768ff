"""Chaos cases in several processes at once, each with an embedded cloud of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import cast

from local.chaos.case import Case
from local.chaos.case_run import CaseResult, run_case
from local.pipeline import running
from local.yahoo.server import YahooReplay


class WorkerError(Exception):
    """The end of a worker before the end of its case."""


def run_cases(cases: Sequence[Case], package_dir: Path, jobs: int) -> Iterator[tuple[CaseResult, float]]:
    """Run the cases in up to ``jobs`` processes, and yield each result with the seconds that it took.

    Results come in the order in which the cases end.

    Raises
    ------
    WorkerError
        If a process ends before its case.
    """
    waiting = iter(cases)
    running_cases: dict[Connection, Case] = {}
    with contextlib.ExitStack() as workers:
        for case in islice(waiting, jobs):
            connection = workers.enter_context(_start_worker(package_dir, case))
            running_cases[connection] = case
            _send(connection, case)
        while running_cases:
            for ready in cast("list[Connection]", wait(list(running_cases))):
                case = running_cases.pop(ready)
                try:
                    yield ready.recv()
                except (EOFError, ConnectionError):
                    message = f"case {case.number} of seed {case.seed}: its process has ended. Its error is above."
                    raise WorkerError(message) from None
                if following := next(waiting, None):
                    running_cases[ready] = following
                    _send(ready, following)


def _send(connection: Connection, case: Case) -> None:
    with contextlib.suppress(ConnectionError):  # of a process that has ended: the next receive tells
        connection.send(case)


@contextlib.contextmanager
def _start_worker(package_dir: Path, first: Case) -> Iterator[Connection]:
    """Start a process, provide the connection for its cases, and end the process."""
    context = multiprocessing.get_context("spawn")  # a forked process would share this one's threads and sockets
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(theirs, package_dir, first), name="chaos")
    worker.start()
    theirs.close()  # so that the worker's end closes the connection
    try:
        yield ours
    finally:
        ours.close()
        worker.terminate()
        worker.join()


def _work(connection: Connection, package_dir: Path, first: Case) -> None:
    """Run the cases that arrive, one after the other, until the connection closes or SIGTERM arrives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all of its processes
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # and the context managers close their resources
    with (
        contextlib.suppress(EOFError, ConnectionError),
        YahooReplay(first.make_replay()) as yahoo,
        running(package_dir, yahoo.environment(), held=True) as pipeline,
    ):
        while True:
            case = connection.recv()
            began = time.perf_counter()
            connection.send((run_case(pipeline, yahoo, case), time.perf_counter() - began))
    sys.stderr.flush()
    os._exit(0)  # at once: to free the cloud's objects takes seconds
