"""Parallel execution of a Map's children, and their counts in DescribeMapRun.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramTimedOut
from moto.stepfunctions.parser.utils import long_uid

from embedded_cloud import clock
from embedded_cloud.stepfunctions.failure import EXCEED_TOLERATED_FAILURE_THRESHOLD, RUNTIME, TIMEOUT, failure
from embedded_cloud.threads import Queue

# AWS runs 10,000 children in parallel (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html).
# This computer has threads for fewer.
MAX_CHILDREN_AT_ONCE = 256
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, "Maximum execution time" of Express
EXPRESS_SECONDS = 300

_COUNTS = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")


@dataclass(frozen=True)
class ChildOutcome:
    """The end of a child: the item count that includes it, and its output or error."""

    kind: Literal["succeeded", "failed", "timedOut", "aborted"]
    output: Any = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Tolerance:
    """The number and percentage of children that may fail. A limit of None is ignored. Without limits none may fail.

    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html, "Tolerated failure threshold"
    """

    count: int | None
    percentage: float | None

    def is_exceeded(self, failed: int, total: int) -> bool:
        """Return True if more than the tolerated number of items failed."""
        if self.count is None and self.percentage is None:
            return failed > 0
        return (self.count is not None and failed > self.count) or (
            self.percentage is not None and failed * 100 > self.percentage * total
        )


class Counts:
    """The number of items by status. Every reading adds up to the total."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(_COUNTS, 0)
        self.results_written = 0

    def begin(self, total: int) -> None:
        """Count ``total`` items as pending."""
        with self._lock:
            self._counts["pending"] = total

    def move(self, before: str, after: str, *, everything: bool = False) -> None:
        """Move one item, or all of them, from status ``before`` to ``after``."""
        with self._lock:
            number = self._counts[before] if everything else min(1, self._counts[before])
            self._counts[before] -= number
            self._counts[after] += number

    def describe(self) -> dict[str, int]:
        """Return the counts in the shape of DescribeMapRun.

        On AWS resultsWritten is the number of succeeded items, also without a ResultWriter (LocalStack's recordings).
        """
        with self._lock:
            counts = dict(self._counts)
        return {
            **counts,
            "total": sum(counts.values()),
            "resultsWritten": self.results_written or counts["succeeded"],
            "failuresNotRedrivable": 0,
            "pendingRedrive": 0,
        }


class MapRun(MapRunRecord):  # type: ignore[misc]
    """One run of a distributed Map."""

    def __init__(self, env: Any, max_concurrency: int, tolerance: Tolerance, label: str | None) -> None:
        context = env.states.context_object.context_object_data
        self.label = label or long_uid()
        super().__init__(
            state_machine_arn=context["StateMachine"]["Id"],
            execution_arn=context["Execution"]["Id"],
            max_concurrency=max_concurrency,
            tolerated_failure_count=tolerance.count or 0,
            tolerated_failure_percentage=float(tolerance.percentage or 0),
            label=self.label,
        )
        self._tolerance = tolerance
        self.counts = self.item_counter = self.execution_counter = Counts()

    def get_max_children(self) -> int:
        """Return the number of children that may run in parallel. UpdateMapRun can change it."""
        return min(self.max_concurrency or MAX_CHILDREN_AT_ONCE, MAX_CHILDREN_AT_ONCE)

    def is_exceeded(self) -> bool:
        """Return True if more children failed or timed out than is tolerated."""
        counts = self.counts.describe()
        return self._tolerance.is_exceeded(counts["failed"] + counts["timedOut"], counts["total"])

    def failure(self, env: Any) -> FailureEventException:
        """Return the exception that fails the Map state over its tolerated failures."""
        return failure(
            env, EXCEED_TOLERATED_FAILURE_THRESHOLD, "The specified tolerated failure threshold was exceeded"
        )

    def update(self, max_concurrency: Any, tolerated_failure_count: Any, tolerated_failure_percentage: Any) -> None:
        super().update(max_concurrency, tolerated_failure_count, tolerated_failure_percentage)
        self._tolerance = Tolerance(
            self._tolerance.count if tolerated_failure_count is None else tolerated_failure_count,
            self._tolerance.percentage if tolerated_failure_percentage is None else tolerated_failure_percentage,
        )

    def end(self, status: Any) -> None:
        """End the run with ``status``. Count pending and running children as aborted."""
        for left in ("pending", "running"):
            self.counts.move(left, "aborted", everything=True)
        self.set_stop(status=status)

    def build_child_arn(self, name: str, *, express: bool) -> str:
        """Return the ARN of the child execution ``name``."""
        arn = self.map_state_machine_arn.replace(":stateMachine:", ":express:" if express else ":execution:")
        return f"{arn}:{name}:{long_uid()}" if express else f"{arn}:{name}"


def evaluate_program(program: Any, child: Any, child_input: Any, limit_seconds: float | None = None) -> ChildOutcome:
    """Run ``program`` in the environment ``child`` and in this thread. moto would start another thread.

    After ``limit_seconds`` the child times out, as soon as its task returns.
    """
    if not child.is_running():
        return ChildOutcome("aborted")
    child.states.reset(input_value=child_input)
    child.next_state_name = program.start_at.start_at_name
    if limit_seconds:
        clock.current().start_thread(_time_out, child, limit_seconds, name="map-item-timeout")
    try:
        EvalComponent.eval(program, child)
    except Exception as error:
        return ChildOutcome("failed", error=RUNTIME, cause=str(error))
    state = child.program_state()
    if isinstance(state, ProgramTimedOut):
        return ChildOutcome("timedOut", error=TIMEOUT)
    if isinstance(state, ProgramError):
        described = state.error or {}
        return ChildOutcome("failed", error=described.get("error"), cause=described.get("cause"))
    if isinstance(state, ProgramEnded):
        return ChildOutcome("succeeded", output=child.states.get_input())
    return ChildOutcome("aborted")


def _time_out(child: Any, seconds: float) -> None:
    if not child.finished.wait(seconds):
        child.set_timed_out()


def abort_program(program: Any, child: Any) -> None:
    """Stop a running child, and record the end of the state that it is in. Only states that wait have such an event."""
    name = child.next_state_name
    child.set_stop(stop_date=None, cause=None, error=None)
    event = f"{program.states.states[name].state_type.name}StateAborted" if name in program.states.states else None
    if event in HistoryEventType.__members__:
        child.event_manager.add_event(child.event_history_context, HistoryEventType[event])


def for_each(
    env: Any,
    count: int,
    limit: Callable[[], int],
    prepare: Callable[[int], Callable[[], None]],
    check_settled: Callable[[int], bool],
) -> bool:
    """Run the function from ``prepare(index)`` for each index below ``count`` in threads, at most ``limit()`` at once.

    This thread calls ``prepare`` before each run and ``check_settled(index)`` after it. An exception from either ends
    the loop. After ``check_settled`` returns False, no further run starts. Return False if ``env`` ended before all
    runs did. Runs that are still active on an early return continue.
    """
    done: Queue[int | None] = Queue(clock.current())
    env.call_when_finished(lambda: done.put(None))

    def work(index: int, run: Callable[[], None]) -> None:
        try:
            run()
        finally:
            done.put(index)

    begun = running = 0
    admitting = True
    while running or (admitting and begun < count):
        while admitting and begun < count and running < limit():
            clock.current().start_thread(work, begun, prepare(begun), name=f"map-item-{begun}")
            begun, running = begun + 1, running + 1
        index = done.get()
        if index is None:
            return False
        running -= 1
        admitting = check_settled(index) and admitting
    return True
